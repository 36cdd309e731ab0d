#include "signer/keyring.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/memory.h"
#include "signer/keyfile.h"

AUTO_FREE(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free);

struct keyring {
	struct keyfile file;
	EVP_CIPHER *wrap;
	pthread_rwlock_t lock; /* over what follows */
	struct keyfile_stamp stamp;
	struct master_keys *keys; /* a page of its own: not swapped, in no core file, not inherited */
};

static struct master_keys *
keys_page_new(void)
{
	void *page = mmap(NULL, sizeof(struct master_keys), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		memory_exhausted(sizeof(struct master_keys));
	/* Best effort: a small RLIMIT_MEMLOCK is no reason not to start. */
	(void)mlock(page, sizeof(struct master_keys));
	(void)madvise(page, sizeof(struct master_keys), MADV_DONTDUMP);
	(void)madvise(page, sizeof(struct master_keys), MADV_WIPEONFORK);
	return page;
}

static void
keys_page_free(struct master_keys *page)
{
	memory_wipe(page, sizeof *page);
	(void)munmap(page, sizeof *page);
}

bool
keyring_open(const char *path, bool create, struct keyring **out, struct fault *fault)
{
	struct keyring *keyring = memory_take_zeroed(sizeof *keyring);

	keyring->file.directory = -1;
	keyring->keys = keys_page_new();
	keyring->wrap = EVP_CIPHER_fetch(NULL, "AES-256-WRAP-PAD", NULL);
	if (pthread_rwlock_init(&keyring->lock, NULL) != 0)
		memory_exhausted(sizeof *keyring);
	bool done = (keyring->wrap != NULL ||
			    fault_set(fault, FAULT_INTERNAL, "OpenSSL has no AES key wrap (RFC 5649) here.")) &&
		    keyfile_open(path, &keyring->file, fault) && (!create || keyfile_create(&keyring->file, fault)) &&
		    keyring_reload(keyring, fault);
	if (!done) {
		keyring_free(keyring);
		return false;
	}
	*out = keyring;
	return true;
}

void
keyring_free(struct keyring *keyring)
{
	if (keyring == NULL)
		return;
	keyfile_done(&keyring->file);
	EVP_CIPHER_free(keyring->wrap);
	(void)pthread_rwlock_destroy(&keyring->lock);
	keys_page_free(keyring->keys);
	free(keyring);
}

/* Takes over what was read from the file. */
static void
adopt(struct keyring *keyring, const struct master_keys *keys, const struct keyfile_stamp *stamp)
{
	(void)pthread_rwlock_wrlock(&keyring->lock);
	memcpy(keyring->keys, keys, sizeof *keys);
	keyring->stamp = *stamp;
	(void)pthread_rwlock_unlock(&keyring->lock);
}

bool
keyring_reload(struct keyring *keyring, struct fault *fault)
{
	struct keyfile_stamp stamp;
	struct master_keys *keys = keys_page_new();
	bool done = keyfile_read(&keyring->file, keys, &stamp, fault);

	if (done)
		adopt(keyring, keys, &stamp);
	keys_page_free(keys);
	return done;
}

static bool
refresh(struct keyring *keyring, struct fault *fault)
{
	(void)pthread_rwlock_rdlock(&keyring->lock);
	struct keyfile_stamp stamp = keyring->stamp;
	(void)pthread_rwlock_unlock(&keyring->lock);
	return !keyfile_changed(&keyring->file, &stamp) || keyring_reload(keyring, fault);
}

/* AES-256-KWP either way; `n_out` is what must come of it. */
static bool
wrap_run(const EVP_CIPHER *wrap, int encrypt, const uint8_t *key, const uint8_t *in, int n_in, uint8_t *out, int n_out)
{
	/* The unwrapping writes whole blocks of 8 before it looks at the padding. */
	uint8_t scratch[WRAPPED_KEY_BYTES + 8];
	AUTO(EVP_CIPHER_CTX) cipher = EVP_CIPHER_CTX_new();
	int n = 0;

	if (cipher == NULL)
		memory_exhausted(sizeof scratch);
	EVP_CIPHER_CTX_set_flags(cipher, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
	bool done = EVP_CipherInit_ex2(cipher, wrap, key, NULL, encrypt, NULL) == 1 &&
		    EVP_CipherUpdate(cipher, scratch, &n, in, n_in) == 1 && n == n_out;
	if (done)
		memcpy(out, scratch, (size_t)n_out);
	memory_wipe(scratch, sizeof scratch);
	ERR_clear_error();
	return done;
}

bool
keyring_wrap(struct keyring *keyring, const uint8_t data_key[DATA_KEY_BYTES], char id[MASTER_KEY_ID_BYTES + 1],
	uint8_t wrapped[WRAPPED_KEY_BYTES], struct fault *fault)
{
	struct fault why = { 0 };

	if (!refresh(keyring, &why)) {
		(void)fault_set(fault, FAULT_UNAVAILABLE,
			"Nothing can be sealed now, so nothing was changed: the server's master key file is not "
			"readable.");
		return fault_log(fault, "%s", why.say);
	}
	(void)pthread_rwlock_rdlock(&keyring->lock);
	const struct master_key *key = &keyring->keys->keys[keyring->keys->active];
	bool done = wrap_run(keyring->wrap, 1, key->key, data_key, DATA_KEY_BYTES, wrapped, WRAPPED_KEY_BYTES);
	memcpy(id, key->id, sizeof key->id);
	(void)pthread_rwlock_unlock(&keyring->lock);
	return done || fault_set(fault, FAULT_INTERNAL, "A data key could not be wrapped.");
}

enum unwrapping { UNWRAPPED, UNKNOWN_ID, WRONG_KEY };

static enum unwrapping
unwrap(struct keyring *keyring, const char *id, const uint8_t *wrapped, uint8_t *data_key)
{
	enum unwrapping result = UNKNOWN_ID;

	(void)pthread_rwlock_rdlock(&keyring->lock);
	const struct master_key *key = master_keys_find(keyring->keys, id);
	if (key != NULL)
		result = wrap_run(keyring->wrap, 0, key->key, wrapped, WRAPPED_KEY_BYTES, data_key, DATA_KEY_BYTES)
				 ? UNWRAPPED
				 : WRONG_KEY;
	(void)pthread_rwlock_unlock(&keyring->lock);
	return result;
}

bool
keyring_unwrap(struct keyring *keyring, const char *id, const uint8_t wrapped[WRAPPED_KEY_BYTES],
	uint8_t data_key[DATA_KEY_BYTES], struct fault *fault)
{
	enum unwrapping result = unwrap(keyring, id, wrapped, data_key);

	/* Another process may have rotated since the file was read. */
	if (result == UNKNOWN_ID) {
		if (!refresh(keyring, fault))
			return false;
		result = unwrap(keyring, id, wrapped, data_key);
	}
	if (result == UNKNOWN_ID)
		return fault_set(fault, FAULT_INTERNAL,
			"A sealed record names master key %s, which is not in %s: put the right file back from your "
			"backup.",
			id, keyring->file.path);
	return result == UNWRAPPED ||
	       fault_set(fault, FAULT_INTERNAL, "The data key of a sealed record is damaged (master key %s).", id);
}

static bool
change(struct keyring *keyring, keyfile_change_fn *alter, void *context, struct fault *fault)
{
	struct keyfile_stamp stamp;
	struct master_keys *keys = keys_page_new();
	bool done = keyfile_change(&keyring->file, alter, context, keys, &stamp, fault);

	if (done)
		adopt(keyring, keys, &stamp);
	keys_page_free(keys);
	return done;
}

static bool
add_key(struct master_keys *keys, void *context, struct fault *fault)
{
	char *active = context;

	if (!master_keys_add(keys, fault))
		return false;
	memcpy(active, keys->keys[keys->active].id, MASTER_KEY_ID_BYTES + 1);
	return true;
}

bool
keyring_rotate(struct keyring *keyring, char active[MASTER_KEY_ID_BYTES + 1], struct fault *fault)
{
	return change(keyring, add_key, active, fault);
}

struct retirement {
	const struct str *keep;
	size_t keep_count;
	const struct master_keys *known; /* before the file was read again */
};

static bool
may_retire(const struct retirement *retirement, const char *id)
{
	for (size_t i = 0; i < retirement->keep_count; i++) {
		if (str_is(retirement->keep[i], id))
			return false;
	}
	/* A key that has come since the caller looked at the store may have sealed what the caller did not see. */
	return master_keys_find(retirement->known, id) != NULL;
}

static bool
remove_keys(struct master_keys *keys, void *context, struct fault *fault)
{
	const struct retirement *retirement = context;
	size_t kept = 0;
	size_t active = 0;

	(void)fault;
	for (size_t i = 0; i < keys->count; i++) {
		if (i != keys->active && may_retire(retirement, keys->keys[i].id))
			continue;
		if (i == keys->active)
			active = kept;
		keys->keys[kept++] = keys->keys[i];
	}
	memory_wipe(keys->keys + kept, (keys->count - kept) * sizeof keys->keys[0]);
	keys->count = kept;
	keys->active = active;
	return true;
}

bool
keyring_retire(struct keyring *keyring, const struct str *keep, size_t keep_count, struct fault *fault)
{
	struct master_keys *known = keys_page_new();

	(void)pthread_rwlock_rdlock(&keyring->lock);
	memcpy(known, keyring->keys, sizeof *known);
	(void)pthread_rwlock_unlock(&keyring->lock);
	struct retirement retirement = { keep, keep_count, known };
	bool done = change(keyring, remove_keys, &retirement, fault);
	keys_page_free(known);
	return done;
}
