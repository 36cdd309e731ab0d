/* house.c — the data directory, its store and its signer, opened for one command. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/command.h"
#include "service/housekeeping.h"

static bool
nothing_there(const char *path, struct fault *fault)
{
	return fault_set(fault, FAULT_NOT_FOUND,
		"There is no Chancery in %s yet: `chancery serve` or `chancery admin account create` makes it.", path);
}

static bool
open_directory(struct house *house, unsigned needs, struct str path, struct fault *fault)
{
	const char *name = path.p != NULL ? arena_cstr(&house->arena, path) : datadir_default(&house->arena);
	struct stat status;

	/* Only what may be the first command leaves a directory behind; a mistyped path should not. */
	if ((needs & COMMAND_FIRST) == 0 && stat(name, &status) != 0 && errno == ENOENT)
		return nothing_there(name, fault);
	if (!datadir_open(name, &house->arena, &house->datadir, fault))
		return false;
	if ((needs & COMMAND_FIRST) == 0 && house->datadir.is_new)
		return nothing_there(name, fault);
	return true;
}

static bool
open_signer(struct house *house, struct fault *fault)
{
	struct signer_options options = {
		.executable = "/proc/self/exe",
		.master_key_file = house->datadir.master_keys,
		.channels = 1,
		.create = house->datadir.is_new,
	};

	if (!sealing_lock(&house->datadir, &house->sealing, fault))
		return false;
	if (!signer_start(&options, &house->process, fault))
		return false;
	house->signer = signer_channel(house->process, 0);
	return true;
}

static bool
open_store(struct house *house, unsigned needs, struct fault *fault)
{
	struct store_options options = {
		.path = house->datadir.store,
		.readers = 1,
		.read_only = (needs & COMMAND_CHANGES) == 0,
		.clock = &clock_system,
	};

	return store_open(&options, &house->store, fault);
}

static bool
open_all(struct house *house, unsigned needs, struct str path, struct fault *fault)
{
	if ((needs & COMMAND_STORE) == 0)
		return true;
	if (!open_directory(house, needs, path, fault))
		return false;
	/* The master key before the store: a store without one would be refused by every later start. */
	if (((needs & COMMAND_SIGNER) != 0 || house->datadir.is_new) && !open_signer(house, fault))
		return false;
	return open_store(house, needs, fault);
}

bool
house_open(struct house *house, unsigned needs, struct str path, struct fault *fault)
{
	*house = (struct house){ .sealing = -1, .now_ms = clock_now_ms(&clock_system) };
	if (open_all(house, needs, path, fault))
		return true;
	house_close(house);
	return false;
}

void
house_unlock(struct house *house)
{
	if (house->sealing >= 0)
		(void)close(house->sealing);
	house->sealing = -1;
}

void
house_close(struct house *house)
{
	if (house->store != NULL)
		store_close(house->store);
	if (house->process != NULL)
		signer_stop(house->process);
	house_unlock(house);
	arena_done(&house->arena);
}

int
house_tell_server(const struct house *house)
{
	int pid = house->datadir.path != NULL ? datadir_server(&house->datadir) : 0;

	return pid > 0 && kill(pid, SIGHUP) == 0 ? pid : 0;
}
