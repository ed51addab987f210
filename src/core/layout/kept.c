/* Finding again what an earlier run wrote: in a placement's folder, by its state file, or cut out of an aggregate.
 *
 * All placements of a group hold the same (S-23), so that one will do. A folder is the placement's own; an aggregate
 * is checked by digests; a file in mode none may have another writer (L-31), and is looked at last. Where the lock
 * has digests, what is found must have them. */
#include "base/buf.h"
#include "base/digest.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/sv.h"
#include "layout/state_file.h"
#include "layout/update.h"
#include "memory/memory.h"

/* The files of one group being found. */
typedef struct finder {
    kt_run *run;
    bool several;                /* State Stores have folders */
    const kt_placed_list *index; /* of the memory */
    kt_layouter l;               /* of the placement that is looked at */
    kt_sv folder;                /* of its State Store */
    kt_workload *workloads;
    size_t count;
    size_t capacity;
} finder;

kt_sv kt_store_folder(kt_arena *arena, const kt_store *store, bool several)
{
    if (!several)
        return KT_SV("");
    return kt_arena_format(arena, "%s/%v", store->kind == KT_STORE_GIT ? "gitstatestore" : "bucketstatestore",
                           store->name);
}

/* ---- Reading ---- */

static bool append(void *ctx, const char *bytes, size_t size)
{
    kt_buf *buf = ctx;

    kt_buf_bytes(buf, bytes, size);
    return buf->status == KT_OK;
}

/* The content of a file of the State Store, by its final path. False: it is not there. */
static bool read_file(finder *f, kt_sv *out, kt_sv path)
{
    const kt_have *have = f->run->options.have;
    kt_sv place = kt_path_join2(&f->run->arena, f->folder, path);
    kt_buf buf;
    bool found;

    kt_buf_init(&buf, f->run->arena.allocator);
    found = have->read(have->ctx, place, append, &buf) && buf.status == KT_OK;
    f->run->arena.failed |= buf.status == KT_ERR_NOMEM;
    *out = kt_buf_copy(&buf, &f->run->arena);
    kt_buf_dispose(&buf);
    return found;
}

static bool add_workload(finder *f, kt_sv path, kt_sv content)
{
    kt_arena *arena = &f->run->arena;
    kt_workload *items = kt_arena_reserve(arena, f->workloads, f->count, &f->capacity, sizeof *items);
    kt_sv *part = kt_arena_array(arena, 1, sizeof *part);

    if (!items || !part)
        return false;
    *part = content;
    f->workloads = items;
    items[f->count++] = (kt_workload){.path = path, .parts = part, .part_count = 1, .size = content.len};
    return true;
}

/* ---- nestedByMetadata: everything in the placement's folder ---- */

typedef struct listing {
    kt_arena *arena;
    kt_sv folder; /* as kt_have knows it */
    kt_sv *paths; /* below it */
    size_t count;
    size_t capacity;
} listing;

static bool take_path(void *ctx, kt_sv path, bool is_file)
{
    listing *l = ctx;
    kt_sv *paths;

    if (!is_file || !kt_path_is_below(path, l->folder))
        return true;
    paths = kt_arena_reserve(l->arena, l->paths, l->count, &l->capacity, sizeof *paths);
    if (!paths)
        return false;
    l->paths = paths;
    paths[l->count++] = kt_arena_copy(l->arena, kt_sv_slice(path, l->folder.len + 1, path.len));
    return true;
}

static int compare_walk(const void *left, const void *right)
{
    return kt_path_compare_walk(*(const kt_sv *)left, *(const kt_sv *)right);
}

static bool find_nested(finder *f, const kt_placed *placed)
{
    const kt_have *have = f->run->options.have;
    kt_arena *arena = &f->run->arena;
    kt_sv folder = kt_final_path(&f->l, kt_nested_folder(&f->l, placed)), content;
    listing list = {arena, kt_path_join2(arena, f->folder, folder), NULL, 0, 0};

    if (!have->list(have->ctx, list.folder, take_path, &list)
        || !kt_sort(list.paths, list.count, sizeof *list.paths, compare_walk, arena) || list.count == 0)
        return false;
    for (size_t i = 0; i < list.count; i++)
        if (!read_file(f, &content, kt_path_join2(arena, folder, list.paths[i]))
            || !add_workload(f, list.paths[i], content))
            return false;
    return true;
}

/* ---- none: what the state file lists ---- */

static bool find_flat(finder *f, const kt_placed *placed)
{
    kt_arena *arena = &f->run->arena;
    kt_sv text, content, marker = kt_below_destination(&f->l, KT_SV("x"));
    kt_sv base = kt_sv_slice(marker, 0, marker.len > 0 ? marker.len - 1 : 0); /* "dev/" */
    kt_state_entries entries;

    if (!read_file(f, &text, kt_final_path(&f->l, kt_state_file(&f->l, placed->placement)))
        || !kt_state_entries_read(&entries, arena, text) || !entries.readable)
        return false;
    for (size_t i = 0; i < entries.count; i++)
        if (!kt_sv_starts(entries.items[i], base) || !read_file(f, &content, kt_final_path(&f->l, entries.items[i]))
            || !add_workload(f, kt_sv_slice(entries.items[i], base.len, entries.items[i].len), content))
            return false;
    return true;
}

/* ---- aggregatedYAML: cut by the lengths of the lock, checked by its digests ---- */

/* Where the group begins in the aggregate; the aggregate's length, by what the lock says. */
static uint64_t find_offset(const kt_placed_list *list, const kt_placed *placed, uint64_t *total)
{
    uint64_t at = 0, offset = 0;
    size_t workloads = 0;

    for (size_t i = 0; i < list->count; i++) {
        const kt_group *group = list->items[i].group;
        if (group == placed->group)
            offset = at + (workloads > 0 ? sizeof KT_AGGREGATE_SEPARATOR - 1 : 0);
        for (size_t w = 0; w < group->workload_count; w++) {
            at += workloads++ > 0 ? sizeof KT_AGGREGATE_SEPARATOR - 1 : 0;
            at += group->workloads[w].size;
        }
    }
    *total = at;
    return offset;
}

static bool has_digest(kt_sv content, kt_sv wanted)
{
    char digest[65];

    kt_sha256_hex(digest, &content, 1);
    return kt_sv_equal(kt_str(digest), wanted);
}

static bool find_in_aggregate(finder *f, const kt_placed *placed)
{
    const kt_plan *then = &f->run->memory->plan;
    const kt_placed_list *list = &f->index[placed->placement->destination - then->destinations];
    uint64_t total, at;
    kt_sv text;

    if (!kt_aggregate_sort(&f->l, list) || !read_file(f, &text, kt_final_path(&f->l, kt_aggregate_file(&f->l))))
        return false;
    at = find_offset(list, placed, &total);
    for (size_t i = 0; i < placed->group->workload_count && total == text.len; i++) {
        const kt_workload *workload = &placed->group->workloads[i];
        kt_sv content = kt_sv_slice(text, (size_t)at, (size_t)(at + workload->size));
        if (!has_digest(content, workload->sha256) || !add_workload(f, workload->path, content))
            return false;
        at += workload->size + sizeof KT_AGGREGATE_SEPARATOR - 1;
    }
    return total == text.len;
}

/* ---- One group ---- */

/* --store: the others are not where the tree is written. */
static bool is_written(kt_run *run, const kt_store *store)
{
    kt_sv only = run->options.store;

    return only.len == 0 || kt_sv_equal_fold(only, kt_store_folder(&run->arena, store, true));
}

static bool has_digests(const finder *f, const kt_group *remembered)
{
    if (remembered->workload_count == 0) /* no aggregate has it */
        return true;
    if (f->count != remembered->workload_count)
        return false;
    for (size_t i = 0; i < f->count; i++)
        if (!kt_sv_equal(f->workloads[i].path, remembered->workloads[i].path)
            || !has_digest(f->workloads[i].parts[0], remembered->workloads[i].sha256))
            return false;
    return true;
}

/* In one mode, on one Destination after the other. */
static bool find_in_mode(finder *f, const kt_kept *kept, kt_filepath_mode mode,
                         bool (*find_one)(finder *, const kt_placed *))
{
    for (size_t i = 0; i < kept->remembered->placement_count; i++) {
        const kt_placement *placement = &kept->remembered->placements[i];
        const kt_destination *destination = placement->destination;
        kt_placed placed = {kept->work, kept->remembered, placement};
        if (destination->mode != mode || !is_written(f->run, destination->store))
            continue;
        f->count = f->capacity = 0;
        f->workloads = NULL;
        f->l = kt_layouter_of(f->run, destination->store, destination);
        f->folder = kt_store_folder(&f->run->arena, destination->store, f->several);
        if (find_one(f, &placed) && has_digests(f, kept->remembered))
            return true;
    }
    return false;
}

static bool find(finder *f, const kt_kept *kept)
{
    return find_in_mode(f, kept, KT_MODE_NESTED, find_nested)
           || find_in_mode(f, kept, KT_MODE_AGGREGATED, find_in_aggregate)
           || find_in_mode(f, kept, KT_MODE_NONE, find_flat);
}

static void report_unknown(kt_run *run, const kt_work *work)
{
    kt_diag *diag = kt_diags_add(&run->diags, KT_KEPT_UNKNOWN, work->pos,
                                 "what an earlier run wrote for this Work is not known here, and left as it is");

    diag->object = kt_arena_format(&run->arena, "Work/%v", work->name);
}

static bool fill(finder *f, const kt_kept *kept)
{
    kt_group *group = kept->group;

    if (f->run->options.have && find(f, kept)) {
        group->workloads = f->workloads;
        group->workload_count = f->count;
        return !f->run->arena.failed;
    }
    group->workloads = kept->remembered->workloads;
    group->workload_count = kept->remembered->workload_count;
    group->unknown = true;
    if (group->placement_count > 0)
        report_unknown(f->run, kept->work);
    return !f->run->arena.failed;
}

bool kt_kept_fill(kt_run *run, bool several)
{
    finder f = {.run = run, .several = several};
    kt_placed_list *index;

    if (!run->memory || run->memory->kept_count == 0)
        return true;
    if (!kt_placed_index(&index, run, &run->memory->plan))
        return false;
    f.index = index;
    for (size_t i = 0; i < run->memory->kept_count; i++)
        if (!fill(&f, &run->memory->kept[i]))
            return false;
    return true;
}
