/* Pictures inside a terminal, where it can show them (kitty, iTerm2 and sixel protocols; colour characters elsewhere),
 * by libchafa. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

/* True when `stream` is a terminal that is worth a picture. */
bool picture_possible(FILE *stream);

/* Shows a PNG on the terminal `stream`, at most `columns` wide. A picture that cannot be decoded, or is larger than
 * 4096 a side, is left out: false. */
bool picture_show(FILE *stream, GBytes *png, int columns);
