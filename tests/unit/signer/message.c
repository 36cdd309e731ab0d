/* Messages between daemon and signer, and what travels beside them. */
#include "signer/message.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"

enum { LARGE = 3 * 1024 * 1024, SEALS = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL };

/* Two ends and a message at each. */
struct line {
	int ends[2];
	struct message out, in;
	size_t descriptors; /* before */
};

static size_t
descriptors_open(void)
{
	DIR *directory = opendir("/proc/self/fd");
	size_t count = 0;

	CHECK(directory != NULL);
	while (readdir(directory) != NULL)
		count++;
	(void)closedir(directory);
	return count;
}

static void
line_open(struct line *line)
{
	line->descriptors = descriptors_open();
	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, line->ends) == 0);
	message_init(&line->out);
	message_init(&line->in);
}

/* Whatever happened: nothing that came beside a message is left open. */
static void
line_close(struct line *line)
{
	message_done(&line->out);
	message_done(&line->in);
	CHECK(close(line->ends[0]) == 0 && close(line->ends[1]) == 0);
	CHECK(descriptors_open() == line->descriptors);
}

static void
carry(struct line *line)
{
	CHECK(message_send(line->ends[0], &line->out));
	CHECK(message_receive(line->ends[1], &line->in));
}

/* A message that says that a document comes beside it, with descriptors of our own choice. */
static void
carry_beside(struct line *line, const int *descriptors, size_t count)
{
	struct iovec part;
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(4 * sizeof(int))];
	} beside = { .header = { CMSG_LEN(count * sizeof(int)), SOL_SOCKET, SCM_RIGHTS } };
	struct msghdr datagram = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &beside };

	message_reset(&line->out);
	message_put_number(&line->out, 1);
	part = (struct iovec){ line->out.p, line->out.n };
	memcpy(CMSG_DATA(&beside.header), descriptors, count * sizeof(int));
	datagram.msg_controllen = CMSG_SPACE(count * sizeof(int));
	CHECK(sendmsg(line->ends[0], &datagram, MSG_NOSIGNAL) == (ssize_t)line->out.n);
	CHECK(message_receive(line->ends[1], &line->in));
}

static int
memory_of(size_t n, int seals)
{
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	CHECK(fd >= 0 && ftruncate(fd, (off_t)n) == 0 && fcntl(fd, F_ADD_SEALS, seals) == 0);
	return fd;
}

static struct bytes
pattern(size_t n, struct arena *arena)
{
	uint8_t *p = arena_alloc(arena, n);

	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i * 2654435761U >> 13);
	return (struct bytes){ p, n };
}

TEST(message, carries_small_documents_inside_and_large_ones_beside)
{
	static const size_t sizes[] = { 0, 1, SIGNER_MAX_INLINE, SIGNER_MAX_INLINE + 1, LARGE };
	struct line line;
	struct arena arena = { 0 };
	struct fault fault = { 0 };

	line_open(&line);
	for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
		struct bytes document = pattern(sizes[i], &arena);
		message_reset(&line.out);
		CHECK_OK(message_put_document(&line.out, document, &fault), fault);
		message_put_number(&line.out, 7);
		CHECK((line.out.beside >= 0) == (sizes[i] > SIGNER_MAX_INLINE));
		carry(&line);
		CHECK(bytes_equal(message_take_document(&line.in), document));
		CHECK(!message_is_read(&line.in));
		CHECK(message_take_number(&line.in) == 7);
		CHECK(message_is_read(&line.in));
	}
	line_close(&line);
	arena_done(&arena);
}

TEST(message, seals_what_it_sends_beside)
{
	struct line line;
	struct arena arena = { 0 };
	struct fault fault = { 0 };
	uint8_t byte = 1;

	line_open(&line);
	CHECK_OK(message_put_document(&line.out, pattern(LARGE, &arena), &fault), fault);
	int fd = line.out.beside;
	CHECK(fcntl(fd, F_GET_SEALS) == SEALS);
	CHECK(pwrite(fd, &byte, 1, 0) == -1 && ftruncate(fd, 0) == -1 && ftruncate(fd, (off_t)LARGE * 2) == -1);
	CHECK(mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
	line_close(&line);
	arena_done(&arena);
}

TEST(message, reads_nothing_that_could_still_change)
{
	/* Each lacks one. */
	static const int lacking[] = { F_SEAL_WRITE, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_SEAL };
	struct line line;

	line_open(&line);
	for (size_t i = 0; i < ARRAY_COUNT(lacking); i++) {
		int fd = memory_of(100000, SEALS & ~lacking[i]);
		carry_beside(&line, &fd, 1);
		CHECK(close(fd) == 0);
		CHECK(message_take_document(&line.in).p == NULL);
		CHECK(!message_is_read(&line.in));
	}
	line_close(&line);
}

TEST(message, reads_no_other_descriptor)
{
	struct line line;
	int ends[2];

	line_open(&line);
	CHECK(pipe(ends) == 0);
	int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int empty = memory_of(0, SEALS);
	const int descriptors[] = { ends[0], file, empty };
	for (size_t i = 0; i < ARRAY_COUNT(descriptors); i++) {
		carry_beside(&line, &descriptors[i], 1);
		CHECK(close(descriptors[i]) == 0);
		CHECK(message_take_document(&line.in).p == NULL);
		CHECK(!message_is_read(&line.in));
	}
	CHECK(close(ends[1]) == 0);
	line_close(&line);
}

TEST(message, is_not_read_when_something_unexpected_comes_beside_it)
{
	struct line line;

	line_open(&line);
	int fd = memory_of(100000, SEALS);
	carry_beside(&line, &fd, 1);
	CHECK(message_take_number(&line.in) == 1);
	CHECK(!message_is_read(&line.in));
	/* Two, for which there is room, and four, for which there is none. */
	const int many[] = { fd, fd, fd, fd };
	carry_beside(&line, many, 2);
	CHECK(message_take_document(&line.in).p == NULL && !message_is_read(&line.in));
	carry_beside(&line, many, 4);
	CHECK(message_take_document(&line.in).p == NULL && !message_is_read(&line.in));
	CHECK(close(fd) == 0);
	line_close(&line);
}

TEST(message, that_promises_a_document_beside_it_and_brings_none_is_not_read)
{
	struct line line;

	line_open(&line);
	message_put_number(&line.out, 1);
	carry(&line);
	CHECK(message_take_document(&line.in).p == NULL && !message_is_read(&line.in));
	message_put_number(&line.out, 2);
	carry(&line);
	CHECK(message_take_number(&line.in) == 1);
	CHECK(message_take_document(&line.in).p == NULL && !message_is_read(&line.in));
	line_close(&line);
}

TEST(message, receives_descriptors_that_no_program_inherits)
{
	struct line line;
	struct arena arena = { 0 };
	struct fault fault = { 0 };

	line_open(&line);
	CHECK_OK(message_put_document(&line.out, pattern(LARGE, &arena), &fault), fault);
	carry(&line);
	CHECK(line.in.beside >= 0 && (fcntl(line.in.beside, F_GETFD) & FD_CLOEXEC) != 0);
	line_close(&line);
	arena_done(&arena);
}

TEST(message, of_too_many_bytes_is_not_sent)
{
	struct line line;
	struct arena arena = { 0 };

	line_open(&line);
	message_put_bytes(&line.out, pattern(SIGNER_MAX_MESSAGE, &arena));
	CHECK(!message_send(line.ends[0], &line.out));
	line_close(&line);
	arena_done(&arena);
}

TEST(message, takes_no_document_that_is_out_of_all_proportion)
{
	struct line line;
	struct fault fault = { 0 };
	const uint8_t byte = 0;

	line_open(&line);
	/* Refused by its length, before it is looked at. */
	CHECK(!message_put_document(&line.out, (struct bytes){ &byte, (size_t)SIGNER_MAX_DOCUMENT + 1 }, &fault));
	CHECK(fault.code == FAULT_INTERNAL && strstr(fault.say, "too long") != NULL);
	int huge = memory_of((size_t)SIGNER_MAX_DOCUMENT + 1, SEALS);
	carry_beside(&line, &huge, 1);
	CHECK(close(huge) == 0);
	CHECK(message_take_document(&line.in).p == NULL && !message_is_read(&line.in));
	line_close(&line);
}

TEST_MAIN("message");
