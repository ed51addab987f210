/* The core plans the changes; what only a file system knows is added here: what stands in the way. */
#include "store/compare.h"

#include <stdlib.h>
#include <string.h>

typedef struct comparer {
    kt_comparison *out;
    const kt_tree *tree;
    const kt_keeper *keeper;
    kt_pool *pool;
    kt_keeper_error *error;
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

static bool is_git_folder(kt_sv path)
{
    return path.len >= 4 && memcmp(path.ptr + path.len - 4, ".git", 4) == 0
           && (path.len == 4 || path.ptr[path.len - 5] == '/');
}

/* ---- A keeper as the core asks it ---- */

typedef struct listing {
    kt_sv folder;
    bool (*each)(void *each_ctx, kt_sv path, bool is_file);
    void *each_ctx;
    bool failed;
} listing;

static kt_walk pass_on(void *ctx, const kt_entry *entry)
{
    listing *l = ctx;
    bool inside = kt_path_inside(entry->path, l->folder)
                  || (entry->path.len == l->folder.len && starts(entry->path, l->folder));

    if (entry->kind == KT_ENTRY_DIRECTORY)
        return is_git_folder(entry->path) || (!inside && !kt_path_inside(l->folder, entry->path)) ? KT_WALK_PAST : KT_WALK_ON;
    l->failed = inside && !l->each(l->each_ctx, entry->path, entry->kind == KT_ENTRY_FILE);
    return l->failed ? KT_WALK_STOP : KT_WALK_ON;
}

static bool list_keeper(void *ctx, kt_sv folder, bool (*each)(void *each_ctx, kt_sv path, bool is_file), void *each_ctx)
{
    kt_keeper_have *h = ctx;
    listing l = {folder, each, each_ctx, false};

    return h->keeper->list(h->keeper->ctx, pass_on, &l, h->error) && !l.failed;
}

static bool read_keeper(void *ctx, kt_sv path, kt_write_fn write, void *write_ctx)
{
    kt_keeper_have *h = ctx;

    return h->keeper->read(h->keeper->ctx, path, write, write_ctx, h->error);
}

void kt_keeper_have_init(kt_keeper_have *out, const kt_keeper *keeper, kt_keeper_error *error)
{
    kt_have have = {list_keeper, read_keeper, out, NULL};

    out->have = have;
    out->keeper = keeper;
    out->error = error;
}

/* ---- Entries, listed once ---- */

static bool is_top(const comparer *c, kt_sv path)
{
    size_t above = path.len > 4 ? path.len - 5 : 0;

    for (size_t i = 0; i < c->tree->store_count; i++)
        if (c->tree->stores[i].folder.len == above && starts(path, c->tree->stores[i].folder))
            return true;
    return path.len == 4;
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
    return c->failed ? KT_WALK_STOP : is_git_folder(entry->path) && is_top(c, entry->path) ? KT_WALK_PAST : KT_WALK_ON;
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

static bool list_entries(void *ctx, kt_sv folder, bool (*each)(void *each_ctx, kt_sv path, bool is_file),
                         void *each_ctx)
{
    const comparer *c = ctx;

    (void)folder; /* the plan of changes asks for everything */
    for (size_t i = 0; i < c->entry_count; i++)
        if (c->entries[i].kind != KT_ENTRY_DIRECTORY
            && !each(each_ctx, c->entries[i].path, c->entries[i].kind == KT_ENTRY_FILE))
            return false;
    return true;
}

static bool read_entry(void *ctx, kt_sv path, kt_write_fn write, void *write_ctx)
{
    comparer *c = ctx;

    return c->keeper->read(c->keeper->ctx, path, write, write_ctx, c->error);
}

/* ---- What stands in the way ---- */

/* Index of the first change that is not before `path`; with `below`, not before what is below it. */
static size_t first_change(const kt_changes *changes, kt_sv path, bool below)
{
    size_t low = 0, high = changes->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        kt_sv other = changes->items[middle].path;
        bool before = kt_path_order(other, path) < 0;
        if (below)
            before = starts(other, path) && other.len > path.len ? (unsigned char)other.ptr[path.len] < '/'
                                                                 : kt_path_order(other, path) <= 0;
        if (before)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const kt_change *find_change(const kt_changes *changes, kt_sv path)
{
    size_t at = first_change(changes, path, false);

    return at < changes->count && kt_path_order(changes->items[at].path, path) == 0 ? &changes->items[at] : NULL;
}

/* What is below a folder. */
typedef struct contents {
    bool any;
    bool wanted; /* something is to be there */
    bool stays;  /* something is not to be deleted */
} contents;

static contents look_below(const kt_changes *changes, kt_sv folder)
{
    contents found = {false, false, false};

    for (size_t i = first_change(changes, folder, true);
         i < changes->count && kt_path_inside(changes->items[i].path, folder) && !(found.wanted && found.stays); i++) {
        found.any = true;
        found.wanted |= changes->items[i].file != NULL;
        found.stays |= changes->items[i].kind != KT_CHANGE_DELETE;
    }
    return found;
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

/* A folder where a file is wanted gives way when everything in it is to be deleted. */
static bool check_folder(comparer *c, const kt_entry *entry)
{
    const kt_change *change = find_change(c->out->changes, entry->path);
    contents below;

    if (!change || !change->file)
        return true;
    below = look_below(c->out->changes, entry->path);
    if (!below.any || below.stays)
        return add_obstacle(c, entry, false);
    c->out->in_the_way = true;
    return true;
}

static bool check_entry(comparer *c, const kt_entry *entry)
{
    const kt_change *change = find_change(c->out->changes, entry->path);

    if (change && change->file)
        return entry->kind == KT_ENTRY_FILE || add_obstacle(c, entry, false);
    if (!look_below(c->out->changes, entry->path).wanted)
        return true;
    if (change && change->kind == KT_CHANGE_DELETE) {
        c->out->in_the_way = true;
        return true;
    }
    return add_obstacle(c, entry, true);
}

static bool check_entries(comparer *c)
{
    for (size_t i = 0; i < c->entry_count; i++)
        if (!(c->entries[i].kind == KT_ENTRY_DIRECTORY ? check_folder : check_entry)(c, &c->entries[i]))
            return false;
    return true;
}

static bool plan(comparer *c)
{
    kt_have have = {list_entries, read_entry, c, NULL};
    kt_status status = kt_changes_plan(&c->out->changes, c->tree, &have, NULL);

    if (status == KT_ERR_NOMEM)
        return no_memory(c);
    return status == KT_OK;
}

bool kt_compare(kt_comparison *out, const kt_tree *tree, const kt_keeper *keeper, kt_pool *pool,
                kt_keeper_error *error)
{
    comparer c = {out, tree, keeper, pool, error, NULL, 0, 0, false};
    bool done = collect_entries(&c) && plan(&c) && check_entries(&c);

    free(c.entries);
    return done;
}
