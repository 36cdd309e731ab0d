/* dialog.h — a client opened as the command line wishes, and questions to it in values. */
#ifndef CHANCERY_CLI_DIALOG_H
#define CHANCERY_CLI_DIALOG_H

#include "cli/answer.h"
#include "cli/options.h"
#include "cli/value.h"
#include "client/client.h"

struct dialog {
	struct client *client;
	int attempts; /* that the settings allow for one request */
	enum answer_times times;
};

/* `service` tells whose variables of the environment count (AWS_ENDPOINT_URL_ACM_PCA). Gives EXIT_FINE, or says why not
 * and gives the exit code. */
MUST_CHECK int dialog_open(
	const struct globals *globals, const struct service *service, struct arena *arena, struct dialog *out);
void dialog_done(struct dialog *dialog);

/* One request; the answer as the AWS CLI shows it, in the arena. False: *error says why. */
MUST_CHECK bool dialog_ask(const struct dialog *dialog, const struct service *service,
	const struct operation *operation, const struct value *input, struct arena *arena, struct value **answer,
	struct client_error *error);
/* The same, with the answer as the operation's generated struct; NULL for an operation without one. */
MUST_CHECK bool dialog_look(const struct dialog *dialog, const struct service *service,
	const struct operation *operation, const struct value *input, struct arena *arena, const void **answer,
	struct client_error *error);
/* Says on standard error why a request failed; gives the exit code. */
int dialog_explain(const struct dialog *dialog, const struct service *service, const struct operation *operation,
	const struct client_error *error);

#endif
