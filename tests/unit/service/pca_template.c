/* The table of templates, against the one in AWS's user guide (2023-06), column by column. */
#include "service/pca/template.h"

#include "test.h"
#include "x509/certificate.h"

static struct arena arena;

/* name, BasicConstraints, KeyUsage, ExtendedKeyUsage, source of subject and names, source of the distribution point.
 * "CA": the authority's configuration. */
static const struct fact {
	const char *name, *constraints, *key_usage, *extended_key_usage, *subject, *crl;
} facts[] = {
	{ "BlankEndEntityCertificate_APIPassthrough", "CA:FALSE", "-", "-", "API or CSR", "CA" },
	{ "BlankEndEntityCertificate_APICSRPassthrough", "CA:FALSE", "-", "-", "API or CSR", "CA or CSR" },
	{ "BlankEndEntityCertificate_CriticalBasicConstraints_APICSRPassthrough", "critical CA:FALSE", "-", "-",
		"API or CSR", "CA or API or CSR" },
	{ "BlankEndEntityCertificate_CriticalBasicConstraints_APIPassthrough", "critical CA:FALSE", "-", "-",
		"API or CSR", "CA or API" },
	{ "BlankEndEntityCertificate_CriticalBasicConstraints_CSRPassthrough", "critical CA:FALSE", "-", "-",
		"API or CSR", "CA or CSR" },
	{ "BlankEndEntityCertificate_CSRPassthrough", "CA:FALSE", "-", "-", "CSR", "CA or CSR" },
	{ "BlankSubordinateCACertificate_PathLen0_CSRPassthrough", "critical CA:TRUE, pathlen:0", "-", "-", "CSR",
		"CA or CSR" },
	{ "BlankSubordinateCACertificate_PathLen0_APICSRPassthrough", "critical CA:TRUE, pathlen:0", "-", "-",
		"API or CSR", "CA or CSR" },
	{ "BlankSubordinateCACertificate_PathLen0_APIPassthrough", "critical CA:TRUE, pathlen:0", "-", "-",
		"API or CSR", "CA" },
	{ "BlankSubordinateCACertificate_PathLen1_APIPassthrough", "critical CA:TRUE, pathlen:1", "-", "-",
		"API or CSR", "CA" },
	{ "BlankSubordinateCACertificate_PathLen1_CSRPassthrough", "critical CA:TRUE, pathlen:1", "-", "-", "CSR",
		"CA or CSR" },
	{ "BlankSubordinateCACertificate_PathLen1_APICSRPassthrough", "critical CA:TRUE, pathlen:1", "-", "-",
		"API or CSR", "CA or CSR" },
	{ "BlankSubordinateCACertificate_PathLen2_APIPassthrough", "critical CA:TRUE, pathlen:2", "-", "-",
		"API or CSR", "CA" },
	{ "BlankSubordinateCACertificate_PathLen2_CSRPassthrough", "critical CA:TRUE, pathlen:2", "-", "-", "CSR",
		"CA or CSR" },
	{ "BlankSubordinateCACertificate_PathLen2_APICSRPassthrough", "critical CA:TRUE, pathlen:2", "-", "-",
		"API or CSR", "CA or CSR" },
	{ "BlankSubordinateCACertificate_PathLen3_APIPassthrough", "critical CA:TRUE, pathlen:3", "-", "-",
		"API or CSR", "CA" },
	{ "BlankSubordinateCACertificate_PathLen3_CSRPassthrough", "critical CA:TRUE, pathlen:3", "-", "-", "CSR",
		"CA or CSR" },
	{ "BlankSubordinateCACertificate_PathLen3_APICSRPassthrough", "critical CA:TRUE, pathlen:3", "-", "-",
		"API or CSR", "CA or CSR" },
	{ "CodeSigningCertificate", "CA:FALSE", "critical DS", "critical codeSigning", "CSR", "CA" },
	{ "CodeSigningCertificate_APICSRPassthrough", "CA:FALSE", "critical DS", "critical codeSigning", "API or CSR",
		"CA or CSR" },
	{ "CodeSigningCertificate_APIPassthrough", "CA:FALSE", "critical DS", "critical codeSigning", "API or CSR",
		"CA" },
	{ "CodeSigningCertificate_CSRPassthrough", "CA:FALSE", "critical DS", "critical codeSigning", "CSR",
		"CA or CSR" },
	{ "EndEntityCertificate", "CA:FALSE", "critical DS, KE", "serverAuth, clientAuth", "CSR", "CA" },
	{ "EndEntityCertificate_APICSRPassthrough", "CA:FALSE", "critical DS, KE", "serverAuth, clientAuth",
		"API or CSR", "CA or CSR" },
	{ "EndEntityCertificate_APIPassthrough", "CA:FALSE", "critical DS, KE", "serverAuth, clientAuth", "API or CSR",
		"CA" },
	{ "EndEntityCertificate_CSRPassthrough", "CA:FALSE", "critical DS, KE", "serverAuth, clientAuth", "CSR",
		"CA or CSR" },
	{ "EndEntityClientAuthCertificate", "CA:FALSE", "critical DS, KE", "clientAuth", "CSR", "CA or CSR" },
	{ "EndEntityClientAuthCertificate_APICSRPassthrough", "CA:FALSE", "critical DS, KE", "clientAuth", "API or CSR",
		"CA or CSR" },
	{ "EndEntityClientAuthCertificate_APIPassthrough", "CA:FALSE", "critical DS, KE", "clientAuth", "API or CSR",
		"CA" },
	{ "EndEntityClientAuthCertificate_CSRPassthrough", "CA:FALSE", "critical DS, KE", "clientAuth", "CSR",
		"CA or CSR" },
	{ "EndEntityServerAuthCertificate", "CA:FALSE", "critical DS, KE", "serverAuth", "CSR", "CA" },
	{ "EndEntityServerAuthCertificate_APICSRPassthrough", "CA:FALSE", "critical DS, KE", "serverAuth", "API or CSR",
		"CA or CSR" },
	{ "EndEntityServerAuthCertificate_APIPassthrough", "CA:FALSE", "critical DS, KE", "serverAuth", "API or CSR",
		"CA" },
	{ "EndEntityServerAuthCertificate_CSRPassthrough", "CA:FALSE", "critical DS, KE", "serverAuth", "CSR",
		"CA or CSR" },
	{ "OCSPSigningCertificate", "CA:FALSE", "critical DS", "critical OCSPSigning", "CSR", "CA" },
	{ "OCSPSigningCertificate_APICSRPassthrough", "CA:FALSE", "critical DS", "critical OCSPSigning", "API or CSR",
		"CA or CSR" },
	{ "OCSPSigningCertificate_APIPassthrough", "CA:FALSE", "critical DS", "critical OCSPSigning", "API or CSR",
		"CA" },
	{ "OCSPSigningCertificate_CSRPassthrough", "CA:FALSE", "critical DS", "critical OCSPSigning", "CSR",
		"CA or CSR" },
	{ "RootCACertificate", "critical CA:TRUE", "critical DS, keyCertSign, cRLSign", "-", "CSR", "N/A" },
	{ "RootCACertificate_APIPassthrough", "critical CA:TRUE", "critical DS, keyCertSign, cRLSign", "-",
		"API or CSR", "N/A" },
	{ "SubordinateCACertificate_PathLen0", "critical CA:TRUE, pathlen:0", "critical DS, keyCertSign, cRLSign", "-",
		"CSR", "CA" },
	{ "SubordinateCACertificate_PathLen0_APICSRPassthrough", "critical CA:TRUE, pathlen:0",
		"critical DS, keyCertSign, cRLSign", "-", "API or CSR", "CA or CSR" },
	{ "SubordinateCACertificate_PathLen0_APIPassthrough", "critical CA:TRUE, pathlen:0",
		"critical DS, keyCertSign, cRLSign", "-", "API or CSR", "CA" },
	{ "SubordinateCACertificate_PathLen0_CSRPassthrough", "critical CA:TRUE, pathlen:0",
		"critical DS, keyCertSign, cRLSign", "-", "CSR", "CA or CSR" },
	{ "SubordinateCACertificate_PathLen1", "critical CA:TRUE, pathlen:1", "critical DS, keyCertSign, cRLSign", "-",
		"CSR", "CA" },
	{ "SubordinateCACertificate_PathLen1_APICSRPassthrough", "critical CA:TRUE, pathlen:1",
		"critical DS, keyCertSign, cRLSign", "-", "API or CSR", "CA or CSR" },
	{ "SubordinateCACertificate_PathLen1_APIPassthrough", "critical CA:TRUE, pathlen:1",
		"critical DS, keyCertSign, cRLSign", "-", "API or CSR", "CA" },
	{ "SubordinateCACertificate_PathLen1_CSRPassthrough", "critical CA:TRUE, pathlen:1",
		"critical DS, keyCertSign, cRLSign", "-", "CSR", "CA or CSR" },
	{ "SubordinateCACertificate_PathLen2", "critical CA:TRUE, pathlen:2", "critical DS, keyCertSign, cRLSign", "-",
		"CSR", "CA" },
	{ "SubordinateCACertificate_PathLen2_APICSRPassthrough", "critical CA:TRUE, pathlen:2",
		"critical DS, keyCertSign, cRLSign", "-", "API or CSR", "CA or CSR" },
	{ "SubordinateCACertificate_PathLen2_APIPassthrough", "critical CA:TRUE, pathlen:2",
		"critical DS, keyCertSign, cRLSign", "-", "API or CSR", "CA" },
	{ "SubordinateCACertificate_PathLen2_CSRPassthrough", "critical CA:TRUE, pathlen:2",
		"critical DS, keyCertSign, cRLSign", "-", "CSR", "CA or CSR" },
	{ "SubordinateCACertificate_PathLen3", "critical CA:TRUE, pathlen:3", "critical DS, keyCertSign, cRLSign", "-",
		"CSR", "CA" },
	{ "SubordinateCACertificate_PathLen3_APICSRPassthrough", "critical CA:TRUE, pathlen:3",
		"critical DS, keyCertSign, cRLSign", "-", "API or CSR", "CA or CSR" },
	{ "SubordinateCACertificate_PathLen3_APIPassthrough", "critical CA:TRUE, pathlen:3",
		"critical DS, keyCertSign, cRLSign", "-", "API or CSR", "CA" },
	{ "SubordinateCACertificate_PathLen3_CSRPassthrough", "critical CA:TRUE, pathlen:3",
		"critical DS, keyCertSign, cRLSign", "-", "CSR", "CA or CSR" },
};

/* The only template of which the guide says other than its name: what is no API template ignores the API. */
#define ODD "BlankEndEntityCertificate_CriticalBasicConstraints_CSRPassthrough"

static const struct template *
of(const struct fact *fact)
{
	return template_named(arena_printf(&arena, "%s/V1", fact->name));
}

static bool
contains(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

TEST(template, are_the_56_of_the_guide)
{
	CHECK(template_count == 56);
	CHECK(sizeof facts / sizeof facts[0] == 56);
	for (size_t i = 0; i < template_count; i++) {
		CHECK(of(&facts[i]) != NULL);
		for (size_t k = 0; k < i; k++)
			CHECK(strcmp(templates[i].name, templates[k].name) != 0);
	}
}

TEST(template, fix_the_basic_constraints)
{
	for (size_t i = 0; i < template_count; i++) {
		const struct template *it = of(&facts[i]);
		struct str words = arena_printf(&arena, "%s%s", it->basic_constraints_critical ? "critical " : "",
			it->is_ca ? "CA:TRUE" : "CA:FALSE");
		if (it->path_length >= 0)
			words = arena_printf(&arena, "%.*s, pathlen:%d", STR_ARG(words), it->path_length);
		CHECK_TEXT(words, facts[i].constraints);
		CHECK(it->is_ca || it->path_length == -1);
		CHECK(it->is_root == (strncmp(it->name, "Root", 4) == 0));
	}
}

TEST(template, fix_the_key_usage)
{
	static const struct {
		const char *words;
		unsigned bits;
	} usages[] = {
		{ "-", 0 },
		{ "critical DS", KEY_USAGE_DIGITAL_SIGNATURE },
		{ "critical DS, KE", KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT },
		{ "critical DS, keyCertSign, cRLSign",
			KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN },
	};

	for (size_t i = 0; i < template_count; i++) {
		size_t k = 0;
		while (strcmp(usages[k].words, facts[i].key_usage) != 0) {
			k++;
			CHECK(k < sizeof usages / sizeof usages[0]);
		}
		CHECK(of(&facts[i])->key_usage == usages[k].bits);
	}
}

TEST(template, fix_the_extended_key_usage)
{
	static const struct {
		const char *words, *oids[TEMPLATE_MAX_USAGES];
		bool critical;
	} usages[] = {
		{ "-", { NULL, NULL }, false },
		{ "serverAuth, clientAuth", { "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2" }, false },
		{ "serverAuth", { "1.3.6.1.5.5.7.3.1", NULL }, false },
		{ "clientAuth", { "1.3.6.1.5.5.7.3.2", NULL }, false },
		{ "critical codeSigning", { "1.3.6.1.5.5.7.3.3", NULL }, true },
		{ "critical OCSPSigning", { "1.3.6.1.5.5.7.3.9", NULL }, true },
	};

	for (size_t i = 0; i < template_count; i++) {
		const struct template *it = of(&facts[i]);
		size_t k = 0;
		while (strcmp(usages[k].words, facts[i].extended_key_usage) != 0) {
			k++;
			CHECK(k < sizeof usages / sizeof usages[0]);
		}
		CHECK(it->extended_key_usage_critical == usages[k].critical);
		for (size_t n = 0; n < TEMPLATE_MAX_USAGES; n++)
			CHECK(str_equal(str_of(it->extended_key_usage[n]), str_of(usages[k].oids[n])));
	}
}

TEST(template, say_who_gives_subject_and_names)
{
	for (size_t i = 0; i < template_count; i++) {
		bool api = contains(facts[i].subject, "API") && strcmp(facts[i].name, ODD) != 0;
		CHECK(of(&facts[i])->from_api == api);
		CHECK(contains(facts[i].subject, "CSR"));
	}
}

TEST(template, are_named_after_what_passes)
{
	for (size_t i = 0; i < template_count; i++) {
		bool both = contains(templates[i].name, "_APICSRPassthrough/V1");
		CHECK(templates[i].from_api == (both || contains(templates[i].name, "_APIPassthrough/V1")));
		CHECK(templates[i].from_csr == (both || contains(templates[i].name, "_CSRPassthrough/V1")));
	}
}

TEST(template, say_where_the_distribution_point_comes_from)
{
	for (size_t i = 0; i < template_count; i++) {
		unsigned sources = of(&facts[i])->crl_sources;
		bool none = strcmp(facts[i].crl, "N/A") == 0;
		CHECK(((sources & TEMPLATE_CRL_CONFIGURED) != 0) == !none);
		CHECK(((sources & TEMPLATE_CRL_FROM_CSR) != 0) == contains(facts[i].crl, "CSR"));
		CHECK(((sources & TEMPLATE_CRL_FROM_API) != 0) == contains(facts[i].crl, "API"));
	}
}

TEST(template, six_of_them_may_be_used_across_accounts)
{
	static const char *const shared[] = { "EndEntityCertificate/V1", "EndEntityClientAuthCertificate/V1",
		"EndEntityServerAuthCertificate/V1", "BlankEndEntityCertificate_APIPassthrough/V1",
		"BlankEndEntityCertificate_APICSRPassthrough/V1", "SubordinateCACertificate_PathLen0/V1" };
	size_t n = 0;

	for (size_t i = 0; i < template_count; i++)
		n += templates[i].for_other_accounts;
	CHECK(n == 6);
	for (size_t i = 0; i < 6; i++)
		CHECK(template_named(str_of(shared[i]))->for_other_accounts);
}

TEST(template, are_found_by_their_arn_in_their_partition)
{
	for (size_t i = 0; i < template_count; i++) {
		struct str arn = template_arn(&arena, "aws-cn", str_of(templates[i].name));
		CHECK(template_find(arn, "aws-cn") == &templates[i]);
		CHECK(template_find(arn, "aws") == NULL);
	}
	CHECK_TEXT(template_arn(&arena, "aws", STR(TEMPLATE_DEFAULT)),
		"arn:aws:acm-pca:::template/EndEntityCertificate/V1");
}

TEST(template, are_not_found_by_anything_else)
{
	static const char *const odd[] = { "", "arn", "arn:aws", "arn:aws:acm-pca:::template/",
		"arn:aws:acm-pca:::template/EndEntityCertificate", "arn:aws:acm-pca:::template/EndEntityCertificate/V2",
		"arn:aws:acm-pca:::template/EndEntityCertificate/V1 ", "arn:aws:acm:::template/EndEntityCertificate/V1",
		"arn:aws:acm-pca:eu-central-1::template/EndEntityCertificate/V1", "EndEntityCertificate/V1",
		"arn:aws:acm-pca:::template/endentitycertificate/V1" };

	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
		CHECK(template_find(str_of(odd[i]), "aws") == NULL);
	arena_done(&arena);
}

TEST_MAIN("template");
