#include "wire/edge.h"

#include "model/acm.h"
#include "model/own.h"
#include "model/pca.h"
#include "test.h"
#include "wire/dispatch.h"

static const struct service *const services[] = { &acm_service, &pca_service, &own_service };

static bool
is_known(const struct service *service, const char *exception)
{
	for (int code = FAULT_NONE + 1; code < FAULT_CODE_COUNT; code++) {
		if (strcmp(edge_of(service, code).exception, exception) == 0)
			return true;
	}
	return false;
}

static size_t
check_errors(const struct service *service)
{
	size_t seen = 0;

	for (size_t i = 0; i < service->operation_count; i++) {
		const struct operation *operation = &service->operations[i];
		for (const char *const *error = operation->errors; *error != NULL; error++) {
			if (!is_known(service, *error))
				fail_msg("%s of %s lists %s", operation->name, service->command, *error);
			seen++;
		}
	}
	return seen;
}

TEST(edge, has_a_row_for_every_exception_of_the_models)
{
	CHECK(check_errors(&acm_service) > 50);
	CHECK(check_errors(&pca_service) > 100);
	CHECK(check_errors(&own_service) == 4);
}

TEST(edge, has_a_name_of_its_own_for_every_code)
{
	for (size_t i = 0; i < ARRAY_COUNT(services); i++) {
		for (int code = FAULT_INTERNAL + 1; code < FAULT_CODE_COUNT; code++) {
			const char *name = edge_of(services[i], code).exception;
			CHECK(strcmp(name, "InternalFailure") != 0);
			for (int other = code + 1; other < FAULT_CODE_COUNT; other++)
				CHECK(strcmp(name, edge_of(services[i], other).exception) != 0);
		}
	}
	CHECK(strcmp(edge_of(NULL, FAULT_NONE).exception, "InternalFailure") == 0);
	CHECK(strcmp(edge_of(NULL, FAULT_CODE_COUNT).exception, "InternalFailure") == 0);
}

TEST(edge, calls_a_conflict_as_the_service_does)
{
	CHECK(strcmp(edge_of(&acm_service, FAULT_CONFLICT).exception, "ConflictException") == 0);
	CHECK(strcmp(edge_of(&pca_service, FAULT_CONFLICT).exception, "ConcurrentModificationException") == 0);
	CHECK(strcmp(edge_of(&pca_service, FAULT_NOT_FOUND).exception, "ResourceNotFoundException") == 0);
}

TEST(edge, answers_as_the_front_end_does)
{
	CHECK(edge_of(NULL, FAULT_INTERNAL).status == 500);
	CHECK(edge_of(NULL, FAULT_UNAVAILABLE).status == 503);
	CHECK(edge_of(NULL, FAULT_TOO_LARGE).status == 413);
	CHECK(edge_of(NULL, FAULT_ACCESS_DENIED).status == 400);
	CHECK(edge_of(NULL, FAULT_NOT_FOUND).status == 400);
	CHECK(strcmp(edge_of(NULL, FAULT_ACCESS_DENIED).message_member, "Message") == 0);
}

static void
check_rendered(enum fault_code code, const char *say, const char *json)
{
	struct fault fault = { 0 };
	struct buffer buffer = { 0 };

	(void)fault_set(&fault, code, "%s", say);
	edge_render(&acm_service, &fault, "0-1-2", &buffer);
	CHECK_TEXT(buffer_str(&buffer), json);
	buffer_done(&buffer);
}

TEST(edge, renders_the_envelope)
{
	check_rendered(
		FAULT_VALIDATION, "1 \"x\"\n", "{\"__type\":\"ValidationException\",\"message\":\"1 \\\"x\\\"\\n\"}");
	check_rendered(FAULT_UNKNOWN_OPERATION, "", "{\"__type\":\"UnknownOperationException\"}");
	check_rendered(FAULT_ACCESS_DENIED, "no", "{\"__type\":\"AccessDeniedException\",\"Message\":\"no\"}");
}

TEST(edge, tells_nothing_of_an_internal_fault_but_where_to_look)
{
	struct fault fault = { 0 };
	struct buffer buffer = { 0 };

	(void)fault_set(&fault, FAULT_INTERNAL, "%s", "the table is gone");
	(void)fault_log(&fault, "%s", "no such table");
	edge_render(&acm_service, &fault, "0-1-2", &buffer);
	CHECK(strstr(buffer.p, "table") == NULL);
	CHECK(strstr(buffer.p, "0-1-2") != NULL);
	CHECK(strstr(buffer.p, "{\"__type\":\"InternalFailure\"") == buffer.p);
	buffer_done(&buffer);
}

static void
check_served(const struct service *service)
{
	for (size_t i = 0; i < service->operation_count; i++) {
		const struct operation *operation = &service->operations[i];
		char name[128];
		struct target target = { 0 };
		(void)snprintf(name, sizeof name, "%s.%s", service->target_prefix, operation->name);
		CHECK(dispatch_find(str_of(name), &target));
		CHECK(target.service == service && target.operation == operation);
		CHECK(strcmp(target.handler->name, operation->name) == 0);
		CHECK(target.handler->out_size == (operation->output != NULL ? operation->output->size : 0));
	}
}

TEST(dispatch, finds_every_operation_and_its_handler)
{
	size_t served = 0;

	for (; dispatch_service(served) != NULL; served++)
		check_served(dispatch_service(served));
	CHECK(served > 0 && dispatch_service(0) == &acm_service);
}

TEST(dispatch, is_strict_about_the_target)
{
	static const char *const wrong[] = { "", ".", "CertificateManager", "CertificateManager.", "ListCertificates",
		"certificatemanager.ListCertificates", "CertificateManager.listCertificates",
		"CertificateManager.ListCertificates ", "CertificateManager.ListCertificates.x",
		"ACMPrivateCA.ListCertificates", "Chancery.ListCertificates" };
	struct target target = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++)
		CHECK(!dispatch_find(str_of(wrong[i]), &target));
	CHECK(!dispatch_find((struct str){ 0 }, &target));
	CHECK(target.operation == NULL);
}

TEST(dispatch, knows_what_a_call_is_about)
{
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	struct target target = { 0 };
	const struct call call = {
		.arena = &arena,
		.partition = "aws-cn",
		.owner = { .account = STR("111122223333"), .region = STR("cn-north-1") },
	};
	void *in = NULL;

	CHECK(dispatch_find(STR("CertificateManager.DescribeCertificate"), &target));
	CHECK_OK(dispatch_decode(&target,
			 STR("{\"CertificateArn\":\"arn:aws:acm:us-east-1:123456789012:certificate/x\"}"), &arena, &in,
			 &fault),
		fault);
	CHECK_TEXT(dispatch_resource(&target, &call, in), "arn:aws:acm:us-east-1:123456789012:certificate/x");

	CHECK(dispatch_find(STR("CertificateManager.GetAccountConfiguration"), &target));
	CHECK_OK(dispatch_decode(&target, STR("{}"), &arena, &in, &fault), fault);
	CHECK(dispatch_resource(&target, &call, in).p == NULL);

	CHECK(dispatch_find(STR("CertificateManager.RequestCertificate"), &target));
	CHECK_OK(dispatch_decode(&target, STR("{\"DomainName\":\"a.example.com\"}"), &arena, &in, &fault), fault);
	CHECK_TEXT(dispatch_resource(&target, &call, in), "arn:aws-cn:acm:cn-north-1:111122223333:certificate/*");

	CHECK(dispatch_find(STR("CertificateManager.GetAccountConfiguration"), &target));
	CHECK(!dispatch_decode(&target, STR("{"), &arena, &in, &fault));
	CHECK(fault.code == FAULT_SERIALIZATION);
	arena_done(&arena);
}

#define AUTHORITY "arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/x"

TEST(dispatch, knows_that_a_private_ca_is_about_authorities)
{
	static const struct {
		const struct service *service;
		const char *operation, *json, *about;
	} cases[] = {
		{ &pca_service, "GetCertificate",
			"{\"CertificateAuthorityArn\":\"" AUTHORITY "\",\"CertificateArn\":\"" AUTHORITY
			"/certificate/1\"}",
			AUTHORITY },
		{ &pca_service, "GetPolicy", "{\"ResourceArn\":\"" AUTHORITY "\"}", AUTHORITY },
		{ &pca_service, "CreateCertificateAuthority",
			"{\"CertificateAuthorityType\":\"ROOT\",\"CertificateAuthorityConfiguration\":{"
			"\"KeyAlgorithm\":"
			"\"RSA_2048\",\"SigningAlgorithm\":\"SHA256WITHRSA\",\"Subject\":{\"CommonName\":\"x\"}}}",
			"arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/*" },
		{ &pca_service, "ListCertificateAuthorities", "{}", NULL },
		{ &own_service, "ListIssuedCertificates", "{\"CertificateAuthorityArn\":\"" AUTHORITY "\"}",
			AUTHORITY },
	};
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	const struct call call = {
		.arena = &arena,
		.partition = "aws",
		.owner = { .account = STR("111122223333"), .region = STR("us-east-1") },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct target target = { .service = cases[i].service,
			.operation = service_operation(cases[i].service, str_of(cases[i].operation)) };
		void *in = NULL;
		CHECK_OK(dispatch_decode(&target, str_of(cases[i].json), &arena, &in, &fault), fault);
		struct str about = dispatch_resource(&target, &call, in);
		CHECK(str_equal(about, str_of(cases[i].about)) && (about.p != NULL) == (cases[i].about != NULL));
	}
	arena_done(&arena);
}

TEST_MAIN("edge");
