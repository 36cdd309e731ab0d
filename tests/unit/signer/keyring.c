#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "place.h"
#include "signer/keyring.h"
#include "test.h"

static const uint8_t data_key[DATA_KEY_BYTES] = "0123456789abcdef0123456789abcde";

/* A key wrapped at some time. */
struct wrapped {
	char id[MASTER_KEY_ID_BYTES + 1];
	uint8_t bytes[WRAPPED_KEY_BYTES];
};

static struct keyring *
open_ring(const struct place *place, bool create)
{
	struct keyring *keyring = NULL;
	struct fault fault = { 0 };

	CHECK_OK(keyring_open(place->file, create, &keyring, &fault), fault);
	return keyring;
}

static void
wrap(struct keyring *keyring, struct wrapped *out)
{
	struct fault fault = { 0 };

	CHECK_OK(keyring_wrap(keyring, data_key, out->id, out->bytes, &fault), fault);
}

static bool
unwraps(struct keyring *keyring, const struct wrapped *wrapped)
{
	struct fault fault = { 0 };
	uint8_t out[DATA_KEY_BYTES];

	return keyring_unwrap(keyring, wrapped->id, wrapped->bytes, out, &fault) &&
	       memcmp(out, data_key, sizeof out) == 0;
}

static void
write_file(const struct place *place, const char *text)
{
	FILE *file = fopen(place->file, "w");

	CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
	CHECK(chmod(place->file, 0600) == 0);
}

static void
read_file(const struct place *place, char *text, size_t room)
{
	FILE *file = fopen(place->file, "r");

	CHECK(file != NULL);
	text[fread(text, 1, room - 1, file)] = '\0';
	(void)fclose(file);
}

static void
check_refused(const struct place *place, bool create, const char *words)
{
	struct keyring *keyring = NULL;
	struct fault fault = { 0 };

	CHECK(!keyring_open(place->file, create, &keyring, &fault));
	CHECK(keyring == NULL && fault.code == FAULT_INTERNAL);
	if (strstr(fault.say, words) == NULL)
		fail_msg("\"%s\" should say \"%s\"", fault.say, words);
}

TEST(keyring, is_made_for_its_owner_alone)
{
	struct place place;
	struct stat status;

	place_make(&place);
	mode_t before = umask(0);
	keyring_free(open_ring(&place, true));
	(void)umask(before);
	CHECK(stat(place.file, &status) == 0);
	CHECK((status.st_mode & 07777) == 0600);
	CHECK(place_count(&place) == 1);
	place_clear(&place);
}

TEST(keyring, is_the_same_when_opened_again)
{
	struct place place;
	struct wrapped wrapped;

	place_make(&place);
	struct keyring *first = open_ring(&place, true);
	wrap(first, &wrapped);
	keyring_free(first);
	struct keyring *second = open_ring(&place, true);
	CHECK(unwraps(second, &wrapped));
	keyring_free(second);
	place_clear(&place);
}

TEST(keyring, is_not_made_unless_that_is_asked_for)
{
	struct place place;

	place_make(&place);
	check_refused(&place, false, "Without it no private key in the store can be opened");
	CHECK(place_count(&place) == 0);
	place_clear(&place);
}

TEST(keyring, that_others_may_read_is_refused)
{
	static const mode_t modes[] = { 0640, 0604, 0601, 0620, 0660, 0666 };
	struct place place;

	place_make(&place);
	keyring_free(open_ring(&place, true));
	for (size_t i = 0; i < ARRAY_COUNT(modes); i++) {
		CHECK(chmod(place.file, modes[i]) == 0);
		check_refused(&place, false, "is open to others");
		check_refused(&place, true, "is open to others");
	}
	CHECK(chmod(place.file, 0400) == 0);
	keyring_free(open_ring(&place, false));
	place_clear(&place);
}

TEST(keyring, that_is_another_users_is_refused)
{
	struct place place;

	if (geteuid() != 0)
		skip();
	place_make(&place);
	keyring_free(open_ring(&place, true));
	CHECK(chown(place.file, 12345, (gid_t)-1) == 0);
	check_refused(&place, false, "belongs to user 12345");
	place_clear(&place);
}

TEST(keyring, that_is_no_file_is_refused)
{
	struct place place;

	place_make(&place);
	CHECK(symlink("elsewhere", place.file) == 0);
	check_refused(&place, true, "symbolic link");
	CHECK(unlink(place.file) == 0);
	CHECK(mkdir(place.file, 0700) == 0);
	check_refused(&place, true, "not a regular file");
	CHECK(rmdir(place.file) == 0);
	/* Opening it must not wait for a writer. */
	CHECK(mkfifo(place.file, 0600) == 0);
	check_refused(&place, true, "not a regular file");
	place_clear(&place);
}

TEST(keyring, that_cannot_be_one_is_refused_by_name)
{
	struct keyring *keyring = NULL;
	struct fault fault = { 0 };

	CHECK(!keyring_open("", true, &keyring, &fault));
	CHECK(!keyring_open("/tmp/", true, &keyring, &fault));
	CHECK(!keyring_open("/nonexistent/directory/master-keys", true, &keyring, &fault));
	CHECK(strstr(fault.say, "No such file") != NULL);
}

#define GOOD_KEY "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

TEST(keyring, that_is_damaged_is_refused)
{
	static const struct {
		const char *text;
		const char *words;
	} damages[] = {
		{ "", "names no active key" },
		{ "# only a remark\n\n", "names no active key" },
		{ "0123456789abcdef\n", "is damaged" },
		{ "0123456789abcdef AAAA active\n", "is damaged" },
		{ "0123456789abcdef !!!! active\n", "is damaged" },
		{ "0123456789abcdef " GOOD_KEY " aktiv\n", "is damaged" },
		{ "0123456789abcdef " GOOD_KEY " active\n", "not the one its id tells of" },
	};
	struct place place;

	place_make(&place);
	for (size_t i = 0; i < ARRAY_COUNT(damages); i++) {
		write_file(&place, damages[i].text);
		check_refused(&place, true, damages[i].words);
	}
	place_clear(&place);
}

TEST(keyring, with_a_key_twice_or_two_active_ones_is_refused)
{
	struct place place;
	char text[4096];
	char changed[8192];

	place_make(&place);
	keyring_free(open_ring(&place, true));
	read_file(&place, text, sizeof text);
	const char *line = strrchr(text, '#');
	line = strchr(line, '\n') + 1;
	(void)snprintf(changed, sizeof changed, "%s%s", text, line);
	write_file(&place, changed);
	check_refused(&place, false, "is damaged");
	char *active = strstr(changed, " active");
	memmove(active, active + strlen(" active"), strlen(active + strlen(" active")) + 1);
	write_file(&place, changed);
	check_refused(&place, false, "the same key twice");
	place_clear(&place);
}

TEST(keyring, rotates_and_goes_on_opening_what_was_wrapped_before)
{
	struct place place;
	struct wrapped before;
	struct wrapped after;
	struct fault fault = { 0 };
	char active[MASTER_KEY_ID_BYTES + 1];

	place_make(&place);
	struct keyring *keyring = open_ring(&place, true);
	wrap(keyring, &before);
	CHECK_OK(keyring_rotate(keyring, active, &fault), fault);
	wrap(keyring, &after);
	CHECK(strcmp(after.id, active) == 0 && strcmp(before.id, active) != 0);
	CHECK(unwraps(keyring, &before) && unwraps(keyring, &after));
	keyring_free(keyring);
	keyring = open_ring(&place, false);
	CHECK(unwraps(keyring, &before) && unwraps(keyring, &after));
	CHECK(place_count(&place) == 1);
	keyring_free(keyring);
	place_clear(&place);
}

TEST(keyring, keeps_its_file_private_when_it_rotates)
{
	struct place place;
	struct stat status;
	struct fault fault = { 0 };
	char active[MASTER_KEY_ID_BYTES + 1];

	place_make(&place);
	struct keyring *keyring = open_ring(&place, true);
	mode_t before = umask(0);
	CHECK_OK(keyring_rotate(keyring, active, &fault), fault);
	(void)umask(before);
	CHECK(stat(place.file, &status) == 0 && (status.st_mode & 07777) == 0600);
	keyring_free(keyring);
	place_clear(&place);
}

TEST(keyring, retires_all_but_the_active_key_and_those_kept)
{
	struct place place;
	struct wrapped wrapped[3];
	struct fault fault = { 0 };
	char active[MASTER_KEY_ID_BYTES + 1];

	place_make(&place);
	struct keyring *keyring = open_ring(&place, true);
	for (size_t i = 0; i < ARRAY_COUNT(wrapped); i++) {
		wrap(keyring, &wrapped[i]);
		if (i + 1 < ARRAY_COUNT(wrapped))
			CHECK_OK(keyring_rotate(keyring, active, &fault), fault);
	}
	const struct str keep = str_of(wrapped[1].id);
	CHECK_OK(keyring_retire(keyring, &keep, 1, &fault), fault);
	CHECK(!unwraps(keyring, &wrapped[0]) && unwraps(keyring, &wrapped[1]) && unwraps(keyring, &wrapped[2]));
	CHECK_OK(keyring_retire(keyring, NULL, 0, &fault), fault);
	CHECK(!unwraps(keyring, &wrapped[1]) && unwraps(keyring, &wrapped[2]));
	keyring_free(keyring);
	keyring = open_ring(&place, false);
	CHECK(!unwraps(keyring, &wrapped[0]) && !unwraps(keyring, &wrapped[1]) && unwraps(keyring, &wrapped[2]));
	keyring_free(keyring);
	place_clear(&place);
}

TEST(keyring, does_not_retire_a_key_that_came_since_it_looked)
{
	struct place place;
	struct wrapped theirs;
	struct fault fault = { 0 };
	char active[MASTER_KEY_ID_BYTES + 1];

	place_make(&place);
	struct keyring *keyring = open_ring(&place, true);
	struct keyring *other = open_ring(&place, false);
	CHECK_OK(keyring_rotate(other, active, &fault), fault);
	wrap(other, &theirs);
	CHECK_OK(keyring_rotate(other, active, &fault), fault);
	CHECK_OK(keyring_retire(keyring, NULL, 0, &fault), fault);
	CHECK(unwraps(keyring, &theirs) && unwraps(other, &theirs));
	keyring_free(other);
	keyring_free(keyring);
	place_clear(&place);
}

TEST(keyring, wraps_under_the_key_that_another_process_made_active)
{
	struct place place;
	struct wrapped wrapped;
	struct fault fault = { 0 };
	char active[MASTER_KEY_ID_BYTES + 1];

	place_make(&place);
	struct keyring *keyring = open_ring(&place, true);
	struct keyring *other = open_ring(&place, false);
	CHECK_OK(keyring_rotate(other, active, &fault), fault);
	wrap(keyring, &wrapped);
	CHECK(strcmp(wrapped.id, active) == 0);
	keyring_free(other);
	keyring_free(keyring);
	place_clear(&place);
}

TEST(keyring, holds_a_bounded_number_of_keys)
{
	struct place place;
	struct fault fault = { 0 };
	char active[MASTER_KEY_ID_BYTES + 1];
	int rotations = 0;

	place_make(&place);
	struct keyring *keyring = open_ring(&place, true);
	while (rotations < 100 && keyring_rotate(keyring, active, &fault))
		rotations++;
	CHECK(rotations == 63);
	CHECK(fault.code == FAULT_INVALID_STATE);
	CHECK_OK(keyring_retire(keyring, NULL, 0, &fault), fault);
	CHECK_OK(keyring_rotate(keyring, active, &fault), fault);
	keyring_free(keyring);
	place_clear(&place);
}

TEST(keyring, survives_a_writer_that_died)
{
	struct place place;
	struct fault fault = { 0 };
	char active[MASTER_KEY_ID_BYTES + 1];
	char left[160];

	place_make(&place);
	struct keyring *keyring = open_ring(&place, true);
	(void)snprintf(left, sizeof left, "%s/.master-keys.new", place.directory);
	int fd = open(left, O_WRONLY | O_CREAT, 0600);
	CHECK(fd >= 0 && close(fd) == 0);
	CHECK_OK(keyring_rotate(keyring, active, &fault), fault);
	CHECK(place_count(&place) == 1);
	keyring_free(keyring);
	place_clear(&place);
}

/* In a process of its own: opens the ring, rotates, and reports the ids it made. */
static void
rotate_in_child(const struct place *place, int times, int out)
{
	struct keyring *keyring = NULL;
	struct fault fault = { 0 };
	char active[MASTER_KEY_ID_BYTES + 1];

	if (!keyring_open(place->file, true, &keyring, &fault))
		_exit(1);
	for (int i = 0; i < times; i++) {
		if (!keyring_rotate(keyring, active, &fault) ||
			write(out, active, sizeof active) != (ssize_t)sizeof active)
			_exit(2);
	}
	keyring_free(keyring);
	_exit(0);
}

TEST(keyring, loses_no_key_when_processes_create_and_rotate_at_once)
{
	enum { CHILDREN = 4, TIMES = 10 };
	struct place place;
	pid_t children[CHILDREN];
	int ids[2];
	char id[MASTER_KEY_ID_BYTES + 1];
	char text[16384];
	int seen = 0;

	place_make(&place);
	CHECK(pipe(ids) == 0);
	for (int i = 0; i < CHILDREN; i++) {
		children[i] = fork();
		if (children[i] == 0)
			rotate_in_child(&place, TIMES, ids[1]);
	}
	(void)close(ids[1]);
	for (int i = 0; i < CHILDREN; i++) {
		int status = -1;
		CHECK(waitpid(children[i], &status, 0) == children[i] && status == 0);
	}
	read_file(&place, text, sizeof text);
	while (read(ids[0], id, sizeof id) == (ssize_t)sizeof id) {
		CHECK(strstr(text, id) != NULL);
		seen++;
	}
	(void)close(ids[0]);
	CHECK(seen == CHILDREN * TIMES);
	keyring_free(open_ring(&place, false));
	CHECK(place_count(&place) == 1);
	place_clear(&place);
}

TEST_MAIN("keyring");
