/* reception.h — the HTTP thread's part: the door, what can be told from the head alone, the body, the lane. */
#ifndef CHANCERY_WIRE_RECEPTION_H
#define CHANCERY_WIRE_RECEPTION_H

#include <microhttpd.h>

/* libmicrohttpd's callbacks; `context` is the server. */
void reception_connection(
	void *context, struct MHD_Connection *mhd, void **socket_context, enum MHD_ConnectionNotificationCode event);
void *reception_request_line(void *context, const char *target, struct MHD_Connection *mhd);
enum MHD_Result reception_request(void *context, struct MHD_Connection *mhd, const char *path, const char *method,
	const char *version, const char *upload, size_t *upload_bytes, void **request_context);
void reception_completed(
	void *context, struct MHD_Connection *mhd, void **request_context, enum MHD_RequestTerminationCode how);

#endif
