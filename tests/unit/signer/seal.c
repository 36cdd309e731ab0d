#include "signer/seal.h"
#include "place.h"
#include "test.h"

static const struct bytes plain = { (const uint8_t *)"the private key", 15 };

/* A sealer with a key file of its own. */
struct office {
	struct place place;
	struct keyring *keyring;
	struct sealer *sealer;
	struct arena arena;
	struct fault fault;
};

static void
office_open(struct office *office)
{
	*office = (struct office){ 0 };
	place_make(&office->place);
	CHECK_OK(keyring_open(office->place.file, true, &office->keyring, &office->fault), office->fault);
	CHECK_OK(sealer_new(office->keyring, &office->sealer, &office->fault), office->fault);
}

static void
office_close(struct office *office)
{
	sealer_free(office->sealer);
	keyring_free(office->keyring);
	arena_done(&office->arena);
	place_clear(&office->place);
}

static const struct seal_context home = { SEAL_CERTIFICATE_KEY, { "1111", 4 }, { "eu", 2 }, { "arn", 3 }, 7 };

static struct bytes
close_at_home(struct office *office)
{
	struct bytes sealed = { 0 };

	CHECK_OK(seal_close(office->sealer, plain, &home, &office->arena, &sealed, &office->fault), office->fault);
	return sealed;
}

static bool
opens(struct office *office, struct bytes sealed, const struct seal_context *context)
{
	struct secret out = { 0 };

	office->fault = (struct fault){ 0 };
	bool opened = seal_open(office->sealer, sealed, context, &office->arena, &out, &office->fault);
	CHECK(opened == (out.p != NULL));
	CHECK(opened == (office->fault.code == FAULT_NONE));
	return opened && bytes_equal(secret_bytes(out), plain);
}

TEST(seal, opens_where_it_belongs)
{
	struct office office;

	office_open(&office);
	struct bytes sealed = close_at_home(&office);
	CHECK(sealed.n == plain.n + SEAL_OVERHEAD_BYTES);
	CHECK(sealed.p[0] == SEALED_FORMAT);
	CHECK(opens(&office, sealed, &home));
	CHECK(memmem(sealed.p, sealed.n, plain.p, plain.n) == NULL);
	office_close(&office);
}

TEST(seal, is_never_the_same_twice)
{
	struct office office;

	office_open(&office);
	CHECK(!bytes_equal(close_at_home(&office), close_at_home(&office)));
	office_close(&office);
}

TEST(seal, takes_an_empty_secret)
{
	struct office office;
	struct bytes sealed = { 0 };
	struct secret out = { 0 };

	office_open(&office);
	const struct bytes nothing = { plain.p, 0 };
	CHECK_OK(seal_close(office.sealer, nothing, &home, &office.arena, &sealed, &office.fault), office.fault);
	CHECK_OK(seal_open(office.sealer, sealed, &home, &office.arena, &out, &office.fault), office.fault);
	CHECK(out.p != NULL && out.n == 0);
	office_close(&office);
}

TEST(seal, does_not_open_under_any_other_context)
{
	struct office office;

	office_open(&office);
	struct bytes sealed = close_at_home(&office);
	struct seal_context others[8];
	for (size_t i = 0; i < ARRAY_COUNT(others); i++)
		others[i] = home;
	others[0].purpose = SEAL_AUTHORITY_KEY;
	others[1].account = STR("1112");
	others[2].region = STR("us");
	others[3].name = STR("arm");
	others[4].version = 8;
	/* The same letters, otherwise divided: the parts stand behind their lengths. */
	others[5].account = STR("1111e");
	others[5].region = STR("u");
	others[6].region = STR("euarn");
	others[6].name = STR("");
	others[7].version = -7;
	for (size_t i = 0; i < ARRAY_COUNT(others); i++)
		CHECK(!opens(&office, sealed, &others[i]));
	CHECK(opens(&office, sealed, &home));
	office_close(&office);
}

TEST(seal, refuses_a_purpose_that_is_none)
{
	struct office office;
	struct seal_context context = home;
	struct bytes sealed = { 0 };

	office_open(&office);
	context.purpose = (enum seal_purpose)9;
	CHECK(!seal_close(office.sealer, plain, &context, &office.arena, &sealed, &office.fault));
	CHECK(sealed.p == NULL);
	office_close(&office);
}

TEST(seal, does_not_open_with_any_byte_changed)
{
	struct office office;

	office_open(&office);
	struct bytes sealed = close_at_home(&office);
	uint8_t *changed = arena_alloc(&office.arena, sealed.n);
	for (size_t i = 0; i < sealed.n; i++) {
		memcpy(changed, sealed.p, sealed.n);
		changed[i] ^= 0x40;
		CHECK(!opens(&office, (struct bytes){ changed, sealed.n }, &home));
	}
	office_close(&office);
}

TEST(seal, does_not_open_shortened_or_lengthened)
{
	struct office office;

	office_open(&office);
	struct bytes sealed = close_at_home(&office);
	uint8_t *longer = arena_alloc(&office.arena, sealed.n + 1);
	memcpy(longer, sealed.p, sealed.n);
	CHECK(!opens(&office, (struct bytes){ longer, sealed.n + 1 }, &home));
	for (size_t n = 0; n < sealed.n; n++)
		CHECK(!opens(&office, (struct bytes){ sealed.p, n }, &home));
	CHECK(!opens(&office, (struct bytes){ NULL, 0 }, &home));
	office_close(&office);
}

TEST(seal, does_not_open_with_other_master_keys)
{
	struct office office;
	struct office other;

	office_open(&office);
	office_open(&other);
	struct bytes sealed = close_at_home(&office);
	CHECK(!opens(&other, sealed, &home));
	CHECK(strstr(other.fault.say, "is not in") != NULL);
	/* Not even when the record says that it is theirs. */
	struct bytes theirs = close_at_home(&other);
	uint8_t *forged = arena_alloc(&other.arena, sealed.n);
	memcpy(forged, sealed.p, sealed.n);
	memcpy(forged + SEALED_ID_OFFSET, theirs.p + SEALED_ID_OFFSET, MASTER_KEY_ID_BYTES);
	CHECK(!opens(&other, (struct bytes){ forged, sealed.n }, &home));
	CHECK(strstr(other.fault.say, "damaged") != NULL);
	office_close(&other);
	office_close(&office);
}

TEST(seal, is_rewrapped_without_touching_what_is_sealed)
{
	struct office office;
	struct bytes again = { 0 };
	char active[MASTER_KEY_ID_BYTES + 1];
	char id[MASTER_KEY_ID_BYTES + 1];

	office_open(&office);
	struct bytes sealed = close_at_home(&office);
	CHECK_OK(keyring_rotate(office.keyring, active, &office.fault), office.fault);
	CHECK_OK(seal_rewrap(office.sealer, sealed, &office.arena, &again, &office.fault), office.fault);
	CHECK(sealed_master_key_id(again, id) && strcmp(id, active) == 0);
	const size_t wrapping = SEAL_HEADER_BYTES + WRAPPED_KEY_BYTES;
	CHECK(again.n == sealed.n && memcmp(again.p + wrapping, sealed.p + wrapping, sealed.n - wrapping) == 0);
	CHECK(opens(&office, again, &home));
	office_close(&office);
}

TEST(seal, rewrapping_refuses_what_is_no_record)
{
	struct office office;
	struct bytes out = { 0 };

	office_open(&office);
	CHECK(!seal_rewrap(office.sealer, plain, &office.arena, &out, &office.fault));
	CHECK(office.fault.code == FAULT_INTERNAL && out.p == NULL);
	office_close(&office);
}

TEST(seal, passes_its_own_test)
{
	struct office office;

	office_open(&office);
	CHECK_OK(seal_self_test(office.sealer, &office.fault), office.fault);
	CHECK(office.fault.code == FAULT_NONE);
	office_close(&office);
}

TEST(seal, id_is_found_without_a_signer)
{
	char id[MASTER_KEY_ID_BYTES + 1];
	static const char record[] = "\x01"
				     "0123456789abcdef";
	struct bytes bytes = { (const uint8_t *)record, sizeof record - 1 };

	CHECK(sealed_master_key_id(bytes, id));
	CHECK_TEXT(str_of(id), "0123456789abcdef");
	CHECK(!sealed_master_key_id((struct bytes){ bytes.p, bytes.n - 1 }, id));
	CHECK(!sealed_master_key_id((struct bytes){ bytes.p + 1, bytes.n - 1 }, id));
	CHECK(!sealed_master_key_id((struct bytes){ (const uint8_t *)"\1ABCDEF0123456789", 17 }, id));
}

TEST_MAIN("seal");
