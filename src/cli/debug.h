/* debug.h — --debug: what is read, sent and answered, on standard error.
 *
 * No secret is among it: signatures, session tokens, blobs, sensitive members, and whatever the model does not know are
 * replaced by their length; of the command line only the names of options are told. */
#ifndef CHANCERY_CLI_DEBUG_H
#define CHANCERY_CLI_DEBUG_H

#include "client/client.h"

/* One line, with the time and who tells it ("settings"). */
void debug_say(const char *who, const char *format, ...) PRINTF_LIKE(2, 3);
void debug_arguments(const struct service *service, const struct operation *operation, int argc, char **argv);
void debug_settings(const struct client_settings *settings, const char *profile);

/* What a client shows of its requests and answers; all of it lives as long as the process. */
extern const struct client_watch debug_watch;

#endif
