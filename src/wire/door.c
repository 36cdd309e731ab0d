#include "wire/door.h"

#include <string.h>
#include <strings.h>

#include "base/attributes.h"

static bool
name_is(struct str name, const char *known)
{
	return name.n == strlen(known) && strncasecmp(name.p, known, name.n) == 0;
}

static size_t
times(const struct door_head *head, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < head->header_count; i++)
		n += name_is(head->headers[i].name, name);
	return n;
}

static struct str
value_of(const struct door_head *head, const char *name)
{
	for (size_t i = 0; i < head->header_count; i++) {
		if (name_is(head->headers[i].name, name))
			return head->headers[i].value;
	}
	return (struct str){ 0 };
}

/* RFC 9110, 5.6.2 */
static bool
is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!alphanumeric && (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL))
			return false;
	}
	return s.n > 0;
}

/* RFC 9110, 5.5: no control character but the tab; a bare CR is one. */
static bool
is_field_value(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (((uint8_t)s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f)
			return false;
	}
	return true;
}

/* RFC 3986: a URI is visible ASCII. */
static bool
is_visible(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] <= 0x20 || s.p[i] >= 0x7f)
			return false;
	}
	return s.n > 0;
}

static bool
is_number(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	}
	return s.n > 0;
}

static const char *
refuse_fields(const struct door_head *head)
{
	for (size_t i = 0; i < head->header_count; i++) {
		if (!is_token(head->headers[i].name))
			return "A header's name is not a token (RFC 9110, 5.6.2): there may be no white space before "
			       "the colon.";
		if (!is_field_value(head->headers[i].value))
			return "A header's value holds a control character (RFC 9110, 5.5).";
	}
	return NULL;
}

/* Walks from the method to the empty line. Whatever a forgiving parser skipped, joined or cut short leaves a gap: a
 * bare LF is one byte instead of two, a folded line stands elsewhere, a NUL ends a string early. */
static const char *
refuse_gaps(const struct door_head *head)
{
	const char *at = head->method + strlen(head->method) + 1;

	if (head->path != at || head->version != at + head->target.n + 1)
		return "The request line is not `METHOD SP TARGET SP VERSION CRLF` (RFC 9112, 3).";
	at = head->version + strlen(head->version) + 2;
	for (size_t i = 0; i < head->header_count; i++) {
		const struct sigv4_header *header = &head->headers[i];
		if (header->name.p != at || header->value.p < header->name.p + header->name.n + 1)
			return "The head holds a folded line, a NUL byte, or a line that does not end in CRLF (RFC "
			       "9112, 2.2 and 5.2).";
		at = header->value.p + header->value.n + 2;
	}
	if (at + 2 != head->method + head->bytes)
		return "The head holds a folded line, a NUL byte, or a line that does not end in CRLF (RFC 9112, 2.2 "
		       "and 5.2).";
	return NULL;
}

static const char *
refuse_repeated(const struct door_head *head)
{
	static const struct {
		const char *name;
		const char *sentence;
	} once[] = {
		{ "Host", "The Host header is there more than once." },
		{ "Content-Length", "The Content-Length header is there more than once." },
		{ "Transfer-Encoding", "The Transfer-Encoding header is there more than once." },
		{ "Content-Type", "The Content-Type header is there more than once." },
		{ "Authorization", "The Authorization header is there more than once." },
		{ "X-Amz-Date", "The X-Amz-Date header is there more than once." },
		{ "X-Amz-Target", "The X-Amz-Target header is there more than once." },
		{ "X-Amz-Content-Sha256", "The X-Amz-Content-Sha256 header is there more than once." },
		{ "X-Amz-Security-Token", "The X-Amz-Security-Token header is there more than once." },
	};

	for (size_t i = 0; i < ARRAY_COUNT(once); i++) {
		if (times(head, once[i].name) > 1)
			return once[i].sentence;
	}
	return NULL;
}

/* RFC 9112, 6.1 and 6.3: how long the body is must have one answer. */
static const char *
refuse_framing(const struct door_head *head)
{
	struct str coding = value_of(head, "Transfer-Encoding");
	struct str length = value_of(head, "Content-Length");

	if (coding.p != NULL && length.p != NULL)
		return "Transfer-Encoding and Content-Length are there together.";
	if (coding.p != NULL && !name_is(coding, "chunked"))
		return "The only transfer coding that is understood is chunked.";
	if (coding.p != NULL && strcmp(head->version, "HTTP/1.1") != 0)
		return "Transfer-Encoding needs HTTP/1.1.";
	if (length.p != NULL && !is_number(length))
		return "Content-Length is not a number.";
	return NULL;
}

const char *
door_refusal(const struct door_head *head)
{
	const char *why = NULL;

	if (head->header_count > DOOR_MAX_HEADERS)
		return "There are more than 100 headers.";
	if (!is_visible(head->target))
		return "The target in the request line is missing, or holds something else than visible ASCII.";
	if (!is_token(str_of(head->method)))
		return "The method is not a token (RFC 9110, 9.1).";
	if ((why = refuse_fields(head)) != NULL)
		return why;
	if (head->in_place && (why = refuse_gaps(head)) != NULL)
		return why;
	if ((why = refuse_repeated(head)) != NULL)
		return why;
	if (str_trim(value_of(head, "Host")).n == 0)
		return "The Host header is missing.";
	return refuse_framing(head);
}

struct str
door_origin_form(struct str target)
{
	static const struct str schemes[] = { { "http://", 7 }, { "https://", 8 } };

	for (size_t i = 0; i < ARRAY_COUNT(schemes); i++) {
		if (target.n < schemes[i].n || strncasecmp(target.p, schemes[i].p, schemes[i].n) != 0)
			continue;
		struct str rest = { target.p + schemes[i].n, target.n - schemes[i].n };
		const char *path = memchr(rest.p, '/', rest.n);
		return path != NULL ? (struct str){ path, (size_t)(rest.p + rest.n - path) } : STR("/");
	}
	return target;
}

size_t
door_body_length(const struct door_head *head)
{
	struct str length = value_of(head, "Content-Length");
	int64_t n = 0;

	if (length.p == NULL)
		return value_of(head, "Transfer-Encoding").p != NULL ? DOOR_LENGTH_UNKNOWN : 0;
	/* Digits alone, or the door would have refused: what does not fit is over any limit. */
	return str_to_i64(length, &n) ? (size_t)n : DOOR_LENGTH_UNKNOWN - 1;
}
