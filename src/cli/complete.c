#include "cli/complete.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/file.h"
#include "cli/words.h"

/* A command line as far as it is written. */
struct situation {
	const struct service *service;
	const struct operation *operation;
	bool waits;       /* "wait" stands where an operation would */
	const char *last; /* the word before the one being written; "" at the beginning */
	struct str word;  /* being written; empty behind a blank */
	struct arena *arena;
	struct completions *out;
};

static void
offer(const struct situation *here, struct str word, struct str help)
{
	struct completions *out = here->out;

	if (!str_starts_with(word, here->word))
		return;
	if (out->n == out->room) {
		struct completion *more = ARENA_ARRAY(here->arena, struct completion, out->room * 2 + 16);
		if (out->n > 0)
			memcpy(more, out->v, out->n * sizeof *more);
		out->v = more;
		out->room = out->room * 2 + 16;
	}
	out->v[out->n++] = (struct completion){ word, help };
}

static void
offer_operations(const struct situation *here)
{
	const struct service *service = here->service;

	for (size_t i = 0; i < service->operation_count && !here->waits; i++)
		offer(here, str_of(service->operations[i].command), str_of(service->operations[i].help));
	for (size_t i = 0; i < service->waiter_count && here->waits; i++)
		offer(here, str_of(service->waiters[i].command), str_of(service->waiters[i].help));
	if (!here->waits && service->waiter_count > 0)
		offer(here, STR("wait"), STR("asks until something is there"));
}

static void
offer_options(const struct situation *here)
{
	const struct shape *input = here->operation->input;

	for (int required = 1; required >= 0; required--) {
		for (size_t i = 0; input != NULL && i < input->member_count; i++) {
			const struct member *member = &input->members[i];
			if (member->required == (required == 1))
				offer(here, arena_printf(here->arena, "--%s", member->option),
					arena_printf(here->arena, "%s%s", required == 1 ? "required: " : "",
						member->help != NULL ? member->help : ""));
		}
	}
	for (const struct option_row *row = global_options; row->name != NULL; row++) {
		if (row->scope != OPTION_OF_PAGES || here->operation->page_input_token != NULL)
			offer(here, arena_printf(here->arena, "--%s", row->name), str_of(row->help));
	}
}

static void
offer_words(const struct situation *here, const char *const *words)
{
	for (size_t i = 0; words != NULL && words[i] != NULL; i++)
		offer(here, str_of(words[i]), (struct str){ 0 });
}

static int
compare(const void *a, const void *b)
{
	return str_compare(((const struct completion *)a)->word, ((const struct completion *)b)->word);
}

/* Behind file:// and fileb://. Names that begin with a dot wait until the dot is written. */
static void
offer_files(const struct situation *here)
{
	const char *word = arena_cstr(here->arena, here->word);
	size_t scheme = file_kind_of(word) == FILE_TEXT ? strlen("file://") : strlen("fileb://");
	const char *slash = strrchr(word + scheme, '/');
	size_t head = slash != NULL ? (size_t)(slash - word) + 1 : scheme;
	const char *path = word + scheme;
	const char *home = getenv("HOME");
	struct str folder = { path, head - scheme };
	struct dirent *entry;

	if (str_starts_with(folder, STR("~/")) && home != NULL)
		folder = arena_printf(here->arena, "%s%.*s", home, (int)(folder.n - 1), folder.p + 1);
	DIR *dir = opendir(folder.n > 0 ? arena_cstr(here->arena, arena_str(here->arena, folder)) : ".");
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		struct stat status;
		bool is_folder = fstatat(dirfd(dir), entry->d_name, &status, 0) == 0 && S_ISDIR(status.st_mode);
		if ((entry->d_name[0] == '.' && word[head] != '.') || !utf8_valid(str_of(entry->d_name)))
			continue;
		offer(here, arena_printf(here->arena, "%.*s%s%s", (int)head, word, entry->d_name, is_folder ? "/" : ""),
			(struct str){ 0 });
	}
	if (dir != NULL)
		(void)closedir(dir);
	if (here->out->n > 0)
		qsort(here->out->v, here->out->n, sizeof *here->out->v, compare);
}

static void
offer_values(const struct situation *here, const struct member *member)
{
	const struct shape *shape = member->shape->kind == SHAPE_LIST ? member->shape->element : member->shape;

	here->out->hint = str_of(member->help);
	if (shape->kind == SHAPE_ENUM)
		offer_words(here, shape->values);
	if (here->word.n > 0 || shape->kind == SHAPE_BLOB)
		offer(here, STR("file://"), STR("a file as it is; of other options than blobs, its text"));
	if (here->word.n > 0)
		offer(here, STR("fileb://"), STR("a file as it is"));
}

static const struct member *
member_of(const struct operation *operation, const char *option)
{
	const struct shape *input = operation->input;

	for (size_t i = 0; input != NULL && i < input->member_count; i++) {
		if (strcmp(input->members[i].option, option) == 0)
			return &input->members[i];
	}
	return NULL;
}

/* Behind the operation's name. */
static void
offer_rest(const struct situation *here)
{
	const char *word = arena_cstr(here->arena, here->word);
	bool is_option = option_is(here->last);
	const struct member *member = is_option ? member_of(here->operation, here->last + 2) : NULL;
	const struct option_row *row = is_option ? option_find(global_options, str_of(here->last + 2)) : NULL;
	bool wants_value = (member != NULL && member->shape->kind != SHAPE_BOOLEAN) ||
			   (member == NULL && row != NULL && row->placeholder != NULL);

	if (file_kind_of(word) != FILE_NOT)
		offer_files(here);
	else if (!wants_value || str_starts_with(here->word, STR("--")))
		offer_options(here);
	else if (member != NULL)
		offer_values(here, member);
	else
		offer_words(here, row->choices);
	if (wants_value && member != NULL)
		here->out->hint = str_of(member->help);
	else if (wants_value)
		here->out->hint = str_of(row->help);
}

void
complete(const struct service *const *services, size_t count, const char *line, struct arena *arena,
	struct completions *out)
{
	struct situation here = { .last = "", .arena = arena, .out = out };
	size_t length = strlen(line);
	size_t n, i;
	char **words;
	char open;

	*out = (struct completions){ .start = length };
	n = words_split(line, arena, &words, &open);
	/* A quote is closed by whoever opened it. */
	if (open != '\0')
		return;
	while (out->start > 0 && strchr(" \t", line[out->start - 1]) == NULL)
		out->start--;
	here.word = (struct str){ line + out->start, length - out->start };
	n -= here.word.n > 0 && n > 0 ? 1 : 0;
	here.last = n > 0 ? words[n - 1] : "";
	if (!command_bring_name_forward((int)n, words)) {
		for (size_t j = 0; j < count; j++)
			offer(&here, str_of(services[j]->command), str_of(services[j]->title));
		return;
	}
	for (size_t j = 0; j < count; j++) {
		if (strcmp(services[j]->command, words[0]) == 0)
			here.service = services[j];
	}
	if (here.service == NULL)
		return;
	here.waits = command_bring_name_forward((int)n - 1, words + 1) && strcmp(words[1], "wait") == 0;
	i = 1 + here.waits;
	if (!command_bring_name_forward((int)(n - i), words + i)) {
		offer_operations(&here);
		return;
	}
	const struct waiter *waiter = here.waits ? service_waiter(here.service, str_of(words[i])) : NULL;
	here.operation = waiter != NULL ? waiter->operation
			 : here.waits   ? NULL
					: service_command(here.service, str_of(words[i]));
	if (here.operation != NULL)
		offer_rest(&here);
}
