/* Heads are laid out as libmicrohttpd leaves them: cut into strings where they stand, CR and LF overwritten with NUL.
 */
#include "wire/door.h"

#include "base/buffer.h"
#include "test.h"

enum { HEAD_ROOM = 8192 };

struct letter {
	char raw[HEAD_ROOM];
	char target[1024];
	struct sigv4_header headers[DOOR_MAX_HEADERS + 1];
	struct door_head head;
};

/* Reads one line as the parser does: CRLF and bare LF both end it, both are overwritten. */
static char *
take_line(char **at)
{
	char *line = *at, *end = strchr(line, '\n');

	*at = end + 1;
	*end = '\0';
	if (end > line && end[-1] == '\r')
		end[-1] = '\0';
	return line;
}

static void
parse_request_line(struct letter *letter, char *line)
{
	char *target = strchr(line, ' '), *version = strrchr(line, ' ');

	*target++ = '\0';
	while (*target == ' ')
		target++;
	*version++ = '\0';
	(void)snprintf(letter->target, sizeof letter->target, "%s", target);
	char *query = strchr(target, '?');
	if (query != NULL)
		*query = '\0';
	letter->head = (struct door_head){ .method = line,
		.path = target,
		.version = version,
		.target = str_of(letter->target),
		.in_place = true,
		.headers = letter->headers };
}

static void
letter_parse(struct letter *letter, const char *text)
{
	char *at = letter->raw, *line;

	(void)snprintf(letter->raw, sizeof letter->raw, "%s", text);
	parse_request_line(letter, take_line(&at));
	while (*(line = take_line(&at)) != '\0') {
		struct sigv4_header *header = &letter->headers[letter->head.header_count];
		char *colon = strchr(line, ':');
		if (*line == ' ' || *line == '\t') {
			/* What the parser does with a folded line: the value is joined, and stands where it stands. */
			(void)memmove(
				(char *)(uintptr_t)header[-1].value.p + header[-1].value.n, line + 1, strlen(line));
			header[-1].value.n += strlen(line) - 1;
			continue;
		}
		*colon++ = '\0';
		while (*colon == ' ' || *colon == '\t')
			colon++;
		*header = (struct sigv4_header){ str_of(line), str_of(colon) };
		letter->head.header_count++;
	}
	letter->head.bytes = (size_t)(at - letter->raw);
}

#define START "POST / HTTP/1.1\r\nHost: 127.0.0.1:8226\r\n"

static const char *
refusal(const char *text)
{
	static struct letter letter;

	letter = (struct letter){ .raw = { 0 } };
	letter_parse(&letter, text);
	return door_refusal(&letter.head);
}

#define CHECK_IN(text)                                                                                                 \
	do {                                                                                                           \
		const char *why_ = refusal(text);                                                                      \
		if (why_ != NULL)                                                                                      \
			fail_msg("was refused: %s", why_);                                                             \
	} while (0)
#define CHECK_OUT(text, words)                                                                                         \
	do {                                                                                                           \
		const char *why_ = refusal(text);                                                                      \
		if (why_ == NULL || strstr(why_, (words)) == NULL)                                                     \
			fail_msg("%s: not \"%s\"", why_ != NULL ? why_ : "(was let in)", (words));                     \
	} while (0)

TEST(door, lets_ordinary_requests_in)
{
	CHECK_IN(START "\r\n");
	CHECK_IN(START "Content-Length: 2\r\nX-Amz-Target: a.B\r\n\r\n");
	CHECK_IN(START "Content-Length:2\r\nEmpty:\r\nSpaced: \t a  b \t\r\n\r\n");
	CHECK_IN(START "Transfer-Encoding: Chunked\r\n\r\n");
	CHECK_IN("GET /health?a=b HTTP/1.0\r\nHost: h\r\n\r\n");
	CHECK_IN(START "Accept: a\r\nAccept: b\r\n\r\n");
}

TEST(door, wants_names_that_are_tokens)
{
	CHECK_OUT(START "Content-Length : 2\r\n\r\n", "not a token");
	CHECK_OUT(START "Content\tLength: 2\r\n\r\n", "not a token");
	CHECK_OUT(START ": 2\r\n\r\n", "not a token");
	CHECK_OUT(START "N\xc3\xa4me: 2\r\n\r\n", "not a token");
	CHECK_OUT("PO(ST / HTTP/1.1\r\nHost: h\r\n\r\n", "method");
}

TEST(door, wants_values_without_control_characters)
{
	CHECK_OUT(START "A: b\rc\r\n\r\n", "control character");
	CHECK_OUT(START "A: b\x01\r\n\r\n", "control character");
	CHECK_OUT(START "A: b\x7f\r\n\r\n", "control character");
	CHECK_IN(START "A: b\tc\r\n\r\n");
	CHECK_IN(START "A: \xc3\xa4\r\n\r\n");
}

TEST(door, wants_a_target_of_visible_ascii)
{
	CHECK_OUT("POST /  HTTP/1.1\r\nHost: h\r\n\r\n", "visible ASCII");
	CHECK_OUT("POST /a\tb HTTP/1.1\r\nHost: h\r\n\r\n", "visible ASCII");
	CHECK_OUT("POST /\xc3\xa4 HTTP/1.1\r\nHost: h\r\n\r\n", "visible ASCII");
}

TEST(door, accounts_for_every_byte_of_the_head)
{
	CHECK_OUT("POST / HTTP/1.1\nHost: h\r\n\r\n", "CRLF");
	CHECK_OUT("POST / HTTP/1.1\r\nHost: h\n\r\n", "CRLF");
	CHECK_OUT("POST / HTTP/1.1\r\nHost: h\r\n\n", "CRLF");
	CHECK_OUT("POST / HTTP/1.1\r\nHost: h\nA: b\r\n\r\n", "CRLF");
	CHECK_OUT("POST / HTTP/1.1\r\nHost: h\r\nA: b\n\n", "CRLF");
	CHECK_OUT("POST  / HTTP/1.1\r\nHost: h\r\n\r\n", "request line");
	CHECK_OUT(START "A: b\r\n c\r\nD: e\r\n\r\n", "folded");
	CHECK_OUT(START "A: b\r\n\tc\r\n\r\n", "folded");
}

TEST(door, finds_a_nul_that_cuts_a_string_short)
{
	struct letter letter = { .raw = { 0 } };

	letter_parse(&letter, START "A: bcd\r\nE: f\r\n\r\n");
	CHECK(door_refusal(&letter.head) == NULL);
	letter.headers[1].value.n = 1; /* "b\0d" */
	CHECK(door_refusal(&letter.head) != NULL);
	letter.headers[1].value.n = 3;
	letter.head.target.n = 0;
	CHECK(door_refusal(&letter.head) != NULL);
}

TEST(door, trusts_a_strict_parser_whose_layout_it_does_not_know)
{
	struct letter letter = { .raw = { 0 } };

	letter_parse(&letter, "POST / HTTP/1.1\nHost: h\n\n");
	letter.head.in_place = false;
	CHECK(door_refusal(&letter.head) == NULL);
}

TEST(door, wants_each_of_these_once)
{
	static const char *const once[] = { "Host", "content-length", "Transfer-Encoding", "Authorization",
		"X-Amz-Date", "x-amz-target", "Content-Type", "X-Amz-Content-Sha256", "X-Amz-Security-Token" };

	for (size_t i = 0; i < ARRAY_COUNT(once); i++) {
		char text[512];
		(void)snprintf(
			text, sizeof text, "POST / HTTP/1.1\r\nHost: h\r\n%s: 1\r\n%s: 1\r\n\r\n", once[i], once[i]);
		CHECK_OUT(text, "more than once");
	}
}

TEST(door, wants_one_answer_to_how_long_the_body_is)
{
	CHECK_OUT(START "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n", "together");
	CHECK_OUT(START "Transfer-Encoding: gzip\r\n\r\n", "chunked");
	CHECK_OUT(START "Transfer-Encoding: gzip, chunked\r\n\r\n", "chunked");
	CHECK_OUT(START "Transfer-Encoding: chunked \r\n\r\n", "chunked");
	CHECK_OUT(START "Transfer-Encoding:\r\n\r\n", "chunked");
	CHECK_OUT("POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1");
	CHECK_OUT(START "Content-Length: +2\r\n\r\n", "not a number");
	CHECK_OUT(START "Content-Length: 0x2\r\n\r\n", "not a number");
	CHECK_OUT(START "Content-Length: 2, 2\r\n\r\n", "not a number");
	CHECK_OUT(START "Content-Length:\r\n\r\n", "not a number");
}

TEST(door, wants_a_host)
{
	CHECK_OUT("POST / HTTP/1.1\r\nA: b\r\n\r\n", "Host header is missing");
	CHECK_OUT("POST / HTTP/1.0\r\nA: b\r\n\r\n", "Host header is missing");
	CHECK_OUT("POST / HTTP/1.1\r\nHost: \r\n\r\n", "Host header is missing");
}

TEST(door, counts_headers)
{
	struct buffer text = { 0 };

	buffer_put_cstr(&text, START);
	for (int i = 0; i < DOOR_MAX_HEADERS - 1; i++)
		buffer_put_cstr(&text, "A: b\r\n");
	buffer_put_cstr(&text, "\r\n");
	CHECK_IN(text.p);
	text.n -= 2;
	buffer_put_cstr(&text, "A: b\r\n\r\n");
	CHECK_OUT(text.p, "more than 100");
	buffer_done(&text);
}

TEST(door, reads_the_announced_length)
{
	static const struct {
		const char *text;
		size_t length;
	} bodies[] = {
		{ START "\r\n", 0 },
		{ START "Content-Length: 0\r\n\r\n", 0 },
		{ START "content-length: 4194305\r\n\r\n", 4194305 },
		{ START "Content-Length: 99999999999999999999999999\r\n\r\n", DOOR_LENGTH_UNKNOWN - 1 },
		{ START "Transfer-Encoding: chunked\r\n\r\n", DOOR_LENGTH_UNKNOWN },
	};

	for (size_t i = 0; i < ARRAY_COUNT(bodies); i++) {
		struct letter letter = { .raw = { 0 } };
		letter_parse(&letter, bodies[i].text);
		CHECK(door_body_length(&letter.head) == bodies[i].length);
	}
}

TEST(door, finds_the_path_in_a_whole_url)
{
	static const struct {
		const char *target, *path;
	} targets[] = {
		{ "/", "/" },
		{ "/health?a=http://b/", "/health?a=http://b/" },
		{ "http://127.0.0.1:8226/", "/" },
		{ "HTTPS://acm.example:443/health?a=b", "/health?a=b" },
		{ "http://acm.example", "/" },
		{ "ftp://acm.example/", "ftp://acm.example/" },
		{ "http:/", "http:/" },
		{ "*", "*" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(targets); i++)
		CHECK_TEXT(door_origin_form(str_of(targets[i].target)), targets[i].path);
}

TEST_MAIN("door");
