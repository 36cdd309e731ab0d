/* document_memory.h — memory that one process fills, seals, and lets another read (memfd_create(2)). Private to
 * message.c.
 *
 * A document of 40 MB fits no datagram. It travels as a descriptor, and the reader makes sure that the writer cannot
 * change any more what is being read, checked and signed. */
#ifndef CHANCERY_SIGNER_DOCUMENT_MEMORY_H
#define CHANCERY_SIGNER_DOCUMENT_MEMORY_H

#include "base/fault.h"
#include "base/str.h"

/* A copy of the document; the descriptor is the caller's to close. */
MUST_CHECK bool document_seal(struct bytes document, int *fd, struct fault *fault);
/* False when it is no such memory, can still change or shrink, or is longer than SIGNER_MAX_DOCUMENT. The descriptor
 * may be closed afterwards; the document is the caller's to document_unmap(). */
MUST_CHECK bool document_map(int fd, struct bytes *document);
void document_unmap(struct bytes document); /* absent is fine */

#endif
