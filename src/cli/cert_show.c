#include <string.h>

#include "cli/cert.h"
#include "cli/details.h"
#include "cli/marks.h"
#include "cli/printable.h"
#include "cli/say.h"
#include "model/acm.h"
#include "x509/look.h"

/* More than any chain; a tree that deep is no tree any more. */
enum { TREE_MAX = 64 };

/* What the API has told of one certificate. */
struct shown {
	struct cert *cert;
	struct value *detail; /* CertificateDetail */
	struct value *answer; /* GetCertificate's; NULL: there is none yet */
	struct value *tags;   /* ListTagsForCertificate's */
	struct arena *arena;
};

/* A certificate that was only requested has no body yet: that is no failure. */
static bool
ask(struct shown *shown, struct str arn)
{
	struct talk *talk = &shown->cert->talk;
	struct value *input = cert_input(shown->cert, arn);
	const struct operation *operation = service_operation(&acm_service, STR("GetCertificate"));
	struct client_error error = { 0 };
	struct value *answer;

	if (!talk_ask(talk, &acm_service, "DescribeCertificate", input, &answer))
		return false;
	shown->detail = value_get(answer, STR("Certificate"));
	if (!talk_ask(talk, &acm_service, "ListTagsForCertificate", input, &shown->tags))
		return false;
	if (talk_try(talk, &acm_service, "GetCertificate", input, &shown->answer, &error))
		return true;
	shown->answer = NULL;
	if (error.problem == CLIENT_REFUSED && str_is(error.code, "RequestInProgressException"))
		return true;
	talk->exit = dialog_explain(&talk->dialog, &acm_service, operation, &error);
	return false;
}

/* "team=shop, production" */
static struct str
tag_words(const struct value *answer, struct arena *arena)
{
	const struct value *tags = value_get(answer, STR("Tags"));
	struct str words = STR("");

	for (size_t i = 0; tags != NULL && i < tags->count; i++) {
		struct str value = value_text(tags->items[i].value, "Value");
		words = arena_printf(arena, "%.*s%s%.*s%s%.*s", STR_ARG(words), i > 0 ? ", " : "",
			STR_ARG(value_text(tags->items[i].value, "Key")), value.n > 0 ? "=" : "", STR_ARG(value));
	}
	return words;
}

static void
put_life(struct details *details, const struct shown *shown)
{
	const struct value *detail = shown->detail;
	const struct value *users = value_get(detail, STR("InUseBy"));

	details_line(details, "id", talk_id(value_text(detail, "CertificateArn")));
	details_member(details, "ARN", detail, "CertificateArn");
	details_status(details, detail, value_text(detail, "FailureReason"));
	details_member(details, "type", detail, "Type");
	details_moment(details, "created", detail, "CreatedAt");
	details_moment(details, "issued", detail, "IssuedAt");
	details_moment(details, "imported", detail, "ImportedAt");
	details_moment(details, "revoked", detail, "RevokedAt");
	details_member(details, "revoked for", detail, "RevocationReason");
	details_member(details, "issued by", detail, "CertificateAuthorityArn");
	details_member(details, "renewal", detail, "RenewalEligibility");
	for (size_t i = 0; users != NULL && i < users->count; i++)
		details_line(details, i == 0 ? "in use by" : "", users->items[i].value->text);
	details_line(details, "tags", tag_words(shown->tags, shown->arena));
}

/* The root on top, each under its issuer, with the end of its validity. */
static void
put_tree(struct details *details, const struct shown *shown, const struct certificate *leaf)
{
	const struct certificate *certificates[TREE_MAX] = { leaf };
	struct str rest = value_text(shown->answer, "CertificateChain");
	struct arena *arena = shown->arena;
	size_t n = 1;
	const char *why;

	while (n < TREE_MAX && (certificates[n] = details_read_pem(&rest, arena, &why)) != NULL)
		n++;
	buffer_put_cstr(&details->text, "\n");
	for (size_t depth = 0; depth < n; depth++) {
		const struct certificate *certificate = certificates[n - 1 - depth];
		int64_t now_ms = details->talk->now_ms;
		bool valid = now_ms >= certificate->not_before_ms && now_ms <= certificate->not_after_ms;
		buffer_printf(&details->text, "  %*s%s%.*s  ", depth > 0 ? (int)(3 * (depth - 1)) : 0, "",
			depth > 0 ? marks_branch(shown->cert->wish.ascii) : "",
			STR_ARG(printable(certificate_label(certificate, arena), arena)));
		tint_put(&details->text,
			arena_printf(arena, "%s %.*s",
				valid || now_ms < certificate->not_before_ms ? "until" : "EXPIRED",
				STR_ARG(talk_when(details->talk, certificate->not_after_ms, arena))),
			valid ? TINT_NONE : TINT_BAD, details->talk->coloured);
		buffer_put_char(&details->text, '\n');
	}
}

static int
print(const struct shown *shown)
{
	struct str pem = value_text(shown->answer, "Certificate");
	struct details details = { .talk = &shown->cert->talk };
	const struct certificate *certificate = NULL;
	const char *why = NULL;

	if (shown->answer != NULL)
		certificate = details_read_pem(&pem, shown->arena, &why);
	details_title(&details, value_text(shown->detail, "DomainName").n > 0 ? value_text(shown->detail, "DomainName")
									      : value_text(shown->detail, "Subject"));
	put_life(&details, shown);
	if (certificate != NULL) {
		details_certificate(&details, certificate);
		put_tree(&details, shown, certificate);
	} else if (why != NULL) {
		details_line(&details, "certificate", arena_printf(shown->arena, "it cannot be read: %s", why));
	}
	return say_text(&details.text);
}

/* What the three operations say, side by side. */
static int
print_json(const struct shown *shown)
{
	struct value *map = value_new(VALUE_MAP, shown->arena);
	const struct value *tags = value_get(shown->tags, STR("Tags"));

	value_set(map, STR("Certificate"), shown->detail, shown->arena);
	if (tags != NULL)
		value_set(map, STR("Tags"), value_get(shown->tags, STR("Tags")), shown->arena);
	if (shown->answer != NULL) {
		value_set(map, STR("CertificateBody"), value_get(shown->answer, STR("Certificate")), shown->arena);
		if (value_get(shown->answer, STR("CertificateChain")) != NULL)
			value_set(map, STR("CertificateChain"), value_get(shown->answer, STR("CertificateChain")),
				shown->arena);
	}
	return say_value(map);
}

static int
print_pem(struct cert *cert, struct str arn)
{
	struct buffer out = { 0 };
	struct value *answer;

	if (!talk_ask(&cert->talk, &acm_service, "GetCertificate", cert_input(cert, arn), &answer))
		return cert->talk.exit;
	details_put_pem(answer, &out);
	return say_text(&out);
}

int
cert_show(struct cert *cert)
{
	struct shown shown = { .cert = cert, .arena = cert->talk.arena };
	struct str arn;

	if (cert->wish.pem && cert->talk.json) {
		(void)talk_refuse(&cert->talk, EXIT_USAGE, "Say --pem or --output json, not both.");
		return cert->talk.exit;
	}
	if (!cert_find(cert, cert->talk.words.v[0], &arn))
		return cert->talk.exit;
	if (cert->wish.pem)
		return print_pem(cert, arn);
	if (!ask(&shown, arn))
		return cert->talk.exit;
	return cert->talk.json ? print_json(&shown) : print(&shown);
}
