/* revocation.h — an authority's RevocationConfiguration: checked, kept as JSON, read back, and what follows from it for
 * the URLs in certificates. */
#ifndef CHANCERY_SERVICE_PCA_REVOCATION_H
#define CHANCERY_SERVICE_PCA_REVOCATION_H

#include "model/pca.h"
#include "service/call.h"

struct revocation_settings {
	bool crl_enabled, crl_partitioned, crl_omit_extension;
	int64_t crl_days; /* until nextUpdate */
	struct str bucket, crl_cname,
		crl_path; /* absent: none; the path without slashes at its ends, "crl" by default */
	bool bucket_owner_acl;
	bool ocsp_enabled;
	struct str ocsp_cname;
};

enum { REVOCATION_DEFAULT_CRL_DAYS = 7 }; /* the console's */

/* Checks what the model cannot: FAULT_VALIDATION or FAULT_INVALID_ARGS (disabled with further members; OmitExtension
 * with CustomCname; a CNAME with a scheme; an unusable path). `earlier` is what is replaced half by half (JSON; absent:
 * nothing); *json is what is to be stored: both halves, always, as Describe shows them. NULL for `in`: the default. */
MUST_CHECK bool revocation_merge(const struct pca_revocation_configuration *in, struct str earlier, struct arena *arena,
	struct str *json, struct fault *fault);
/* The stored JSON as Describe shows it, and as the house uses it. FAULT_INTERNAL when it is not readable. */
MUST_CHECK bool revocation_read(struct str json, struct arena *arena, const struct pca_revocation_configuration **shown,
	struct revocation_settings *out, struct fault *fault);

/* Where the list of that id (UUID of the authority or of a partition) is in the object area: "crl/<id>.crl", and its
 * delta "crl/<id>.delta.crl". */
struct str revocation_crl_key(
	const struct revocation_settings *settings, struct str id, bool delta, struct arena *arena);
/* Where clients fetch it, in this order: the CustomCname; the public URL; the bucket in AWS's form. Absent: nowhere. */
struct str revocation_crl_url(const struct revocation_settings *settings, const struct call *call, struct str region,
	struct str id, bool delta);
/* Where clients ask: OcspCustomCname; the public URL and /ocsp/<authority's id>. Absent: nowhere. */
struct str revocation_ocsp_url(
	const struct revocation_settings *settings, const struct call *call, struct str authority_id);
/* Revocation is on, but no certificate could tell where: a sentence for the log. Absent: all is well. */
struct str revocation_warning(const struct revocation_settings *settings, const struct call *call, struct str region,
	struct str authority_id);

#endif
