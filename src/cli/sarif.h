/* Diagnostics in the words of editors and CI: SARIF 2.1.0, one run of one tool over one file. */
#pragma once

#include "base/json.h"

/* The log of the diagnostics (borrowed; of the verb `lint`) of the file at `path`, as it was named. New reference. */
json_t *sarif_log(const char *path, const json_t *diagnostics);
