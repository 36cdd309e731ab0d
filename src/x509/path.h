/* path.h — a certificate and what came with it as its chain, put into the order of a certification path, and what is
 * asked of each step (RFC 5280, 6.1). Which rule a breach belongs to is the caller's to say: an import has its own, and
 * that of a CA's certificate has others. Private to this room. */
#ifndef CHANCERY_X509_PATH_H
#define CHANCERY_X509_PATH_H

#include "x509/rules.h"
#include "x509/verifier.h"

struct path_step {
	const struct certificate *certificate;
	size_t position; /* in CertificateChain, from 1; 0: the certificate itself */
};

struct path {
	/* The caller's to say. */
	const struct certificate *certificate;
	bool self_signed;
	const struct certificate *const *chain; /* as given */
	size_t chain_count;
	enum import_rule rule_without_certificate, rule_issuer, rule_order;
	const struct import_rules *rules;
	struct verifier *verifier;
	struct arena *arena;
	struct fault *fault;
	int64_t now_ms;

	/* Zero at first. */
	struct path_step *steps; /* of the chain, without copies of the certificate; once ordered, from its issuer on */
	size_t count;
	bool has_issuer; /* false after path_order() when that rule is relaxed */
	size_t tries;    /* verifications still to be spent */
};

/* "certificate 2 of 3 in CertificateChain (CN=Example CA)", "the certificate (CN=Example)". */
struct str path_place(const struct path *path, struct path_step step);

/* The chain as steps. The certificate itself has no place in it; copies are passed over when that rule is relaxed. */
MUST_CHECK bool path_collect(struct path *path);
/* Then: brings the issuer to the front, and verifies link by link, by name and signature. When the order is relaxed,
 * the steps are brought into it, and what has no place is left out. */
MUST_CHECK bool path_order(struct path *path);

/* One step: CA:TRUE; keyCertSign where keyUsage is there; now within its validity (a rule's other sentence is for what
 * is not valid yet). */
MUST_CHECK bool path_check_ca(const struct path *path, struct path_step step, enum import_rule rule);
MUST_CHECK bool path_check_key_usage(const struct path *path, struct path_step step, enum import_rule rule);
MUST_CHECK bool path_check_validity(const struct path *path, struct path_step step, enum import_rule rule);
/* `below`: CAs that are there between the step and the path's end, self-issued ones not counted; `where`: words for
 * that. */
MUST_CHECK bool path_check_length(
	const struct path *path, struct path_step step, int below, const char *where, enum import_rule rule);

#endif
