/* The nearest right word for a wrong one, for error messages. */
#pragma once

/* The entry of the NULL-terminated `words` nearest to `word` by optimal string alignment distance, ignoring case, or
 * NULL when none is near (more than a third of the letters differ). Borrowed from `words`. */
const char *suggest_nearest(const char *word, const char *const *words);
