#include <ctype.h>
#include <string.h>

#include "cli/cert.h"
#include "cli/printable.h"
#include "cli/say.h"
#include "model/acm.h"
#include "x509/certificate.h"

/* So many are named when a word does not say which; the rest is counted. */
enum {
	FIND_MAX_NAMED = 20,
	ID_BYTES = 36,
	FILTER_MAX_BYTES = 256, /* what the API takes as the text of a filter */
};

/* What a walk over certificates keeps. */
struct search {
	struct cert *cert;
	bool (*wanted)(const struct search *search, const struct value *item);
	struct str word;                       /* an id or its beginning, or a name, in lower case */
	const struct certificate *certificate; /* whose twins are wanted */
	struct cert_list *list;
};

/* A deep copy: pages die. */
static struct value *
keep(const struct value *value, struct arena *arena)
{
	struct value *copy = value_new(value->kind, arena);

	copy->truth = value->truth;
	copy->text = arena_str(arena, value->text);
	copy->bytes = arena_bytes(arena, value->bytes);
	for (size_t i = 0; i < value->count; i++) {
		struct value *inside = keep(value->items[i].value, arena);
		if (value->kind == VALUE_MAP)
			value_set(copy, arena_str(arena, value->items[i].key), inside, arena);
		else
			value_append(copy, inside, arena);
	}
	return copy;
}

static void
add(struct search *search, const struct value *item)
{
	struct arena *arena = search->cert->talk.arena;
	struct cert_list *list = search->list;
	const struct value *kept = keep(item, arena);
	const struct value *x509 = value_get(kept, STR("X509Attributes"));
	const struct value *metadata =
		value_get(value_get(kept, STR("CertificateMetadata")), STR("AcmCertificateMetadata"));

	if (list->n == list->room) {
		size_t room = list->room > 0 ? list->room * 2 : 16;
		struct cert_found *v = ARENA_ARRAY(arena, struct cert_found, room);
		if (list->n > 0)
			memcpy(v, list->v, list->n * sizeof *v);
		list->v = v;
		list->room = room;
	}
	list->v[list->n++] = (struct cert_found){
		.arn = value_text(kept, "CertificateArn"),
		.name = cert_name(x509, arena),
		.status = value_text(metadata, "Status"),
		.type = value_text(metadata, "Type"),
		.key_algorithm = value_text(x509, "KeyAlgorithm"),
		.expires = talk_age(&search->cert->talk, x509, "NotAfter", arena),
		.attributes = x509,
	};
}

static bool
take(void *context, const struct value *items)
{
	struct search *search = context;

	for (size_t i = 0; i < items->count; i++)
		if (search->wanted(search, items->items[i].value))
			add(search, items->items[i].value);
	return true;
}

static bool
walk(struct search *search, struct value *filter)
{
	struct cert *cert = search->cert;
	struct value *input = value_new(VALUE_MAP, cert->talk.arena);
	bool more;

	if (filter != NULL)
		value_set(input, STR("FilterStatement"), filter, cert->talk.arena);
	return talk_walk(&cert->talk, &acm_service, "SearchCertificates", input, -1, take, search, &more);
}

/* ---- Which one does a word mean? ---- */

static struct str
lower(struct str text, struct arena *arena)
{
	char *out = arena_alloc(arena, text.n + 1);

	for (size_t i = 0; i < text.n; i++)
		out[i] = (char)tolower((unsigned char)text.p[i]);
	return (struct str){ out, text.n };
}

/* Could it begin an id: hexadecimal digits and hyphens alone? */
static bool
may_be_id(struct str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (strchr("0123456789abcdef-", word.p[i]) == NULL)
			return false;
	return word.n > 0 && word.n <= ID_BYTES;
}

static bool
has_name(const struct value *x509, struct str word, struct arena *arena)
{
	const struct value *names = value_get(x509, STR("SubjectAlternativeNames"));

	for (size_t i = 0; names != NULL && i < names->count; i++) {
		const struct value *name = names->items[i].value;
		if (str_equal(lower(value_text(name, "DnsName"), arena), word) ||
			str_equal(lower(value_text(name, "IpAddress"), arena), word))
			return true;
	}
	return str_equal(lower(value_text(value_get(x509, STR("Subject")), "CommonName"), arena), word);
}

static bool
is_meant(const struct search *search, const struct value *item)
{
	struct str id = talk_id(value_text(item, "CertificateArn"));

	return (may_be_id(search->word) && str_starts_with(id, search->word)) ||
	       has_name(value_get(item, STR("X509Attributes")), search->word, search->cert->talk.page);
}

struct str
cert_list_words(const struct cert_list *list, struct arena *arena)
{
	struct buffer out = { 0 };

	for (size_t i = 0; i < list->n && i < FIND_MAX_NAMED; i++) {
		const struct cert_found *found = &list->v[i];
		buffer_printf(&out, "\n  %.*s  %.*s (%.*s, %.*s%s%.*s)", STR_ARG(talk_id(found->arn)),
			STR_ARG(printable(found->name, arena)), STR_ARG(found->type), STR_ARG(found->status),
			found->expires.n > 0 ? ", ends " : "", STR_ARG(found->expires));
	}
	if (list->n > FIND_MAX_NAMED)
		buffer_printf(&out, "\n  and %zu more", list->n - FIND_MAX_NAMED);
	struct str words = arena_str(arena, buffer_str(&out));
	buffer_done(&out);
	return words;
}

bool
cert_find(struct cert *cert, const char *word, struct str *arn)
{
	struct arena *arena = cert->talk.arena;
	struct cert_list list = { 0 };
	struct search search = { .cert = cert, .wanted = is_meant, .word = lower(str_of(word), arena), .list = &list };

	if (str_starts_with(str_of(word), STR("arn:"))) {
		if (strstr(word, ":certificate/") == NULL)
			return talk_refuse(&cert->talk, EXIT_USAGE, "%s is not the ARN of a certificate of ACM.", word);
		*arn = str_of(word);
		return true;
	}
	if (word[0] == '\0')
		return talk_refuse(&cert->talk, EXIT_USAGE, "An empty word means no certificate.");
	/* The beginning of an id, and an address, are found by looking at all. */
	bool by_name = !may_be_id(search.word) && strspn(search.word.p, "0123456789.:abcdef") != search.word.n;
	if (!walk(&search, by_name ? cert_filter_name(search.word, "EQUALS", arena) : NULL))
		return false;
	if (list.n == 1) {
		*arn = list.v[0].arn;
		return true;
	}
	if (list.n > 1)
		return talk_refuse(&cert->talk, EXIT_ANYTHING_ELSE,
			"'%s' is not one certificate, but %zu. Say more of the id:%.*s", word, list.n,
			STR_ARG(cert_list_words(&list, arena)));
	return talk_refuse(&cert->talk, EXIT_ANYTHING_ELSE,
		"There is no certificate '%s' here. `chancery ls` lists those that are.", word);
}

/* ---- Twins ---- */

/* How many names of hosts it has, and whether all are among the certificate's. */
static bool
names_are(const struct value *x509, const struct certificate *certificate)
{
	const struct value *names = value_get(x509, STR("SubjectAlternativeNames"));
	size_t theirs = 0;
	size_t ours = 0;

	for (size_t i = 0; i < certificate->name_count; i++)
		ours += certificate->names[i].kind == GENERAL_NAME_DNS || certificate->names[i].kind == GENERAL_NAME_IP;
	for (size_t i = 0; names != NULL && i < names->count; i++) {
		const struct value *name = names->items[i].value;
		struct str dns = value_text(name, "DnsName");
		struct str text = dns.p != NULL ? dns : value_text(name, "IpAddress");
		bool found = text.p == NULL;
		theirs += text.p != NULL;
		for (size_t k = 0; !found && k < certificate->name_count; k++)
			found = certificate->names[k].text.n == text.n &&
				strncasecmp(certificate->names[k].text.p, text.p, text.n) == 0;
		if (!found)
			return false;
	}
	if (ours > 0 || theirs > 0)
		return ours == theirs;
	return str_equal(value_text(value_get(x509, STR("Subject")), "CommonName"),
		name_get(&certificate->subject_name, NAME_OID_COMMON_NAME));
}

static bool
is_twin(const struct search *search, const struct value *item)
{
	return names_are(value_get(item, STR("X509Attributes")), search->certificate);
}

/* Numbers are those of enum key_algorithm. */
static const char *
key_name(const struct certificate *certificate)
{
	static const char *const names[] = {
		[KEY_UNSUPPORTED] = NULL,
		[KEY_RSA_1024] = "RSA_1024",
		[KEY_RSA_2048] = "RSA_2048",
		[KEY_RSA_3072] = "RSA_3072",
		[KEY_RSA_4096] = "RSA_4096",
		[KEY_EC_P256] = "EC_prime256v1",
		[KEY_EC_P384] = "EC_secp384r1",
		[KEY_EC_P521] = "EC_secp521r1",
	};

	return names[certificate->key.algorithm];
}

bool
cert_find_twins(struct cert *cert, const struct certificate *certificate, struct cert_list *out)
{
	struct arena *arena = cert->talk.arena;
	struct search search = { .cert = cert, .wanted = is_twin, .certificate = certificate, .list = out };
	struct str name = name_get(&certificate->subject_name, NAME_OID_COMMON_NAME);
	const char *key = key_name(certificate);
	struct value *all = NULL;

	for (size_t i = 0; i < certificate->name_count; i++) {
		if (certificate->names[i].kind == GENERAL_NAME_DNS) {
			name = lower(certificate->names[i].text, arena);
			break;
		}
	}
	if (key == NULL)
		return true;
	cert_filter_join(&all, "And",
		cert_filter("AcmCertificateMetadataFilter", "Type", NULL, value_string(STR("IMPORTED"), arena), arena),
		arena);
	cert_filter_join(&all, "And",
		cert_filter("X509AttributeFilter", "KeyAlgorithm", NULL, value_string(str_of(key), arena), arena),
		arena);
	if (name.n > 0 && name.n <= FILTER_MAX_BYTES)
		cert_filter_join(&all, "And", cert_filter_name(name, "EQUALS", arena), arena);
	return walk(&search, all);
}
