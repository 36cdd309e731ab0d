/* house.h — a signer with a key file of its own, for tests that ask it. */
#ifndef CHANCERY_TESTS_SIGNER_HOUSE_H
#define CHANCERY_TESTS_SIGNER_HOUSE_H

#include <openssl/x509.h>

#include "place.h"
#include "signer_face.h"

enum { HOUSE_CHANNELS = 4 };

struct house {
	struct place place;
	struct signer_process *process;
	struct signer *signer;
	struct arena arena;
};

static inline bool
house_start(const struct place *place, bool create, struct signer_process **out, struct fault *fault)
{
	const struct signer_options options = { "/proc/self/exe", place->file, HOUSE_CHANNELS, create };

	return signer_start(&options, out, fault);
}

static inline void
house_open(struct house *house)
{
	struct fault fault = { 0 };

	*house = (struct house){ 0 };
	place_make(&house->place);
	CHECK_OK(house_start(&house->place, true, &house->process, &fault), fault);
	house->signer = signer_channel(house->process, 0);
}

static inline void
house_close(struct house *house)
{
	signer_stop(house->process);
	arena_done(&house->arena);
	place_clear(&house->place);
}

static inline struct seal_context
context_of(enum seal_purpose purpose, int64_t version)
{
	return (struct seal_context){ purpose, STR("111122223333"), STR("eu-central-1"), STR("arn:x"), version };
}

static inline struct bytes
spki_of(EVP_PKEY *key, struct arena *arena)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);

	CHECK(n > 0);
	struct bytes spki = arena_bytes(arena, (struct bytes){ der, (size_t)n });
	OPENSSL_free(der);
	return spki;
}

#endif
