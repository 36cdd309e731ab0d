/* ca.h — `chancery ca ls|show|revoke`: authorities and what they issued, for people. The APIs behind it are ACM-PCA's
 * and, for the inventory, our own.
 *
 * This page is what the verbs share; cli.h has the face itself. */
#ifndef CHANCERY_CLI_CA_H
#define CHANCERY_CLI_CA_H

#include "cli/dialog.h"
#include "cli/table.h"
#include "cli/verb.h"

/* What the line asks for; NULL where it does not. */
struct ca_wish {
	const char *subject, *name, *serial, *template_name, *expires_within, *expires_after, *expires_before, *sort;
	const char *limit, *reason, *output, *color;
	struct option_values statuses;
	bool descending, pem, yes;
};

struct ca {
	struct ca_wish wish;
	struct globals globals;
	struct verb_words words;
	struct dialog dialog;
	struct arena *arena; /* of the whole command */
	struct arena *page;  /* of one page of a list */
	int64_t now_ms;
	bool json, coloured;
	int exit; /* set by whoever said why on standard error */
};

/* The verbs: each gives the exit code. */
int ca_ls(struct ca *ca);
int ca_show(struct ca *ca);
int ca_revoke(struct ca *ca);

/* ---- ca_ask.c: the services. False: it has been said why, and ca->exit is set. ---- */

MUST_CHECK bool ca_ask(struct ca *ca, const struct service *service, const char *operation, const struct value *input,
	struct value **answer);
typedef bool ca_take(void *context, const struct value *items);
/* Every page of a list, at most `limit` items (-1: all). Items live until the next page. */
MUST_CHECK bool ca_walk(struct ca *ca, const struct service *service, const char *operation, struct value *input,
	int64_t limit, ca_take *take, void *context, bool *more);
/* Says what is wrong; false. */
bool ca_refuse(struct ca *ca, int exit_code, const char *format, ...) PRINTF_LIKE(3, 4);

/* ---- ca_find.c: from the words of the line to what they mean. False as above. ---- */

/* The ARN of the authority that `word` means: an ARN, which is not looked up, an id or its beginning, or a common name.
 * Deleted ones have no name while a living one has it. */
MUST_CHECK bool ca_find_authority(struct ca *ca, const char *word, struct str *arn);
/* Hexadecimal digits and colons? */
MUST_CHECK bool ca_check_serial(struct ca *ca, const char *serial);
/* The inventory's entry of a certificate (IssuedCertificate). */
MUST_CHECK bool ca_find_certificate(struct ca *ca, struct str authority, const char *serial, struct value **issued);

/* ---- ca_words.c: the API's objects in words ---- */

struct str ca_id(struct str arn); /* what stands behind the last slash */
/* Of a CertificateAuthority: "C=DE,O=Example,CN=Example Root", and the common name or, without one, all of it. */
struct str ca_subject(const struct value *authority, struct arena *arena);
struct str ca_name(const struct value *authority, struct arena *arena);
struct str ca_serial(struct str serial, struct arena *arena); /* lower case, without colons, as ARNs have it */
/* "EndEntityCertificate/V1" */
struct str ca_template(struct str arn);
/* "in 41 days", or absent when the object has no such moment. */
struct str ca_age(const struct ca *ca, const struct value *object, const char *member, struct arena *arena);
/* "2026-11-21T08:05:54+00:00 (in 41 days)", to the second, or absent: of a moment, and of an object's. */
struct str ca_when(const struct ca *ca, int64_t ms, struct arena *arena);
struct str ca_moment(const struct ca *ca, const struct value *object, const char *member, struct arena *arena);
/* A word of the line as the enum has it: "key-compromise" is KEY_COMPROMISE. NULL when there is none such. */
const char *ca_enum(const struct shape *shape, const char *word, struct arena *arena);
/* "unspecified, key-compromise, …": all that ca_enum() takes. */
struct str ca_enum_words(const struct shape *shape, struct arena *arena);

#endif
