/* log.h — one JSON object a line on stderr (or wherever `fd` points). Whole lines: one write(2) each.
 *
 * Fields are pairs of name and text; never a key, a passphrase or a signature. Used by main, daemon, wire and admin
 * only: rooms below return faults. */
#ifndef CHANCERY_BASE_LOG_H
#define CHANCERY_BASE_LOG_H

#include "base/clock.h"

enum log_level { LOG_INFO, LOG_WARNING, LOG_ERROR };

struct log {
	int fd;
	const struct clock *clock;
};

struct log_field {
	const char *name;
	struct str text; /* printed as a JSON string when present; absent: `number` is printed */
	int64_t number;
};

/* log_write(log, LOG_INFO, "started", { "address", STR("127.0.0.1:8226") }, { "pid", .number = 7 }); */
#define log_write(log, level, event, ...)                                                                              \
	log_write_fields((log), (level), (event), (const struct log_field[]){ __VA_ARGS__, { 0 } })
/* `fields` ends with one whose name is NULL. */
void log_write_fields(const struct log *log, enum log_level level, const char *event, const struct log_field *fields);

#endif
