/* papers_sort.c — which certificate is a leaf, whose issuer is who, and which key is whose: by content alone. */
#include "cli/papers.h"

enum {
	CHAIN_MAX = 64,     /* real ones have four; a circle of names ends here */
	TRIES_PER_LINK = 16 /* CAs of one name whose keys are tried: each costs a verification */
};

/* ---- Keys ---- */

static const struct paper_key *
find_key(const struct papers *papers, const struct certificate *certificate)
{
	/* The same bytes, nearly always; comparing numbers is dear where there are thousands. */
	for (size_t i = 0; i < papers->key_count; i++)
		if (bytes_equal(papers->keys[i].key->spki, certificate->spki))
			return &papers->keys[i];
	for (size_t i = 0; i < papers->key_count; i++)
		if (bundle_key_fits(papers->keys[i].key, certificate->spki))
			return &papers->keys[i];
	return NULL;
}

/* ---- Chains ---- */

/* Of several certificates of one CA (renewed, signed across): one that is valid and a CA's, rather from the leaf's own
 * file. */
static int
fitness(const struct papers *papers, const struct paper_certificate *issuer, const struct paper_certificate *leaf)
{
	const struct certificate *certificate = issuer->certificate;
	int64_t now_ms = papers->talk->now_ms;
	bool valid = now_ms >= certificate->not_before_ms && now_ms <= certificate->not_after_ms;

	return (valid ? 4 : 0) + (certificate->is_ca ? 2 : 0) + (issuer->file == leaf->file ? 1 : 0);
}

static bool
is_in(const struct paper_certificate *paper, const struct paper_certificate *const *chain, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (chain[i] == paper)
			return true;
	return false;
}

/* The best issuer, by name and by signature; by name alone where no signature is right, so that whoever asks about the
 * chain is told what is wrong with it. */
static struct paper_certificate *
find_issuer(const struct papers *papers, struct verifier *verifier, const struct paper_certificate *child,
	const struct paper_set *set)
{
	struct paper_certificate *best = NULL;
	struct paper_certificate *namesake = NULL;
	int best_fitness = -1;
	size_t tries = 0;

	if (verifier_self_signed(verifier, child->certificate, true))
		return NULL;
	for (size_t i = 0; i < papers->certificate_count && tries < TRIES_PER_LINK; i++) {
		struct paper_certificate *issuer = &papers->certificates[i];
		if (issuer == child || issuer == set->leaf || is_in(issuer, set->chain, set->chain_count) ||
			!certificate_is_issued_by(child->certificate, issuer->certificate))
			continue;
		tries++;
		if (verifier_verify(verifier, child->certificate, issuer->certificate, true) != VERIFY_OK) {
			namesake = namesake == NULL ? issuer : namesake;
			continue;
		}
		if (fitness(papers, issuer, set->leaf) > best_fitness) {
			best_fitness = fitness(papers, issuer, set->leaf);
			best = issuer;
		}
	}
	return best != NULL ? best : namesake;
}

static void
build_chain(const struct papers *papers, struct verifier *verifier, struct paper_set *set)
{
	const struct paper_certificate **chain =
		ARENA_ARRAY(papers->talk->arena, const struct paper_certificate *, CHAIN_MAX);
	const struct paper_certificate *child = set->leaf;

	set->chain = chain;
	while (set->chain_count < CHAIN_MAX) {
		struct paper_certificate *issuer = find_issuer(papers, verifier, child, set);
		if (issuer == NULL)
			return;
		issuer->placed = true;
		chain[set->chain_count++] = issuer;
		child = issuer;
	}
}

/* ---- Leaves ---- */

/* Has it issued, by name and signature, another one that was given? */
static bool
is_issuer_here(const struct papers *papers, struct verifier *verifier, const struct paper_certificate *paper)
{
	size_t tries = 0;

	for (size_t i = 0; i < papers->certificate_count && tries < TRIES_PER_LINK; i++) {
		const struct paper_certificate *child = &papers->certificates[i];
		if (child == paper || !certificate_is_issued_by(child->certificate, paper->certificate))
			continue;
		tries++;
		if (verifier_verify(verifier, child->certificate, paper->certificate, true) == VERIFY_OK)
			return true;
	}
	return false;
}

static void
add_set(struct papers *papers, struct paper_certificate *leaf)
{
	leaf->placed = true;
	papers->sets[papers->set_count++] =
		(struct paper_set){ .leaf = leaf, .key = leaf->key, .key_fits = leaf->key != NULL };
}

/* Leaves are those that have a key, and are not the CA of another. Where there is none such, they are those that issued
 * none of the others: end entities, or else what there is. */
static void
choose_leaves(struct papers *papers, struct verifier *verifier, bool keyed)
{
	bool end_entity = false;

	for (size_t i = 0; i < papers->certificate_count; i++)
		end_entity |= !papers->certificates[i].certificate->is_ca;
	for (size_t i = 0; i < papers->certificate_count; i++) {
		struct paper_certificate *paper = &papers->certificates[i];
		bool candidate = keyed ? paper->key != NULL : !(end_entity && paper->certificate->is_ca);
		if (candidate && !(paper->certificate->is_ca && is_issuer_here(papers, verifier, paper)))
			add_set(papers, paper);
	}
}

void
papers_sort(struct papers *papers)
{
	struct verifier *verifier = verifier_new();

	papers->sets = ARENA_ARRAY(papers->talk->arena, struct paper_set, papers->certificate_count);
	for (size_t i = 0; i < papers->certificate_count; i++)
		papers->certificates[i].key = find_key(papers, papers->certificates[i].certificate);
	choose_leaves(papers, verifier, true);
	if (papers->set_count == 0)
		choose_leaves(papers, verifier, false);
	/* One certificate and one key are meant for each other, even where they do not fit. */
	if (papers->set_count == 1 && papers->key_count == 1)
		papers->sets[0].key = &papers->keys[0];
	for (size_t i = 0; i < papers->set_count; i++) {
		build_chain(papers, verifier, &papers->sets[i]);
		for (size_t k = 0; k < papers->key_count; k++)
			papers->keys[k].placed |= papers->sets[i].key == &papers->keys[k];
	}
	verifier_free(verifier);
}
