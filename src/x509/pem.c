#include "x509/pem.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/base64.h"

/* Labels in use have up to 30 characters; what is longer is no BEGIN line but prose. */
enum { PEM_MAX_LABEL = 64 };
/* 64 characters a line (RFC 7468, 2). */
enum { PEM_LINE_OCTETS = 48 };

static const struct str begin_mark = { "-----BEGIN ", 11 };
static const struct str end_mark = { "-----END ", 9 };
static const struct str dashes = { "-----", 5 };

/* Offset of `needle` in `hay`, or hay.n. */
static size_t
find(struct str hay, struct str needle)
{
	const char *at = hay.n > 0 ? memmem(hay.p, hay.n, needle.p, needle.n) : NULL;

	return at != NULL ? (size_t)(at - hay.p) : hay.n;
}

static struct str
from(struct str s, size_t offset)
{
	return (struct str){ s.p + offset, s.n - offset };
}

/* Takes "LABEL-----" from *s. */
static bool
label_take(struct str *s, struct str *label)
{
	size_t n =
		find((struct str){ s->p, s->n < PEM_MAX_LABEL + dashes.n ? s->n : PEM_MAX_LABEL + dashes.n }, dashes);

	if (n > PEM_MAX_LABEL || n + dashes.n > s->n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (s->p[i] < ' ' || s->p[i] > '~')
			return false;
	*label = (struct str){ s->p, n };
	*s = from(*s, n + dashes.n);
	return true;
}

/* Goes to the next "-----BEGIN LABEL-----"; *rest then stands behind it, *start at its first dash. */
static bool
begin_find(struct str *rest, const char **start, struct str *label)
{
	for (;;) {
		size_t at = find(*rest, begin_mark);
		if (at == rest->n)
			return false;
		*start = rest->p + at;
		*rest = from(*rest, at + begin_mark.n);
		if (label_take(rest, label))
			return true;
	}
}

static bool
is_blank(struct str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] != ' ' && line.p[i] != '\t' && line.p[i] != '\r')
			return false;
	return true;
}

/* Takes the header lines of RFC 1421, 4.6, up to the empty line that ends them. */
static struct str
headers_take(struct str body, struct pem_block *block)
{
	struct str line;
	struct str rest = body;

	while (str_cut(&rest, '\n', &line) && is_blank(line))
		continue;
	if (memchr(line.p, ':', line.n) == NULL)
		return body;

	block->has_headers = true;
	do {
		if (str_starts_with(line, STR("DEK-Info:")) || find(line, STR("ENCRYPTED")) < line.n)
			block->encrypted = true;
	} while (str_cut(&rest, '\n', &line) && !is_blank(line));
	return rest;
}

static void
body_decode(struct str body, struct arena *arena, struct pem_block *out)
{
	struct bytes der = { 0 };

	body = headers_take(body, out);
	bool decoded = base64_decode_wrapped(body, arena, &der);
	if (decoded && der.n > 0)
		out->der = der;
	else if (decoded)
		out->broken = "there is nothing between its BEGIN and END lines";
	else if (find(body, STR("\\n")) < body.n)
		out->broken = "it holds the two characters \\n where its lines should end";
	else
		out->broken = "its base64 is broken";
}

bool
pem_next(struct str *rest, struct arena *arena, struct pem_block *out)
{
	struct str label;
	struct str end_label;
	const char *start;

	if (!begin_find(rest, &start, &label))
		return false;
	*out = (struct pem_block){ .label = label };

	/* A block without its END may not swallow the next one, nor make us look for it again and again. */
	struct str reach = { rest->p, find(*rest, begin_mark) };
	size_t end = find(reach, end_mark);
	if (end == reach.n) {
		*rest = from(*rest, reach.n);
		out->broken = "its END line is missing";
	} else {
		*rest = from(*rest, end + end_mark.n);
		if (label_take(rest, &end_label) && str_equal(label, end_label))
			body_decode((struct str){ reach.p, end }, arena, out);
		else
			out->broken = "its END line does not belong to its BEGIN line";
	}
	out->text = (struct str){ start, (size_t)(rest->p - start) };
	return true;
}

/* Written in place, a line at a time: this is most of what GetCertificate costs. */
struct str
pem_render(const char *label, struct bytes der, struct arena *arena)
{
	struct str begin = arena_printf(arena, "-----BEGIN %s-----\n", label);
	struct str end = arena_printf(arena, "-----END %s-----\n", label);
	size_t lines = (der.n + PEM_LINE_OCTETS - 1) / PEM_LINE_OCTETS;
	size_t characters = (der.n + 2) / 3 * 4;
	char *text = arena_alloc(arena, begin.n + characters + lines + end.n + 1);
	char *to = text;

	memcpy(to, begin.p, begin.n);
	to += begin.n;
	for (size_t at = 0; at < der.n; at += PEM_LINE_OCTETS) {
		size_t n = der.n - at < PEM_LINE_OCTETS ? der.n - at : PEM_LINE_OCTETS;
		to += EVP_EncodeBlock((unsigned char *)to, der.p + at, (int)n);
		*to++ = '\n';
	}
	memcpy(to, end.p, end.n);
	return (struct str){ text, (size_t)(to - text) + end.n };
}

const char *
pem_decoded_as_base64(struct bytes blob)
{
	/* What is left of a BEGIN line when a decoder passes over hyphens and spaces. Longest first. */
	static const struct {
		const char *remains;
		const char *label;
	} remains[] = {
		{ "BEGINNEWCERTIFICATEREQUEST", "NEW CERTIFICATE REQUEST" },
		{ "BEGINENCRYPTEDPRIVATEKEY", "ENCRYPTED PRIVATE KEY" },
		{ "BEGINCERTIFICATEREQUEST", "CERTIFICATE REQUEST" },
		{ "BEGINTRUSTEDCERTIFICATE", "TRUSTED CERTIFICATE" },
		{ "BEGINX509CERTIFICATE", "X509 CERTIFICATE" },
		{ "BEGINRSAPRIVATEKEY", "RSA PRIVATE KEY" },
		{ "BEGINECPRIVATEKEY", "EC PRIVATE KEY" },
		{ "BEGINECPARAMETERS", "EC PARAMETERS" },
		{ "BEGINCERTIFICATE", "CERTIFICATE" },
		{ "BEGINPRIVATEKEY", "PRIVATE KEY" },
		{ "BEGINPUBLICKEY", "PUBLIC KEY" },
		{ "BEGINPKCS7", "PKCS7" },
	};
	enum { START_BYTES = 21 }; /* 28 characters of base64: the longest has 26 */
	struct buffer text = { 0 };
	const char *label = NULL;

	base64_encode(&text, (struct bytes){ blob.p, blob.n < START_BYTES ? blob.n : START_BYTES }, 0);
	for (size_t i = 0; label == NULL && i < ARRAY_COUNT(remains); i++)
		if (str_starts_with(buffer_str(&text), str_of(remains[i].remains)))
			label = remains[i].label;
	buffer_done(&text);
	return label;
}
