#include "wire/ocsp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "wire/answer.h"
#include "wire/caching.h"
#include "wire/inside.h"
#include "x509/ocsp.h"

#define OCSP_REQUEST_TYPE "application/ocsp-request"
#define OCSP_RESPONSE_TYPE "application/ocsp-response"

enum {
	SECOND_MS = 1000,
	UUID_BYTES = UUID_TEXT_BYTES - 1,
	ERROR_BYTES = 5, /* what ocsp_response_error() makes */
};

/* ---- The answer ---- */

/* For the log. */
static const char *
status_word(struct bytes response)
{
	static const char *const words[] = { "successful", "malformedRequest", "internalError", "tryLater", "unknown",
		"sigRequired", "unauthorized" };
	bool error = response.n == ERROR_BYTES && response.p[ERROR_BYTES - 1] < ARRAY_COUNT(words);

	return words[error ? response.p[ERROR_BYTES - 1] : OCSP_SUCCESSFUL];
}

/* Another answer to the same question is signed at another time, or is another answer: both go in. FNV-1a. */
static void
render_tag(const struct responder_answer *answer, char out[CACHING_TAG_BYTES])
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < answer->response.n; i++)
		hash = (hash ^ answer->response.p[i]) * 0x100000001b3;
	(void)snprintf(out, CACHING_TAG_BYTES, "\"%" PRIx64 "-%016" PRIx64 "\"", (uint64_t)answer->signed_ms, hash);
}

/* RFC 5019, 6.2: of an answer to GET. */
static void
put_caching(const struct exchange *exchange, const struct responder_answer *answer, struct answer *out)
{
	char tag[CACHING_TAG_BYTES], date[CACHING_DATE_BYTES];
	int64_t left_s = (answer->until_ms - exchange->call.now_ms) / SECOND_MS;

	if (answer->signed_ms == 0 || answer->until_ms == 0 || left_s <= 0) {
		answer_put_header(out, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
		return;
	}
	render_tag(answer, tag);
	answer_put_header(out, MHD_HTTP_HEADER_ETAG, "%s", tag);
	caching_render_date(answer->signed_ms, date);
	answer_put_header(out, MHD_HTTP_HEADER_LAST_MODIFIED, "%s", date);
	caching_render_date(answer->until_ms, date);
	answer_put_header(out, MHD_HTTP_HEADER_EXPIRES, "%s", date);
	answer_put_header(out, MHD_HTTP_HEADER_CACHE_CONTROL, "max-age=%d, public, no-transform, must-revalidate",
		left_s < OCSP_MAX_AGE_S ? (int)left_s : OCSP_MAX_AGE_S);
	if (caching_is_fresh(exchange_header(exchange, MHD_HTTP_HEADER_IF_NONE_MATCH),
		    exchange_header(exchange, MHD_HTTP_HEADER_IF_MODIFIED_SINCE), tag, answer->signed_ms)) {
		out->status = MHD_HTTP_NOT_MODIFIED;
		out->content_type = NULL;
	}
}

/* The response is copied: it may be in the arena, which does not last. */
static struct answer
answer_of(const struct exchange *exchange, const struct responder_answer *answer)
{
	struct answer out = {
		.status = MHD_HTTP_OK, .code = status_word(answer->response), .content_type = OCSP_RESPONSE_TYPE
	};

	if (exchange->question.encoded.p != NULL)
		put_caching(exchange, answer, &out);
	buffer_put(&out.body, answer->response.p, answer->response.n);
	return out;
}

static struct responder_answer
error_answer(struct exchange *exchange, enum ocsp_status status)
{
	return (struct responder_answer){ .response = ocsp_response_error(status, &exchange->arena) };
}

static enum MHD_Result
send_now(struct exchange *exchange, const struct responder_answer *answer)
{
	struct answer out = answer_of(exchange, answer);

	return answer_send(exchange, &out, NULL);
}

/* ---- On a worker ---- */

static bool
run(struct exchange *exchange, struct fault *fault)
{
	struct ocsp_question *question = &exchange->question;

	responder_answer(&exchange->call, question->authority, question->request, &question->answer, fault);
	return true;
}

/* `fault` is the lane's or the worker's: nobody looked. The responder's own is for the log alone. */
static void
finish(struct exchange *exchange, const struct fault *fault)
{
	struct responder_answer *answer = &exchange->question.answer;

	if (fault != NULL)
		*answer = error_answer(exchange, OCSP_TRY_LATER);
	struct answer out = answer_of(exchange, answer);
	(void)atomic_fetch_sub(&exchange->server->questions, 1);
	answer_end(exchange, &out, exchange->fault.code != FAULT_NONE ? &exchange->fault : NULL);
}

/* ---- On the HTTP thread ---- */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* %2B and the like (RFC 3986, 2.1). False: a '%' that begins nothing. */
static bool
decode_percent(struct str text, struct arena *arena, struct str *out)
{
	char *room = arena_alloc(arena, text.n);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		room[n] = text.p[i];
		if (text.p[i] == '%') {
			int high = i + 2 < text.n ? hex_digit(text.p[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(text.p[i + 2]) : -1;
			if (low < 0)
				return false;
			room[n] = (char)(high * 16 + low);
			i += 2;
		}
		n++;
	}
	*out = (struct str){ room, n };
	return true;
}

/* The bytes of the request, wherever they came. */
static bool
question_read(struct exchange *exchange)
{
	struct ocsp_question *question = &exchange->question;
	struct str base64;

	if (question->encoded.p == NULL) {
		question->request = body_bytes(&exchange->body);
		return true;
	}
	return decode_percent(question->encoded, &exchange->arena, &base64) &&
	       base64_decode(base64, &exchange->arena, &question->request);
}

static enum MHD_Result
begin(struct exchange *exchange)
{
	struct server *server = exchange->server;
	struct responder_answer answer = { { 0 }, 0, 0 };

	exchange_prepare(exchange);
	if (!question_read(exchange)) {
		answer = error_answer(exchange, OCSP_MALFORMED_REQUEST);
		return send_now(exchange, &answer);
	}
	if (responder_answer_cached(&exchange->call, exchange->question.authority, exchange->question.request, &answer))
		return send_now(exchange, &answer);
	if (atomic_fetch_add(&server->questions, 1) >= server->limits.queue / OCSP_LANE_SHARE + 1) {
		(void)atomic_fetch_sub(&server->questions, 1);
		answer = error_answer(exchange, OCSP_TRY_LATER);
		return send_now(exchange, &answer);
	}
	exchange_hand_over(exchange, &server->quick, false);
	return MHD_YES;
}

static const struct work ocsp_work = { begin, run, finish };

/* ---- The head ---- */

bool
ocsp_is_here(struct str target)
{
	const size_t n = strlen("/ocsp");

	return str_starts_with(target, STR("/ocsp")) && (target.n == n || target.p[n] == '/' || target.p[n] == '?');
}

/* Takes "/ocsp" and the authority off; *rest is what follows them, without the slash between. */
static void
question_locate(struct exchange *exchange, struct str target, struct str *rest)
{
	struct str path, head;

	(void)str_cut(&target, '?', &path);
	*rest = ocsp_is_here(path) ? (struct str){ path.p + strlen("/ocsp"), path.n - strlen("/ocsp") } : path;
	if (rest->n > 0)
		*rest = (struct str){ rest->p + 1, rest->n - 1 };
	head = *rest;
	if (head.n > UUID_BYTES && head.p[UUID_BYTES] == '/')
		head.n = UUID_BYTES;
	if (!uuid_valid(head))
		return;
	exchange->question.authority = head;
	size_t taken = rest->n > UUID_BYTES ? UUID_BYTES + 1 : UUID_BYTES;
	*rest = (struct str){ rest->p + taken, rest->n - taken };
}

static bool
content_type_known(struct str value)
{
	struct str type;

	(void)str_cut(&value, ';', &type);
	type = str_trim(type);
	return type.n == strlen(OCSP_REQUEST_TYPE) && strncasecmp(type.p, OCSP_REQUEST_TYPE, type.n) == 0;
}

static enum MHD_Result
check_post(struct exchange *exchange, struct str rest)
{
	if (rest.n > 0)
		return answer_message(exchange, MHD_HTTP_NOT_FOUND, "NotFound",
			"OCSP requests are posted to /ocsp or /ocsp/AUTHORITY.", NULL);
	if (!content_type_known(exchange_header(exchange, MHD_HTTP_HEADER_CONTENT_TYPE)))
		return answer_message(exchange, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType",
			"The Content-Type of an OCSP request is " OCSP_REQUEST_TYPE ".", NULL);
	exchange->body_limit = OCSP_MAX_REQUEST_BYTES;
	if (exchange->body_expected != DOOR_LENGTH_UNKNOWN && exchange->body_expected > OCSP_MAX_REQUEST_BYTES)
		return answer_message(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "RequestEntityTooLarge",
			"An OCSP request has at most 16 KiB.", NULL);
	exchange->work = &ocsp_work;
	return MHD_YES;
}

enum MHD_Result
ocsp_check_head(struct exchange *exchange, struct str target)
{
	struct str method = exchange->request.method, rest;
	bool reads = str_is(method, "GET") || str_is(method, "HEAD");

	exchange->page = STR("ocsp");
	question_locate(exchange, target, &rest);
	if (str_is(method, "POST"))
		return check_post(exchange, rest);
	if (!reads || rest.n == 0)
		return answer_message(exchange, MHD_HTTP_METHOD_NOT_ALLOWED, "MethodNotAllowed",
			"OCSP requests are posted, or follow in the path of a GET.",
			reads ? "POST" : "GET, HEAD, POST");
	exchange->question.encoded = rest;
	exchange->work = &ocsp_work;
	return MHD_YES;
}
