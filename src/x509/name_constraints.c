#include "x509/name_constraints.h"

#include <strings.h>

#include "x509/build.h"
#include "x509/der.h"

enum { PERMITTED = DER_CONTEXT_CONSTRUCTED + 0, EXCLUDED = DER_CONTEXT_CONSTRUCTED + 1 };

/* One name that is held against one list of subtrees. */
struct candidate {
	enum general_name_kind kind;
	struct str dns_name;        /* GENERAL_NAME_DNS */
	const struct name *subject; /* GENERAL_NAME_DIRECTORY */
};

/* "Any DNS name that can be constructed by simply adding zero or more labels to the left-hand side of the name". A
 * constraint that begins with a dot, which the RFC knows for hosts alone, wants a label more. */
static bool
dns_within(struct str name, struct str base)
{
	if (base.n == 0)
		return true;
	if (name.n < base.n || strncasecmp(name.p + name.n - base.n, base.p, base.n) != 0)
		return false;
	return name.n == base.n ? base.p[0] != '.' : base.p[0] == '.' || name.p[name.n - base.n - 1] == '.';
}

static bool
directory_within(const struct name *name, struct bytes base_der, struct arena *arena)
{
	struct name base, head = *name;

	if (!name_parse(base_der, arena, &base) || base.n > name->n)
		return false;
	head.n = base.n;
	return name_equal_parsed(&base, &head);
}

static bool
within(const struct candidate *candidate, const struct general_name *base, struct arena *arena)
{
	if (candidate->kind == GENERAL_NAME_DNS)
		return dns_within(candidate->dns_name, base->text);
	return directory_within(candidate->subject, base->der, arena);
}

/* *any: there are subtrees of the candidate's kind; *inside: it is within one of them. False: not readable. */
static bool
search(struct der subtrees, const struct candidate *candidate, struct arena *arena, bool *any, bool *inside)
{
	*any = *inside = false;
	while (!der_at_end(&subtrees)) {
		struct der subtree;
		struct der_item item;
		struct general_name base;
		if (!der_enter(&subtrees, DER_SEQUENCE, &subtree) || !der_next(&subtree, &item) ||
			!general_name_read(&item, arena, &base))
			return false;
		if (base.kind != candidate->kind)
			continue;
		*any = true;
		*inside = *inside || within(candidate, &base, arena);
	}
	return true;
}

static bool
permits(struct bytes extension, const struct candidate *candidate, struct arena *arena)
{
	struct der value = der_of(extension), sequence, subtrees;
	bool any, inside;

	if (!der_enter(&value, DER_SEQUENCE, &sequence))
		return false;
	if (der_sees(&sequence, PERMITTED) &&
		(!der_enter(&sequence, PERMITTED, &subtrees) || !search(subtrees, candidate, arena, &any, &inside) ||
			(any && !inside)))
		return false;
	if (der_sees(&sequence, EXCLUDED) && (!der_enter(&sequence, EXCLUDED, &subtrees) ||
						     !search(subtrees, candidate, arena, &any, &inside) || inside))
		return false;
	return der_at_end(&sequence);
}

bool
name_constraints_permit(const struct certificate *issuer, const struct name *subject, const struct str *dns_names,
	size_t count, struct arena *arena)
{
	const struct certificate_extension *extension = certificate_extension(issuer, EXTENSION_OID_NAME_CONSTRAINTS);
	struct candidate candidate = { .kind = GENERAL_NAME_DIRECTORY, .subject = subject };

	if (extension == NULL)
		return true;
	if (subject->n > 0 && !permits(extension->value, &candidate, arena))
		return false;
	candidate.kind = GENERAL_NAME_DNS;
	for (size_t i = 0; i < count; i++) {
		candidate.dns_name = dns_names[i];
		if (!permits(extension->value, &candidate, arena))
			return false;
	}
	return true;
}
