#include "service/acm/usage.h"

/* Bits are stored: these numbers must stay what they were when the first row was written. */
_Static_assert(KEY_USAGE_DIGITAL_SIGNATURE == 1 << (ACM_KEY_USAGE_NAME_DIGITAL_SIGNATURE - 1), "keyUsage bit 0");
_Static_assert(KEY_USAGE_KEY_CERT_SIGN == 1 << (ACM_KEY_USAGE_NAME_CERTIFICATE_SIGNING - 1), "keyUsage bit 5");
_Static_assert(KEY_USAGE_DECIPHER_ONLY == 1 << (ACM_KEY_USAGE_NAME_DECIPHER_ONLY - 1), "keyUsage bit 8");
_Static_assert(ACM_KEY_USAGE_NAME_ANY == 10, "stored as bit 9");
_Static_assert(ACM_EXTENDED_KEY_USAGE_NAME_NONE == 11 && ACM_EXTENDED_KEY_USAGE_NAME_CUSTOM == 12, "stored bits");

enum { KEY_USAGE_BITS = 9 }; /* RFC 5280, 4.2.1.3 */

static const struct {
	const char *oid;
	int name;
} extended_usages[] = {
	{ "1.3.6.1.5.5.7.3.1", ACM_EXTENDED_KEY_USAGE_NAME_TLS_WEB_SERVER_AUTHENTICATION },
	{ "1.3.6.1.5.5.7.3.2", ACM_EXTENDED_KEY_USAGE_NAME_TLS_WEB_CLIENT_AUTHENTICATION },
	{ "1.3.6.1.5.5.7.3.3", ACM_EXTENDED_KEY_USAGE_NAME_CODE_SIGNING },
	{ "1.3.6.1.5.5.7.3.4", ACM_EXTENDED_KEY_USAGE_NAME_EMAIL_PROTECTION },
	{ "1.3.6.1.5.5.7.3.5", ACM_EXTENDED_KEY_USAGE_NAME_IPSEC_END_SYSTEM },
	{ "1.3.6.1.5.5.7.3.6", ACM_EXTENDED_KEY_USAGE_NAME_IPSEC_TUNNEL },
	{ "1.3.6.1.5.5.7.3.7", ACM_EXTENDED_KEY_USAGE_NAME_IPSEC_USER },
	{ "1.3.6.1.5.5.7.3.8", ACM_EXTENDED_KEY_USAGE_NAME_TIME_STAMPING },
	{ "1.3.6.1.5.5.7.3.9", ACM_EXTENDED_KEY_USAGE_NAME_OCSP_SIGNING },
	{ "2.5.29.37.0", ACM_EXTENDED_KEY_USAGE_NAME_ANY },
};

static int
extended_usage_name(struct str oid)
{
	for (size_t i = 0; i < ARRAY_COUNT(extended_usages); i++) {
		if (str_is(oid, extended_usages[i].oid))
			return extended_usages[i].name;
	}
	return ACM_EXTENDED_KEY_USAGE_NAME_CUSTOM;
}

unsigned
acm_key_usage_bits(const struct certificate *certificate)
{
	return certificate->has_key_usage ? certificate->key_usage : 1u << (ACM_KEY_USAGE_NAME_ANY - 1);
}

unsigned
acm_extended_key_usage_bits(const struct certificate *certificate)
{
	unsigned bits = 0;

	if (!certificate->has_extended_key_usage)
		return 1u << (ACM_EXTENDED_KEY_USAGE_NAME_NONE - 1);
	for (size_t i = 0; i < certificate->extended_key_usage_count; i++)
		bits |= 1u << (extended_usage_name(certificate->extended_key_usage[i]) - 1);
	return bits;
}

struct acm_key_usage_names
acm_key_usage_names(const struct certificate *certificate, struct arena *arena)
{
	struct acm_key_usage_names list = { ARENA_ARRAY(arena, struct choice, KEY_USAGE_BITS), 0, true };

	if (!certificate->has_key_usage && certificate->der.n > 0)
		list.v[list.n++].v = ACM_KEY_USAGE_NAME_ANY;
	for (int bit = 0; certificate->has_key_usage && bit < KEY_USAGE_BITS; bit++) {
		if ((certificate->key_usage & 1u << bit) != 0)
			list.v[list.n++].v = bit + 1;
	}
	return list;
}

struct acm_key_usage_list
acm_key_usages(const struct certificate *certificate, struct arena *arena)
{
	struct acm_key_usage_names names = acm_key_usage_names(certificate, arena);
	struct acm_key_usage_list list = { ARENA_ARRAY(arena, struct acm_key_usage, names.n), names.n, true };

	for (size_t i = 0; i < names.n; i++)
		list.v[i].name = names.v[i];
	return list;
}

struct acm_extended_key_usage_list
acm_extended_key_usages(const struct certificate *certificate, struct arena *arena)
{
	size_t n = certificate->extended_key_usage_count;
	struct acm_extended_key_usage_list list = { ARENA_ARRAY(arena, struct acm_extended_key_usage, n + 1), n, true };

	for (size_t i = 0; i < n; i++) {
		list.v[i].name.v = extended_usage_name(certificate->extended_key_usage[i]);
		list.v[i].oid = certificate->extended_key_usage[i];
	}
	/* AWS prints NONE in lists; described, it is a name that has no OID to go with it. */
	if (!certificate->has_extended_key_usage && certificate->der.n > 0)
		list.v[list.n++].name.v = ACM_EXTENDED_KEY_USAGE_NAME_NONE;
	return list;
}

struct acm_extended_key_usage_names
acm_extended_key_usage_names(const struct certificate *certificate, struct arena *arena)
{
	struct acm_extended_key_usage_list full = acm_extended_key_usages(certificate, arena);
	struct acm_extended_key_usage_names list = { ARENA_ARRAY(arena, struct choice, full.n), full.n, true };

	for (size_t i = 0; i < full.n; i++)
		list.v[i] = full.v[i].name;
	return list;
}

uint32_t
acm_usage_filter_bits(const struct choice *names, size_t count)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < count; i++)
		bits |= UINT32_C(1) << (names[i].v - 1);
	return bits;
}
