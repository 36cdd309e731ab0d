/* serve.h — `chancery serve`: start, settings, process walls, signals. */
#ifndef CHANCERY_DAEMON_SERVE_H
#define CHANCERY_DAEMON_SERVE_H

int serve_main(int argc, char **argv);

#endif
