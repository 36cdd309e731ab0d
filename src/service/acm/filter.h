/* filter.h — what is asked for, as the store takes it: the leaves that List and Search share, and Search's grammar. */
#ifndef CHANCERY_SERVICE_ACM_FILTER_H
#define CHANCERY_SERVICE_ACM_FILTER_H

#include "model/acm.h"
#include "service/call.h"

/* A leaf that matches any of the bits. */
const struct store_filter *filter_in(struct arena *arena, enum store_field field, uint32_t bits);
/* All of the children. */
const struct store_filter *filter_and(struct arena *arena, const struct store_filter *const *children, size_t count);

/* The bit of a model constant in the fields that have "a bit for each number", and of yes or no in the others. */
uint32_t filter_number_bit(struct choice value);
uint32_t filter_flag_bit(bool value);

/* A whole FilterStatement. FAULT_VALIDATION when it holds more filters than a search may, or a range that ends before
 * it begins. */
MUST_CHECK bool filter_statement(const struct call *call, const struct acm_certificate_filter_statement *statement,
	const struct store_filter **out, struct fault *fault);

#endif
