#include "office.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct office office;

static void
must(bool done, const struct fault *fault)
{
	if (done)
		return;
	(void)fprintf(stderr, "%s (%s) at %s\n", fault->say, fault->log, fault->where);
	abort();
}

static void
office_open(void)
{
	static char store_path[96], keys_path[96];
	struct fault fault = { 0 };

	(void)snprintf(office.folder, sizeof office.folder, "%s/chancery-test-XXXXXX", P_tmpdir);
	if (mkdtemp(office.folder) == NULL)
		abort();
	(void)snprintf(store_path, sizeof store_path, "%s/chancery.db", office.folder);
	(void)snprintf(keys_path, sizeof keys_path, "%s/master-keys", office.folder);
	office.clock = clock_fixed(OFFICE_NOW_MS);
	office.settings.history_depth = 10;
	memset(office.settings.page_token_key, 7, sizeof office.settings.page_token_key);

	struct store_options store = { .path = store_path, .readers = 2, .clock = &office.clock };
	struct signer_options signer = {
		.executable = "/proc/self/exe", .master_key_file = keys_path, .channels = 2, .create = true
	};
	must(signer_start(&signer, &office.signers, &fault), &fault);
	must(store_open(&store, &office.store, &fault), &fault);
	office.verifier = verifier_new();
}

static int
remove_one(const char *path, const struct stat *status, int type, struct FTW *position)
{
	(void)status;
	(void)type;
	(void)position;
	return remove(path);
}

static void
office_close(void)
{
	verifier_free(office.verifier);
	store_close(office.store);
	signer_stop(office.signers);
	(void)nftw(office.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int
office_main(int argc, char **argv, int (*run)(void))
{
	int result;

	if (argc > 1 && strcmp(argv[1], "signer") == 0)
		return signer_main(argc - 1, argv + 1);
	office_open();
	result = run();
	office_close();
	return result;
}

static void
prepare(struct visit *visit)
{
	struct call *call = &visit->call;

	call->now_ms = clock_now_ms(&office.clock);
	call->write = NULL;
	call->committed = NULL;
	call->next = NULL;
	memset(&visit->fault, 0, sizeof visit->fault);
}

void
visit_begin(struct visit *visit, const char *account, const char *region)
{
	*visit = (struct visit){ 0 };
	visit->call = (struct call){
		.arena = &visit->arena,
		.clock = &office.clock,
		.entropy = &entropy_system,
		.settings = &office.settings,
		.store = office.store,
		.signer = signer_channel(office.signers, 0),
		.verifier = office.verifier,
		.owner = { str_of(account), str_of(region) },
		.partition = "aws",
	};
	visit->call.principal.account = str_of(account);
	visit->call.principal.user = STR("alice");
	prepare(visit);
}

void
visit_again(struct visit *visit)
{
	arena_reset(&visit->arena);
	prepare(visit);
}

void
visit_end(struct visit *visit)
{
	arena_done(&visit->arena);
}

bool
visit_commit(struct visit *visit)
{
	return call_finish(&visit->call, &visit->fault);
}

bool
visit_import(struct visit *visit, const struct papers *papers, char arn[ARN_TEXT_BYTES])
{
	struct acm_import_certificate_request in = {
		.certificate = papers->certificate, .private_key = papers->key, .certificate_chain = papers->chain
	};
	struct acm_import_certificate_response out = { 0 };

	if (!DO(visit, import_certificate, &in, &out))
		return false;
	(void)snprintf(arn, ARN_TEXT_BYTES, "%.*s", STR_ARG(out.certificate_arn));
	return true;
}

void
visit_keep(struct visit *visit, struct wish wish, char arn[ARN_TEXT_BYTES])
{
	struct papers papers = papers_make(&visit->arena, wish);

	must(visit_import(visit, &papers, arn), &visit->fault);
	visit_again(visit);
}

const struct acm_certificate_detail *
visit_describe(struct visit *visit, const char *arn)
{
	struct acm_describe_certificate_request in = { .certificate_arn = str_of(arn) };
	struct acm_describe_certificate_response out = { 0 };

	must(DO(visit, describe_certificate, &in, &out), &visit->fault);
	return out.certificate;
}
