#include "test.h"

#include <pthread.h>

#include "model/acm.h"
#include "model/acm_operations.h"
#include "model/pattern.h"

TEST(operation, is_found_by_its_name_and_by_its_command)
{
	CHECK(acm_service.operation_count == 17);
	for (size_t i = 0; i < acm_service.operation_count; i++) {
		const struct operation *operation = &acm_service.operations[i];
		CHECK(service_operation(&acm_service, str_of(operation->name)) == operation);
		CHECK(service_command(&acm_service, str_of(operation->command)) == operation);
		CHECK(operation->help[0] != '\0');
		CHECK(operation->errors[0] != NULL);
	}
	CHECK(service_operation(&acm_service, STR("importCertificate")) == NULL);
	CHECK(service_operation(&acm_service, STR("ImportCertificates")) == NULL);
	CHECK(service_operation(&acm_service, STR("")) == NULL);
	CHECK(service_operation(&acm_service, STR("ZZZ")) == NULL);
	CHECK(service_command(&acm_service, STR("import")) == NULL);
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

TEST(operation, stands_in_the_list_once_in_its_form)
{
#define IN_OUT(name, snake) { #name, "acm_" #snake, true, true },
#define IN_ONLY(name, snake) { #name, "acm_" #snake, true, false },
#define OUT_ONLY(name, snake) { #name, "acm_" #snake, false, true },
	static const struct {
		const char *name, *handler;
		bool in, out;
	} rows[] = { ACM_OPERATIONS(IN_OUT, IN_ONLY, OUT_ONLY) };

	CHECK(sizeof rows / sizeof rows[0] == acm_service.operation_count);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct operation *operation = &acm_service.operations[i];
		CHECK(strcmp(rows[i].name, operation->name) == 0);
		CHECK(strcmp(rows[i].handler, operation->handler) == 0);
		CHECK(rows[i].in == (operation->input != NULL) && rows[i].out == (operation->output != NULL));
	}
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
	assert_true(n < 256);
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

TEST(pattern, compiles_whatever_the_model_has)
{
	const struct shape *seen[256];
	size_t n = 0;

	for (size_t i = 0; i < acm_service.operation_count; i++) {
		if (acm_service.operations[i].input != NULL)
			n = patterns_check(acm_service.operations[i].input, seen, n);
		if (acm_service.operations[i].output != NULL)
			n = patterns_check(acm_service.operations[i].output, seen, n);
	}
	CHECK(n > 100);
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
