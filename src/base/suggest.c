/* Nearest words: see suggest.h. Optimal string alignment (Damerau-Levenshtein without repeated edits of one substring).
 */
#include "base/suggest.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

enum { LONGEST = 64 }; /* words longer than this are not compared */

static guint distance(const char *a, const char *b)
{
	guint rows[3][LONGEST + 1];
	guint na = strlen(a);
	guint nb = strlen(b);
	guint *before = rows[0];
	guint *last = rows[1];
	guint *now = rows[2];
	for (guint j = 0; j <= nb; j++)
		last[j] = j;
	for (guint i = 1; i <= na; i++) {
		now[0] = i;
		for (guint j = 1; j <= nb; j++) {
			guint cost = g_ascii_tolower(a[i - 1]) != g_ascii_tolower(b[j - 1]);
			now[j] = MIN(MIN(last[j] + 1, now[j - 1] + 1), last[j - 1] + cost);
			bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
			if (swapped)
				now[j] = MIN(now[j], before[j - 2] + 1);
		}
		guint *spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[nb];
}

const char *suggest_nearest(const char *word, const char *const *words)
{
	const char *best = NULL;
	guint least = G_MAXUINT;
	if (strlen(word) > LONGEST)
		return NULL;
	for (; *words; words++) {
		if (strlen(*words) > LONGEST)
			continue;
		guint d = distance(word, *words);
		if (d < least) {
			least = d;
			best = *words;
		}
	}
	if (!best)
		return NULL;
	guint longer = MAX(strlen(word), strlen(best));
	/* One letter may always differ, but not the only one. */
	return least < MAX(1, longer) && least <= MAX(1, longer / 3) ? best : NULL;
}
