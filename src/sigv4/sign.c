#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sigv4/canonical.h"

void
sigv4_key_derive(struct bytes access_key_secret, struct str date, struct str region, struct str service,
	uint8_t key[SIGV4_KEY_BYTES])
{
	static const char prefix[] = "AWS4";
	enum { PREFIX_BYTES = sizeof prefix - 1 };
	struct secret first = secret_new(PREFIX_BYTES + access_key_secret.n);

	memcpy(first.p, prefix, PREFIX_BYTES);
	if (access_key_secret.n > 0)
		memcpy(first.p + PREFIX_BYTES, access_key_secret.p, access_key_secret.n);

	struct bytes link = { key, SIGV4_KEY_BYTES };
	digest_hmac(secret_bytes(first), bytes_of_str(date), key);
	digest_hmac(link, bytes_of_str(region), key);
	digest_hmac(link, bytes_of_str(service), key);
	digest_hmac(link, bytes_of_str(STR(SIGV4_TERMINATOR)), key);
	secret_done(&first);
}

static int
name_compare(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static struct str
lower_name(struct str name, struct arena *arena)
{
	char *copy = arena_alloc(arena, name.n + 1);

	for (size_t i = 0; i < name.n; i++)
		copy[i] = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] - 'A' + 'a') : name.p[i];
	return (struct str){ copy, name.n };
}

/* Every header's name, lower case, sorted, each once: "content-type;host;x-amz-date". */
static struct str
all_names(const struct sigv4_request *request, struct arena *arena)
{
	struct str *names = ARENA_ARRAY(arena, struct str, request->header_count);
	size_t room = 0, n = 0;

	for (size_t i = 0; i < request->header_count; i++) {
		names[i] = lower_name(request->headers[i].name, arena);
		room += names[i].n + 1;
	}
	qsort(names, request->header_count, sizeof *names, name_compare);

	char *joined = arena_alloc(arena, room);
	for (size_t i = 0; i < request->header_count; i++) {
		if (i > 0 && str_equal(names[i], names[i - 1]))
			continue;
		if (n > 0)
			joined[n++] = ';';
		memcpy(joined + n, names[i].p, names[i].n);
		n += names[i].n;
	}
	return (struct str){ joined, n };
}

struct str
sigv4_sign(const struct sigv4_request *request, struct str access_key_id, struct str region, struct str service,
	struct str timestamp, const uint8_t key[SIGV4_KEY_BYTES], struct arena *arena)
{
	char hash[DIGEST_HEX_CHARS], signature[DIGEST_HEX_CHARS];
	struct str payload_hash = canonical_header(request, STR("x-amz-content-sha256"));
	struct str names = all_names(request, arena);
	struct str date = { timestamp.p, timestamp.n < SIGV4_DATE_BYTES ? timestamp.n : SIGV4_DATE_BYTES };
	struct str scope = arena_printf(
		arena, "%.*s/%.*s/%.*s/" SIGV4_TERMINATOR, STR_ARG(date), STR_ARG(region), STR_ARG(service));

	if (payload_hash.p == NULL) {
		uint8_t digest[DIGEST_BYTES];
		digest_sha256(request->body, digest);
		digest_hex(digest, hash);
		payload_hash = (struct str){ hash, sizeof hash };
	}
	canonical_sign(request, names, payload_hash, timestamp, scope, key, arena, signature);
	return arena_printf(arena, SIGV4_ALGORITHM " Credential=%.*s/%.*s, SignedHeaders=%.*s, Signature=%.*s",
		STR_ARG(access_key_id), STR_ARG(scope), STR_ARG(names), DIGEST_HEX_CHARS, signature);
}
