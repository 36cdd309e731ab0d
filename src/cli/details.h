/* details.h — a page of details: a title, labels, and what stands behind them. */
#ifndef CHANCERY_CLI_DETAILS_H
#define CHANCERY_CLI_DETAILS_H

#include "cli/table.h"
#include "cli/talk.h"
#include "x509/certificate.h"

/* Zero-initialised but for `talk`; say_text() of the text ends it. */
struct details {
	const struct talk *talk;
	struct buffer text;
};

void details_title(struct details *details, struct str title);
/* Nothing when the text is absent or empty. */
void details_line(struct details *details, const char *label, struct str text);
void details_member(struct details *details, const char *label, const struct value *object, const char *member);
void details_moment(struct details *details, const char *label, const struct value *object, const char *member);
void details_hex(struct details *details, const char *label, struct bytes bytes);
/* The object's Status, coloured, and behind it why. */
void details_status(struct details *details, const struct value *object, struct str more);
/* All that people look for in a certificate, from its subject to its fingerprint. */
void details_certificate(struct details *details, const struct certificate *certificate);

/* "DNS www.example.com" */
struct str details_name_words(const struct general_name *name, struct arena *arena);
/* The first certificate of a PEM text; NULL, and *why is a clause for people ("there is none"). */
const struct certificate *details_read_pem(struct str *pem, struct arena *arena, const char **why);
/* "Certificate" and "CertificateChain" of an answer, as one PEM text. */
void details_put_pem(const struct value *answer, struct buffer *out);

#endif
