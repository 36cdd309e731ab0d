#include "client/curl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define CURL_SONAME "libcurl.so.4"

/* Written once, under pthread_once(), and constant from then on. */
static struct curl_functions functions;
static char problem[256];
static bool loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

struct wanted {
	const char *name;
	size_t offset;
};
#define WANTED(member, name)                                                                                           \
	{                                                                                                              \
		name, offsetof(struct curl_functions, member)                                                          \
	}

static const struct wanted wanted[] = {
	WANTED(global_init, "curl_global_init"),
	WANTED(easy_init, "curl_easy_init"),
	WANTED(easy_cleanup, "curl_easy_cleanup"),
	WANTED(easy_reset, "curl_easy_reset"),
	WANTED(easy_setopt, "curl_easy_setopt"),
	WANTED(easy_getinfo, "curl_easy_getinfo"),
	WANTED(easy_perform, "curl_easy_perform"),
	WANTED(easy_strerror, "curl_easy_strerror"),
	WANTED(slist_append, "curl_slist_append"),
	WANTED(slist_free_all, "curl_slist_free_all"),
	WANTED(url, "curl_url"),
	WANTED(url_cleanup, "curl_url_cleanup"),
	WANTED(url_set, "curl_url_set"),
	WANTED(url_get, "curl_url_get"),
	WANTED(free, "curl_free"),
};

static void
load(void)
{
	/* Never closed: libcurl's own libraries do not all bear it, and the process needs it until its end. */
	void *library = dlopen(CURL_SONAME, RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; library != NULL && i < ARRAY_COUNT(wanted); i++) {
		/* POSIX: a pointer to a function can be copied from dlsym()'s. */
		void *function = dlsym(library, wanted[i].name);
		if (function == NULL)
			library = NULL;
		else
			memcpy((char *)&functions + wanted[i].offset, &function, sizeof function);
	}
	if (library == NULL) {
		const char *why = dlerror();
		(void)snprintf(problem, sizeof problem, "%s", why != NULL ? why : CURL_SONAME);
		return;
	}
	loaded = functions.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	if (!loaded)
		(void)snprintf(problem, sizeof problem, "%s", "its curl_global_init() failed");
}

bool
curl_load(struct fault *fault)
{
	(void)pthread_once(&once, load);
	return loaded ||
	       fault_set(fault, FAULT_UNAVAILABLE,
		       "libcurl cannot be loaded, which carries every request (Debian: libcurl4): %s", problem);
}

const struct curl_functions *
curl(void)
{
	return &functions;
}
