/* template.h — AWS's certificate templates, all 56, as one table. */
#ifndef CHANCERY_SERVICE_PCA_TEMPLATE_H
#define CHANCERY_SERVICE_PCA_TEMPLATE_H

#include "base/arena.h"

enum template_crl_source {
	TEMPLATE_CRL_NONE = 0,       /* roots: "N/A" */
	TEMPLATE_CRL_CONFIGURED = 1, /* what the authority is configured for; always */
	TEMPLATE_CRL_FROM_CSR = 2,   /* bits: when it is not configured, the CSR's extension passes */
	TEMPLATE_CRL_FROM_API = 4,
};

enum { TEMPLATE_MAX_USAGES = 2 };

struct template
{
	const char *name; /* "EndEntityCertificate/V1", as the ARN has it */
	bool is_ca, is_root;
	int path_length; /* of a CA; -1: no constraint, or no CA */
	bool basic_constraints_critical;
	unsigned key_usage; /* x509's bits; 0: passes through only. Critical whenever it is fixed */
	const char *extended_key_usage[TEMPLATE_MAX_USAGES]; /* OIDs; NULL: none */
	bool extended_key_usage_critical;
	bool from_api, from_csr; /* …_APIPassthrough, …_CSRPassthrough: other extensions pass, and subject and SAN from
				    the API */
	unsigned crl_sources;    /* enum template_crl_source bits */
	bool for_other_accounts; /* AWS's managed permissions allow it across accounts */
};

extern const struct template templates[];
extern const size_t template_count;

#define TEMPLATE_DEFAULT "EndEntityCertificate/V1"
/* By an ARN of this partition, or by its name; NULL: there is none such. And the ARN of a name. */
const struct template *template_find(struct str arn, const char *partition);
const struct template *template_named(struct str name);
struct str template_arn(struct arena *arena, const char *partition, struct str name);

#endif
