#include "client/transport.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "client/curl.h"

/* Of an answer, for those who want to see them. */
enum { CLIENT_HEADERS_MAX_BYTES = 64 * 1024 };

struct transport {
	const struct client_settings *settings;
	CURL *easy;
	char why[CURL_ERROR_SIZE];
};

typedef struct curl_slist curl_slist;
AUTO_FREE(curl_slist, curl()->slist_free_all);

struct transport *
transport_new(const struct client_settings *settings)
{
	struct transport *transport = memory_take_zeroed(sizeof *transport);

	transport->settings = settings;
	transport->easy = curl()->easy_init();
	if (transport->easy == NULL)
		memory_exhausted(sizeof *transport);
	return transport;
}

void
transport_free(struct transport *transport)
{
	if (transport == NULL)
		return;
	curl()->easy_cleanup(transport->easy);
	free(transport);
}

/* What an answer is written into while it comes. */
struct answer {
	struct arena *arena;
	struct buffer body, headers;
	struct str request_id;
	bool wants_headers;
};

static size_t
take_body(char *p, size_t size, size_t n, void *context)
{
	struct answer *answer = context;

	(void)size; /* always 1, libcurl says */
	if (n > CLIENT_ANSWER_MAX_BYTES - answer->body.n)
		return 0;
	buffer_put(&answer->body, p, n);
	return n;
}

static size_t
take_header(char *p, size_t size, size_t n, void *context)
{
	static const char name[] = "x-amzn-RequestId:";
	struct answer *answer = context;

	(void)size;
	if (answer->wants_headers && answer->headers.n < CLIENT_HEADERS_MAX_BYTES)
		buffer_put(&answer->headers, p, n);
	if (n >= sizeof name && strncasecmp(p, name, sizeof name - 1) == 0) {
		struct str value = { p + sizeof name - 1, n - (sizeof name - 1) };
		while (value.n > 0 && (value.p[value.n - 1] == '\n' || value.p[value.n - 1] == '\r'))
			value.n--;
		answer->request_id = arena_str(answer->arena, str_trim(value));
	}
	return n;
}

/* A proxy cannot reach our loopback, whatever the environment says about proxies. */
static bool
is_loopback(const char *url)
{
	static const char *const hosts[] = { "://127.", "://localhost:", "://localhost/", "://[::1]" };

	for (size_t i = 0; i < ARRAY_COUNT(hosts); i++) {
		if (strstr(url, hosts[i]) != NULL)
			return true;
	}
	return false;
}

static struct curl_slist *
header_list(const struct transport_header *headers, size_t count, struct arena *arena)
{
	/* The body is sent at once: servers that know the request is authentic by its headers have no reason to ask. */
	struct curl_slist *list = curl()->slist_append(NULL, "Expect:");

	for (size_t i = 0; i < count; i++) {
		struct str line =
			arena_printf(arena, "%.*s: %.*s", STR_ARG(headers[i].name), STR_ARG(headers[i].value));
		struct curl_slist *longer = curl()->slist_append(list, line.p);
		if (longer == NULL)
			memory_exhausted(line.n);
		list = longer;
	}
	return list;
}

static void
configure(CURL *easy, const struct client_settings *settings, const char *url)
{
	curl()->easy_setopt(easy, CURLOPT_URL, url);
	curl()->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl()->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl()->easy_setopt(easy, CURLOPT_USERAGENT,
		settings->user_agent != NULL ? settings->user_agent : "chancery/" CHANCERY_VERSION);
	curl()->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)settings->connect_timeout_ms);
	/* A read time-out limits silence, not the whole transfer: one byte in that many seconds is enough. */
	curl()->easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl()->easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)((settings->read_timeout_ms + 999) / 1000));
	if (settings->skip_tls_verification) {
		curl()->easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl()->easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (settings->ca_bundle != NULL)
		curl()->easy_setopt(easy, CURLOPT_CAINFO, settings->ca_bundle);
	if (is_loopback(url))
		curl()->easy_setopt(easy, CURLOPT_NOPROXY, "*");
}

static enum client_problem
problem_of(CURL *easy, CURLcode code)
{
	double connected_s = 0;

	switch (code) {
	case CURLE_OK:
		return CLIENT_FINE;
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return CLIENT_UNREACHABLE;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_ISSUER_ERROR:
		return CLIENT_TLS_FAILED;
	case CURLE_OPERATION_TIMEDOUT:
		curl()->easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME, &connected_s);
		return connected_s > 0 ? CLIENT_READ_TIMEOUT : CLIENT_CONNECT_TIMEOUT;
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_PARTIAL_FILE:
		return CLIENT_CLOSED;
	default:
		return CLIENT_NOT_AN_ANSWER;
	}
}

enum client_problem
transport_post(struct transport *transport, const char *url, const struct transport_header *headers,
	size_t header_count, struct bytes body, struct arena *arena, struct transport_answer *out, struct str *why)
{
	CURL *easy = transport->easy;
	struct answer answer = { .arena = arena, .wants_headers = transport->settings->watch != NULL };
	AUTO(curl_slist) lines = header_list(headers, header_count, arena);

	transport->why[0] = '\0';
	curl()->easy_reset(easy);
	configure(easy, transport->settings, url);
	curl()->easy_setopt(easy, CURLOPT_ERRORBUFFER, transport->why);
	curl()->easy_setopt(easy, CURLOPT_HTTPHEADER, lines);
	curl()->easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
	curl()->easy_setopt(easy, CURLOPT_POSTFIELDS, body.p);
	curl()->easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl()->easy_setopt(easy, CURLOPT_WRITEDATA, &answer);
	curl()->easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl()->easy_setopt(easy, CURLOPT_HEADERDATA, &answer);

	CURLcode code = curl()->easy_perform(easy);
	enum client_problem problem = problem_of(easy, code);
	if (problem == CLIENT_FINE) {
		long status = 0;
		curl()->easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
		*out = (struct transport_answer){ (int)status, answer.request_id,
			arena_str(arena, buffer_str(&answer.headers)), arena_str(arena, buffer_str(&answer.body)) };
	} else {
		*why = arena_str(
			arena, str_of(transport->why[0] != '\0' ? transport->why : curl()->easy_strerror(code)));
	}
	buffer_done(&answer.body);
	buffer_done(&answer.headers);
	return problem;
}
