/* One bucket on an S3 server: requests that are signed, sent many at a time and answered through callbacks.
 *
 *     kt_s3_call call = {.method = "PUT", .key = key, .parts = parts, .part_count = n, .done = done};
 *     kt_s3_submit(s3, &call);
 *     kt_s3_run(s3, NULL, NULL);
 *
 * What a server asks for is done once and remembered: another region, the server's clock, new credentials. */
#ifndef KT_PUSH_S3_CLIENT_H
#define KT_PUSH_S3_CLIENT_H

#include "push/s3/http.h"
#include "push/s3/xml.h"
#include "push/s3/sigv4.h"

/* Where keys come from: fixed ones, or short-lived ones that are fetched again. */
typedef struct kt_aws_source {
    /* Fill `out`, borrowed until the next call; `fresh`: those of before are refused. False: `*why` says why, valid
     * as long as the source. */
    bool (*get)(void *ctx, kt_aws_keys *out, bool fresh, kt_sv *why);
    void *ctx;
} kt_aws_source;

typedef enum kt_s3_style {
    KT_S3_STYLE_AUTO, /* virtual hosts at Amazon, where the bucket's name allows it */
    KT_S3_STYLE_PATH, /* https://host/bucket/key */
    KT_S3_STYLE_HOST  /* https://bucket.host/key */
} kt_s3_style;

/* All borrowed until kt_s3_close(). */
typedef struct kt_s3_options {
    kt_sv endpoint;   /* host[:port] */
    kt_sv bucket;
    kt_sv region;     /* empty: that of Amazon's host name, else us-east-1 */
    bool insecure;    /* plain HTTP (T-21) */
    bool dual_stack;  /* Amazon only (T-21) */
    kt_s3_style style;
    kt_aws_source keys;
} kt_s3_options;

typedef struct kt_s3 kt_s3;
typedef struct kt_s3_call kt_s3_call;

/* How a call ended. Texts live until kt_s3_close(); body and headers until done() returns. */
typedef struct kt_s3_answer {
    bool fine;             /* 2xx, and no Error in a body that may hold one */
    long status;           /* 0: no answer came */
    kt_s3_failure failure; /* when not fine; empty texts where nothing is known */
    kt_sv reason;          /* when not fine: "AccessDenied: Access Denied" */
    kt_sv body;
    kt_sv etag;            /* without quotes */
    const kt_http_answer *http;
} kt_s3_answer;

#define KT_S3_EXTRAS 6

struct kt_s3_call {
    const char *method;
    kt_sv key;                      /* empty: the bucket itself */
    kt_pair query[KT_S3_EXTRAS];    /* raw */
    size_t query_count;
    kt_pair headers[KT_S3_EXTRAS];  /* names in lower case */
    size_t header_count;
    const kt_sv *parts;             /* the body; NULL: none */
    size_t part_count;
    bool may_fail_late;             /* an answer of 200 may hold an Error */
    bool once;                      /* no second attempt: what a sink received cannot be taken back */
    kt_write_fn sink;               /* as in kt_http_request */
    void *sink_ctx;
    /* The call may be freed. */
    void (*done)(kt_s3_call *call, const kt_s3_answer *answer);
    void *ctx;
    /* Of the client. */
    kt_http_request http;
    kt_s3 *s3;
    char payload[KT_SIGV4_HASH];
    int64_t offset;     /* of the clock it was signed with */
    unsigned region_at; /* which region it was signed for */
    unsigned keys_at;   /* with which keys */
};

/* `http` is borrowed. NULL: no memory. */
kt_s3 *kt_s3_open(const kt_s3_options *options, kt_http *http);
/* NULL is allowed. */
void kt_s3_close(kt_s3 *s3);

/* Whether `endpoint` is host[:port] and nothing else, as Kratix wants it. */
bool kt_s3_is_endpoint(kt_sv endpoint);

void kt_s3_submit(kt_s3 *s3, kt_s3_call *call);
/* As kt_http_run(). */
bool kt_s3_run(kt_s3 *s3, kt_http_feed_fn feed, void *ctx);

/* Seconds that were added to our clock because the server's differs; 0: none. */
int64_t kt_s3_clock_offset(const kt_s3 *s3);

/* Why the last call could not be signed: there were no keys. Empty: there were. */
kt_sv kt_s3_keys_error(const kt_s3 *s3);

/* "https://host/bucket", for messages; lives until kt_s3_close(). */
kt_sv kt_s3_place(const kt_s3 *s3);

#endif
