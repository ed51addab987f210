/* AWS Signature Version 4 as a pure function: the clock is given, nothing is looked up.
 *
 *     kt_pair query[] = {{kt_str("list-type"), kt_str("2")}};
 *     kt_sigv4_query(&text, query, 1);                  one text for the URL and for the signature
 *     kt_sigv4_sign(&authorization, &request, &scope);  value of the header Authorization
 *
 * What is signed is what is given: the caller sends exactly these headers, this path and this query. */
#ifndef KT_PUSH_S3_SIGV4_H
#define KT_PUSH_S3_SIGV4_H

#include "push/s3/bytes.h"

/* A header or a part of a query. */
typedef struct kt_pair {
    kt_sv name;
    kt_sv value;
} kt_pair;

/* An empty session token: there is none. All borrowed. */
typedef struct kt_aws_keys {
    kt_sv access_key;
    kt_sv secret_key;
    kt_sv session_token;
} kt_aws_keys;

typedef struct kt_sigv4_scope {
    kt_sv access_key;
    kt_sv secret_key;
    kt_sv region;
    kt_sv service;
    kt_sv time; /* "20150830T123600Z", as the header x-amz-date says it */
} kt_sigv4_scope;

typedef struct kt_sigv4_request {
    kt_sv method;
    kt_sv path;  /* percent-encoded, begins with '/'; S3 encodes it once */
    kt_sv query; /* from kt_sigv4_query(); empty: none */
    const kt_pair *headers; /* names in lower case, each once; `host` and `x-amz-date` among them */
    size_t header_count;    /* at most KT_SIGV4_HEADERS */
    kt_sv payload; /* SHA-256 of the body in hex, or KT_UNSIGNED_PAYLOAD */
} kt_sigv4_request;

#define KT_SIGV4_HEADERS 24
#define KT_UNSIGNED_PAYLOAD "UNSIGNED-PAYLOAD"
#define KT_SIGV4_HASH 65 /* with its NUL */

/* Append "name=value&…", encoded and sorted as the signature wants it. `pairs` (raw) are brought into that order. */
void kt_sigv4_query(kt_bytes *out, kt_pair *pairs, size_t count);

/* Append "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…". False, with nothing appended: no memory, or
 * OpenSSL refused. */
bool kt_sigv4_sign(kt_bytes *out, const kt_sigv4_request *request, const kt_sigv4_scope *scope);

/* "20150830T123600Z" for seconds since 1970. */
void kt_sigv4_time(char out[17], int64_t seconds);

/* SHA-256 of the parts one after the other, in hex. False: OpenSSL refused. */
bool kt_sigv4_hash(char out[KT_SIGV4_HASH], const kt_sv *parts, size_t count);

#endif
