/*
 * The gate: holds a measured report against the blueprint and says by name what is wrong. The bridge measures
 * (doc/PROTOCOL.exec.md, section 4), the gate judges. A hard finding blocks acceptance; a soft one is told to the
 * critic and the person.
 *
 * A finding is {"code", "severity": "hard"|"soft", "parts": […], "value", "limit", "unit", "hint"}; value and limit are
 * null where the finding is not a number. A check is a row of checks.c.
 */
#pragma once

#include "base/json.h"

/*
 * The findings for a report. New reference, an array in the order of the table. Pure.
 * `blueprint` may be NULL (a script without a plan: then only what needs no plan is checked). A part of it may say
 * `count` by the name of a parameter, and `when`: the parameter that leaves the part out when it is false, 0 or "none";
 * `values` (of PARAMS, may be NULL) decides.
 */
json_t *gate_check(const json_t *report, const json_t *blueprint, const json_t *values);

/* How many of the findings are hard, and soft. */
int gate_count(const json_t *findings, const char *severity);

/* Below zero when `a` is better than `b` by measure, above when worse, 0 when they are equal: fewer hard findings, then
 * fewer soft. */
int gate_compare(const json_t *a, const json_t *b);
