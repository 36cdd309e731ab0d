/* attributes.h — the few compiler attributes that make a promise checkable, and scope-bound ownership.
 *
 * AUTO(T) declares a pointer that is freed when its scope ends; each room says once, with AUTO_FREE, how its T dies.
 * GIVE(p) hands the pointer on and leaves NULL behind, so that the scope's end frees nothing. */
#ifndef CHANCERY_BASE_ATTRIBUTES_H
#define CHANCERY_BASE_ATTRIBUTES_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#define NO_RETURN __attribute__((noreturn))

#define AUTO(T) __attribute__((cleanup(auto_free_##T))) T *

/* AUTO_FREE(EVP_PKEY, EVP_PKEY_free): `free_function` must accept NULL or is never called with it. */
#define AUTO_FREE(T, free_function)                                                                                    \
	static inline __attribute__((unused)) void auto_free_##T(T **p)                                                \
	{                                                                                                              \
		if (*p != 0)                                                                                           \
			free_function(*p);                                                                             \
	}                                                                                                              \
	struct auto_free_##T##_takes_a_semicolon

#define GIVE(p)                                                                                                        \
	__extension__({                                                                                                \
		__typeof__(p) given_ = (p);                                                                            \
		(p) = 0;                                                                                               \
		given_;                                                                                                \
	})

#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))

#endif
