#include "cli/papers.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/file.h"
#include "cli/printable.h"
#include "cli/prompt.h"
#include "cli/say.h"
#include "x509/pem.h"

/* So often somebody may mistype. */
enum { PASSPHRASE_TRIES = 3 };

static void
tell(const struct papers *papers, const char *name, struct str words)
{
	(void)fprintf(stderr, "%.*s: %.*s\n", STR_ARG(printable(str_of(name), papers->talk->arena)),
		STR_ARG(printable(words, papers->talk->arena)));
}

/* ---- Files ---- */

/* Reads what is in the file; under the passphrase that is known, then under those that people say. */
static bool
open_file(struct papers *papers, struct paper_file *file)
{
	struct arena *arena = papers->talk->arena;
	struct fault fault = { 0 };
	struct secret said;

	if (!bundle_read(file->bytes, papers->passphrase, BUNDLE_MAX_ROUNDS, arena, &file->bundle, &fault))
		return talk_refuse(papers->talk, EXIT_USAGE, "%s: %s", file->name, fault.say);
	for (int i = 0; i < PASSPHRASE_TRIES && file->bundle.locked_count > 0 && papers->may_ask; i++) {
		const char *again = i > 0 ? "That was not it. " : "";
		struct str question = arena_printf(arena, "%sPassphrase of %.*s (%s): ", again,
			STR_ARG(printable(str_of(file->name), arena)), file->bundle.locked);
		if (!prompt_secret(question.p, arena, &said) || said.n == 0)
			break;
		if (!bundle_read(file->bytes, said, BUNDLE_MAX_ROUNDS, arena, &file->bundle, &fault))
			return talk_refuse(papers->talk, EXIT_USAGE, "%s: %s", file->name, fault.say);
		/* The next file may well have the same. */
		if (file->bundle.locked_count == 0)
			papers->passphrase = said;
	}
	return true;
}

static void
tell_file(struct papers *papers, const struct paper_file *file)
{
	const struct bundle *bundle = &file->bundle;

	/* A directory may hold anything; who names a file means it. */
	for (size_t i = 0; i < bundle->remark_count && (file->on_line || bundle->form != BUNDLE_NOTHING); i++)
		tell(papers, file->name, bundle->remarks[i]);
	if (bundle->locked_count == 0)
		return;
	papers->locked++;
	tell(papers, file->name,
		arena_printf(papers->talk->arena,
			"It holds %s, and %s. Say --passphrase-file FILE or " PROMPT_VARIABLE ".", bundle->locked,
			papers->passphrase.p != NULL ? "the passphrase does not open it"
						     : "no passphrase for it is known"));
}

static bool
add_file(struct papers *papers, const char *name, bool on_line)
{
	struct arena *arena = papers->talk->arena;
	struct paper_file *file = ARENA_NEW(arena, struct paper_file);
	struct fault fault = { 0 };

	if (papers->file_count == PAPERS_MAX_FILES)
		return talk_refuse(papers->talk, EXIT_USAGE, "These are more than %d files.", PAPERS_MAX_FILES);
	*file = (struct paper_file){ .name = name, .on_line = on_line };
	if (!file_read_path(name, BUNDLE_MAX_BYTES, arena, &file->bytes, &fault)) {
		if (on_line)
			return talk_refuse(papers->talk, EXIT_USAGE, "%s", fault.say);
		(void)fprintf(stderr, "%s\n", fault.say);
		return true;
	}
	papers->total_bytes += file->bytes.n;
	if (papers->total_bytes > PAPERS_MAX_BYTES)
		return talk_refuse(papers->talk, EXIT_USAGE, "These files hold more than %d bytes.", PAPERS_MAX_BYTES);
	if (!open_file(papers, file))
		return false;
	tell_file(papers, file);
	if (papers->file_count == papers->file_room) {
		size_t room = papers->file_room > 0 ? papers->file_room * 2 : 16;
		struct paper_file **files = ARENA_ARRAY(arena, struct paper_file *, room);
		if (papers->file_count > 0)
			memcpy(files, papers->files, papers->file_count * sizeof(*files));
		papers->files = files;
		papers->file_room = room;
	}
	papers->files[papers->file_count++] = file;
	return true;
}

static int
visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Links to files are followed, as certbot lays them; links to directories are not: they may lead in circles. */
static bool
add_directory(struct papers *papers, const char *path, int depth)
{
	struct dirent **entries = NULL;
	struct stat status;
	bool done = true;

	if (depth > PAPERS_MAX_DEPTH)
		return talk_refuse(papers->talk, EXIT_USAGE, "%s: these are directories more than %d deep.", path,
			PAPERS_MAX_DEPTH);
	int n = scandir(path, &entries, visible, alphasort);
	if (n < 0 && depth == 0)
		return talk_refuse(papers->talk, EXIT_USAGE, "%s cannot be read: %s.", path, strerror(errno));
	if (n < 0)
		(void)fprintf(stderr, "%s cannot be read: %s.\n", path, strerror(errno));
	for (int i = 0; i < n; i++) {
		const char *name = arena_printf(papers->talk->arena, "%s/%s", path, entries[i]->d_name).p;
		if (done && lstat(name, &status) == 0 && S_ISDIR(status.st_mode))
			done = add_directory(papers, name, depth + 1);
		else if (done && stat(name, &status) == 0 && S_ISREG(status.st_mode))
			done = add_file(papers, name, false);
		free(entries[i]);
	}
	free((void *)entries);
	return done;
}

static bool
add_path(struct papers *papers, const char *path)
{
	struct stat status;
	size_t n = strlen(path);

	if (strcmp(path, "-") == 0 || stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
		return add_file(papers, path, true);
	while (n > 1 && path[n - 1] == '/')
		n--;
	return add_directory(papers, arena_cstr(papers->talk->arena, (struct str){ path, n }), 0);
}

/* ---- Certificates and keys, each once ---- */

static void
add_certificate(struct papers *papers, const struct certificate *certificate, const struct paper_file *file)
{
	for (size_t i = 0; i < papers->certificate_count; i++) {
		if (bytes_equal(papers->certificates[i].certificate->der, certificate->der)) {
			papers->repeated++;
			return;
		}
	}
	papers->certificates[papers->certificate_count++] =
		(struct paper_certificate){ .certificate = certificate, .file = file };
}

static void
add_key(struct papers *papers, const struct bundle_key *key, const struct paper_file *file)
{
	for (size_t i = 0; i < papers->key_count; i++) {
		const struct bundle_key *other = papers->keys[i].key;
		bool same_half = key->spki.p != NULL && bytes_equal(other->spki, key->spki);
		if (same_half || bytes_equal(other->der, key->der))
			return;
	}
	papers->keys[papers->key_count++] = (struct paper_key){ .key = key, .file = file };
}

static bool
collect(struct papers *papers)
{
	size_t certificates = 0;
	size_t keys = 0;

	for (size_t i = 0; i < papers->file_count; i++) {
		certificates += papers->files[i]->bundle.certificate_count;
		keys += papers->files[i]->bundle.key_count;
	}
	if (certificates > PAPERS_MAX_CERTIFICATES || keys > PAPERS_MAX_CERTIFICATES)
		return talk_refuse(papers->talk, EXIT_USAGE, "These files hold more than %d certificates or keys.",
			PAPERS_MAX_CERTIFICATES);
	papers->certificates = ARENA_ARRAY(papers->talk->arena, struct paper_certificate, certificates);
	papers->keys = ARENA_ARRAY(papers->talk->arena, struct paper_key, keys);
	for (size_t i = 0; i < papers->file_count; i++) {
		const struct paper_file *file = papers->files[i];
		for (size_t k = 0; k < file->bundle.certificate_count; k++)
			add_certificate(papers, file->bundle.certificates[k], file);
		for (size_t k = 0; k < file->bundle.key_count; k++)
			add_key(papers, &file->bundle.keys[k], file);
	}
	return true;
}

bool
papers_read(struct papers *papers, const char *const *paths, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!add_path(papers, paths[i]))
			return false;
	if (!collect(papers))
		return false;
	papers_sort(papers);
	return true;
}

/* ---- What is told, and what is sent ---- */

void
papers_tell_left_out(const struct papers *papers)
{
	struct arena *arena = papers->talk->arena;

	for (size_t i = 0; i < papers->certificate_count; i++) {
		const struct paper_certificate *paper = &papers->certificates[i];
		if (paper->placed)
			continue;
		const char *why = paper->key != NULL          ? "it is the CA of another one here"
				  : paper->certificate->is_ca ? "it belongs to no chain here"
							      : "there is no private key for it here";
		tell(papers, paper->file->name,
			arena_printf(arena, "%.*s was left out: %s.",
				STR_ARG(certificate_label(paper->certificate, arena)), why));
	}
	for (size_t i = 0; i < papers->key_count; i++)
		if (!papers->keys[i].placed)
			tell(papers, papers->keys[i].file->name,
				STR("A private key was left out: it fits no certificate that is imported."));
	if (papers->repeated > 0)
		(void)fprintf(
			stderr, "Certificates that came more than once: %zu; each counts once.\n", papers->repeated);
}

struct str
paper_certificate_pem(const struct paper_set *set, struct arena *arena)
{
	return pem_render("CERTIFICATE", set->leaf->certificate->der, arena);
}

struct str
paper_chain_pem(const struct paper_set *set, struct arena *arena)
{
	struct buffer text = { 0 };

	for (size_t i = 0; i < set->chain_count; i++)
		buffer_put_str(&text, pem_render("CERTIFICATE", set->chain[i]->certificate->der, arena));
	struct str out = arena_str(arena, buffer_str(&text));
	buffer_done(&text);
	return out;
}

struct str
paper_key_pem(const struct paper_set *set, struct arena *arena)
{
	return pem_render(set->key->key->label, set->key->key->der, arena);
}

static bool
is_host(const struct general_name *name)
{
	return (name->kind == GENERAL_NAME_DNS || name->kind == GENERAL_NAME_IP) && name->text.n > 0;
}

struct str
paper_name(const struct certificate *certificate, struct arena *arena)
{
	struct str name = name_get(&certificate->subject_name, NAME_OID_COMMON_NAME);

	for (size_t i = 0; i < certificate->name_count; i++)
		if (is_host(&certificate->names[i]))
			return certificate->names[i].text;
	return name.n > 0 ? name : certificate_label(certificate, arena);
}

struct str
paper_names(const struct certificate *certificate, struct arena *arena)
{
	struct buffer text = { 0 };

	for (size_t i = 0; i < certificate->name_count; i++) {
		if (!is_host(&certificate->names[i]))
			continue;
		buffer_put_cstr(&text, text.n > 0 ? ", " : "");
		buffer_put_str(&text, certificate->names[i].text);
	}
	struct str out = text.n > 0 ? arena_str(arena, buffer_str(&text)) : paper_name(certificate, arena);
	buffer_done(&text);
	return out;
}
