/* main.c — one binary, many faces. Each face reads its own options. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/admin.h"
#include "base/attributes.h"
#include "cli/cli.h"
#include "daemon/serve.h"
#include "signer/signer.h"

static int version_main(int argc, char **argv);
static int help_main(int argc, char **argv);

static const struct face {
	const char *name;
	int (*main)(int argc, char **argv); /* argv[0] is the face's own name */
	const char *help;                   /* NULL: not for people */
} faces[] = {
	{ "serve", serve_main, "the daemon: the APIs over HTTP, from a data directory" },
	{ "acm", cli_main, "every operation of the ACM API, option for option like `aws acm`" },
	{ "acm-pca", cli_main, "every operation of the ACM-PCA API, option for option like `aws acm-pca`" },
	{ "chancery", cli_main, "what AWS's APIs do not offer: the inventory of an authority" },
	{ "ca", ca_main, "authorities and what they have issued, for people: ls, show, revoke" },
	{ "import", cert_main, "a certificate with key and chain, from files as they are" },
	{ "check", cert_main, "what an import would say of files, rule by rule, and repairs" },
	{ "ls", cert_main, "the certificates of ACM, for people" },
	{ "show", cert_main, "a certificate in detail, and its chain" },
	{ "export", cert_main, "a certificate and its chain, and a private certificate's key, as files" },
	{ "rm", cert_main, "deletes certificates" },
	{ "tag", cert_main, "puts tags on a certificate, or takes them off" },
	{ "admin", admin_main, "accounts, access keys, master keys, certificate history" },
	{ "signer", signer_main, NULL },
	{ "help", help_main, "this page" },
	{ "--help", help_main, NULL },
	{ "--version", version_main, NULL },
};

static int
version_main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	(void)printf("chancery/%s\n", CHANCERY_VERSION);
	return 0;
}

static int
help_main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	(void)printf(
		"chancery: a certificate manager and private CA that speaks the APIs of AWS Certificate Manager and "
		"AWS Private CA\n\n");
	for (size_t i = 0; i < ARRAY_COUNT(faces); i++) {
		if (faces[i].help != NULL)
			(void)printf("  chancery %-8s %s\n", faces[i].name, faces[i].help);
	}
	(void)printf("\n`chancery FACE help` tells more.\n");
	return 0;
}

/* A standard stream that the caller has closed would be the first file we open, and take what is printed: answers and
 * log lines. Opened for reading only, so that a write fails as it does on a closed one. */
static void
hold_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		(void)close(fd);
}

int
main(int argc, char **argv)
{
	hold_standard_streams();
	for (size_t i = 0; argc > 1 && i < ARRAY_COUNT(faces); i++) {
		if (strcmp(argv[1], faces[i].name) == 0)
			return faces[i].main(argc - 1, argv + 1);
	}
	if (argc > 1 && strncmp(argv[1], "--", 2) == 0)
		return cli_main(argc - 1, argv + 1);
	if (argc > 1)
		(void)fprintf(stderr, "chancery: there is no '%s'. `chancery help` lists what there is.\n", argv[1]);
	else
		(void)fprintf(stderr, "chancery: say what to do. `chancery help` lists what there is.\n");
	return 2;
}
