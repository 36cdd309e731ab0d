#include "wire/answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "wire/edge.h"
#include "wire/inside.h"

/* An access key id has 20 characters; a claimed one may be anything. */
enum { LOGGED_PRINCIPAL_BYTES = 128 };

/* The user's ARN once it is known, before that the access key that was claimed. */
static struct str
principal_of(struct exchange *exchange)
{
	const struct principal *principal = &exchange->call.principal;

	if (principal->user.p != NULL)
		return arena_printf(&exchange->arena, "arn:%s:iam::%.*s:user/%.*s", exchange->call.partition,
			STR_ARG(principal->account), STR_ARG(principal->user));
	struct str claimed = exchange->claim.access_key_id;
	if (claimed.n > LOGGED_PRINCIPAL_BYTES)
		claimed.n = LOGGED_PRINCIPAL_BYTES;
	return claimed;
}

static void
log_request(struct exchange *exchange, unsigned status, const char *code, const struct fault *fault)
{
	const struct call *call = &exchange->call;
	bool ours = fault != NULL && edge_of(exchange->route.service, fault->code).status >= 500;
	struct log_field fields[15] = {
		{ "request_id", str_of(call->request_id), 0 },
		{ "status", { 0 }, status },
		{ "code", str_of(code), 0 },
		{ "us", { 0 }, clock_monotonic_us() - exchange->started_us },
		{ "remote", str_of(exchange->connection->remote), 0 },
	};
	size_t n = 5;

	if (exchange->route.operation != NULL) {
		fields[n++] = (struct log_field){ "service", str_of(exchange->route.service->command), 0 };
		fields[n++] = (struct log_field){ "operation", str_of(exchange->route.operation->name), 0 };
	}
	if (exchange->page.p != NULL)
		fields[n++] = (struct log_field){ "page", exchange->page, 0 };
	struct str principal = principal_of(exchange);
	if (principal.p != NULL)
		fields[n++] = (struct log_field){ "principal", principal, 0 };
	if (call->owner.account.p != NULL) {
		fields[n++] = (struct log_field){ "account", call->owner.account, 0 };
		fields[n++] = (struct log_field){ "region", call->owner.region, 0 };
	}
	if (call->warning.p != NULL)
		fields[n++] = (struct log_field){ "warning", call->warning, 0 };
	if (ours) {
		fields[n++] = (struct log_field){ "log", str_of(fault->log[0] != '\0' ? fault->log : fault->say), 0 };
		fields[n++] = (struct log_field){ "where", str_of(fault->where != NULL ? fault->where : ""), 0 };
	}
	fields[n] = (struct log_field){ 0 };
	enum log_level level = ours ? LOG_ERROR : call->warning.p != NULL ? LOG_WARNING : LOG_INFO;
	log_write_fields(exchange->server->house.log, level, "request", fields);
}

void
answer_put_header(struct answer *answer, const char *name, const char *format, ...)
{
	struct answer_header *header = &answer->headers[answer->header_count++];
	va_list args;

	header->name = name;
	va_start(args, format);
	(void)vsnprintf(header->value, sizeof header->value, format, args);
	va_end(args);
}

/* The body's memory, or the descriptor, passes to the response, which frees it. */
static struct MHD_Response *
response_new(struct answer *answer)
{
	struct MHD_Response *response =
		answer->is_file ? MHD_create_response_from_fd64(answer->file_bytes, answer->file)
		: answer->body.p != NULL
			? MHD_create_response_from_buffer(answer->body.n, answer->body.p, MHD_RESPMEM_MUST_FREE)
			: MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);

	if (response == NULL) {
		buffer_done(&answer->body);
		if (answer->is_file)
			(void)close(answer->file);
	}
	answer->body = (struct buffer){ 0 };
	return response;
}

static struct MHD_Response *
response_of(const struct exchange *exchange, struct answer *answer)
{
	struct MHD_Response *response = response_new(answer);

	if (response == NULL)
		return NULL;
	(void)MHD_add_response_header(response, "x-amzn-RequestId", exchange->call.request_id);
	if (answer->content_type != NULL)
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->content_type);
	for (size_t i = 0; i < answer->header_count; i++)
		(void)MHD_add_response_header(response, answer->headers[i].name, answer->headers[i].value);
	if (atomic_load(&exchange->server->draining))
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	return response;
}

static enum MHD_Result
queue_answer(struct exchange *exchange, unsigned status, struct MHD_Response *response)
{
	if (response == NULL)
		return MHD_NO;
	exchange->answered = true;
	if (!exchange->body_ended && exchange->body_expected > 0)
		exchange->connection->refused = true;
	enum MHD_Result queued = MHD_queue_response(exchange->mhd, status, response);
	MHD_destroy_response(response);
	return queued;
}

enum MHD_Result
answer_send(struct exchange *exchange, struct answer *answer, const struct fault *fault)
{
	log_request(exchange, answer->status, answer->code, fault);
	return queue_answer(exchange, answer->status, response_of(exchange, answer));
}

void
answer_end(struct exchange *exchange, struct answer *answer, const struct fault *fault)
{
	struct server *server = exchange->server;
	struct MHD_Connection *mhd = exchange->mhd;

	log_request(exchange, answer->status, answer->code, fault);
	/* What was decoded may hold a key: it goes before the answer does, however slowly that is read. */
	body_done(&exchange->body, &server->bodies);
	arena_reset(&exchange->arena);
	(void)queue_answer(exchange, answer->status, response_of(exchange, answer));
	MHD_resume_connection(mhd);
	(void)atomic_fetch_sub(&server->calls, 1);
}

enum MHD_Result
answer_now(struct exchange *exchange, unsigned status, const char *code, const char *content_type, struct buffer *body,
	const char *allow)
{
	struct answer answer = { .status = status, .code = code, .content_type = content_type, .body = *body };

	*body = (struct buffer){ 0 };
	if (allow != NULL)
		answer_put_header(&answer, MHD_HTTP_HEADER_ALLOW, "%s", allow);
	return answer_send(exchange, &answer, NULL);
}

enum MHD_Result
answer_message(struct exchange *exchange, unsigned status, const char *code, const char *message, const char *allow)
{
	struct buffer body = { 0 };

	buffer_put_cstr(&body, "{\"message\":");
	buffer_put_json_string(&body, str_of(message));
	buffer_put_char(&body, '}');
	return answer_now(exchange, status, code, "application/json", &body, allow);
}

static struct answer
fault_answer(const struct exchange *exchange, const struct fault *fault)
{
	struct edge edge = edge_of(exchange->route.service, fault->code);
	struct answer answer = { .status = edge.status, .code = edge.exception, .content_type = ANSWER_JSON };

	edge_render(exchange->route.service, fault, exchange->call.request_id, &answer.body);
	return answer;
}

enum MHD_Result
answer_fault(struct exchange *exchange, const struct fault *fault)
{
	struct answer answer = fault_answer(exchange, fault);

	return answer_send(exchange, &answer, fault);
}

static struct answer
success_answer(const struct exchange *exchange)
{
	struct answer answer = { .status = MHD_HTTP_OK, .code = "OK", .content_type = ANSWER_JSON };

	if (exchange->route.operation->output != NULL)
		model_encode(exchange->route.operation->output, exchange->out, &answer.body);
	return answer;
}

void
answer_finish(struct exchange *exchange, const struct fault *fault)
{
	struct answer answer = fault != NULL ? fault_answer(exchange, fault) : success_answer(exchange);

	answer_end(exchange, &answer, fault);
}

void
answer_log_lost(struct exchange *exchange)
{
	log_request(exchange, 0, "Unanswered", NULL);
}
