/* HTTP requests, many at a time, over connections that are kept: libcurl's multi interface with a queue, retries and
 * a number of connections that follows what the server can take.
 *
 *     kt_http_submit(http, &request);      any number, also from within done()
 *     kt_http_run(http, NULL, NULL);       returns when all are done
 *
 * A request that gets no answer, or 408, 429, 500, 502, 503 or 504, is tried again after a growing pause. 429 and 503
 * halve the number of connections, success brings them back one by one. Used by one thread. */
#ifndef KT_PUSH_S3_HTTP_H
#define KT_PUSH_S3_HTTP_H

#include "push/s3/bytes.h"

typedef struct kt_http kt_http;

/* Options. Start from KT_HTTP_OPTIONS_INIT. */
typedef struct kt_http_options {
    unsigned connections;     /* 1 to 64 */
    unsigned attempts;        /* of each request, from 1 */
    unsigned connect_seconds; /* until a connection stands */
    unsigned idle_seconds;    /* in which not a byte moves */
    unsigned total_seconds;   /* of one attempt */
    const char *ca_file;      /* certificates to trust instead of the system's; NULL: those */
    bool trust_all;           /* certificates are not looked at */
    bool direct;              /* through no proxy, whatever the environment says */
    const char *agent;        /* "kratree/0.1.0" */
    bool (*stopped)(void);    /* whether to give up; NULL: never */
} kt_http_options;

#define KT_HTTP_OPTIONS_INIT { 48, 6, 10, 30, 300, NULL, false, false, "kratree", NULL }

typedef struct kt_http_answer {
    long status;       /* 0: no answer came */
    kt_sv body;        /* what was not given to a sink */
    const char *error; /* why no answer came: "Connection refused"; else "" */
    bool last;         /* there will be no further attempt */
    void *handle;      /* for kt_http_header() */
} kt_http_answer;

/* Value of a header, or empty; valid as long as the answer. */
kt_sv kt_http_header(const kt_http_answer *answer, const char *name);

typedef struct kt_http_request kt_http_request;
struct kt_http_request {
    const char *method;
    kt_bytes url;        /* of the caller, from prepare() on until done() */
    kt_bytes headers;    /* "name: value" with a NUL behind each */
    const kt_sv *parts;  /* the body, borrowed; NULL: none */
    size_t part_count;
    kt_write_fn sink;    /* receives the body of an answer of 2xx; NULL: it is collected */
    void *sink_ctx;
    size_t most;         /* bytes of a collected body; 0: 16 MiB */
    unsigned attempts;   /* at most so many, less than the options say; 0: as these say */
    /* Fill url and headers, before each attempt: signatures have a time. False: give up, `done` is told so. */
    bool (*prepare)(kt_http_request *request);
    /* False: try it again after a pause, which is heeded unless answer->last. The request may be freed when it
     * returns true. */
    bool (*done)(kt_http_request *request, const kt_http_answer *answer);
    void *ctx;
    /* Of the queue. */
    kt_http_request *next;
    unsigned tried;
    int64_t due; /* milliseconds */
};

/* NULL: no memory, or libcurl cannot be set up. */
kt_http *kt_http_new(const kt_http_options *options);
/* NULL is allowed. Requests that wait are forgotten. */
void kt_http_free(kt_http *http);

/* Put a request at the end of the queue. It stays where it is until done() is called. */
void kt_http_submit(kt_http *http, kt_http_request *request);

/* Called when connections are free and nothing waits; may submit. False: there is nothing more, for now. */
typedef bool (*kt_http_feed_fn)(void *ctx);

/* Carry out everything. `feed` may be NULL. False: it was stopped, and every request was told so; or libcurl failed
 * as a whole, and nothing but kt_http_free() may follow. */
bool kt_http_run(kt_http *http, kt_http_feed_fn feed, void *ctx);

/* From now on do not ask whether to give up: for what has to be tidied up. */
void kt_http_ignore_stop(kt_http *http);

/* Milliseconds on a clock that only goes forward. */
int64_t kt_http_clock(void);

#endif
