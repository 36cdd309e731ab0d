/* authority_papers.h — sound certificates of a CA of ours and of those above it, to be changed at will. */
#ifndef CHANCERY_TESTS_AUTHORITY_PAPERS_H
#define CHANCERY_TESTS_AUTHORITY_PAPERS_H

#include "forge.h"
#include "x509/authority_import.h"

enum { PAPERS_MAX_CHAIN = 8 };

/* Of the authority itself, as a root: CN=Own Root. */
struct recipe papers_root(enum forge_kind kind);
/* As a subordinate: CN=Own CA, issued by CN=Root CA (forge_root()). */
struct recipe papers_subordinate(enum forge_kind kind);
/* As a subordinate of CN=Policy CA, which CN=Root CA issued. */
struct recipe papers_lower(enum forge_kind kind);
struct recipe papers_policy(enum forge_kind kind);

/* What the authority is: key and subject of that recipe. */
struct authority_claim papers_claim(const struct recipe *own, bool is_root, struct arena *arena);
/* Certificates in a row, in PEM. */
struct str papers_chain(const struct recipe *recipes, size_t count, struct arena *arena);
/* One extension with a value that is right where its kind is known: SAN, key usage, extended key usage. */
struct bytes papers_extension(const char *oid, bool critical, struct arena *arena);

#endif
