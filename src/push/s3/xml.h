/* What an S3 server (and STS) answers, read with expat. Answers come from the network: a document type, deep nesting
 * and long texts are refused, and whatever is not asked for is passed over.
 *
 * Texts go to `pool`. Each function returns false when the bytes are no such answer or there is no memory. */
#ifndef KT_PUSH_S3_XML_H
#define KT_PUSH_S3_XML_H

#include "push/s3/bytes.h"
#include "store/pool.h"

/* Called at the end of each element, an inner one before the one around it: the name of the element around it (empty
 * for the outermost), its own name, and its text. False: stop, the answer is wrong. */
typedef bool (*kt_xml_element_fn)(void *ctx, kt_sv parent, kt_sv name, kt_sv text);

#define KT_XML_DEPTH 16          /* elements within each other */
#define KT_XML_TEXT ((size_t)64 << 10) /* bytes of one text; keys have at most 1024, 3072 when encoded */

bool kt_xml_read(kt_sv bytes, kt_xml_element_fn each, void *ctx);

/* One object of a listing. */
typedef struct kt_s3_object {
    kt_sv key;
    kt_sv etag; /* without quotes */
    uint64_t size;
} kt_s3_object;

/* One page of ListObjectsV2. */
typedef struct kt_s3_page {
    kt_s3_object *items; /* free() */
    size_t count;
    size_t capacity;
    bool truncated;
    kt_sv token; /* for the next page, when truncated */
} kt_s3_page;

/* `out` is cleared by the caller; its items are to be freed whatever is returned. */
bool kt_s3_page_read(kt_s3_page *out, kt_pool *pool, kt_sv bytes);

/* What went wrong; each text may be empty. */
typedef struct kt_s3_failure {
    kt_sv code;    /* "NoSuchBucket" */
    kt_sv message;
    kt_sv key;     /* which object of a DeleteObjects */
    kt_sv region;  /* where the bucket is */
} kt_s3_failure;

/* The first Error of an answer, DeleteResult and STS included. False also when there is none. */
bool kt_s3_failure_read(kt_s3_failure *out, kt_pool *pool, kt_sv bytes);

/* The text of the first element called `name`. */
bool kt_s3_text_read(kt_sv *out, kt_pool *pool, kt_sv bytes, const char *name);

#endif
