#include "wire/dispatch.h"

#include <string.h>

#include "base/attributes.h"
#include "service/acm/acm.h"
#include "service/own/own.h"
#include "service/pca/pca.h"

/* One adapter an operation, so that each handler keeps its own types. */
#define RUN_IN_OUT(prefix, Name, name)                                                                                 \
	static bool run_##prefix##_##name(struct call *call, const void *in, void *out, struct fault *fault)           \
	{                                                                                                              \
		return prefix##_##name(call, in, out, fault);                                                          \
	}
#define RUN_IN_ONLY(prefix, Name, name)                                                                                \
	static bool run_##prefix##_##name(struct call *call, const void *in, void *out, struct fault *fault)           \
	{                                                                                                              \
		(void)out;                                                                                             \
		return prefix##_##name(call, in, fault);                                                               \
	}
#define RUN_OUT_ONLY(prefix, Name, name)                                                                               \
	static bool run_##prefix##_##name(struct call *call, const void *in, void *out, struct fault *fault)           \
	{                                                                                                              \
		(void)in;                                                                                              \
		return prefix##_##name(call, out, fault);                                                              \
	}
ACM_OPERATIONS(RUN_IN_OUT, RUN_IN_ONLY, RUN_OUT_ONLY)
PCA_OPERATIONS(RUN_IN_OUT, RUN_IN_ONLY, RUN_OUT_ONLY)
OWN_OPERATIONS(RUN_IN_OUT, RUN_IN_ONLY, RUN_OUT_ONLY)

#define ROW_WITH_OUT(prefix, Name, name) { #Name, sizeof(struct prefix##_##name##_response), run_##prefix##_##name },
#define ROW_WITHOUT_OUT(prefix, Name, name) { #Name, 0, run_##prefix##_##name },
#define HANDLERS(OPERATIONS)                                                                                           \
	(const struct handler[])                                                                                       \
	{                                                                                                              \
		OPERATIONS(ROW_WITH_OUT, ROW_WITHOUT_OUT, ROW_WITH_OUT)                                                \
	}

/* Every service that is served, with its handlers in the order of its operations. */
static const struct served {
	const struct service *service;
	const struct handler *handlers;
} services[] = {
	{ &acm_service, HANDLERS(ACM_OPERATIONS) },
	{ &pca_service, HANDLERS(PCA_OPERATIONS) },
	{ &own_service, HANDLERS(OWN_OPERATIONS) },
};

/* What a service's calls are about: the members that name it, and its type, as ARNs have it. */
static const struct subject {
	const struct service *service;
	const char *members[3];
	const char *type;
} subjects[] = {
	{ &acm_service, { "CertificateArn", NULL, NULL }, "certificate" },
	{ &pca_service, { "CertificateAuthorityArn", "ResourceArn", NULL }, "certificate-authority" },
	{ &own_service, { "CertificateAuthorityArn", NULL, NULL }, "certificate-authority" },
};

/* What an operation without input is sent: "{}". */
static const struct shape nothing = { .name = "Unit", .kind = SHAPE_STRUCTURE };

const struct service *
dispatch_service(size_t index)
{
	return index < ARRAY_COUNT(services) ? services[index].service : NULL;
}

bool
dispatch_find(struct str name, struct target *out)
{
	struct str prefix;

	if (name.p == NULL || !str_cut(&name, '.', &prefix))
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(services); i++) {
		const struct service *service = services[i].service;
		if (!str_is(prefix, service->target_prefix))
			continue;
		const struct operation *operation = service_operation(service, name);
		if (operation == NULL)
			return false;
		*out = (struct target){ service, operation, &services[i].handlers[operation - service->operations] };
		return true;
	}
	return false;
}

bool
dispatch_decode(const struct target *target, struct str json, struct arena *arena, void **in, struct fault *fault)
{
	const struct shape *shape = target->operation->input != NULL ? target->operation->input : &nothing;

	*in = arena_alloc(arena, shape->size);
	return model_decode(shape, json, arena, *in, fault) && model_validate(shape, *in, arena, fault);
}

static const struct member *
subject_member(const struct subject *subject, const struct shape *shape)
{
	for (size_t i = 0; shape != NULL && i < shape->member_count; i++) {
		for (size_t k = 0; subject->members[k] != NULL; k++) {
			if (strcmp(shape->members[i].name, subject->members[k]) == 0)
				return &shape->members[i];
		}
	}
	return NULL;
}

static struct str
resource_of(const struct subject *subject, const struct target *target, const struct call *call, const void *in)
{
	const struct member *given = subject_member(subject, target->operation->input);
	struct str arn = { 0 };

	if (given != NULL)
		arn = *(const struct str *)(const void *)((const char *)in + given->offset);
	if (arn.p == NULL && subject_member(subject, target->operation->output) != NULL)
		return arena_printf(call->arena, "arn:%s:%s:%.*s:%.*s:%s/*", call->partition, subject->service->command,
			STR_ARG(call->owner.region), STR_ARG(call->owner.account), subject->type);
	return arn;
}

struct str
dispatch_resource(const struct target *target, const struct call *call, const void *in)
{
	for (size_t i = 0; i < ARRAY_COUNT(subjects); i++) {
		if (subjects[i].service == target->service)
			return resource_of(&subjects[i], target, call, in);
	}
	return (struct str){ 0 };
}
