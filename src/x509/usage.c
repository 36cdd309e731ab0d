#include "x509/usage.h"

#include "base/buffer.h"

/* So many are named in a message; the rest is counted. */
enum { USAGE_MAX_WORDS = 12 };

bool
usage_allows(const struct certificate *certificate, const char *oid)
{
	if (!certificate->has_extended_key_usage)
		return true;
	for (size_t i = 0; i < certificate->extended_key_usage_count; i++)
		if (str_is(certificate->extended_key_usage[i], oid) ||
			str_is(certificate->extended_key_usage[i], USAGE_ANY))
			return true;
	return false;
}

struct str
usage_word(struct str oid)
{
	static const struct {
		const char *oid;
		const char *word;
	} words[] = {
		{ USAGE_SERVER_AUTHENTICATION, "serverAuth" },
		{ USAGE_CLIENT_AUTHENTICATION, "clientAuth" },
		{ "1.3.6.1.5.5.7.3.3", "codeSigning" },
		{ "1.3.6.1.5.5.7.3.4", "emailProtection" },
		{ "1.3.6.1.5.5.7.3.5", "ipsecEndSystem" },
		{ "1.3.6.1.5.5.7.3.6", "ipsecTunnel" },
		{ "1.3.6.1.5.5.7.3.7", "ipsecUser" },
		{ "1.3.6.1.5.5.7.3.8", "timeStamping" },
		{ "1.3.6.1.5.5.7.3.9", "OCSPSigning" },
		{ USAGE_ANY, "anyExtendedKeyUsage" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (str_is(oid, words[i].oid))
			return str_of(words[i].word);
	return oid;
}

struct str
usage_words(const struct certificate *certificate, struct arena *arena)
{
	size_t count = certificate->extended_key_usage_count;
	struct buffer out = { 0 };

	if (count == 0)
		return STR("nothing");
	for (size_t i = 0; i < count && i < USAGE_MAX_WORDS; i++) {
		buffer_put_cstr(&out, i > 0 ? ", " : "");
		buffer_put_str(&out, usage_word(certificate->extended_key_usage[i]));
	}
	if (count > USAGE_MAX_WORDS)
		buffer_printf(&out, " and %zu more", count - USAGE_MAX_WORDS);
	struct str words = arena_str(arena, buffer_str(&out));
	buffer_done(&out);
	return words;
}

struct str
key_usage_words(unsigned bits, struct arena *arena)
{
	static const char *const words[] = { "digitalSignature", "nonRepudiation", "keyEncipherment",
		"dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly" };
	struct str text = STR("");

	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if ((bits & 1U << i) != 0)
			text = arena_printf(arena, "%.*s%s%s", STR_ARG(text), text.n > 0 ? ", " : "", words[i]);
	return text.n > 0 ? text : STR("nothing");
}
