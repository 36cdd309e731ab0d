#include "library/client.h"

#include <stdlib.h>

#include "base/memory.h"
#include "library/config.h"
#include "library/error.h"
#include "model/acm.h"
#include "model/own.h"
#include "model/pca.h"

static const struct service *const services[] = { &acm_service, &pca_service, &own_service };

struct chancery_client {
	struct client *of[ARRAY_COUNT(services)];
};
typedef struct chancery_client chancery_client;
AUTO_FREE(chancery_client, chancery_client_free);

const char *
chancery_version(void)
{
	return CHANCERY_VERSION;
}

static bool
client_open(
	const struct chancery_config *config, const struct service *service, struct client **out, struct fault *fault)
{
	struct client_settings settings;
	struct arena arena = { 0 };

	bool made = config_resolve(config, service, &arena, &settings, fault) && client_new(&settings, out, fault);
	arena_done(&arena);
	return made;
}

bool
chancery_client_new(
	const struct chancery_config *config, struct chancery_client **client, struct chancery_error **error)
{
	AUTO(chancery_client) made = memory_take_zeroed(sizeof *made);
	struct fault fault = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(services); i++) {
		if (!client_open(config, services[i], &made->of[i], &fault))
			return error_of_fault(&fault, CHANCERY_ERROR_CONFIGURATION, "ConfigurationError", error);
	}
	*client = GIVE(made);
	return true;
}

void
chancery_client_free(struct chancery_client *client)
{
	if (client == NULL)
		return;
	for (size_t i = 0; i < ARRAY_COUNT(services); i++)
		client_free(client->of[i]);
	free(client);
}

struct client *
client_of(const struct chancery_client *client, const struct service *service)
{
	size_t i = 0;

	while (i + 1 < ARRAY_COUNT(services) && services[i] != service)
		i++;
	return client->of[i];
}
