/* papers.h — what PATHs on the line hold: files, the certificates and keys in them, and sets of these: a certificate
 * with its chain, nearest issuer first, and its private key. How files are called and what order they have does not
 * matter. */
#ifndef CHANCERY_CLI_PAPERS_H
#define CHANCERY_CLI_PAPERS_H

#include "cli/talk.h"
#include "x509/bundle.h"
#include "x509/verifier.h"

enum {
	PAPERS_MAX_FILES = 10000,
	PAPERS_MAX_DEPTH = 8, /* of directories in directories */
	PAPERS_MAX_BYTES = 256 * 1024 * 1024,
	PAPERS_MAX_CERTIFICATES = 20000,
};

struct paper_file {
	const char *name;
	bool on_line; /* named there, not met in a directory */
	struct bytes bytes;
	struct bundle bundle;
};

struct paper_certificate {
	const struct certificate *certificate;
	const struct paper_file *file;
	const struct paper_key *key; /* that fits; NULL: none */
	bool placed;                 /* in some set */
};

struct paper_key {
	const struct bundle_key *key;
	const struct paper_file *file;
	bool placed;
};

struct paper_set {
	const struct paper_certificate *leaf;
	const struct paper_certificate *const *chain;
	size_t chain_count;
	const struct paper_key *key; /* NULL: none was given */
	bool key_fits;               /* false: it is there, but another certificate's */
};

struct papers {
	/* The caller's to say. */
	struct talk *talk;        /* its arena holds everything */
	struct secret passphrase; /* absent: none is known yet */
	bool may_ask;             /* for passphrases, on the terminal */

	/* Zero at first. */
	struct paper_file **files;
	struct paper_certificate *certificates; /* each once */
	struct paper_key *keys;                 /* each once */
	struct paper_set *sets;
	size_t file_count, certificate_count, key_count, set_count;
	size_t repeated; /* certificates that were there before */
	size_t locked;   /* files whose passphrase nobody said */
	size_t file_room;
	size_t total_bytes;
};

/* Reads all that the paths name, directories with what is in them, and sorts it. What is passed over is told on
 * standard error. False: it has been said why. */
MUST_CHECK bool papers_read(struct papers *papers, const char *const *paths, size_t count);
/* Sorts what was found into sets; papers_read() does. */
void papers_sort(struct papers *papers);
/* Tells on standard error what belongs to no set, each with its reason. */
void papers_tell_left_out(const struct papers *papers);

/* The fields of an import. The key is in the clear. */
struct str paper_certificate_pem(const struct paper_set *set, struct arena *arena);
struct str paper_chain_pem(const struct paper_set *set, struct arena *arena); /* empty: there is none */
struct str paper_key_pem(const struct paper_set *set, struct arena *arena);

/* "www.example.com": the first DNS name, IP address or, without one, the subject. */
struct str paper_name(const struct certificate *certificate, struct arena *arena);
/* All of them: "www.example.com, 10.0.0.1". */
struct str paper_names(const struct certificate *certificate, struct arena *arena);

#endif
