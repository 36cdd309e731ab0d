#include "daemon/public_url.h"

#include "test.h"

TEST(public_url, takes_hosts_ports_and_paths)
{
	static const char *const good[] = { "http://a", "http://pki.example.com", "http://pki.example.com:65535",
		"http://192.0.2.1:80/pki", "http://[2001:db8::1]", "http://[2001:db8::1]:8080/a/b",
		"http://x-1.example/a-b._~/c" };
	struct fault fault = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(good); i++)
		CHECK_OK(public_url_check(str_of(good[i]), &fault), fault);
}

TEST(public_url, refuses_anything_else_with_a_sentence)
{
	static const char *const bad[] = { "", "http:", "http:/a", "http://", "https://a", "ftp://a", "a", "http://a/",
		"http://a:", "http://a:0", "http://a:65536", "http://a:+1", "http://a:8 0", "http://a@b", "http://-a",
		"http://a-", "http://a..b", "http://.a", "http://a.", "http://[]", "http://[::1", "http://::1",
		"http://[::1]8", "http://[::1]:", "http://a//b", "http://a/./b", "http://a/../b", "http://a/b?c",
		"http://a/b#c", "http://a/%2e", "http://a/b c", "http://a\x7f", "http://\xc3\xa4" };

	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct fault fault = { 0 };
		if (public_url_check(str_of(bad[i]), &fault))
			fail_msg("'%s' was taken", bad[i]);
		CHECK(fault.code == FAULT_INVALID_ARGS && strstr(fault.say, "--public-url") != NULL);
	}
	/* A NUL is no character of a host. */
	struct fault fault = { 0 };
	CHECK(!public_url_check((struct str){ "http://a\0b", 10 }, &fault));
}

TEST_MAIN("public_url");
