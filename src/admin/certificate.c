/* certificate.c — `chancery admin certificate …`: earlier versions of an imported certificate, and the way back. */
#include <limits.h>
#include <stdio.h>

#include "admin/command.h"
#include "service/acm/arn.h"
#include "service/acm/record.h"
#include "service/iam/iam.h"
#include "x509/certificate.h"

/* A certificate that was named, with all its versions, newest first. */
struct history {
	struct str arn;
	struct acm_arn parsed;
	const struct certificate_version *versions;
	size_t n;
};

static bool
not_found(struct str arn, struct fault *fault)
{
	(void)acm_arn_not_found(arn, fault);
	return false;
}

static bool
read_history(struct house *house, const struct options *options, struct history *out, struct fault *fault)
{
	struct history history = { .arn = options->value[OPTION_CERTIFICATE_ARN] };

	if (!acm_arn_parse(history.arn, &history.parsed, fault))
		return false;
	/* The sealed key is bound to the ARN as the server writes it: another spelling of it would not open. */
	if (!str_is(history.parsed.partition, iam_partition(history.parsed.owner.region)))
		return not_found(history.arn, fault);
	if (!store_certificate_history(house->store, &history.parsed.owner, history.parsed.id, &house->arena,
		    &history.versions, &history.n, fault))
		return fault->code == FAULT_NOT_FOUND ? not_found(history.arn, fault) : false;
	*out = history;
	return true;
}

static bool
parse(struct house *house, const struct certificate_version *version, const struct certificate **out,
	struct fault *fault)
{
	const char *why;

	if (version->certificate.n == 0)
		return fault_set(fault, FAULT_INVALID_STATE,
			"The certificate was never issued: DescribeCertificate tells its FailureReason.");
	if (certificate_parse(version->certificate, &house->arena, out, &why))
		return true;
	return fault_set(fault, FAULT_INTERNAL, "The stored certificate of version %lld cannot be read: %s.",
		(long long)version->version, why);
}

static int64_t
chain_length(struct bytes chain)
{
	struct bytes certificate;
	int64_t n = 0;

	while (chain_next(&chain, &certificate))
		n++;
	return n;
}

static bool
put_version(struct house *house, const struct certificate_version *version, struct output *output, struct fault *fault)
{
	const struct certificate *certificate;
	struct certificate_row row = { 0 };

	if (!parse(house, version, &certificate, fault) ||
		!acm_certificate_row(certificate, &house->arena, &row, fault))
		return false;
	output_object(output, NULL);
	output_number(output, "Version", version->version);
	output_flag(output, "Current", version->current);
	output_time(output, "ImportedAt", version->imported_ms);
	output_text(output, "Subject", certificate_label(certificate, &house->arena));
	output_text(output, "Serial", row.serial);
	output_time(output, "NotBefore", row.not_before_ms);
	output_time(output, "NotAfter", row.not_after_ms);
	output_number(output, "CertificatesInChain", chain_length(version->chain));
	output_object_end(output);
	return true;
}

bool
certificate_history(struct house *house, const struct options *options, struct output *output, struct fault *fault)
{
	struct history history;

	if (!read_history(house, options, &history, fault))
		return false;
	output_text(output, "CertificateArn", history.arn);
	output_list(output, "Versions");
	for (size_t i = 0; i < history.n; i++) {
		if (!put_version(house, &history.versions[i], output, fault))
			return false;
	}
	output_list_end(output);
	return true;
}

/* ---- rollback ---- */

struct rollback {
	struct owner owner;
	struct certificate_row row;
};

/* NULL: it is not kept. */
static const struct certificate_version *
find_version(const struct history *history, int64_t wanted)
{
	for (size_t i = 0; i < history->n; i++) {
		if (history->versions[i].version == wanted)
			return &history->versions[i];
	}
	return NULL;
}

static bool
replace(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct rollback *rollback = context;

	/* Going back throws nothing away; the server's next import prunes to its own depth. */
	return store_certificate_replace(transaction, &rollback->owner, &rollback->row, INT_MAX, fault);
}

/* The old certificate as a new version: what stays (id, type, options, tags) is the current row's. */
static bool
next_row(struct house *house, const struct history *history, const struct certificate_version *version,
	struct certificate_row *row, struct fault *fault)
{
	const struct owner *owner = &history->parsed.owner;
	const struct certificate *certificate;

	if (!store_certificate_get(house->store, owner, history->parsed.id, &house->arena, row, fault))
		return fault->code == FAULT_NOT_FOUND ? not_found(history->arn, fault) : false;
	/* Its authority's word stands: what was renewed may be revoked or at its end. */
	if (row->type != CERTIFICATE_IMPORTED)
		return fault_set(fault, FAULT_INVALID_STATE,
			"%.*s was issued by a certificate authority of this server. Only a certificate that was "
			"imported goes back to an earlier version; RenewCertificate makes a new one.",
			STR_ARG(history->arn));
	if (!parse(house, version, &certificate, fault) || !acm_certificate_row(certificate, &house->arena, row, fault))
		return false;
	row->version++;
	row->state = CERTIFICATE_ISSUED;
	row->imported_ms = house->now_ms;
	row->chain = version->chain;

	struct seal_context then = acm_seal_context(owner, history->arn, version->version);
	struct seal_context now = acm_seal_context(owner, history->arn, row->version);
	return signer_reseal(house->signer, version->sealed_key, &then, &now, &house->arena, &row->sealed_key, fault);
}

static bool
wanted_version(const struct options *options, int64_t *out, struct fault *fault)
{
	struct str text = options->value[OPTION_VERSION];

	if (str_to_i64(text, out) && *out >= 1)
		return true;
	return fault_set(
		fault, FAULT_INVALID_ARGS, "--version wants a number from the history, not '%.*s'.", STR_ARG(text));
}

bool
certificate_rollback(struct house *house, const struct options *options, struct output *output, struct fault *fault)
{
	struct rollback rollback = { 0 };
	struct history history;
	int64_t wanted = 0;

	if (!wanted_version(options, &wanted, fault) || !read_history(house, options, &history, fault))
		return false;
	const struct certificate_version *version = find_version(&history, wanted);
	if (version == NULL)
		return fault_set(fault, FAULT_NOT_FOUND,
			"There is no version %lld: `chancery admin certificate history %.*s` lists what is kept.",
			(long long)wanted, STR_ARG(history.arn));
	if (version->current)
		return fault_set(fault, FAULT_INVALID_ARGS, "Version %lld is the current one.", (long long)wanted);
	if (!next_row(house, &history, version, &rollback.row, fault))
		return false;
	rollback.owner = history.parsed.owner;
	if (!store_apply(house->store, replace, &rollback, fault)) {
		if (fault->code == FAULT_CONFLICT || fault->code == FAULT_NOT_FOUND)
			return fault_set(fault, FAULT_CONFLICT,
				"The certificate was imported anew or deleted a moment ago: look at its history "
				"again.");
		return false;
	}
	if (rollback.row.not_after_ms < house->now_ms)
		(void)fprintf(stderr, "The certificate of version %lld has expired.\n", (long long)wanted);
	output_text(output, "CertificateArn", history.arn);
	output_number(output, "Version", rollback.row.version);
	output_number(output, "RolledBackTo", wanted);
	return true;
}
