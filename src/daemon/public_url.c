#include "daemon/public_url.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static bool
is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool
all_of(struct str s, const char *others)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alphanumeric(s.p[i]) && (s.p[i] == '\0' || strchr(others, s.p[i]) == NULL))
			return false;
	}
	return true;
}

/* Labels of letters, digits and hyphens; IPv4 addresses look the same. */
static bool
is_name(struct str host)
{
	bool more = true;

	if (host.n > 253)
		return false;
	while (more) {
		struct str label;
		more = str_cut(&host, '.', &label);
		if (label.n == 0 || label.n > 63 || !all_of(label, "-") || label.p[0] == '-' ||
			label.p[label.n - 1] == '-')
			return false;
	}
	return true;
}

static bool
is_ipv6(struct str host)
{
	struct in6_addr address;
	char text[INET6_ADDRSTRLEN];

	if (host.n >= sizeof text)
		return false;
	(void)snprintf(text, sizeof text, "%.*s", STR_ARG(host));
	return inet_pton(AF_INET6, text, &address) == 1;
}

static bool
is_port(struct str port)
{
	int64_t n;

	return port.n <= 5 && str_to_i64(port, &n) && n >= 1 && n <= UINT16_MAX;
}

/* "host", "host:80", "[::1]", "[::1]:80" */
static bool
is_authority(struct str authority)
{
	const char *bracket = authority.n > 0 && authority.p[0] == '[' ? memchr(authority.p, ']', authority.n) : NULL;
	struct str host;

	if (bracket != NULL) {
		host = (struct str){ authority.p + 1, (size_t)(bracket - authority.p) - 1 };
		struct str rest = { bracket + 1, authority.n - host.n - 2 };
		return is_ipv6(host) &&
		       (rest.n == 0 || (rest.p[0] == ':' && is_port((struct str){ rest.p + 1, rest.n - 1 })));
	}
	bool ported = str_cut(&authority, ':', &host);
	return is_name(host) && (!ported || is_port(authority));
}

/* Segments of what needs no encoding (RFC 3986, 2.3), none of them empty or made of dots. */
static bool
is_path(struct str path)
{
	bool more = true;

	while (more) {
		struct str segment;
		more = str_cut(&path, '/', &segment);
		if (segment.n == 0 || !all_of(segment, "-._~") || str_is(segment, ".") || str_is(segment, ".."))
			return false;
	}
	return true;
}

bool
public_url_check(struct str url, struct fault *fault)
{
	struct str rest = url, authority;

	if (url.n > PUBLIC_URL_MAX)
		return fault_set(
			fault, FAULT_INVALID_ARGS, "--public-url is longer than %d characters.", PUBLIC_URL_MAX);
	if (!str_starts_with(url, STR("http://")))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"--public-url begins with http://, and '%.*s' does not. Lists and OCSP answers are signed; "
			"over "
			"https a client would have to verify a certificate before it can ask about one.",
			STR_ARG(url));
	rest = (struct str){ url.p + strlen("http://"), url.n - strlen("http://") };
	if (rest.n > 0 && rest.p[rest.n - 1] == '/')
		return fault_set(
			fault, FAULT_INVALID_ARGS, "--public-url has no slash at its end: '%.*s'.", STR_ARG(url));
	bool has_path = str_cut(&rest, '/', &authority);
	if (!is_authority(authority))
		return fault_set(
			fault, FAULT_INVALID_ARGS, "--public-url: '%.*s' is no HOST or HOST:PORT.", STR_ARG(authority));
	if (has_path && !is_path(rest))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"--public-url: the path '/%.*s' is not made of segments of letters, digits, '-', '.', '_' and "
			"'~', without a query.",
			STR_ARG(rest));
	return true;
}
