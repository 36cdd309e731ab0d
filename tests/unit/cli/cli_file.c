#include "cli/file.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static struct arena arena;

static const char *
folder(void)
{
	char *path = arena_alloc(&arena, 64);

	memcpy(path, "/tmp/cli_file.XXXXXX", 21);
	CHECK(mkdtemp(path) != NULL);
	return path;
}

static struct str
content(const char *path)
{
	struct fault fault = { 0 };
	struct bytes bytes;

	CHECK_OK(file_read_path(path, 100, &arena, &bytes, &fault), fault);
	return str_of_bytes(bytes);
}

TEST(file, is_written_whole_with_its_rights_and_replaced_only_when_asked)
{
	const char *where = folder();
	const char *path = arena_printf(&arena, "%s/key.pem", where).p;
	struct fault fault = { 0 };
	struct stat status;

	mode_t before = umask(0);
	CHECK_OK(file_write_new(path, STR("one"), 0600, false, &arena, &fault), fault);
	CHECK(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600);
	CHECK_TEXT(content(path), "one");
	CHECK(!file_write_new(path, STR("two"), 0600, false, &arena, &fault));
	CHECK(fault.code == FAULT_INVALID_ARGS && strstr(fault.say, "is there already") != NULL);
	CHECK_TEXT(content(path), "one");
	CHECK(chmod(path, 0644) == 0);
	fault = (struct fault){ 0 };
	CHECK_OK(file_write_new(path, STR("three"), 0600, true, &arena, &fault), fault);
	CHECK(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600);
	CHECK_TEXT(content(path), "three");
	/* Nothing else is left there. */
	CHECK(unlink(path) == 0 && rmdir(where) == 0);
	(void)umask(before);
	arena_done(&arena);
}

TEST(file, tells_why_it_cannot)
{
	struct fault fault = { 0 };
	struct bytes bytes;

	CHECK(!file_write_new("/nonexistent/x", STR("x"), 0600, false, &arena, &fault));
	assert_string_equal(fault.say, "/nonexistent/x cannot be written: No such file or directory.");
	CHECK(!file_read_path("/nonexistent/x", 10, &arena, &bytes, &fault));
	assert_string_equal(fault.say, "/nonexistent/x cannot be read: No such file or directory.");
	CHECK(!file_read_path("/tmp", 10, &arena, &bytes, &fault));
	assert_string_equal(fault.say, "/tmp cannot be read: Is a directory.");
	CHECK(!file_read_path("/dev/zero", 10, &arena, &bytes, &fault));
	assert_string_equal(fault.say, "/dev/zero is longer than 10 bytes, which no file of certificates is.");
	arena_done(&arena);
}

TEST_MAIN("cli_file");
