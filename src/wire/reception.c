#include "wire/reception.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "wire/answer.h"
#include "wire/inside.h"
#include "wire/page.h"

bool
reception_layout_is_known(void)
{
	const char *release = MHD_get_version();

	return strncmp(release, "0.9.75", 6) == 0 || strncmp(release, "0.9.76", 6) == 0;
}

void
reception_connection(
	void *context, struct MHD_Connection *mhd, void **socket_context, enum MHD_ConnectionNotificationCode event)
{
	struct listener *listener = context;
	struct server *server = listener->server;

	if (event == MHD_CONNECTION_NOTIFY_CLOSED) {
		struct connection *connection = *socket_context;
		tls_credentials_unref(connection->tls);
		connection_close(&server->connections, connection);
		*socket_context = NULL;
		return;
	}
	int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	const struct sockaddr *remote = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
	struct connection *connection = connection_open(&server->connections, fd, remote);
	if (listener->tls != NULL)
		connection->tls = tls_attach(
			listener->tls, MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session);
	*socket_context = connection;
}

void *
reception_request_line(void *context, const char *target, struct MHD_Connection *mhd)
{
	struct listener *listener = context;
	struct connection *connection =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;

	connection_enter(&listener->server->connections, connection, CONNECTION_HEAD);
	return exchange_new(listener, connection, mhd, target);
}

void
reception_completed(
	void *context, struct MHD_Connection *mhd, void **request_context, enum MHD_RequestTerminationCode how)
{
	struct listener *listener = context;
	struct exchange *exchange = *request_context;

	(void)mhd;
	(void)how;
	if (exchange == NULL)
		return;
	if (!exchange->answered)
		answer_log_lost(exchange);
	connection_enter(&listener->server->connections, exchange->connection, CONNECTION_IDLE);
	exchange_free(exchange);
	*request_context = NULL;
}

static enum MHD_Result
collect_header(void *context, enum MHD_ValueKind kind, const char *name, size_t name_bytes, const char *value,
	size_t value_bytes)
{
	struct exchange *exchange = context;
	size_t n = exchange->request.header_count++;

	(void)kind;
	if (n < DOOR_MAX_HEADERS)
		exchange->headers[n] =
			(struct sigv4_header){ { name, name_bytes }, { value != NULL ? value : "", value_bytes } };
	return MHD_YES;
}

/* The problem lies in HTTP itself: the exception is among AWS's common errors. The connection ends with it. */
static enum MHD_Result
refuse_http(struct exchange *exchange, unsigned status, const char *exception, const char *why)
{
	struct buffer body = { 0 };

	exchange->connection->refused = true;
	buffer_printf(&body, "{\"__type\":\"%s\",\"message\":", exception);
	buffer_put_json_string(&body, str_of(why));
	buffer_put_char(&body, '}');
	return answer_now(exchange, status, exception, ANSWER_JSON, &body, NULL);
}

static struct door_head
head_of(struct exchange *exchange, const char *path, const char *method, const char *version)
{
	exchange->request.method = str_of(method);
	(void)MHD_get_connection_values_n(exchange->mhd, MHD_HEADER_KIND, collect_header, exchange);
	struct door_head head = {
		.method = method,
		.path = path,
		.version = version,
		.target = exchange->request.target,
		.bytes = MHD_get_connection_info(exchange->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size,
		.in_place = reception_layout_is_known(),
		.headers = exchange->headers,
		.header_count = exchange->request.header_count,
	};
	if (exchange->request.header_count > DOOR_MAX_HEADERS)
		exchange->request.header_count = DOOR_MAX_HEADERS;
	return head;
}

static enum MHD_Result
read_head(struct exchange *exchange, const char *path, const char *method, const char *version)
{
	struct server *server = exchange->server;

	connection_enter(&server->connections, exchange->connection, CONNECTION_REQUEST);
	struct door_head head = head_of(exchange, path, method, version);
	const char *why = door_refusal(&head);
	if (why != NULL)
		return refuse_http(exchange, MHD_HTTP_BAD_REQUEST, "MalformedHttpRequestException", why);
	if (head.bytes > server->limits.header_bytes)
		return refuse_http(exchange, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, "MalformedHttpRequestException",
			"The request's head is too large.");

	exchange->request.target = door_origin_form(exchange->request.target);

	/* An answer given now ends the connection, since the body is not read. Without a body there is time: the next
	 * call finds the request whole. */
	exchange->body_expected = door_body_length(&head);
	exchange->head_checked = exchange->body_expected > 0;
	return exchange->head_checked ? page_check_head(exchange) : MHD_YES;
}

/* libmicrohttpd takes no answer in the middle of a body. One that went wrong is read to its end and thrown away, but
 * not for ever: past as much again as is allowed, the connection ends without an answer. */
static enum MHD_Result
skip_body(struct exchange *exchange, size_t n)
{
	exchange->connection->refused = true;
	body_done(&exchange->body, &exchange->server->bodies);
	exchange->skipped += n;
	return exchange->skipped <= exchange->body_limit ? MHD_YES : MHD_NO;
}

static enum MHD_Result
read_body(struct exchange *exchange, const char *upload, size_t n)
{
	if (exchange->fault.code != FAULT_NONE)
		return skip_body(exchange, n);
	switch (body_take(
		&exchange->body, upload, n, exchange->body_expected, exchange->body_limit, &exchange->server->bodies)) {
	case BODY_OK:
		return MHD_YES;
	case BODY_TOO_LARGE:
		(void)fault_set(&exchange->fault, FAULT_TOO_LARGE, "Request size exceeded the limit");
		return skip_body(exchange, n);
	case BODY_NO_BUDGET:
		(void)fault_set(&exchange->fault, FAULT_THROTTLED, "Rate exceeded");
		return skip_body(exchange, n);
	}
	return MHD_NO;
}

/* The request is whole. */
static enum MHD_Result
end_request(struct exchange *exchange)
{
	exchange->body_ended = true;
	if (exchange->fault.code != FAULT_NONE)
		return answer_fault(exchange, &exchange->fault);
	if (!exchange->head_checked) {
		enum MHD_Result result = page_check_head(exchange);
		if (exchange->answered)
			return result;
	}
	return exchange->work->begin(exchange);
}

enum MHD_Result
reception_request(void *context, struct MHD_Connection *mhd, const char *path, const char *method, const char *version,
	const char *upload, size_t *upload_bytes, void **request_context)
{
	struct exchange *exchange = *request_context;

	(void)context;
	(void)mhd;
	if (!exchange->head_read) {
		exchange->head_read = true;
		return read_head(exchange, path, method, version);
	}
	if (*upload_bytes > 0) {
		enum MHD_Result result = read_body(exchange, upload, *upload_bytes);
		/* The connection's own buffer, which lives as long as the connection does: our copy is the only one. */
		memory_wipe((void *)(uintptr_t)upload, *upload_bytes);
		*upload_bytes = 0;
		return result;
	}
	return end_request(exchange);
}
