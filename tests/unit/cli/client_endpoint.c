#include "client/endpoint.h"

#include "test.h"

static struct arena arena;

TEST(endpoint, is_taken_apart)
{
	static const struct {
		const char *url, *complete, *host, *target;
	} cases[] = {
		{ "http://127.0.0.1:8226", "http://127.0.0.1:8226/", "127.0.0.1:8226", "/" },
		{ "https://acm.example.com", "https://acm.example.com/", "acm.example.com", "/" },
		{ "https://acm.example.com:443/", "https://acm.example.com/", "acm.example.com", "/" },
		{ "http://h:443/a/b", "http://h:443/a/b", "h:443", "/a/b" },
		{ "http://[::1]:8226", "http://[::1]:8226/", "[::1]:8226", "/" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct endpoint endpoint;
		struct fault fault = { 0 };
		CHECK_OK(endpoint_parse(str_of(cases[i].url), &arena, &endpoint, &fault), fault);
		assert_string_equal(endpoint.url, cases[i].complete);
		CHECK_TEXT(endpoint.host, cases[i].host);
		CHECK_TEXT(endpoint.target, cases[i].target);
	}
	arena_reset(&arena);
}

TEST(endpoint, is_refused_when_it_is_none)
{
	static const char *const urls[] = { "", "127.0.0.1:8226", "ftp://h", "http://", "http://u:p@h/", "http://h/?q",
		"http://h/#f", "http://h:99999", "file:///etc/passwd", "http://h\nx" };

	for (size_t i = 0; i < ARRAY_COUNT(urls); i++) {
		struct endpoint endpoint;
		struct fault fault = { 0 };
		if (endpoint_parse(str_of(urls[i]), &arena, &endpoint, &fault))
			fail_msg("'%s' was taken", urls[i]);
		CHECK(fault.code == FAULT_INVALID_ARGS);
	}
	arena_done(&arena);
}

TEST_MAIN("client/endpoint");
