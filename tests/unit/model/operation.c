#include "test.h"

#include <pthread.h>

#include "model/acm.h"
#include "model/acm_operations.h"
#include "model/own.h"
#include "model/own_operations.h"
#include "model/pattern.h"
#include "model/pca.h"
#include "model/pca_operations.h"

static const struct service *const services[] = { &acm_service, &pca_service, &own_service };

static void
check_explained(const struct shape *shape, int depth)
{
	/* SearchCertificates is recursive: six levels see all there is. */
	if (shape == NULL || depth > 6)
		return;
	check_explained(shape->element, depth + 1);
	for (size_t i = 0; i < shape->member_count; i++) {
		const struct member *member = &shape->members[i];
		if (member->help == NULL || member->help[0] == '\0')
			fail_msg("%s.%s has no help", shape->name, member->name);
		check_explained(member->shape, depth + 1);
	}
}

TEST(operation, is_found_by_its_name_and_by_its_command)
{
	for (size_t k = 0; k < ARRAY_COUNT(services); k++) {
		for (size_t i = 0; i < services[k]->operation_count; i++) {
			const struct operation *operation = &services[k]->operations[i];
			CHECK(service_operation(services[k], str_of(operation->name)) == operation);
			CHECK(service_command(services[k], str_of(operation->command)) == operation);
			CHECK(operation->help[0] != '\0');
			CHECK(operation->errors[0] != NULL);
		}
	}
	CHECK(acm_service.operation_count == 17 && pca_service.operation_count == 23);
	CHECK(service_operation(&acm_service, STR("importCertificate")) == NULL);
	CHECK(service_operation(&acm_service, STR("ImportCertificates")) == NULL);
	CHECK(service_operation(&acm_service, STR("")) == NULL);
	CHECK(service_operation(&acm_service, STR("ZZZ")) == NULL);
	CHECK(service_command(&acm_service, STR("import")) == NULL);
}

/* What a caller may write must be told on the command line. */
TEST(operation, explains_every_member_of_its_input)
{
	for (size_t k = 0; k < ARRAY_COUNT(services); k++) {
		for (size_t i = 0; i < services[k]->operation_count; i++)
			check_explained(services[k]->operations[i].input, 0);
	}
}

TEST(operation, is_described_as_the_model_has_it)
{
	const struct operation *export_ = service_operation(&acm_service, STR("ExportCertificate"));
	const struct operation *list = service_operation(&acm_service, STR("ListCertificates"));
	const struct operation *get = service_operation(&acm_service, STR("GetAccountConfiguration"));
	const struct operation *delete_ = service_operation(&acm_service, STR("DeleteCertificate"));

	CHECK(strcmp(export_->handler, "acm_export_certificate") == 0);
	CHECK(export_->lane == OPERATION_LONG && export_->access == OPERATION_WRITES);
	CHECK(list->lane == OPERATION_QUICK && list->access == OPERATION_READS);
	CHECK(strcmp(list->page_input_token, "NextToken") == 0 && strcmp(list->page_limit, "MaxItems") == 0);
	CHECK(strcmp(list->page_result, "CertificateSummaryList") == 0);
	CHECK(get->input == NULL && get->output == &acm_get_account_configuration_response_shape);
	CHECK(delete_->output == NULL && delete_->page_limit == NULL);
	CHECK(strcmp(delete_->errors[0], "ResourceInUseException") == 0);
	CHECK(strcmp(acm_service.target_prefix, "CertificateManager") == 0);
}

struct listed {
	const char *name, *handler;
	bool in, out;
};
#define IN_OUT(prefix, Name, name) { #Name, #prefix "_" #name, true, true },
#define IN_ONLY(prefix, Name, name) { #Name, #prefix "_" #name, true, false },
#define OUT_ONLY(prefix, Name, name) { #Name, #prefix "_" #name, false, true },
static const struct listed acm_listed[] = { ACM_OPERATIONS(IN_OUT, IN_ONLY, OUT_ONLY) };
static const struct listed pca_listed[] = { PCA_OPERATIONS(IN_OUT, IN_ONLY, OUT_ONLY) };
static const struct listed own_listed[] = { OWN_OPERATIONS(IN_OUT, IN_ONLY, OUT_ONLY) };

static void
check_listed(const struct service *service, const struct listed *listed, size_t n)
{
	assert_int_equal(n, service->operation_count);
	for (size_t i = 0; i < n; i++) {
		const struct operation *operation = &service->operations[i];
		CHECK(strcmp(listed[i].name, operation->name) == 0);
		CHECK(strcmp(listed[i].handler, operation->handler) == 0);
		CHECK(listed[i].in == (operation->input != NULL) && listed[i].out == (operation->output != NULL));
	}
}

TEST(operation, stands_in_the_list_once_in_its_form)
{
	check_listed(&acm_service, acm_listed, ARRAY_COUNT(acm_listed));
	check_listed(&pca_service, pca_listed, ARRAY_COUNT(pca_listed));
	check_listed(&own_service, own_listed, ARRAY_COUNT(own_listed));
}

TEST(choice, goes_from_text_to_constant_and_back)
{
	CHECK(choice_value(&acm_key_algorithm_shape, STR("EC_secp384r1")) == ACM_KEY_ALGORITHM_EC_SECP384R1);
	CHECK(choice_value(&acm_key_algorithm_shape, STR("EC_SECP384R1")) == CHOICE_UNKNOWN);
	CHECK(choice_value(&acm_key_algorithm_shape, STR("")) == CHOICE_UNKNOWN);
	CHECK(strcmp(choice_name(&acm_key_algorithm_shape, ACM_KEY_ALGORITHM_RSA_1024), "RSA_1024") == 0);
	CHECK(choice_name(&acm_key_algorithm_shape, CHOICE_ABSENT) == NULL);
	CHECK(choice_name(&acm_key_algorithm_shape, CHOICE_UNKNOWN) == NULL);
	CHECK(choice_name(&acm_key_algorithm_shape, ACM_KEY_ALGORITHM_EC_SECP521R1 + 1) == NULL);
}

/* Walks every shape below; each pattern must compile, and one that AWS prints is the one that is matched. */
static size_t
patterns_check(const struct shape *shape, const struct shape **seen, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (seen[i] == shape)
			return n;
	}
	assert_true(n < 512);
	seen[n++] = shape;
	if (shape->matcher != NULL) {
		CHECK(pattern_compiles(shape->matcher, shape->pattern));
		CHECK(strstr(shape->pattern_printed, shape->pattern) != NULL);
	}
	CHECK((shape->matcher == NULL) == (shape->pattern == NULL));
	if (shape->element != NULL)
		n = patterns_check(shape->element, seen, n);
	for (size_t i = 0; i < shape->member_count; i++)
		n = patterns_check(shape->members[i].shape, seen, n);
	return n;
}

TEST(pattern, compiles_whatever_the_models_have)
{
	const struct shape *seen[512];
	size_t n = 0;

	for (size_t k = 0; k < ARRAY_COUNT(services); k++) {
		for (size_t i = 0; i < services[k]->operation_count; i++) {
			if (services[k]->operations[i].input != NULL)
				n = patterns_check(services[k]->operations[i].input, seen, n);
			if (services[k]->operations[i].output != NULL)
				n = patterns_check(services[k]->operations[i].output, seen, n);
		}
	}
	CHECK(n > 250);
}

TEST(pattern, matches_nothing_when_it_does_not_compile)
{
	static struct pattern broken;

	CHECK(!pattern_compiles(&broken, "("));
	CHECK(!pattern_matches(&broken, "(", STR("(")));
}

TEST(pattern, gives_up_on_a_text_made_to_stall_it)
{
	static struct pattern evil;
	char text[4096];

	memset(text, 'a', sizeof text);
	text[sizeof text - 1] = 'b';
	CHECK(pattern_matches(&evil, "(a+)+", (struct str){ text, 100 }));
	CHECK(!pattern_matches(&evil, "(a+)+", (struct str){ text, sizeof text }));
}

TEST(pattern, takes_the_longest_chain_that_the_model_allows)
{
	const struct shape *shape = &acm_certificate_chain_shape;
	struct buffer chain = { 0 };

	while (chain.n < 2097152 - 5 * 65 - 100) {
		buffer_put_cstr(&chain, "-----BEGIN CERTIFICATE-----\n");
		for (int i = 0; i < 500 && chain.n < 2097152 - 5 * 65 - 100; i++)
			buffer_put_cstr(&chain, "MIIDMIIDMIIDMIIDMIIDMIIDMIIDMIIDMIIDMIIDMIIDMIIDMIIDMIIDMIIDMIID\n");
		buffer_put_cstr(&chain, "MIID\n-----END CERTIFICATE-----\n");
	}
	CHECK(pattern_matches(shape->matcher, shape->pattern, buffer_str(&chain)));
	buffer_put_char(&chain, '-');
	CHECK(!pattern_matches(shape->matcher, shape->pattern, buffer_str(&chain)));
	buffer_done(&chain);
}

static struct pattern shared;

static void *
match_often(void *context)
{
	size_t *matched = context;

	for (int i = 0; i < 1000; i++)
		*matched += pattern_matches(&shared, "[a-c]{3}", STR("abc")) &&
			    !pattern_matches(&shared, "[a-c]{3}", STR("abd"));
	return NULL;
}

TEST(pattern, may_be_shared_between_threads)
{
	pthread_t threads[4];
	size_t matched[4] = { 0 };

	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, match_often, &matched[i]), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		CHECK(matched[i] == 1000);
	}
}

TEST_MAIN("operation");
