#include "face/face.h"

#include <stdio.h>

#include "admin/admin.h"
#include "cli/cli.h"
#include "daemon/serve.h"
#include "signer/signer.h"

const char face_about[] = "a certificate manager and private CA that speaks the APIs of AWS Certificate Manager and "
			  "AWS Private CA";

static int version_main(int argc, char **argv);
static int help_main(int argc, char **argv);

const struct face faces[] = {
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
	{ NULL, NULL, NULL },
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
	(void)printf("chancery: %s\n\n", face_about);
	for (const struct face *face = faces; face->name != NULL; face++) {
		if (face->help != NULL)
			(void)printf("  chancery %-8s %s\n", face->name, face->help);
	}
	(void)printf("\n`chancery FACE help` tells more.\n");
	return 0;
}
