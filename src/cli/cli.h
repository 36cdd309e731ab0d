/* cli.h — `chancery acm OPERATION …`, `chancery acm-pca OPERATION …`: the APIs on the command line, made from the
 * models; and verbs for people on top. */
#ifndef CHANCERY_CLI_CLI_H
#define CHANCERY_CLI_CLI_H

/* argv holds all behind the program's name: a service's command ("acm", "acm-pca", "chancery"), before which options
 * may stand, and what follows. Its words may change places. Exit codes as AWS CLI version 2: 0, 252 usage, 253
 * configuration, 254 an error of the service, 255 anything else, 130 interrupted. */
int cli_main(int argc, char **argv);
/* `chancery ca ls|show|revoke`; argv[0] is "ca". Exit codes as above. */
int ca_main(int argc, char **argv);
/* `chancery import|check|ls|show|export|rm|tag`; argv[0] is the verb. Exit codes as above; `check` ends with 255 when
 * an import would not take the files. */
int cert_main(int argc, char **argv);

#endif
