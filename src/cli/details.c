#include "cli/details.h"

#include "base/base64.h"
#include "cli/printable.h"
#include "x509/look.h"
#include "x509/pem.h"
#include "x509/usage.h"

enum { LABEL_WIDTH = 16 };

void
details_line(struct details *details, const char *label, struct str text)
{
	if (text.n > 0)
		buffer_printf(&details->text, "  %-*s  %.*s\n", LABEL_WIDTH, label,
			STR_ARG(printable(text, details->talk->arena)));
}

void
details_member(struct details *details, const char *label, const struct value *object, const char *member)
{
	details_line(details, label, value_text(object, member));
}

void
details_moment(struct details *details, const char *label, const struct value *object, const char *member)
{
	details_line(details, label, talk_moment(details->talk, object, member, details->talk->arena));
}

void
details_title(struct details *details, struct str title)
{
	buffer_put_str(&details->text, printable(title, details->talk->arena));
	buffer_put_char(&details->text, '\n');
}

/* The status, and behind it why. */
void
details_status(struct details *details, const struct value *object, struct str more)
{
	struct str status = value_text(object, "Status");

	buffer_printf(&details->text, "  %-*s  ", LABEL_WIDTH, "status");
	tint_put(&details->text, printable(status, details->talk->arena), tint_of_status(status),
		details->talk->coloured);
	if (more.n > 0)
		buffer_printf(&details->text, ", %.*s", STR_ARG(printable(more, details->talk->arena)));
	buffer_put_char(&details->text, '\n');
}

void
details_put_pem(const struct value *answer, struct buffer *out)
{
	static const char *const members[] = { "Certificate", "CertificateChain" };

	for (size_t i = 0; i < ARRAY_COUNT(members); i++) {
		struct str pem = value_text(answer, members[i]);
		buffer_put_str(out, pem);
		if (pem.n > 0 && pem.p[pem.n - 1] != '\n')
			buffer_put_char(out, '\n');
	}
}

const struct certificate *
details_read_pem(struct str *pem, struct arena *arena, const char **why)
{
	const struct certificate *certificate = NULL;
	struct pem_block block = { 0 };

	*why = "there is none";
	if (pem_next(pem, arena, &block) && block.broken != NULL)
		*why = block.broken;
	else if (block.der.p != NULL)
		(void)!certificate_parse(block.der, arena, &certificate, why);
	return certificate;
}

struct str
details_name_words(const struct general_name *name, struct arena *arena)
{
	static const char *const kinds[] = {
		[GENERAL_NAME_OTHER] = "other name",
		[GENERAL_NAME_EMAIL] = "e-mail",
		[GENERAL_NAME_DNS] = "DNS",
		[GENERAL_NAME_URI] = "URI",
		[GENERAL_NAME_IP] = "IP",
		[GENERAL_NAME_REGISTERED_ID] = "registered id",
	};
	struct name directory;

	if (name->kind == GENERAL_NAME_DIRECTORY && name_parse(name->der, arena, &directory))
		return arena_printf(arena, "directory %.*s", STR_ARG(name_render(&directory, arena)));
	if (name->kind == GENERAL_NAME_DIRECTORY || name->kind == GENERAL_NAME_UNKNOWN)
		return STR("a name of another kind");
	return arena_printf(arena, "%s %.*s", kinds[name->kind], STR_ARG(name->text));
}

void
details_hex(struct details *details, const char *label, struct bytes bytes)
{
	struct buffer hex = { 0 };

	hex_encode(&hex, bytes, ':');
	details_line(details, label, buffer_str(&hex));
	buffer_done(&hex);
}

static void
put_usages(struct details *details, const struct certificate *certificate)
{
	struct arena *arena = details->talk->arena;

	if (certificate->has_key_usage)
		details_line(details, "key usage", key_usage_words(certificate->key_usage, arena));
	if (certificate->has_extended_key_usage)
		details_line(details, "extended usage", usage_words(certificate, arena));
	if (certificate->is_ca && certificate->path_length >= 0)
		details_line(
			details, "authority", arena_printf(arena, "yes, path length %d", certificate->path_length));
	else
		details_line(details, "authority", certificate->is_ca ? STR("yes") : STR("no"));
}

static void
put_places(struct details *details, const struct certificate *certificate)
{
	const struct str *urls;
	size_t count;

	if (look_crl_urls(certificate, details->talk->arena, &urls, &count)) {
		for (size_t i = 0; i < count; i++)
			details_line(details, "CRL", urls[i]);
	}
	for (size_t i = 0; i < certificate->ocsp_url_count; i++)
		details_line(details, "OCSP", certificate->ocsp_urls[i]);
}

void
details_certificate(struct details *details, const struct certificate *certificate)
{
	uint8_t fingerprint[LOOK_FINGERPRINT_BYTES];
	struct arena *arena = details->talk->arena;

	details_line(details, "subject", name_render(&certificate->subject_name, arena));
	details_line(details, "issuer", name_render(&certificate->issuer_name, arena));
	details_hex(details, "serial", certificate->serial);
	for (size_t i = 0; i < certificate->name_count; i++)
		details_line(details, i == 0 ? "names" : "", details_name_words(&certificate->names[i], arena));
	details_line(details, "valid from", talk_when(details->talk, certificate->not_before_ms, arena));
	details_line(details, "valid until", talk_when(details->talk, certificate->not_after_ms, arena));
	details_line(details, "key", str_of(certificate->key.words));
	details_line(details, "signed with", str_of(certificate->signature_algorithm));
	put_usages(details, certificate);
	put_places(details, certificate);
	if (look_fingerprint(certificate, fingerprint))
		details_hex(details, "SHA-256", (struct bytes){ fingerprint, sizeof fingerprint });
}
