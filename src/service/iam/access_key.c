/* access_key.c — how access keys, accounts and users are named, made and sealed. */
#include <string.h>

#include "base/memory.h"
#include "service/iam/iam.h"

static bool
is_word(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool
iam_account_valid(struct str id)
{
	if (id.n != ACCOUNT_ID_BYTES)
		return false;
	for (size_t i = 0; i < id.n; i++) {
		if (id.p[i] < '0' || id.p[i] > '9')
			return false;
	}
	return true;
}

bool
iam_user_valid(struct str name)
{
	if (name.n < 1 || name.n > USER_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		if (!is_word(name.p[i]) && (name.p[i] == '\0' || strchr("+=,.@-", name.p[i]) == NULL))
			return false;
	}
	return true;
}

bool
iam_access_key_id_valid(struct str id)
{
	if (id.n < ACCESS_KEY_ID_MIN || id.n > ACCESS_KEY_ID_MAX)
		return false;
	for (size_t i = 0; i < id.n; i++) {
		if (!is_word(id.p[i]))
			return false;
	}
	return true;
}

bool
iam_secret_valid(struct bytes secret)
{
	if (secret.n < SECRET_MIN || secret.n > SECRET_MAX)
		return false;
	for (size_t i = 0; i < secret.n; i++) {
		if (secret.p[i] <= ' ' || secret.p[i] > '~')
			return false;
	}
	return true;
}

struct seal_context
iam_seal_context(struct str account, struct str access_key_id)
{
	return (struct seal_context){
		.purpose = SEAL_ACCESS_KEY,
		.account = account,
		.region = STR(""), /* an access key is good in every region */
		.name = access_key_id,
		.version = 1, /* a changed secret is a new record under the same name */
	};
}

/* `alphabet` has 2^n characters, so the low bits of a random byte choose evenly. */
static void
fill_from(const struct entropy *entropy, const char *alphabet, char *out, size_t n)
{
	size_t letters = strlen(alphabet);
	uint8_t random[ACCESS_KEY_SECRET_BYTES];

	entropy_fill(entropy, random, n);
	for (size_t i = 0; i < n; i++)
		out[i] = alphabet[random[i] & (letters - 1)];
	out[n] = '\0';
	memory_wipe(random, sizeof random);
}

void
iam_access_key_generate(
	const struct entropy *entropy, char id[ACCESS_KEY_ID_BYTES + 1], char secret[ACCESS_KEY_SECRET_BYTES + 1])
{
	char *rest = stpcpy(id, "AKIA");
	fill_from(entropy, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", rest, ACCESS_KEY_ID_BYTES - 4);
	fill_from(entropy, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", secret,
		ACCESS_KEY_SECRET_BYTES);
}

void
iam_account_generate(const struct entropy *entropy, char id[ACCOUNT_ID_BYTES + 1])
{
	uint64_t number;

	entropy_fill(entropy, &number, sizeof number);
	number = 100000000000u + number % 900000000000u;
	for (size_t i = ACCOUNT_ID_BYTES; i-- > 0; number /= 10)
		id[i] = (char)('0' + number % 10);
	id[ACCOUNT_ID_BYTES] = '\0';
}
