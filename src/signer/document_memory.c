#include "signer/document_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "signer/message.h"

enum { DOCUMENT_SEALS = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL };

static bool
write_all(int fd, struct bytes document)
{
	while (document.n > 0) {
		ssize_t n = write(fd, document.p, document.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		document = (struct bytes){ document.p + n, document.n - (size_t)n };
	}
	return true;
}

bool
document_seal(struct bytes document, int *fd, struct fault *fault)
{
	if (document.n > SIGNER_MAX_DOCUMENT)
		return fault_set(
			fault, FAULT_INTERNAL, "A document of %zu bytes is too long to be signed.", document.n);
	int memory = memfd_create("document", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (memory < 0 || !write_all(memory, document) || fcntl(memory, F_ADD_SEALS, DOCUMENT_SEALS) != 0) {
		int error = errno;
		if (memory >= 0)
			(void)close(memory);
		return fault_set(fault, FAULT_INTERNAL, "There is no memory for a document of %zu bytes: %s.",
			document.n, strerror(error));
	}
	*fd = memory;
	return true;
}

bool
document_map(int fd, struct bytes *document)
{
	struct stat status;
	/* -1 for what is no such memory, which has all bits set. */
	int seals = fcntl(fd, F_GET_SEALS);

	if (seals < 0 || (seals & DOCUMENT_SEALS) != DOCUMENT_SEALS || fstat(fd, &status) != 0 || status.st_size <= 0 ||
		status.st_size > SIGNER_MAX_DOCUMENT)
		return false;
	void *p = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return false;
	*document = (struct bytes){ p, (size_t)status.st_size };
	return true;
}

void
document_unmap(struct bytes document)
{
	if (document.p != NULL)
		(void)munmap((void *)(uintptr_t)document.p, document.n);
}
