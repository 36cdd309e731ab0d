#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
memory_exhausted(size_t wanted)
{
	(void)fprintf(stderr, "{\"level\":\"fatal\",\"event\":\"out of memory\",\"wanted\":%zu}\n", wanted);
	abort();
}

void *
memory_take(size_t n)
{
	void *p = malloc(n > 0 ? n : 1);

	if (p == NULL)
		memory_exhausted(n);
	return p;
}

void *
memory_take_zeroed(size_t n)
{
	return memset(memory_take(n), 0, n);
}

char *
memory_cstr(struct str s)
{
	if (s.p == NULL)
		return NULL;
	char *copy = memory_take(s.n + 1);
	if (s.n > 0)
		memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	return copy;
}

void
memory_wipe(void *p, size_t n)
{
	if (n > 0)
		explicit_bzero(p, n);
}

bool
memory_equal_in_constant_time(const void *a, const void *b, size_t n)
{
	const volatile uint8_t *x = a;
	const volatile uint8_t *y = b;
	uint8_t difference = 0;

	for (size_t i = 0; i < n; i++)
		difference |= x[i] ^ y[i];
	return difference == 0;
}
