/* Puts in one piece and in parts, and deletions. */
#include "push/s3/transfer.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_MAX 10000u

/* ---- Slices ---- */

uint64_t kt_s3_part_size(uint64_t size)
{
    uint64_t part = KT_S3_PART;

    if (size <= KT_S3_SINGLE_MAX)
        return 0;
    while (size / part >= PARTS_MAX)
        part *= 2;
    return part;
}

size_t kt_s3_slice(kt_sv *out, const kt_sv *parts, size_t part_count, uint64_t offset, uint64_t size)
{
    size_t count = 0;

    for (size_t i = 0; i < part_count && size > 0; i++) {
        size_t some;
        if (offset >= parts[i].len) {
            offset -= parts[i].len;
            continue;
        }
        some = parts[i].len - (size_t)offset;
        if (some > size)
            some = (size_t)size;
        out[count++] = (kt_sv){parts[i].ptr + offset, some};
        size -= some;
        offset = 0;
    }
    return count;
}

/* ---- The flow that puts and deletions share ---- */

typedef struct multipart multipart;

typedef struct flow {
    kt_s3_transfer *t;
    kt_s3_item *items; /* puts */
    const kt_sv *keys; /* deletions */
    size_t count;
    size_t next;
    multipart *open;   /* uploads that have parts to send */
} flow;

static void fail(kt_s3_transfer *t, kt_sv key, const kt_s3_answer *answer)
{
    if (t->failed)
        return;
    t->failed = true;
    t->key = key;
    if (!answer)
        return;
    t->status = answer->status;
    t->reason = answer->reason;
    t->conflict = answer->status == 412 || answer->status == 409;
}

static void finish_item(flow *f, kt_s3_item *item, kt_sv etag)
{
    item->etag = kt_pool_copy(f->t->pool, etag);
    if (!item->etag.ptr)
        fail(f->t, item->key, NULL);
    f->t->done++;
}

static void add_condition(kt_s3_call *call, const kt_s3_transfer *t, const kt_s3_item *item, kt_bytes *quoted)
{
    if (t->unconditional)
        return;
    if (item->before.len == 0) {
        call->headers[call->header_count++] = (kt_pair){kt_str("if-none-match"), kt_str("*")};
        return;
    }
    kt_bytes_text(quoted, "\"");
    kt_bytes_add(quoted, item->before);
    kt_bytes_text(quoted, "\"");
    call->headers[call->header_count++] = (kt_pair){kt_str("if-match"), kt_bytes_view(quoted)};
}

/* A server that knows no conditions says so. */
static bool knows_no_condition(const kt_s3_call *call, const kt_s3_answer *answer)
{
    return call->header_count > 0 && answer->status == 501;
}

/* ---- In one piece ---- */

typedef struct put {
    kt_s3_call call; /* comes first */
    flow *f;
    kt_s3_item *item;
    kt_bytes quoted;
} put;

static void submit_put(flow *f, kt_s3_item *item);

static void end_put(kt_s3_call *call, const kt_s3_answer *answer)
{
    put *p = (put *)call;
    flow *f = p->f;
    kt_s3_item *item = p->item;

    if (answer->fine) {
        finish_item(f, item, answer->etag);
    } else if (knows_no_condition(call, answer)) {
        f->t->unconditional = true;
        submit_put(f, item);
    } else {
        fail(f->t, item->key, answer);
    }
    kt_bytes_dispose(&p->quoted);
    free(p);
}

static void submit_put(flow *f, kt_s3_item *item)
{
    put *p = calloc(1, sizeof *p);

    if (!p) {
        fail(f->t, item->key, NULL);
        return;
    }
    p->f = f;
    p->item = item;
    p->call.method = "PUT";
    p->call.key = item->key;
    p->call.parts = item->parts ? item->parts : &item->before; /* an empty body is one */
    p->call.part_count = item->part_count;
    p->call.done = end_put;
    add_condition(&p->call, f->t, item, &p->quoted);
    kt_s3_submit(f->t->s3, &p->call);
}

/* ---- In parts ---- */

struct multipart {
    kt_s3_call call; /* comes first: begins, completes or gives up */
    flow *f;
    kt_s3_item *item;
    bool is_open;    /* in flow.open: there are parts to send */
    multipart *next;
    kt_sv upload;    /* the server's name for it */
    uint64_t part_size;
    size_t part_count;
    size_t sent;
    size_t arrived;
    kt_sv *etags;
    kt_bytes body;   /* of the completion */
    kt_sv body_view;
    bool failed;
};

typedef struct piece {
    kt_s3_call call; /* comes first */
    multipart *of;
    size_t number;   /* from 0 */
    kt_bytes number_text;
    kt_sv *slices;
} piece;

static void free_multipart(multipart *m)
{
    kt_bytes_dispose(&m->body);
    free(m->etags);
    free(m);
}

static void prepare_call(multipart *m, const char *method, void (*done)(kt_s3_call *, const kt_s3_answer *))
{
    memset(&m->call, 0, sizeof m->call);
    m->call.method = method;
    m->call.key = m->item->key;
    m->call.done = done;
    if (m->upload.len > 0)
        m->call.query[m->call.query_count++] = (kt_pair){kt_str("uploadId"), m->upload};
}

static void end_give_up(kt_s3_call *call, const kt_s3_answer *answer)
{
    (void)answer; /* the failure before it is what counts */
    free_multipart((multipart *)call);
}

/* So that no parts are left behind, which nobody sees and somebody pays for. */
static void give_up(multipart *m)
{
    prepare_call(m, "DELETE", end_give_up);
    kt_s3_submit(m->f->t->s3, &m->call);
}

static void end_complete(kt_s3_call *call, const kt_s3_answer *answer)
{
    multipart *m = (multipart *)call;
    kt_sv etag = kt_str("");

    if (!answer->fine) {
        fail(m->f->t, m->item->key, answer);
        give_up(m);
        return;
    }
    if (kt_s3_text_read(&etag, m->f->t->pool, answer->body, "ETag") && etag.len >= 2 && etag.ptr[0] == '"')
        etag = (kt_sv){etag.ptr + 1, etag.len - 2};
    finish_item(m->f, m->item, etag);
    free_multipart(m);
}

static void complete(multipart *m)
{
    kt_bytes_text(&m->body, "<CompleteMultipartUpload>");
    for (size_t i = 0; i < m->part_count; i++) {
        kt_bytes_text(&m->body, "<Part><PartNumber>");
        kt_bytes_number(&m->body, i + 1);
        kt_bytes_text(&m->body, "</PartNumber><ETag>\"");
        kt_bytes_add(&m->body, m->etags[i]);
        kt_bytes_text(&m->body, "\"</ETag></Part>");
    }
    kt_bytes_text(&m->body, "</CompleteMultipartUpload>");
    m->body_view = kt_bytes_view(&m->body);
    prepare_call(m, "POST", end_complete);
    m->call.parts = &m->body_view;
    m->call.part_count = 1;
    m->call.may_fail_late = true;
    kt_s3_submit(m->f->t->s3, &m->call);
}

static void end_piece(kt_s3_call *call, const kt_s3_answer *answer)
{
    piece *p = (piece *)call;
    multipart *m = p->of;

    m->arrived++;
    if (answer->fine)
        m->etags[p->number] = kt_pool_copy(m->f->t->pool, answer->etag);
    if (!answer->fine || !m->etags[p->number].ptr) {
        m->failed = true;
        fail(m->f->t, m->item->key, answer->fine ? NULL : answer);
    }
    kt_bytes_dispose(&p->number_text);
    free(p->slices);
    free(p);
    if (m->arrived < m->sent || m->is_open)
        return;
    if (m->failed || m->f->t->failed || m->body.failed)
        give_up(m);
    else
        complete(m);
}

static void submit_piece(multipart *m)
{
    piece *p = calloc(1, sizeof *p);
    uint64_t offset = m->part_size * m->sent, left = m->item->size - offset;

    if (p)
        p->slices = calloc(m->item->part_count, sizeof *p->slices);
    if (!p || !p->slices) {
        free(p);
        m->failed = true;
        fail(m->f->t, m->item->key, NULL);
        return;
    }
    p->of = m;
    p->number = m->sent++;
    kt_bytes_number(&p->number_text, p->number + 1);
    p->call.method = "PUT";
    p->call.key = m->item->key;
    p->call.query[p->call.query_count++] = (kt_pair){kt_str("partNumber"), kt_bytes_view(&p->number_text)};
    p->call.query[p->call.query_count++] = (kt_pair){kt_str("uploadId"), m->upload};
    p->call.parts = p->slices;
    p->call.part_count = kt_s3_slice(p->slices, m->item->parts, m->item->part_count, offset,
                                     left < m->part_size ? left : m->part_size);
    p->call.done = end_piece;
    kt_s3_submit(m->f->t->s3, &p->call);
}

static void end_begin(kt_s3_call *call, const kt_s3_answer *answer)
{
    multipart *m = (multipart *)call;

    if (!answer->fine || !kt_s3_text_read(&m->upload, m->f->t->pool, answer->body, "UploadId")) {
        fail(m->f->t, m->item->key, answer->fine ? NULL : answer);
        free_multipart(m);
        return;
    }
    if (m->f->t->failed) {
        give_up(m);
        return;
    }
    m->is_open = true;
    m->next = m->f->open;
    m->f->open = m;
}

static void submit_multipart(flow *f, kt_s3_item *item)
{
    multipart *m = calloc(1, sizeof *m);
    uint64_t part_size = kt_s3_part_size(item->size);

    if (m) {
        m->f = f;
        m->item = item;
        m->part_size = part_size;
        m->part_count = (size_t)((item->size + part_size - 1) / part_size);
        m->etags = calloc(m->part_count, sizeof *m->etags);
    }
    if (!m || !m->etags) {
        free(m);
        fail(f->t, item->key, NULL);
        return;
    }
    prepare_call(m, "POST", end_begin);
    m->call.query[m->call.query_count++] = (kt_pair){kt_str("uploads"), kt_str("")};
    kt_s3_submit(f->t->s3, &m->call);
}

static void close_open(flow *f)
{
    f->open->is_open = false;
    f->open = f->open->next;
}

/* Uploads that have begun when something else fails and of which no part is on its way. */
static void give_up_open(flow *f)
{
    while (f->open) {
        multipart *m = f->open;
        close_open(f);
        if (m->arrived == m->sent)
            give_up(m);
    }
}

static bool feed_puts(void *ctx)
{
    flow *f = ctx;

    if (f->t->tick && !f->t->tick(f->t->ctx, f->t->done))
        fail(f->t, kt_str(""), NULL);
    if (f->t->failed) {
        give_up_open(f);
        return false;
    }
    if (f->open) {
        multipart *m = f->open;
        submit_piece(m);
        if (m->sent == m->part_count)
            close_open(f);
        return true;
    }
    if (f->next == f->count)
        return f->t->done < f->count; /* parts may still come to be sent */
    (kt_s3_part_size(f->items[f->next].size) > 0 ? submit_multipart : submit_put)(f, &f->items[f->next]);
    f->next++;
    return true;
}

bool kt_s3_put_all(kt_s3_transfer *transfer, kt_s3_item *items, size_t count)
{
    flow f = {.t = transfer, .items = items, .count = count};

    transfer->done = 0;
    if (!kt_s3_run(transfer->s3, feed_puts, &f))
        fail(transfer, kt_str(""), NULL);
    return !transfer->failed;
}

/* ---- Deletions ---- */

typedef struct batch {
    kt_s3_call call; /* comes first */
    flow *f;
    kt_sv first;
    size_t count;
    kt_bytes body;
    kt_sv body_view;
    kt_bytes md5;
} batch;

static void end_batch(kt_s3_call *call, const kt_s3_answer *answer)
{
    batch *b = (batch *)call;

    b->f->t->done += b->count;
    if (!answer->fine && !(b->count == 1 && answer->status == 404))
        fail(b->f->t, answer->failure.key.len > 0 ? answer->failure.key : b->first, answer);
    kt_bytes_dispose(&b->body);
    kt_bytes_dispose(&b->md5);
    free(b);
}

/* XML cannot hold most control characters, however they are written. */
static bool fits_xml(kt_sv key)
{
    for (size_t i = 0; i < key.len; i++)
        if ((unsigned char)key.ptr[i] < 0x20)
            return false;
    return true;
}

static void add_escaped(kt_bytes *out, kt_sv text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        const char *escaped = c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : NULL;
        if (escaped)
            kt_bytes_text(out, escaped);
        else
            kt_bytes_add(out, (kt_sv){text.ptr + i, 1});
    }
}

static bool add_md5(kt_bytes *out, kt_sv bytes)
{
    unsigned char digest[EVP_MAX_MD_SIZE], text[EVP_MAX_MD_SIZE * 2];
    unsigned int size = 0;

    if (EVP_Digest(bytes.ptr, bytes.len, digest, &size, EVP_md5(), NULL) != 1)
        return false;
    EVP_EncodeBlock(text, digest, (int)size);
    kt_bytes_text(out, (const char *)text);
    return true;
}

/* One key with DELETE, for what XML cannot hold. */
static void fill_single(batch *b, kt_sv key)
{
    b->count = 1;
    b->call.method = "DELETE";
    b->call.key = key;
}

static bool fill_batch(batch *b, flow *f)
{
    kt_bytes_text(&b->body, "<Delete><Quiet>true</Quiet>");
    while (b->count < KT_S3_BATCH && f->next + b->count < f->count && fits_xml(f->keys[f->next + b->count])) {
        kt_bytes_text(&b->body, "<Object><Key>");
        add_escaped(&b->body, f->keys[f->next + b->count++]);
        kt_bytes_text(&b->body, "</Key></Object>");
    }
    kt_bytes_text(&b->body, "</Delete>");
    b->body_view = kt_bytes_view(&b->body);
    b->call.method = "POST";
    b->call.query[b->call.query_count++] = (kt_pair){kt_str("delete"), kt_str("")};
    b->call.parts = &b->body_view;
    b->call.part_count = 1;
    b->call.may_fail_late = true;
    if (b->body.failed || !add_md5(&b->md5, b->body_view) || b->md5.failed)
        return false;
    b->call.headers[b->call.header_count++] = (kt_pair){kt_str("content-md5"), kt_bytes_view(&b->md5)};
    return true;
}

static bool submit_batch(flow *f)
{
    batch *b = calloc(1, sizeof *b);
    kt_sv first = f->keys[f->next];
    bool fine = b != NULL;

    if (fine) {
        b->f = f;
        b->first = first;
        b->call.done = end_batch;
        if (fits_xml(first))
            fine = fill_batch(b, f);
        else
            fill_single(b, first);
    }
    if (!fine) {
        if (b)
            kt_bytes_dispose(&b->body);
        free(b);
        fail(f->t, first, NULL);
        return false;
    }
    f->next += b->count;
    kt_s3_submit(f->t->s3, &b->call);
    return true;
}

static bool feed_deletions(void *ctx)
{
    flow *f = ctx;

    if (f->t->tick && !f->t->tick(f->t->ctx, f->t->done))
        fail(f->t, kt_str(""), NULL);
    return !f->t->failed && f->next < f->count && submit_batch(f);
}

bool kt_s3_delete_all(kt_s3_transfer *transfer, const kt_sv *keys, size_t count)
{
    flow f = {.t = transfer, .keys = keys, .count = count};

    transfer->done = 0;
    if (!kt_s3_run(transfer->s3, feed_deletions, &f))
        fail(transfer, kt_str(""), NULL);
    return !transfer->failed;
}
