#include "x509/pem.h"

#include "base/base64.h"
#include "forge.h"
#include "test.h"

/* "AQID" is 01 02 03. */
#define BLOCK(label, body) "-----BEGIN " label "-----\n" body "-----END " label "-----\n"

static bool
next(const char **text, struct arena *arena, struct pem_block *block)
{
	struct str rest = str_of(*text);
	bool found = pem_next(&rest, arena, block);

	*text = rest.p;
	return found;
}

/* The one block of a text is whole and holds 01 02 03. */
static void
check_reads(struct str text)
{
	struct arena arena = { 0 };
	struct pem_block block;
	struct pem_block second;

	CHECK(pem_next(&text, &arena, &block));
	if (block.broken != NULL)
		fail_msg("%s", block.broken);
	CHECK(bytes_equal(block.der, forge_text("\x01\x02\x03")));
	CHECK(!pem_next(&text, &arena, &second));
	arena_done(&arena);
}

/* The first block of a text is broken, and says so. */
static void
check_broken(const char *text, const char *words)
{
	struct arena arena = { 0 };
	struct pem_block block;

	CHECK(next(&text, &arena, &block));
	CHECK(block.broken != NULL && block.der.p == NULL);
	CHECK_TEXT(str_of(block.broken), words);
	arena_done(&arena);
}

TEST(pem, reads_what_people_and_systems_write)
{
	check_reads(STR(BLOCK("X", "AQID\n")));
	check_reads(STR("-----BEGIN X-----\r\nAQID\r\n-----END X-----\r\n"));
	check_reads(STR("-----BEGIN X-----\nAQID\n-----END X-----"));
	check_reads(STR("Bag Attributes\n    friendlyName: x\n" BLOCK("X", "AQID\n") "and more\n"));
	check_reads(STR("\xef\xbb\xbf" BLOCK("X", "AQID\n")));
	check_reads(STR("  -----BEGIN X-----\n  AQ\n  ID  \n  -----END X-----\n"));
	check_reads(STR("-----BEGIN X----- AQID -----END X-----"));
}

TEST(pem, walks_from_block_to_block_and_keeps_their_text)
{
	const char *text =
		BLOCK("A", "AQID\n") "between\n-----BEGIN B-----\nBAUG\n-----END B-----" BLOCK("A", "BwgJ\n");
	struct arena arena = { 0 };
	struct pem_block block;

	CHECK(next(&text, &arena, &block));
	CHECK_TEXT(block.label, "A");
	CHECK_TEXT(block.text, "-----BEGIN A-----\nAQID\n-----END A-----");
	CHECK(next(&text, &arena, &block));
	CHECK_TEXT(block.label, "B");
	CHECK(bytes_equal(block.der, forge_text("\x04\x05\x06")));
	CHECK(next(&text, &arena, &block));
	CHECK(bytes_equal(block.der, forge_text("\x07\x08\x09")));
	CHECK(!next(&text, &arena, &block));
	CHECK_TEXT(str_of(text), "\n");
	arena_done(&arena);
}

TEST(pem, says_what_is_broken)
{
	check_broken("-----BEGIN X-----\nAQID\n", "its END line is missing");
	check_broken("-----BEGIN X-----\nAQID\n-----END Y-----\n", "its END line does not belong to its BEGIN line");
	check_broken("-----BEGIN X-----\nAQID\n-----END X----\n", "its END line does not belong to its BEGIN line");
	check_broken(BLOCK("X", "AQI*\n"), "its base64 is broken");
	check_broken(BLOCK("X", "AQI\n"), "its base64 is broken");
	check_broken(BLOCK("X", "\n"), "there is nothing between its BEGIN and END lines");
	check_broken("-----BEGIN X-----\\nAQID\\n-----END X-----",
		"it holds the two characters \\n where its lines should end");
}

TEST(pem, lets_a_broken_block_swallow_nothing)
{
	const char *text = "-----BEGIN A-----\nAQID\n" BLOCK("B", "AQID\n");
	struct arena arena = { 0 };
	struct pem_block block;

	CHECK(next(&text, &arena, &block));
	CHECK_TEXT(block.label, "A");
	CHECK(block.broken != NULL);
	CHECK(next(&text, &arena, &block));
	CHECK_TEXT(block.label, "B");
	CHECK(block.broken == NULL);
	arena_done(&arena);
}

TEST(pem, knows_the_headers_of_old)
{
	const char *text = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAQID\n"
			   "-----END RSA PRIVATE KEY-----\n-----BEGIN X-----\nComment: none\n\nAQID\n-----END X-----\n";
	struct arena arena = { 0 };
	struct pem_block block;

	CHECK(next(&text, &arena, &block));
	CHECK(block.has_headers && block.encrypted && block.broken == NULL);
	CHECK(bytes_equal(block.der, forge_text("\x01\x02\x03")));
	CHECK(next(&text, &arena, &block));
	CHECK(block.has_headers && !block.encrypted && block.broken == NULL);
	CHECK(next(&(const char *){ BLOCK("X", "AQID\n") }, &arena, &block));
	CHECK(!block.has_headers && !block.encrypted);
	arena_done(&arena);
}

TEST(pem, finds_nothing_where_nothing_is)
{
	static const char *const texts[] = { "", "-----BEGIN", "-----BEGIN X", "-----BEGIN X----", "BEGIN X-----",
		"-----BEGIN A\nB-----",
		"-----BEGIN 0123456789012345678901234567890123456789012345678901234567890123456789-----" };
	struct arena arena = { 0 };
	struct pem_block block;

	for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
		CHECK(!next(&(const char *){ texts[i] }, &arena, &block));
	arena_done(&arena);
}

TEST(pem, takes_a_time_in_proportion)
{
	/* Two megabytes of BEGIN lines: looking for each one's END through all that follows would take minutes. */
	enum { LINE = 17, LINES = 2 * 1024 * 1024 / LINE };
	struct arena arena = { 0 };
	char *text = arena_alloc(&arena, (size_t)LINE * LINES);
	struct str rest = { text, (size_t)LINE * LINES };
	struct pem_block block;
	size_t n = 0;

	for (size_t i = 0; i < LINES; i++)
		memcpy(text + i * LINE, "-----BEGIN X-----", LINE);
	while (pem_next(&rest, &arena, &block))
		n++;
	CHECK(n == LINES);
	arena_done(&arena);
}

TEST(pem, renders_what_it_reads)
{
	struct arena arena = { 0 };
	uint8_t octets[100];
	struct pem_block block;

	for (size_t i = 0; i < sizeof octets; i++)
		octets[i] = (uint8_t)i;
	for (size_t n = 1; n <= sizeof octets; n++) {
		struct str text = pem_render("CERTIFICATE", (struct bytes){ octets, n }, &arena);
		CHECK(text.p[text.n - 1] == '\n');
		for (struct str rest = text, line; str_cut(&rest, '\n', &line);)
			CHECK(line.n > 0 && line.n <= 64);
		CHECK(pem_next(&text, &arena, &block));
		CHECK(bytes_equal(block.der, (struct bytes){ octets, n }));
	}
	arena_done(&arena);
}

/* What a lenient base64 decoder makes of PEM: it passes over every character that is not of its alphabet. */
static struct bytes
misread(struct str pem, struct arena *arena)
{
	char *kept = arena_alloc(arena, pem.n);
	size_t n = 0;
	struct bytes decoded = { 0 };

	for (size_t i = 0; i < pem.n && pem.p[i] != '='; i++)
		if (strchr("-\n ", pem.p[i]) == NULL)
			kept[n++] = pem.p[i];
	CHECK(base64_decode((struct str){ kept, n / 4 * 4 }, arena, &decoded));
	return decoded;
}

TEST(pem, recognises_its_own_text_decoded_as_base64)
{
	static const char *const labels[] = { "CERTIFICATE", "CERTIFICATE REQUEST", "PRIVATE KEY", "RSA PRIVATE KEY",
		"EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PARAMETERS", "PUBLIC KEY", "PKCS7" };
	struct arena arena = { 0 };
	struct bytes der = forge_certificate(&(struct recipe){ 0 }, &arena);

	for (size_t i = 0; i < ARRAY_COUNT(labels); i++) {
		const char *label = pem_decoded_as_base64(misread(forge_pem(labels[i], der, &arena), &arena));
		CHECK(label != NULL);
		CHECK_TEXT(str_of(label), labels[i]);
	}
	CHECK(pem_decoded_as_base64(der) == NULL);
	CHECK(pem_decoded_as_base64((struct bytes){ 0 }) == NULL);
	arena_done(&arena);
}

TEST_MAIN("pem");
