/* usage.h — key usages and extended key usages: bits in the store, names on the wire.
 *
 * Bit i-1 of a row's usages is the model's constant i; a certificate without the extension may do ANY, or names NONE.
 */
#ifndef CHANCERY_SERVICE_ACM_USAGE_H
#define CHANCERY_SERVICE_ACM_USAGE_H

#include "model/acm.h"
#include "x509/certificate.h"

unsigned acm_key_usage_bits(const struct certificate *certificate);
unsigned acm_extended_key_usage_bits(const struct certificate *certificate);

/* As DescribeCertificate and as lists print them: key usages in the order of their bits, extended ones in the
 * certificate's. None of a certificate that was never issued, whose `der` is absent. */
struct acm_key_usage_list acm_key_usages(const struct certificate *certificate, struct arena *arena);
struct acm_key_usage_names acm_key_usage_names(const struct certificate *certificate, struct arena *arena);
struct acm_extended_key_usage_list acm_extended_key_usages(const struct certificate *certificate, struct arena *arena);
struct acm_extended_key_usage_names acm_extended_key_usage_names(
	const struct certificate *certificate, struct arena *arena);

/* The bits that a filter's list asks for. */
uint32_t acm_usage_filter_bits(const struct choice *names, size_t count);

#endif
