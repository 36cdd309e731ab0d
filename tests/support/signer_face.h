/* signer_face.h — for tests that start a signer: the signer is this same program, re-executed, so main() has its face.
 *
 * Options for signer_start(): `.executable = "/proc/self/exe"`. */
#ifndef CHANCERY_TESTS_SIGNER_FACE_H
#define CHANCERY_TESTS_SIGNER_FACE_H

#include "signer/signer.h"
#include "test.h"

#define TEST_MAIN_WITH_SIGNER(name)                                                                                    \
	int main(int argc, char **argv)                                                                                \
	{                                                                                                              \
		if (argc > 1 && strcmp(argv[1], "signer") == 0)                                                        \
			return signer_main(argc - 1, argv + 1);                                                        \
		return _cmocka_run_group_tests(name, test_list, test_count, NULL, NULL);                               \
	}                                                                                                              \
	struct test_main_takes_a_semicolon

#endif
