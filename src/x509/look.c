#include "x509/look.h"

#include <openssl/evp.h>

#include "x509/build.h"
#include "x509/der.h"

/* [0] is both the distribution point's name and, within, its full name (RFC 5280, 4.2.1.13). */
#define TAG_0 (DER_CONTEXT_CONSTRUCTED + 0)

bool
look_fingerprint(const struct certificate *certificate, uint8_t out[LOOK_FINGERPRINT_BYTES])
{
	return EVP_Digest(certificate->der.p, certificate->der.n, out, NULL, EVP_sha256(), NULL) == 1;
}

struct urls {
	struct str *v;
	size_t n, room;
};

static void
urls_add(struct urls *urls, struct str url, struct arena *arena)
{
	if (urls->n == urls->room) {
		size_t room = urls->room > 0 ? urls->room * 2 : 4;
		struct str *v = ARENA_ARRAY(arena, struct str, room);
		for (size_t i = 0; i < urls->n; i++)
			v[i] = urls->v[i];
		urls->v = v;
		urls->room = room;
	}
	urls->v[urls->n++] = url;
}

/* One DistributionPoint. Without a full name it is somewhere in a directory: no URL. */
static bool
point_read(struct der point, struct arena *arena, struct urls *urls)
{
	struct der name, full;
	struct der_item item;
	struct general_name place;

	if (!der_sees(&point, TAG_0))
		return true;
	if (!der_enter(&point, TAG_0, &name))
		return false;
	if (!der_sees(&name, TAG_0))
		return true;
	/* GeneralNames, whose own tag the implicit one has replaced. */
	if (!der_enter(&name, TAG_0, &full) || !der_at_end(&name))
		return false;
	while (!der_at_end(&full)) {
		if (!der_next(&full, &item) || !general_name_read(&item, arena, &place))
			return false;
		if (place.kind == GENERAL_NAME_URI && place.text.p != NULL)
			urls_add(urls, place.text, arena);
	}
	return true;
}

bool
look_crl_urls(const struct certificate *certificate, struct arena *arena, const struct str **out, size_t *count)
{
	const struct certificate_extension *extension =
		certificate_extension(certificate, EXTENSION_OID_CRL_DISTRIBUTION_POINTS);
	struct urls urls = { 0 };
	struct der value, points, point;

	if (extension != NULL) {
		value = der_of(extension->value);
		if (!der_enter(&value, DER_SEQUENCE, &points) || !der_at_end(&value))
			return false;
		while (!der_at_end(&points))
			if (!der_enter(&points, DER_SEQUENCE, &point) || !point_read(point, arena, &urls))
				return false;
	}
	*out = urls.v;
	*count = urls.n;
	return true;
}
