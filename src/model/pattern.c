#include "model/pattern.h"

#include <pthread.h>
#include <stdatomic.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/buffer.h"
#include "base/memory.h"

/* PCRE2 keeps what a match needed for the next one. After a longer text than this it is given back, so that one request
 * cannot leave a thread with megabytes. */
enum { PATTERN_KEEP_BYTES = 4096 };

/* Each thread keeps its match data: taking and freeing them costs more than an ordinary match. */
static pthread_key_t data_key;
static pthread_once_t data_once = PTHREAD_ONCE_INIT;

static void
data_free(void *data)
{
	pcre2_match_data_free(data);
}

static void
data_key_make(void)
{
	if (pthread_key_create(&data_key, data_free) != 0)
		memory_exhausted(sizeof data_key);
}

static pcre2_match_data *
data_take(void)
{
	(void)pthread_once(&data_once, data_key_make);
	pcre2_match_data *data = pthread_getspecific(data_key);
	if (data != NULL)
		return data;
	/* One pair: only whether it matches is asked for. */
	data = pcre2_match_data_create(1, NULL);
	if (data == NULL || pthread_setspecific(data_key, data) != 0)
		memory_exhausted(sizeof data);
	return data;
}

static void
data_drop(void)
{
	pcre2_match_data_free(pthread_getspecific(data_key));
	(void)pthread_setspecific(data_key, NULL);
}

static const pcre2_code *
code_of(struct pattern *pattern, const char *text)
{
	void *code = atomic_load_explicit(&pattern->code, memory_order_acquire);
	if (code != NULL)
		return code;

	struct buffer source = { 0 };
	int error;
	PCRE2_SIZE at;
	buffer_printf(
		&source, "(*LIMIT_MATCH=%d)(*LIMIT_HEAP=%d)^(?:%s)\\z", PATTERN_MATCH_LIMIT, PATTERN_HEAP_KIB, text);
	/* ALT_BSUX: \u000D as in Java and ECMAScript. No UCP: \w is ASCII, as in Java. */
	code = pcre2_compile((PCRE2_SPTR)source.p, source.n, PCRE2_UTF | PCRE2_ALT_BSUX, &error, &at, NULL);
	buffer_done(&source);

	void *earlier = NULL;
	if (code == NULL || atomic_compare_exchange_strong(&pattern->code, &earlier, code))
		return code;
	/* Another thread compiled it at the same time. */
	pcre2_code_free(code);
	return earlier;
}

bool
pattern_compiles(struct pattern *pattern, const char *text)
{
	return code_of(pattern, text) != NULL;
}

bool
pattern_matches(struct pattern *pattern, const char *text, struct str subject)
{
	const pcre2_code *code = code_of(pattern, text);

	if (code == NULL)
		return false;
	int matched = pcre2_match(code, (PCRE2_SPTR)subject.p, subject.n, 0, 0, data_take(), NULL);
	if (subject.n > PATTERN_KEEP_BYTES)
		data_drop();
	return matched >= 0;
}
