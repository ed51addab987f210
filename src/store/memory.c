/* A keeper in memory: a list of files, and a list of what waits for commit. */
#include "store/memory.h"

#include <stdlib.h>
#include <string.h>

#include "store/pool.h"

typedef struct file {
    kt_sv path;
    kt_sv bytes; /* ptr NULL: to be removed */
} file;

typedef struct files {
    file *items;
    size_t count;
    size_t capacity;
} files;

typedef struct memory {
    kt_pool *pool;
    files visible; /* sorted by path */
    files waiting; /* in order of arrival */
} memory;

static bool fail(kt_keeper_error *error, const char *action, kt_sv path, const char *reason)
{
    error->action = action;
    error->path = path;
    error->reason = kt_str(reason);
    return false;
}

static bool no_memory(kt_keeper_error *error)
{
    return fail(error, NULL, kt_str(""), "");
}

/* Index of the first file whose path is not before `path`. */
static size_t lower_bound(const files *list, kt_sv path)
{
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (kt_path_order(list->items[middle].path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const files *list, size_t at, kt_sv path)
{
    return at < list->count && kt_path_order(list->items[at].path, path) == 0;
}

static bool list_files(void *ctx, kt_entry_fn each, void *each_ctx, kt_keeper_error *error)
{
    const memory *m = ctx;

    (void)error;
    for (size_t i = 0; i < m->visible.count; i++) {
        kt_entry entry = {m->visible.items[i].path, KT_ENTRY_FILE};
        if (each(each_ctx, &entry) == KT_WALK_STOP)
            break;
    }
    return true;
}

static bool read_file(void *ctx, kt_sv path, kt_write_fn write, void *write_ctx, kt_keeper_error *error)
{
    const memory *m = ctx;
    size_t at = lower_bound(&m->visible, path);

    if (!is_at(&m->visible, at, path))
        return fail(error, "read", path, "there is no such file");
    write(write_ctx, m->visible.items[at].bytes.ptr, m->visible.items[at].bytes.len);
    return true;
}

static bool add_waiting(memory *m, kt_sv path, kt_sv bytes)
{
    file *items = kt_grow(m->waiting.items, m->waiting.count, &m->waiting.capacity, sizeof *items);

    if (!items)
        return false;
    m->waiting.items = items;
    items[m->waiting.count].path = kt_pool_copy(m->pool, path);
    items[m->waiting.count].bytes = bytes;
    return items[m->waiting.count++].path.ptr != NULL;
}

static bool write_file(void *ctx, kt_sv path, const kt_sv *parts, size_t part_count, kt_keeper_error *error)
{
    memory *m = ctx;
    kt_sv bytes = kt_pool_join(m->pool, parts, part_count);

    return (bytes.ptr && add_waiting(m, path, bytes)) || no_memory(error);
}

static bool remove_file(void *ctx, kt_sv path, kt_keeper_error *error)
{
    kt_sv nothing = {NULL, 0};

    return add_waiting(ctx, path, nothing) || no_memory(error);
}

static bool apply(files *list, const file *change)
{
    size_t at = lower_bound(list, change->path);
    bool there = is_at(list, at, change->path);
    file *items;

    if (change->bytes.ptr && !there) {
        items = kt_grow(list->items, list->count, &list->capacity, sizeof *items);
        if (!items)
            return false;
        list->items = items;
        memmove(&items[at + 1], &items[at], (list->count - at) * sizeof *items);
        list->count++;
    }
    if (change->bytes.ptr)
        list->items[at] = *change;
    else if (there) {
        list->count--;
        memmove(&list->items[at], &list->items[at + 1], (list->count - at) * sizeof *list->items);
    }
    return true;
}

static bool commit(void *ctx, kt_keeper_error *error)
{
    memory *m = ctx;

    for (size_t i = 0; i < m->waiting.count; i++)
        if (!apply(&m->visible, &m->waiting.items[i]))
            return no_memory(error);
    m->waiting.count = 0;
    return true;
}

static void close_memory(void *ctx)
{
    memory *m = ctx;

    kt_pool_free(m->pool);
    free(m->visible.items);
    free(m->waiting.items);
    free(m);
}

bool kt_memory_open(kt_keeper *out)
{
    memory *m = calloc(1, sizeof *m);
    kt_keeper keeper = {m, list_files, read_file, write_file, remove_file, commit, close_memory};

    if (m)
        m->pool = kt_pool_new();
    if (!m || !m->pool) {
        free(m);
        return false;
    }
    *out = keeper;
    return true;
}
