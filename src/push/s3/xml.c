/* Elements as events from expat, and the few answers that are looked at. */
#define _POSIX_C_SOURCE 200809L
#include "push/s3/xml.h"

#include <expat.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- Any document ---- */

typedef struct reader {
    XML_Parser parser;
    kt_xml_element_fn each;
    void *ctx;
    char *names[KT_XML_DEPTH]; /* of the open elements, copies */
    size_t depth;
    kt_bytes text; /* of the innermost open element since its last tag */
    bool failed;
} reader;

static void stop(reader *r)
{
    r->failed = true;
    XML_StopParser(r->parser, XML_FALSE);
}

static void XMLCALL open_element(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
    reader *r = ctx;

    (void)attributes;
    kt_bytes_reset(&r->text);
    if (r->depth < KT_XML_DEPTH)
        r->names[r->depth] = strdup(name);
    if (r->depth == KT_XML_DEPTH || !r->names[r->depth])
        stop(r);
    else
        r->depth++;
}

static void XMLCALL close_element(void *ctx, const XML_Char *name)
{
    reader *r = ctx;
    kt_sv parent = kt_str(r->depth > 1 ? r->names[r->depth - 2] : NULL);

    if (r->failed)
        return;
    if (r->text.failed || !r->each(r->ctx, parent, kt_str(name), kt_bytes_view(&r->text)))
        stop(r);
    free(r->names[--r->depth]);
    kt_bytes_reset(&r->text);
}

static void XMLCALL add_text(void *ctx, const XML_Char *text, int size)
{
    reader *r = ctx;

    if (r->text.len + (size_t)size > KT_XML_TEXT)
        stop(r);
    else
        kt_bytes_add(&r->text, (kt_sv){text, (size_t)size});
}

/* Entities come with a document type; no answer has one. */
static void XMLCALL refuse_type(void *ctx, const XML_Char *name, const XML_Char *system, const XML_Char *public_,
                                int internal)
{
    (void)name, (void)system, (void)public_, (void)internal;
    stop(ctx);
}

bool kt_xml_read(kt_sv bytes, kt_xml_element_fn each, void *ctx)
{
    reader r = {.parser = XML_ParserCreate(NULL), .each = each, .ctx = ctx, .text = KT_BYTES_INIT};
    bool fine = r.parser && bytes.len > 0 && bytes.len <= INT_MAX;

    if (fine) {
        XML_SetUserData(r.parser, &r);
        XML_SetElementHandler(r.parser, open_element, close_element);
        XML_SetCharacterDataHandler(r.parser, add_text);
        XML_SetStartDoctypeDeclHandler(r.parser, refuse_type);
        fine = XML_Parse(r.parser, bytes.ptr, (int)bytes.len, XML_TRUE) == XML_STATUS_OK && !r.failed;
    }
    while (r.depth > 0)
        free(r.names[--r.depth]);
    kt_bytes_dispose(&r.text);
    XML_ParserFree(r.parser);
    return fine;
}

static bool is(kt_sv text, const char *word)
{
    return text.len == strlen(word) && memcmp(text.ptr, word, text.len) == 0;
}

static bool keep(kt_sv *out, kt_pool *pool, kt_sv text)
{
    *out = kt_pool_copy(pool, text);
    return out->ptr != NULL;
}

/* ---- Listings ---- */

typedef struct page_reader {
    kt_s3_page *page;
    kt_pool *pool;
    kt_s3_object object; /* that is being read */
    bool is_page;
    bool encoded; /* keys are, which a server may say after them */
} page_reader;

static bool read_number(uint64_t *out, kt_sv text)
{
    *out = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9' || *out > UINT64_MAX / 10 - 1)
            return false;
        *out = *out * 10 + (uint64_t)(text.ptr[i] - '0');
    }
    return text.len > 0;
}

static kt_sv without_quotes(kt_sv text)
{
    if (text.len >= 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"')
        return (kt_sv){text.ptr + 1, text.len - 2};
    return text;
}

static bool end_object(page_reader *p)
{
    kt_s3_page *page = p->page;
    kt_s3_object *items;

    if (!p->object.key.ptr)
        return false;
    items = kt_grow(page->items, page->count, &page->capacity, sizeof *items);
    if (!items)
        return false;
    page->items = items;
    items[page->count++] = p->object;
    memset(&p->object, 0, sizeof p->object);
    return true;
}

static bool page_element(void *ctx, kt_sv parent, kt_sv name, kt_sv text)
{
    page_reader *p = ctx;

    if (is(parent, "Contents")) {
        if (is(name, "Key"))
            return keep(&p->object.key, p->pool, text);
        if (is(name, "ETag"))
            return keep(&p->object.etag, p->pool, without_quotes(text));
        return !is(name, "Size") || read_number(&p->object.size, text);
    }
    if (is(parent, "ListBucketResult")) {
        if (is(name, "Contents"))
            return end_object(p);
        if (is(name, "NextContinuationToken"))
            return keep(&p->page->token, p->pool, text);
        p->page->truncated |= is(name, "IsTruncated") && is(text, "true");
        p->encoded |= is(name, "EncodingType") && is(text, "url");
    }
    p->is_page |= parent.len == 0 && is(name, "ListBucketResult");
    return true;
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The way back from encoding-type=url. */
static bool decode(kt_sv *text, kt_pool *pool)
{
    char *out = kt_pool_alloc(pool, text->len + 1);
    size_t len = 0;

    if (!out)
        return false;
    for (size_t i = 0; i < text->len; i++) {
        int high = i + 2 < text->len ? digit_of(text->ptr[i + 1]) : -1;
        int low = i + 2 < text->len ? digit_of(text->ptr[i + 2]) : -1;
        if (text->ptr[i] == '%' && high >= 0 && low >= 0) {
            out[len++] = (char)(high * 16 + low);
            i += 2;
        } else {
            out[len++] = text->ptr[i] == '+' ? ' ' : text->ptr[i];
        }
    }
    out[len] = '\0';
    *text = (kt_sv){out, len};
    return true;
}

bool kt_s3_page_read(kt_s3_page *out, kt_pool *pool, kt_sv bytes)
{
    page_reader p = {.page = out, .pool = pool};

    if (!kt_xml_read(bytes, page_element, &p) || !p.is_page || (out->truncated && out->token.len == 0))
        return false;
    for (size_t i = 0; i < out->count && p.encoded; i++)
        if (!decode(&out->items[i].key, pool))
            return false;
    return true;
}

/* ---- Failures, and single texts ---- */

typedef struct failure_reader {
    kt_s3_failure *failure;
    kt_pool *pool;
    bool found; /* the first one has ended */
} failure_reader;

static bool failure_element(void *ctx, kt_sv parent, kt_sv name, kt_sv text)
{
    failure_reader *f = ctx;
    kt_s3_failure *out = f->failure;
    const struct {
        const char *name;
        kt_sv *field;
    } fields[] = {{"Code", &out->code}, {"Message", &out->message}, {"Key", &out->key}, {"Region", &out->region}};

    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && is(parent, "Error") && !f->found; i++)
        if (is(name, fields[i].name) && !keep(fields[i].field, f->pool, text))
            return false;
    f->found |= is(name, "Error");
    return true;
}

bool kt_s3_failure_read(kt_s3_failure *out, kt_pool *pool, kt_sv bytes)
{
    failure_reader f = {out, pool, false};

    memset(out, 0, sizeof *out);
    return kt_xml_read(bytes, failure_element, &f) && f.found;
}

typedef struct text_reader {
    const char *name;
    kt_pool *pool;
    kt_sv *out;
} text_reader;

static bool text_element(void *ctx, kt_sv parent, kt_sv name, kt_sv text)
{
    const text_reader *t = ctx;

    (void)parent;
    return t->out->ptr || !is(name, t->name) || keep(t->out, t->pool, text);
}

bool kt_s3_text_read(kt_sv *out, kt_pool *pool, kt_sv bytes, const char *name)
{
    text_reader t = {name, pool, out};

    *out = (kt_sv){NULL, 0};
    return kt_xml_read(bytes, text_element, &t) && out->ptr;
}
