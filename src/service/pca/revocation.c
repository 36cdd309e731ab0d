#include "service/pca/revocation.h"

#include <ctype.h>
#include <string.h>

#include "store/objects.h"

/* Names that other things have in the object area and on the port that serves it. */
static const char *const taken_paths[] = { "ocsp", "s3", "audit-report" };

/* What is there but empty was left out by a form, not by intention. */
static struct str
given(struct str text)
{
	return text.n > 0 ? text : (struct str){ 0 };
}

static bool
omits(const struct pca_crl_configuration *crl)
{
	const struct pca_crl_distribution_point_extension_configuration *extension =
		crl->crl_distribution_point_extension_configuration;

	return extension != NULL && extension->omit_extension;
}

/* "pki.example.com", perhaps with a port and a path. */
static bool
check_host(struct str cname, const char *what, struct fault *fault)
{
	size_t i = 0;

	for (; i < cname.n && cname.p[i] != '/'; i++) {
		char c = cname.p[i];
		if (!isalnum((unsigned char)c) && c != '.' && c != '-' && c != ':')
			break;
	}
	bool scheme = i + 1 < cname.n && i > 0 && cname.p[i - 1] == ':' && cname.p[i] == '/';
	if (scheme)
		return fault_set(fault, FAULT_VALIDATION,
			"%s %.*s begins with a scheme. Leave out what stands before the host name: http:// is put "
			"there.",
			what, STR_ARG(cname));
	if (i == 0 || (i < cname.n && cname.p[i] != '/'))
		return fault_set(fault, FAULT_VALIDATION,
			"%s %.*s does not begin with a host name. Give one, such as pki.example.com, if need be with a "
			"port and a path.",
			what, STR_ARG(cname));
	return true;
}

static struct str
strip_slashes(struct str path)
{
	while (path.n > 0 && path.p[0] == '/')
		path = (struct str){ path.p + 1, path.n - 1 };
	while (path.n > 0 && path.p[path.n - 1] == '/')
		path.n--;
	return path;
}

static bool
check_path(struct str path, struct fault *fault)
{
	struct str rest = strip_slashes(path), first;

	if (!object_key_valid(rest))
		return fault_set(fault, FAULT_VALIDATION,
			"CrlConfiguration.CustomPath %.*s cannot be used: between its slashes stand names, none of "
			"them "
			"empty, \".\" or \"..\".",
			STR_ARG(path));
	(void)str_cut(&rest, '/', &first);
	for (size_t i = 0; i < ARRAY_COUNT(taken_paths); i++) {
		if (str_is(first, taken_paths[i]))
			return fault_set(fault, FAULT_VALIDATION,
				"CrlConfiguration.CustomPath %.*s cannot be used: %s is where this server has other "
				"things. Begin with another name, such as crl.",
				STR_ARG(path), taken_paths[i]);
	}
	return true;
}

static bool
check_bucket(struct str bucket, struct fault *fault)
{
	if (object_key_valid(bucket) && memchr(bucket.p, '/', bucket.n) == NULL)
		return true;
	return fault_set(fault, FAULT_VALIDATION,
		"CrlConfiguration.S3BucketName %.*s is not the name of a bucket: it has letters, digits, dots and "
		"hyphens, and no slash. A path below the bucket is CustomPath.",
		STR_ARG(bucket));
}

static bool
check_disabled(const struct pca_crl_configuration *crl, struct fault *fault)
{
	bool alone = !crl->has_expiration_in_days && crl->custom_cname.n == 0 && crl->s3_bucket_name.n == 0 &&
		     crl->s3_object_acl.v == CHOICE_ABSENT &&
		     crl->crl_distribution_point_extension_configuration == NULL && crl->crl_type.v == CHOICE_ABSENT &&
		     crl->custom_path.n == 0;

	return alone ||
	       fault_set(fault, FAULT_VALIDATION,
		       "CrlConfiguration has Enabled false and further members. Leave them out, or enable the list.");
}

static bool
check_crl(const struct pca_crl_configuration *crl, struct fault *fault)
{
	if (!crl->enabled)
		return check_disabled(crl, fault);
	if (crl->custom_cname.n > 0 && !check_host(crl->custom_cname, "CrlConfiguration.CustomCname", fault))
		return false;
	if (omits(crl) && crl->custom_cname.n > 0)
		return fault_set(fault, FAULT_VALIDATION,
			"CrlConfiguration has a CustomCname, and OmitExtension true: no certificate would name it. "
			"Give "
			"one of the two.");
	if (crl->s3_bucket_name.n > 0 && !check_bucket(crl->s3_bucket_name, fault))
		return false;
	return crl->custom_path.n == 0 || check_path(crl->custom_path, fault);
}

static bool
check_ocsp(const struct pca_ocsp_configuration *ocsp, struct fault *fault)
{
	if (ocsp->ocsp_custom_cname.n == 0)
		return true;
	if (!ocsp->enabled)
		return fault_set(fault, FAULT_VALIDATION,
			"OcspConfiguration has Enabled false and an OcspCustomCname. Leave it out, or enable OCSP.");
	return check_host(ocsp->ocsp_custom_cname, "OcspConfiguration.OcspCustomCname", fault);
}

/* As Describe shows it: with what was left out and has a default. */
static const struct pca_crl_configuration *
complete(const struct pca_crl_configuration *in, struct arena *arena)
{
	struct pca_crl_configuration *crl = ARENA_NEW(arena, struct pca_crl_configuration);

	crl->has_enabled = true;
	if (!in->enabled)
		return crl;
	*crl = *in;
	crl->custom_cname = given(in->custom_cname);
	crl->custom_path = given(in->custom_path);
	if (!crl->has_expiration_in_days)
		crl->expiration_in_days = REVOCATION_DEFAULT_CRL_DAYS;
	crl->has_expiration_in_days = true;
	if (crl->s3_object_acl.v == CHOICE_ABSENT)
		crl->s3_object_acl.v = PCA_S3_OBJECT_ACL_PUBLIC_READ;
	return crl;
}

static const struct pca_ocsp_configuration *
complete_ocsp(const struct pca_ocsp_configuration *in, struct arena *arena)
{
	struct pca_ocsp_configuration *ocsp = ARENA_NEW(arena, struct pca_ocsp_configuration);

	*ocsp = (struct pca_ocsp_configuration){
		.enabled = in->enabled, .has_enabled = true, .ocsp_custom_cname = given(in->ocsp_custom_cname)
	};
	return ocsp;
}

bool
revocation_merge(const struct pca_revocation_configuration *in, struct str earlier, struct arena *arena,
	struct str *json, struct fault *fault)
{
	static const struct pca_crl_configuration no_crl = { .has_enabled = true };
	static const struct pca_ocsp_configuration no_ocsp = { .has_enabled = true };
	struct pca_revocation_configuration merged = { &no_crl, &no_ocsp };
	const struct pca_revocation_configuration *before;
	struct revocation_settings settings;
	struct buffer text = { 0 };

	if (earlier.p != NULL) {
		if (!revocation_read(earlier, arena, &before, &settings, fault))
			return false;
		merged = *before;
	}
	if (in != NULL && in->crl_configuration != NULL) {
		if (!check_crl(in->crl_configuration, fault))
			return false;
		merged.crl_configuration = complete(in->crl_configuration, arena);
	}
	if (in != NULL && in->ocsp_configuration != NULL) {
		if (!check_ocsp(in->ocsp_configuration, fault))
			return false;
		merged.ocsp_configuration = complete_ocsp(in->ocsp_configuration, arena);
	}
	model_encode(&pca_revocation_configuration_shape, &merged, &text);
	*json = arena_str(arena, buffer_str(&text));
	buffer_done(&text);
	return true;
}

static struct revocation_settings
settings_of(const struct pca_crl_configuration *crl, const struct pca_ocsp_configuration *ocsp)
{
	struct revocation_settings settings = { .ocsp_enabled = ocsp->enabled, .ocsp_cname = ocsp->ocsp_custom_cname };

	settings.crl_path = STR("crl");
	if (!crl->enabled)
		return settings;
	settings.crl_enabled = true;
	settings.crl_partitioned = crl->crl_type.v == PCA_CRL_TYPE_PARTITIONED;
	settings.crl_omit_extension = omits(crl);
	settings.crl_days = crl->expiration_in_days;
	settings.bucket = crl->s3_bucket_name;
	settings.crl_cname = crl->custom_cname;
	settings.bucket_owner_acl = crl->s3_object_acl.v == PCA_S3_OBJECT_ACL_BUCKET_OWNER_FULL_CONTROL;
	if (crl->custom_path.p != NULL)
		settings.crl_path = strip_slashes(crl->custom_path);
	return settings;
}

bool
revocation_read(struct str json, struct arena *arena, const struct pca_revocation_configuration **shown,
	struct revocation_settings *out, struct fault *fault)
{
	struct pca_revocation_configuration *read = ARENA_NEW(arena, struct pca_revocation_configuration);
	struct fault why = { 0 };

	if (!model_decode(&pca_revocation_configuration_shape, json, arena, read, &why) ||
		read->crl_configuration == NULL || read->ocsp_configuration == NULL) {
		(void)fault_set(fault, FAULT_INTERNAL, "A stored revocation configuration cannot be read.");
		(void)fault_log(fault, "%s", why.say);
		return false;
	}
	*shown = read;
	*out = settings_of(read->crl_configuration, read->ocsp_configuration);
	return true;
}

struct str
revocation_crl_key(const struct revocation_settings *settings, struct str id, bool delta, struct arena *arena)
{
	return arena_printf(arena, "%.*s/%.*s%s.crl", STR_ARG(settings->crl_path), STR_ARG(id), delta ? ".delta" : "");
}

struct str
revocation_crl_url(const struct revocation_settings *settings, const struct call *call, struct str region,
	struct str id, bool delta)
{
	const char *suffix = str_starts_with(region, STR("cn-")) ? ".cn" : "";
	struct str key = revocation_crl_key(settings, id, delta, call->arena);

	if (settings->crl_cname.n > 0) {
		struct str cname = strip_slashes(settings->crl_cname);
		return arena_printf(call->arena, "http://%.*s/%.*s", STR_ARG(cname), STR_ARG(key));
	}
	if (call->settings->public_url != NULL)
		return arena_printf(call->arena, "%s/%.*s", call->settings->public_url, STR_ARG(key));
	if (settings->bucket.n > 0)
		return arena_printf(call->arena, "http://%.*s.s3.%.*s.amazonaws.com%s/%.*s", STR_ARG(settings->bucket),
			STR_ARG(region), suffix, STR_ARG(key));
	return (struct str){ 0 };
}

struct str
revocation_ocsp_url(const struct revocation_settings *settings, const struct call *call, struct str authority_id)
{
	if (settings->ocsp_cname.n > 0)
		return arena_printf(call->arena, "http://%.*s", STR_ARG(settings->ocsp_cname));
	if (call->settings->public_url != NULL)
		return arena_printf(call->arena, "%s/ocsp/%.*s", call->settings->public_url, STR_ARG(authority_id));
	return (struct str){ 0 };
}

struct str
revocation_warning(
	const struct revocation_settings *settings, const struct call *call, struct str region, struct str authority_id)
{
	bool crl_lost = settings->crl_enabled && !settings->crl_omit_extension &&
			revocation_crl_url(settings, call, region, authority_id, false).p == NULL;
	bool ocsp_lost = settings->ocsp_enabled && revocation_ocsp_url(settings, call, authority_id).p == NULL;

	if (!crl_lost && !ocsp_lost)
		return (struct str){ 0 };
	return arena_printf(call->arena,
		"Certificate authority %.*s has %s%s%s, but its certificates cannot tell where: start the server with "
		"--public-url, or give the authority a %s.",
		STR_ARG(authority_id), crl_lost ? "a revocation list" : "", crl_lost && ocsp_lost ? " and " : "",
		ocsp_lost ? "OCSP" : "", crl_lost ? "CustomCname" : "OcspCustomCname");
}
