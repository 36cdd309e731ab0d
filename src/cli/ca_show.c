#include "base/base64.h"
#include "cli/ca.h"
#include "cli/printable.h"
#include "cli/say.h"
#include "model/own.h"
#include "model/pca.h"
#include "x509/look.h"
#include "x509/pem.h"
#include "x509/usage.h"

/* A page of details: labels and what stands behind them. */
struct page {
	const struct ca *ca;
	struct buffer text;
};

enum { LABEL_WIDTH = 16 };

static void
put_line(struct page *page, const char *label, struct str text)
{
	if (text.n > 0)
		buffer_printf(
			&page->text, "  %-*s  %.*s\n", LABEL_WIDTH, label, STR_ARG(printable(text, page->ca->arena)));
}

static void
put_member(struct page *page, const char *label, const struct value *object, const char *member)
{
	put_line(page, label, value_text(object, member));
}

static void
put_moment(struct page *page, const char *label, const struct value *object, const char *member)
{
	put_line(page, label, ca_moment(page->ca, object, member, page->ca->arena));
}

static void
put_title(struct page *page, struct str title)
{
	buffer_put_str(&page->text, printable(title, page->ca->arena));
	buffer_put_char(&page->text, '\n');
}

/* The status, and behind it why. */
static void
put_status(struct page *page, const struct value *object, struct str more)
{
	struct str status = value_text(object, "Status");

	buffer_printf(&page->text, "  %-*s  ", LABEL_WIDTH, "status");
	tint_put(&page->text, printable(status, page->ca->arena), tint_of_status(status), page->ca->coloured);
	if (more.n > 0)
		buffer_printf(&page->text, ", %.*s", STR_ARG(printable(more, page->ca->arena)));
	buffer_put_char(&page->text, '\n');
}

/* "Certificate" and "CertificateChain" of an answer, as one PEM text. */
static int
print_pem(const struct value *answer)
{
	static const char *const members[] = { "Certificate", "CertificateChain" };
	struct buffer out = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(members); i++) {
		struct str pem = value_text(answer, members[i]);
		buffer_put_str(&out, pem);
		if (pem.n > 0 && pem.p[pem.n - 1] != '\n')
			buffer_put_char(&out, '\n');
	}
	return say_text(&out);
}

static struct value *
input_of(const struct ca *ca, struct str authority)
{
	struct value *input = value_new(VALUE_MAP, ca->arena);

	value_set(input, STR("CertificateAuthorityArn"), value_string(authority, ca->arena), ca->arena);
	return input;
}

/* ---- An authority ---- */

static bool
is_true(const struct value *object, const char *member)
{
	const struct value *value = value_get(object, str_of(member));

	return value != NULL && value->kind == VALUE_BOOLEAN && value->truth;
}

static void
put_crl(struct page *page, const struct value *crl)
{
	const struct value *days = value_get(crl, STR("ExpirationInDays"));
	struct arena *arena = page->ca->arena;
	struct str type = value_text(crl, "CrlType");
	struct str words = STR("on");

	if (!is_true(crl, "Enabled")) {
		put_line(page, "CRL", STR("off"));
		return;
	}
	if (type.n > 0)
		words = arena_printf(arena, "%.*s, %.*s", STR_ARG(words), STR_ARG(type));
	if (days != NULL && days->kind == VALUE_NUMBER)
		words = arena_printf(arena, "%.*s, each valid for %.*s days", STR_ARG(words), STR_ARG(days->text));
	if (is_true(value_get(crl, STR("CrlDistributionPointExtensionConfiguration")), "OmitExtension"))
		words = arena_printf(arena, "%.*s, not named in certificates", STR_ARG(words));
	put_line(page, "CRL", words);
	put_member(page, "CRL host", crl, "CustomCname");
	put_member(page, "CRL path", crl, "CustomPath");
	put_member(page, "CRL bucket", crl, "S3BucketName");
}

static void
put_ocsp(struct page *page, const struct value *ocsp)
{
	put_line(page, "OCSP", is_true(ocsp, "Enabled") ? STR("on") : STR("off"));
	if (is_true(ocsp, "Enabled"))
		put_member(page, "OCSP host", ocsp, "OcspCustomCname");
}

static int
print_authority(const struct ca *ca, const struct value *authority)
{
	const struct value *configuration = value_get(authority, STR("CertificateAuthorityConfiguration"));
	const struct value *revocation = value_get(authority, STR("RevocationConfiguration"));
	struct page page = { .ca = ca };

	put_title(&page, ca_name(authority, ca->arena));
	put_line(&page, "id", ca_id(value_text(authority, "Arn")));
	put_member(&page, "ARN", authority, "Arn");
	put_member(&page, "owner", authority, "OwnerAccount");
	put_line(&page, "subject", ca_subject(authority, ca->arena));
	put_member(&page, "type", authority, "Type");
	put_status(&page, authority, value_text(authority, "FailureReason"));
	put_moment(&page, "valid from", authority, "NotBefore");
	put_moment(&page, "valid until", authority, "NotAfter");
	put_member(&page, "serial (decimal)", authority, "Serial");
	put_member(&page, "key", configuration, "KeyAlgorithm");
	put_member(&page, "signs with", configuration, "SigningAlgorithm");
	put_member(&page, "key storage", authority, "KeyStorageSecurityStandard");
	put_member(&page, "usage mode", authority, "UsageMode");
	put_crl(&page, value_get(revocation, STR("CrlConfiguration")));
	put_ocsp(&page, value_get(revocation, STR("OcspConfiguration")));
	put_moment(&page, "created", authority, "CreatedAt");
	put_moment(&page, "changed", authority, "LastStateChangeAt");
	put_moment(&page, "restorable until", authority, "RestorableUntil");
	return say_text(&page.text);
}

static int
show_authority(struct ca *ca, struct str arn)
{
	struct value *input = input_of(ca, arn);
	struct value *answer;

	if (ca->wish.pem) {
		if (!ca_ask(ca, &pca_service, "GetCertificateAuthorityCertificate", input, &answer))
			return ca->exit;
		return print_pem(answer);
	}
	if (!ca_ask(ca, &pca_service, "DescribeCertificateAuthority", input, &answer))
		return ca->exit;
	if (ca->json)
		return say_value(answer);
	return print_authority(ca, value_get(answer, STR("CertificateAuthority")));
}

/* ---- A certificate ---- */

static struct str
general_name_words(const struct general_name *name, struct arena *arena)
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

static void
put_hex(struct page *page, const char *label, struct bytes bytes)
{
	struct buffer hex = { 0 };

	hex_encode(&hex, bytes, ':');
	put_line(page, label, buffer_str(&hex));
	buffer_done(&hex);
}

static void
put_usages(struct page *page, const struct certificate *certificate)
{
	struct arena *arena = page->ca->arena;

	if (certificate->has_key_usage)
		put_line(page, "key usage", key_usage_words(certificate->key_usage, arena));
	if (certificate->has_extended_key_usage)
		put_line(page, "extended usage", usage_words(certificate, arena));
	if (certificate->is_ca && certificate->path_length >= 0)
		put_line(page, "authority", arena_printf(arena, "yes, path length %d", certificate->path_length));
	else
		put_line(page, "authority", certificate->is_ca ? STR("yes") : STR("no"));
}

static void
put_places(struct page *page, const struct certificate *certificate)
{
	const struct str *urls;
	size_t count;

	if (look_crl_urls(certificate, page->ca->arena, &urls, &count)) {
		for (size_t i = 0; i < count; i++)
			put_line(page, "CRL", urls[i]);
	}
	for (size_t i = 0; i < certificate->ocsp_url_count; i++)
		put_line(page, "OCSP", certificate->ocsp_urls[i]);
}

static void
put_certificate(struct page *page, const struct certificate *certificate)
{
	uint8_t fingerprint[LOOK_FINGERPRINT_BYTES];
	struct arena *arena = page->ca->arena;

	put_line(page, "subject", name_render(&certificate->subject_name, arena));
	put_line(page, "issuer", name_render(&certificate->issuer_name, arena));
	put_hex(page, "serial", certificate->serial);
	for (size_t i = 0; i < certificate->name_count; i++)
		put_line(page, i == 0 ? "names" : "", general_name_words(&certificate->names[i], arena));
	put_line(page, "valid from", ca_when(page->ca, certificate->not_before_ms, arena));
	put_line(page, "valid until", ca_when(page->ca, certificate->not_after_ms, arena));
	put_line(page, "key", str_of(certificate->key.words));
	put_line(page, "signed with", str_of(certificate->signature_algorithm));
	put_usages(page, certificate);
	put_places(page, certificate);
	if (look_fingerprint(certificate, fingerprint))
		put_hex(page, "SHA-256", (struct bytes){ fingerprint, sizeof fingerprint });
}

/* "2026-11-21T… (3 days ago), KEY_COMPROMISE" of a revoked one. */
static struct str
revocation_words(const struct ca *ca, const struct value *issued)
{
	struct str reason = value_text(issued, "RevocationReason");
	struct str at = ca_moment(ca, issued, "RevokedAt", ca->arena);

	return at.n > 0 && reason.n > 0 ? arena_printf(ca->arena, "%.*s, %.*s", STR_ARG(at), STR_ARG(reason)) : at;
}

static int
print_certificate(const struct ca *ca, const struct value *issued, struct str pem)
{
	struct page page = { .ca = ca };
	struct pem_block block = { 0 };
	const struct certificate *certificate = NULL;
	const char *why = "there is none";

	if (pem_next(&pem, ca->arena, &block) && block.broken != NULL)
		why = block.broken;
	else if (block.der.p != NULL)
		(void)!certificate_parse(block.der, ca->arena, &certificate, &why);
	put_title(
		&page, certificate != NULL ? certificate_label(certificate, ca->arena) : value_text(issued, "Subject"));
	put_status(&page, issued, revocation_words(ca, issued));
	if (certificate != NULL)
		put_certificate(&page, certificate);
	else
		put_line(&page, "certificate", arena_printf(ca->arena, "it cannot be read: %s", why));
	put_line(&page, "template", ca_template(value_text(issued, "TemplateArn")));
	put_moment(&page, "issued", issued, "IssuedAt");
	put_member(&page, "requested by", issued, "RequestedBy");
	put_member(&page, "ARN", issued, "CertificateArn");
	return say_text(&page.text);
}

/* What both APIs say of it, side by side. */
static int
print_certificate_json(const struct ca *ca, struct value *issued, const struct value *answer)
{
	struct value *map = value_new(VALUE_MAP, ca->arena);

	value_set(map, STR("IssuedCertificate"), issued, ca->arena);
	for (size_t i = 0; i < answer->count; i++)
		value_set(map, answer->items[i].key, answer->items[i].value, ca->arena);
	return say_value(map);
}

static int
show_certificate(struct ca *ca, struct str authority, const char *serial)
{
	struct value *input = input_of(ca, authority);
	struct value *issued, *answer;

	if (!ca_find_certificate(ca, authority, serial, &issued))
		return ca->exit;
	value_set(
		input, STR("CertificateArn"), value_string(value_text(issued, "CertificateArn"), ca->arena), ca->arena);
	if (!ca_ask(ca, &pca_service, "GetCertificate", input, &answer))
		return ca->exit;
	if (ca->wish.pem)
		return print_pem(answer);
	if (ca->json)
		return print_certificate_json(ca, issued, answer);
	return print_certificate(ca, issued, value_text(answer, "Certificate"));
}

int
ca_show(struct ca *ca)
{
	struct str authority;

	if (ca->wish.pem && ca->json) {
		(void)ca_refuse(ca, EXIT_USAGE, "Say --pem or --output json, not both.");
		return ca->exit;
	}
	if ((ca->words.n > 1 && !ca_check_serial(ca, ca->words.v[1])) ||
		!ca_find_authority(ca, ca->words.v[0], &authority))
		return ca->exit;
	return ca->words.n > 1 ? show_certificate(ca, authority, ca->words.v[1]) : show_authority(ca, authority);
}
