/* Authorities for tests of what they do: made with the house's own tools, without the operations that make them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/pca/authority.h"
#include "service/pca/template.h"
#include "x509/build.h"
#include "x509/csr.h"
#include "x509/pem.h"

#include "office.h"

static void
must(bool done, const struct fault *fault)
{
	if (done)
		return;
	(void)fprintf(stderr, "%s (%s) at %s\n", fault->say, fault->log, fault->where != NULL ? fault->where : "?");
	abort();
}

static bool
insert(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_authority_insert(transaction, context, fault);
}

static bool
update(struct store_transaction *transaction, void *context, struct fault *fault)
{
	struct authority_row *row = context;

	row->version++;
	return store_authority_update(transaction, row, fault);
}

static void
load(struct visit *visit, const char *arn, struct authority *out)
{
	must(authority_load(&visit->call, str_of(arn), NULL, out, &visit->fault), &visit->fault);
}

static struct bytes
make_request(struct visit *visit, struct authority_row *row, struct str arn)
{
	struct call *call = &visit->call;
	struct seal_context context = authority_seal_context(row, arn);
	enum signing_algorithm algorithm = signing_default((enum signing_key)row->key);
	struct certificate_extension ca = extension_basic_constraints(true, true, -1, call->arena);
	struct bytes spki, info, signature;

	must(signer_key_new(call->signer, (enum signing_key)row->key, row->subject, &context, call->arena,
		     &row->sealed_key, &spki, &visit->fault),
		&visit->fault);
	info = csr_info_build(row->subject, spki, &ca, 1, call->arena);
	must(signer_sign(call->signer, SIGNER_REQUEST, info, algorithm, row->sealed_key, &context, NULL, call->arena,
		     &signature, &visit->fault),
		&visit->fault);
	return csr_assemble(info, algorithm, signature, call->arena);
}

static struct bytes
joined(struct bytes a, struct bytes b, struct arena *arena)
{
	uint8_t *p = arena_alloc(arena, a.n + b.n);

	memcpy(p, a.p, a.n);
	if (b.n > 0)
		memcpy(p + a.n, b.p, b.n);
	return (struct bytes){ p, a.n + b.n };
}

/* What its issuer signs for it, as DER. */
static struct bytes
certificate_of(struct visit *visit, const struct authority_wish *wish, const struct authority *issuer, struct bytes csr)
{
	struct pca_validity validity = {
		.value = wish->days, .has_value = true, .type.v = PCA_VALIDITY_PERIOD_TYPE_DAYS
	};
	struct pca_issue_certificate_request in = {
		.certificate_authority_arn = issuer->arn,
		.csr = bytes_of_str(pem_render("CERTIFICATE REQUEST", csr, &visit->arena)),
		.signing_algorithm.v = (int)signing_default((enum signing_key)issuer->row.key),
		.template_arn = template_arn(&visit->arena, "aws", str_of(wish->template)),
		.validity = &validity,
	};
	struct pca_issue_certificate_response issued = { 0 };
	struct pca_get_certificate_response got = { 0 };
	struct pem_block block;

	must(DO_IN(pca, visit, issue_certificate, &in, &issued), &visit->fault);
	struct pca_get_certificate_request get = { issuer->arn, issued.certificate_arn };
	must(DO_IN(pca, visit, get_certificate, &get, &got), &visit->fault);
	must(pem_next(&got.certificate, &visit->arena, &block), &visit->fault);
	return block.der;
}

static void
take_over(struct visit *visit, struct authority_row *row, const struct authority *issuer, struct bytes der)
{
	const struct certificate *certificate;
	const char *why;

	must(certificate_parse(der, &visit->arena, &certificate, &why), &visit->fault);
	row->certificate = der;
	if (issuer->row.number != row->number)
		row->chain = joined(issuer->row.certificate, issuer->row.chain, &visit->arena);
	row->serial = certificate->serial;
	row->not_before_ms = certificate->not_before_ms;
	row->not_after_ms = certificate->not_after_ms;
	row->state = AUTHORITY_ACTIVE;
	must(store_apply(office.store, update, row, &visit->fault), &visit->fault);
}

static void
certify(struct visit *visit, struct authority_wish wish, const char *arn)
{
	struct authority issuer, self;

	if (wish.template == NULL)
		wish.template = wish.parent == NULL ? "RootCACertificate/V1" : "SubordinateCACertificate_PathLen3/V1";
	if (wish.days == 0)
		wish.days = wish.parent == NULL ? 3650 : 1825;
	load(visit, arn, &self);
	load(visit, wish.parent != NULL ? wish.parent : arn, &issuer);
	take_over(visit, &self.row, &issuer, certificate_of(visit, &wish, &issuer, self.row.csr));
}

void
visit_authority(struct visit *visit, struct authority_wish wish, char arn[ARN_TEXT_BYTES])
{
	const char *name = wish.parent != NULL ? "Example Sub" : "Example Root";
	struct name_part parts[] = { { STR(NAME_OID_ORGANIZATION), STR("Example") },
		{ STR(NAME_OID_COMMON_NAME), str_of(wish.common_name != NULL ? wish.common_name : name) } };
	char id[UUID_TEXT_BYTES];
	struct authority_row row = {
		.version = 1,
		.owner = visit->call.owner,
		.type = wish.parent != NULL ? AUTHORITY_SUBORDINATE : AUTHORITY_ROOT,
		.state = AUTHORITY_PENDING_CERTIFICATE,
		.created_ms = visit->call.now_ms,
		.changed_ms = visit->call.now_ms,
		.key = wish.key != 0 ? (int)wish.key : SIGNING_KEY_P256,
		.usage_mode = wish.short_lived ? PCA_CERTIFICATE_AUTHORITY_USAGE_MODE_SHORT_LIVED_CERTIFICATE
					       : PCA_CERTIFICATE_AUTHORITY_USAGE_MODE_GENERAL_PURPOSE,
		.configuration = STR("{}"),
		.revocation = str_of(wish.revocation),
	};

	uuid_v7(visit->call.clock, visit->call.entropy, id);
	row.id = str_of(id);
	row.signing_algorithm = (int)signing_default((enum signing_key)row.key);
	if (wish.revocation == NULL)
		must(revocation_merge(NULL, (struct str){ 0 }, &visit->arena, &row.revocation, &visit->fault),
			&visit->fault);
	must(name_build(parts, ARRAY_COUNT(parts), &visit->arena, &row.subject, &visit->fault), &visit->fault);
	struct str full = pca_arn_render(&visit->arena, "aws", &row.owner, row.id);
	(void)snprintf(arn, ARN_TEXT_BYTES, "%.*s", STR_ARG(full));
	row.csr = make_request(visit, &row, full);
	must(store_apply(office.store, insert, &row, &visit->fault), &visit->fault);
	if (!wish.pending)
		certify(visit, wish, arn);
	visit_again(visit);
}

void
visit_set_state(struct visit *visit, const char *arn, enum authority_state state)
{
	struct authority authority;

	load(visit, arn, &authority);
	authority.row.earlier_state = authority.row.state;
	authority.row.state = state;
	if (state == AUTHORITY_DELETED)
		authority.row.restorable_until_ms = visit->call.now_ms + 30 * OFFICE_DAY_MS;
	must(store_apply(office.store, update, &authority.row, &visit->fault), &visit->fault);
	visit_again(visit);
}

void
visit_set_policy(struct visit *visit, const char *arn, const char *policy)
{
	struct authority authority;

	load(visit, arn, &authority);
	authority.row.policy = str_of(policy);
	must(store_apply(office.store, update, &authority.row, &visit->fault), &visit->fault);
	visit_again(visit);
}
