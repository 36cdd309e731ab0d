/* RFC 5280, 4.2.1.6. */
#include <arpa/inet.h>

#include "x509/extension.h"
#include "x509/oid.h"
#include "x509/text.h"

enum { IPV4_OCTETS = 4, IPV6_OCTETS = 16, TAG_X400 = 3, TAG_EDI_PARTY = 5 };

/* inet_ntop() writes IPv6 as RFC 5952 wants it: shortest, lower case, the longest run of zeros left out. */
static void
address_read(struct bytes octets, struct arena *arena, struct general_name *out)
{
	char text[INET6_ADDRSTRLEN];

	if ((octets.n == IPV4_OCTETS || octets.n == IPV6_OCTETS) &&
		inet_ntop(octets.n == IPV4_OCTETS ? AF_INET : AF_INET6, octets.p, text, sizeof text) != NULL) {
		out->text = arena_str(arena, str_of(text));
		return;
	}
	out->text = STR("");
	out->flaw = "is an IP address of neither 4 nor 16 octets";
}

static bool
other_read(struct bytes content, struct arena *arena, struct general_name *out)
{
	struct der der = der_of(content);
	struct der_item value;
	size_t count;

	if (!oid_take(&der, arena, &out->text, NULL) || !der_take(&der, DER_CONTEXT_CONSTRUCTED + 0, &value) ||
		!der_at_end(&der))
		return false;
	out->der = value.content;
	return der_count(der_of(value.content), &count) && count == 1;
}

/* EDIPartyName: a nameAssigner that may be left out, and a partyName; both are DirectoryStrings, within their tags. */
static bool
edi_party_read(struct bytes content)
{
	struct der der = der_of(content);
	struct der inside;
	struct der_item text;

	for (unsigned number = der_sees(&der, DER_CONTEXT_CONSTRUCTED + 0) ? 0 : 1; number <= 1; number++) {
		if (!der_enter(&der, DER_CONTEXT_CONSTRUCTED + number, &inside) || !der_next(&inside, &text) ||
			!der_at_end(&inside))
			return false;
		if (text.tag != DER_UTF8_STRING && text.tag != DER_PRINTABLE_STRING && text.tag != DER_T61_STRING &&
			text.tag != DER_BMP_STRING && text.tag != DER_UNIVERSAL_STRING)
			return false;
	}
	return der_at_end(&der);
}

static bool
directory_read(struct bytes content, struct arena *arena, struct general_name *out)
{
	struct name name;

	if (!name_parse(content, arena, &name))
		return false;
	out->der = content;
	return true;
}

bool
general_name_read(const struct der_item *item, struct arena *arena, struct general_name *out)
{
	const char *flaw = NULL;

	*out = (struct general_name){ .kind = GENERAL_NAME_UNKNOWN };
	switch (item->tag) {
	case DER_CONTEXT_CONSTRUCTED + GENERAL_NAME_OTHER:
		out->kind = GENERAL_NAME_OTHER;
		return other_read(item->content, arena, out);
	case DER_CONTEXT + GENERAL_NAME_EMAIL:
	case DER_CONTEXT + GENERAL_NAME_DNS:
	case DER_CONTEXT + GENERAL_NAME_URI:
		out->kind = (enum general_name_kind)(item->tag - DER_CONTEXT);
		out->text = text_read(DER_IA5_STRING, item->content, arena, &flaw);
		out->flaw = flaw;
		return true;
	case DER_CONTEXT_CONSTRUCTED + GENERAL_NAME_DIRECTORY:
		out->kind = GENERAL_NAME_DIRECTORY;
		return directory_read(item->content, arena, out);
	case DER_CONTEXT + GENERAL_NAME_IP:
		out->kind = GENERAL_NAME_IP;
		address_read(item->content, arena, out);
		return true;
	case DER_CONTEXT + GENERAL_NAME_REGISTERED_ID:
		out->kind = GENERAL_NAME_REGISTERED_ID;
		return oid_read(item->content, arena, &out->text, NULL); /* IMPLICIT: our tag in place of its own */
	case DER_CONTEXT_CONSTRUCTED + TAG_EDI_PARTY:
		return edi_party_read(item->content);
	default:
		return item->tag == DER_CONTEXT_CONSTRUCTED + TAG_X400; /* kept, not read; there are no others */
	}
}

bool
general_names_read(
	struct der value, struct arena *arena, const struct general_name **out, size_t *out_count, const char **why)
{
	struct der items;
	size_t count = 0;

	if (!der_enter(&value, DER_SEQUENCE, &items) || !der_at_end(&value) || !der_count(items, &count))
		return false;
	if (count > CERTIFICATE_MAX_NAMES) {
		*why = "it has more than 10000 names";
		return false;
	}
	struct general_name *names = ARENA_ARRAY(arena, struct general_name, count);
	for (size_t i = 0; i < count; i++) {
		struct der_item item;
		if (!der_next(&items, &item) || !general_name_read(&item, arena, &names[i]))
			return false;
	}
	*out = names;
	*out_count = count;
	return true;
}
