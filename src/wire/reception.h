/* reception.h — the HTTP thread's part: the door, what can be told from the head alone, the body, the lane. */
#ifndef CHANCERY_WIRE_RECEPTION_H
#define CHANCERY_WIRE_RECEPTION_H

#include <microhttpd.h>
#include <stdbool.h>

/* The releases of libmicrohttpd whose heads were looked at byte by byte: the door does all the refusing, since their
 * own refusals of a head go out with the head of the answer twice. Later releases refuse bare LF and folded lines
 * themselves when they are told to be strict. */
bool reception_layout_is_known(void);

/* libmicrohttpd's callbacks; `context` is the listener. */
void reception_connection(
	void *context, struct MHD_Connection *mhd, void **socket_context, enum MHD_ConnectionNotificationCode event);
void *reception_request_line(void *context, const char *target, struct MHD_Connection *mhd);
enum MHD_Result reception_request(void *context, struct MHD_Connection *mhd, const char *path, const char *method,
	const char *version, const char *upload, size_t *upload_bytes, void **request_context);
void reception_completed(
	void *context, struct MHD_Connection *mhd, void **request_context, enum MHD_RequestTerminationCode how);

#endif
