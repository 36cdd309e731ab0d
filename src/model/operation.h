/* operation.h — one row per operation of a service: what dispatch, the command line and the tests share.
 *
 * Generated: `extern const struct service acm_service;` in model/acm.h. The row cannot point at the handler (the model
 * lies below the services): wire/dispatch.c joins the two through the generated list of model/acm_operations.h,
 * ACM_OPERATIONS(IN_OUT, IN_ONLY, OUT_ONLY), where each operation is one line, in the order of the rows:
 * IN_OUT(acm, ImportCertificate, import_certificate) for a handler that takes a request and fills a response, IN_ONLY
 * for one that answers with an empty body, OUT_ONLY for one that takes no members. */
#ifndef CHANCERY_MODEL_OPERATION_H
#define CHANCERY_MODEL_OPERATION_H

#include "model/shape.h"

enum operation_access { OPERATION_READS, OPERATION_WRITES };
/* The second lane is bounded and slow, so that what takes over 5 ms does not keep the others waiting. */
enum operation_lane { OPERATION_QUICK, OPERATION_LONG };

struct operation {
	const char *name;           /* "ImportCertificate" */
	const char *command;        /* "import-certificate" */
	const char *handler;        /* "acm_import_certificate" */
	const char *help;           /* one line, our own words */
	const struct shape *input;  /* NULL: takes no members */
	const struct shape *output; /* NULL: answers with an empty body */
	enum operation_access access;
	enum operation_lane lane;
	const char *const *errors; /* exception names, NULL-terminated */
	/* Pagination; NULL when the operation has none. JSON member names. */
	const char *page_input_token, *page_output_token, *page_limit, *page_result;
};

/* What ends a wait, or tells it to go on. */
enum waiter_state { WAITER_SUCCESS, WAITER_RETRY, WAITER_FAILURE };
enum waiter_matcher {
	WAITER_ANSWERED, /* any answer that is no error */
	WAITER_ERROR,    /* the error `expected` */
	WAITER_EQUALS,   /* the member at `path` is `expected` */
	WAITER_ALL,      /* so are all members at `path`, and there is one */
	WAITER_ANY,      /* so is one of them at least */
};

struct acceptor {
	enum waiter_state state;
	enum waiter_matcher matcher;
	const char *path;     /* of JMESPath: "Certificate.DomainValidationOptions[].ValidationStatus"; NULL: none */
	const char *expected; /* NULL: nothing */
};

/* How to wait for something: ask, look, wait, ask again. The first acceptor that matches counts. */
struct waiter {
	const char *name;    /* "CertificateIssued" */
	const char *command; /* "certificate-issued" */
	const char *help;    /* one line, our own words */
	const struct operation *operation;
	unsigned delay_s;
	unsigned attempts;
	const struct acceptor *acceptors;
	size_t acceptor_count;
};

struct service {
	const char *command;       /* "acm": the command and the prefix of IAM actions */
	const char *signing_name;  /* "acm": the service in the credential scope */
	const char *target_prefix; /* "CertificateManager" */
	const char *title;
	const struct operation *operations; /* sorted by name */
	size_t operation_count;
	const struct waiter *waiters; /* sorted by their operations; NULL: there are none */
	size_t waiter_count;
};

const struct operation *service_operation(const struct service *service, struct str name); /* NULL if there is none */
const struct operation *service_command(const struct service *service, struct str command);
const struct waiter *service_waiter(const struct service *service, struct str command);

#endif
