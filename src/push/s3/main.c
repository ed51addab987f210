/* kratree-push-s3: the adapter for BucketStateStores. */
#include <stdlib.h>
#include <string.h>

#include "push/credential.h"
#include "push/patience.h"
#include "push/s3/iam.h"
#include "push/s3/transfer.h"
#include "push/s3/view.h"

#define PROBE_NAME ".kratix-write-permission-check" /* T-24 */
#define CONNECTIONS 48u
#define ATTEMPTS 5u      /* of each request, before the frame makes an attempt of its own */
#define LEASE_LOOK 500u  /* milliseconds between two looks at somebody else's lease */

typedef struct remote {
    kt_push *push;
    kt_http *http;
    kt_iam *iam;        /* authMethod IAM; else NULL */
    kt_aws_keys keys;   /* authMethod accessKey */
    kt_s3 *s3;
    kt_s3_lease lease;
    kt_s3_view view;    /* of the last look */
    bool answered;      /* the server has been heard of */
    bool told_clock;
    bool looked_alone;  /* the last look was made with the lease held */
} remote;

/* ---- What goes wrong ---- */

static void tell_clock(remote *r)
{
    int64_t offset = kt_s3_clock_offset(r->s3);

    if (offset == 0 || r->told_clock)
        return;
    r->told_clock = true;
    kt_push_say(r->push, KT_TROUBLE_CLOCK, NULL, "the clock here is %lld seconds %s that of the server, which is used instead",
                (long long)(offset > 0 ? offset : -offset), offset > 0 ? "behind" : "ahead of");
}

static bool starts(kt_sv text, const char *word)
{
    return text.len >= strlen(word) && memcmp(text.ptr, word, strlen(word)) == 0;
}

/* Some servers do not find the user instead of denying him. */
static kt_trouble trouble_of(long status, kt_sv reason)
{
    if (status == 0 || status == 429 || status >= 500)
        return KT_TROUBLE_UNREACHABLE;
    if (status == 404 && (starts(reason, "NoSuchBucket") || starts(reason, "there is no such bucket")))
        return KT_TROUBLE_ADDRESS;
    return status == 401 || status == 403 || status == 404 ? KT_TROUBLE_DENIED : KT_TROUBLE_REFUSED;
}

/* `what` and `key` say what could not be done: "write", "a/b.yaml". */
static kt_outcome trouble(remote *r, const char *what, kt_sv key, long status, kt_sv reason)
{
    kt_sv place = kt_s3_place(r->s3), quote = kt_str(key.len > 0 ? "'" : ""), to = kt_str(key.len > 0 ? " in " : "");
    const kt_sv texts[] = {quote, key, quote, to, place, kt_str(": "), reason};
    kt_sv text = kt_pool_join(r->push->pool, texts, sizeof texts / sizeof texts[0]);
    kt_trouble kind = trouble_of(status, reason);

    if (kt_push_stopped()) {
        kt_push_say(r->push, KT_TROUBLE_STOPPED, NULL, "stopped before it was done");
        return KT_OUTCOME_FAILED;
    }
    if (reason.len == 0 || !text.ptr)
        return kt_push_no_memory(r->push);
    if (kt_s3_keys_error(r->s3).len > 0) {
        kt_push_say(r->push, KT_TROUBLE_SECRET, "run it where the role is given out, or set AWS_ACCESS_KEY_ID and its like",
                    "authMethod IAM: %.*s", (int)reason.len, reason.ptr);
        return KT_OUTCOME_FAILED;
    }
    if (kind == KT_TROUBLE_UNREACHABLE && r->answered)
        return kt_push_again(r->push, kind, "cannot %s %s", what, text.ptr);
    kt_push_say(r->push, kind, kind == KT_TROUBLE_ADDRESS ? "create the bucket, or correct spec.bucketName" : NULL,
                "cannot %s %s", what, text.ptr);
    return KT_OUTCOME_FAILED;
}

/* ---- Opening ---- */

static bool get_fixed_keys(void *ctx, kt_aws_keys *out, bool fresh, kt_sv *why)
{
    (void)fresh, (void)why;
    *out = ((remote *)ctx)->keys;
    return true;
}

/* T-20 */
static bool find_keys(remote *r)
{
    static const kt_credential access = {"accessKeyID", "AWS_ACCESS_KEY_ID", false};
    static const kt_credential secret = {"secretAccessKey", "AWS_SECRET_ACCESS_KEY", true};
    static const kt_credential token = {"sessionToken", "AWS_SESSION_TOKEN", true};

    return kt_credential_need(&r->keys.access_key, r->push, &access)
           && kt_credential_need(&r->keys.secret_key, r->push, &secret)
           && kt_credential_find(&r->keys.session_token, r->push, &token);
}

static kt_http_options http_options(const kt_settings *settings)
{
    kt_http_options options = KT_HTTP_OPTIONS_INIT;

    options.connections = CONNECTIONS;
    options.attempts = ATTEMPTS;
    options.total_seconds = (unsigned)(settings->timeout ? settings->timeout : KT_USUAL_TIMEOUT);
    if (options.idle_seconds > options.total_seconds)
        options.idle_seconds = options.total_seconds;
    options.ca_file = settings->ca_file;
    options.trust_all = settings->skip_tls_verify;
    options.stopped = kt_push_stopped;
    return options;
}

/* With IAM the Secret is not looked at; keys in the environment go first, as in Amazon's SDKs. */
static bool is_by_role(const kt_connection *connection)
{
    const char *access = getenv("AWS_ACCESS_KEY_ID");

    return connection->auth_method.len == 3 && memcmp(connection->auth_method.ptr, "IAM", 3) == 0
           && !(access && *access);
}

static bool set_up_keys(remote *r, const kt_http_options *http, kt_aws_source *out)
{
    if (!is_by_role(r->push->store->connection)) {
        *out = (kt_aws_source){get_fixed_keys, r};
        return find_keys(r);
    }
    r->iam = kt_iam_new(r->push->vault, http);
    if (!r->iam)
        return kt_push_no_memory(r->push) == KT_OUTCOME_DONE;
    *out = kt_iam_source(r->iam);
    return true;
}

/* The store's path, and what lies directly below it. */
static kt_sv key_of(const remote *r, const char *name)
{
    kt_sv prefix = r->push->store->prefix;

    return prefix.len == 1 && prefix.ptr[0] == '/' ? kt_pool_path(r->push->pool, kt_str(""), kt_str(name))
                                                   : kt_pool_path(r->push->pool, prefix, kt_str(name));
}

static bool set_up(remote *r)
{
    const kt_connection *connection = r->push->store->connection;
    kt_http_options http = http_options(r->push->settings);
    kt_s3_options options = {.endpoint = connection->endpoint, .bucket = connection->bucket,
                             .region = kt_str(getenv("AWS_REGION")), .insecure = connection->insecure,
                             .dual_stack = connection->dual_stack};
    uint64_t seconds = r->push->settings->lease;
    kt_sv lease = key_of(r, KT_S3_LEASE_NAME);

    if (!kt_s3_is_endpoint(connection->endpoint)) {
        kt_push_say(r->push, KT_TROUBLE_ADDRESS, "write spec.endpoint as host or host:port; insecure: true means HTTP",
                    "the endpoint '%.*s' is not host[:port]", (int)connection->endpoint.len, connection->endpoint.ptr);
        return false;
    }
    if (!set_up_keys(r, &http, &options.keys))
        return false;
    r->http = kt_http_new(&http);
    r->s3 = r->http ? kt_s3_open(&options, r->http) : NULL;
    return (r->s3 && lease.ptr
            && kt_s3_lease_init(&r->lease, r->s3, r->push->pool, lease,
                                seconds ? (unsigned)seconds : KT_S3_LEASE_SECONDS))
           || kt_push_no_memory(r->push) == KT_OUTCOME_DONE;
}

/* Whoever was killed when everything was written has left nothing to do but his lease. */
static void tidy(remote *r)
{
    if (r->view.leased && r->lease.state == KT_LEASE_NONE && !r->push->settings->dry_run)
        kt_s3_lease_acquire(&r->lease);
}

static void close_remote(void *ctx)
{
    remote *r = ctx;

    if (r->http)
        kt_http_ignore_stop(r->http);
    tidy(r);
    kt_s3_lease_release(&r->lease);
    kt_s3_view_close(&r->view);
    kt_s3_close(r->s3);
    kt_http_free(r->http);
    kt_iam_free(r->iam);
    free(r);
}

static void *open_remote(kt_push *push)
{
    remote *r = calloc(1, sizeof *r);

    if (!r) {
        kt_push_no_memory(push);
        return NULL;
    }
    r->push = push;
    if (set_up(r))
        return r;
    close_remote(r);
    return NULL;
}

/* ---- --check: T-24 ---- */

typedef struct probe {
    kt_s3_call call; /* comes first */
    kt_pool *pool;
    bool fine;
    long status;
    kt_sv reason;
    kt_sv upload;
} probe;

static void end_probe(kt_s3_call *call, const kt_s3_answer *answer)
{
    probe *p = (probe *)call;

    p->fine = answer->fine;
    p->status = answer->status;
    p->reason = answer->reason;
    if (answer->fine)
        kt_s3_text_read(&p->upload, p->pool, answer->body, "UploadId");
}

/* Begin an upload and give it up: nothing remains. */
static kt_outcome probe_writing(remote *r, kt_sv key)
{
    probe begin = {.call = {.method = "POST", .key = key, .done = end_probe}, .pool = r->push->pool};
    probe end = {.call = {.method = "DELETE", .key = key, .done = end_probe}, .pool = r->push->pool};

    begin.call.query[begin.call.query_count++] = (kt_pair){kt_str("uploads"), kt_str("")};
    kt_s3_submit(r->s3, &begin.call);
    kt_s3_run(r->s3, NULL, NULL);
    if (!begin.fine)
        return trouble(r, "write", key, begin.status, begin.reason);
    end.call.query[end.call.query_count++] = (kt_pair){kt_str("uploadId"), begin.upload};
    kt_s3_submit(r->s3, &end.call);
    kt_s3_run(r->s3, NULL, NULL);
    return end.fine ? KT_OUTCOME_DONE : trouble(r, "write", key, end.status, end.reason);
}

static kt_outcome check(void *ctx)
{
    remote *r = ctx;
    kt_s3_listing listing;
    kt_sv key = key_of(r, PROBE_NAME);
    bool listed;
    kt_outcome outcome;

    if (!key.ptr)
        return kt_push_no_memory(r->push);
    listed = kt_s3_list(&listing, r->push->pool, r->s3, key, NULL, 0);
    r->answered |= listed;
    outcome = listed ? probe_writing(r, key) : trouble(r, "list", kt_str(""), listing.status, listing.reason);
    kt_s3_listing_dispose(&listing);
    tell_clock(r);
    return outcome;
}

/* ---- Looking ---- */

static kt_outcome look(void *ctx, kt_have *out)
{
    remote *r = ctx;
    bool fine;

    kt_s3_view_close(&r->view);
    fine = kt_s3_view_open(&r->view, r->s3, r->push->store->prefix, r->lease.key, r->push->tree);
    tell_clock(r);
    if (!fine)
        return trouble(r, "list", kt_str(""), r->view.listing.status, r->view.listing.reason);
    r->answered = true;
    r->looked_alone = r->lease.state == KT_LEASE_HELD;
    *out = kt_s3_view_have(&r->view);
    return KT_OUTCOME_DONE;
}

/* ---- The lease ---- */

static kt_outcome wait_for_lease(remote *r)
{
    int64_t seconds = (int64_t)(r->push->settings->timeout ? r->push->settings->timeout : KT_USUAL_TIMEOUT);
    int64_t until = kt_now_ms() + seconds * 1000;
    bool told = false;

    for (;;) {
        kt_s3_lease_outcome outcome = kt_s3_lease_acquire(&r->lease);
        if (outcome == KT_LEASE_GOT)
            break;
        if (outcome == KT_LEASE_FAILED)
            return trouble(r, "write", r->lease.key, r->lease.status, r->lease.reason);
        if (kt_now_ms() >= until) {
            kt_push_say(r->push, KT_TROUBLE_LEASE, NULL, "another push is writing, for %lld seconds now", (long long)seconds);
            return KT_OUTCOME_FAILED;
        }
        if (!told)
            kt_push_say(r->push, KT_TROUBLE_WAITING, NULL, "another push is writing, or was killed a moment ago");
        told = true;
        if (!kt_pause(LEASE_LOOK))
            return trouble(r, "write", r->lease.key, 0, kt_str("stopped"));
    }
    return KT_OUTCOME_DONE;
}

/* What was planned without the lease is good only if nothing has changed until it was there. */
static kt_outcome look_whether_moved(remote *r, const kt_store_tree *tree)
{
    kt_s3_view now;
    kt_outcome outcome = KT_OUTCOME_DONE;

    if (r->looked_alone || r->lease.state != KT_LEASE_HELD)
        return outcome;
    if (!kt_s3_view_open(&now, r->s3, r->push->store->prefix, r->lease.key, tree))
        outcome = trouble(r, "list", kt_str(""), now.listing.status, now.listing.reason);
    else if (!kt_s3_view_equal(&r->view, &now))
        outcome = kt_push_again(r->push, KT_TROUBLE_MOVED, "the bucket has changed since it was looked at");
    kt_s3_view_close(&now);
    return outcome;
}

/* ---- Carrying out ---- */

typedef struct job {
    remote *r;
    const kt_changes *changes;
    const kt_store_tree *tree;
    kt_s3_transfer transfer;
    kt_s3_item *items;
    size_t item_count;
    kt_sv *first;       /* keys to delete before anything is written */
    size_t first_count;
    kt_sv *last;        /* and after it */
    size_t last_count;
    const char *doing;
    size_t total;
} job;

static bool tick(void *ctx, size_t done)
{
    job *j = ctx;

    kt_progress_tick(&j->r->push->progress, j->doing, done, j->total);
    return kt_s3_lease_tick(&j->r->lease);
}

static const kt_change *find_change(const kt_changes *changes, kt_sv path)
{
    size_t low = 0, high = changes->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = kt_path_order(changes->items[middle].path, path);
        if (order == 0)
            return &changes->items[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Whether something is to be written above `path`. */
static bool is_below_written(const kt_changes *changes, kt_sv path)
{
    for (path = kt_path_above(path); path.len > 0; path = kt_path_above(path)) {
        const kt_change *change = find_change(changes, path);
        if (change && change->file)
            return true;
    }
    return false;
}

/* To S3 "a" and "a/b" are two names; to servers that keep objects in a file system one stands in the way of the
 * other. Marks in `in_way` what is to be deleted above something that is to be written. */
static void mark_above(const kt_changes *changes, bool *in_way)
{
    for (size_t i = 0; i < changes->count; i++) {
        if (changes->items[i].kind != KT_CHANGE_CREATE)
            continue;
        for (kt_sv path = kt_path_above(changes->items[i].path); path.len > 0; path = kt_path_above(path)) {
            const kt_change *change = find_change(changes, path);
            if (change && change->kind == KT_CHANGE_DELETE)
                in_way[change - changes->items] = true;
        }
    }
}

static void add_item(job *j, const kt_change *change)
{
    const kt_s3_object *there = kt_s3_view_find(&j->r->view, change->path);
    const kt_file *file = change->file;

    j->items[j->item_count++] = (kt_s3_item){file->key, file->parts, file->part_count, file->size,
                                             there ? there->etag : kt_str(""), {NULL, 0}};
}

static void add_deletion(job *j, const kt_change *change, bool in_way)
{
    const kt_s3_object *there = kt_s3_view_find(&j->r->view, change->path);

    if (!there)
        return;
    if (in_way || is_below_written(j->changes, change->path))
        j->first[j->first_count++] = there->key;
    else
        j->last[j->last_count++] = there->key;
}

static bool prepare(job *j)
{
    const kt_changes *changes = j->changes;
    size_t writes = changes->counts[KT_CHANGE_CREATE] + changes->counts[KT_CHANGE_UPDATE];
    size_t deletions = changes->counts[KT_CHANGE_DELETE];
    bool *in_way = calloc(changes->count + 1, sizeof *in_way);
    bool fine;

    j->items = calloc(writes + 1, sizeof *j->items);
    j->first = calloc(deletions + 1, sizeof *j->first);
    j->last = calloc(deletions + 1, sizeof *j->last);
    fine = in_way && j->items && j->first && j->last;
    if (fine && deletions > 0)
        mark_above(changes, in_way);
    for (size_t i = 0; i < changes->count && fine; i++) {
        const kt_change *change = &changes->items[i];
        if (change->kind == KT_CHANGE_CREATE || change->kind == KT_CHANGE_UPDATE)
            add_item(j, change);
        else if (change->kind == KT_CHANGE_DELETE)
            add_deletion(j, change, in_way[i]);
    }
    free(in_way);
    return fine;
}

static kt_outcome transfer_failed(job *j)
{
    const kt_s3_transfer *t = &j->transfer;

    if (kt_push_stopped())
        return trouble(j->r, "write", t->key, 0, kt_str("stopped"));
    if (j->r->lease.state == KT_LEASE_LOST) {
        j->r->lease.state = KT_LEASE_NONE;
        return kt_push_again(j->r->push, KT_TROUBLE_LEASE, "another push has begun to write");
    }
    if (t->conflict)
        return kt_push_again(j->r->push, KT_TROUBLE_MOVED, "'%.*s' was changed by somebody else", (int)t->key.len,
                             t->key.ptr);
    return trouble(j->r, j->doing[0] == 'w' ? "write" : "delete", t->key, t->status, t->reason);
}

static bool delete_keys(job *j, const kt_sv *keys, size_t count)
{
    j->doing = "deleting";
    j->total = count;
    return count == 0 || kt_s3_delete_all(&j->transfer, keys, count);
}

static bool put_items(job *j)
{
    j->doing = "writing";
    j->total = j->item_count;
    return j->item_count == 0 || kt_s3_put_all(&j->transfer, j->items, j->item_count);
}

/* ---- The last look ---- */

/* Something that was not there before, and that nobody wants: another push has written at the same time. */
static const kt_s3_located *find_stranger(const remote *r, const kt_s3_view *now, const kt_changes *changes)
{
    for (size_t i = 0; i < now->place_count; i++) {
        const kt_change *change = find_change(changes, now->places[i].path);
        if (!kt_s3_view_find(&r->view, now->places[i].path) && !(change && change->file))
            return &now->places[i];
    }
    return NULL;
}

static kt_outcome not_as_wanted(remote *r, kt_sv path, const char *how)
{
    kt_push_say(r->push, KT_TROUBLE_MIXED, NULL, "after the push '%.*s' %s", (int)path.len, path.ptr, how);
    return KT_OUTCOME_FAILED;
}

static kt_outcome compare_end(job *j, const kt_s3_view *now, const kt_changes *left)
{
    const kt_s3_located *stranger = find_stranger(j->r, now, j->changes);

    for (size_t i = 0; i < left->count; i++) {
        const kt_change *change = &left->items[i];
        if (change->kind == KT_CHANGE_CREATE)
            return not_as_wanted(j->r, change->path, "is missing");
        if (change->kind == KT_CHANGE_UPDATE)
            return not_as_wanted(j->r, change->path, "has another content");
        if (change->kind == KT_CHANGE_DELETE)
            return not_as_wanted(j->r, change->path, "is there again");
    }
    return stranger ? not_as_wanted(j->r, stranger->path, "is there, and was not before") : KT_OUTCOME_DONE;
}

/* With nothing left to be done the bucket holds the tree. */
static kt_outcome verify(job *j)
{
    remote *r = j->r;
    const kt_tree tree = {j->tree, 1, j->tree->file_count, j->tree->size};
    kt_changes *left = NULL;
    kt_s3_view now;
    kt_have have;
    kt_outcome outcome;
    kt_status status;

    if (!kt_s3_view_open(&now, r->s3, r->push->store->prefix, r->lease.key, j->tree)) {
        outcome = trouble(r, "list", kt_str(""), now.listing.status, now.listing.reason);
    } else {
        have = kt_s3_view_have(&now);
        status = kt_changes_plan(&left, &tree, &have, NULL);
        outcome = status == KT_OK          ? compare_end(j, &now, left)
                  : status == KT_ERR_INPUT ? kt_push_again(r->push, KT_TROUBLE_UNREACHABLE, "an object cannot be read")
                                           : kt_push_no_memory(r->push);
    }
    kt_changes_free(left);
    kt_s3_view_close(&now);
    return outcome;
}

static kt_outcome carry_out_job(job *j)
{
    remote *r = j->r;
    bool must_verify = r->push->settings->verify || r->lease.state == KT_LEASE_UNKNOWN;

    if (!prepare(j))
        return kt_push_no_memory(r->push);
    j->transfer.s3 = r->s3;
    j->transfer.pool = r->view.pool;
    j->transfer.tick = tick;
    j->transfer.ctx = j;
    j->transfer.unconditional = r->lease.state == KT_LEASE_UNKNOWN;
    if (!delete_keys(j, j->first, j->first_count) || !put_items(j) || !delete_keys(j, j->last, j->last_count))
        return transfer_failed(j);
    return must_verify ? verify(j) : KT_OUTCOME_DONE;
}

static kt_outcome carry_out(void *ctx, const kt_changes *changes, const kt_store_tree *tree)
{
    remote *r = ctx;
    job j = {.r = r, .changes = changes, .tree = tree};
    kt_outcome outcome = wait_for_lease(r);

    if (outcome == KT_OUTCOME_DONE && r->lease.taken_over)
        kt_push_say(r->push, KT_TROUBLE_TAKEN, NULL, "an earlier push was interrupted; this one completes it");
    r->lease.taken_over = false;
    if (outcome == KT_OUTCOME_DONE)
        outcome = look_whether_moved(r, tree);
    if (outcome == KT_OUTCOME_DONE)
        outcome = carry_out_job(&j);
    free(j.items);
    free(j.first);
    free(j.last);
    return outcome;
}

int main(int argc, char **argv)
{
    static const kt_adapter adapter = {"kratree-push-s3", KT_STORE_BUCKET, open_remote, check, look, NULL, carry_out,
                                       close_remote};

    return kt_push_main(&adapter, argc, argv);
}
