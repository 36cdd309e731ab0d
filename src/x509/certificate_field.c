#include "x509/certificate_field.h"

#include "x509/field.h"

/* In DER. */
static bool
certificate_choose(struct bytes text, const struct field_rules *field_rules, const struct import_rules *rules,
	struct arena *arena, struct bytes *out, struct fault *fault)
{
	const struct certificate *unused;
	const char *why;
	struct field field;

	field_scan(text, 1, field_rules->of_authority, arena, &field);
	if (field.count == 0 && field.other_count == 0 && text.n > 0 && certificate_parse(text, arena, &unused, &why)) {
		*out = text;
		return import_refuse(rules, field_rules->pem, fault,
			"It is a certificate in DER: openssl x509 -inform DER -in certificate.der -out certificate.pem "
			"converts it.");
	}
	if (field.count == 0)
		return import_refuse_always(field_rules->count, fault, "This field holds no certificate. %.*s",
			STR_ARG(field_diagnose(text, &field, arena)));
	if (field.count > 1) {
		field_scan(text, field.count, field_rules->of_authority, arena, &field);
		if (!import_refuse(
			    rules, field_rules->count, fault, "%.*s", STR_ARG(field_diagnose_several(&field, arena))))
			return false;
	}
	if (field.other_count > 0 && !import_refuse(rules, field_rules->pem, fault,
					     "This field holds something besides the certificate. %.*s",
					     STR_ARG(field_diagnose_other(&field, arena))))
		return false;
	if (field.certificates[0].broken != NULL)
		return import_refuse_always(field_rules->pem, fault, "The field holds one CERTIFICATE block, but %s.",
			field.certificates[0].broken);
	*out = field.certificates[0].der;
	return true;
}

bool
certificate_field_read(struct bytes text, const struct field_rules *field_rules, const struct import_rules *rules,
	struct arena *arena, const struct certificate **out, struct fault *fault)
{
	const struct certificate *certificate;
	const char *why;
	struct bytes der;

	if (!certificate_choose(text, field_rules, rules, arena, &der, fault))
		return false;
	if (!certificate_parse(der, arena, &certificate, &why))
		return import_refuse_always(field_rules->pem, fault,
			"The field holds one CERTIFICATE block, but its content is no X.509 certificate: %s.", why);
	if (certificate->version != 3 &&
		!import_refuse(rules, field_rules->version, fault,
			"It is of X.509 version %d; version 3 is wanted. Have the CA issue it with extensions.",
			certificate->version))
		return false;
	const char *flaw = certificate->ambiguity != NULL ? certificate->ambiguity : certificate->flaw;
	if (flaw != NULL && !import_refuse(rules, field_rules->profile, fault,
				    "This is wrong with it: %s. Have it issued anew.", flaw))
		return false;
	*out = certificate;
	return true;
}
