/* test.h — tests that read as sentences, over cmocka.
 *
 *	TEST(str, cuts_at_the_first_separator)
 *	{
 *		…
 *		CHECK(str_is(head, "a"));
 *	}
 *
 * A test registers itself; TEST_MAIN("str") at the end of the file runs all of the file's tests. */
#ifndef CHANCERY_TESTS_TEST_H
#define CHANCERY_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TEST_MAX = 512 };
static struct CMUnitTest test_list[TEST_MAX];
static size_t test_count;

#define TEST(group, sentence)                                                                                          \
	static void test_##group##_##sentence(void **state);                                                           \
	__attribute__((constructor)) static void test_register_##group##_##sentence(void)                              \
	{                                                                                                              \
		assert_true(test_count < TEST_MAX);                                                                    \
		test_list[test_count++] =                                                                              \
			(struct CMUnitTest){ #group " " #sentence, test_##group##_##sentence, NULL, NULL, NULL };      \
	}                                                                                                              \
	static void test_##group##_##sentence(void **state __attribute__((unused)))

#define CHECK(condition) assert_true(condition)
/* For a fault that should not have come: shows its words. */
#define CHECK_OK(condition, fault)                                                                                     \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			fail_msg("%s: code %d, \"%s\", log \"%s\", at %s", #condition, (int)(fault).code, (fault).say, \
				(fault).log, (fault).where != NULL ? (fault).where : "?");                             \
	} while (0)
/* Text equality that shows both. */
#define CHECK_TEXT(span, expected)                                                                                     \
	do {                                                                                                           \
		struct str span_ = (span);                                                                             \
		if (span_.p == NULL || span_.n != strlen(expected) || memcmp(span_.p, expected, span_.n) != 0)         \
			fail_msg("\"%.*s\" is not \"%s\"", STR_ARG(span_), expected);                                  \
	} while (0)

#define TEST_MAIN(name)                                                                                                \
	int main(void)                                                                                                 \
	{                                                                                                              \
		return _cmocka_run_group_tests(name, test_list, test_count, NULL, NULL);                               \
	}                                                                                                              \
	struct test_main_takes_a_semicolon

#endif
