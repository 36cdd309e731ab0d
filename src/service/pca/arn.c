#include "service/pca/arn.h"

#include "base/base64.h"

/* RFC 5280, 4.1.2.2 ends at 20 octets; what is longer was not issued here, and need not be looked for. */
enum { SERIAL_MAX_DIGITS = 128, DECIMAL_CHUNK = 1000000000 };

static struct str
hex(struct bytes serial, char separator, struct arena *arena)
{
	struct buffer text = { 0 };

	hex_encode(&text, serial, separator);
	struct str rendered = arena_str(arena, buffer_str(&text));
	buffer_done(&text);
	return rendered;
}

struct str
pca_arn_render(struct arena *arena, const char *partition, const struct owner *owner, struct str id)
{
	return arena_printf(arena, "arn:%s:acm-pca:%.*s:%.*s:certificate-authority/%.*s", partition,
		STR_ARG(owner->region), STR_ARG(owner->account), STR_ARG(id));
}

struct str
pca_arn_render_certificate(struct arena *arena, struct str authority_arn, struct bytes serial)
{
	struct str digits = hex(serial, '\0', arena);

	return arena_printf(arena, "%.*s/certificate/%.*s", STR_ARG(authority_arn), STR_ARG(digits));
}

static int
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
all_digits(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (digit_value(text.p[i]) < 0)
			return false;
	}
	return text.n > 0 && text.n <= SERIAL_MAX_DIGITS;
}

/* "<uuid>" or "<uuid>/certificate/<hexadecimal>" */
static bool
read_resource(struct str rest, struct pca_arn *out)
{
	static const struct str certificate = { "certificate/", 12 };

	if (!str_cut(&rest, '/', &out->id))
		return uuid_valid(out->id);
	if (!uuid_valid(out->id) || !str_starts_with(rest, certificate))
		return false;
	out->serial = (struct str){ rest.p + certificate.n, rest.n - certificate.n };
	return all_digits(out->serial);
}

bool
pca_arn_parse(struct str arn, struct pca_arn *out, struct fault *fault)
{
	static const struct str authority = { "certificate-authority/", 22 };
	struct str rest = arn, prefix = { 0 }, service = { 0 };
	struct pca_arn parsed = { 0 };
	bool parts = str_cut(&rest, ':', &prefix) && str_cut(&rest, ':', &parsed.partition) &&
		     str_cut(&rest, ':', &service) && str_cut(&rest, ':', &parsed.owner.region) &&
		     str_cut(&rest, ':', &parsed.owner.account);

	if (!parts || !str_is(prefix, "arn") || !str_is(service, "acm-pca"))
		return fault_set(fault, FAULT_INVALID_ARN,
			"The ARN %.*s is not valid. It does not begin with arn:<partition>:acm-pca:.", STR_ARG(arn));
	if (!str_starts_with(rest, authority) ||
		!read_resource((struct str){ rest.p + authority.n, rest.n - authority.n }, &parsed))
		return fault_set(fault, FAULT_INVALID_ARN,
			"The ARN %.*s is not valid. A certificate authority's ends with certificate-authority/ and a "
			"UUID in lower case; that of a certificate goes on with /certificate/ and its serial number in "
			"hexadecimal.",
			STR_ARG(arn));
	*out = parsed;
	return true;
}

/* One octet of "e8:cb:2": one or two digits. */
static bool
read_octet(struct str group, uint8_t *out)
{
	if (group.n > 2 || !all_digits(group))
		return false;
	*out = (uint8_t)digit_value(group.p[0]);
	if (group.n == 2)
		*out = (uint8_t)(*out << 4 | digit_value(group.p[1]));
	return true;
}

static bool
read_groups(struct str text, uint8_t *octets, size_t *n)
{
	struct str group;
	bool more = true;

	for (*n = 0; more; (*n)++) {
		more = str_cut(&text, ':', &group);
		if (!read_octet(group, &octets[*n]))
			return false;
	}
	return true;
}

static bool
read_digits(struct str text, uint8_t *octets, size_t *n)
{
	if (!all_digits(text))
		return false;
	*n = (text.n + 1) / 2;
	for (size_t i = 0; i < text.n; i++) {
		size_t from_end = text.n - 1 - i;
		octets[*n - 1 - from_end / 2] |= (uint8_t)(digit_value(text.p[i]) << (from_end % 2 * 4));
	}
	return true;
}

bool
pca_serial_parse(struct str text, struct arena *arena, struct bytes *out)
{
	struct str rest = text, head;
	uint8_t *octets;
	size_t n;

	if (text.n == 0 || text.n > 2 * SERIAL_MAX_DIGITS)
		return false;
	octets = arena_alloc(arena, text.n);
	if (!(str_cut(&rest, ':', &head) ? read_groups(text, octets, &n) : read_digits(text, octets, &n)))
		return false;
	for (; n > 1 && *octets == 0; n--)
		octets++;
	*out = (struct bytes){ octets, n };
	return true;
}

struct str
pca_serial_colons(struct bytes serial, struct arena *arena)
{
	return hex(serial, ':', arena);
}

/* Divides by a thousand million until nothing is left; each rest is nine digits, the last ones first. */
struct str
pca_serial_decimal(struct bytes serial, struct arena *arena)
{
	struct bytes left = arena_bytes(arena, serial);
	uint8_t *octets = (uint8_t *)(uintptr_t)left.p;
	size_t room = serial.n * 5 / 2 + 10, at = room; /* a byte is 2.41 digits */
	char *text = arena_alloc(arena, room + 1);

	for (bool more = true; more;) {
		uint64_t rest = 0;
		more = false;
		for (size_t i = 0; i < left.n; i++) {
			rest = rest << 8 | octets[i];
			octets[i] = (uint8_t)(rest / DECIMAL_CHUNK);
			rest %= DECIMAL_CHUNK;
			more = more || octets[i] != 0;
		}
		for (int i = 0; i < 9 && (more || rest > 0 || at == room); i++, rest /= 10)
			text[--at] = (char)('0' + rest % 10);
	}
	return (struct str){ text + at, room - at };
}
