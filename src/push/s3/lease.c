/* The lease. */
#include "push/s3/lease.h"

#include <curl/curl.h>
#include <openssl/rand.h>
#include <string.h>
#include <time.h>

#define WORDS "kratree is writing here; this object goes when it has ended. Seconds, holder, renewals:\n"

/* ---- One request at a time ---- */

typedef struct ask {
    kt_s3_call call; /* comes first */
    kt_pool *pool;
    bool fine;
    long status;
    kt_sv reason;
    kt_sv etag;
    kt_sv body;
    int64_t age;     /* seconds since the object was written; -1: the server does not say */
} ask;

static int64_t date_of(const kt_s3_answer *answer, const char *name)
{
    kt_sv text = kt_http_header(answer->http, name);

    return text.len > 0 ? (int64_t)curl_getdate(text.ptr, NULL) : -1;
}

static void end_ask(kt_s3_call *call, const kt_s3_answer *answer)
{
    ask *a = (ask *)call;
    int64_t now = date_of(answer, "date"), written = date_of(answer, "last-modified");

    a->fine = answer->fine;
    a->status = answer->status;
    a->reason = answer->reason;
    a->etag = kt_pool_copy(a->pool, answer->etag);
    a->body = kt_pool_copy(a->pool, answer->body);
    a->age = now < 0 || written < 0 ? -1 : now > written ? now - written : 0; /* a server's Date may lag */
}

static ask request(kt_s3_lease *lease, const char *method, kt_sv condition, kt_sv value)
{
    ask a = {.call = {.method = method, .key = lease->key, .done = end_ask}, .pool = lease->pool};

    if (condition.len > 0)
        a.call.headers[a.call.header_count++] = (kt_pair){condition, value};
    if (strcmp(method, "PUT") == 0) {
        a.call.parts = &lease->body_view;
        a.call.part_count = 1;
    }
    kt_s3_submit(lease->s3, &a.call);
    kt_s3_run(lease->s3, NULL, NULL);
    return a;
}

/* ---- What it says ---- */

static bool write_body(kt_s3_lease *lease)
{
    kt_bytes_reset(&lease->body);
    kt_bytes_text(&lease->body, WORDS);
    kt_bytes_number(&lease->body, lease->seconds);
    kt_bytes_text(&lease->body, " ");
    kt_bytes_text(&lease->body, lease->holder);
    kt_bytes_text(&lease->body, " ");
    kt_bytes_number(&lease->body, lease->count++);
    kt_bytes_text(&lease->body, "\n");
    lease->body_view = kt_bytes_view(&lease->body);
    return !lease->body.failed;
}

/* How long a lease counts, by its own words; what is no lease counts like one. */
static int64_t seconds_of(kt_sv body)
{
    size_t at = strlen(WORDS);
    int64_t seconds = 0;

    if (body.len < at || memcmp(body.ptr, WORDS, at) != 0)
        return KT_S3_LEASE_SECONDS;
    for (; at < body.len && body.ptr[at] >= '0' && body.ptr[at] <= '9' && seconds < 86400; at++)
        seconds = seconds * 10 + (body.ptr[at] - '0');
    return seconds;
}

static bool is_ours(const kt_s3_lease *lease, kt_sv body)
{
    return strstr(body.ptr, lease->holder) != NULL;
}

static kt_sv quote(kt_s3_lease *lease, kt_sv etag)
{
    kt_bytes_reset(&lease->quoted);
    kt_bytes_text(&lease->quoted, "\"");
    kt_bytes_add(&lease->quoted, etag);
    kt_bytes_text(&lease->quoted, "\"");
    return kt_bytes_view(&lease->quoted);
}

/* ---- Getting it ---- */

static kt_s3_lease_outcome got(kt_s3_lease *lease, kt_s3_lease_state state, kt_sv etag, int64_t since)
{
    lease->state = state;
    lease->etag = etag;
    lease->renewed = since;
    return KT_LEASE_GOT;
}

static kt_s3_lease_outcome failed(kt_s3_lease *lease, const ask *a)
{
    lease->status = a->status;
    lease->reason = a->reason;
    return KT_LEASE_FAILED;
}

/* 409: at the same moment as another. */
static bool was_refused(const ask *a)
{
    return a->status == 412 || a->status == 409;
}

/* A server that passes over conditions creates it a second time. */
static kt_s3_lease_outcome prove(kt_s3_lease *lease, kt_sv etag, int64_t since)
{
    ask again = request(lease, "PUT", kt_str("if-none-match"), kt_str("*"));

    if (was_refused(&again))
        return got(lease, KT_LEASE_HELD, etag, since);
    if (!again.fine)
        return failed(lease, &again);
    request(lease, "DELETE", kt_str(""), kt_str(""));
    return got(lease, KT_LEASE_UNKNOWN, etag, since);
}

/* There is one already. */
static kt_s3_lease_outcome look_at_other(kt_s3_lease *lease)
{
    int64_t since = kt_http_clock();
    ask other = request(lease, "GET", kt_str(""), kt_str("")), mine;

    if (other.status == 404)
        return KT_LEASE_BUSY; /* it has just gone */
    if (!other.fine || !other.body.ptr)
        return failed(lease, &other);
    if (is_ours(lease, other.body))
        return got(lease, KT_LEASE_HELD, other.etag, since); /* the answer to our own was lost */
    if (other.age >= 0 && other.age < seconds_of(other.body))
        return KT_LEASE_BUSY;
    mine = request(lease, "PUT", kt_str("if-match"), quote(lease, other.etag));
    if (was_refused(&mine) || mine.status == 404)
        return KT_LEASE_BUSY;
    lease->taken_over = mine.fine;
    return mine.fine ? got(lease, KT_LEASE_HELD, mine.etag, since) : failed(lease, &mine);
}

kt_s3_lease_outcome kt_s3_lease_acquire(kt_s3_lease *lease)
{
    int64_t since = kt_http_clock();
    ask a;

    if (lease->state == KT_LEASE_HELD || lease->state == KT_LEASE_UNKNOWN)
        return KT_LEASE_GOT;
    if (!write_body(lease))
        return KT_LEASE_FAILED;
    a = request(lease, "PUT", kt_str("if-none-match"), kt_str("*"));
    if (a.fine)
        return prove(lease, a.etag, since);
    if (a.status == 501)
        return got(lease, KT_LEASE_UNKNOWN, kt_str(""), since);
    return was_refused(&a) ? look_at_other(lease) : failed(lease, &a);
}

/* ---- Keeping it ---- */

static void end_renewal(kt_s3_call *call, const kt_s3_answer *answer)
{
    kt_s3_lease *lease = call->ctx;

    lease->renewing = false;
    if (answer->fine) {
        lease->etag = kt_pool_copy(lease->pool, answer->etag);
        lease->renewed = lease->sent;
    } else if (answer->status == 412 || answer->status == 404) {
        lease->state = KT_LEASE_LOST;
    }
}

static void renew(kt_s3_lease *lease)
{
    if (!write_body(lease))
        return;
    lease->renewing = true;
    lease->sent = kt_http_clock();
    memset(&lease->call, 0, sizeof lease->call);
    lease->call.method = "PUT";
    lease->call.key = lease->key;
    lease->call.headers[lease->call.header_count++] = (kt_pair){kt_str("if-match"), quote(lease, lease->etag)};
    lease->call.parts = &lease->body_view;
    lease->call.part_count = 1;
    lease->call.done = end_renewal;
    lease->call.ctx = lease;
    kt_s3_submit(lease->s3, &lease->call);
}

/* With a third of the time gone it is renewed; with nine tenths gone it may not be ours any more. */
static void look_at_clock(kt_s3_lease *lease)
{
    if (lease->state == KT_LEASE_HELD && kt_http_clock() - lease->renewed > (int64_t)lease->seconds * 900)
        lease->state = KT_LEASE_LOST;
}

bool kt_s3_lease_tick(kt_s3_lease *lease)
{
    look_at_clock(lease);
    if (lease->state == KT_LEASE_HELD && !lease->renewing
        && kt_http_clock() - lease->renewed > (int64_t)lease->seconds * 333)
        renew(lease);
    return lease->state != KT_LEASE_LOST;
}

bool kt_s3_lease_init(kt_s3_lease *out, kt_s3 *s3, kt_pool *pool, kt_sv key, unsigned seconds)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char chance[16];

    memset(out, 0, sizeof *out);
    out->s3 = s3;
    out->pool = pool;
    out->key = key;
    out->seconds = seconds;
    if (RAND_bytes(chance, sizeof chance) != 1)
        return false;
    for (size_t i = 0; i < sizeof chance; i++) {
        out->holder[2 * i] = digits[chance[i] >> 4];
        out->holder[2 * i + 1] = digits[chance[i] & 15];
    }
    return true;
}

void kt_s3_lease_release(kt_s3_lease *lease)
{
    look_at_clock(lease);
    if (lease->state == KT_LEASE_HELD)
        request(lease, "DELETE", kt_str(""), kt_str(""));
    lease->state = KT_LEASE_NONE;
    kt_bytes_dispose(&lease->body);
    kt_bytes_dispose(&lease->quoted);
}
