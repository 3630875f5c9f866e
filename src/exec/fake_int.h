/* Inside exec/: what the fake executor answers, made up from the text of the script and its hash. */
#pragma once

#include "exec/exec_int.h"

/* The answer to a job; a result that is not ok for arguments that the bridge would refuse. */
struct job_result *fake_answer(const struct job *job);
const char *const *fake_verbs(void);
