#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/ca.h"
#include "cli/printable.h"
#include "cli/say.h"
#include "cli/suggest.h"
#include "model/own.h"
#include "model/pca.h"

static bool
read_reason(struct ca *ca, const char **reason)
{
	const char *word = ca->wish.reason != NULL ? ca->wish.reason : "unspecified";
	struct suggestion suggestion = suggest_for(str_of(word));
	struct str words = ca_enum_words(&pca_revocation_reason_shape, ca->arena);
	struct str rest = words;
	struct str one;

	*reason = ca_enum(&pca_revocation_reason_shape, word, ca->arena);
	if (*reason != NULL)
		return true;
	for (bool more = true; more;) {
		more = str_cut(&rest, ',', &one);
		suggest_consider(&suggestion, arena_cstr(ca->arena, str_trim(one)));
	}
	return ca_refuse(ca, EXIT_USAGE, "argument --reason: Invalid choice '%s', %s%s%svalid choices are: %.*s", word,
		suggestion.best != NULL ? "did you mean " : "", suggestion.best != NULL ? suggestion.best : "",
		suggestion.best != NULL ? "? The " : "", STR_ARG(words));
}

/* On standard error, as the question behind it: standard output is for what was done. */
static void
show_plan(const struct ca *ca, struct str authority, const struct value *issued, const char *reason)
{
	const struct value *names = value_get(issued, STR("SubjectAlternativeNames"));
	struct str age = ca_age(ca, issued, "NotAfter", ca->arena);

	(void)fprintf(stderr, "To be revoked, for good:\n");
	(void)fprintf(stderr, "  serial     %.*s\n", STR_ARG(ca_serial(value_text(issued, "Serial"), ca->arena)));
	(void)fprintf(stderr, "  subject    %.*s\n", STR_ARG(printable(value_text(issued, "Subject"), ca->arena)));
	for (size_t i = 0; names != NULL && i < names->count; i++)
		(void)fprintf(stderr, "  %-9s  %.*s\n", i == 0 ? "names" : "",
			STR_ARG(printable(names->items[i].value->text, ca->arena)));
	if (age.n > 0)
		(void)fprintf(stderr, "  ends       %.*s\n", STR_ARG(age));
	(void)fprintf(stderr, "  authority  %.*s\n", STR_ARG(authority));
	(void)fprintf(stderr, "  reason     %s\n", reason);
}

/* Only y or yes is a yes. */
static bool
is_wanted(void)
{
	char line[16];

	(void)fprintf(stderr, "Revoke it? [y/N] ");
	if (fgets(line, sizeof line, stdin) == NULL)
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	return strcasecmp(line, "y") == 0 || strcasecmp(line, "yes") == 0;
}

/* The service would say so too, but not since when. */
static bool
check_state(struct ca *ca, const struct value *issued)
{
	if (!str_is(value_text(issued, "Status"), "REVOKED"))
		return true;
	return ca_refuse(ca, EXIT_ANYTHING_ELSE, "It is revoked already, %.*s, for the reason %.*s.",
		STR_ARG(ca_moment(ca, issued, "RevokedAt", ca->arena)),
		STR_ARG(value_text(issued, "RevocationReason")));
}

static bool
revoke_certificate(struct ca *ca, struct str authority, const struct value *issued, const char *reason)
{
	struct value *input = value_new(VALUE_MAP, ca->arena);
	struct value *answer;

	value_set(input, STR("CertificateAuthorityArn"), value_string(authority, ca->arena), ca->arena);
	value_set(input, STR("CertificateSerial"), value_string(value_text(issued, "Serial"), ca->arena), ca->arena);
	value_set(input, STR("RevocationReason"), value_string(str_of(reason), ca->arena), ca->arena);
	return ca_ask(ca, &pca_service, "RevokeCertificate", input, &answer);
}

/* RevokeCertificate answers with nothing; the inventory has what became of it. */
static int
report(struct ca *ca, struct str authority, const char *serial)
{
	struct value *map = value_new(VALUE_MAP, ca->arena);
	struct buffer out = { 0 };
	struct value *issued;

	if (!ca->json) {
		buffer_printf(&out, "Revoked %.*s.\n", STR_ARG(ca_serial(str_of(serial), ca->arena)));
		return say_text(&out);
	}
	if (!ca_find_certificate(ca, authority, serial, &issued))
		return ca->exit;
	value_set(map, STR("IssuedCertificate"), issued, ca->arena);
	return say_value(map);
}

int
ca_revoke(struct ca *ca)
{
	const char *serial = ca->words.v[1];
	struct value *issued;
	struct str authority;
	const char *reason;

	if (!read_reason(ca, &reason) || !ca_check_serial(ca, serial))
		return ca->exit;
	if (!ca->wish.yes && isatty(STDIN_FILENO) != 1)
		return say_complaint(
			"Nobody can be asked here: standard input is no terminal. Say --yes to revoke all the same.",
			EXIT_USAGE);
	if (!ca_find_authority(ca, ca->words.v[0], &authority) ||
		!ca_find_certificate(ca, authority, serial, &issued) || !check_state(ca, issued))
		return ca->exit;
	if (!ca->wish.yes) {
		show_plan(ca, authority, issued, reason);
		if (!is_wanted())
			return say_complaint("Nothing was revoked.", EXIT_ANYTHING_ELSE);
	}
	if (!revoke_certificate(ca, authority, issued, reason))
		return ca->exit;
	return report(ca, authority, serial);
}
