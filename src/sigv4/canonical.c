#include "sigv4/canonical.h"

#include <stdlib.h>
#include <string.h>

/* A span under construction in the arena, with all the room it will need. */
struct text {
	char *p;
	size_t n;
};

static void
put(struct text *text, struct str s)
{
	if (s.n > 0)
		memcpy(text->p + text->n, s.p, s.n);
	text->n += s.n;
}

static void
put_char(struct text *text, char c)
{
	text->p[text->n++] = c;
}

static char
lower_case(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
canonical_name_is(struct str name, struct str lower)
{
	if (name.n != lower.n)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		if (lower_case(name.p[i]) != lower.p[i])
			return false;
	}
	return true;
}

struct str
canonical_header(const struct sigv4_request *request, struct str lower)
{
	for (size_t i = 0; i < request->header_count; i++) {
		if (canonical_name_is(request->headers[i].name, lower))
			return request->headers[i].value;
	}
	return (struct str){ 0 };
}

void
canonical_split(struct str target, struct str *path, struct str *query)
{
	if (str_cut(&target, '?', path))
		*query = target;
	else
		*query = STR("");
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower_case(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct str
canonical_decode(struct str text, struct arena *arena)
{
	struct text out = { arena_alloc(arena, text.n + 1), 0 };

	for (size_t i = 0; i < text.n; i++) {
		int high = text.p[i] == '%' && text.n - i > 2 ? hex_value(text.p[i + 1]) : -1;
		int low = high >= 0 ? hex_value(text.p[i + 2]) : -1;

		if (low >= 0) {
			put_char(&out, (char)(high * 16 + low));
			i += 2;
		} else {
			put_char(&out, text.p[i]);
		}
	}
	return (struct str){ out.p, out.n };
}

/* RFC 3986's unreserved characters stay, everything else is escaped; `out` has three bytes of room for each. */
static void
put_encoded(struct text *out, struct str s, bool keep_slash)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		char l = lower_case(c);

		if ((l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c) != NULL) ||
			(c == '/' && keep_slash)) {
			put_char(out, c);
		} else {
			put_char(out, '%');
			put_char(out, digits[(uint8_t)c >> 4]);
			put_char(out, digits[(uint8_t)c & 15]);
		}
	}
}

/* "/a/./b//c/../d" is "/a/b/d": empty and "." segments go, ".." takes its parent along, a last '/' stays. */
static struct str
normal_path(struct str path, struct arena *arena)
{
	struct text out = { arena_alloc(arena, path.n + 2), 0 };
	struct str segment;
	bool more = true, folder = true;

	if (path.n > 0 && path.p[0] == '/')
		path = (struct str){ path.p + 1, path.n - 1 };
	while (more) {
		more = str_cut(&path, '/', &segment);
		folder = segment.n == 0 || str_is(segment, ".") || str_is(segment, "..");
		if (str_is(segment, "..")) {
			while (out.n > 0 && out.p[--out.n] != '/')
				;
		} else if (!folder) {
			put_char(&out, '/');
			put(&out, segment);
		}
	}
	if (folder || out.n == 0)
		put_char(&out, '/');
	return (struct str){ out.p, out.n };
}

static struct str
canonical_uri(struct str path, struct arena *arena)
{
	if (path.n <= 1)
		return STR("/");
	struct str normal = normal_path(path, arena);
	struct text out = { arena_array(arena, normal.n, 3), 0 };
	put_encoded(&out, normal, true);
	return (struct str){ out.p, out.n };
}

struct parameter {
	struct str name;
	struct str value;
};

static int
parameter_compare(const void *a, const void *b)
{
	const struct parameter *left = a, *right = b;
	int order = str_compare(left->name, right->name);

	return order != 0 ? order : str_compare(left->value, right->value);
}

static struct str
encoded(struct str s, struct arena *arena)
{
	struct str plain = canonical_decode(s, arena);
	struct text out = { arena_array(arena, plain.n + 1, 3), 0 };

	put_encoded(&out, plain, false);
	return (struct str){ out.p, out.n };
}

static struct str
canonical_query(struct str query, struct arena *arena)
{
	size_t count = 1, n = 0, room = 1;
	struct str item;

	if (query.n == 0)
		return STR("");
	for (size_t i = 0; i < query.n; i++)
		count += query.p[i] == '&';
	struct parameter *parameters = ARENA_ARRAY(arena, struct parameter, count);
	for (bool more = true; more;) {
		more = str_cut(&query, '&', &item);
		if (item.n == 0)
			continue;
		struct str name, value = item;
		if (!str_cut(&value, '=', &name))
			value = STR("");
		parameters[n] = (struct parameter){ encoded(name, arena), encoded(value, arena) };
		room += parameters[n].name.n + parameters[n].value.n + 2;
		n++;
	}
	qsort(parameters, n, sizeof *parameters, parameter_compare);

	struct text out = { arena_alloc(arena, room), 0 };
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			put_char(&out, '&');
		put(&out, parameters[i].name);
		put_char(&out, '=');
		put(&out, parameters[i].value);
	}
	return (struct str){ out.p, out.n };
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Without white space at the ends, and one space for each run of it inside: quotes are not respected, as in botocore.
 */
static void
put_value(struct text *out, struct str value)
{
	size_t begin = out->n;

	for (size_t i = 0; i < value.n; i++) {
		if (!is_space(value.p[i]))
			put_char(out, value.p[i]);
		else if (out->n > begin && out->p[out->n - 1] != ' ')
			put_char(out, ' ');
	}
	if (out->n > begin && out->p[out->n - 1] == ' ')
		out->n--;
}

/* "name:value,value\n", the values of every header of that name in the order received. */
static void
put_header(struct text *out, const struct sigv4_request *request, struct str name)
{
	bool first = true;

	put(out, name);
	put_char(out, ':');
	for (size_t i = 0; i < request->header_count; i++) {
		if (!canonical_name_is(request->headers[i].name, name))
			continue;
		if (!first)
			put_char(out, ',');
		put_value(out, request->headers[i].value);
		first = false;
	}
	put_char(out, '\n');
}

/* As much as put_header() can write. */
static size_t
header_room(const struct sigv4_request *request, struct str name)
{
	size_t room = name.n + 2;

	for (size_t i = 0; i < request->header_count; i++) {
		if (canonical_name_is(request->headers[i].name, name))
			room += request->headers[i].value.n + 1;
	}
	return room;
}

static size_t
headers_room(const struct sigv4_request *request, struct str names)
{
	struct str name;
	size_t room = 0;

	for (bool more = true; more;) {
		more = str_cut(&names, ';', &name);
		room += header_room(request, name);
	}
	return room;
}

struct str
canonical_request(
	const struct sigv4_request *request, struct str signed_headers, struct str payload_hash, struct arena *arena)
{
	struct str path, query, name, names = signed_headers;

	canonical_split(request->target, &path, &query);
	struct str uri = canonical_uri(path, arena);
	query = canonical_query(query, arena);
	struct text out = { arena_alloc(arena, request->method.n + uri.n + query.n + headers_room(request, names) +
						       signed_headers.n + payload_hash.n + 8),
		0 };

	put(&out, request->method);
	put_char(&out, '\n');
	put(&out, uri);
	put_char(&out, '\n');
	put(&out, query);
	put_char(&out, '\n');
	for (bool more = true; more;) {
		more = str_cut(&names, ';', &name);
		put_header(&out, request, name);
	}
	put_char(&out, '\n');
	put(&out, signed_headers);
	put_char(&out, '\n');
	put(&out, payload_hash);
	return (struct str){ out.p, out.n };
}

void
canonical_sign(const struct sigv4_request *request, struct str signed_headers, struct str payload_hash,
	struct str timestamp, struct str scope, const uint8_t key[SIGV4_KEY_BYTES], struct arena *arena,
	char signature[DIGEST_HEX_CHARS])
{
	struct str canonical = canonical_request(request, signed_headers, payload_hash, arena);
	uint8_t digest[DIGEST_BYTES];
	char hex[DIGEST_HEX_CHARS];

	digest_sha256(bytes_of_str(canonical), digest);
	digest_hex(digest, hex);
	struct str to_sign = arena_printf(
		arena, SIGV4_ALGORITHM "\n%.*s\n%.*s\n%.*s", STR_ARG(timestamp), STR_ARG(scope), DIGEST_HEX_CHARS, hex);
	digest_hmac((struct bytes){ key, SIGV4_KEY_BYTES }, bytes_of_str(to_sign), digest);
	digest_hex(digest, signature);
}
