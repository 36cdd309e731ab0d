#include "wire/health.h"

#include <sys/wait.h>

#include "wire/answer.h"
#include "wire/inside.h"

static enum MHD_Result
answer_status(struct exchange *exchange, unsigned status, const char *word, const char *reason)
{
	struct buffer body = { 0 };

	buffer_printf(&body, "{\"status\":\"%s\"", word);
	if (reason != NULL)
		buffer_printf(&body, ",\"reason\":\"%s\"", reason);
	buffer_put_cstr(&body, "}\n");
	return answer_now(exchange, status, word, "application/json", &body, NULL);
}

enum MHD_Result
health_answer(struct exchange *exchange)
{
	return answer_status(exchange, MHD_HTTP_OK, "ok", NULL);
}

/* Looks without taking the exit status, which is the daemon's to read. */
static bool
signer_alive(const struct signer_process *signer)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)signer_pid(signer), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

enum MHD_Result
health_answer_ready(struct exchange *exchange)
{
	const struct server *server = exchange->server;

	if (atomic_load(&server->draining))
		return answer_status(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "stopping", "the server is stopping");
	if (!signer_alive(server->house.signer))
		return answer_status(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "unready", "the signer has ended");
	if (!store_writable(server->house.store))
		return answer_status(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "unready", "the store cannot write");
	return answer_status(exchange, MHD_HTTP_OK, "ready", NULL);
}
