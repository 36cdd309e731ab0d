/* curl.h — libcurl, loaded when the first client is made and not before: with the twenty libraries that it brings it
 * costs 3 ms and some megabytes at every start, and most commands, and the daemon, send no request.
 *
 * Nothing is linked with libcurl: its headers give types and constants alone, its functions are called through the
 * table. */
#ifndef CHANCERY_CLIENT_CURL_H
#define CHANCERY_CLIENT_CURL_H

/* The checks of its macros would take the functions for linked ones. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "base/fault.h"

struct curl_functions {
	CURLcode (*global_init)(long flags);
	CURL *(*easy_init)(void);
	void (*easy_cleanup)(CURL *curl);
	void (*easy_reset)(CURL *curl);
	CURLcode (*easy_setopt)(CURL *curl, CURLoption option, ...);
	CURLcode (*easy_getinfo)(CURL *curl, CURLINFO info, ...);
	CURLcode (*easy_perform)(CURL *curl);
	const char *(*easy_strerror)(CURLcode code);
	struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
	void (*slist_free_all)(struct curl_slist *list);
	CURLU *(*url)(void);
	void (*url_cleanup)(CURLU *url);
	CURLUcode (*url_set)(CURLU *url, CURLUPart part, const char *text, unsigned flags);
	CURLUcode (*url_get)(const CURLU *url, CURLUPart part, char **text, unsigned flags);
	void (*free)(void *p);
};

/* Loads it, once in a process. FAULT_UNAVAILABLE says what the dynamic linker said. */
MUST_CHECK bool curl_load(struct fault *fault);
/* Its functions; only after curl_load() was true. */
const struct curl_functions *curl(void);

#endif
