#include "service/iam/iam.h"

/* The longer prefixes come first: "us-iso-" is not the beginning of "us-isob-", yet a reader need not check that. */
static const struct {
	const char *prefix;
	const char *partition;
} partitions[] = {
	{ "us-isob-", "aws-iso-b" },
	{ "us-isof-", "aws-iso-f" },
	{ "us-iso-", "aws-iso" },
	{ "us-gov-", "aws-us-gov" },
	{ "eu-isoe-", "aws-iso-e" },
	{ "eusc-", "aws-eusc" },
	{ "cn-", "aws-cn" },
};

const char *
iam_partition(struct str region)
{
	for (size_t i = 0; i < ARRAY_COUNT(partitions); i++) {
		if (str_starts_with(region, str_of(partitions[i].prefix)))
			return partitions[i].partition;
	}
	return "aws";
}
