/* str.h — spans of text and of bytes that somebody else owns (usually an arena).
 *
 * p == NULL means absent; p != NULL with n == 0 means present and empty. Text is UTF-8, need not end in NUL, and may
 * hold any byte; where a NUL-terminated copy is needed, arena_cstr() makes one. */
#ifndef CHANCERY_BASE_STR_H
#define CHANCERY_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *p;
	size_t n;
};

struct bytes {
	const uint8_t *p;
	size_t n;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
/* For "%.*s". */
#define STR_ARG(s) (int)(s).n, (s).p != NULL ? (s).p : ""

struct str str_of(const char *cstr);        /* absent for NULL */
bool str_equal(struct str a, struct str b); /* absent equals only absent */
bool str_is(struct str a, const char *cstr);
bool str_starts_with(struct str s, struct str prefix);
int str_compare(struct str a, struct str b); /* bytewise, shorter first */
/* Splits at the first `c`: *head gets what stands before it, *s what follows; without a `c`, *head gets all, false. */
bool str_cut(struct str *s, char c, struct str *head);
struct str str_trim(struct str s); /* without spaces and tabs at both ends */
/* A decimal number without sign or leading '+', that fits; false otherwise. */
bool str_to_i64(struct str s, int64_t *out);

bool bytes_equal(struct bytes a, struct bytes b);
struct bytes bytes_of_str(struct str s);
struct str str_of_bytes(struct bytes b);

/* True for well-formed UTF-8 (RFC 3629): no overlong form, no surrogate, nothing above U+10FFFF. */
bool utf8_valid(struct str s);
/* The number of code points of well-formed UTF-8. */
size_t utf8_length(struct str s);
/* The longest prefix of at most `limit` bytes that does not cut a character. */
size_t utf8_prefix(struct str s, size_t limit);

#endif
