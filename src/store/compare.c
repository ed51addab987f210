/* Want against have: two lists sorted by path, merged. Contents are compared as they are read. */
#include "store/compare.h"

#include <stdlib.h>
#include <string.h>

typedef struct want {
    kt_sv path;
    const kt_file *file;
} want;

typedef struct comparer {
    kt_comparison *out;
    const kt_tree *tree;
    const kt_keeper *keeper;
    kt_pool *pool;
    kt_keeper_error *error;
    want *wants; /* sorted by path */
    size_t want_count;
    kt_entry *entries; /* sorted by path */
    size_t entry_count;
    size_t entry_capacity;
    bool failed; /* no memory while listing */
} comparer;

static bool no_memory(comparer *c)
{
    c->error->action = NULL;
    return false;
}

static bool starts(kt_sv text, kt_sv prefix)
{
    return text.len >= prefix.len && (prefix.len == 0 || memcmp(text.ptr, prefix.ptr, prefix.len) == 0);
}

static bool equal(kt_sv a, kt_sv b)
{
    return a.len == b.len && starts(a, b);
}

/* ---- Want ---- */

static int compare_wants(const void *a, const void *b)
{
    return kt_path_order(((const want *)a)->path, ((const want *)b)->path);
}

static bool collect_wants(comparer *c)
{
    c->wants = malloc((c->tree->file_count + 1) * sizeof *c->wants);
    if (!c->wants)
        return no_memory(c);
    for (size_t i = 0; i < c->tree->store_count; i++) {
        const kt_store_tree *store = &c->tree->stores[i];
        for (size_t k = 0; k < store->file_count && c->want_count < c->tree->file_count; k++) {
            want *w = &c->wants[c->want_count++];
            w->file = &store->files[k];
            w->path = kt_pool_path(c->pool, store->folder, w->file->path);
            if (!w->path.ptr)
                return no_memory(c);
        }
    }
    qsort(c->wants, c->want_count, sizeof *c->wants, compare_wants);
    return true;
}

/* Whether files are wanted below the path. */
static bool is_wanted_folder(const comparer *c, kt_sv path)
{
    size_t low = 0, high = c->want_count;

    while (low < high) { /* the first want that is behind path + "/" */
        size_t middle = low + (high - low) / 2;
        kt_sv other = c->wants[middle].path;
        bool before = starts(other, path) && other.len > path.len ? (unsigned char)other.ptr[path.len] < '/'
                                                                  : kt_path_order(other, path) <= 0;
        if (before)
            low = middle + 1;
        else
            high = middle;
    }
    return low < c->want_count && starts(c->wants[low].path, path) && c->wants[low].path.len > path.len
           && c->wants[low].path.ptr[path.len] == '/';
}

/* ---- Have ---- */

/* The path as seen from the top of its store's folder, or of the root. */
static kt_sv below_top(const comparer *c, kt_sv path)
{
    for (size_t i = 0; i < c->tree->store_count; i++) {
        kt_sv folder = c->tree->stores[i].folder;
        if (folder.len > 0 && path.len > folder.len && starts(path, folder) && path.ptr[folder.len] == '/') {
            kt_sv below = {path.ptr + folder.len + 1, path.len - folder.len - 1};
            return below;
        }
    }
    return path;
}

static kt_sv first_element(kt_sv path)
{
    const char *slash = path.len > 0 ? memchr(path.ptr, '/', path.len) : NULL;
    kt_sv element = {path.ptr, slash ? (size_t)(slash - path.ptr) : path.len};

    return element;
}

static bool is_git_folder(const comparer *c, kt_sv path)
{
    return equal(below_top(c, path), kt_str(".git"));
}

/* What does not make a directory foreign. */
static bool is_passed_over(const comparer *c, kt_sv path)
{
    kt_sv first = first_element(below_top(c, path));

    return equal(first, kt_str(".git")) || equal(first, kt_str(".gitignore")) || starts(first, kt_str("README"))
           || starts(first, kt_str("LICENSE"));
}

static kt_walk collect_entry(void *ctx, const kt_entry *entry)
{
    comparer *c = ctx;
    kt_entry *entries = kt_grow(c->entries, c->entry_count, &c->entry_capacity, sizeof *entries);

    if (!entries) {
        c->failed = true;
        return KT_WALK_STOP;
    }
    c->entries = entries;
    entries[c->entry_count] = *entry;
    entries[c->entry_count].path = kt_pool_copy(c->pool, entry->path);
    if (!entries[c->entry_count++].path.ptr)
        c->failed = true;
    return c->failed ? KT_WALK_STOP : is_git_folder(c, entry->path) ? KT_WALK_PAST : KT_WALK_ON;
}

static int compare_entries(const void *a, const void *b)
{
    return kt_path_order(((const kt_entry *)a)->path, ((const kt_entry *)b)->path);
}

static bool collect_entries(comparer *c)
{
    if (!c->keeper->list(c->keeper->ctx, collect_entry, c, c->error))
        return false;
    if (c->failed)
        return no_memory(c);
    if (c->entry_count > 0)
        qsort(c->entries, c->entry_count, sizeof *c->entries, compare_entries);
    return true;
}

/* ---- Contents ---- */

/* How far the content that is read agrees with that of a file. */
typedef struct matcher {
    const kt_file *file;
    size_t part;
    size_t at; /* within the part */
    bool differs;
} matcher;

static bool match(void *ctx, const char *bytes, size_t size)
{
    matcher *m = ctx;

    while (size > 0 && !m->differs) {
        kt_sv part = {NULL, 0};
        size_t some;
        if (m->part == m->file->part_count) {
            m->differs = true;
            break;
        }
        part = m->file->parts[m->part];
        some = part.len - m->at < size ? part.len - m->at : size;
        m->differs = some > 0 && memcmp(part.ptr + m->at, bytes, some) != 0;
        bytes += some;
        size -= some;
        m->at += some;
        if (m->at == part.len) {
            m->part++;
            m->at = 0;
        }
    }
    return !m->differs;
}

static bool ended(const matcher *m)
{
    size_t part = m->part, at = m->at;

    while (part < m->file->part_count && m->file->parts[part].len == at) {
        part++;
        at = 0;
    }
    return part == m->file->part_count;
}

static bool same_content(comparer *c, const want *w, bool *same)
{
    matcher m = {w->file, 0, 0, false};

    if (!c->keeper->read(c->keeper->ctx, w->path, match, &m, c->error))
        return false;
    *same = !m.differs && ended(&m);
    return true;
}

/* ---- Merge ---- */

static bool add_change(comparer *c, kt_change_kind kind, kt_sv path, const kt_file *file)
{
    kt_comparison *out = c->out;
    kt_change *changes = kt_grow(out->changes, out->change_count, &out->change_capacity, sizeof *changes);
    kt_change change = {kind, path, file};

    if (!changes)
        return no_memory(c);
    out->changes = changes;
    changes[out->change_count++] = change;
    return true;
}

static bool add_obstacle(comparer *c, const kt_entry *entry, bool wanted_folder)
{
    kt_comparison *out = c->out;
    kt_obstacle *obstacles = kt_grow(out->obstacles, out->obstacle_count, &out->obstacle_capacity, sizeof *obstacles);
    kt_obstacle obstacle = {entry->path, entry->kind, wanted_folder};

    if (!obstacles)
        return no_memory(c);
    out->obstacles = obstacles;
    obstacles[out->obstacle_count++] = obstacle;
    return true;
}

static bool compare_both(comparer *c, const want *w, const kt_entry *entry)
{
    bool same = false;

    if (entry->kind != KT_ENTRY_FILE)
        return add_obstacle(c, entry, false) && add_change(c, KT_CHANGE_UPDATE, w->path, w->file);
    return same_content(c, w, &same)
           && add_change(c, same ? KT_CHANGE_KEEP : KT_CHANGE_UPDATE, w->path, w->file);
}

static bool take_unwanted(comparer *c, const kt_entry *entry)
{
    if (entry->kind == KT_ENTRY_DIRECTORY)
        return true;
    if (is_wanted_folder(c, entry->path))
        return add_obstacle(c, entry, true);
    return is_passed_over(c, entry->path) || add_change(c, KT_CHANGE_FOREIGN, entry->path, NULL);
}

static bool merge(comparer *c)
{
    size_t w = 0, e = 0;

    while (w < c->want_count || e < c->entry_count) {
        int order = w == c->want_count    ? 1
                    : e == c->entry_count ? -1
                                          : kt_path_order(c->wants[w].path, c->entries[e].path);
        bool done;
        if (order < 0) {
            done = add_change(c, KT_CHANGE_CREATE, c->wants[w].path, c->wants[w].file);
            w++;
        } else if (order > 0)
            done = take_unwanted(c, &c->entries[e++]);
        else
            done = compare_both(c, &c->wants[w++], &c->entries[e++]);
        if (!done)
            return false;
    }
    return true;
}

bool kt_compare(kt_comparison *out, const kt_tree *tree, const kt_keeper *keeper, kt_pool *pool,
                kt_keeper_error *error)
{
    comparer c = {out, tree, keeper, pool, error, NULL, 0, NULL, 0, 0, false};
    bool done = collect_wants(&c) && collect_entries(&c) && merge(&c);

    free(c.wants);
    free(c.entries);
    return done;
}
