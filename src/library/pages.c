#include "library/pages.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "library/client.h"
#include "library/error.h"
#include "library/object.h"
#include "model/look.h"

struct pages {
	const struct chancery_client *client;
	const struct contract *contract;
	struct arena arena; /* of the request */
	void *in;           /* the model's struct; NULL: `fault` says why there is none */
	struct fault fault;
	char *token;  /* that the next page is asked for with; NULL: the request's own */
	void *page;   /* the public response */
	size_t item;  /* of the page, that comes next */
	bool no_more; /* the page is the last */
};

/* Over JSON, the model's walks copy whatever a request points at. */
static bool
request_copy(struct pages *pages, const void *request)
{
	const struct shape *shape = pages->contract->request->shape;
	struct arena arena = { 0 };
	struct buffer json = { 0 };
	void *in = arena_alloc(&arena, shape->size);
	void *copy = arena_alloc(&pages->arena, shape->size);

	bool done = convert_request(pages->contract->request, request, &arena, in, &pages->fault);
	if (done) {
		model_encode(shape, in, &json);
		done = model_decode(shape, buffer_str(&json), &pages->arena, copy, &pages->fault);
	}
	buffer_done(&json);
	arena_done(&arena);
	pages->in = done ? copy : NULL;
	return done;
}

struct pages *
pages_new(const struct chancery_client *client, const struct contract *contract, const void *request)
{
	struct pages *pages = memory_take_zeroed(sizeof *pages);

	pages->client = client;
	pages->contract = contract;
	(void)request_copy(pages, request);
	return pages;
}

void
pages_free(struct pages *pages)
{
	if (pages == NULL)
		return;
	object_free(pages->page);
	arena_done(&pages->arena);
	free(pages->token);
	free(pages);
}

/* The text member of the model's struct that the operation says tokens stand in. */
static struct str *
token_of(const struct shape *shape, const char *name, void *value)
{
	return (struct str *)(void *)((char *)value + look_member(shape, str_of(name))->offset);
}

/* Takes over one page, and where the next one is. */
static bool
page_turn(struct pages *pages, void *out, struct chancery_error **error)
{
	const struct operation *operation = contract_operation(pages->contract);
	struct str next = *token_of(operation->output, operation->page_output_token, out);
	struct arena *arena;

	if (next.n > 0 && pages->token != NULL && str_is(next, pages->token)) {
		struct fault fault = { 0 };
		(void)fault_set(&fault, FAULT_INTERNAL,
			"Error during pagination: The same next token was received twice: %.*s", STR_ARG(next));
		return error_of_fault(&fault, CHANCERY_ERROR_ANSWER, "PaginationError", error);
	}
	void *page = object_new(pages->contract->response->size, &arena);
	convert_response(pages->contract->response, out, arena, page);
	object_free(pages->page);
	pages->page = page;
	pages->item = 0;
	free(pages->token);
	pages->token = memory_cstr(next);
	pages->no_more = next.n == 0;
	return true;
}

const void *
pages_next(struct pages *pages, struct chancery_error **error)
{
	const struct operation *operation = contract_operation(pages->contract);
	struct client *client = client_of(pages->client, pages->contract->service);
	struct client_error trouble = { 0 };
	struct arena arena = { 0 };

	if (pages->in == NULL)
		(void)error_of_request(&pages->fault, error);
	if (pages->in == NULL || pages->no_more)
		return NULL;
	if (pages->token != NULL)
		*token_of(operation->input, operation->page_input_token, pages->in) = str_of(pages->token);
	void *out = arena_alloc(&arena, operation->output->size);
	bool done = client_call(client, pages->contract->service, operation, pages->in, &arena, out, &trouble);
	if (done)
		done = page_turn(pages, out, error);
	else
		(void)error_of_client(&trouble, client_endpoint(client), error);
	arena_done(&arena);
	return done ? pages->page : NULL;
}

const void *
pages_item(struct pages *pages, struct chancery_error **error)
{
	const struct layout *response = pages->contract->response;
	const struct member *list =
		look_member(response->shape, str_of(contract_operation(pages->contract)->page_result));
	const struct place *place = &response->places[list - response->shape->members];

	for (;;) {
		if (pages->page != NULL) {
			const char *items;
			size_t count;
			memcpy(&items, (const char *)pages->page + place->at, sizeof items);
			memcpy(&count, (const char *)pages->page + place->beside, sizeof count);
			if (pages->item < count)
				return items + pages->item++ * convert_item_size(list->shape->element, place->layout);
		}
		/* A page may be empty, and yet not be the last. */
		if (pages_next(pages, error) == NULL)
			return NULL;
	}
}
