#include "cli/ca.h"
#include "cli/details.h"
#include "cli/say.h"
#include "model/own.h"
#include "model/pca.h"

static int
print_pem(const struct value *answer)
{
	struct buffer out = { 0 };

	details_put_pem(answer, &out);
	return say_text(&out);
}

static struct value *
input_of(const struct ca *ca, struct str authority)
{
	struct value *input = value_new(VALUE_MAP, ca->talk.arena);

	value_set(input, STR("CertificateAuthorityArn"), value_string(authority, ca->talk.arena), ca->talk.arena);
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
put_crl(struct details *details, const struct value *crl)
{
	const struct value *days = value_get(crl, STR("ExpirationInDays"));
	struct arena *arena = details->talk->arena;
	struct str type = value_text(crl, "CrlType");
	struct str words = STR("on");

	if (!is_true(crl, "Enabled")) {
		details_line(details, "CRL", STR("off"));
		return;
	}
	if (type.n > 0)
		words = arena_printf(arena, "%.*s, %.*s", STR_ARG(words), STR_ARG(type));
	if (days != NULL && days->kind == VALUE_NUMBER)
		words = arena_printf(arena, "%.*s, each valid for %.*s days", STR_ARG(words), STR_ARG(days->text));
	if (is_true(value_get(crl, STR("CrlDistributionPointExtensionConfiguration")), "OmitExtension"))
		words = arena_printf(arena, "%.*s, not named in certificates", STR_ARG(words));
	details_line(details, "CRL", words);
	details_member(details, "CRL host", crl, "CustomCname");
	details_member(details, "CRL path", crl, "CustomPath");
	details_member(details, "CRL bucket", crl, "S3BucketName");
}

static void
put_ocsp(struct details *details, const struct value *ocsp)
{
	details_line(details, "OCSP", is_true(ocsp, "Enabled") ? STR("on") : STR("off"));
	if (is_true(ocsp, "Enabled"))
		details_member(details, "OCSP host", ocsp, "OcspCustomCname");
}

static int
print_authority(const struct ca *ca, const struct value *authority)
{
	const struct value *configuration = value_get(authority, STR("CertificateAuthorityConfiguration"));
	const struct value *revocation = value_get(authority, STR("RevocationConfiguration"));
	struct details details = { .talk = &ca->talk };

	details_title(&details, ca_name(authority, ca->talk.arena));
	details_line(&details, "id", talk_id(value_text(authority, "Arn")));
	details_member(&details, "ARN", authority, "Arn");
	details_member(&details, "owner", authority, "OwnerAccount");
	details_line(&details, "subject", ca_subject(authority, ca->talk.arena));
	details_member(&details, "type", authority, "Type");
	details_status(&details, authority, value_text(authority, "FailureReason"));
	details_moment(&details, "valid from", authority, "NotBefore");
	details_moment(&details, "valid until", authority, "NotAfter");
	details_member(&details, "serial (decimal)", authority, "Serial");
	details_member(&details, "key", configuration, "KeyAlgorithm");
	details_member(&details, "signs with", configuration, "SigningAlgorithm");
	details_member(&details, "key storage", authority, "KeyStorageSecurityStandard");
	details_member(&details, "usage mode", authority, "UsageMode");
	put_crl(&details, value_get(revocation, STR("CrlConfiguration")));
	put_ocsp(&details, value_get(revocation, STR("OcspConfiguration")));
	details_moment(&details, "created", authority, "CreatedAt");
	details_moment(&details, "changed", authority, "LastStateChangeAt");
	details_moment(&details, "restorable until", authority, "RestorableUntil");
	return say_text(&details.text);
}

static int
show_authority(struct ca *ca, struct str arn)
{
	struct value *input = input_of(ca, arn);
	struct value *answer;

	if (ca->wish.pem) {
		if (!talk_ask(&ca->talk, &pca_service, "GetCertificateAuthorityCertificate", input, &answer))
			return ca->talk.exit;
		return print_pem(answer);
	}
	if (!talk_ask(&ca->talk, &pca_service, "DescribeCertificateAuthority", input, &answer))
		return ca->talk.exit;
	if (ca->talk.json)
		return say_value(answer);
	return print_authority(ca, value_get(answer, STR("CertificateAuthority")));
}

/* ---- A certificate ---- */

/* "2026-11-21T… (3 days ago), KEY_COMPROMISE" of a revoked one. */
static struct str
revocation_words(const struct ca *ca, const struct value *issued)
{
	struct str reason = value_text(issued, "RevocationReason");
	struct str at = talk_moment(&ca->talk, issued, "RevokedAt", ca->talk.arena);

	return at.n > 0 && reason.n > 0 ? arena_printf(ca->talk.arena, "%.*s, %.*s", STR_ARG(at), STR_ARG(reason)) : at;
}

static int
print_certificate(const struct ca *ca, const struct value *issued, struct str pem)
{
	struct details details = { .talk = &ca->talk };
	const char *why;

	const struct certificate *certificate = details_read_pem(&pem, ca->talk.arena, &why);
	details_title(&details,
		certificate != NULL ? certificate_label(certificate, ca->talk.arena) : value_text(issued, "Subject"));
	details_status(&details, issued, revocation_words(ca, issued));
	if (certificate != NULL)
		details_certificate(&details, certificate);
	else
		details_line(&details, "certificate", arena_printf(ca->talk.arena, "it cannot be read: %s", why));
	details_line(&details, "template", ca_template(value_text(issued, "TemplateArn")));
	details_moment(&details, "issued", issued, "IssuedAt");
	details_member(&details, "requested by", issued, "RequestedBy");
	details_member(&details, "ARN", issued, "CertificateArn");
	return say_text(&details.text);
}

/* What both APIs say of it, side by side. */
static int
print_certificate_json(const struct ca *ca, struct value *issued, const struct value *answer)
{
	struct value *map = value_new(VALUE_MAP, ca->talk.arena);

	value_set(map, STR("IssuedCertificate"), issued, ca->talk.arena);
	for (size_t i = 0; i < answer->count; i++)
		value_set(map, answer->items[i].key, answer->items[i].value, ca->talk.arena);
	return say_value(map);
}

static int
show_certificate(struct ca *ca, struct str authority, const char *serial)
{
	struct value *input = input_of(ca, authority);
	struct value *issued, *answer;

	if (!ca_find_certificate(ca, authority, serial, &issued))
		return ca->talk.exit;
	value_set(input, STR("CertificateArn"), value_string(value_text(issued, "CertificateArn"), ca->talk.arena),
		ca->talk.arena);
	if (!talk_ask(&ca->talk, &pca_service, "GetCertificate", input, &answer))
		return ca->talk.exit;
	if (ca->wish.pem)
		return print_pem(answer);
	if (ca->talk.json)
		return print_certificate_json(ca, issued, answer);
	return print_certificate(ca, issued, value_text(answer, "Certificate"));
}

int
ca_show(struct ca *ca)
{
	struct str authority;

	if (ca->wish.pem && ca->talk.json) {
		(void)talk_refuse(&ca->talk, EXIT_USAGE, "Say --pem or --output json, not both.");
		return ca->talk.exit;
	}
	if ((ca->talk.words.n > 1 && !ca_check_serial(ca, ca->talk.words.v[1])) ||
		!ca_find_authority(ca, ca->talk.words.v[0], &authority))
		return ca->talk.exit;
	return ca->talk.words.n > 1 ? show_certificate(ca, authority, ca->talk.words.v[1])
				    : show_authority(ca, authority);
}
