#include "service/pca/policy.h"

#include <string.h>

#include "model/json.h"
#include "service/pca/template.h"

enum { POLICY_MAX_STATEMENTS = 100, POLICY_MAX_VALUES = 100 }; /* 80 KB hold a few hundred; AWS's own have two */

struct values {
	struct str *v;
	size_t n;
	bool is_star; /* the one value "*" */
};

struct statement {
	bool allows, has_other_condition;
	struct values accounts, actions, resources, templates;
};

struct policy {
	struct statement *statements;
	size_t n;
};

struct reading {
	struct json json;
	struct arena *arena;
	const char *why; /* what is wrong, as a clause; NULL: no JSON, or not of this form */
};

/* ---- Reading ---- */

static bool
because(struct reading *reading, const char *clause)
{
	reading->why = clause;
	return false;
}

static bool
read_text(struct reading *reading, struct str *out)
{
	struct json_text text;

	if (json_peek(&reading->json) != JSON_STRING || !json_string(&reading->json, &text))
		return false;
	char *p = arena_alloc(reading->arena, text.raw.n + 1);
	*out = (struct str){ p, json_unescape(text, p) };
	return true;
}

static bool
key_is(struct reading *reading, const struct json_text *key, const char *name)
{
	char *p = arena_alloc(reading->arena, key->raw.n + 1);

	return str_is((struct str){ p, json_unescape(*key, p) }, name);
}

static bool
add_text(struct reading *reading, struct values *out)
{
	if (out->v == NULL)
		out->v = ARENA_ARRAY(reading->arena, struct str, POLICY_MAX_VALUES);
	if (out->n == POLICY_MAX_VALUES)
		return because(reading, "it lists more than 100 values");
	return read_text(reading, &out->v[out->n++]);
}

/* One text, or a list of texts. */
static bool
read_values(struct reading *reading, struct values *out)
{
	bool more = false;

	if (json_peek(&reading->json) == JSON_STRING)
		return add_text(reading, out);
	if (json_peek(&reading->json) != JSON_LIST)
		return false;
	for (;;) {
		if (!json_list_next(&reading->json, &more))
			return false;
		if (!more)
			return true;
		if (!add_text(reading, out))
			return false;
	}
}

/* "*", or { "AWS": … }. */
static bool
read_principal(struct reading *reading, struct statement *out)
{
	struct json_text key;
	struct str text;
	bool more = false;

	if (json_peek(&reading->json) == JSON_STRING) {
		out->accounts.is_star = true;
		return read_text(reading, &text) && str_is(text, "*");
	}
	if (json_peek(&reading->json) != JSON_OBJECT)
		return because(reading, "its Principal is neither \"*\" nor an object");
	for (;;) {
		if (!json_object_next(&reading->json, &more, &key))
			return false;
		if (!more)
			return true;
		if (!key_is(reading, &key, "AWS"))
			return because(reading, "its Principal is of another kind than AWS");
		if (!read_values(reading, &out->accounts))
			return false;
	}
}

/* The members of one condition operator; of StringEquals the templates. */
static bool
read_operator(struct reading *reading, bool equals, struct statement *out)
{
	struct json_text key;
	bool more = false;

	if (json_peek(&reading->json) != JSON_OBJECT)
		return because(reading, "its Condition is not an object of objects");
	for (;;) {
		if (!json_object_next(&reading->json, &more, &key))
			return false;
		if (!more)
			return true;
		if (equals && key_is(reading, &key, "acm-pca:TemplateArn")) {
			if (!read_values(reading, &out->templates))
				return false;
			continue;
		}
		out->has_other_condition = true;
		if (!json_skip(&reading->json))
			return false;
	}
}

static bool
read_condition(struct reading *reading, struct statement *out)
{
	struct json_text key;
	bool more = false;

	if (json_peek(&reading->json) != JSON_OBJECT)
		return because(reading, "its Condition is not an object");
	for (;;) {
		if (!json_object_next(&reading->json, &more, &key))
			return false;
		if (!more)
			return true;
		if (!read_operator(reading, key_is(reading, &key, "StringEquals"), out))
			return false;
	}
}

static bool
read_member(struct reading *reading, const struct json_text *key, struct statement *out)
{
	struct str text;

	if (key_is(reading, key, "Effect")) {
		if (!read_text(reading, &text))
			return false;
		out->allows = str_is(text, "Allow");
		return true;
	}
	if (key_is(reading, key, "Principal"))
		return read_principal(reading, out);
	if (key_is(reading, key, "Action"))
		return read_values(reading, &out->actions);
	if (key_is(reading, key, "Resource"))
		return read_values(reading, &out->resources);
	if (key_is(reading, key, "Condition"))
		return read_condition(reading, out);
	if (key_is(reading, key, "Sid"))
		return read_text(reading, &text);
	return because(
		reading, "it has a member that is none of Sid, Effect, Principal, Action, Resource and Condition");
}

static bool
read_statement(struct reading *reading, struct statement *out)
{
	struct json_text key;
	bool more = false;

	if (json_peek(&reading->json) != JSON_OBJECT)
		return because(reading, "it is not an object");
	for (;;) {
		if (!json_object_next(&reading->json, &more, &key))
			return false;
		if (!more)
			return true;
		if (!read_member(reading, &key, out))
			return false;
	}
}

static bool
read_statements(struct reading *reading, struct policy *out)
{
	bool more = false;

	out->statements = ARENA_ARRAY(reading->arena, struct statement, POLICY_MAX_STATEMENTS);
	if (json_peek(&reading->json) == JSON_OBJECT) {
		out->n = 1;
		return read_statement(reading, &out->statements[0]);
	}
	if (json_peek(&reading->json) != JSON_LIST)
		return because(reading, "Statement is neither a list nor an object");
	for (;;) {
		if (!json_list_next(&reading->json, &more))
			return false;
		if (!more)
			return true;
		if (out->n == POLICY_MAX_STATEMENTS)
			return because(reading, "there are more than 100 statements");
		if (!read_statement(reading, &out->statements[out->n++]))
			return false;
	}
}

/* On refusal *why is a clause, and out->n the statement it is about, counted from 1 (0: none). */
static bool
policy_read(struct str text, struct arena *arena, struct policy *out, const char **why)
{
	struct reading reading = { .arena = arena };
	struct json_text key;
	bool more = false;
	bool read = json_open(&reading.json, text) && json_peek(&reading.json) == JSON_OBJECT;

	*out = (struct policy){ 0 };
	while (read) {
		read = json_object_next(&reading.json, &more, &key);
		if (!read || !more)
			break;
		read = key_is(&reading, &key, "Statement") ? read_statements(&reading, out) : json_skip(&reading.json);
	}
	if (read && json_at_end(&reading.json))
		return true;
	*why = reading.why != NULL ? reading.why : "it is not the JSON of a policy";
	return false;
}

/* ---- Checking ---- */

static const char *const reading_actions[] = { "DescribeCertificateAuthority", "GetCertificate",
	"GetCertificateAuthorityCertificate", "ListPermissions", "ListTags" };

/* "acm-pca:IssueCertificate" is this action. */
static bool
action_is(struct str action, const char *name)
{
	struct str service;

	return str_cut(&action, ':', &service) && str_is(service, "acm-pca") && str_is(action, name);
}

static bool
is_reading_action(struct str action)
{
	for (size_t i = 0; i < ARRAY_COUNT(reading_actions); i++)
		if (action_is(action, reading_actions[i]))
			return true;
	return false;
}

/* The account in "111122223333" or "arn:aws:iam::111122223333:root"; absent: it is neither. */
static struct str
account_in(struct str principal)
{
	struct str part, rest = principal, account = principal;

	if (str_cut(&rest, ':', &part) && str_is(part, "arn")) {
		for (int i = 0; i < 3; i++)
			(void)str_cut(&rest, ':', &part);
		if (!str_cut(&rest, ':', &account) || !str_is(rest, "root"))
			return (struct str){ 0 };
	}
	if (account.n != 12)
		return (struct str){ 0 };
	for (size_t i = 0; i < account.n; i++)
		if (account.p[i] < '0' || account.p[i] > '9')
			return (struct str){ 0 };
	return account;
}

static bool
has_accounts_only(const struct statement *statement)
{
	for (size_t i = 0; i < statement->accounts.n; i++)
		if (account_in(statement->accounts.v[i]).p == NULL)
			return false;
	return statement->accounts.n > 0;
}

static bool
names_resource(const struct statement *statement, struct str resource_arn)
{
	for (size_t i = 0; i < statement->resources.n; i++)
		if (!str_equal(statement->resources.v[i], resource_arn))
			return false;
	return statement->resources.n > 0;
}

static const char *
template_fault(const struct statement *statement, const char *partition)
{
	for (size_t i = 0; i < statement->templates.n; i++) {
		const struct template *template = template_find(statement->templates.v[i], partition);
		if (template == NULL)
			return "its condition names a template that does not exist";
		if (!template->for_other_accounts)
			return "its condition names a template that is not open to other accounts";
	}
	return statement->templates.n > 0 ? NULL
					  : "it allows IssueCertificate without a condition StringEquals on "
					    "acm-pca:TemplateArn";
}

/* NULL, or what keeps a statement from being accepted, as a clause. */
static const char *
statement_fault(const struct statement *statement, struct str resource_arn, const char *partition)
{
	bool issues = false;

	if (!statement->allows)
		return "its Effect is not Allow";
	if (statement->accounts.is_star)
		return "its Principal is everybody; this server knows no organizations: name accounts";
	if (!has_accounts_only(statement))
		return "its Principal names something else than accounts";
	if (!names_resource(statement, resource_arn))
		return "its Resource is not the authority that the policy is put to";
	if (statement->has_other_condition)
		return "it has a condition on something else than acm-pca:TemplateArn";
	for (size_t i = 0; i < statement->actions.n; i++) {
		if (action_is(statement->actions.v[i], "IssueCertificate"))
			issues = true;
		else if (!is_reading_action(statement->actions.v[i]))
			return "it allows an action that other accounts cannot be given";
	}
	if (statement->actions.n == 0)
		return "it allows no action";
	return issues ? template_fault(statement, partition) : NULL;
}

bool
policy_check(struct str text, struct str resource_arn, const char *partition, struct arena *arena, struct fault *fault)
{
	struct policy policy;
	const char *why = NULL;

	if (!policy_read(text, arena, &policy, &why)) {
		if (policy.n > 0)
			return fault_set(fault, FAULT_INVALID_POLICY,
				"The resource policy is invalid or is missing a required statement. Statement %zu: %s.",
				policy.n, why);
		return fault_set(fault, FAULT_INVALID_POLICY,
			"The resource policy is invalid or is missing a required statement: %s.", why);
	}
	for (size_t i = 0; i < policy.n; i++) {
		why = statement_fault(&policy.statements[i], resource_arn, partition);
		if (why != NULL)
			return fault_set(fault, FAULT_INVALID_POLICY,
				"The resource policy is invalid or is missing a required statement. Statement %zu: %s.",
				i + 1, why);
	}
	return policy.n > 0 ||
	       fault_set(fault, FAULT_INVALID_POLICY,
		       "The resource policy is invalid or is missing a required statement: it has none.");
}

/* ---- Asking ---- */

static bool
statement_allows(const struct statement *statement, struct str account, const struct authority_use *use)
{
	bool by_account = false, by_action = false, by_template = use->template_arn.p == NULL;

	for (size_t i = 0; i < statement->accounts.n; i++)
		by_account |= str_equal(account_in(statement->accounts.v[i]), account);
	for (size_t i = 0; i < statement->actions.n; i++)
		by_action |= action_is(statement->actions.v[i], use->action);
	for (size_t i = 0; i < statement->templates.n; i++)
		by_template |= str_equal(statement->templates.v[i], use->template_arn);
	return statement->allows && by_account && by_action && by_template;
}

bool
policy_allows(struct str text, struct str account, const struct authority_use *use, struct str resource_arn)
{
	struct arena arena = { 0 };
	struct policy policy;
	const char *why;
	bool allows = false;

	if (policy_read(text, &arena, &policy, &why)) {
		for (size_t i = 0; i < policy.n && !allows; i++)
			allows = names_resource(&policy.statements[i], resource_arn) &&
				 statement_allows(&policy.statements[i], account, use);
	}
	arena_done(&arena);
	return allows;
}
