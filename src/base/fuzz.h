/*
 * A fuzzer is a file fuzz_<parser>.c with this one function. Linked with libFuzzer it is given made-up bytes; linked
 * with fuzz_replay.c it is given the files of its corpus, in the tests.
 */
#pragma once

#include <glib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);
