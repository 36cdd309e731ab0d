/* Serial numbers that were signed, as far as they are remembered. */
#include "signer/ledger.h"

#include "test.h"

static const uint8_t key[OPENED_KEY_IDENTITY_BYTES] = { 1 };
static const uint8_t other_key[OPENED_KEY_IDENTITY_BYTES] = { 2 };
static const uint8_t hash[KEY_HASH_SHA256_BYTES] = { 3 };
static const uint8_t other_hash[KEY_HASH_SHA256_BYTES] = { 4 };

static bool
enter(struct ledger *ledger, const uint8_t *whose, uint32_t number, const uint8_t *sha256)
{
	const uint8_t serial[5] = { 1, (uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8),
		(uint8_t)number };

	return ledger_enter(ledger, whose, (struct bytes){ serial, sizeof serial }, sha256);
}

TEST(ledger, takes_a_number_for_one_document_of_a_key)
{
	struct ledger *ledger = ledger_new();

	CHECK(enter(ledger, key, 1, hash));
	CHECK(enter(ledger, key, 1, hash));
	CHECK(!enter(ledger, key, 1, other_hash));
	CHECK(enter(ledger, key, 1, hash));
	CHECK(enter(ledger, key, 2, other_hash));
	CHECK(enter(ledger, other_key, 1, other_hash));
	CHECK(!enter(ledger, other_key, 1, hash));
	ledger_free(ledger);
}

TEST(ledger, remembers_what_came_last_however_much_came_before)
{
	struct ledger *ledger = ledger_new();

	for (uint32_t i = 0; i < 3 * LEDGER_ENTRIES; i++) {
		CHECK(enter(ledger, key, i, hash));
		CHECK(!enter(ledger, key, i, other_hash));
	}
	ledger_free(ledger);
}

TEST(ledger, remembers_most_of_as_many_as_it_has_room_for)
{
	struct ledger *ledger = ledger_new();
	unsigned remembered = 0;

	for (uint32_t i = 0; i < LEDGER_ENTRIES / 8; i++)
		CHECK(enter(ledger, key, i, hash));
	for (uint32_t i = 0; i < LEDGER_ENTRIES / 8; i++)
		remembered += !enter(ledger, key, i, other_hash);
	CHECK(remembered > LEDGER_ENTRIES / 8 * 7 / 10);
	ledger_free(ledger);
}

TEST(ledger, tells_numbers_of_other_lengths_apart)
{
	struct ledger *ledger = ledger_new();
	static const uint8_t digits[20] = { 1 };

	for (size_t n = 1; n <= sizeof digits; n++)
		CHECK(ledger_enter(ledger, key, (struct bytes){ digits, n }, n % 2 == 0 ? hash : other_hash));
	ledger_free(ledger);
}

TEST_MAIN("ledger");
