#include "x509/look.h"

#include <openssl/sha.h>

#include "forge.h"
#include "test.h"
#include "x509/build.h"

static struct arena arena;

static const struct certificate *
certificate_with(struct bytes extensions)
{
	struct bytes der = forge_certificate(&(struct recipe){ .extensions = extensions }, &arena);
	const struct certificate *certificate = NULL;
	const char *why = NULL;

	if (!certificate_parse(der, &arena, &certificate, &why))
		fail_msg("%s", why);
	return certificate;
}

static const struct certificate *
certificate_at(const char *points)
{
	return certificate_with(forge_extension("2.5.29.31", false, forge_hex(points, &arena), &arena));
}

TEST(look, gives_the_fingerprint_of_the_whole_certificate)
{
	const struct certificate *certificate = certificate_with((struct bytes){ 0 });
	uint8_t ours[LOOK_FINGERPRINT_BYTES], theirs[SHA256_DIGEST_LENGTH];

	CHECK(look_fingerprint(certificate, ours));
	(void)SHA256(certificate->der.p, certificate->der.n, theirs);
	assert_memory_equal(ours, theirs, sizeof ours);
	arena_reset(&arena);
}

TEST(look, finds_every_url_of_a_list)
{
	/* a, b in one point; c in another; points by directory name, by relative name and without a name have none. */
	const struct certificate *certificate = certificate_at("302a"
							       "300aa008a0068601618601"
							       "62"
							       "3007a005a003860163"
							       "3008a006a004a4023000"
							       "3004a002a100"
							       "3003"
							       "810106");
	const struct str *urls;
	size_t count;

	CHECK(look_crl_urls(certificate, &arena, &urls, &count));
	assert_int_equal(count, 3);
	CHECK_TEXT(urls[0], "a");
	CHECK_TEXT(urls[1], "b");
	CHECK_TEXT(urls[2], "c");
	arena_reset(&arena);
}

TEST(look, reads_what_this_house_builds)
{
	struct certificate_extension built = extension_crl_distribution_point(STR("http://x/crl"), false, &arena);
	const struct certificate *certificate =
		certificate_with(forge_extension("2.5.29.31", false, built.value, &arena));
	const struct str *urls;
	size_t count;

	CHECK(look_crl_urls(certificate, &arena, &urls, &count));
	assert_int_equal(count, 1);
	CHECK_TEXT(urls[0], "http://x/crl");
	CHECK(look_crl_urls(certificate_with((struct bytes){ 0 }), &arena, &urls, &count));
	assert_int_equal(count, 0);
	arena_reset(&arena);
}

TEST(look, refuses_what_is_no_list_of_places)
{
	static const char *const bad[] = { "", "0500", "30020500", "30000500", "3006a004a0028601",
		"3007a005a0038602"
		"61",
		"3009"
		"3007a005a003860261",
		"300b3009a007a0038601610500",
		"30043002a000"
		"00" };
	const struct str *urls = NULL;
	size_t count = 7;

	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		if (look_crl_urls(certificate_at(bad[i]), &arena, &urls, &count))
			fail_msg("'%s' was read", bad[i]);
	}
	CHECK(urls == NULL && count == 7);
	arena_done(&arena);
}

TEST_MAIN("x509/look");
