/* help.h — what the command line tells about itself, from the model. */
#ifndef CHANCERY_CLI_HELP_H
#define CHANCERY_CLI_HELP_H

#include "base/buffer.h"
#include "cli/option.h"
#include "model/operation.h"

void help_service(const struct service *service, struct buffer *out);
void help_waiter(const struct service *service, const struct waiter *waiter, struct buffer *out);
void help_operation(const struct service *service, const struct operation *operation, struct buffer *out);
/* "string", "list", "structure": what an option takes. */
const char *help_type(const struct shape *shape);
void help_option(const struct option_row *row, struct buffer *out);

#endif
