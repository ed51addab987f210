/* From changes to differences: contents are looked at, moves found, reasons told. What has changed is decided in
 * changes.c, for which another result is a place like any other. */
#include "emit/differences.h"

#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/sort.h"
#include "base/sv.h"
#include "emit/changes.h"
#include "emit/line_diff.h"
#include "layout/layout.h"
#include "tree/result.h"

/* ---- Files at their places ---- */

static int compare_placed(const void *left, const void *right)
{
    return kt_sv_compare(((const kt_placed_file *)left)->path, ((const kt_placed_file *)right)->path);
}

/* The folder that a State Store of `other` has beside those of `now`. */
static kt_sv folder_of(const kt_tree *now, const kt_store_tree *other, kt_arena *arena)
{
    for (size_t i = 0; i < now->store_count; i++)
        if (now->stores[i].store->kind == other->store->kind
            && kt_sv_equal(now->stores[i].store->name, other->store->name))
            return now->stores[i].folder;
    return kt_store_folder(arena, other->store, now->store_count > 1 || other->folder.len > 0);
}

static bool place_files(kt_placed_files *out, const kt_tree *tree, const kt_tree *now, kt_arena *arena)
{
    out->count = 0;
    out->items = kt_arena_array(arena, tree->file_count, sizeof *out->items);
    if (!out->items)
        return false;
    for (size_t i = 0; i < tree->store_count; i++) {
        const kt_store_tree *store = &tree->stores[i];
        kt_sv folder = folder_of(now, store, arena);
        for (size_t k = 0; k < store->file_count; k++) {
            kt_sv path = store->files[k].path;
            if (folder.len > 0)
                path = kt_arena_format(arena, "%v/%v", folder, path);
            out->items[out->count++] = (kt_placed_file){path, &store->files[k], store->store};
        }
    }
    return kt_sort(out->items, out->count, sizeof *out->items, compare_placed, arena);
}

const kt_placed_file *kt_placed_find(const kt_placed_files *files, kt_sv path)
{
    size_t low = 0, high = files->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = kt_sv_compare(files->items[middle].path, path);
        if (order == 0)
            return &files->items[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* ---- Another result as a place ---- */

static bool list_placed(void *ctx, kt_sv folder, bool (*each)(void *each_ctx, kt_sv path, bool is_file),
                        void *each_ctx)
{
    const kt_placed_files *files = ctx;

    (void)folder; /* changes.c lists all */
    for (size_t i = 0; i < files->count; i++)
        if (!each(each_ctx, files->items[i].path, true))
            return false;
    return true;
}

static bool read_placed(void *ctx, kt_sv path, kt_write_fn write, void *write_ctx)
{
    const kt_placed_file *found = kt_placed_find(ctx, path);

    for (size_t i = 0; found && i < found->file->part_count; i++)
        if (!write(write_ctx, found->file->parts[i].ptr, found->file->parts[i].len))
            break;
    return found != NULL;
}

/* ---- Contents ---- */

static bool append(void *ctx, const char *bytes, size_t size)
{
    kt_buf *buf = ctx;

    kt_buf_bytes(buf, bytes, size);
    return buf->status == KT_OK;
}

/* What was; nothing where something that is no file stands. */
static kt_status read_old(kt_buf *out, const kt_difference_handle *h, kt_sv path)
{
    kt_buf_reset(out);
    if (!h->have.read(h->have.ctx, path, append, out) && out->status == KT_OK)
        return KT_ERR_INPUT;
    return out->status;
}

static kt_sv digest(const kt_sv *parts, size_t count, kt_arena *arena)
{
    char hex[65];

    kt_sha256_hex(hex, parts, count);
    return kt_arena_copy(arena, kt_str(hex));
}

/* ---- Differences ---- */

static bool is_kept(const kt_change *change)
{
    return change->kind == KT_CHANGE_KEEP;
}

/* The texts of changes do not outlive them. */
static kt_difference difference_of(const kt_change *change, kt_difference_handle *h)
{
    static const kt_difference_kind kinds[] = {
        [KT_CHANGE_CREATE] = KT_DIFFERENCE_CREATED, [KT_CHANGE_UPDATE] = KT_DIFFERENCE_CHANGED,
        [KT_CHANGE_DELETE] = KT_DIFFERENCE_DELETED, [KT_CHANGE_FOREIGN] = KT_DIFFERENCE_FOREIGN};
    const kt_placed_file *old = kt_placed_find(&h->before, change->path);
    kt_difference d;

    memset(&d, 0, sizeof d);
    d.kind = kinds[change->kind];
    d.path = kt_arena_copy(&h->arena, change->path);
    d.why = kt_arena_copy(&h->arena, change->why);
    d.file = change->file;
    d.old_file = old ? old->file : NULL;
    return d;
}

/* Canaries are the same everywhere: they do not move. */
static bool may_move(const kt_difference *d, uint64_t size)
{
    const kt_file *file = d->file ? d->file : d->old_file;

    return size > 0 && !(file && file->rule == KT_RULE_CANARY);
}

/* The sizes, and the digest of what is created or deleted. */
static kt_status look_into(kt_difference *d, kt_sv *content, kt_buf *old, kt_difference_handle *h)
{
    kt_status status;

    if (d->kind == KT_DIFFERENCE_CREATED && may_move(d, d->file->size))
        *content = digest(d->file->parts, d->file->part_count, &h->arena);
    if (d->kind != KT_DIFFERENCE_CHANGED && d->kind != KT_DIFFERENCE_DELETED)
        return KT_OK;
    status = read_old(old, h, d->path);
    if (status == KT_ERR_INPUT && d->kind == KT_DIFFERENCE_CHANGED)
        return KT_OK;
    if (status != KT_OK)
        return status;
    d->old_size = old->len;
    if (d->kind == KT_DIFFERENCE_DELETED && may_move(d, d->old_size)) {
        kt_sv view = kt_buf_view(old);
        *content = digest(&view, 1, &h->arena);
    }
    return KT_OK;
}

static kt_status take_changes(kt_difference_handle *h, const kt_changes *changes)
{
    kt_difference *items = kt_arena_array(&h->arena, changes->count, sizeof *items);
    kt_sv *contents = kt_arena_array(&h->arena, changes->count, sizeof *contents);
    kt_status status = KT_OK;
    size_t count = 0;
    kt_buf old;

    if (!items || !contents)
        return KT_ERR_NOMEM;
    kt_buf_init(&old, h->arena.allocator);
    for (size_t i = 0; i < changes->count && status == KT_OK; i++) {
        if (is_kept(&changes->items[i]))
            continue;
        items[count] = difference_of(&changes->items[i], h);
        status = look_into(&items[count], &contents[count], &old, h);
        if (!kt_difference_explain(&items[count++], h, &h->arena))
            status = KT_ERR_NOMEM;
    }
    kt_buf_dispose(&old);
    if (status == KT_OK && !kt_differences_pair(items, contents, &count, &h->arena))
        status = KT_ERR_NOMEM;
    h->differences.items = items;
    h->differences.count = count;
    return h->arena.failed ? KT_ERR_NOMEM : status;
}

static kt_status find(kt_difference_handle *h, const kt_result *now, kt_unclaimed unclaimed)
{
    kt_changes *changes;
    kt_status status = kt_changes__plan(&changes, &now->tree, &h->have, unclaimed, &h->arena.allocator);

    if (status != KT_OK)
        return status;
    h->differences.same = changes->counts[KT_CHANGE_KEEP];
    status = take_changes(h, changes);
    kt_changes_free(changes);
    for (size_t i = 0; i < h->differences.count; i++)
        h->differences.counts[h->differences.items[i].kind]++;
    return status;
}

/* ---- Public functions ---- */

static kt_difference_handle *handle_new(const kt_result *now, const kt_difference_options *options)
{
    kt_allocator a = options->allocator.resize ? options->allocator : kt_allocator_default();
    kt_difference_handle *h = a.resize(a.ctx, NULL, 0, sizeof *h);

    if (!h)
        return NULL;
    memset(h, 0, sizeof *h);
    kt_arena_init(&h->arena, a);
    h->plan = &now->plan;
    if (place_files(&h->now, &now->tree, &now->tree, &h->arena))
        return h;
    kt_differences_free(&h->differences);
    return NULL;
}

static kt_status compare(kt_differences **out, const kt_result *now, const kt_result *before, const kt_have *have,
                         const kt_difference_options *options)
{
    static const kt_difference_options defaults = KT_DIFFERENCE_OPTIONS_INIT;
    kt_difference_handle *h;
    kt_status status = KT_ERR_NOMEM;

    if (!options)
        options = &defaults;
    if (!out)
        return KT_ERR_ARGUMENT;
    *out = NULL;
    if (!now || options->version != KT_DIFFERENCE_OPTIONS_VERSION)
        return KT_ERR_ARGUMENT;
    h = handle_new(now, options);
    if (!h)
        return KT_ERR_NOMEM;
    h->have = have ? *have : (kt_have){list_placed, read_placed, &h->before, NULL};
    if (have || place_files(&h->before, &before->tree, &now->tree, &h->arena))
        status = find(h, now, !have ? KT_UNCLAIMED_ALL_OURS : options->ours ? KT_UNCLAIMED_OURS : KT_UNCLAIMED_FOREIGN);
    if (status == KT_OK)
        *out = &h->differences;
    else
        kt_differences_free(&h->differences);
    return status;
}

kt_status kt_differences_between(kt_differences **out, const kt_result *now, const kt_result *before,
                                 const kt_difference_options *options)
{
    return before ? compare(out, now, before, NULL, options) : KT_ERR_ARGUMENT;
}

kt_status kt_differences_from(kt_differences **out, const kt_result *now, const kt_have *have,
                              const kt_difference_options *options)
{
    return have && have->list && have->read ? compare(out, now, NULL, have, options) : KT_ERR_ARGUMENT;
}

void kt_differences_free(kt_differences *differences)
{
    kt_difference_handle *h = (kt_difference_handle *)differences;
    kt_allocator a;

    if (!h)
        return;
    a = h->arena.allocator;
    kt_arena_dispose(&h->arena);
    a.resize(a.ctx, h, sizeof *h, 0);
}

/* ---- Lines ---- */

static kt_sv join_parts(const kt_file *file, kt_arena *arena)
{
    char *bytes = kt_arena_alloc(arena, (size_t)file->size);
    size_t at = 0;

    for (size_t i = 0; i < file->part_count && bytes; i++)
        if (file->parts[i].len > 0) {
            memcpy(bytes + at, file->parts[i].ptr, file->parts[i].len);
            at += file->parts[i].len;
        }
    return (kt_sv){bytes, at};
}

/* Content of a file of a tree; where it is one part, without a copy. */
static kt_sv content_of(const kt_file *file, kt_arena *arena)
{
    if (!file || file->part_count == 0)
        return KT_SV("");
    return file->part_count == 1 ? file->parts[0] : join_parts(file, arena);
}

static kt_status old_content(kt_sv *out, const kt_difference_handle *h, const kt_difference *d, kt_arena *arena)
{
    kt_status status;
    kt_buf buf;

    *out = content_of(d->old_file, arena);
    if (d->old_file || d->kind == KT_DIFFERENCE_CREATED)
        return KT_OK;
    kt_buf_init(&buf, arena->allocator);
    status = read_old(&buf, h, d->path);
    if (status == KT_OK)
        *out = kt_buf_copy(&buf, arena);
    kt_buf_dispose(&buf);
    return status == KT_ERR_INPUT && d->kind == KT_DIFFERENCE_CHANGED ? KT_OK : status;
}

kt_status kt_difference_lines(kt_line_diff **out, const kt_differences *differences, size_t index,
                              const kt_line_options *options)
{
    const kt_difference_handle *h = (const kt_difference_handle *)differences;
    kt_status status = KT_OK;
    const kt_difference *d;
    kt_line_handle *lines;
    kt_sv before = {NULL, 0}, after = {NULL, 0};

    if (!out)
        return KT_ERR_ARGUMENT;
    *out = NULL;
    if (!differences || index >= differences->count || (options && options->version != KT_LINE_OPTIONS_VERSION))
        return KT_ERR_ARGUMENT;
    d = &differences->items[index];
    lines = kt_line_handle_new(options);
    if (!lines)
        return KT_ERR_NOMEM;
    if (d->kind != KT_DIFFERENCE_MOVED && d->kind != KT_DIFFERENCE_FOREIGN) {
        status = old_content(&before, h, d, &lines->arena);
        after = content_of(d->file, &lines->arena);
    }
    if (status == KT_OK && (lines->arena.failed || !kt_line_handle_fill(lines, before, after, options)))
        status = KT_ERR_NOMEM;
    if (status == KT_OK)
        *out = &lines->diff;
    else
        kt_line_diff_free(&lines->diff);
    return status;
}
