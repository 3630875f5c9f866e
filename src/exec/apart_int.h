/* Inside exec/: the files of an export, read apart from the Blender that wrote them. */
#pragma once

#include "exec/exec_int.h"
#include "exec/sandbox_int.h"

/* Adds to `check` of each file of an export's result what assimp finds ("apart": {reader, read, size_off}), and a
 * finding `delivery.apart` where that is not the size the worker tells. Does nothing where there is no assimp. */
void apart_read(const struct sandbox *sandbox, struct job_result *result, struct cancel *parent);

/* Reads the sides of the box out of what `assimp info` prints. False when they are not there, or not finite. */
bool apart_sizes(const char *text, double *sizes_out);
