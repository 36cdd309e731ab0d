/**
 * @file chancery.h
 * @brief A client of certificate managers that speak the APIs of AWS ACM and AWS Private CA: what every service shares.
 *
 * One client serves any number of threads and every service. Each service has a header of its own with a function for
 * each operation: <chancery/acm.h>, <chancery/acm-pca.h>, and <chancery/own.h> for what Chancery offers beyond AWS.
 *
 * @code
 *	struct chancery_client *client = NULL;
 *	struct chancery_error *error = NULL;
 *	struct chancery_acm_describe_certificate_response *response = NULL;
 *
 *	if (!chancery_client_new(NULL, &client, &error))
 *		…
 *	if (chancery_acm_describe_certificate(client,
 *		    &(struct chancery_acm_describe_certificate_request){ .certificate_arn = arn }, &response, &error))
 *		puts(response->certificate->domain_name);
 *	else
 *		fprintf(stderr, "%s: %s\n", error->code, error->message);
 *	chancery_acm_describe_certificate_response_free(response);
 *	chancery_error_free(error);
 *	chancery_client_free(client);
 * @endcode
 *
 * **Requests** are structs of yours; zero means absent. The library reads them during the call and keeps nothing.
 *
 * **Responses** are objects of the library: all that they point at lives until their one `…_free()`, which wipes it as
 * well. Every `…_free()` takes NULL.
 *
 * In both, text is UTF-8 and ends with a NUL. Zero is not absent where zero is a value: numbers, booleans and moments
 * (`x_ms`: milliseconds since 1970-01-01T00:00:00Z) have a `has_x` beside them. A list is a pointer and a count: a NULL
 * pointer is absent, a count of zero behind any other pointer an empty list. An enum has its text beside it, `x_text`:
 * a response always sets it, so that a value that this release does not know (…_UNKNOWN_VALUE) can be read; a request
 * may set it instead of the enum, to send such a value.
 *
 * Running out of memory ends the process with a line on standard error, as with GLib.
 */
#ifndef CHANCERY_CHANCERY_H
#define CHANCERY_CHANCERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define CHANCERY_API __attribute__((visibility("default")))
#define CHANCERY_MUST_CHECK __attribute__((warn_unused_result))
#else
#define CHANCERY_API
#define CHANCERY_MUST_CHECK
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes. `data` NULL: absent; any other pointer with a `size` of 0: empty. The API's base64 is done by the library. */
struct chancery_blob {
	const void *data;
	size_t size;
};

/** The version of the library that is running, such as "1.0.0". */
CHANCERY_API const char *chancery_version(void);

/** What kind of trouble an error is; `code` says it more closely. Later releases may add kinds at the end. */
enum chancery_error_kind {
	CHANCERY_ERROR_SERVICE = 1,   /**< The service refused: `code` is its exception's name. */
	CHANCERY_ERROR_ARGUMENT,      /**< The request cannot be sent as it is: `message` names the member. */
	CHANCERY_ERROR_CONFIGURATION, /**< No region, no credentials, a URL that is none, an unreadable profile. */
	CHANCERY_ERROR_UNREACHABLE,   /**< Nobody listens there, or the host's name is unknown. */
	CHANCERY_ERROR_TLS,           /**< The connection cannot be trusted: `message` says which check failed. */
	CHANCERY_ERROR_TIMEOUT, /**< No connection or no answer in time; after the latter, the work may be done. */
	CHANCERY_ERROR_CLOSED,  /**< The connection ended before an answer came. */
	CHANCERY_ERROR_ANSWER,  /**< An answer came that is none of this API. */
	CHANCERY_ERROR_WAITER   /**< What was waited for did not come. */
};

/**
 * Why a call failed. The library makes it, one for each failed call; chancery_error_free() frees it. No member is ever
 * NULL but `request_id`, and none ever holds a secret. Later releases may add members at the end.
 */
struct chancery_error {
	enum chancery_error_kind kind;
	const char *code;    /**< "ResourceNotFoundException"; otherwise as botocore: "EndpointConnectionError" … */
	const char *message; /**< A sentence for people. */
	const char *request_id; /**< Of the refused request, for the operator's log; NULL if there is none. */
	int http_status;        /**< 0 if there was no answer. */
	int attempts;           /**< How often it was tried. */
	bool retryable;         /**< The same call may succeed later. The library has tried `attempts` times itself. */
};

/** Frees an error. */
CHANCERY_API void chancery_error_free(struct chancery_error *error);

/**
 * How to reach the services. What is not set here comes from where the AWS tools have it, in their order: environment
 * (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE,
 * AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_ACM …, AWS_CA_BUNDLE, AWS_MAX_ATTEMPTS), then the profile in ~/.aws/config and
 * ~/.aws/credentials.
 *
 * Setters copy what they are given; NULL or 0 unsets. Values are checked by chancery_client_new(). Not for two threads
 * at once.
 */
struct chancery_config;

/** An empty configuration; free it with chancery_config_free(), after chancery_client_new() or any time later. */
CHANCERY_API CHANCERY_MUST_CHECK struct chancery_config *chancery_config_new(void);
/** Frees a configuration and wipes its secrets. */
CHANCERY_API void chancery_config_free(struct chancery_config *config);

/** "https://ca.example.com:8226", for every service. If nobody says: http://127.0.0.1:8226, as `chancery serve`. */
CHANCERY_API void chancery_config_set_endpoint_url(struct chancery_config *config, const char *url);
/** "eu-central-1". */
CHANCERY_API void chancery_config_set_region(struct chancery_config *config, const char *region);
/** A profile of the AWS tools' files; its credentials then come before those of the environment. */
CHANCERY_API void chancery_config_set_profile(struct chancery_config *config, const char *profile);
/** An access key; `session_token` is NULL for a long-term one. Nothing else is then looked for. */
CHANCERY_API void chancery_config_set_credentials(struct chancery_config *config, const char *access_key_id,
	const char *secret_access_key, const char *session_token);
/** Requests go out unsigned, without region and credentials. */
CHANCERY_API void chancery_config_set_unsigned(struct chancery_config *config, bool is_unsigned);
/** Only what is set here counts: neither environment nor files are read. */
CHANCERY_API void chancery_config_set_isolated(struct chancery_config *config, bool is_isolated);
/** A PEM file with the authorities to trust, in place of the system's. */
CHANCERY_API void chancery_config_set_ca_bundle(struct chancery_config *config, const char *path);
/** Trusts any server. For tries on one's own machine: whoever is in between reads everything, keys included. */
CHANCERY_API void chancery_config_set_insecure(struct chancery_config *config, bool is_insecure);
/** How long connecting may take, in milliseconds; 60,000 if not set. */
CHANCERY_API void chancery_config_set_connect_timeout_ms(struct chancery_config *config, int64_t timeout_ms);
/** How long the service may be silent, in milliseconds; 60,000 if not set. */
CHANCERY_API void chancery_config_set_read_timeout_ms(struct chancery_config *config, int64_t timeout_ms);
/**
 * How often a request is tried in all, from 1 to 100; 3 if not set. Tried again, after a random part of 1, 2, 4 … at
 * most 20 seconds, is what another try may help: throttling, statuses 500, 502, 503, 504, connections that failed or
 * were closed; not a connected request that timed out. A client whose requests keep failing stops trying again until
 * some succeed. This is the standard mode of the AWS SDKs. Where doing a thing twice would hurt, set the request's
 * idempotency token, or allow one attempt.
 */
CHANCERY_API void chancery_config_set_max_attempts(struct chancery_config *config, int attempts);
/** "inventory/2.1": names your program to the service, before the library's own name. */
CHANCERY_API void chancery_config_set_user_agent(struct chancery_config *config, const char *user_agent);

/**
 * A connection to the services. Safe for threads: it holds settings that do not change, and idle connections that it
 * hands out. No connection is made before the first call. A child of fork() makes a client of its own.
 */
struct chancery_client;

/**
 * Makes a client. `config` may be NULL: everything then comes from environment and files. Environment and files are
 * read now, and never again.
 *
 * As everywhere in this library: true means done. False leaves *client alone and, unless `error` is NULL, sets *error,
 * which is yours to free; *error is touched by failures only.
 */
CHANCERY_API CHANCERY_MUST_CHECK bool chancery_client_new(
	const struct chancery_config *config, struct chancery_client **client, struct chancery_error **error);
/** Closes and frees; no other thread may be in a call. Wipes the credentials. */
CHANCERY_API void chancery_client_free(struct chancery_client *client);

/**
 * How long to wait, for the `…_wait_…` functions. Zero-initialised, or NULL in its place: as the API's model has it.
 * Attempts of 1 ask once and do not wait at all.
 */
struct chancery_wait {
	int64_t delay_ms;      /**< Between two questions. 0: the model's. */
	unsigned max_attempts; /**< How often to ask at most. 0: the model's. */
};

#ifdef __cplusplus
}
#endif

#endif
