/* digest.h — SHA-256 and HMAC-SHA256 over algorithms that are fetched once a process: OpenSSL 3's implicit fetch costs
 * more than hashing a small body. */
#ifndef CHANCERY_SIGV4_DIGEST_H
#define CHANCERY_SIGV4_DIGEST_H

#include "base/str.h"

enum { DIGEST_BYTES = 32, DIGEST_HEX_CHARS = 64 };

void digest_sha256(struct bytes data, uint8_t out[DIGEST_BYTES]);
void digest_hmac(struct bytes key, struct bytes data, uint8_t out[DIGEST_BYTES]);
/* Lower-case hexadecimal, without a NUL. */
void digest_hex(const uint8_t digest[DIGEST_BYTES], char out[DIGEST_HEX_CHARS]);

#endif
