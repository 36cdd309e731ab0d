#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/clock.h"
#include "cli/cert.h"
#include "cli/details.h"
#include "cli/file.h"
#include "cli/printable.h"
#include "cli/prompt.h"
#include "cli/say.h"
#include "model/acm.h"
#include "x509/bundle.h"
#include "x509/pem.h"

enum { PASSPHRASE_MIN_BYTES = 4, OWN_PASSPHRASE_BYTES = 24 };

struct exporting {
	struct cert *cert;
	struct str arn;
	bool with_key;
	struct secret passphrase;
	struct value *answer; /* of GetCertificate or ExportCertificate */
	struct str key;       /* PEM, as it is to be written; absent: none */
};

/* What came here from elsewhere stays here; what was made here may go, where its options say so. */
static bool
look(struct exporting *exporting)
{
	struct cert *cert = exporting->cert;
	struct value *answer;

	if (!talk_ask(&cert->talk, &acm_service, "DescribeCertificate", cert_input(cert, exporting->arn), &answer))
		return false;
	const struct value *detail = value_get(answer, STR("Certificate"));
	const struct value *options = value_get(detail, STR("Options"));
	bool goes = str_is(value_text(detail, "Type"), "PRIVATE") || str_is(value_text(options, "Export"), "ENABLED");
	exporting->with_key = goes && !cert->wish.no_key;
	if (goes || (!cert->wish.plain_key && cert->wish.passphrase_file == NULL))
		return true;
	return talk_refuse(&cert->talk, EXIT_USAGE,
		"The private key of this certificate is not given out: it was imported, and whoever imported it has "
		"it. "
		"Leave out --plain-key and --passphrase-file for the certificate and its chain.");
}

/* For the way from there to here alone. */
static struct secret
make_passphrase(struct arena *arena)
{
	uint8_t random[OWN_PASSPHRASE_BYTES];
	struct buffer hex = { 0 };

	entropy_fill(&entropy_system, random, sizeof random);
	hex_encode(&hex, (struct bytes){ random, sizeof random }, '\0');
	struct secret passphrase = arena_secret(arena, hex.p, hex.n);
	buffer_done(&hex);
	return passphrase;
}

static bool
ask_passphrase(struct exporting *exporting)
{
	struct talk *talk = &exporting->cert->talk;
	struct secret again;

	if (!prompt_possible())
		return talk_refuse(talk, EXIT_USAGE,
			"The private key needs a passphrase, and nobody can be asked here. Say --passphrase-file FILE "
			"or " PROMPT_VARIABLE ", or --plain-key, or --no-key.");
	if (!prompt_secret("Passphrase for the private key: ", talk->arena, &exporting->passphrase) ||
		!prompt_secret("Once more: ", talk->arena, &again))
		return talk_refuse(talk, EXIT_ANYTHING_ELSE, "Nothing was exported.");
	return bytes_equal(secret_bytes(exporting->passphrase), secret_bytes(again)) ||
	       talk_refuse(talk, EXIT_USAGE, "The two passphrases differ.");
}

static bool
read_passphrase(struct exporting *exporting)
{
	struct cert *cert = exporting->cert;
	struct talk *talk = &cert->talk;
	struct fault fault = { 0 };

	if (!exporting->with_key)
		return true;
	if (cert->wish.plain_key) {
		exporting->passphrase = make_passphrase(talk->arena);
		return true;
	}
	if (!prompt_passphrase(cert->wish.passphrase_file, talk->arena, &exporting->passphrase, &fault)) {
		talk->exit = say_fault(&fault);
		return false;
	}
	if (exporting->passphrase.p == NULL && !ask_passphrase(exporting))
		return false;
	return exporting->passphrase.n >= PASSPHRASE_MIN_BYTES ||
	       talk_refuse(talk, EXIT_USAGE, "The passphrase must have %d characters at least.", PASSPHRASE_MIN_BYTES);
}

static bool
open_key(struct exporting *exporting)
{
	struct talk *talk = &exporting->cert->talk;
	struct fault fault = { 0 };
	struct bundle bundle;

	if (bundle_read(bytes_of_str(exporting->key), exporting->passphrase, BUNDLE_MAX_ROUNDS, talk->arena, &bundle,
		    &fault) &&
		bundle.key_count == 1) {
		exporting->key = pem_render(bundle.keys[0].label, bundle.keys[0].der, talk->arena);
		return true;
	}
	return talk_refuse(talk, EXIT_ANYTHING_ELSE, "The key that came cannot be opened. %s", fault.say);
}

static bool
fetch(struct exporting *exporting)
{
	struct cert *cert = exporting->cert;
	struct talk *talk = &cert->talk;
	struct value *input = cert_input(cert, exporting->arn);

	if (!exporting->with_key)
		return talk_ask(talk, &acm_service, "GetCertificate", input, &exporting->answer);
	value_set(input, STR("Passphrase"), value_bytes(secret_bytes(exporting->passphrase), talk->arena), talk->arena);
	if (!talk_ask(talk, &acm_service, "ExportCertificate", input, &exporting->answer))
		return false;
	exporting->key = value_text(exporting->answer, "PrivateKey");
	return !cert->wish.plain_key || open_key(exporting);
}

/* ---- Where it goes ---- */

static struct str
with_newline(struct str text, struct arena *arena)
{
	if (text.n == 0 || text.p[text.n - 1] == '\n')
		return text;
	return arena_printf(arena, "%.*s\n", STR_ARG(text));
}

static int
print(const struct exporting *exporting)
{
	struct buffer out = { 0 };

	details_put_pem(exporting->answer, &out);
	buffer_put_str(&out, with_newline(exporting->key, exporting->cert->talk.arena));
	return say_text(&out);
}

static int
write_files(struct exporting *exporting)
{
	struct cert *cert = exporting->cert;
	struct arena *arena = cert->talk.arena;
	const struct {
		const char *name;
		struct str text;
		mode_t mode;
	} files[] = {
		{ "certificate.pem", value_text(exporting->answer, "Certificate"), 0644 },
		{ "chain.pem", value_text(exporting->answer, "CertificateChain"), 0644 },
		{ "private-key.pem", exporting->key, 0600 },
	};
	struct buffer out = { 0 };
	struct fault fault = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
		const char *path = arena_printf(arena, "%s/%s", cert->wish.out, files[i].name).p;
		if (files[i].text.n == 0)
			continue;
		if (!file_write_new(
			    path, with_newline(files[i].text, arena), files[i].mode, cert->wish.force, arena, &fault)) {
			buffer_done(&out);
			return say_complaint(fault.say, EXIT_ANYTHING_ELSE);
		}
		buffer_printf(&out, "%.*s\n", STR_ARG(printable(str_of(path), arena)));
	}
	return say_text(&out);
}

/* Before anything is fetched, or a passphrase asked for. */
static bool
make_room(struct cert *cert)
{
	static const char *const names[] = { "certificate.pem", "chain.pem", "private-key.pem" };

	if (cert->wish.plain_key && cert->wish.no_key)
		return talk_refuse(&cert->talk, EXIT_USAGE, "Say --plain-key or --no-key, not both.");
	if (cert->wish.out == NULL)
		return !cert->wish.plain_key ||
		       talk_refuse(&cert->talk, EXIT_USAGE,
			       "--plain-key wants --out DIR: a private key in the clear goes into a file that nobody "
			       "else can read.");
	if (mkdir(cert->wish.out, 0777) != 0 && errno != EEXIST)
		return talk_refuse(
			&cert->talk, EXIT_ANYTHING_ELSE, "%s cannot be made: %s.", cert->wish.out, strerror(errno));
	for (size_t i = 0; i < ARRAY_COUNT(names) && !cert->wish.force; i++) {
		const char *path = arena_printf(cert->talk.arena, "%s/%s", cert->wish.out, names[i]).p;
		if (access(path, F_OK) == 0)
			return talk_refuse(
				&cert->talk, EXIT_USAGE, "%s is there already: say --force to replace it.", path);
	}
	return true;
}

int
cert_export(struct cert *cert)
{
	struct exporting exporting = { .cert = cert };

	if (!make_room(cert) || !cert_find(cert, cert->talk.words.v[0], &exporting.arn) || !look(&exporting) ||
		!read_passphrase(&exporting) || !fetch(&exporting))
		return cert->talk.exit;
	return cert->wish.out != NULL ? write_files(&exporting) : print(&exporting);
}
