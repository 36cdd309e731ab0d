/* words.h — a command line taken apart as a shell does, without expanding anything. */
#ifndef CHANCERY_CLI_WORDS_H
#define CHANCERY_CLI_WORDS_H

#include "base/arena.h"

/* *out ends with NULL. `open`: the quote that stays open at the end, or NUL. */
size_t words_split(const char *line, struct arena *arena, char ***out, char *open);
/* The other way: quotes where they are needed, one blank between words. */
const char *words_join(int count, char *const *words, struct arena *arena);

#endif
