#include <stdio.h>

#include "cli/ca.h"
#include "cli/printable.h"
#include "cli/prompt.h"
#include "cli/say.h"
#include "model/own.h"
#include "model/pca.h"

static bool
read_reason(struct ca *ca, const char **reason)
{
	const char *word = ca->wish.reason != NULL ? ca->wish.reason : "unspecified";

	return talk_read_enum(&ca->talk, "reason", &pca_revocation_reason_shape, word, reason);
}

/* On standard error, as the question behind it: standard output is for what was done. */
static void
show_plan(const struct ca *ca, struct str authority, const struct value *issued, const char *reason)
{
	const struct value *names = value_get(issued, STR("SubjectAlternativeNames"));
	struct str age = talk_age(&ca->talk, issued, "NotAfter", ca->talk.arena);

	(void)fprintf(stderr, "To be revoked, for good:\n");
	(void)fprintf(stderr, "  serial     %.*s\n", STR_ARG(ca_serial(value_text(issued, "Serial"), ca->talk.arena)));
	(void)fprintf(stderr, "  subject    %.*s\n", STR_ARG(printable(value_text(issued, "Subject"), ca->talk.arena)));
	for (size_t i = 0; names != NULL && i < names->count; i++)
		(void)fprintf(stderr, "  %-9s  %.*s\n", i == 0 ? "names" : "",
			STR_ARG(printable(names->items[i].value->text, ca->talk.arena)));
	if (age.n > 0)
		(void)fprintf(stderr, "  ends       %.*s\n", STR_ARG(age));
	(void)fprintf(stderr, "  authority  %.*s\n", STR_ARG(authority));
	(void)fprintf(stderr, "  reason     %s\n", reason);
}

/* The service would say so too, but not since when. */
static bool
check_state(struct ca *ca, const struct value *issued)
{
	if (!str_is(value_text(issued, "Status"), "REVOKED"))
		return true;
	return talk_refuse(&ca->talk, EXIT_ANYTHING_ELSE, "It is revoked already, %.*s, for the reason %.*s.",
		STR_ARG(talk_moment(&ca->talk, issued, "RevokedAt", ca->talk.arena)),
		STR_ARG(value_text(issued, "RevocationReason")));
}

static bool
revoke_certificate(struct ca *ca, struct str authority, const struct value *issued, const char *reason)
{
	struct value *input = value_new(VALUE_MAP, ca->talk.arena);
	struct value *answer;

	value_set(input, STR("CertificateAuthorityArn"), value_string(authority, ca->talk.arena), ca->talk.arena);
	value_set(input, STR("CertificateSerial"), value_string(value_text(issued, "Serial"), ca->talk.arena),
		ca->talk.arena);
	value_set(input, STR("RevocationReason"), value_string(str_of(reason), ca->talk.arena), ca->talk.arena);
	return talk_ask(&ca->talk, &pca_service, "RevokeCertificate", input, &answer);
}

/* RevokeCertificate answers with nothing; the inventory has what became of it. */
static int
report(struct ca *ca, struct str authority, const char *serial)
{
	struct value *map = value_new(VALUE_MAP, ca->talk.arena);
	struct buffer out = { 0 };
	struct value *issued;

	if (!ca->talk.json) {
		buffer_printf(&out, "Revoked %.*s.\n", STR_ARG(ca_serial(str_of(serial), ca->talk.arena)));
		return say_text(&out);
	}
	if (!ca_find_certificate(ca, authority, serial, &issued))
		return ca->talk.exit;
	value_set(map, STR("IssuedCertificate"), issued, ca->talk.arena);
	return say_value(map);
}

int
ca_revoke(struct ca *ca)
{
	const char *serial = ca->talk.words.v[1];
	struct value *issued;
	struct str authority;
	const char *reason;

	if (!read_reason(ca, &reason) || !ca_check_serial(ca, serial))
		return ca->talk.exit;
	if (!ca->wish.yes && !prompt_possible())
		return say_complaint(
			"Nobody can be asked here: standard input is no terminal. Say --yes to revoke all the same.",
			EXIT_USAGE);
	if (!ca_find_authority(ca, ca->talk.words.v[0], &authority) ||
		!ca_find_certificate(ca, authority, serial, &issued) || !check_state(ca, issued))
		return ca->talk.exit;
	if (!ca->wish.yes) {
		show_plan(ca, authority, issued, reason);
		if (!prompt_yes("Revoke it? [y/N] "))
			return say_complaint("Nothing was revoked.", EXIT_ANYTHING_ELSE);
	}
	if (!revoke_certificate(ca, authority, issued, reason))
		return ca->talk.exit;
	return report(ca, authority, serial);
}
