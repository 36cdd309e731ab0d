#include "wire/page.h"

#include <string.h>

#include "wire/answer.h"
#include "wire/api.h"
#include "wire/document.h"
#include "wire/health.h"
#include "wire/inside.h"
#include "wire/ocsp.h"

static bool
reads(const struct exchange *exchange)
{
	return str_is(exchange->request.method, "GET") || str_is(exchange->request.method, "HEAD");
}

static bool
posts(const struct exchange *exchange)
{
	return str_is(exchange->request.method, "POST");
}

/* The path of --public-url may stand before public pages, whether or not a proxy in front takes it off. */
static struct str
without_public_path(const struct exchange *exchange, struct str target)
{
	struct str url = str_of(exchange->server->house.settings->public_url), host;

	if (url.p == NULL)
		return target;
	url = (struct str){ url.p + strlen("http://"), url.n - strlen("http://") };
	if (!str_cut(&url, '/', &host))
		return target;
	/* From the slash that was cut at. */
	struct str path = { url.p - 1, url.n + 1 };
	bool below = str_starts_with(target, path) && target.n > path.n && target.p[path.n] == '/';
	return below ? (struct str){ target.p + path.n, target.n - path.n } : target;
}

/* Pages for everybody. False: this is none. */
static bool
public_page(struct exchange *exchange, enum MHD_Result *result)
{
	struct str target = without_public_path(exchange, exchange->request.target);
	bool narrow = exchange->listener->kind == LISTENER_PKI;

	if (ocsp_is_here(target) || (narrow && posts(exchange) && str_is(target, "/"))) {
		*result = ocsp_check_head(exchange, target);
		return true;
	}
	if (!document_is_here(target, narrow))
		return false;
	*result = reads(exchange) ? document_answer(exchange, target)
				  : answer_message(exchange, MHD_HTTP_METHOD_NOT_ALLOWED, "MethodNotAllowed",
					    "This can only be read.", "GET, HEAD");
	return true;
}

static enum MHD_Result
answer_pki_unknown(struct exchange *exchange)
{
	return answer_message(exchange, MHD_HTTP_NOT_FOUND, "NotFound",
		"There is nothing here. This address serves revocation lists and OCSP, and nothing else.", NULL);
}

static enum MHD_Result
answer_api_unknown(struct exchange *exchange, bool page)
{
	if (page || (!reads(exchange) && !posts(exchange)))
		return answer_message(exchange, MHD_HTTP_METHOD_NOT_ALLOWED, "MethodNotAllowed",
			"The API is POST /. GET /health and GET /ready tell how the server is.",
			page ? "GET, HEAD" : "POST");
	return answer_message(
		exchange, MHD_HTTP_NOT_FOUND, "NotFound", "There is nothing here. The API is POST /.", NULL);
}

enum MHD_Result
page_check_head(struct exchange *exchange)
{
	struct str target = exchange->request.target, path;
	enum MHD_Result result = MHD_NO;

	(void)str_cut(&target, '?', &path);
	bool wide = exchange->listener->kind == LISTENER_API;
	bool health = wide && str_is(path, "/health"), ready = wide && str_is(path, "/ready");
	if (wide && posts(exchange) && str_is(path, "/"))
		return api_check_head(exchange);
	if (health && reads(exchange))
		return health_answer(exchange);
	if (ready && reads(exchange))
		return health_answer_ready(exchange);
	if (public_page(exchange, &result))
		return result;
	return wide ? answer_api_unknown(exchange, health || ready) : answer_pki_unknown(exchange);
}
