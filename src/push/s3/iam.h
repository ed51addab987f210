/* Short-lived keys, for authMethod IAM: from where the program runs, as Amazon's SDKs and Kratix look for them.
 *
 *   1. a web identity: AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, exchanged at STS (EKS service accounts)
 *   2. the container's endpoint: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or …_FULL_URI (ECS, EKS pod identity)
 *   3. the instance's metadata, version 2 (EC2), unless AWS_EC2_METADATA_DISABLED is true
 *
 * The first that the environment names is asked, and no other. Endpoints follow AWS_ENDPOINT_URL_STS,
 * AWS_CONTAINER_CREDENTIALS_FULL_URI and AWS_EC2_METADATA_SERVICE_ENDPOINT. */
#ifndef KT_PUSH_S3_IAM_H
#define KT_PUSH_S3_IAM_H

#include "push/s3/client.h"
#include "push/vault.h"

typedef struct kt_iam kt_iam;

/* Every secret that is received goes to `vault`; both are borrowed. NULL: no memory, or no HTTP. */
kt_iam *kt_iam_new(kt_vault *vault, const kt_http_options *http);
/* NULL is allowed. */
void kt_iam_free(kt_iam *iam);

/* Valid as long as `iam`. Keys are kept until five minutes before they expire. */
kt_aws_source kt_iam_source(kt_iam *iam);

/* Seconds since 1970 of "2026-11-28T15:04:05Z", also with a fraction; -1: it is none. */
int64_t kt_iam_time(kt_sv text);

#endif
