#include "cli/suggest.h"

#include <string.h>

/* Longer than any option; longer words have no neighbour. */
enum { SUGGEST_MAX_LENGTH = 64 };

static size_t
min3(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein's distance, one row at a time. */
static size_t
distance(struct str a, struct str b)
{
	size_t row[SUGGEST_MAX_LENGTH + 1];

	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t change = diagonal + (a.p[i - 1] != b.p[j - 1]);
			diagonal = row[j];
			row[j] = min3(row[j] + 1, row[j - 1] + 1, change);
		}
	}
	return row[b.n];
}

struct suggestion
suggest_for(struct str word)
{
	/* A third of the letters may be wrong; beyond that a suggestion is a guess. */
	return (struct suggestion){ word, NULL, word.n / 3 + 1 };
}

void
suggest_consider(struct suggestion *suggestion, const char *candidate)
{
	struct str other = str_of(candidate);

	if (suggestion->word.n > SUGGEST_MAX_LENGTH || other.n > SUGGEST_MAX_LENGTH)
		return;
	size_t found = distance(suggestion->word, other);
	if (found < suggestion->distance || (found == suggestion->distance && suggestion->best == NULL)) {
		suggestion->best = candidate;
		suggestion->distance = found;
	}
}
