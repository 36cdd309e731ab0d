/* office.h — a whole house for tests of handlers: a real store in a folder of its own, a real signer process, a clock
 * that stands where the test puts it.
 *
 *	struct visit visit;
 *
 *	visit_begin(&visit, "123456789012", "eu-central-1");
 *	CHECK_OK(DO(&visit, delete_certificate, &in), visit.fault);
 *	visit_end(&visit);
 *
 * A visit is one call. Tests share the house, so each works in an account of its own. OFFICE_MAIN at the end of a file
 * opens the house, runs the file's tests, and closes it; started as "signer" the same program is the signer. */
#ifndef CHANCERY_TESTS_OFFICE_H
#define CHANCERY_TESTS_OFFICE_H

#include "service/acm/acm.h"
#include "service/own/own.h"
#include "service/pca/pca.h"
#include "signer/signer.h"
#include "store/authority.h"

#include "papers.h"

struct office {
	char folder[64];
	struct store *store;
	struct signer_process *signers;
	struct verifier *verifier;
	struct service_settings settings; /* a test that changes them puts them back */
	struct clock clock;
};
extern struct office office;

/* 2026-11-21T08:05:54.250Z: when every visit happens, unless a test moves the clock. */
#define OFFICE_NOW_MS INT64_C(1795248354250)
#define OFFICE_DAY_MS INT64_C(86400000)

int office_main(int argc, char **argv, int (*run)(void));
#define OFFICE_MAIN(name)                                                                                              \
	static int office_tests(void)                                                                                  \
	{                                                                                                              \
		return _cmocka_run_group_tests(name, test_list, test_count, NULL, NULL);                               \
	}                                                                                                              \
	int main(int argc, char **argv)                                                                                \
	{                                                                                                              \
		return office_main(argc, argv, office_tests);                                                          \
	}                                                                                                              \
	struct office_main_takes_a_semicolon

struct visit {
	struct arena arena;
	struct call call;
	struct fault fault;
};

void visit_begin(struct visit *visit, const char *account, const char *region);
void visit_end(struct visit *visit);
/* The same caller's next call: what the last one decoded and wrote is forgotten. */
void visit_again(struct visit *visit);
/* Does what the handler named, step by step, as the daemon does. */
bool visit_commit(struct visit *visit);

/* Imports as a new certificate and keeps its ARN. */
enum { ARN_TEXT_BYTES = 160 };
bool visit_import(struct visit *visit, const struct papers *papers, char arn[ARN_TEXT_BYTES]);
/* The same, with a wish's papers, and must succeed. */
void visit_keep(struct visit *visit, struct wish wish, char arn[ARN_TEXT_BYTES]);
/* Of that ARN, as the caller sees it. */
const struct acm_certificate_detail *visit_describe(struct visit *visit, const char *arn);

/* An authority of the caller's. NULL and 0 are defaults. */
struct authority_wish {
	const char *common_name; /* "Example Root", or "Example Sub" */
	enum signing_key key;    /* P-256 */
	const char *parent;      /* ARN of who signs it; NULL: it is a root */
	const char *template;    /* that the parent signs it by; "SubordinateCACertificate_PathLen3/V1" */
	int64_t days;            /* its certificate's; ten years, and five of a subordinate */
	const char *revocation;  /* JSON; no CRL, no OCSP */
	bool short_lived;
	bool pending; /* it has no certificate yet */
};
void visit_authority(struct visit *visit, struct authority_wish wish, char arn[ARN_TEXT_BYTES]);
/* Puts it into another state, as if an operation had. */
void visit_set_state(struct visit *visit, const char *arn, enum authority_state state);
/* Gives it this resource policy, unchecked. */
void visit_set_policy(struct visit *visit, const char *arn, const char *policy);

#define DO_IN(service, visit, name, ...)                                                                               \
	(service##_##name(&(visit)->call, __VA_ARGS__, &(visit)->fault) && visit_commit(visit))
#define DO(visit, name, ...) DO_IN(acm, visit, name, __VA_ARGS__)

#endif
