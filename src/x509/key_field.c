/* key_field.c — what the PrivateKey field holds: one key, not encrypted, in PEM. Most keys that are refused are refused
 * here, so the words say what to do about it. */
#include <string.h>

#include "base/base64.h"
#include "x509/field.h"
#include "x509/key_parts.h"
#include "x509/pem.h"

static const struct {
	const char *label;
	enum key_form form;
} forms[] = {
	{ "PRIVATE KEY", KEY_FORM_PKCS8 },
	{ "RSA PRIVATE KEY", KEY_FORM_RSA },
	{ "EC PRIVATE KEY", KEY_FORM_EC },
};

const char *
key_form_label(enum key_form form)
{
	size_t i = 0;

	while (forms[i].form != form)
		i++;
	return forms[i].label;
}

#define KEY_LABELS "a \"PRIVATE KEY\", \"RSA PRIVATE KEY\" or \"EC PRIVATE KEY\""

/* The blocks of a field, counted. */
struct census {
	struct pem_block key; /* the first */
	struct str other;     /* label of the first block that is no key; absent if there is none */
	size_t keys;
	size_t others;
};

static bool
is_key(struct str label)
{
	static const struct str tail = { "PRIVATE KEY", sizeof "PRIVATE KEY" - 1 };

	return label.n >= tail.n && memcmp(label.p + label.n - tail.n, tail.p, tail.n) == 0;
}

static struct census
census_take(struct bytes field, struct arena *arena)
{
	struct str rest = str_of_bytes(field);
	struct census census = { 0 };
	struct pem_block block;

	while (pem_next(&rest, arena, &block)) {
		if (is_key(block.label)) {
			if (census.keys++ == 0)
				census.key = block;
		} else if (!str_is(block.label, "EC PARAMETERS")) {
			/* `openssl ecparam -genkey` puts EC PARAMETERS first; the key behind them says the same. */
			if (census.others++ == 0)
				census.other = block.label;
		}
	}
	return census;
}

static bool
looks_like_der(struct bytes field)
{
	struct der outside = der_of(field);
	struct der inside;
	struct der_item version;

	return der_enter(&outside, DER_SEQUENCE, &inside) && der_at_end(&outside) &&
	       der_take(&inside, DER_INTEGER, &version) && version.content.n == 1;
}

static bool
looks_like_utf16(struct bytes field)
{
	return field.n >= 2 &&
	       ((field.p[0] == 0xff && field.p[1] == 0xfe) || (field.p[0] == 0xfe && field.p[1] == 0xff));
}

bool
key_form_of_der(struct bytes der, enum key_form *out)
{
	struct der outside = der_of(der);
	struct der inside;
	struct der_item version;

	if (!der_enter(&outside, DER_SEQUENCE, &inside) || !der_take(&inside, DER_INTEGER, &version))
		return false;
	if (der_sees(&inside, DER_SEQUENCE))
		*out = KEY_FORM_PKCS8;
	else if (der_sees(&inside, DER_INTEGER))
		*out = KEY_FORM_RSA;
	else if (der_sees(&inside, DER_OCTET_STRING))
		*out = KEY_FORM_EC;
	else
		return false;
	return true;
}

/* EncryptedPrivateKeyInfo (RFC 5958, 3): how it was encrypted, and what came of it. */
static bool
looks_encrypted(struct bytes field)
{
	struct der outside = der_of(field);
	struct der inside;
	struct key_type type;
	struct der_item data;

	return der_enter(&outside, DER_SEQUENCE, &inside) && key_type_take(&inside, &type) &&
	       der_take(&inside, DER_OCTET_STRING, &data) && der_at_end(&inside);
}

/* Text that is not PEM, but was nearly. */
static bool
refuse_text(struct bytes field, struct arena *arena, struct fault *fault)
{
	struct bytes decoded;
	enum key_form form;
	bool base64 = base64_decode_wrapped(str_of_bytes(field), arena, &decoded);

	if (field.n > 0 && field_is_blank(field))
		return import_refuse(NULL, IMPORT_RULE_KEY_PEM, fault, "The field holds white space only.");
	if (field_is_file_name(str_of_bytes(field)))
		return import_refuse(NULL, IMPORT_RULE_KEY_PEM, fault,
			"The field holds the name of a file, not its content: with the AWS CLI write fileb:// before "
			"the name.");
	if (base64 && str_starts_with(str_of_bytes(decoded), STR("-----BEGIN ")))
		return import_refuse(NULL, IMPORT_RULE_KEY_PEM, fault,
			"The field holds PEM that was encoded in base64 once more: give the PEM text itself, the "
			"client encodes it for the wire.");
	if (base64 && key_form_of_der(decoded, &form))
		return import_refuse(NULL, IMPORT_RULE_KEY_PEM, fault,
			"The field holds base64 without its frame: put the lines -----BEGIN %s----- and "
			"-----END %s----- around it.",
			key_form_label(form), key_form_label(form));
	return import_refuse(NULL, IMPORT_RULE_KEY_PEM, fault,
		"The field holds %zu bytes without a line \"-----BEGIN PRIVATE KEY-----\" and its END line.", field.n);
}

/* A field without any PEM block. */
static bool
read_without_pem(struct bytes field, const struct import_rules *rules, struct arena *arena, struct key_field *out,
	struct fault *fault)
{
	struct key_field found = { .der = field };
	const char *label = pem_decoded_as_base64(field);

	if (label != NULL)
		return import_refuse(NULL, IMPORT_RULE_KEY_PEM, fault,
			"This PEM file (\"BEGIN %s\") was decoded as base64 by the client: use fileb:// where file:// "
			"was used.",
			label);
	if (looks_like_utf16(field))
		return import_refuse(NULL, IMPORT_RULE_KEY_PEM, fault,
			"The field holds UTF-16 text: save the file as ASCII or UTF-8.");
	if (looks_encrypted(field))
		return import_refuse(NULL, IMPORT_RULE_KEY_ENCRYPTED, fault,
			"The key is encrypted, and in DER: `openssl pkey -inform DER -in key.der -out plain.pem` "
			"removes the passphrase and turns it into PEM.");
	if (field_is_pkcs12(field))
		return import_refuse(NULL, IMPORT_RULE_KEY_PEM, fault,
			"The field holds a PKCS #12 file: `openssl pkcs12 -in file.p12 -nocerts -nodes -out key.pem` "
			"writes its key as PEM.");
	if (!looks_like_der(field))
		return refuse_text(field, arena, fault);
	if (!import_refuse(rules, IMPORT_RULE_KEY_PEM, fault,
		    "The field holds DER, not PEM: `openssl pkey -inform DER -in key.der -out key.pem` turns it into "
		    "PEM."))
		return false;
	if (!key_form_of_der(field, &found.form))
		return import_refuse(NULL, IMPORT_RULE_KEY_PEM, fault, "The field holds DER, but no private key.");
	*out = found;
	return true;
}

/* PEM, but no private key in it. */
static bool
refuse_other_pem(const struct census *census, struct fault *fault)
{
	if (str_is(census->other, "CERTIFICATE"))
		return import_refuse_other(NULL, IMPORT_RULE_KEY_PEM, 0, fault,
			"The field holds a certificate: certificates belong in Certificate and CertificateChain, the "
			"private key in PrivateKey.");
	if (str_is(census->other, "PUBLIC KEY") || str_is(census->other, "RSA PUBLIC KEY"))
		return import_refuse_other(NULL, IMPORT_RULE_KEY_PEM, 0, fault,
			"The field holds a public key: the private key it was made from is needed.");
	return import_refuse_other(NULL, IMPORT_RULE_KEY_PEM, 0, fault,
		"The field holds a \"%.*s\"; expected was " KEY_LABELS ".", STR_ARG(census->other));
}

static bool
check_count(const struct census *census, const struct import_rules *rules, struct fault *fault)
{
	if (census->keys > 1)
		return import_refuse(rules, IMPORT_RULE_KEY_COUNT, fault,
			"The field holds %zu private keys: leave only the one that belongs to the certificate.",
			census->keys);
	if (census->others > 0)
		return import_refuse(rules, IMPORT_RULE_KEY_COUNT, fault,
			"Beside the private key the field holds a \"%.*s\"%s: leave only the key.",
			STR_ARG(census->other), census->others > 1 ? " and more" : "");
	return true;
}

/* What a label gives away before the key is looked at. */
static bool
check_label(const struct pem_block *key, struct fault *fault)
{
	if (str_is(key->label, "OPENSSH PRIVATE KEY"))
		return import_refuse(NULL, IMPORT_RULE_KEY_PEM, fault,
			"The field holds a key in OpenSSH's own format: `ssh-keygen -p -m PKCS8 -f key.pem` turns the "
			"file into PKCS#8.");
	if (key->encrypted || str_is(key->label, "ENCRYPTED PRIVATE KEY"))
		return import_refuse(NULL, IMPORT_RULE_KEY_ENCRYPTED, fault,
			"The key is encrypted: `openssl pkey -in key.pem -out plain.pem` removes the passphrase.");
	if (str_is(key->label, "DSA PRIVATE KEY"))
		return import_refuse(NULL, IMPORT_RULE_KEY_SUPPORTED, fault,
			"Found was a DSA key; supported are " KEY_SUPPORTED_WORDS ".");
	return true;
}

/* Keys are relabelled by hand where a program wants another label; what is in them stays. */
static bool
check_form(const struct key_field *key, const char *label, struct fault *fault)
{
	enum key_form form;

	return !key_form_of_der(key->der, &form) || form == key->form ||
	       import_refuse(NULL, IMPORT_RULE_KEY_PEM, fault,
		       "The key is labelled \"%s\", but it is what belongs under \"%s\": write that into its BEGIN and "
		       "END lines.",
		       label, key_form_label(form));
}

bool
key_field_read(struct bytes field, const struct import_rules *rules, struct arena *arena, struct key_field *out,
	struct fault *fault)
{
	struct census census = census_take(field, arena);

	if (census.keys == 0 && census.others == 0)
		return read_without_pem(field, rules, arena, out, fault);
	if (census.keys == 0)
		return refuse_other_pem(&census, fault);
	if (!check_count(&census, rules, fault) || !check_label(&census.key, fault))
		return false;
	if (census.key.broken != NULL)
		return import_refuse(NULL, IMPORT_RULE_KEY_PEM, fault, "The \"%.*s\" cannot be read: %s.",
			STR_ARG(census.key.label), census.key.broken);
	for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
		if (!str_is(census.key.label, forms[i].label))
			continue;
		*out = (struct key_field){ forms[i].form, census.key.der };
		return check_form(out, forms[i].label, fault);
	}
	return import_refuse(NULL, IMPORT_RULE_KEY_PEM, fault,
		"The field holds a \"%.*s\"; expected was " KEY_LABELS ".", STR_ARG(census.key.label));
}
