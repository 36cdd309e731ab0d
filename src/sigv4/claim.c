/* claim.c — what a request says about its signature, checked in AWS's order before anything is proved. The numbers are
 * the rows of the order of checks that AWS's front ends follow; each has its code and its words. */
#include <string.h>

#include "base/memory.h"
#include "sigv4/canonical.h"
#include "sigv4/moment.h"

/* Real requests sign about ten; each costs a look at every header that was sent. */
enum { SIGV4_MAX_SIGNED_HEADERS = 100 };
/* Longer runs of hexadecimal digits in a quoted header are taken for a signature. */
enum { MASKED_HEX_RUN = 32 };

struct parts {
	struct str credential;
	struct str signed_headers;
	struct str signature;
};

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The header without what could be a signature: what follows "Signature=", and any long run of hexadecimal digits. */
static struct str
masked(struct str header, struct arena *arena)
{
	static const struct str name = { "Signature=", 10 };
	char *out = arena_alloc(arena, header.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < header.n;) {
		size_t run = 0;
		bool named = i >= name.n && memcmp(header.p + i - name.n, name.p, name.n) == 0;

		while (i + run < header.n &&
			(named ? strchr(", ", header.p[i + run]) == NULL : is_hex(header.p[i + run])))
			run++;
		if (run > 0 && (named || run >= MASKED_HEX_RUN)) {
			out[n++] = '*';
			i += run;
		} else {
			out[n++] = header.p[i++];
		}
	}
	return (struct str){ out, n };
}

/* Rows 1 to 3: `*rest` is what follows the algorithm. */
static bool
read_algorithm(const struct sigv4_request *request, struct arena *arena, struct str *rest, struct fault *fault)
{
	struct str path, query, item, name;

	if (!str_starts_with(*rest, STR("AWS4-")))
		return fault_set(fault, FAULT_MISSING_AUTHENTICATION, "Request is missing Authentication Token");

	canonical_split(request->target, &path, &query);
	for (bool more = query.n > 0; more;) {
		more = str_cut(&query, '&', &item);
		(void)str_cut(&item, '=', &name);
		if (str_is(canonical_decode(name, arena), "X-Amz-Algorithm"))
			return fault_set(fault, FAULT_INVALID_SIGNATURE,
				"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP "
				"header.");
	}

	size_t n = 0;
	while (n < rest->n && strchr(" \t,=", rest->p[n]) == NULL)
		n++;
	struct str algorithm = { rest->p, n };
	if (!str_is(algorithm, SIGV4_ALGORITHM))
		return fault_set(fault, FAULT_INCOMPLETE_SIGNATURE, "Unsupported AWS 'algorithm': '%.*s'.",
			STR_ARG(masked(algorithm, arena)));
	*rest = (struct str){ rest->p + n, rest->n - n };
	return true;
}

/* Row 4. Items are separated by commas, spaces or both; of a repeated one the last counts. */
static bool
read_parts(struct str rest, struct str header, struct arena *arena, struct parts *out, struct fault *fault)
{
	while (rest.n > 0) {
		size_t n = 0;
		while (n < rest.n && strchr(", \t", rest.p[n]) == NULL)
			n++;
		struct str item = { rest.p, n }, value = item, name;
		size_t used = n < rest.n ? n + 1 : n;
		rest = (struct str){ rest.p + used, rest.n - used };
		if (item.n == 0)
			continue;
		if (!str_cut(&value, '=', &name))
			return fault_set(fault, FAULT_INCOMPLETE_SIGNATURE,
				"'%.*s' not a valid key=value pair (missing equal-sign) in Authorization header: "
				"'%.*s'.",
				STR_ARG(masked(item, arena)), STR_ARG(masked(header, arena)));
		if (str_is(name, "Credential"))
			out->credential = value;
		else if (str_is(name, "SignedHeaders"))
			out->signed_headers = value;
		else if (str_is(name, "Signature"))
			out->signature = value;
	}
	return true;
}

/* Row 5: everything that is missing, in one message. */
static bool
check_complete(const struct parts *parts, struct str date, struct str header, struct arena *arena, struct fault *fault)
{
	const struct {
		bool missing;
		const char *sentence;
	} needs[] = {
		{ parts->credential.n == 0, "Authorization header requires 'Credential' parameter. " },
		{ parts->signature.n == 0, "Authorization header requires 'Signature' parameter. " },
		{ parts->signed_headers.n == 0, "Authorization header requires 'SignedHeaders' parameter. " },
		{ date.p == NULL,
			"Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " },
	};
	struct str sentences = STR("");

	for (size_t i = 0; i < ARRAY_COUNT(needs); i++) {
		if (needs[i].missing)
			sentences = arena_printf(arena, "%.*s%s", STR_ARG(sentences), needs[i].sentence);
	}
	if (sentences.n > 0)
		return fault_set(fault, FAULT_INCOMPLETE_SIGNATURE, "%.*sAuthorization=%.*s", STR_ARG(sentences),
			STR_ARG(masked(header, arena)));
	return true;
}

static bool
is_signed(struct str signed_headers, struct str name)
{
	struct str one;

	for (bool more = true; more;) {
		more = str_cut(&signed_headers, ';', &one);
		if (canonical_name_is(name, one))
			return true;
	}
	return false;
}

/* Row 6, and what makes a signature worth something here: an unsigned target would let a middleman turn one operation
 * into another, so every x-amz-* header must be signed (AWS's rules ask for the same). */
static bool
check_signed_headers(const struct sigv4_request *request, struct str signed_headers, struct fault *fault)
{
	size_t count = 1;

	for (size_t i = 0; i < signed_headers.n; i++)
		count += signed_headers.p[i] == ';';
	if (count > SIGV4_MAX_SIGNED_HEADERS)
		return fault_set(fault, FAULT_INCOMPLETE_SIGNATURE,
			"The Authorization header lists %zu SignedHeaders; more than %d are not accepted.", count,
			SIGV4_MAX_SIGNED_HEADERS);
	if (!is_signed(signed_headers, STR("host")) && !is_signed(signed_headers, STR(":authority")))
		return fault_set(fault, FAULT_INVALID_SIGNATURE,
			"'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
	if (!is_signed(signed_headers, STR("x-amz-target")))
		return fault_set(fault, FAULT_INVALID_SIGNATURE,
			"'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.");
	for (size_t i = 0; i < request->header_count; i++) {
		struct str name = request->headers[i].name;
		struct str start = { name.p, name.n < 6 ? name.n : 6 };

		if (canonical_name_is(start, STR("x-amz-")) && !is_signed(signed_headers, name))
			return fault_set(fault, FAULT_INVALID_SIGNATURE,
				"'%.*s' must be a 'SignedHeader' in the AWS Authorization.", STR_ARG(name));
	}
	return true;
}

/* Rows 7 to 9. */
static bool
check_date(struct str date, int64_t now_ms, struct arena *arena, struct str *timestamp, struct fault *fault)
{
	enum { SKEW_S = SIGV4_SKEW_MS / 1000 };
	int64_t request_s = 0, now_s = now_ms / 1000;
	char now[MOMENT_CHARS + 1], edge[MOMENT_CHARS + 1], *text = arena_alloc(arena, MOMENT_CHARS + 1);

	if (!moment_parse(date, &request_s))
		return fault_set(fault, FAULT_INCOMPLETE_SIGNATURE,
			"Date must be in ISO-8601 'basic format'. Got '%.*s'. See "
			"http://en.wikipedia.org/wiki/ISO_8601",
			STR_ARG(date));
	moment_render(request_s, text);
	moment_render(now_s, now);
	if (request_s < now_s - SKEW_S) {
		moment_render(now_s - SKEW_S, edge);
		return fault_set(fault, FAULT_INVALID_SIGNATURE,
			"Signature expired: %s is now earlier than %s (%s - 5 min.)", text, edge, now);
	}
	if (request_s > now_s + SKEW_S) {
		moment_render(now_s + SKEW_S, edge);
		return fault_set(fault, FAULT_INVALID_SIGNATURE,
			"Signature not yet current: %s is still later than %s (%s + 5 min.)", text, edge, now);
	}
	*timestamp = (struct str){ text, MOMENT_CHARS };
	return true;
}

/* [a-z]{2,}(-[a-z]+)+-[0-9]+ */
static bool
region_valid(struct str region)
{
	struct str part;
	size_t words = 0;

	while (str_cut(&region, '-', &part)) {
		if (part.n < (words == 0 ? 2 : 1))
			return false;
		for (size_t i = 0; i < part.n; i++) {
			if (part.p[i] < 'a' || part.p[i] > 'z')
				return false;
		}
		words++;
	}
	/* What follows the last hyphen. */
	for (size_t i = 0; i < part.n; i++) {
		if (part.p[i] < '0' || part.p[i] > '9')
			return false;
	}
	return words >= 2 && part.n > 0;
}

/* Rows 10 and 11: all that is wrong with the scope, in one message. */
static bool
read_scope(
	struct str credential, struct str service, struct arena *arena, struct sigv4_claim *claim, struct fault *fault)
{
	enum { CREDENTIAL_PARTS = 5 };
	struct str rest = credential, terminator;
	struct str *const places[CREDENTIAL_PARTS] = { &claim->access_key_id, &claim->date, &claim->region,
		&claim->service, &terminator };
	struct str wrong = STR("");
	bool more = true;
	size_t n = 0;

	while (n < CREDENTIAL_PARTS && more)
		more = str_cut(&rest, '/', places[n++]);
	if (more || n < CREDENTIAL_PARTS)
		return fault_set(fault, FAULT_INCOMPLETE_SIGNATURE,
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
			"got '%.*s'",
			STR_ARG(masked(credential, arena)));

	if (!region_valid(claim->region))
		wrong = arena_printf(arena, "%.*s Credential should be scoped to a valid region, not '%.*s'.",
			STR_ARG(wrong), STR_ARG(claim->region));
	if (!str_equal(claim->service, service))
		wrong = arena_printf(arena, "%.*s Credential should be scoped to correct service: '%.*s'.",
			STR_ARG(wrong), STR_ARG(service));
	if (!str_is(terminator, SIGV4_TERMINATOR))
		wrong = arena_printf(arena,
			"%.*s Credential should be scoped with a valid terminator: '" SIGV4_TERMINATOR "', not '%.*s'.",
			STR_ARG(wrong), STR_ARG(terminator));
	struct str day = { claim->timestamp.p, SIGV4_DATE_BYTES };
	if (!str_equal(claim->date, day))
		wrong = arena_printf(arena,
			"%.*s Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
			"HTTP: "
			"'%.*s' != '%.*s', from '%.*s'.",
			STR_ARG(wrong), STR_ARG(claim->date), STR_ARG(day), STR_ARG(claim->timestamp));
	if (wrong.n > 0)
		return fault_set(fault, FAULT_INVALID_SIGNATURE, "%.*s", (int)wrong.n - 1, wrong.p + 1);
	return true;
}

bool
sigv4_claim_read(const struct sigv4_request *request, struct str service, int64_t now_ms, struct arena *arena,
	struct sigv4_claim *out, struct fault *fault)
{
	struct str header = str_trim(canonical_header(request, STR("authorization")));
	struct str date = canonical_header(request, STR("x-amz-date"));
	struct str rest = header;
	struct parts parts = { 0 };
	struct sigv4_claim claim = { 0 };

	if (date.p == NULL)
		date = canonical_header(request, STR("date"));
	if (!read_algorithm(request, arena, &rest, fault))
		return false;
	if (!read_parts(rest, header, arena, &parts, fault))
		return false;
	if (!check_complete(&parts, date, header, arena, fault))
		return false;
	if (!check_signed_headers(request, parts.signed_headers, fault))
		return false;
	if (!check_date(str_trim(date), now_ms, arena, &claim.timestamp, fault))
		return false;
	if (!read_scope(parts.credential, service, arena, &claim, fault))
		return false;

	claim.signed_headers = parts.signed_headers;
	claim.signature = parts.signature;
	claim.security_token = canonical_header(request, STR("x-amz-security-token"));
	*out = claim;
	return true;
}

bool
sigv4_claim_prove(const struct sigv4_request *request, const struct sigv4_claim *claim,
	const uint8_t key[SIGV4_KEY_BYTES], struct arena *arena, struct fault *fault)
{
	struct str sent_hash = canonical_header(request, STR("x-amz-content-sha256"));
	char hash[DIGEST_HEX_CHARS], signature[DIGEST_HEX_CHARS];
	uint8_t digest[DIGEST_BYTES];

	digest_sha256(request->body, digest);
	digest_hex(digest, hash);
	struct str payload_hash = { hash, sizeof hash };
	if (sent_hash.p != NULL && !str_equal(str_trim(sent_hash), payload_hash))
		return fault_set(fault, FAULT_INVALID_SIGNATURE,
			"The provided 'x-amz-content-sha256' header does not match what was computed: this service "
			"takes no "
			"unsigned and no streamed payload.");

	struct str scope = arena_printf(arena, "%.*s/%.*s/%.*s/" SIGV4_TERMINATOR, STR_ARG(claim->date),
		STR_ARG(claim->region), STR_ARG(claim->service));
	canonical_sign(request, claim->signed_headers, payload_hash, claim->timestamp, scope, key, arena, signature);
	if (claim->signature.n != sizeof signature ||
		!memory_equal_in_constant_time(claim->signature.p, signature, sizeof signature))
		return fault_set(fault, FAULT_INVALID_SIGNATURE,
			"The request signature we calculated does not match the signature you provided. Check your AWS "
			"Secret "
			"Access Key and signing method. Consult the service documentation for details.");
	return true;
}
