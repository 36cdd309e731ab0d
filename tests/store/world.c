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
