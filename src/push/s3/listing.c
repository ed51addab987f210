/* Stretches of a listing. Servers list in byte order; one that does not is noticed, and listed in one stretch. */
#include "push/s3/listing.h"

#include <stdlib.h>
#include <string.h>

typedef struct lister lister;

/* The keys behind `after` up to and including `until`. */
typedef struct stretch {
    kt_s3_call call; /* comes first */
    lister *all;
    kt_sv after; /* empty: from the first */
    kt_sv until; /* empty: to the last */
    kt_sv last;  /* key so far */
    kt_sv token; /* of the next page; empty: the first page */
} stretch;

struct lister {
    kt_s3_listing *out;
    kt_pool *pool;
    kt_s3 *s3;
    kt_sv prefix;
    bool failed;
    bool unordered;
};

static void submit(stretch *s);

static bool take(lister *l, const kt_s3_object *object)
{
    kt_s3_listing *out = l->out;
    kt_s3_object *items = kt_grow(out->items, out->count, &out->capacity, sizeof *items);

    if (!items)
        return false;
    out->items = items;
    items[out->count++] = *object;
    return true;
}

/* False: there is no memory. `*on`: the stretch goes on behind this page. */
static bool take_page(stretch *s, const kt_s3_page *page, bool *on)
{
    *on = page->truncated;
    for (size_t i = 0; i < page->count; i++) {
        const kt_s3_object *object = &page->items[i];
        if (s->last.ptr && kt_path_order(object->key, s->last) <= 0)
            s->all->unordered = true;
        s->last = object->key;
        if (s->until.len > 0 && kt_path_order(object->key, s->until) > 0) {
            *on = false;
            break;
        }
        if (!take(s->all, object))
            return false;
    }
    s->token = page->token;
    return true;
}

static void end_page(kt_s3_call *call, const kt_s3_answer *answer)
{
    stretch *s = (stretch *)call;
    lister *l = s->all;
    kt_s3_page page = {.items = NULL};
    bool on = false;

    if (l->failed)
        return;
    if (!answer->fine) {
        l->out->status = answer->status;
        l->out->reason = answer->reason;
        l->failed = true;
    } else if (!kt_s3_page_read(&page, l->pool, answer->body)) {
        l->out->status = answer->status;
        l->out->reason = kt_str("the server's listing cannot be read");
        l->failed = true;
    } else {
        l->failed = !take_page(s, &page, &on);
    }
    free(page.items);
    if (on && !l->failed)
        submit(s);
}

static void submit(stretch *s)
{
    kt_s3_call *call = &s->call;

    memset(call, 0, sizeof *call);
    call->method = "GET";
    call->done = end_page;
    call->query[call->query_count++] = (kt_pair){kt_str("list-type"), kt_str("2")};
    call->query[call->query_count++] = (kt_pair){kt_str("encoding-type"), kt_str("url")};
    if (s->all->prefix.len > 0)
        call->query[call->query_count++] = (kt_pair){kt_str("prefix"), s->all->prefix};
    if (s->token.len > 0)
        call->query[call->query_count++] = (kt_pair){kt_str("continuation-token"), s->token};
    else if (s->after.len > 0)
        call->query[call->query_count++] = (kt_pair){kt_str("start-after"), s->after};
    kt_s3_submit(s->all->s3, call);
}

static int compare_objects(const void *left, const void *right)
{
    return kt_path_order(((const kt_s3_object *)left)->key, ((const kt_s3_object *)right)->key);
}

static bool list_stretches(lister *l, const kt_sv *cuts, size_t cut_count)
{
    stretch *stretches = calloc(cut_count + 1, sizeof *stretches);
    bool fine = stretches != NULL;

    for (size_t i = 0; i <= cut_count && fine; i++) {
        stretches[i].all = l;
        stretches[i].after = i > 0 ? cuts[i - 1] : kt_str("");
        stretches[i].until = i < cut_count ? cuts[i] : kt_str("");
        submit(&stretches[i]);
    }
    fine = fine && kt_s3_run(l->s3, NULL, NULL) && !l->failed;
    free(stretches);
    return fine;
}

bool kt_s3_list(kt_s3_listing *out, kt_pool *pool, kt_s3 *s3, kt_sv prefix, const kt_sv *cuts, size_t cut_count)
{
    lister l = {.out = out, .pool = pool, .s3 = s3, .prefix = prefix};

    memset(out, 0, sizeof *out);
    if (!list_stretches(&l, cuts, cut_count))
        return false;
    if (l.unordered && cut_count > 0) {
        out->count = 0;
        if (!list_stretches(&l, NULL, 0))
            return false;
    }
    if (out->count > 1)
        qsort(out->items, out->count, sizeof *out->items, compare_objects);
    return true;
}

const kt_s3_object *kt_s3_find(const kt_s3_listing *listing, kt_sv key)
{
    size_t low = 0, high = listing->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = kt_path_order(listing->items[middle].key, key);
        if (order == 0)
            return &listing->items[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

void kt_s3_listing_dispose(kt_s3_listing *listing)
{
    free(listing->items);
    memset(listing, 0, sizeof *listing);
}
