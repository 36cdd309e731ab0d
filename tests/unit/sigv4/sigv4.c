/* The signatures are those of AWS's published test suite for Signature Version 4 and of its documentation. */
#include "sigv4/sigv4.h"

#include "base/buffer.h"
#include "sigv4/moment.h"
#include "test.h"

#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define NOW_MS (1440938160 * INT64_C(1000)) /* 2015-08-30T12:36:00Z */
#define TARGET "CertificateManager.ListCertificates"

static void
derive(const char *service, uint8_t key[SIGV4_KEY_BYTES])
{
	sigv4_key_derive(bytes_of_str(STR(SECRET)), STR("20150830"), STR("us-east-1"), str_of(service), key);
}

#define H(name, value)                                                                                                 \
	{                                                                                                              \
		{ (name), sizeof(name) - 1 },                                                                          \
		{                                                                                                      \
			(value), sizeof(value) - 1                                                                     \
		}                                                                                                      \
	}
#define HOST H("Host", "example.amazonaws.com")
#define DATE H("X-Amz-Date", "20150830T123600Z")

struct vector {
	const char *name, *method, *target;
	struct sigv4_header headers[5];
	size_t count;
	const char *body;
	const char *signature;
};

static const struct vector vectors[] = {
	{ "get-vanilla", "GET", "/", { HOST, DATE }, 2, "",
		"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
	{ "get-vanilla-query-order-key-case", "GET", "/?Param2=value2&Param1=value1", { HOST, DATE }, 2, "",
		"b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500" },
	{ "get-slashes", "GET", "//example//", { HOST, DATE }, 2, "",
		"9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84" },
	{ "get-slash-dot-slash", "GET", "/./", { HOST, DATE }, 2, "",
		"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
	{ "get-relative-relative", "GET", "/example1/example2/../..", { HOST, DATE }, 2, "",
		"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
	{ "get-utf8", "GET", "/\xe1\x88\xb4", { HOST, DATE }, 2, "",
		"8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85" },
	{ "get-space", "GET", "/example space/", { HOST, DATE }, 2, "",
		"652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741" },
	{ "get-header-key-duplicate", "GET", "/",
		{ HOST, H("My-Header1", "value2"), H("My-Header1", "value2"), H("My-Header1", "value1"), DATE }, 5, "",
		"c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea" },
	{ "get-header-value-trim", "GET", "/",
		{ HOST, H("My-Header1", " value1"), H("My-Header2", " \"a   b   c\""), DATE }, 4, "",
		"acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736" },
	{ "post-vanilla", "POST", "/", { HOST, DATE }, 2, "",
		"5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b" },
	{ "post-x-www-form-urlencoded", "POST", "/",
		{ H("Content-Type", "application/x-www-form-urlencoded"), HOST, DATE }, 3, "Param1=value1",
		"ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a" },
};

TEST(sigv4, agrees_with_the_published_vectors)
{
	uint8_t key[SIGV4_KEY_BYTES];

	derive("service", key);
	for (size_t i = 0; i < ARRAY_COUNT(vectors); i++) {
		const struct vector *v = &vectors[i];
		struct arena arena = { 0 };
		struct sigv4_request request = { str_of(v->method), str_of(v->target), v->headers, v->count,
			bytes_of_str(str_of(v->body)) };
		struct str header = sigv4_sign(&request, STR("AKIDEXAMPLE"), STR("us-east-1"), STR("service"),
			STR("20150830T123600Z"), key, &arena);
		struct str signature = { header.p + header.n - 64, 64 };
		if (!str_is(signature, v->signature))
			fail_msg("%s: %.*s", v->name, STR_ARG(header));
		arena_done(&arena);
	}
}

TEST(sigv4, derives_the_documented_signing_key)
{
	static const uint8_t expected[] = { 0xc4, 0xaf, 0xb1, 0xcc, 0x57, 0x71, 0xd8, 0x71, 0x76, 0x3a, 0x39, 0x3e,
		0x44, 0xb7, 0x03, 0x57, 0x1b, 0x55, 0xcc, 0x28, 0x42, 0x4d, 0x1a, 0x5e, 0x86, 0xda, 0x6e, 0xd3, 0xc1,
		0x54, 0xa4, 0xb9 };
	uint8_t key[SIGV4_KEY_BYTES];

	derive("iam", key);
	CHECK(memcmp(key, expected, sizeof key) == 0);
}

TEST(sigv4, signs_with_sorted_lower_case_names_each_once)
{
	struct arena arena = { 0 };
	uint8_t key[SIGV4_KEY_BYTES];
	const struct sigv4_header headers[] = { H("X-Amz-Date", "20150830T123600Z"), H("host", "h"), H("B", "1"),
		H("b", "2") };
	struct sigv4_request request = { STR("POST"), STR("/"), headers, 4, { (const uint8_t *)"", 0 } };

	derive("acm", key);
	struct str header =
		sigv4_sign(&request, STR("AKID"), STR("us-east-1"), STR("acm"), STR("20150830T123600Z"), key, &arena);
	struct str start = STR("AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/acm/aws4_request, "
			       "SignedHeaders=b;host;x-amz-date, Signature=");
	CHECK(str_starts_with(header, start));
	CHECK(header.n == start.n + 64);
	arena_done(&arena);
}

/* ---- A claim: a good request first, then one thing wrong at a time. ---- */

#define AUTHORIZATION_START "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/acm/aws4_request, "
#define SIGNED "SignedHeaders=host;x-amz-date;x-amz-target, "
#define ANY_SIGNATURE "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define GOOD AUTHORIZATION_START SIGNED "Signature=" ANY_SIGNATURE

struct letter {
	struct arena arena;
	struct sigv4_header headers[8];
	struct sigv4_request request;
	struct sigv4_claim claim;
	struct fault fault;
	int64_t now_ms;
};

static void
letter_add(struct letter *letter, const char *name, const char *value)
{
	letter->headers[letter->request.header_count++] = (struct sigv4_header){ str_of(name), str_of(value) };
}

static struct letter
letter_with(const char *authorization, const char *date)
{
	struct letter letter = { .now_ms = NOW_MS };

	letter.request.method = STR("POST");
	letter.request.target = STR("/");
	letter.request.body = bytes_of_str(STR("{}"));
	letter_add(&letter, "Host", "127.0.0.1:8226");
	letter_add(&letter, "X-Amz-Target", TARGET);
	if (date != NULL)
		letter_add(&letter, "X-Amz-Date", date);
	if (authorization != NULL)
		letter_add(&letter, "Authorization", authorization);
	return letter;
}

static bool
letter_read(struct letter *letter)
{
	letter->request.headers = letter->headers;
	return sigv4_claim_read(
		&letter->request, STR("acm"), letter->now_ms, &letter->arena, &letter->claim, &letter->fault);
}

static void
check_refused_letter(struct letter *letter, enum fault_code code, const char *say, int line)
{
	if (letter_read(letter))
		fail_msg("line %d: was read", line);
	if (letter->fault.code != code || strcmp(letter->fault.say, say) != 0)
		fail_msg("line %d: code %d, \"%s\" is not \"%s\"", line, (int)letter->fault.code, letter->fault.say,
			say);
	arena_done(&letter->arena);
}

#define CHECK_REFUSED(letter, code, say) check_refused_letter((letter), (code), (say), __LINE__)

static void
check_refused(const char *authorization, const char *date, enum fault_code code, const char *say, int line)
{
	struct letter letter = letter_with(authorization, date);

	check_refused_letter(&letter, code, say, line);
}

#define CHECK_REFUSED_AUTHORIZATION(authorization, code, say)                                                          \
	check_refused((authorization), "20150830T123600Z", (code), (say), __LINE__)

TEST(claim, is_read_with_all_its_parts)
{
	struct letter letter = letter_with(GOOD, "20150830T123600Z");

	CHECK_OK(letter_read(&letter), letter.fault);
	CHECK_TEXT(letter.claim.access_key_id, "AKIDEXAMPLE");
	CHECK_TEXT(letter.claim.date, "20150830");
	CHECK_TEXT(letter.claim.region, "us-east-1");
	CHECK_TEXT(letter.claim.service, "acm");
	CHECK_TEXT(letter.claim.signed_headers, "host;x-amz-date;x-amz-target");
	CHECK_TEXT(letter.claim.signature, ANY_SIGNATURE);
	CHECK_TEXT(letter.claim.timestamp, "20150830T123600Z");
	CHECK(letter.claim.security_token.p == NULL);
	arena_done(&letter.arena);
}

TEST(claim, takes_parts_in_any_order_and_any_separator_and_the_last_of_each)
{
	static const char *const forms[] = {
		"AWS4-HMAC-SHA256 Signature=" ANY_SIGNATURE
		",SignedHeaders=host;x-amz-date;x-amz-target,Credential=AKIDEXAMPLE/"
		"20150830/us-east-1/acm/aws4_request",
		"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/acm/aws4_request "
		"SignedHeaders=host;x-amz-date;x-amz-target Signature=" ANY_SIGNATURE,
		"AWS4-HMAC-SHA256   Credential=x, " SIGNED
		" ,, Credential=AKIDEXAMPLE/20150830/us-east-1/acm/aws4_request, "
		"Signature=" ANY_SIGNATURE " ",
	};

	for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
		struct letter letter = letter_with(forms[i], "20150830T123600Z");
		CHECK_OK(letter_read(&letter), letter.fault);
		CHECK_TEXT(letter.claim.access_key_id, "AKIDEXAMPLE");
		CHECK_TEXT(letter.claim.signature, ANY_SIGNATURE);
		arena_done(&letter.arena);
	}
}

TEST(claim, row_1_needs_an_authorization)
{
	CHECK_REFUSED_AUTHORIZATION(NULL, FAULT_MISSING_AUTHENTICATION, "Request is missing Authentication Token");
	CHECK_REFUSED_AUTHORIZATION(
		"Basic dXNlcjpwYXNz", FAULT_MISSING_AUTHENTICATION, "Request is missing Authentication Token");
	CHECK_REFUSED_AUTHORIZATION("", FAULT_MISSING_AUTHENTICATION, "Request is missing Authentication Token");
}

TEST(claim, row_2_refuses_two_ways_of_signing_at_once)
{
	static const char *const targets[] = { "/?a=b&X-Amz-Algorithm=AWS4-HMAC-SHA256", "/?X-Amz-Algorithm",
		"/?X%2DAmz-Algorithm=x" };

	for (size_t i = 0; i < ARRAY_COUNT(targets); i++) {
		struct letter letter = letter_with(GOOD, "20150830T123600Z");
		letter.request.target = str_of(targets[i]);
		CHECK_REFUSED(&letter, FAULT_INVALID_SIGNATURE,
			"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
	}
}

TEST(claim, row_3_knows_one_algorithm)
{
	CHECK_REFUSED_AUTHORIZATION("AWS4-HMAC-SHA512 Credential=x", FAULT_INCOMPLETE_SIGNATURE,
		"Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'.");
	CHECK_REFUSED_AUTHORIZATION("AWS4-ECDSA-P256-SHA256 Credential=x", FAULT_INCOMPLETE_SIGNATURE,
		"Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'.");
	CHECK_REFUSED_AUTHORIZATION(
		"AWS4-" ANY_SIGNATURE, FAULT_INCOMPLETE_SIGNATURE, "Unsupported AWS 'algorithm': 'AWS4-*'.");
}

TEST(claim, row_4_needs_an_equal_sign_in_every_item)
{
	CHECK_REFUSED_AUTHORIZATION("AWS4-HMAC-SHA256 Credential=x, SignedHeaders, Signature=abc",
		FAULT_INCOMPLETE_SIGNATURE,
		"'SignedHeaders' not a valid key=value pair (missing equal-sign) in Authorization header: "
		"'AWS4-HMAC-SHA256 Credential=x, SignedHeaders, Signature=*'.");
}

TEST(claim, never_quotes_a_signature)
{
	static const char *const broken[] = {
		AUTHORIZATION_START "Signature=" ANY_SIGNATURE,
		AUTHORIZATION_START "Signature " ANY_SIGNATURE,
		AUTHORIZATION_START SIGNED ANY_SIGNATURE,
		"AWS4-HMAC-SHA256 Credential=" ANY_SIGNATURE ", " SIGNED "Signature=" ANY_SIGNATURE,
	};

	for (size_t i = 0; i < ARRAY_COUNT(broken); i++) {
		struct letter letter = letter_with(broken[i], "20150830T123600Z");
		CHECK(!letter_read(&letter));
		CHECK(letter.fault.say[0] != '\0');
		CHECK(strstr(letter.fault.say, "0123456789abcdef") == NULL);
		arena_done(&letter.arena);
	}
}

TEST(claim, row_5_lists_all_that_is_missing)
{
	check_refused("AWS4-HMAC-SHA256 A=b", NULL, FAULT_INCOMPLETE_SIGNATURE,
		"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' "
		"parameter. "
		"Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of "
		"either a "
		"'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256 A=b",
		__LINE__);
	CHECK_REFUSED_AUTHORIZATION("AWS4-HMAC-SHA256 Credential=x, Signature=abc", FAULT_INCOMPLETE_SIGNATURE,
		"Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256 Credential=x, "
		"Signature=*");
}

TEST(claim, row_6_needs_host_and_every_amazon_header_signed)
{
	CHECK_REFUSED_AUTHORIZATION(AUTHORIZATION_START "SignedHeaders=x-amz-date;x-amz-target, Signature=abc",
		FAULT_INVALID_SIGNATURE, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
	CHECK_REFUSED_AUTHORIZATION(AUTHORIZATION_START "SignedHeaders=host;x-amz-target, Signature=abc",
		FAULT_INVALID_SIGNATURE, "'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization.");
	CHECK_REFUSED_AUTHORIZATION(AUTHORIZATION_START "SignedHeaders=host;x-amz-date, Signature=abc",
		FAULT_INVALID_SIGNATURE, "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.");

	struct letter letter = letter_with(GOOD, "20150830T123600Z");
	letter_add(&letter, "x-AMZ-anything", "1");
	CHECK_REFUSED(&letter, FAULT_INVALID_SIGNATURE,
		"'x-AMZ-anything' must be a 'SignedHeader' in the AWS Authorization.");
}

TEST(claim, lists_no_more_signed_headers_than_anybody_needs)
{
	struct buffer authorization = { 0 };

	buffer_put_cstr(&authorization, AUTHORIZATION_START "SignedHeaders=host");
	for (int i = 0; i < 100; i++)
		buffer_put_cstr(&authorization, ";a");
	buffer_put_cstr(&authorization, ", Signature=abc");
	CHECK_REFUSED_AUTHORIZATION(authorization.p, FAULT_INCOMPLETE_SIGNATURE,
		"The Authorization header lists 101 SignedHeaders; more than 100 are not accepted.");
	buffer_done(&authorization);
}

TEST(claim, row_7_reads_strict_dates)
{
	static const char *const bad[] = { "2015-08-30T12:36:00Z", "20150830T123600", "20150832T123600Z",
		"20150230T123600Z", "20150830T126000Z", "20150830t123600Z", "x", "" };

	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		char say[200];
		(void)snprintf(say, sizeof say,
			"Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601",
			bad[i]);
		check_refused(GOOD, bad[i], FAULT_INCOMPLETE_SIGNATURE, say, __LINE__);
	}
}

TEST(claim, takes_the_date_header_when_there_is_no_x_amz_date)
{
	static const char *const forms[] = { "Sun, 30 Aug 2015 12:36:00 GMT", "20150830T123600Z" };

	for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
		struct letter letter = letter_with(GOOD, NULL);
		letter_add(&letter, "Date", forms[i]);
		CHECK_OK(letter_read(&letter), letter.fault);
		CHECK_TEXT(letter.claim.timestamp, "20150830T123600Z");
		arena_done(&letter.arena);
	}
}

TEST(claim, rows_8_and_9_allow_five_minutes_either_way)
{
	static const int64_t fine[] = { 0, SIGV4_SKEW_MS, -SIGV4_SKEW_MS, SIGV4_SKEW_MS + 999 };

	for (size_t i = 0; i < ARRAY_COUNT(fine); i++) {
		struct letter letter = letter_with(GOOD, "20150830T123600Z");
		letter.now_ms = NOW_MS + fine[i];
		CHECK_OK(letter_read(&letter), letter.fault);
		arena_done(&letter.arena);
	}

	struct letter late = letter_with(GOOD, "20150830T123600Z");
	late.now_ms = NOW_MS + SIGV4_SKEW_MS + 1000;
	CHECK_REFUSED(&late, FAULT_INVALID_SIGNATURE,
		"Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)");
	struct letter early = letter_with(GOOD, "20150830T123600Z");
	early.now_ms = NOW_MS - SIGV4_SKEW_MS - 1000;
	CHECK_REFUSED(&early, FAULT_INVALID_SIGNATURE,
		"Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + "
		"5 min.)");
}

#define WITH_CREDENTIAL(credential) "AWS4-HMAC-SHA256 Credential=" credential ", " SIGNED "Signature=abc"

TEST(claim, row_10_needs_five_elements)
{
	CHECK_REFUSED_AUTHORIZATION(WITH_CREDENTIAL("AKID/20150830/us-east-1/acm"), FAULT_INCOMPLETE_SIGNATURE,
		"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got "
		"'AKID/20150830/us-east-1/acm'");
	CHECK_REFUSED_AUTHORIZATION(WITH_CREDENTIAL("AKID/20150830/us-east-1/acm/aws4_request/x"),
		FAULT_INCOMPLETE_SIGNATURE,
		"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got "
		"'AKID/20150830/us-east-1/acm/aws4_request/x'");
}

TEST(claim, row_11_joins_all_that_is_wrong_with_the_scope)
{
	CHECK_REFUSED_AUTHORIZATION(WITH_CREDENTIAL("AKID/20150829/nowhere/s3/aws4"), FAULT_INVALID_SIGNATURE,
		"Credential should be scoped to a valid region, not 'nowhere'. "
		"Credential should be scoped to correct service: 'acm'. "
		"Credential should be scoped with a valid terminator: 'aws4_request', not 'aws4'. "
		"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
		"'20150829' != '20150830', from '20150830T123600Z'.");
	CHECK_REFUSED_AUTHORIZATION(WITH_CREDENTIAL("AKID/20150830/us-east-1/s3/aws4_request"), FAULT_INVALID_SIGNATURE,
		"Credential should be scoped to correct service: 'acm'.");
}

TEST(claim, knows_the_grammar_of_regions)
{
	static const struct {
		const char *region;
		bool valid;
	} regions[] = { { "us-east-1", true }, { "us-gov-west-1", true }, { "eusc-de-east-1", true },
		{ "ap-south-12", true }, { "us-east", false }, { "us-1", false }, { "u-east-1", false },
		{ "US-east-1", false }, { "us--1", false }, { "us-east-", false }, { "us-east-1a", false },
		{ "us-e1st-1", false } };

	for (size_t i = 0; i < ARRAY_COUNT(regions); i++) {
		char authorization[256];
		(void)snprintf(authorization, sizeof authorization,
			WITH_CREDENTIAL("AKID/20150830/%s/acm/aws4_request"), regions[i].region);
		struct letter letter = letter_with(authorization, "20150830T123600Z");
		if (letter_read(&letter) != regions[i].valid)
			fail_msg("%s", regions[i].region);
		arena_done(&letter.arena);
	}
}

/* ---- The proof. ---- */

static struct letter
signed_letter(const char *content_hash, const uint8_t key[SIGV4_KEY_BYTES])
{
	struct letter letter = letter_with(NULL, "20150830T123600Z");

	if (content_hash != NULL)
		letter_add(&letter, "X-Amz-Content-SHA256", content_hash);
	letter.request.headers = letter.headers;
	struct str value = sigv4_sign(&letter.request, STR("AKIDEXAMPLE"), STR("us-east-1"), STR("acm"),
		STR("20150830T123600Z"), key, &letter.arena);
	letter_add(&letter, "Authorization", arena_cstr(&letter.arena, value));
	return letter;
}

#define HASH_OF_BRACES "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

TEST(proof, holds_for_what_was_signed_and_for_nothing_else)
{
	uint8_t key[SIGV4_KEY_BYTES];

	derive("acm", key);
	struct letter letter = signed_letter(NULL, key);
	CHECK_OK(letter_read(&letter), letter.fault);
	CHECK_OK(sigv4_claim_prove(&letter.request, &letter.claim, key, &letter.arena, &letter.fault), letter.fault);

	letter.request.body = bytes_of_str(STR("{ }"));
	CHECK(!sigv4_claim_prove(&letter.request, &letter.claim, key, &letter.arena, &letter.fault));
	CHECK(letter.fault.code == FAULT_INVALID_SIGNATURE);
	CHECK_TEXT(str_of(letter.fault.say), "The request signature we calculated does not match the signature you "
					     "provided. Check your AWS Secret Access Key "
					     "and signing method. Consult the service documentation for details.");

	letter.request.body = bytes_of_str(STR("{}"));
	letter.headers[1].value = STR("CertificateManager.DeleteCertificate");
	CHECK(!sigv4_claim_prove(&letter.request, &letter.claim, key, &letter.arena, &letter.fault));
	letter.headers[1].value = STR(TARGET);
	letter.claim.signature.n--;
	CHECK(!sigv4_claim_prove(&letter.request, &letter.claim, key, &letter.arena, &letter.fault));
	letter.claim.signature.n++;
	key[0] ^= 1;
	CHECK(!sigv4_claim_prove(&letter.request, &letter.claim, key, &letter.arena, &letter.fault));
	arena_done(&letter.arena);
}

TEST(proof, wants_a_sent_content_hash_to_be_the_bodys)
{
	static const struct {
		const char *hash;
		bool good;
	} hashes[] = { { HASH_OF_BRACES, true }, { ANY_SIGNATURE, false }, { "UNSIGNED-PAYLOAD", false },
		{ "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", false } };
	uint8_t key[SIGV4_KEY_BYTES];

	derive("acm", key);
	for (size_t i = 0; i < ARRAY_COUNT(hashes); i++) {
		struct letter letter = signed_letter(hashes[i].hash, key);
		CHECK_OK(letter_read(&letter), letter.fault);
		CHECK(sigv4_claim_prove(&letter.request, &letter.claim, key, &letter.arena, &letter.fault) ==
			hashes[i].good);
		arena_done(&letter.arena);
	}
}

TEST(moment, is_read_back_as_it_was_written)
{
	/* The first is the year 0, the last the end of 9999. */
	static const int64_t moments[] = { -62167219200, -30641760000, 0, 951782400, 1440938160, 253402300799 };

	for (size_t i = 0; i < ARRAY_COUNT(moments); i++) {
		char text[MOMENT_CHARS + 1];
		int64_t s = -1;
		moment_render(moments[i], text);
		CHECK(moment_parse(str_of(text), &s));
		CHECK(s == moments[i]);
	}
}

TEST_MAIN("sigv4");
