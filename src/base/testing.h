/* What every unit test includes: cmocka, with the headers that it wants before itself, and folders that go away. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A new folder below the system's temporary one. */
char *test_folder(void);
/* Removes it with all that is in it, and frees its name. */
void test_folder_remove(char *folder);

#define assert_no_error(error) assert_string_equal((error) ? (error)->message : "", "")
