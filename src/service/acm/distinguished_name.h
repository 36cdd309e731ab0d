/* distinguished_name.h — names as SearchCertificates tells them: attribute by attribute. */
#ifndef CHANCERY_SERVICE_ACM_DISTINGUISHED_NAME_H
#define CHANCERY_SERVICE_ACM_DISTINGUISHED_NAME_H

#include "model/acm.h"
#include "x509/certificate.h"

/* Of an attribute that occurs twice the last, most specific one is told, as everywhere; an attribute the model has no
 * member for is a custom one. NULL when it is no well-formed name. */
const struct acm_distinguished_name *acm_distinguished_name(struct bytes name, struct arena *arena);

/* The names of a subjectAltName, of every kind the model knows. */
struct acm_general_name_list acm_general_names(const struct certificate *certificate, struct arena *arena);

#endif
