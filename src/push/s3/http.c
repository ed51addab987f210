/* A queue in front of libcurl: slots that each hold an easy handle, requests that wait for a slot or for their time. */
#define _POSIX_C_SOURCE 200809L
#include "push/s3/http.h"

#include <curl/curl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SLOTS_MAX 64u
#define BODY_MAX ((size_t)16 << 20)
#define PAUSE_FIRST 100 /* milliseconds */
#define PAUSE_MAX 5000
#define GROW_AFTER 4     /* rounds of successes until one more connection is tried */

/* Where an upload stands. */
typedef struct upload {
    const kt_sv *parts;
    size_t count;
    size_t part;
    size_t at; /* within the part */
} upload;

typedef struct slot {
    kt_http *http;
    CURL *easy;
    kt_http_request *request; /* NULL: free */
    struct curl_slist *headers;
    kt_bytes body;
    upload upload;
    bool refused; /* a sink or a limit ended the transfer */
    unsigned cut; /* of the client, when this was sent */
    char error[CURL_ERROR_SIZE];
} slot;

typedef struct queue {
    kt_http_request *first;
    kt_http_request **end;
} queue;

struct kt_http {
    kt_http_options options;
    CURLM *multi;
    slot slots[SLOTS_MAX];
    unsigned busy;
    unsigned limit;   /* of busy slots, 1 to options.connections */
    unsigned credit;  /* successes since the limit was moved */
    unsigned cut;     /* how often the limit was halved */
    uint32_t random;
    queue ready;
    queue waiting;    /* for their time, in no order */
};

int64_t kt_http_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- Queues ---- */

static void put_last(queue *q, kt_http_request *request)
{
    request->next = NULL;
    *q->end = request;
    q->end = &request->next;
}

static kt_http_request *take_first(queue *q)
{
    kt_http_request *request = q->first;

    q->first = request->next;
    if (!q->first)
        q->end = &q->first;
    return request;
}

static void empty(queue *q)
{
    q->first = NULL;
    q->end = &q->first;
}

/* Those whose time has come become ready. Returns milliseconds until the next one, or -1. */
static int64_t wake(kt_http *http)
{
    int64_t now, soonest = -1;
    kt_http_request *request = http->waiting.first, *next;

    if (!request)
        return -1;
    now = kt_http_clock();
    empty(&http->waiting);
    for (; request; request = next) {
        int64_t left = request->due - now;
        next = request->next;
        put_last(left <= 0 ? &http->ready : &http->waiting, request);
        if (left > 0 && (soonest < 0 || left < soonest))
            soonest = left;
    }
    return soonest;
}

/* ---- Bodies ---- */

static size_t send_some(char *out, size_t size, size_t count, void *ctx)
{
    upload *u = ctx;
    size_t room = size * count, sent = 0;

    while (sent < room && u->part < u->count) {
        kt_sv part = u->parts[u->part];
        size_t some = part.len - u->at < room - sent ? part.len - u->at : room - sent;
        if (some > 0)
            memcpy(out + sent, part.ptr + u->at, some);
        sent += some;
        u->at += some;
        if (u->at == part.len) {
            u->part++;
            u->at = 0;
        }
    }
    return sent;
}

/* libcurl goes back to the beginning when a kept connection turns out to be closed. */
static int send_again(void *ctx, curl_off_t offset, int origin)
{
    upload *u = ctx;

    if (offset != 0 || origin != SEEK_SET)
        return CURL_SEEKFUNC_CANTSEEK;
    u->part = u->at = 0;
    return CURL_SEEKFUNC_OK;
}

static size_t receive(char *bytes, size_t size, size_t count, void *ctx)
{
    slot *s = ctx;
    kt_http_request *request = s->request;
    size_t some = size * count, most = request->most ? request->most : BODY_MAX;
    long status = 0;

    if (request->sink) {
        curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
        if (status / 100 == 2) {
            s->refused = !request->sink(request->sink_ctx, bytes, some);
            return s->refused ? 0 : some;
        }
    }
    if (some > most - s->body.len) {
        s->refused = true;
        return 0;
    }
    kt_bytes_add(&s->body, (kt_sv){bytes, some});
    return s->body.failed ? 0 : some;
}

static uint64_t size_of(const kt_http_request *request)
{
    uint64_t size = 0;

    for (size_t i = 0; i < request->part_count; i++)
        size += request->parts[i].len;
    return size;
}

/* ---- One attempt ---- */

static bool add_header(slot *s, const char *line)
{
    struct curl_slist *longer = curl_slist_append(s->headers, line);

    if (longer)
        s->headers = longer;
    return longer != NULL;
}

/* Tokens are among them. */
static void drop_headers(slot *s)
{
    for (struct curl_slist *line = s->headers; line; line = line->next)
        OPENSSL_cleanse(line->data, strlen(line->data));
    curl_slist_free_all(s->headers);
    s->headers = NULL;
}

static bool set_headers(slot *s, kt_sv lines)
{
    bool fine = add_header(s, "Expect:");

    while (lines.len > 0 && fine) {
        size_t len = strlen(lines.ptr) + 1;
        fine = add_header(s, lines.ptr);
        lines.ptr += len;
        lines.len -= len;
    }
    return fine && curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, s->headers) == CURLE_OK;
}

static void set_body(slot *s, const kt_http_request *request)
{
    if (!request->parts)
        return;
    s->upload = (upload){request->parts, request->part_count, 0, 0};
    curl_easy_setopt(s->easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(s->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)size_of(request));
    curl_easy_setopt(s->easy, CURLOPT_READFUNCTION, send_some);
    curl_easy_setopt(s->easy, CURLOPT_READDATA, &s->upload);
    curl_easy_setopt(s->easy, CURLOPT_SEEKFUNCTION, send_again);
    curl_easy_setopt(s->easy, CURLOPT_SEEKDATA, &s->upload);
}

static bool set_all(slot *s, const kt_http_request *request)
{
    const kt_http_options *options = &s->http->options;
    CURL *easy = s->easy;

    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, s);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, s->error);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, options->agent);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)options->connect_seconds);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)options->total_seconds);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)options->idle_seconds);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, s);
    if (options->direct)
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    if (options->trust_all) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (strcmp(request->method, "HEAD") == 0)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (options->ca_file && curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file) != CURLE_OK)
        return false;
    set_body(s, request);
    return curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_URL, request->url.ptr) == CURLE_OK;
}

/* False: there is no memory, or the request could not be prepared. */
static bool start(slot *s, kt_http_request *request)
{
    s->request = request;
    s->cut = s->http->cut;
    s->refused = false;
    s->error[0] = '\0';
    kt_bytes_reset(&s->body);
    kt_bytes_reset(&request->url);
    kt_bytes_reset(&request->headers);
    request->tried++;
    return request->prepare(request) && !request->url.failed && !request->headers.failed && set_all(s, request)
           && set_headers(s, kt_bytes_view(&request->headers))
           && curl_multi_add_handle(s->http->multi, s->easy) == CURLM_OK;
}

/* ---- What came of it ---- */

static bool is_worth_another(long status)
{
    return status == 0 || status == 408 || status == 429 || status == 500 || (status >= 502 && status <= 504);
}

/* Answers to what was already on its way when the limit was halved say nothing new. */
static void adapt(slot *s, long status)
{
    kt_http *http = s->http;

    if (status == 429 || status == 503) {
        if (s->cut != http->cut)
            return;
        http->limit = http->limit > 1 ? http->limit / 2 : 1;
        http->credit = 0;
        http->cut++;
    } else if (status / 100 == 2 && http->limit < http->options.connections
               && ++http->credit >= GROW_AFTER * http->limit) {
        http->limit++;
        http->credit = 0;
    }
}

/* Between half of the pause and all of it, so that those who were refused together do not come back together. */
static int64_t pause_of(kt_http *http, unsigned tried)
{
    int64_t pause = tried < 7 ? (int64_t)PAUSE_FIRST << (tried - 1) : PAUSE_MAX;

    if (pause > PAUSE_MAX)
        pause = PAUSE_MAX;
    http->random ^= http->random << 13;
    http->random ^= http->random >> 17;
    http->random ^= http->random << 5;
    return pause / 2 + (int64_t)(http->random % (uint32_t)(pause / 2 + 1));
}

static void try_later(kt_http *http, kt_http_request *request)
{
    request->due = kt_http_clock() + pause_of(http, request->tried);
    put_last(&http->waiting, request);
}

static void release(slot *s)
{
    s->request = NULL;
    drop_headers(s);
    s->http->busy--;
}

/* `error` NULL: an answer came. `hopeless`: another attempt would end likewise. */
static void finish(slot *s, const char *error, bool hopeless)
{
    kt_http *http = s->http;
    kt_http_request *request = s->request;
    unsigned attempts = request->attempts ? request->attempts : http->options.attempts;
    kt_http_answer answer = {0, kt_bytes_view(&s->body), error ? error : "", false, s->easy};
    bool again;

    if (!error)
        curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &answer.status);
    answer.last = hopeless || request->tried >= attempts;
    adapt(s, answer.status);
    again = !answer.last && (is_worth_another(answer.status) || !request->done(request, &answer));
    if (answer.last)
        request->done(request, &answer);
    release(s);
    if (again)
        try_later(http, request);
}

/* Names that do not resolve, certificates that are not trusted and addresses that are none stay so. */
static bool is_hopeless(CURLcode code)
{
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL
           || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_OUT_OF_MEMORY || code == CURLE_COULDNT_RESOLVE_HOST
           || code == CURLE_COULDNT_RESOLVE_PROXY;
}

static void end_transfer(slot *s, CURLcode code)
{
    /* An early answer to an upload is an answer: the server refused before it had read everything. */
    bool answered = code == CURLE_OK || (code == CURLE_WRITE_ERROR && s->refused);
    const char *error = s->error[0] ? s->error : curl_easy_strerror(code);

    curl_multi_remove_handle(s->http->multi, s->easy);
    finish(s, answered ? NULL : error, is_hopeless(code));
}

/* Whether there was one. */
static bool collect_ended(kt_http *http)
{
    CURLMsg *message;
    bool any = false;
    int left;

    while ((message = curl_multi_info_read(http->multi, &left)))
        if (message->msg == CURLMSG_DONE) {
            CURLcode code = message->data.result;
            slot *s = NULL;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&s);
            end_transfer(s, code);
            any = true;
        }
    return any;
}

/* Nothing more is sent. Who learns that his request has ended may submit another, which ends likewise. */
static void give_up(kt_http *http)
{
    const kt_http_answer stopped = {.error = "stopped", .last = true};

    for (unsigned i = 0; i < http->options.connections; i++) {
        slot *s = &http->slots[i];
        if (!s->request)
            continue;
        curl_multi_remove_handle(http->multi, s->easy);
        finish(s, "stopped", true);
    }
    while (http->waiting.first)
        put_last(&http->ready, take_first(&http->waiting));
    while (http->ready.first) {
        kt_http_request *request = take_first(&http->ready);
        request->done(request, &stopped);
    }
}

/* ---- Running ---- */

static slot *free_slot(kt_http *http)
{
    for (unsigned i = 0; i < http->options.connections; i++)
        if (!http->slots[i].request)
            return &http->slots[i];
    return NULL;
}

static void fill_slots(kt_http *http, kt_http_feed_fn *feed, void *ctx)
{
    while (http->busy < http->limit) {
        slot *s;
        if (!http->ready.first && *feed && !(*feed)(ctx))
            *feed = NULL;
        if (!http->ready.first)
            return;
        s = free_slot(http);
        http->busy++;
        if (!start(s, take_first(&http->ready)))
            finish(s, "the request could not be made", true);
    }
}

bool kt_http_run(kt_http *http, kt_http_feed_fn feed, void *ctx)
{
    for (;;) {
        int64_t wait = wake(http);
        int running;
        if (http->options.stopped && http->options.stopped()) {
            give_up(http);
            return false;
        }
        fill_slots(http, &feed, ctx);
        if (http->busy == 0 && !http->ready.first && !http->waiting.first && !feed)
            return true;
        if (curl_multi_perform(http->multi, &running) != CURLM_OK)
            return false;
        if (collect_ended(http) || (http->ready.first && http->busy < http->limit))
            continue;
        if (curl_multi_poll(http->multi, NULL, 0, wait >= 0 && wait < 1000 ? (int)wait : 1000, NULL) != CURLM_OK)
            return false;
    }
}

void kt_http_submit(kt_http *http, kt_http_request *request)
{
    request->tried = 0;
    put_last(&http->ready, request);
}

void kt_http_ignore_stop(kt_http *http)
{
    http->options.stopped = NULL;
}

/* ---- Setting up ---- */

kt_http *kt_http_new(const kt_http_options *options)
{
    kt_http *http = calloc(1, sizeof *http);

    if (!http || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(http);
        return NULL;
    }
    http->options = *options;
    if (http->options.connections == 0 || http->options.connections > SLOTS_MAX)
        http->options.connections = SLOTS_MAX;
    http->limit = http->options.connections;
    http->random = (uint32_t)kt_http_clock() | 1u;
    empty(&http->ready);
    empty(&http->waiting);
    http->multi = curl_multi_init();
    for (unsigned i = 0; i < http->options.connections && http->multi; i++) {
        http->slots[i].http = http;
        http->slots[i].easy = curl_easy_init();
        if (!http->slots[i].easy)
            break;
    }
    if (!http->multi || !http->slots[http->options.connections - 1].easy) {
        kt_http_free(http);
        return NULL;
    }
    curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)http->options.connections);
    return http;
}

void kt_http_free(kt_http *http)
{
    if (!http)
        return;
    for (unsigned i = 0; i < SLOTS_MAX; i++) {
        slot *s = &http->slots[i];
        if (s->request)
            curl_multi_remove_handle(http->multi, s->easy);
        drop_headers(s);
        kt_bytes_dispose(&s->body);
        curl_easy_cleanup(s->easy);
    }
    curl_multi_cleanup(http->multi);
    free(http);
    curl_global_cleanup();
}

kt_sv kt_http_header(const kt_http_answer *answer, const char *name)
{
    struct curl_header *header;

    if (!answer->handle || curl_easy_header(answer->handle, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
        return kt_str("");
    return kt_str(header->value);
}
