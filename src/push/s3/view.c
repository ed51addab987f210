/* Keys and paths, and the questions of the core. */
#include "push/s3/view.h"

#include <stdlib.h>
#include <string.h>

#include "push/s3/etag.h"

#define STRETCH 20000 /* keys; in shorter ones servers look through the same names more often than it saves */
#define CUTS_MAX 15   /* stretches that are listed at once, less one */

/* ---- Small things ---- */

static bool has_slash(kt_sv key)
{
    return key.len > 0 && key.ptr[0] == '/';
}

static kt_sv without_slashes(kt_sv key)
{
    while (has_slash(key)) {
        key.ptr++;
        key.len--;
    }
    return key;
}

static kt_sv first_element(kt_sv path)
{
    size_t len = 0;

    while (len < path.len && path.ptr[len] != '/')
        len++;
    return (kt_sv){path.ptr, len};
}

/* The first wanted file that is not before `path`. */
static size_t lower_bound(const kt_store_tree *tree, kt_sv path)
{
    size_t low = 0, high = tree ? tree->file_count : 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (kt_path_order(tree->files[middle].path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A wanted file with the same first element, or NULL: Destinations differ in it where the State Store has no path, and
 * with one all keys begin alike. */
static const kt_file *relative_of(const kt_store_tree *tree, kt_sv path)
{
    kt_sv first = first_element(path);
    size_t at = lower_bound(tree, first);

    if (!tree || at == tree->file_count)
        return NULL;
    return kt_path_order(first_element(tree->files[at].path), first) == 0 ? &tree->files[at] : NULL;
}

/* ---- Places ---- */

static kt_sv path_of(kt_s3_view *view, kt_sv key)
{
    kt_sv path = without_slashes(key);
    const kt_file *relative = relative_of(view->tree, path);
    bool rooted = relative ? has_slash(relative->key) : has_slash(view->prefix);

    if (path.len + rooted == key.len || view->folds || (!relative && path.len + 1 >= key.len))
        return path;
    return kt_pool_path(view->pool, kt_str("."), key);
}

static int compare_places(const void *left, const void *right)
{
    return kt_path_order(((const kt_s3_located *)left)->path, ((const kt_s3_located *)right)->path);
}

static bool is_lease(const kt_s3_view *view, const kt_s3_object *object)
{
    return kt_path_order(without_slashes(object->key), without_slashes(view->lease)) == 0;
}

/* Folders that some clients make, "a/b/" without content, are nobody's files. */
static bool is_folder(const kt_s3_object *object)
{
    return object->size == 0 && object->key.len > 0 && object->key.ptr[object->key.len - 1] == '/';
}

static bool make_places(kt_s3_view *view)
{
    free(view->places);
    view->place_count = 0;
    view->places = calloc(view->listing.count + 1, sizeof *view->places);
    if (!view->places)
        return false;
    for (size_t i = 0; i < view->listing.count; i++) {
        const kt_s3_object *object = &view->listing.items[i];
        view->leased |= is_lease(view, object);
        if (is_lease(view, object) || is_folder(object))
            continue;
        view->places[view->place_count].path = path_of(view, object->key);
        if (!view->places[view->place_count].path.ptr)
            return false;
        view->places[view->place_count++].object = object;
    }
    if (view->place_count > 1)
        qsort(view->places, view->place_count, sizeof *view->places, compare_places);
    return true;
}

const kt_s3_object *kt_s3_view_find(const kt_s3_view *view, kt_sv path)
{
    kt_s3_located wanted = {path, NULL}, *found;

    if (view->place_count == 0)
        return NULL;
    found = bsearch(&wanted, view->places, view->place_count, sizeof wanted, compare_places);
    return found ? found->object : NULL;
}

/* ---- Listing ---- */

/* Cut at wanted keys, where there are many. Only where they are in order: keys with and without a slash in front sort
 * otherwise than paths. */
static size_t choose_cuts(kt_sv cuts[CUTS_MAX], const kt_store_tree *tree)
{
    size_t count = tree ? tree->file_count / STRETCH : 0;

    if (count > CUTS_MAX)
        count = CUTS_MAX;
    for (size_t i = 0; i < count; i++) {
        cuts[i] = tree->files[(i + 1) * tree->file_count / (count + 1)].key;
        if (i > 0 && kt_path_order(cuts[i - 1], cuts[i]) >= 0)
            return 0;
    }
    return count;
}

static bool list(kt_s3_view *view, kt_sv prefix)
{
    kt_bytes folder = KT_BYTES_INIT;
    kt_sv cuts[CUTS_MAX], copy;
    size_t count = choose_cuts(cuts, view->tree);

    kt_bytes_add(&folder, prefix);
    if (prefix.len > 0 && prefix.ptr[prefix.len - 1] != '/')
        kt_bytes_text(&folder, "/");
    copy = kt_pool_copy(view->pool, kt_bytes_view(&folder));
    kt_bytes_dispose(&folder);
    kt_s3_listing_dispose(&view->listing);
    return copy.ptr && kt_s3_list(&view->listing, view->pool, view->s3, copy, cuts, count);
}

/* ---- One question about one object ---- */

typedef struct head {
    kt_s3_call call; /* comes first */
    bool there;
    bool encrypted;  /* with keys that make ETags something else than MD5s */
} head;

static void end_head(kt_s3_call *call, const kt_s3_answer *answer)
{
    head *h = (head *)call;
    kt_sv how = kt_http_header(answer->http, "x-amz-server-side-encryption");

    h->there = answer->fine;
    h->encrypted = !answer->fine || (how.len > 0 && kt_path_order(how, kt_str("AES256")) != 0);
}

static head ask_head(kt_s3 *s3, kt_sv key)
{
    head h = {.call = {.method = "HEAD", .key = key, .done = end_head}};

    kt_s3_submit(s3, &h.call);
    kt_s3_run(s3, NULL, NULL);
    return h;
}

/* A wanted key that begins with a slash and is not listed; NULL: there is none. */
static const kt_file *unlisted_rooted(const kt_s3_view *view)
{
    for (size_t i = 0; view->tree && i < view->tree->file_count; i++)
        if (has_slash(view->tree->files[i].key) && !kt_s3_find(&view->listing, view->tree->files[i].key))
            return &view->tree->files[i];
    return NULL;
}

/* An object that can be asked for by its key and is not listed under it: the server has dropped the slash. */
static bool look_for_folding(kt_s3_view *view)
{
    const kt_file *file = unlisted_rooted(view);

    if (!file || !ask_head(view->s3, file->key).there)
        return true;
    view->folds = true;
    return !has_slash(view->prefix) || list(view, without_slashes(view->prefix));
}

/* ---- What the core asks ---- */

static bool list_all(void *ctx, kt_sv folder, bool (*each)(void *each_ctx, kt_sv path, bool is_file), void *each_ctx)
{
    const kt_s3_view *view = ctx;

    for (size_t i = 0; i < view->place_count; i++) {
        kt_sv path = view->places[i].path;
        bool inside = folder.len == 0
                      || (path.len >= folder.len && memcmp(path.ptr, folder.ptr, folder.len) == 0
                          && (path.len == folder.len || path.ptr[folder.len] == '/'));
        if (inside && !each(each_ctx, path, true))
            return false;
    }
    return true;
}

typedef struct get {
    kt_s3_call call; /* comes first */
    bool fine;
} get;

static void end_get(kt_s3_call *call, const kt_s3_answer *answer)
{
    ((get *)call)->fine = answer->fine;
}

/* The writer hears of a part twice when a connection breaks; so what breaks is not tried again here. */
static bool read_one(void *ctx, kt_sv path, kt_write_fn write, void *write_ctx)
{
    kt_s3_view *view = ctx;
    const kt_s3_object *object = kt_s3_view_find(view, path);
    get g = {.call = {.method = "GET", .done = end_get, .sink = write, .sink_ctx = write_ctx, .once = true}};

    if (!object)
        return false;
    g.call.key = object->key;
    kt_s3_submit(view->s3, &g.call);
    return kt_s3_run(view->s3, NULL, NULL) && g.fine;
}

/* One object tells for all: a bucket is encrypted as a whole. Where that is not so, something is put again that was
 * there already. */
static bool etags_are_md5(kt_s3_view *view, const kt_s3_object *object)
{
    if (view->etags == 0)
        view->etags = ask_head(view->s3, object->key).encrypted ? -1 : 1;
    return view->etags > 0;
}

static kt_same is_same(void *ctx, kt_sv path, const struct kt_file *file)
{
    kt_s3_view *view = ctx;
    const kt_s3_object *object = kt_s3_view_find(view, path);
    kt_same same = object ? kt_s3_etag_compare(object, file->parts, file->part_count, file->size) : KT_SAME_NO;

    if (same == KT_SAME_UNKNOWN && kt_s3_etag_is_plain(object->etag) && etags_are_md5(view, object))
        return KT_SAME_NO;
    return same;
}

kt_have kt_s3_view_have(kt_s3_view *view)
{
    return (kt_have){list_all, read_one, view, is_same};
}

bool kt_s3_view_equal(const kt_s3_view *a, const kt_s3_view *b)
{
    bool equal = a->place_count == b->place_count;

    for (size_t i = 0; i < a->place_count && equal; i++)
        equal = kt_path_order(a->places[i].object->key, b->places[i].object->key) == 0
                && kt_path_order(a->places[i].object->etag, b->places[i].object->etag) == 0;
    return equal;
}

bool kt_s3_view_open(kt_s3_view *out, kt_s3 *s3, kt_sv prefix, kt_sv lease, const kt_store_tree *tree)
{
    memset(out, 0, sizeof *out);
    out->s3 = s3;
    out->prefix = prefix;
    out->lease = lease;
    out->tree = tree;
    out->pool = kt_pool_new();
    return out->pool && list(out, prefix) && look_for_folding(out) && make_places(out);
}

void kt_s3_view_close(kt_s3_view *view)
{
    free(view->places);
    kt_s3_listing_dispose(&view->listing);
    kt_pool_free(view->pool);
    memset(view, 0, sizeof *view);
}
