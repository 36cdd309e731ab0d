#include "client/endpoint.h"

#include <string.h>

#include "client/curl.h"

AUTO_FREE(CURLU, curl()->url_cleanup);

static struct str
part(CURLU *url, CURLUPart which, struct arena *arena)
{
	char *text = NULL;

	if (curl()->url_get(url, which, &text, CURLU_NO_DEFAULT_PORT) != CURLUE_OK)
		return (struct str){ 0 };
	struct str copy = arena_str(arena, str_of(text));
	curl()->free(text);
	return copy;
}

bool
endpoint_parse(struct str url, struct arena *arena, struct endpoint *out, struct fault *fault)
{
	if (!curl_load(fault))
		return false;

	AUTO(CURLU) parsed = curl()->url();
	const char *text = arena_cstr(arena, url);

	if (text == NULL || strlen(text) != url.n || curl()->url_set(parsed, CURLUPART_URL, text, 0) != CURLUE_OK)
		return fault_set(fault, FAULT_INVALID_ARGS, "Invalid endpoint: %.*s", STR_ARG(url));
	struct str scheme = part(parsed, CURLUPART_SCHEME, arena);
	struct str host = part(parsed, CURLUPART_HOST, arena);
	struct str port = part(parsed, CURLUPART_PORT, arena);
	struct str path = part(parsed, CURLUPART_PATH, arena);
	if (!str_is(scheme, "http") && !str_is(scheme, "https"))
		return fault_set(
			fault, FAULT_INVALID_ARGS, "Invalid endpoint: %s (only http and https are spoken)", text);
	if (part(parsed, CURLUPART_USER, arena).p != NULL || part(parsed, CURLUPART_QUERY, arena).p != NULL ||
		part(parsed, CURLUPART_FRAGMENT, arena).p != NULL)
		return fault_set(
			fault, FAULT_INVALID_ARGS, "Invalid endpoint: it may have no user, query or fragment part");

	out->host = port.p != NULL ? arena_printf(arena, "%.*s:%.*s", STR_ARG(host), STR_ARG(port)) : host;
	out->target = path.p != NULL ? path : STR("/");
	out->url = arena_printf(arena, "%.*s://%.*s%.*s", STR_ARG(scheme), STR_ARG(out->host), STR_ARG(out->target)).p;
	return true;
}
