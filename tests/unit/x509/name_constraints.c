/* What a CA certificate's name constraints permit (RFC 5280, 4.2.1.10). */
#include "x509/name_constraints.h"

#include "forge.h"
#include "test.h"
#include "x509/build.h"

static struct arena arena;

/* A GeneralSubtree for a DNS name, or for a directory name of that common name. */
static struct bytes
subtree_dns(const char *name)
{
	struct bytes text = bytes_of_str(str_of(name));

	return forge_der(&arena, 0x30, forge_der(&arena, 0x82, text));
}

static struct bytes
subject_der(const char *common_name)
{
	struct name_part part = { STR(NAME_OID_COMMON_NAME), str_of(common_name) };
	struct fault fault = { 0 };
	struct bytes der;

	CHECK_OK(name_build(&part, 1, &arena, &der, &fault), fault);
	return der;
}

static struct bytes
subtree_directory(const char *common_name)
{
	return forge_der(&arena, 0x30, forge_der(&arena, 0xa4, subject_der(common_name)));
}

static const struct certificate *
issuer(struct bytes value)
{
	struct recipe recipe = { .ca = FORGE_CA_TRUE };
	const struct certificate *certificate;
	const char *why;

	if (value.p != NULL)
		recipe.extensions = forge_extension(EXTENSION_OID_NAME_CONSTRAINTS, true, value, &arena);
	if (!certificate_parse(forge_certificate(&recipe, &arena), &arena, &certificate, &why))
		fail_msg("%s", why);
	return certificate;
}

static struct bytes
permitted(struct bytes subtrees)
{
	return forge_der(&arena, 0x30, forge_der(&arena, 0xa0, subtrees));
}

static struct bytes
excluded(struct bytes subtrees)
{
	return forge_der(&arena, 0x30, forge_der(&arena, 0xa1, subtrees));
}

/* With the name as common name and as DNS name. */
static bool
permits(struct bytes value, const char *name)
{
	struct str dns = str_of(name);
	struct name subject;

	CHECK(name_parse(subject_der(name), &arena, &subject));
	return name_constraints_permit(issuer(value), &subject, &dns, 1, &arena);
}

TEST(name_constraints, permit_everything_when_there_are_none)
{
	CHECK(permits((struct bytes){ 0 }, "www.example.com"));
	arena_done(&arena);
}

TEST(name_constraints, permit_a_domain_and_what_is_below_it)
{
	struct bytes value = permitted(subtree_dns("example.com"));

	CHECK(permits(value, "example.com"));
	CHECK(permits(value, "www.Example.COM"));
	CHECK(permits(value, "*.example.com"));
	CHECK(!permits(value, "example.org"));
	CHECK(!permits(value, "badexample.com"));
	CHECK(!permits(value, "com"));
	CHECK(permits(permitted(subtree_dns("")), "anything.test"));
	arena_done(&arena);
}

TEST(name_constraints, with_a_dot_before_them_want_a_label_more)
{
	struct bytes value = permitted(subtree_dns(".example.com"));

	CHECK(permits(value, "www.example.com"));
	CHECK(!permits(value, "example.com"));
	CHECK(!permits(value, ".example.com"));
	arena_done(&arena);
}

TEST(name_constraints, exclude_even_what_is_permitted)
{
	struct bytes value = forge_der(&arena, 0x30, forge_der(&arena, 0xa0, subtree_dns("example.com")),
		forge_der(&arena, 0xa1, subtree_dns("secret.example.com")));

	CHECK(permits(value, "www.example.com"));
	CHECK(!permits(value, "a.secret.example.com"));
	CHECK(permits(excluded(subtree_dns("example.org")), "www.example.com"));
	CHECK(!permits(excluded(subtree_dns("example.org")), "www.example.org"));
	CHECK(!permits(excluded(subtree_dns("")), "www.example.org"));
	arena_done(&arena);
}

TEST(name_constraints, permit_one_of_several_domains_but_want_every_name_permitted)
{
	struct bytes value = permitted(forge_der(&arena, -1, subtree_dns("a.test"), subtree_dns("b.test")));
	struct str names[] = { STR("x.a.test"), STR("y.b.test"), STR("z.c.test") };
	struct name subject;

	CHECK(name_parse(subject_der("x.a.test"), &arena, &subject));
	CHECK(name_constraints_permit(issuer(value), &subject, names, 2, &arena));
	CHECK(!name_constraints_permit(issuer(value), &subject, names, 3, &arena));
	arena_done(&arena);
}

TEST(name_constraints, look_at_the_subject)
{
	CHECK(permits(permitted(subtree_directory("www.example.com")), "www.example.com"));
	CHECK(!permits(permitted(subtree_directory("Example")), "www.example.com"));
	CHECK(!permits(excluded(subtree_directory("www.example.com")), "www.example.com"));
	CHECK(permits(excluded(subtree_directory("Example")), "www.example.com"));
	arena_done(&arena);
}

TEST(name_constraints, leave_names_of_other_kinds_alone)
{
	/* 192.0.2.0/24 */
	struct bytes address = forge_hex("c0000200ffffff00", &arena);

	CHECK(permits(permitted(forge_der(&arena, 0x30, forge_der(&arena, 0x87, address))), "www.example.com"));
	arena_done(&arena);
}

TEST(name_constraints, that_cannot_be_read_permit_nothing)
{
	CHECK(!permits(forge_hex("0400", &arena), "www.example.com"));
	CHECK(!permits(forge_hex("3004a0020400", &arena), "www.example.com"));
	CHECK(!permits(forge_hex("3002a500", &arena), "www.example.com"));
	CHECK(!permits(forge_hex("3004a1023000", &arena), "www.example.com"));
	arena_done(&arena);
}

TEST_MAIN("name_constraints");
