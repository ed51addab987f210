/* Signing and sending, and what to do about the answers that ask for another try. */
#define _POSIX_C_SOURCE 200809L
#include "push/s3/client.h"

#include <curl/curl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REGION_USUAL "us-east-1"

struct kt_s3 {
    kt_s3_options options;
    kt_http *http;
    kt_pool *pool;
    kt_sv host;         /* with a port that is not the usual one; Amazon's follows the region */
    kt_sv region;
    unsigned region_at; /* how often it was changed */
    unsigned keys_at;   /* how often new keys were asked for */
    bool is_amazon;
    bool by_host;       /* virtual-host style */
    int64_t offset;     /* added to our clock */
    kt_sv keys_error;
    kt_sv place;
};

static bool is(kt_sv text, const char *word)
{
    return text.len == strlen(word) && (text.len == 0 || memcmp(text.ptr, word, text.len) == 0);
}

static bool starts(kt_sv text, const char *word)
{
    size_t len = strlen(word);

    return text.len >= len && memcmp(text.ptr, word, len) == 0;
}

static bool ends(kt_sv text, const char *word)
{
    size_t len = strlen(word);

    return text.len >= len && memcmp(text.ptr + text.len - len, word, len) == 0;
}

static kt_sv without(kt_sv text, size_t from_start, size_t from_end)
{
    return (kt_sv){text.ptr + from_start, text.len - from_start - from_end};
}

/* ---- Addresses ---- */

bool kt_s3_is_endpoint(kt_sv endpoint)
{
    for (size_t i = 0; i < endpoint.len; i++) {
        char c = endpoint.ptr[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!plain && !strchr(".-_:[]", c))
            return false;
    }
    return endpoint.len > 0 && endpoint.ptr[0] != ':';
}

static kt_sv without_usual_port(kt_sv host, bool insecure)
{
    const char *port = insecure ? ":80" : ":443";

    return ends(host, port) ? without(host, 0, strlen(port)) : host;
}

static const char *amazon_ending(kt_sv host)
{
    return ends(host, ".amazonaws.com.cn") ? ".amazonaws.com.cn" : ".amazonaws.com";
}

/* "s3.amazonaws.com", "s3.eu-west-1.amazonaws.com", "s3.dualstack.eu-west-1.amazonaws.com", "s3-eu-west-1…": `*region`
 * is what it names, or empty. False: another host, or one that leads somewhere by its own name. */
static bool is_amazon_host(kt_sv *region, kt_sv host)
{
    const char *ending = amazon_ending(host);
    kt_sv middle;

    *region = kt_str("");
    if (!ends(host, ending) || !(starts(host, "s3.") || starts(host, "s3-")))
        return false;
    if (host.len == 2 + strlen(ending))
        return true;
    middle = without(host, 3, strlen(ending));
    if (starts(middle, "dualstack."))
        middle = without(middle, strlen("dualstack."), 0);
    *region = middle;
    return middle.len == 0 || !memchr(middle.ptr, '.', middle.len);
}

/* A name with a dot has no certificate below Amazon's wildcard. */
static bool fits_host(kt_sv bucket)
{
    for (size_t i = 0; i < bucket.len; i++)
        if (!((bucket.ptr[i] >= 'a' && bucket.ptr[i] <= 'z') || (bucket.ptr[i] >= '0' && bucket.ptr[i] <= '9')
              || bucket.ptr[i] == '-'))
            return false;
    return bucket.len >= 3 && bucket.len <= 63;
}

static void add_host(kt_bytes *out, const kt_s3 *s3)
{
    if (s3->by_host) {
        kt_bytes_add(out, s3->options.bucket);
        kt_bytes_text(out, ".");
    }
    if (!s3->is_amazon) {
        kt_bytes_add(out, s3->host);
        return;
    }
    kt_bytes_text(out, s3->options.dual_stack ? "s3.dualstack." : "s3.");
    kt_bytes_add(out, s3->region);
    kt_bytes_text(out, amazon_ending(s3->host));
}

static void add_path(kt_bytes *out, const kt_s3 *s3, kt_sv key)
{
    kt_bytes_text(out, "/");
    if (!s3->by_host) {
        kt_bytes_uri(out, s3->options.bucket, false);
        kt_bytes_text(out, key.len > 0 ? "/" : "");
    }
    kt_bytes_uri(out, key, true);
}

/* ---- Before an attempt ---- */

static void add_line(kt_bytes *out, kt_pair header)
{
    kt_bytes_add(out, header.name);
    kt_bytes_text(out, ": ");
    kt_bytes_add(out, header.value);
    kt_bytes_add(out, (kt_sv){"", 1}); /* the NUL */
}

static bool get_keys(kt_s3_call *call, kt_aws_keys *keys)
{
    kt_s3 *s3 = call->s3;
    bool fresh = s3->keys_at != call->keys_at && call->http.tried > 1;

    call->keys_at = s3->keys_at;
    return s3->options.keys.get(s3->options.keys.ctx, keys, fresh, &s3->keys_error);
}

static size_t collect_headers(kt_pair *out, const kt_s3_call *call, const kt_aws_keys *keys, kt_sv host, kt_sv time)
{
    const kt_pair own[] = {{kt_str("host"), host},
                           {kt_str("x-amz-content-sha256"), kt_str(call->payload)},
                           {kt_str("x-amz-date"), time},
                           {kt_str("x-amz-security-token"), keys->session_token}};
    size_t count = keys->session_token.len > 0 ? 4 : 3;

    memcpy(out, own, count * sizeof *out);
    memcpy(out + count, call->headers, call->header_count * sizeof *out);
    return count + call->header_count;
}

static bool sign(kt_s3_call *call, const kt_aws_keys *keys, const kt_sigv4_request *request, kt_sv time)
{
    const kt_sigv4_scope scope = {keys->access_key, keys->secret_key, call->s3->region, kt_str("s3"), time};
    kt_bytes authorization = KT_BYTES_INIT;
    bool fine = kt_sigv4_sign(&authorization, request, &scope);

    for (size_t i = 1; i < request->header_count; i++) /* Host is libcurl's */
        add_line(&call->http.headers, request->headers[i]);
    add_line(&call->http.headers, (kt_pair){kt_str("authorization"), kt_bytes_view(&authorization)});
    kt_bytes_dispose(&authorization);
    return fine;
}

static bool fill(kt_s3_call *call, kt_bytes *host, kt_bytes *path, kt_bytes *query)
{
    kt_pair headers[KT_SIGV4_HEADERS];
    kt_aws_keys keys;
    char time_text[17];
    kt_sigv4_request request;
    kt_s3 *s3 = call->s3;

    if (!get_keys(call, &keys))
        return false;
    call->offset = s3->offset;
    call->region_at = s3->region_at;
    kt_sigv4_time(time_text, (int64_t)time(NULL) + s3->offset);
    add_host(host, s3);
    add_path(path, s3, call->key);
    kt_sigv4_query(query, call->query, call->query_count);
    kt_bytes_text(&call->http.url, s3->options.insecure ? "http://" : "https://");
    kt_bytes_add(&call->http.url, kt_bytes_view(host));
    kt_bytes_add(&call->http.url, kt_bytes_view(path));
    kt_bytes_text(&call->http.url, query->len > 0 ? "?" : "");
    kt_bytes_add(&call->http.url, kt_bytes_view(query));
    request = (kt_sigv4_request){kt_str(call->method), kt_bytes_view(path), kt_bytes_view(query), headers, 0,
                                 kt_str(call->payload)};
    request.header_count = collect_headers(headers, call, &keys, kt_bytes_view(host), kt_str(time_text));
    return !host->failed && !path->failed && !query->failed && sign(call, &keys, &request, kt_str(time_text));
}

static bool prepare(kt_http_request *http)
{
    kt_s3_call *call = http->ctx;
    kt_bytes host = KT_BYTES_INIT, path = KT_BYTES_INIT, query = KT_BYTES_INIT;
    bool fine;

    fine = (call->payload[0] || kt_sigv4_hash(call->payload, call->parts, call->part_count))
           && fill(call, &host, &path, &query);
    kt_bytes_dispose(&host);
    kt_bytes_dispose(&path);
    kt_bytes_dispose(&query);
    return fine;
}

/* ---- After it ---- */

static bool is_any_of(kt_sv code, const char *const *codes)
{
    while (*codes && !is(code, *codes))
        codes++;
    return *codes != NULL;
}

/* Seconds that the server's clock is ahead of ours. */
static int64_t clock_difference(const kt_http_answer *answer)
{
    kt_sv date = kt_http_header(answer, "date");
    time_t theirs = date.len > 0 ? curl_getdate(date.ptr, NULL) : -1;

    return theirs >= 0 ? (int64_t)theirs - (int64_t)time(NULL) : 0;
}

#define SKEW_ALLOWED 60 /* seconds; servers refuse at 900 */

/* Whether the call is to be signed anew: by the server's clock, for another region, with other keys. Others may have
 * been sent before the first answer came back; they find it changed already. */
static bool was_signed_wrong(kt_s3_call *call, const kt_s3_answer *answer)
{
    static const char *const skewed[] = {"RequestTimeTooSkewed", "RequestExpired", NULL};
    static const char *const moved[] = {"AuthorizationHeaderMalformed", "PermanentRedirect", "TemporaryRedirect",
                                        "IllegalLocationConstraintException", NULL};
    static const char *const expired[] = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", NULL};
    kt_s3 *s3 = call->s3;
    kt_sv region = kt_http_header(answer->http, "x-amz-bucket-region");

    if (is_any_of(answer->failure.code, skewed)) {
        int64_t ahead = clock_difference(answer->http);
        if (call->offset == s3->offset && (ahead > SKEW_ALLOWED || ahead < -SKEW_ALLOWED))
            s3->offset = ahead;
        return call->offset != s3->offset;
    }
    if (is_any_of(answer->failure.code, expired)) {
        s3->keys_at += call->keys_at == s3->keys_at;
        return true;
    }
    if (region.len == 0)
        region = answer->failure.region;
    if (region.len == 0 || !(is_any_of(answer->failure.code, moved) || answer->status == 301 || answer->status == 307))
        return false;
    if (call->region_at == s3->region_at && kt_path_order(region, s3->region) != 0) {
        s3->region = kt_pool_copy(s3->pool, region);
        s3->region_at++;
    }
    return call->region_at != s3->region_at && s3->region.ptr;
}

static bool is_worth_another(const kt_s3_answer *answer)
{
    static const char *const codes[] = {"SlowDown",       "InternalError",    "ServiceUnavailable",
                                        "RequestTimeout", "OperationAborted", "ConditionalRequestConflict",
                                        "XMinioServerNotInitialized", NULL};

    return is_any_of(answer->failure.code, codes);
}

static kt_sv status_text(kt_pool *pool, long status)
{
    static const struct {
        long status;
        const char *text;
    } known[] = {{301, "the bucket is in another region (HTTP 301)"},
                 {400, "the server does not understand the request (HTTP 400)"},
                 {403, "access denied (HTTP 403)"},
                 {404, "there is no such bucket or object (HTTP 404)"},
                 {412, "it was changed meanwhile (HTTP 412)"},
                 {503, "the server is overloaded (HTTP 503)"}};
    kt_bytes text = KT_BYTES_INIT;
    kt_sv copy;

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].status == status)
            return kt_str(known[i].text);
    kt_bytes_text(&text, "HTTP status ");
    kt_bytes_number(&text, (uint64_t)status);
    copy = kt_pool_copy(pool, kt_bytes_view(&text));
    kt_bytes_dispose(&text);
    return copy;
}

/* Code and message without what could move the cursor; hosts print them as they print everything. */
static kt_sv reason_of(const kt_s3_call *call, const kt_s3_answer *answer)
{
    const kt_s3_failure *failure = &answer->failure;
    kt_sv texts[3] = {failure->code, kt_str(failure->message.len > 0 ? ": " : ""), failure->message};

    if (call->s3->keys_error.len > 0)
        return call->s3->keys_error;
    if (answer->status == 0)
        return kt_pool_copy(call->s3->pool, kt_str(answer->http->error));
    if (failure->code.len == 0)
        return status_text(call->s3->pool, answer->status);
    return kt_pool_join(call->s3->pool, texts, 3);
}

static void read_failure(const kt_s3_call *call, kt_s3_answer *answer)
{
    bool may_hold = answer->status / 100 != 2 || call->may_fail_late;

    if (may_hold && answer->body.len > 0 && kt_s3_failure_read(&answer->failure, call->s3->pool, answer->body))
        answer->fine = false;
}

static void end_call(kt_s3_call *call, kt_s3_answer *answer)
{
    if (!answer->fine)
        answer->reason = reason_of(call, answer);
    kt_bytes_dispose(&call->http.url);
    kt_bytes_dispose(&call->http.headers);
    call->done(call, answer);
}

static kt_sv without_quotes(kt_sv text)
{
    return text.len >= 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"' ? without(text, 1, 1) : text;
}

static bool done(kt_http_request *http, const kt_http_answer *from)
{
    kt_s3_call *call = http->ctx;
    kt_s3_answer answer = {.fine = from->status / 100 == 2, .status = from->status, .body = from->body, .http = from};

    answer.etag = without_quotes(kt_http_header(from, "etag"));
    read_failure(call, &answer);
    if (!answer.fine && !from->last && (was_signed_wrong(call, &answer) || is_worth_another(&answer)))
        return false;
    end_call(call, &answer);
    return true;
}

/* ---- Public functions ---- */

void kt_s3_submit(kt_s3 *s3, kt_s3_call *call)
{
    call->s3 = s3;
    memset(&call->http, 0, sizeof call->http);
    call->payload[0] = '\0';
    call->keys_at = s3->keys_at;
    call->http.method = call->method;
    call->http.parts = call->parts;
    call->http.part_count = call->part_count;
    call->http.attempts = call->once ? 1 : 0;
    call->http.sink = call->sink;
    call->http.sink_ctx = call->sink_ctx;
    call->http.prepare = prepare;
    call->http.done = done;
    call->http.ctx = call;
    kt_http_submit(s3->http, &call->http);
}

bool kt_s3_run(kt_s3 *s3, kt_http_feed_fn feed, void *ctx)
{
    return kt_http_run(s3->http, feed, ctx);
}

int64_t kt_s3_clock_offset(const kt_s3 *s3)
{
    return s3->offset;
}

kt_sv kt_s3_keys_error(const kt_s3 *s3)
{
    return s3->keys_error;
}

kt_sv kt_s3_place(const kt_s3 *s3)
{
    return s3->place;
}

static bool set_up(kt_s3 *s3)
{
    const kt_s3_options *options = &s3->options;
    const kt_sv place[] = {kt_str(options->insecure ? "http://" : "https://"), options->endpoint, kt_str("/"),
                           options->bucket};
    kt_sv region;

    s3->host = without_usual_port(options->endpoint, options->insecure);
    s3->is_amazon = is_amazon_host(&region, s3->host);
    s3->region = options->region.len > 0 ? options->region : region.len > 0 ? region : kt_str(REGION_USUAL);
    s3->by_host = options->style == KT_S3_STYLE_HOST
                  || (options->style == KT_S3_STYLE_AUTO && s3->is_amazon && fits_host(options->bucket));
    s3->place = kt_pool_join(s3->pool, place, 4);
    return s3->place.ptr != NULL;
}

kt_s3 *kt_s3_open(const kt_s3_options *options, kt_http *http)
{
    kt_s3 *s3 = calloc(1, sizeof *s3);

    if (!s3)
        return NULL;
    s3->options = *options;
    s3->http = http;
    s3->pool = kt_pool_new();
    if (!s3->pool || !set_up(s3)) {
        kt_s3_close(s3);
        return NULL;
    }
    return s3;
}

void kt_s3_close(kt_s3 *s3)
{
    if (!s3)
        return;
    kt_pool_free(s3->pool);
    free(s3);
}
