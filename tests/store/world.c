#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

void
world_open(struct world *world)
{
	const struct store_options options = { .path = world->path, .readers = 4, .clock = &world->clock };

	if (!store_open(&options, &world->store, &world->fault))
		fail_msg("store_open: %s (%s)", world->fault.say, world->fault.log);
}

void
world_close(struct world *world)
{
	store_close(world->store);
	world->store = NULL;
}

void
world_begin(struct world *world)
{
	const char *base = getenv("TMPDIR");

	memset(world, 0, sizeof *world);
	(void)snprintf(world->folder, sizeof world->folder, "%.40s/store-test-XXXXXX", base != NULL ? base : "/tmp");
	assert_true(mkdtemp(world->folder) != NULL);
	(void)snprintf(world->path, sizeof world->path, "%s/chancery.db", world->folder);
	world->clock = clock_fixed(WORLD_NOW_MS);
	world->owner = (struct owner){ STR("123456789012"), STR("eu-central-1") };
	world_open(world);
}

void
world_end(struct world *world)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-journal" };

	world_close(world);
	for (size_t i = 0; i < ARRAY_COUNT(endings); i++)
		(void)unlink(arena_printf(&world->arena, "%s%s", world->path, endings[i]).p);
	assert_true(rmdir(world->folder) == 0);
	arena_done(&world->arena);
}

struct str
world_id(struct world *world, unsigned number)
{
	return arena_printf(&world->arena, "01900000-0000-7000-8000-%012x", number);
}

struct certificate_row
world_row(struct world *world, unsigned number)
{
	struct str *names = ARENA_ARRAY(&world->arena, struct str, 1);

	names[0] = arena_printf(&world->arena, "host-%u.example.test", number);
	return (struct certificate_row){ .id = world_id(world, number),
		.type = CERTIFICATE_IMPORTED,
		.state = CERTIFICATE_ISSUED,
		.version = 1,
		.created_ms = WORLD_NOW_MS + number,
		.imported_ms = WORLD_NOW_MS + number,
		.issued_ms = 0,
		.not_before_ms = WORLD_NOW_MS - 1000,
		.not_after_ms = WORLD_NOW_MS + 90LL * 86400 * 1000,
		.key_algorithm = 2,
		.key_usage = 5,
		.extended_key_usage = 1,
		.serial = arena_printf(
			&world->arena, "03:%02x:%02x:%02x", number >> 16 & 255, number >> 8 & 255, number & 255),
		.common_name = names[0],
		.domain_name = names[0],
		.dns_names = names,
		.dns_name_count = 1,
		.certificate = bytes_of_str(arena_printf(&world->arena, "certificate %u", number)),
		.chain = bytes_of_str(arena_printf(&world->arena, "chain %u", number)),
		.sealed_key = world_sealed(world, "00000000000000aa", "key") };
}

struct bytes
world_sealed(struct world *world, const char *master_key, const char *rest)
{
	return bytes_of_str(arena_printf(&world->arena, "\x01%s%s", master_key, rest));
}

/* ---- One write ---- */

struct change {
	const struct owner *owner;
	const struct certificate_row *row;
	struct str id;
	unsigned history_depth;
};

static bool
run_insert(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct change *change = context;

	return store_certificate_insert(transaction, change->owner, change->row, fault);
}

static bool
run_replace(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct change *change = context;

	return store_certificate_replace(transaction, change->owner, change->row, change->history_depth, fault);
}

static bool
run_delete(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct change *change = context;

	return store_certificate_delete(transaction, change->owner, change->id, fault);
}

bool
world_insert_as(struct world *world, const struct owner *owner, const struct certificate_row *row)
{
	struct change change = { .owner = owner, .row = row };

	return store_apply(world->store, run_insert, &change, &world->fault);
}

bool
world_insert(struct world *world, const struct certificate_row *row)
{
	return world_insert_as(world, &world->owner, row);
}

bool
world_replace(struct world *world, const struct certificate_row *row, unsigned history_depth)
{
	struct change change = { .owner = &world->owner, .row = row, .history_depth = history_depth };

	return store_apply(world->store, run_replace, &change, &world->fault);
}

bool
world_delete(struct world *world, struct str id)
{
	struct change change = { .owner = &world->owner, .id = id };

	return store_apply(world->store, run_delete, &change, &world->fault);
}

bool
world_get(struct world *world, struct str id, struct certificate_row *out)
{
	return store_certificate_get(world->store, &world->owner, id, &world->arena, out, &world->fault);
}

/* ---- Authorities and what they issue ---- */

struct authority_row
world_authority(struct world *world, unsigned number)
{
	struct arena *arena = &world->arena;

	return (struct authority_row){ .owner = world->owner,
		.id = world_id(world, number),
		.type = AUTHORITY_ROOT,
		.state = AUTHORITY_ACTIVE,
		.created_ms = WORLD_NOW_MS + number,
		.changed_ms = WORLD_NOW_MS + number,
		.key = 3,
		.signing_algorithm = 4,
		.usage_mode = 1,
		.key_standard = 2,
		.configuration = arena_printf(arena, "{\"ca\":%u}", number),
		.revocation = STR("{}"),
		.subject = bytes_of_str(arena_printf(arena, "subject %u", number)),
		.csr = bytes_of_str(arena_printf(arena, "csr %u", number)),
		.sealed_key = world_sealed(world, "00000000000000aa", arena_printf(arena, "ca %u", number).p),
		.certificate = bytes_of_str(arena_printf(arena, "ca certificate %u", number)),
		.chain = bytes_of_str(STR("")),
		.serial = bytes_of_str(arena_printf(arena, "ca serial %u", number)),
		.not_before_ms = WORLD_NOW_MS,
		.not_after_ms = WORLD_NOW_MS + 3650LL * 86400 * 1000,
		.issuer_sha1 = bytes_of_str(arena_printf(arena, "%020u%020u", number, number + 1)),
		.issuer_sha256 = bytes_of_str(arena_printf(arena, "%032u%032u", number, number + 1)) };
}

static bool
run_authority_insert(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_authority_insert(transaction, context, fault);
}

static bool
run_authority_update(struct store_transaction *transaction, void *context, struct fault *fault)
{
	return store_authority_update(transaction, context, fault);
}

bool
world_authority_insert(struct world *world, struct authority_row *row)
{
	return store_apply(world->store, run_authority_insert, row, &world->fault);
}

bool
world_authority_update(struct world *world, const struct authority_row *row)
{
	struct authority_row copy = *row;

	return store_apply(world->store, run_authority_update, &copy, &world->fault);
}

struct bytes
world_serial(struct world *world, unsigned number)
{
	return bytes_of_str(arena_printf(&world->arena, "serial %08x", number));
}

struct bytes
world_hash(struct world *world, unsigned number)
{
	return bytes_of_str(arena_printf(&world->arena, "%032u", number));
}

struct issued_row
world_issued(struct world *world, int64_t authority, unsigned number)
{
	struct arena *arena = &world->arena;

	return (struct issued_row){ .authority = authority,
		.serial = world_serial(world, number),
		.template = STR("EndEntityCertificate/V1"),
		.requester = STR("arn:aws:iam::123456789012:user/ann"),
		.subject = arena_printf(arena, "CN=Host-%u.example.test,O=House", number),
		.names = arena_printf(arena, "host-%u.example.test\nwww.Host-%u.example.test", number, number),
		.issued_ms = WORLD_NOW_MS + number,
		.not_before_ms = WORLD_NOW_MS - 1000,
		.not_after_ms = WORLD_NOW_MS + 90LL * 86400 * 1000,
		.certificate = bytes_of_str(arena_printf(arena, "issued %u", number)) };
}

struct issuing {
	const struct issued_row *row;
	struct bytes hash;
};

static bool
run_intend(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct issuing *issuing = context;
	const struct issued_row *row = issuing->row;
	const struct intention_row intention = { .authority = row->authority,
		.serial = row->serial,
		.tbs_sha256 = issuing->hash,
		.template = row->template,
		.requester = row->requester,
		.subject = row->subject,
		.requested_ms = row->issued_ms };

	return store_intention_insert(transaction, &intention, fault);
}

static bool
run_issue(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct issuing *issuing = context;

	return run_intend(transaction, context, fault) &&
	       store_issued_insert(transaction, issuing->row, issuing->hash, fault);
}

bool
world_intend(struct world *world, const struct issued_row *row)
{
	struct issuing issuing = { row, world_hash(world, 0) };

	return store_apply(world->store, run_intend, &issuing, &world->fault);
}

bool
world_issue(struct world *world, const struct issued_row *row)
{
	struct issuing issuing = { row, world_hash(world, 0) };

	return store_apply(world->store, run_issue, &issuing, &world->fault);
}

struct revoking {
	int64_t authority, now_ms;
	struct bytes serial;
	int reason;
};

static bool
run_revoke(struct store_transaction *transaction, void *context, struct fault *fault)
{
	const struct revoking *it = context;

	return store_issued_revoke(transaction, it->authority, it->serial, it->reason, it->now_ms, fault);
}

bool
world_revoke(struct world *world, int64_t authority, unsigned number, int reason, int64_t now_ms)
{
	struct revoking revoking = { authority, now_ms, world_serial(world, number), reason };

	return store_apply(world->store, run_revoke, &revoking, &world->fault);
}
