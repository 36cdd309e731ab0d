#include "store/objects.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

/* The linker puts this in linkat()'s place: what a file system says that gives no second name. */
static int link_errno;

int __real_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags);
int __wrap_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags);

int
__wrap_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
	if (link_errno == 0)
		return __real_linkat(from_folder, from, to_folder, to, flags);
	errno = link_errno;
	return -1;
}

struct area {
	char folder[64], path[96];
	struct objects *objects;
	struct arena arena;
	struct fault fault;
};

static void
area_open(struct area *a)
{
	CHECK_OK(objects_open(a->path, &a->objects, &a->fault), a->fault);
}

static void
area_begin(struct area *a)
{
	const char *base = getenv("TMPDIR");

	memset(a, 0, sizeof *a);
	(void)snprintf(a->folder, sizeof a->folder, "%.40s/objects-test-XXXXXX", base != NULL ? base : "/tmp");
	CHECK(mkdtemp(a->folder) != NULL);
	(void)snprintf(a->path, sizeof a->path, "%s/objects", a->folder);
	area_open(a);
}

/* Removes a folder with all that is in it. */
static void
remove_all(struct arena *arena, const char *path)
{
	DIR *folder = opendir(path);

	if (folder == NULL) {
		CHECK(unlink(path) == 0);
		return;
	}
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		const char *inner = arena_printf(arena, "%s/%s", path, entry->d_name).p;
		struct stat st;
		CHECK(lstat(inner, &st) == 0);
		if (S_ISDIR(st.st_mode))
			remove_all(arena, inner);
		else
			CHECK(unlink(inner) == 0);
	}
	CHECK(closedir(folder) == 0 && rmdir(path) == 0);
}

static void
area_end(struct area *a)
{
	objects_close(a->objects);
	remove_all(&a->arena, a->folder);
	arena_done(&a->arena);
}

static const char *
path_of(struct area *a, const char *key)
{
	return arena_printf(&a->arena, "%s/%s", a->path, key).p;
}

static bool
put(struct area *a, const char *bucket, const char *key, const char *content)
{
	a->fault.code = FAULT_NONE;
	return objects_put(a->objects, str_of(bucket), str_of(key), bytes_of_str(str_of(content)), &a->fault);
}

/* What is under a key; absent when there is nothing. */
static struct str
content_of(struct area *a, const char *key)
{
	int64_t size, written_ms;
	char *room;
	int fd;

	a->fault.code = FAULT_NONE;
	if (!objects_read(a->objects, str_of(key), &fd, &size, &written_ms, &a->fault)) {
		CHECK(a->fault.code == FAULT_NOT_FOUND);
		return (struct str){ 0 };
	}
	room = arena_alloc(&a->arena, (size_t)size + 1);
	CHECK(read(fd, room, (size_t)size + 1) == size && close(fd) == 0);
	return (struct str){ room, (size_t)size };
}

/* Drafts that lie about. */
static unsigned
drafts_in(struct area *a)
{
	DIR *folder = opendir(a->path);
	unsigned n = 0;

	CHECK(folder != NULL);
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
		n += entry->d_name[0] == '#';
	CHECK(closedir(folder) == 0);
	return n;
}

TEST(objects, are_read_as_they_were_put)
{
	struct area a;
	struct stat st;
	int64_t size, written_ms;
	int fd;

	area_begin(&a);
	CHECK_OK(put(&a, NULL, "crl/01900000.crl", "list"), a.fault);
	CHECK_OK(objects_read(a.objects, STR("crl/01900000.crl"), &fd, &size, &written_ms, &a.fault), a.fault);
	CHECK(fstat(fd, &st) == 0 && size == 4 && (st.st_mode & 0777) == 0600);
	CHECK(written_ms / 1000 == st.st_mtim.tv_sec);
	CHECK(close(fd) == 0);
	CHECK_TEXT(content_of(&a, "crl/01900000.crl"), "list");
	CHECK(stat(a.path, &st) == 0 && (st.st_mode & 0777) == 0700);
	CHECK(stat(path_of(&a, "crl"), &st) == 0 && (st.st_mode & 0777) == 0700);
	CHECK_OK(put(&a, NULL, "empty", ""), a.fault);
	CHECK(content_of(&a, "empty").n == 0 && content_of(&a, "empty").p != NULL);
	CHECK(drafts_in(&a) == 0);
	area_end(&a);
}

TEST(objects, are_replaced_whole_and_who_reads_keeps_the_old_one)
{
	struct area a;
	int64_t size, written_ms;
	char was[4];
	int fd;

	area_begin(&a);
	CHECK_OK(put(&a, NULL, "crl/a.crl", "old"), a.fault);
	CHECK_OK(objects_read(a.objects, STR("crl/a.crl"), &fd, &size, &written_ms, &a.fault), a.fault);
	CHECK_OK(put(&a, NULL, "crl/a.crl", "a newer one"), a.fault);
	CHECK(read(fd, was, sizeof was) == 3 && memcmp(was, "old", 3) == 0 && close(fd) == 0);
	CHECK_TEXT(content_of(&a, "crl/a.crl"), "a newer one");
	area_end(&a);
}

TEST(objects, are_in_their_bucket_once_more)
{
	struct area a;
	struct stat one, two;

	area_begin(&a);
	for (unsigned turn = 0; turn < 2; turn++) {
		const char *text = turn == 0 ? "first" : "second";
		CHECK_OK(put(&a, "my.bucket/deep", "crl/a.crl", text), a.fault);
		CHECK_TEXT(content_of(&a, "crl/a.crl"), text);
		CHECK_TEXT(content_of(&a, "s3/my.bucket/deep/crl/a.crl"), text);
	}
	CHECK(stat(path_of(&a, "crl/a.crl"), &one) == 0);
	CHECK(stat(path_of(&a, "s3/my.bucket/deep/crl/a.crl"), &two) == 0);
	CHECK(one.st_ino == two.st_ino);
	CHECK(drafts_in(&a) == 0);
	objects_remove(a.objects, STR("my.bucket/deep"), STR("crl/a.crl"));
	CHECK(content_of(&a, "crl/a.crl").p == NULL && content_of(&a, "s3/my.bucket/deep/crl/a.crl").p == NULL);
	/* What is not there is no error. */
	objects_remove(a.objects, STR("my.bucket/deep"), STR("crl/a.crl"));
	objects_remove(a.objects, (struct str){ 0 }, STR("../x"));
	area_end(&a);
}

TEST(objects, are_copied_to_their_bucket_where_they_cannot_be_linked)
{
	static const int reasons[] = { EMLINK, EXDEV, EPERM, ENOSYS };
	static char big[200000];
	struct stat one, two;
	struct area a;

	area_begin(&a);
	memset(big, 'b', sizeof big - 1);
	for (size_t i = 0; i < ARRAY_COUNT(reasons); i++) {
		link_errno = reasons[i];
		big[0] = (char)('0' + i);
		bool done = put(&a, "bucket", "crl/a.crl", big);
		link_errno = 0;
		CHECK_OK(done, a.fault);
		CHECK_TEXT(content_of(&a, "crl/a.crl"), big);
		CHECK_TEXT(content_of(&a, "s3/bucket/crl/a.crl"), big);
		CHECK(stat(path_of(&a, "crl/a.crl"), &one) == 0);
		CHECK(stat(path_of(&a, "s3/bucket/crl/a.crl"), &two) == 0);
		CHECK(one.st_ino != two.st_ino && drafts_in(&a) == 0);
	}
	area_end(&a);
}

static const char *const bad_keys[] = { "", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "a b", "a\\b",
	"a\nb", "#1", "a/#1-0", "\xc3\xa9", "a\"b", "a<b", "a[b" };

TEST(objects, have_no_key_that_leads_out_or_hides)
{
	struct area a;
	char long_key[OBJECT_KEY_MAX + 2];

	area_begin(&a);
	for (size_t i = 0; i < ARRAY_COUNT(bad_keys); i++) {
		CHECK(!object_key_valid(str_of(bad_keys[i])));
		CHECK(!put(&a, NULL, bad_keys[i], "x") && a.fault.code == FAULT_INVALID_ARGS);
		CHECK(!put(&a, bad_keys[i], "a", "x") && a.fault.code == FAULT_INVALID_ARGS);
		CHECK(content_of(&a, bad_keys[i]).p == NULL);
	}
	CHECK(content_of(&a, "a").p == NULL);
	CHECK(!object_key_valid((struct str){ 0 }) && !object_key_valid((struct str){ "a\0b", 3 }));
	CHECK(object_key_valid(STR("A/z/0-._~!*'();:@&=+$,?%/...")));
	for (size_t i = 0; i < sizeof long_key; i++)
		long_key[i] = i % 100 == 99 ? '/' : 'k';
	CHECK(object_key_valid((struct str){ long_key, OBJECT_KEY_MAX }));
	CHECK(!object_key_valid((struct str){ long_key, OBJECT_KEY_MAX + 1 }));
	memset(long_key, 'k', 256);
	CHECK(object_key_valid((struct str){ long_key, 255 }) && !object_key_valid((struct str){ long_key, 256 }));
	CHECK(drafts_in(&a) == 0);
	area_end(&a);
}

/* Otherwise whoever chooses a key could write into a bucket of another's. */
TEST(objects, of_a_bucket_are_put_by_naming_it)
{
	struct area a;

	area_begin(&a);
	CHECK(!put(&a, NULL, "s3/bucket/a", "x") && a.fault.code == FAULT_INVALID_ARGS);
	CHECK_OK(put(&a, NULL, "s30/bucket/a", "x"), a.fault);
	area_end(&a);
}

TEST(objects, follow_no_link)
{
	struct area a;

	area_begin(&a);
	CHECK(mkdir(arena_printf(&a.arena, "%s/outside", a.folder).p, 0700) == 0);
	CHECK(symlink("../outside", path_of(&a, "crl")) == 0);
	CHECK(!put(&a, NULL, "crl/a.crl", "x") && a.fault.code == FAULT_INVALID_ARGS);
	CHECK(content_of(&a, "crl/a.crl").p == NULL);
	CHECK(symlink("/etc/passwd", path_of(&a, "passwd")) == 0);
	CHECK(content_of(&a, "passwd").p == NULL);
	/* A link in an object's place is replaced, not written through. */
	CHECK_OK(put(&a, NULL, "passwd", "x"), a.fault);
	CHECK_TEXT(content_of(&a, "passwd"), "x");
	area_end(&a);
}

TEST(objects, do_not_go_on_where_another_ends)
{
	struct area a;

	area_begin(&a);
	CHECK_OK(put(&a, NULL, "a", "x"), a.fault);
	CHECK(!put(&a, NULL, "a/b", "y") && a.fault.code == FAULT_INVALID_ARGS && a.fault.say[0] != '\0');
	CHECK_OK(put(&a, NULL, "c/d", "x"), a.fault);
	CHECK(!put(&a, NULL, "c", "y") && a.fault.code == FAULT_INVALID_ARGS);
	CHECK(content_of(&a, "c").p == NULL && content_of(&a, "a/b").p == NULL);
	CHECK_TEXT(content_of(&a, "a"), "x");
	CHECK_TEXT(content_of(&a, "c/d"), "x");
	CHECK(drafts_in(&a) == 0);
	area_end(&a);
}

TEST(objects, may_be_written_piece_by_piece)
{
	struct area a;
	struct object_draft *draft;
	int fd;

	area_begin(&a);
	CHECK_OK(objects_draft(a.objects, &draft, &fd, &a.fault), a.fault);
	CHECK(write(fd, "one ", 4) == 4 && drafts_in(&a) == 1);
	CHECK(content_of(&a, "reports/a.json").p == NULL);
	CHECK(write(fd, "two", 3) == 3);
	CHECK_OK(object_draft_publish(draft, STR("bucket"), STR("reports/a.json"), &a.fault), a.fault);
	CHECK_TEXT(content_of(&a, "reports/a.json"), "one two");
	CHECK_TEXT(content_of(&a, "s3/bucket/reports/a.json"), "one two");
	CHECK_OK(objects_draft(a.objects, &draft, &fd, &a.fault), a.fault);
	object_draft_discard(draft);
	object_draft_discard(NULL);
	CHECK(drafts_in(&a) == 0);
	area_end(&a);
}

TEST(objects, that_a_crash_left_half_written_are_removed_and_those_in_work_are_not)
{
	struct area a;
	struct objects *second;
	struct object_draft *draft;
	int fd, left;

	area_begin(&a);
	CHECK_OK(put(&a, NULL, "a", "x"), a.fault);
	left = open(path_of(&a, "#1-0"), O_WRONLY | O_CREAT, 0600);
	CHECK(left >= 0 && close(left) == 0);
	CHECK_OK(objects_draft(a.objects, &draft, &fd, &a.fault), a.fault);
	CHECK(drafts_in(&a) == 2);
	CHECK_OK(objects_open(a.path, &second, &a.fault), a.fault);
	CHECK(drafts_in(&a) == 1);
	CHECK_OK(object_draft_publish(draft, (struct str){ 0 }, STR("b"), &a.fault), a.fault);
	CHECK_TEXT(content_of(&a, "b"), "");
	CHECK_TEXT(content_of(&a, "a"), "x");
	objects_close(second);
	area_end(&a);
}

/* A file-size limit refuses as a full disk does: in the middle of a write. */
TEST(objects, stay_as_they_were_when_there_is_no_room)
{
	static const char big[65536];
	struct rlimit before, small;
	struct area a;

	area_begin(&a);
	CHECK_OK(put(&a, "bucket", "crl/a.crl", "old"), a.fault);
	(void)signal(SIGXFSZ, SIG_IGN);
	CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
	small = before;
	small.rlim_cur = 8192;
	CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
	bool done = objects_put(a.objects, STR("bucket"), STR("crl/a.crl"),
		(struct bytes){ (const uint8_t *)big, sizeof big }, &a.fault);
	CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
	CHECK(!done && a.fault.code == FAULT_UNAVAILABLE && a.fault.say[0] != '\0' && a.fault.log[0] != '\0');
	CHECK_TEXT(content_of(&a, "crl/a.crl"), "old");
	CHECK_TEXT(content_of(&a, "s3/bucket/crl/a.crl"), "old");
	CHECK(drafts_in(&a) == 0);
	area_end(&a);
}

/* ---- From many threads ---- */

enum { THREADS = 4, TURNS = 50 };

static void *
put_often(void *context)
{
	struct area *a = context;
	struct fault fault = { 0 };
	char content[64];

	for (unsigned i = 0; i < TURNS; i++) {
		int n = snprintf(content, sizeof content, "%0*u", (int)(i % 60 + 1), i % 10);
		if (!objects_put(a->objects, STR("bucket"), STR("crl/deep/a.crl"),
			    (struct bytes){ (const uint8_t *)content, (size_t)n }, &fault))
			return a;
	}
	return NULL;
}

TEST(objects, are_whole_when_many_threads_put_and_read)
{
	pthread_t threads[THREADS];
	struct area a;
	void *failed;

	area_begin(&a);
	for (unsigned i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, put_often, &a) == 0);
	for (unsigned i = 0; i < TURNS; i++) {
		struct str got = content_of(&a, "crl/deep/a.crl");
		for (size_t at = 0; at + 1 < got.n; at++)
			CHECK(got.p[at] == '0');
		CHECK(got.p == NULL || got.n > 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], &failed) == 0 && failed == NULL);
	CHECK(content_of(&a, "crl/deep/a.crl").n > 0 && drafts_in(&a) == 0);
	area_end(&a);
}

TEST(objects, need_a_folder_that_can_be_made)
{
	struct area a;
	struct objects *none = NULL;

	area_begin(&a);
	CHECK(!objects_open(arena_printf(&a.arena, "%s/no/where", a.folder).p, &none, &a.fault) && none == NULL);
	CHECK(a.fault.code != FAULT_NONE && a.fault.say[0] != '\0');
	objects_close(NULL);
	area_end(&a);
}

TEST_MAIN("store objects");
