/* client_sign.c — the daemon's side of keys that are born in the signer, and of what they sign. */
#include "signer/channel.h"

bool
signer_key_new(struct signer *signer, enum signing_key key, struct bytes subject, const struct seal_context *context,
	struct arena *arena, struct bytes *sealed, struct bytes *spki, struct fault *fault)
{
	struct message *message = channel_ask(signer, SIGNER_KEY_NEW);

	message_put_number(message, key);
	message_put_bytes(message, subject);
	message_put_context(message, context);
	if (!channel_answered(signer, fault))
		return false;
	struct bytes record = arena_bytes(arena, message_take_bytes(message));
	struct bytes public = arena_bytes(arena, message_take_bytes(message));
	if (!channel_understood(signer, fault))
		return false;
	*sealed = record;
	*spki = public;
	return true;
}

bool
signer_sign(struct signer *signer, enum signer_document kind, struct bytes document, enum signing_algorithm algorithm,
	struct bytes sealed, const struct seal_context *context, const struct signer_intention *intention,
	struct arena *arena, struct bytes *signature, struct fault *fault)
{
	struct message *message = channel_ask(signer, SIGNER_SIGN);

	message_put_number(message, kind);
	message_put_number(message, algorithm);
	message_put_bytes(message, sealed);
	message_put_context(message, context);
	message_put_number(message, intention != NULL);
	if (intention != NULL) {
		message_put_bytes(message, intention->serial);
		message_put_bytes(message, (struct bytes){ intention->sha256, sizeof intention->sha256 });
		message_put_number(message, intention->is_ca);
		message_put_number(message, intention->is_self_signed);
	}
	return message_put_document(message, document, fault) &&
	       channel_answered_bytes(signer, arena, signature, fault);
}

bool
signer_export_key(struct signer *signer, struct bytes sealed, const struct seal_context *context,
	struct secret passphrase, struct arena *arena, struct bytes *encrypted, struct fault *fault)
{
	struct message *message = channel_ask(signer, SIGNER_EXPORT_KEY);

	message_put_bytes(message, sealed);
	message_put_context(message, context);
	message_put_bytes(message, secret_bytes(passphrase));
	return channel_answered_bytes(signer, arena, encrypted, fault);
}
