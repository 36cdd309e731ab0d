#include "store/datadir.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

struct place {
	char folder[64];
	struct arena arena;
	struct datadir datadir;
	struct fault fault;
};

static void
begin(struct place *place)
{
	memset(place, 0, sizeof *place);
	(void)snprintf(place->folder, sizeof place->folder, "/tmp/datadir-test-XXXXXX");
	CHECK(mkdtemp(place->folder) != NULL);
}

static const char *
within(struct place *place, const char *name)
{
	return arena_printf(&place->arena, "%s/%s", place->folder, name).p;
}

static void
end(struct place *place)
{
	static const char *const names[] = { "data/serving", "data/chancery.db", "link" };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		(void)unlink(within(place, names[i]));
	(void)rmdir(within(place, "data/deep"));
	(void)rmdir(within(place, "data"));
	CHECK(rmdir(place->folder) == 0);
	arena_done(&place->arena);
}

static bool
open_it(struct place *place, const char *name)
{
	place->fault.code = FAULT_NONE;
	return datadir_open(within(place, name), &place->arena, &place->datadir, &place->fault);
}

static void
put_file(const char *path, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	CHECK(fd >= 0 && write(fd, "x", 1) == 1 && fchmod(fd, mode) == 0 && close(fd) == 0);
}

TEST(datadir, is_made_for_its_owner_alone)
{
	struct place p;
	struct stat st;
	mode_t before = umask(0);

	begin(&p);
	CHECK_OK(open_it(&p, "data/deep"), p.fault);
	CHECK(stat(within(&p, "data"), &st) == 0 && (st.st_mode & 0777) == 0700);
	CHECK(stat(within(&p, "data/deep"), &st) == 0 && (st.st_mode & 0777) == 0700);
	CHECK(p.datadir.is_new);
	CHECK_TEXT(str_of(p.datadir.store), within(&p, "data/deep/chancery.db"));
	CHECK_TEXT(str_of(p.datadir.master_keys), within(&p, "data/deep/master-keys"));
	CHECK_TEXT(str_of(p.datadir.objects), within(&p, "data/deep/objects"));
	CHECK_OK(open_it(&p, "data/deep"), p.fault);
	(void)umask(before);
	end(&p);
}

TEST(datadir, knows_a_store_that_was_there)
{
	struct place p;

	begin(&p);
	CHECK_OK(open_it(&p, "data"), p.fault);
	put_file(p.datadir.store, 0600);
	CHECK_OK(open_it(&p, "data"), p.fault);
	CHECK(!p.datadir.is_new);
	end(&p);
}

TEST(datadir, is_refused_when_others_may_write_it)
{
	struct place p;

	begin(&p);
	CHECK_OK(open_it(&p, "data"), p.fault);
	CHECK(chmod(p.datadir.path, 0770) == 0);
	CHECK(!open_it(&p, "data") && p.fault.code == FAULT_INVALID_STATE);
	CHECK(strstr(p.fault.say, "chmod 700") != NULL);
	CHECK(chmod(p.datadir.path, 0702) == 0);
	CHECK(!open_it(&p, "data"));
	end(&p);
}

TEST(datadir, is_refused_with_a_store_that_others_may_read_or_that_is_a_link)
{
	struct place p;

	begin(&p);
	CHECK_OK(open_it(&p, "data"), p.fault);
	put_file(p.datadir.store, 0640);
	CHECK(!open_it(&p, "data") && p.fault.code == FAULT_INVALID_STATE);
	CHECK(strstr(p.fault.say, "chmod 600") != NULL);
	CHECK(unlink(p.datadir.store) == 0 && symlink("/dev/null", p.datadir.store) == 0);
	CHECK(!open_it(&p, "data") && p.fault.code == FAULT_INVALID_STATE);
	/* Nor to a file that would do if it were here itself. */
	put_file(within(&p, "link"), 0600);
	CHECK(unlink(p.datadir.store) == 0 && symlink(within(&p, "link"), p.datadir.store) == 0);
	CHECK(!open_it(&p, "data") && p.fault.code == FAULT_INVALID_STATE);
	end(&p);
}

TEST(datadir, is_refused_when_it_is_no_directory)
{
	struct place p;

	begin(&p);
	put_file(within(&p, "link"), 0600);
	CHECK(!open_it(&p, "link") && p.fault.code == FAULT_INVALID_STATE);
	CHECK(!open_it(&p, "link/below") && p.fault.code == FAULT_INVALID_STATE);
	CHECK(!datadir_open("", &p.arena, &p.datadir, &p.fault));
	end(&p);
}

TEST(datadir, is_refused_when_it_belongs_to_another_user)
{
	enum { SOMEBODY = 54321 };
	struct place p;

	if (geteuid() != 0)
		skip();
	begin(&p);
	CHECK_OK(open_it(&p, "data"), p.fault);
	CHECK(chown(p.datadir.path, SOMEBODY, SOMEBODY) == 0);
	CHECK(!open_it(&p, "data") && p.fault.code == FAULT_INVALID_STATE);
	CHECK(strstr(p.fault.say, "54321") != NULL);
	end(&p);
}

TEST(datadir, says_where_it_cannot_be_made)
{
	struct place p;

	begin(&p);
	CHECK(!datadir_open("/proc/chancery/data", &p.arena, &p.datadir, &p.fault));
	CHECK(p.fault.code == FAULT_INVALID_STATE && strstr(p.fault.say, "/proc/chancery") != NULL);
	CHECK(p.datadir.path == NULL);
	end(&p);
}

/* Whoever may write the directory could otherwise have the daemon cut off a file elsewhere. */
TEST(datadir, is_not_marked_through_a_link)
{
	struct place p;
	struct stat st;
	int fd = -1;

	begin(&p);
	CHECK_OK(open_it(&p, "data"), p.fault);
	put_file(within(&p, "link"), 0600);
	CHECK(symlink(within(&p, "link"), within(&p, "data/serving")) == 0);
	CHECK(!datadir_serve(&p.datadir, &fd, &p.fault) && p.fault.code == FAULT_INVALID_STATE);
	CHECK(fd == -1 && datadir_server(&p.datadir) == 0);
	CHECK(stat(within(&p, "link"), &st) == 0 && st.st_size == 1);
	end(&p);
}

TEST(datadir, is_served_by_one)
{
	struct place p;
	int first = -1, second = -1;

	begin(&p);
	CHECK_OK(open_it(&p, "data"), p.fault);
	CHECK(datadir_server(&p.datadir) == 0);
	CHECK_OK(datadir_serve(&p.datadir, &first, &p.fault), p.fault);
	CHECK(datadir_server(&p.datadir) == (int)getpid());
	CHECK(!datadir_serve(&p.datadir, &second, &p.fault) && p.fault.code == FAULT_IN_USE);
	CHECK(strstr(p.fault.say, arena_printf(&p.arena, "process %d", (int)getpid()).p) != NULL);
	CHECK(second == -1);
	CHECK(close(first) == 0);
	CHECK(datadir_server(&p.datadir) == 0);
	CHECK_OK(datadir_serve(&p.datadir, &second, &p.fault), p.fault);
	CHECK(close(second) == 0);
	end(&p);
}

TEST(datadir, is_free_again_when_its_server_dies)
{
	struct place p;
	int fd = -1, status;

	begin(&p);
	CHECK_OK(open_it(&p, "data"), p.fault);
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0)
		_exit(datadir_serve(&p.datadir, &fd, &p.fault) ? 0 : 1);
	CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(datadir_server(&p.datadir) == 0);
	CHECK_OK(datadir_serve(&p.datadir, &fd, &p.fault), p.fault);
	CHECK(datadir_server(&p.datadir) == (int)getpid());
	CHECK(close(fd) == 0);
	end(&p);
}

TEST(datadir, has_a_default_by_the_environment)
{
	struct arena arena = { 0 };

	CHECK(setenv("XDG_DATA_HOME", "/somewhere", 1) == 0 && setenv("HOME", "/home/ann", 1) == 0);
	CHECK_TEXT(str_of(datadir_default(&arena)), "/somewhere/chancery");
	CHECK(setenv("XDG_DATA_HOME", "not/absolute", 1) == 0);
	CHECK_TEXT(str_of(datadir_default(&arena)), "/home/ann/.local/share/chancery");
	CHECK(unsetenv("XDG_DATA_HOME") == 0 && unsetenv("HOME") == 0);
	CHECK_TEXT(str_of(datadir_default(&arena)), "/var/lib/chancery");
	arena_done(&arena);
}

TEST_MAIN("datadir");
