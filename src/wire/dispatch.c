#include "wire/dispatch.h"

#include <string.h>

#include "base/attributes.h"
#include "service/acm/acm.h"
#include "service/acm/arn.h"

/* One adapter an operation, so that each handler keeps its own types. */
#define RUN_IN_OUT(Name, name)                                                                                         \
	static bool run_##name(struct call *call, const void *in, void *out, struct fault *fault)                      \
	{                                                                                                              \
		return acm_##name(call, in, out, fault);                                                               \
	}
#define RUN_IN_ONLY(Name, name)                                                                                        \
	static bool run_##name(struct call *call, const void *in, void *out, struct fault *fault)                      \
	{                                                                                                              \
		(void)out;                                                                                             \
		return acm_##name(call, in, fault);                                                                    \
	}
#define RUN_OUT_ONLY(Name, name)                                                                                       \
	static bool run_##name(struct call *call, const void *in, void *out, struct fault *fault)                      \
	{                                                                                                              \
		(void)in;                                                                                              \
		return acm_##name(call, out, fault);                                                                   \
	}
ACM_OPERATIONS(RUN_IN_OUT, RUN_IN_ONLY, RUN_OUT_ONLY)

#define ROW_WITH_OUT(Name, name) { #Name, sizeof(struct acm_##name##_response), run_##name },
#define ROW_WITHOUT_OUT(Name, name) { #Name, 0, run_##name },

static const struct handler handlers[] = { ACM_OPERATIONS(ROW_WITH_OUT, ROW_WITHOUT_OUT, ROW_WITH_OUT) };

/* What an operation without input is sent: "{}". */
static const struct shape nothing = { .name = "Unit", .kind = SHAPE_STRUCTURE };

const struct handler *
dispatch_handler(size_t index)
{
	return index < ARRAY_COUNT(handlers) ? &handlers[index] : NULL;
}

bool
dispatch_find(struct str name, struct target *out)
{
	struct str prefix;

	if (name.p == NULL || !str_cut(&name, '.', &prefix) || !str_is(prefix, acm_service.target_prefix))
		return false;
	const struct operation *operation = service_operation(&acm_service, name);
	if (operation == NULL)
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(handlers); i++) {
		if (strcmp(handlers[i].name, operation->name) == 0) {
			*out = (struct target){ &acm_service, operation, &handlers[i] };
			return true;
		}
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
arn_member(const struct shape *shape)
{
	for (size_t i = 0; shape != NULL && i < shape->member_count; i++) {
		const struct member *member = &shape->members[i];
		if (member->shape->kind == SHAPE_STRING && strcmp(member->name, "CertificateArn") == 0)
			return member;
	}
	return NULL;
}

struct str
dispatch_resource(const struct target *target, const struct call *call, const void *in)
{
	const struct member *given = arn_member(target->operation->input);
	struct str arn = { 0 };

	if (given != NULL)
		arn = *(const struct str *)(const void *)((const char *)in + given->offset);
	if (arn.p == NULL && arn_member(target->operation->output) != NULL)
		return acm_arn_render(call->arena, call->partition, &call->owner, STR("*"));
	return arn;
}
