#include "base/log.h"

#include <unistd.h>

#include "base/buffer.h"

void
log_write_fields(const struct log *log, enum log_level level, const char *event, const struct log_field *fields)
{
	static const char *const levels[] = { "info", "warning", "error" };
	char room[CLOCK_ISO_BYTES];
	struct buffer line = { 0 };
	int64_t now_ms = clock_now_ms(log->clock);
	struct str time = clock_render_iso_into(now_ms, room);

	buffer_printf(&line, "{\"time\":\"%.*s.%03dZ\",\"level\":\"%s\",\"event\":", (int)time.n - 1, time.p,
		(int)(now_ms % 1000), levels[level]);
	buffer_put_json_string(&line, str_of(event));
	for (; fields->name != NULL; fields++) {
		buffer_put_char(&line, ',');
		buffer_put_json_string(&line, str_of(fields->name));
		buffer_put_char(&line, ':');
		if (fields->text.p != NULL)
			buffer_put_json_string(&line, fields->text);
		else
			buffer_printf(&line, "%lld", (long long)fields->number);
	}
	buffer_put_cstr(&line, "}\n");
	/* A log that cannot be written must not stop the work it tells of. */
	ssize_t written = write(log->fd, line.p, line.n);
	(void)written;
	buffer_done(&line);
}
