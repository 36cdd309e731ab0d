/* Built backwards, like all DER here, with one turn more: what stands after the entries is known only when they are all
 * there. So the buffer begins with free room at its very end, and extensions, algorithm and signature are written into
 * that room forwards. Forty megabytes of entries stay where they are. */
#include "x509/crl.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "x509/der_write.h"

enum {
	/* With a serial of this house's 17 octets at most: SEQUENCE 2, INTEGER 19, UTCTime 15, reason 14. */
	ENTRY_BYTES = 50,
	/* What comes around the entries; the signature of ML-DSA-87 alone has 4,627 octets. */
	ROOM_AROUND = 8192,
	REASON_EXTENSION_BYTES = 14,
	SERIAL_MAX_OCTETS = 20, /* RFC 5280, 4.1.2.2 */
	CRL_VERSION_2 = 1,      /* 5.1.2.1 */
};

/* Extensions of an entry that has a reason (5.3.1), all but the reason itself, which follows. */
static const uint8_t reason_prefix[REASON_EXTENSION_BYTES - 1] = { DER_SEQUENCE, 12, DER_SEQUENCE, 10, DER_OID, 3, 0x55,
	0x1d, 0x15, DER_OCTET_STRING, 3, 0x0a /* ENUMERATED */, 1 };

struct crl_builder {
	struct der_writer writer;
	size_t behind; /* of what is written, how much is still free room at the end */
};

struct crl_builder *
crl_builder_new(size_t expected)
{
	struct crl_builder *builder = memory_take_zeroed(sizeof *builder);

	der_writer_reserve(&builder->writer, expected * ENTRY_BYTES + 2 * (size_t)ROOM_AROUND);
	builder->behind = builder->writer.n = ROOM_AROUND;
	return builder;
}

void
crl_builder_free(struct crl_builder *builder)
{
	if (builder == NULL)
		return;
	der_writer_done(&builder->writer);
	free(builder);
}

void
crl_builder_add(struct crl_builder *builder, const struct crl_entry *entry)
{
	struct der_writer *writer = &builder->writer;
	size_t mark = der_mark(writer);

	if (entry->reason != CRL_REASON_UNSPECIFIED) {
		der_put_octet(writer, (uint8_t)entry->reason);
		der_put(writer, (struct bytes){ reason_prefix, sizeof reason_prefix });
	}
	der_put_time(writer, entry->revoked_ms);
	der_put_unsigned(writer, entry->serial);
	der_wrap(writer, DER_SEQUENCE, mark);
}

/* Puts octets after all that is there. Should the room not do (a URL of many thousand characters), what is there moves
 * forward for more. */
static void
put_behind(struct crl_builder *builder, struct bytes raw)
{
	struct der_writer *writer = &builder->writer;

	if (raw.n > builder->behind) {
		size_t more = raw.n + ROOM_AROUND;
		der_writer_reserve(writer, more);
		uint8_t *from = writer->p + writer->room - writer->n;
		memmove(from - more, from, writer->n - builder->behind);
		writer->n += more;
		builder->behind += more;
	}
	memcpy(writer->p + writer->room - builder->behind, raw.p, raw.n);
	builder->behind -= raw.n;
}

/* What is written, without the free room. */
static struct bytes
written(const struct crl_builder *builder)
{
	struct bytes all = der_written(&builder->writer);

	return (struct bytes){ all.p, all.n - builder->behind };
}

/* DistributionPointName: a fullName of one URI (4.2.1.13), in the [0] that both of its users give it. */
static void
put_point(struct der_writer *writer, struct str url)
{
	size_t mark = der_mark(writer);

	der_put_item(writer, DER_CONTEXT + GENERAL_NAME_URI, bytes_of_str(url));
	der_wrap(writer, DER_CONTEXT_CONSTRUCTED + 0, mark);
	der_wrap(writer, DER_CONTEXT_CONSTRUCTED + 0, mark);
	der_wrap(writer, DER_SEQUENCE, mark);
}

static void
wrap_extension(struct der_writer *writer, const char *oid, bool critical, size_t mark)
{
	der_wrap(writer, DER_OCTET_STRING, mark);
	if (critical)
		der_put_boolean(writer, true);
	der_put_oid(writer, oid);
	der_wrap(writer, DER_SEQUENCE, mark);
}

/* crlExtensions (5.2), in their [0]; the last one first. */
static void
put_extensions(struct der_writer *writer, const struct crl *crl)
{
	size_t all = der_mark(writer);
	size_t mark = all;

	if (crl->freshest_url.p != NULL && crl->base_number == 0) {
		put_point(writer, crl->freshest_url);
		der_wrap(writer, DER_SEQUENCE, mark);
		wrap_extension(writer, EXTENSION_OID_FRESHEST_CRL, false, mark);
	}
	if (crl->distribution_point.p != NULL) {
		mark = der_mark(writer);
		put_point(writer, crl->distribution_point);
		wrap_extension(writer, EXTENSION_OID_ISSUING_DISTRIBUTION_POINT, true, mark);
	}
	if (crl->base_number != 0) {
		mark = der_mark(writer);
		der_put_number(writer, crl->base_number);
		wrap_extension(writer, EXTENSION_OID_DELTA_CRL_INDICATOR, true, mark);
	}
	mark = der_mark(writer);
	der_put_number(writer, crl->number);
	wrap_extension(writer, EXTENSION_OID_CRL_NUMBER, false, mark);
	mark = der_mark(writer);
	der_put_item(writer, DER_CONTEXT + 0, crl->authority_key_identifier);
	der_wrap(writer, DER_SEQUENCE, mark);
	wrap_extension(writer, EXTENSION_OID_AUTHORITY_KEY_IDENTIFIER, false, mark);

	der_wrap(writer, DER_SEQUENCE, all);
	der_wrap(writer, DER_CONTEXT_CONSTRUCTED + 0, all);
}

struct bytes
crl_builder_tbs(struct crl_builder *builder, const struct crl *crl)
{
	struct der_writer *writer = &builder->writer;
	struct der_writer extensions = { 0 };

	/* 5.1.2.6: no entries, no list of them. */
	if (written(builder).n > 0)
		der_wrap(writer, DER_SEQUENCE, builder->behind);
	put_extensions(&extensions, crl);
	put_behind(builder, der_written(&extensions));
	der_writer_done(&extensions);

	der_put_time(writer, crl->next_update_ms);
	der_put_time(writer, crl->this_update_ms);
	der_put(writer, crl->issuer);
	der_put(writer, signing_identifier(crl->algorithm));
	der_put_number(writer, CRL_VERSION_2);
	der_wrap(writer, DER_SEQUENCE, builder->behind);
	return written(builder);
}

struct bytes
crl_builder_finish(struct crl_builder *builder, enum signing_algorithm algorithm, struct bytes signature)
{
	struct der_writer tail = { 0 };

	der_put_bits(&tail, signature);
	der_put(&tail, signing_identifier(algorithm));
	put_behind(builder, der_written(&tail));
	der_writer_done(&tail);
	der_wrap(&builder->writer, DER_SEQUENCE, builder->behind);
	return written(builder);
}

/* ---- And read back ---- */

static bool
because(const char **why, const char *clause)
{
	*why = clause;
	return false;
}

/* 5.1.2.4: UTCTime to 2049, GeneralizedTime from then on. */
static bool
time_take(struct der *der, int64_t *out_ms)
{
	struct der_item item;

	return der_next(der, &item) && der_time(&item, out_ms) &&
	       (item.tag == DER_GENERALIZED_TIME) == (*out_ms >= DER_GENERALIZED_TIME_FROM_MS);
}

static bool
version_is_2(struct der *list)
{
	struct der_item item;

	return der_take(list, DER_INTEGER, &item) && item.content.n == 1 && item.content.p[0] == CRL_VERSION_2;
}

static bool
algorithm_take(struct der *list, enum signing_algorithm *out)
{
	struct der_item item;

	return der_take(list, DER_SEQUENCE, &item) && (*out = signing_find(item.whole)) != SIGNING_NONE;
}

/* Text of its string type, and of one that names have (4.1.2.4): VisibleString is none, and OpenSSL reads no name with
 * it. */
static bool
attribute_is_fit(const struct name_attribute *attribute)
{
	return attribute->value.p != NULL && attribute->flaw == NULL && attribute->der.p[0] != DER_VISIBLE_STRING;
}

/* Not empty (5.1.2.3). */
static bool
issuer_take(struct der *list, struct arena *arena, struct bytes *out)
{
	struct der_item item;
	struct name name;

	if (!der_take(list, DER_SEQUENCE, &item) || !name_parse(item.whole, arena, &name) || name.n == 0)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!attribute_is_fit(&name.attributes[i]))
			return false;
	*out = item.whole;
	return true;
}

/* What is left of an entry: nothing, or its reason. */
static bool
reason_read(struct der entry, bool *removes)
{
	size_t n = (size_t)(entry.end - entry.p);

	if (n == 0)
		return true;
	if (n != REASON_EXTENSION_BYTES || memcmp(entry.p, reason_prefix, sizeof reason_prefix) != 0)
		return false;
	unsigned reason = entry.p[REASON_EXTENSION_BYTES - 1];
	if (reason == CRL_REASON_REMOVE_FROM_CRL)
		*removes = true;
	/* 7 is not used. */
	return reason != CRL_REASON_UNSPECIFIED && reason != 7 && reason <= CRL_REASON_AA_COMPROMISE;
}

static bool
entries_walk(struct der *list, size_t *count, bool *removes, const char **why)
{
	struct der entries, entry;
	struct der_item serial;
	int64_t revoked_ms;

	if (!der_enter(list, DER_SEQUENCE, &entries) || der_at_end(&entries))
		return because(why, "its list of entries is malformed, or has nothing in it");
	for (*count = 0; !der_at_end(&entries); ++*count) {
		if (!der_enter(&entries, DER_SEQUENCE, &entry))
			return because(why, "an entry is malformed");
		if (!der_take(&entry, DER_INTEGER, &serial) || !der_integer_is_minimal(serial.content) ||
			serial.content.n > SERIAL_MAX_OCTETS || serial.content.p[0] >= 0x80)
			return because(why, "the serial number of an entry is no number of at most 20 octets");
		if (!time_take(&entry, &revoked_ms))
			return because(why, "the date of an entry is malformed");
		if (!reason_read(entry, removes))
			return because(why, "an entry has an extension that is no reason code");
	}
	return true;
}

/* From 0 up to INT64_MAX. */
static bool
number_take(struct der *der, int64_t *out)
{
	struct der_item item;
	int64_t number = 0;

	if (!der_take(der, DER_INTEGER, &item) || !der_at_end(der) || !der_integer_is_minimal(item.content) ||
		item.content.n > sizeof number || item.content.p[0] >= 0x80)
		return false;
	for (size_t i = 0; i < item.content.n; i++)
		number = number << 8 | item.content.p[i];
	*out = number;
	return true;
}

/* Steps through `depth` wrappings, each alone in the one around it, to the URL inside. */
static bool
point_take(struct der *der, size_t depth, const unsigned wrappings[], struct str *out)
{
	struct der_item item;

	for (size_t i = 0; i < depth; i++)
		if (!der_enter(der, wrappings[i], der))
			return false;
	if (!der_take(der, DER_CONTEXT + GENERAL_NAME_URI, &item))
		return false;
	for (size_t i = 0; i < item.content.n; i++)
		if (item.content.p[i] <= ' ' || item.content.p[i] >= 0x7f)
			return false;
	*out = str_of_bytes(item.content);
	return item.content.n > 0;
}

static bool
extension_value_read(struct bytes oid, struct der value, struct crl *crl)
{
	static const unsigned wrappings[] = { DER_SEQUENCE, DER_SEQUENCE, DER_CONTEXT_CONSTRUCTED + 0,
		DER_CONTEXT_CONSTRUCTED + 0 };
	struct der inside;
	struct der_item item;

	/* All are arcs of 2.5.29. */
	if (oid.n != 3 || oid.p[0] != 0x55 || oid.p[1] != 0x1d)
		return false;
	switch (oid.p[2]) {
	case 35: /* authorityKeyIdentifier */
		if (!der_enter(&value, DER_SEQUENCE, &inside) || !der_take(&inside, DER_CONTEXT + 0, &item))
			return false;
		crl->authority_key_identifier = item.content;
		return item.content.n > 0;
	case 20: /* cRLNumber */
		return number_take(&value, &crl->number);
	case 27: /* deltaCRLIndicator */
		return number_take(&value, &crl->base_number) && crl->base_number > 0;
	case 28: /* issuingDistributionPoint */
		return point_take(&value, 3, wrappings + 1, &crl->distribution_point);
	case 46: /* freshestCRL */
		return point_take(&value, 4, wrappings, &crl->freshest_url);
	default:
		return false;
	}
}

/* Picks the values out with little ado; then what these values would be written as must be what is there, octet for
 * octet. So order, criticality, defaults and repetition need no checks of their own. */
static bool
extensions_read(struct der list, struct crl *crl)
{
	struct bytes all = { list.p, (size_t)(list.end - list.p) };
	struct der explicit, extensions, extension;
	struct der_item oid, value;

	if (!der_enter(&list, DER_CONTEXT_CONSTRUCTED + 0, &explicit) ||
		!der_enter(&explicit, DER_SEQUENCE, &extensions))
		return false;
	while (!der_at_end(&extensions)) {
		if (!der_enter(&extensions, DER_SEQUENCE, &extension) || !der_take(&extension, DER_OID, &oid))
			return false;
		if (der_sees(&extension, DER_BOOLEAN) && !der_next(&extension, &value))
			return false;
		if (!der_take(&extension, DER_OCTET_STRING, &value) ||
			!extension_value_read(oid.content, der_of(value.content), crl))
			return false;
	}
	struct der_writer again = { 0 };
	put_extensions(&again, crl);
	bool same = bytes_equal(der_written(&again), all);
	der_writer_done(&again);
	return same;
}

bool
crl_tbs_read(struct bytes tbs, struct arena *arena, struct crl_head *out, const char **why)
{
	struct crl_head head = { 0 };
	struct crl *crl = &head.crl;
	struct der outer = der_of(tbs);
	struct der list;
	bool removes = false;

	if (!der_enter(&outer, DER_SEQUENCE, &list) || !der_at_end(&outer))
		return because(why, "it is not one SEQUENCE");
	if (!version_is_2(&list))
		return because(why, "its version is not 2");
	if (!algorithm_take(&list, &crl->algorithm))
		return because(why, "its signature algorithm is none that signs here");
	if (!issuer_take(&list, arena, &crl->issuer))
		return because(why, "its issuer is no name, or an empty or malformed one");
	if (!time_take(&list, &crl->this_update_ms) || !time_take(&list, &crl->next_update_ms))
		return because(why, "its dates are not two times as RFC 5280, 5.1.2.4 writes them");
	if (crl->next_update_ms < crl->this_update_ms)
		return because(why, "its next update is before this one");
	if (der_sees(&list, DER_SEQUENCE) && !entries_walk(&list, &head.entries, &removes, why))
		return false;
	if (!extensions_read(list, crl))
		return because(why, "its extensions are not as this house writes them");
	if (crl->base_number > 0 && crl->base_number >= crl->number)
		return because(why, "its base is not older than itself");
	if (removes && crl->base_number == 0)
		return because(why, "it is no delta, but an entry of it says removeFromCRL");
	*out = head;
	return true;
}
