/* Inside gate/: what a check gets and how it speaks. */
#pragma once

#include "gate/gate.h"

struct gate_case {
	const json_t *report;
	const json_t *asset;     /* report.asset */
	const json_t *parts;     /* report.parts */
	const json_t *plan;      /* blueprint.parts as they are under the values, or NULL */
	const json_t *blueprint; /* or NULL */
	double diagonal;         /* metres */
	double tolerance;        /* metres: how near counts as touching */
};

struct gate_check_row {
	const char *name;
	void (*check)(const struct gate_case *gate, json_t *findings);
};

/* A part of the report, or of the blueprint, by name; NULL when there is none. */
const json_t *gate_part(const json_t *parts, const char *name);
/* A coordinate of a box {"min": [], "max": []}; 0 when there is none. */
double gate_bound(const json_t *box, const char *end, size_t axis);

/* Adds a finding about `part` and, when not NULL, `other`. `hint` is printf-like. NAN stands for no number. */
void gate_add(json_t *findings, const char *code, bool hard, const char *part, const char *other, double value,
	double limit, const char *unit, const char *hint, ...) G_GNUC_PRINTF(9, 10);

/* The checks, one file a subject. */
void gate_measured(const struct gate_case *gate, json_t *findings);
void gate_asset_size(const struct gate_case *gate, json_t *findings);
void gate_asset_kind(const struct gate_case *gate, json_t *findings);
void gate_asset_budget(const struct gate_case *gate, json_t *findings);
void gate_part_missing(const struct gate_case *gate, json_t *findings);
void gate_part_count(const struct gate_case *gate, json_t *findings);
void gate_part_size(const struct gate_case *gate, json_t *findings);
void gate_part_place(const struct gate_case *gate, json_t *findings);
void gate_part_symmetry(const struct gate_case *gate, json_t *findings);
void gate_part_contacts(const struct gate_case *gate, json_t *findings);
