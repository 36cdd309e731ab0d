/* command.h — one command of a service, from its words to its exit code. */
#ifndef CHANCERY_CLI_COMMAND_H
#define CHANCERY_CLI_COMMAND_H

#include "base/arena.h"
#include "model/operation.h"

extern const char command_usage[];

/* argv[0] is the service; the words behind it may change places. */
int command_run(const struct service *service, int argc, char **argv, struct arena *arena);

/* Options that every command has may stand before its names, too: they go behind the first name, so that it stands
 * first. False: there is no name. */
bool command_bring_name_forward(int argc, char **argv);
bool command_asks_for_version(int argc, char **argv);

#endif
