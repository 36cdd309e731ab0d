/* signer.h — the daemon's side of the signer process, the only one that reads master keys and unsealed private keys.
 *
 * The signer is this same binary, re-executed, on the other end of one SEQPACKET socket per worker. A channel is used
 * by one thread at a time; a call blocks for some 10 us and its work. If the signer dies, calls fail with
 * FAULT_INTERNAL and the daemon ends: it cannot do its work without its seal.
 *
 * A sealed record: format byte (1), master-key id (as printed: bytes 1 to 16), AES-256-KWP (RFC 5649) of a fresh data
 * key, nonce, ciphertext, tag (AES-256-GCM). It is bound to `seal_context`: opened under another context it does not
 * open. */
#ifndef CHANCERY_SIGNER_SIGNER_H
#define CHANCERY_SIGNER_SIGNER_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/secret.h"
#include "x509/rules.h"
#include "x509/signing.h"

enum {
	SIGNER_MAX_CHANNELS = 64,
	SIGNER_MAX_MESSAGE = 64 * 1024, /* key 5 KB + certificate's key + context; far below a socket's 208 KB */
	MASTER_KEY_ID_BYTES = 16,       /* as printed: 16 hexadecimal digits */
};

/* A record's first byte, and where its master-key id stands, for SQL that finds rows by it. */
enum { SEALED_FORMAT = 1, SEALED_ID_OFFSET = 1 };

enum seal_purpose {
	SEAL_CERTIFICATE_KEY = 1,
	SEAL_AUTHORITY_KEY = 2, /* a CA's, with the CA's name beside it */
	SEAL_ACCESS_KEY = 3,
	SEAL_TOKEN_KEY = 4,
	SEAL_RESPONDER_KEY = 5, /* of a delegated OCSP responder */
};

/* The authenticated data: what a sealed record belongs to. */
struct seal_context {
	enum seal_purpose purpose;
	struct str account, region; /* region empty where there is none */
	struct str name;            /* ARN, access key id … */
	int64_t version;
};

struct signer_process; /* owns the child and its sockets */

struct signer_options {
	const char *executable;      /* /proc/self/exe */
	const char *master_key_file; /* made 0600 at first start, refused when others may read it */
	unsigned channels;
	bool create; /* make the master key file when it is missing: only for an empty data directory */
};

/* Starts the process and waits until it has read its keys. Call it from a thread that lives as long as the process: the
 * signer is killed when that thread ends (PR_SET_PDEATHSIG), so that no signer outlives its daemon. Fault:
 * FAULT_INTERNAL with words in `say` that tell the operator what is wrong with the master key file. */
MUST_CHECK bool signer_start(const struct signer_options *options, struct signer_process **out, struct fault *fault);
/* Closes the channels, which ends the process, and waits for it. */
void signer_stop(struct signer_process *process);
/* The pid, for a daemon that watches it. */
int signer_pid(const struct signer_process *process);
/* What the signer shut itself off from ("seccomp; landlock ABI 4"), for the log. */
const char *signer_walls(const struct signer_process *process);

struct signer; /* one channel */
struct signer *signer_channel(struct signer_process *process, unsigned index);

/* Parses the key's PEM, proves that it belongs to `spki` (x509/key.h), seals it as PKCS#8. *sealed is in the arena. */
MUST_CHECK bool signer_import_key(struct signer *signer, struct secret pem, struct bytes spki,
	const struct import_rules *rules, const struct seal_context *context, struct arena *arena, struct bytes *sealed,
	struct fault *fault);

/* Seals an access key's secret or a token key: a certificate's key is sealed only by signer_import_key(). */
MUST_CHECK bool signer_seal(struct signer *signer, struct secret plain, const struct seal_context *context,
	struct arena *arena, struct bytes *sealed, struct fault *fault);

/* The SigV4 signing key of a sealed access-key secret: the secret itself never leaves the signer. */
MUST_CHECK bool signer_sigv4_key(struct signer *signer, struct bytes sealed, const struct seal_context *context,
	struct str date, struct str region, struct str service, uint8_t key[32], struct fault *fault);

/* Opens a SEAL_TOKEN_KEY record (32 bytes): the one purpose whose plain text the daemon may hold. */
MUST_CHECK bool signer_open_token_key(struct signer *signer, struct bytes sealed, const struct seal_context *context,
	uint8_t key[32], struct fault *fault);

/* Opens a record and seals it anew under a context that differs in the version alone: an earlier version of a
 * certificate's key becomes current again. */
MUST_CHECK bool signer_reseal(struct signer *signer, struct bytes sealed, const struct seal_context *old_context,
	const struct seal_context *new_context, struct arena *arena, struct bytes *out, struct fault *fault);

/* ---- Keys that are born here, and what they sign ---- */

/* Makes a key and seals it; it never leaves the signer, but for an export under a passphrase. `context->purpose` is
 * SEAL_CERTIFICATE_KEY, SEAL_AUTHORITY_KEY or SEAL_RESPONDER_KEY. `subject` (Name, DER) is sealed with an authority's
 * key, and is the only issuer in whose name it will ever sign; absent for the others. *spki is the public key.
 * FAULT_INVALID_ARGS: the linked OpenSSL has no such keys. RSA takes 50 ms to seconds. */
MUST_CHECK bool signer_key_new(struct signer *signer, enum signing_key key, struct bytes subject,
	const struct seal_context *context, struct arena *arena, struct bytes *sealed, struct bytes *spki,
	struct fault *fault);

/* What is to be signed. The signer reads it whole and signs nothing that it does not understand. */
enum signer_document {
	SIGNER_REQUEST = 1, /* CertificationRequestInfo of the key's own public half; an authority's: of its subject */
	SIGNER_CERTIFICATE = 2, /* TBSCertificate; an authority's key alone */
	SIGNER_CRL = 3,         /* TBSCertList; an authority's key alone */
	SIGNER_OCSP = 4,        /* ResponseData; a responder's key alone, whose hash is the responderID */
};

/* For SIGNER_CERTIFICATE: the stored intention, against which the document is held. A serial that this process has
 * signed for the same key with another hash is refused. */
struct signer_intention {
	struct bytes serial; /* magnitude */
	uint8_t sha256[32];  /* of the TBSCertificate */
	bool is_ca;          /* the template makes a CA; otherwise CA:TRUE and keyCertSign are refused */
	bool is_self_signed; /* the subject's key must be the signing key itself; otherwise it must not be */
};

/* Signs with a sealed key. The document may be large (a CRL of a million entries is 40 MB): it then travels in sealed
 * memory. Keys of authorities and responders stay open in the signer, 128 of them, because opening one costs as much as
 * many signatures; a certificate's key is wiped at once. `intention` is for certificates, NULL otherwise. The signature
 * is in the arena, ready for a BIT STRING. FAULT_INTERNAL with the reason in `log`: the document is not what it should
 * be; that is our own mistake. */
MUST_CHECK bool signer_sign(struct signer *signer, enum signer_document kind, struct bytes document,
	enum signing_algorithm algorithm, struct bytes sealed, const struct seal_context *context,
	const struct signer_intention *intention, struct arena *arena, struct bytes *signature, struct fault *fault);

/* The private key of a SEAL_CERTIFICATE_KEY record as PKCS #8 EncryptedPrivateKeyInfo (DER), encrypted as AWS does:
 * PBES2, PBKDF2 with HMAC-SHA1, a salt of 20 octets and 2,048 rounds, AES-256-CBC. */
MUST_CHECK bool signer_export_key(struct signer *signer, struct bytes sealed, const struct seal_context *context,
	struct secret passphrase, struct arena *arena, struct bytes *encrypted, struct fault *fault);

/* ---- The master keys ---- */

/* Reads the master key file again: another process has rotated. The signer also does so by itself, when the file has
 * changed before it seals and when a record names an id it does not know. */
MUST_CHECK bool signer_reload(struct signer *signer, struct fault *fault);
/* Makes a new master key and makes it the active one; the old ones go on opening what they sealed. Safe while other
 * processes use the same file. */
MUST_CHECK bool signer_rotate(struct signer *signer, char active[MASTER_KEY_ID_BYTES + 1], struct fault *fault);
/* Wraps the data key again under the active master key; *out equals `sealed` when that is so already. */
MUST_CHECK bool signer_rewrap(
	struct signer *signer, struct bytes sealed, struct arena *arena, struct bytes *out, struct fault *fault);
/* Removes every master key but the active one and those in `keep` (ids, none twice). What is gone can open nothing:
 * only when no record sealed before the last rotation is still on its way to the store. A key that another process has
 * made since is kept. An authority's or a responder's key that was opened before may go on signing until the process
 * ends. */
MUST_CHECK bool signer_retire(struct signer *signer, const struct str *keep, size_t keep_count, struct fault *fault);
/* The id in a sealed record, without the signer: store rows are found by it. False if it is no sealed record. */
MUST_CHECK bool sealed_master_key_id(struct bytes sealed, char id[MASTER_KEY_ID_BYTES + 1]);

/* The other side: serves until every channel is closed. main() calls it for the hidden face "signer". */
int signer_main(int argc, char **argv);

#endif
