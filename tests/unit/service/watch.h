/* watch.h — revocation as relying parties see it: lists fetched and answers asked for, judged by OpenSSL; and time that
 * passes for the house's duties. */
#ifndef CHANCERY_TESTS_WATCH_H
#define CHANCERY_TESTS_WATCH_H

#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include "service/duty.h"
#include "service/pca/authority.h"
#include "store/issued.h"

#include "order.h"

#define WATCH_MINUTE_MS INT64_C(60000)
#define WATCH_HOUR_MS INT64_C(3600000)

/* Lists and OCSP are on, for seven days, at the public URL. */
#define WATCH_ALL                                                                                                      \
	"{\"CrlConfiguration\":{\"Enabled\":true,\"ExpirationInDays\":7},\"OcspConfiguration\":{\"Enabled\":true}}"
#define WATCH_PARTITIONED                                                                                              \
	"{\"CrlConfiguration\":{\"Enabled\":true,\"ExpirationInDays\":7,\"CrlType\":\"PARTITIONED\"},"                 \
	"\"OcspConfiguration\":{\"Enabled\":true}}"

/* A visit with an object area, a status cache and a count of how often duties were hurried; the clock stands at
 * OFFICE_NOW_MS, and there is a public URL. */
void watch_begin(struct visit *visit, const char *account);
extern unsigned watch_hurries;

/* visit_authority(), so that OCSP finds it. */
void watch_authority(struct visit *visit, struct authority_wish wish, char arn[ARN_TEXT_BYTES]);
struct authority watch_load(struct visit *visit, const char *arn);
/* Its certificate, the caller's to free. */
X509 *watch_certificate(struct visit *visit, const char *arn);
/* Another RevocationConfiguration (JSON), as an update of the authority would set it. */
void watch_configure(struct visit *visit, const char *arn, const char *revocation);

/* From now on it is `ms` later. */
void watch_pass(struct visit *visit, int64_t ms);
/* Runs the duty until nothing is due: true when all went well. *next_ms may be NULL. */
bool watch_duty(struct visit *visit, duty_fn *duty, int64_t *next_ms);

/* A certificate for the URL's serial: RevokeCertificate must succeed. */
void watch_revoke(struct visit *visit, const char *arn, const X509 *certificate, int reason);
/* Serial as RevokeCertificate takes it. */
const char *watch_serial(struct visit *visit, const X509 *certificate);

/* What is published there; NULL when nothing is. */
X509_CRL *watch_fetch(struct visit *visit, const char *key);
/* The authority's complete list, or its delta. */
X509_CRL *watch_list(struct visit *visit, const char *arn, bool delta);
/* Content as text, absent when nothing is there. */
struct str watch_object(struct visit *visit, const char *key);
int64_t watch_crl_number(const X509_CRL *crl);
int64_t watch_delta_base(const X509_CRL *crl); /* 0: a complete one */
int64_t watch_time(const ASN1_TIME *time);     /* milliseconds */
/* 0: valid under these lists (NULL at their end) and flags at the house's time; otherwise what OpenSSL says. */
int watch_verify(X509 *leaf, X509 *root, X509_CRL *const *crls, unsigned long flags);
/* Is it listed? With that reason (-1: without one). */
bool watch_lists(X509_CRL *crl, const X509 *certificate, int reason);

#endif
