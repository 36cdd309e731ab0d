#include <arpa/inet.h>
#include <string.h>

#include "x509/build_parts.h"
#include "x509/name_rules.h"

enum {
	DNS_NAME_MAX_BYTES = 253, /* RFC 1035, 2.3.4, without the lengths that its wire format puts between labels */
	DNS_LABEL_MAX_BYTES = 63,
	IPV4_OCTETS = 4,
	IPV6_OCTETS = 16,
	QUOTE_MAX_BYTES = 100,
};

/* RFC 3986, 3.1. */
static bool
has_scheme(struct str uri)
{
	struct str scheme;

	if (!str_cut(&uri, ':', &scheme) || scheme.n == 0 || uri.n == 0 || (scheme.p[0] | 0x20) < 'a' ||
		(scheme.p[0] | 0x20) > 'z')
		return false;
	for (size_t i = 0; i < scheme.n; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.", scheme.p[i]) == NULL)
			return false;
	return true;
}

static bool
has_blank(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] <= ' ' || text.p[i] == 0x7f)
			return true;
	return false;
}

const char *
general_name_breach(enum general_name_kind kind, struct str text)
{
	struct str rest = text;
	struct str local;

	if (text.n == 0)
		return "is empty";
	if (!name_text_fits(DER_IA5_STRING, text))
		return kind == GENERAL_NAME_DNS ? "is not ASCII: write an international name in its xn-- form"
						: "is not ASCII";
	switch (kind) {
	case GENERAL_NAME_DNS:
		return has_blank(text) ? "holds a blank or a control character" : NULL;
	case GENERAL_NAME_EMAIL:
		return !str_cut(&rest, '@', &local) || local.n == 0 || rest.n == 0 ? "is not of the form local@domain"
										   : NULL;
	case GENERAL_NAME_URI:
		if (has_blank(text))
			return "holds a blank or a control character";
		return has_scheme(text) ? NULL : "does not begin with a scheme such as https:";
	default:
		return NULL;
	}
}

/* Labels as RFC 1035 has them, but of any characters. */
static const char *
labels_breach(struct str name)
{
	struct str label;
	bool more = true;

	if (name.n > DNS_NAME_MAX_BYTES)
		return "is longer than 253 characters";
	while (more) {
		more = str_cut(&name, '.', &label);
		if (label.n == 0)
			return "has an empty label";
		if (label.n > DNS_LABEL_MAX_BYTES)
			return "has a label of more than 63 characters";
	}
	return NULL;
}

static const char *
text_put(struct der_writer *writer, const struct general_name_part *part)
{
	const char *breach = general_name_breach(part->kind, part->text);

	if (breach == NULL && part->kind == GENERAL_NAME_DNS)
		breach = labels_breach(part->text);
	if (breach == NULL)
		der_put_item(writer, DER_CONTEXT + part->kind, bytes_of_str(part->text));
	return breach;
}

static const char *
address_put(struct der_writer *writer, struct str text, struct arena *arena)
{
	uint8_t octets[IPV6_OCTETS];
	bool nul = text.n > 0 && memchr(text.p, '\0', text.n) != NULL;
	const char *cstr = text.p != NULL && !nul ? arena_cstr(arena, text) : "";
	bool v4 = inet_pton(AF_INET, cstr, octets) == 1;

	if (!v4 && inet_pton(AF_INET6, cstr, octets) != 1)
		return "is not an IP address (four decimal numbers, or IPv6)";
	der_put_item(writer, DER_CONTEXT + GENERAL_NAME_IP, (struct bytes){ octets, v4 ? IPV4_OCTETS : IPV6_OCTETS });
	return NULL;
}

/* registeredID is IMPLICIT: our tag in place of OBJECT IDENTIFIER's. */
static const char *
registered_put(struct der_writer *writer, struct str dotted, struct arena *arena)
{
	struct der_writer oid = { 0 };

	if (!der_put_oid_text(&oid, dotted))
		return "is not an object identifier";
	struct bytes item = der_finish(&oid, arena);
	der_put(writer, (struct bytes){ item.p + 1, item.n - 1 });
	der_put_octet(writer, DER_CONTEXT + GENERAL_NAME_REGISTERED_ID);
	return NULL;
}

static bool
is_text(struct str text)
{
	return text.n > 0 && utf8_valid(text) && memchr(text.p, '\0', text.n) == NULL;
}

/* [number] EXPLICIT UTF8String. */
static void
explicit_text_put(struct der_writer *writer, unsigned number, struct str text)
{
	size_t mark = der_mark(writer);

	der_put_item(writer, DER_UTF8_STRING, bytes_of_str(text));
	der_wrap(writer, DER_CONTEXT_CONSTRUCTED + number, mark);
}

static const char *
other_put(struct der_writer *writer, const struct general_name_part *part)
{
	size_t mark = der_mark(writer);

	if (!is_text(part->text))
		return "is not UTF-8 text of at least one character, without NUL";
	explicit_text_put(writer, 0, part->text);
	if (!der_put_oid_text(writer, part->extra))
		return "has a type that is not an object identifier";
	der_wrap(writer, DER_CONTEXT_CONSTRUCTED + GENERAL_NAME_OTHER, mark);
	return NULL;
}

/* EDIPartyName's strings are CHOICEs: their tags are explicit in a module of implicit ones. */
static const char *
edi_party_put(struct der_writer *writer, const struct general_name_part *part)
{
	enum { EDI_PARTY_NAME = 5 };
	size_t mark = der_mark(writer);

	if (!is_text(part->text) || (part->extra.p != NULL && !is_text(part->extra)))
		return "is not UTF-8 text of at least one character, without NUL";
	explicit_text_put(writer, 1, part->text);
	if (part->extra.p != NULL)
		explicit_text_put(writer, 0, part->extra);
	der_wrap(writer, DER_CONTEXT_CONSTRUCTED + EDI_PARTY_NAME, mark);
	return NULL;
}

const char *
general_name_put(struct der_writer *writer, const struct general_name_part *part, struct arena *arena)
{
	switch (part->kind) {
	case GENERAL_NAME_DNS:
	case GENERAL_NAME_EMAIL:
	case GENERAL_NAME_URI:
		return text_put(writer, part);
	case GENERAL_NAME_IP:
		return address_put(writer, part->text, arena);
	case GENERAL_NAME_REGISTERED_ID:
		return registered_put(writer, part->text, arena);
	case GENERAL_NAME_DIRECTORY:
		if (part->der.n == 0)
			return "is empty";
		der_put_item(writer, DER_CONTEXT_CONSTRUCTED + GENERAL_NAME_DIRECTORY, part->der);
		return NULL;
	case GENERAL_NAME_OTHER:
		return other_put(writer, part);
	default:
		return part->is_edi_party ? edi_party_put(writer, part) : "is of no kind that can be written";
	}
}

static const char *
kind_words(const struct general_name_part *part)
{
	switch (part->kind) {
	case GENERAL_NAME_DNS:
		return "DNS name";
	case GENERAL_NAME_EMAIL:
		return "e-mail address";
	case GENERAL_NAME_URI:
		return "URI";
	case GENERAL_NAME_IP:
		return "IP address";
	case GENERAL_NAME_REGISTERED_ID:
		return "registered id";
	case GENERAL_NAME_DIRECTORY:
		return "directory name";
	case GENERAL_NAME_OTHER:
		return "other name";
	default:
		return part->is_edi_party ? "EDI party name" : "name";
	}
}

bool
general_name_refuse(
	const char *what, size_t index, const struct general_name_part *part, const char *breach, struct fault *fault)
{
	struct str quoted = part->text;

	if (quoted.n == 0 || !utf8_valid(quoted))
		return fault_set(fault, FAULT_INVALID_ARGS, "%s: the %s at position %zu %s.", what, kind_words(part),
			index + 1, breach);
	quoted.n = utf8_prefix(quoted, QUOTE_MAX_BYTES);
	return fault_set(fault, FAULT_INVALID_ARGS, "%s: the %s \"%.*s%s\" at position %zu %s.", what, kind_words(part),
		STR_ARG(quoted), quoted.n < part->text.n ? "…" : "", index + 1, breach);
}

bool
general_names_build(const struct general_name_part *parts, size_t count, const char *what, struct arena *arena,
	struct bytes *der, struct fault *fault)
{
	struct der_writer writer = { 0 };
	const char *breach = NULL;
	size_t wrong = 0;

	if (count == 0)
		return fault_set(fault, FAULT_INVALID_ARGS, "%s: at least one name is wanted.", what);
	/* From the last to the first, as DER is written here: the first that is wrong is the last one found. */
	for (size_t i = count; i > 0; i--) {
		const char *found = general_name_put(&writer, &parts[i - 1], arena);
		if (found != NULL) {
			breach = found;
			wrong = i - 1;
		}
	}
	if (breach != NULL) {
		der_writer_done(&writer);
		return general_name_refuse(what, wrong, &parts[wrong], breach, fault);
	}
	der_wrap(&writer, DER_SEQUENCE, 0);
	*der = der_finish(&writer, arena);
	return true;
}
