/* ca.h — `chancery ca ls|show|revoke`: authorities and what they issued, for people. The APIs behind it are ACM-PCA's
 * and, for the inventory, our own.
 *
 * This page is what the verbs share; cli.h has the face itself. */
#ifndef CHANCERY_CLI_CA_H
#define CHANCERY_CLI_CA_H

#include "cli/table.h"
#include "cli/talk.h"

/* What the line asks for; NULL where it does not. */
struct ca_wish {
	const char *subject, *name, *serial, *template_name, *expires_within, *expires_after, *expires_before, *sort;
	const char *limit, *reason, *output, *color;
	struct option_values statuses;
	bool descending, pem, yes;
};

struct ca {
	struct ca_wish wish;
	struct talk talk;
};

/* The verbs: each gives the exit code. */
int ca_ls(struct ca *ca);
int ca_show(struct ca *ca);
int ca_revoke(struct ca *ca);

/* One of them by its number, in the order of the help, and what it does in a line; NULL behind the last. */
const struct verb *ca_verb(size_t number, const char **summary);

/* ---- ca_find.c: from the words of the line to what they mean. False: it has been said why. ---- */

/* The ARN of the authority that `word` means: an ARN, which is not looked up, an id or its beginning, or a common name.
 * Deleted ones have no name while a living one has it. */
MUST_CHECK bool ca_find_authority(struct ca *ca, const char *word, struct str *arn);
/* Hexadecimal digits and colons? */
MUST_CHECK bool ca_check_serial(struct ca *ca, const char *serial);
/* The inventory's entry of a certificate (IssuedCertificate). */
MUST_CHECK bool ca_find_certificate(struct ca *ca, struct str authority, const char *serial, struct value **issued);

/* ---- ca_words.c: the API's objects in words ---- */

/* Of a CertificateAuthority: "C=DE,O=Example,CN=Example Root", and the common name or, without one, all of it. */
struct str ca_subject(const struct value *authority, struct arena *arena);
struct str ca_name(const struct value *authority, struct arena *arena);
struct str ca_serial(struct str serial, struct arena *arena); /* lower case, without colons, as ARNs have it */
/* "EndEntityCertificate/V1" */
struct str ca_template(struct str arn);

#endif
