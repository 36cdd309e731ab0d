/* cert.h — `chancery import|check|ls|show|export|rm|tag`: the certificates of ACM, and files of certificates, for
 * people.
 *
 * This page is what the verbs share; cli.h has the faces themselves. */
#ifndef CHANCERY_CLI_CERT_H
#define CHANCERY_CLI_CERT_H

#include "cli/table.h"
#include "cli/talk.h"

/* What the line asks for; NULL where it does not. */
struct cert_wish {
	const char *output, *color, *passphrase_file, *arn, *at, *fix, *out;
	const char *name, *expires_within, *sort, *limit;
	struct option_values tags, statuses, types;
	bool yes, replace, force, ascii, descending, pem, plain_key, no_key;
};

struct cert {
	struct cert_wish wish;
	struct talk talk;
};

/* The verbs: each gives the exit code. */
int cert_import(struct cert *cert);
int cert_check(struct cert *cert); /* asks no service */
int cert_ls(struct cert *cert);
int cert_show(struct cert *cert);
int cert_export(struct cert *cert);
int cert_rm(struct cert *cert);
int cert_tag(struct cert *cert);

/* One of them by its number, in the order of the help; NULL behind the last. */
const struct verb *cert_verb(size_t number);

/* ---- cert_find.c: from the words of the line to what they mean. False: it has been said why. ---- */

/* A certificate, as SearchCertificates answers. */
struct cert_found {
	struct str arn, name, status, type, key_algorithm;
	struct str expires; /* "in 41 days" */
	const struct value *attributes;
};
struct cert_list {
	struct cert_found *v;
	size_t n, room;
};

/* The ARN of the certificate that `word` means: an ARN, which is not looked up, an id or its beginning, or a domain
 * name that fits exactly one. */
MUST_CHECK bool cert_find(struct cert *cert, const char *word, struct str *arn);
/* Imported certificates with just these names and this kind of key. */
struct certificate;
MUST_CHECK bool cert_find_twins(struct cert *cert, const struct certificate *certificate, struct cert_list *out);
/* "\n  ID  NAME (ISSUED, in 41 days)" for each, some twenty at most. */
struct str cert_list_words(const struct cert_list *list, struct arena *arena);

/* ---- cert_words.c: the API's objects in words, and input for it ---- */

/* The first name, or the subject; from X509Attributes. May be absent. */
struct str cert_name(const struct value *attributes, struct arena *arena);
/* "C=DE,O=Example,CN=Example CA", of a DistinguishedName, and its common name or, without one, all of it. */
struct str cert_distinguished_name(const struct value *name, struct arena *arena);
struct str cert_short_name(const struct value *name, struct arena *arena);
/* { "CertificateArn": arn } */
struct value *cert_input(const struct cert *cert, struct str arn);
/* "team=shop" as a Tag; without "=" it has no value. */
struct value *cert_tag_value(const char *word, struct arena *arena);
/* One filter of SearchCertificates, and several as one: { "And": … }, { "Or": … }. */
struct value *cert_filter(
	const char *kind, const char *member, const char *inner, struct value *value, struct arena *arena);
struct value *cert_filter_name(struct str name, const char *comparison, struct arena *arena);
void cert_filter_join(struct value **statement, const char *how, struct value *filter, struct arena *arena);

#endif
