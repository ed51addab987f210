/* Want against have. Nobody decides anything behind this: stores carry it out. */
#include "emit/changes.h"

#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/sv.h"
#include "layout/state_file.h"

/* What is handed out, with the memory behind it. */
typedef struct handle {
    kt_changes changes; /* comes first */
    kt_allocator allocator;
    kt_arena arena;
} handle;

typedef struct want {
    kt_sv path;
    const kt_file *file;
} want;

typedef struct held {
    kt_sv path;
    bool is_file;
} held;

/* One claim on a path. */
typedef struct verdict {
    bool stays;
    kt_sv why;
    kt_sv owner;
} verdict;

typedef struct planner {
    kt_arena *arena;
    const kt_tree *tree;
    const kt_have *have;
    kt_unclaimed unclaimed;
    want *wants; /* by path */
    size_t want_count;
    held *held; /* by path */
    size_t held_count;
    size_t held_capacity;
    verdict *verdicts;
    size_t verdict_count;
    size_t verdict_capacity;
    kt_map files;   /* claimed path → verdict */
    kt_map folders; /* claimed folder → verdict */
    kt_change *changes;
    size_t change_count;
    bool unreadable;
} planner;

/* ---- The two lists ---- */

static int compare_wants(const void *a, const void *b)
{
    return kt_sv_compare(((const want *)a)->path, ((const want *)b)->path);
}

static int compare_held(const void *a, const void *b)
{
    return kt_sv_compare(((const held *)a)->path, ((const held *)b)->path);
}

/* A path of a State Store as kt_have knows it. */
static kt_sv place_of(planner *p, const kt_store_tree *store, kt_sv path)
{
    return store->folder.len > 0 ? kt_arena_format(p->arena, "%v/%v", store->folder, path) : path;
}

static bool collect_wants(planner *p)
{
    size_t count = 0;

    for (size_t i = 0; i < p->tree->store_count; i++)
        count += p->tree->stores[i].file_count;
    p->wants = kt_arena_array(p->arena, count, sizeof *p->wants);
    if (!p->wants)
        return false;
    for (size_t i = 0; i < p->tree->store_count; i++)
        for (size_t k = 0; k < p->tree->stores[i].file_count; k++) {
            const kt_file *file = &p->tree->stores[i].files[k];
            p->wants[p->want_count++] = (want){place_of(p, &p->tree->stores[i], file->path), file};
        }
    return kt_sort(p->wants, count, sizeof *p->wants, compare_wants, p->arena);
}

static bool take_held(void *ctx, kt_sv path, bool is_file)
{
    planner *p = ctx;
    held *items = kt_arena_reserve(p->arena, p->held, p->held_count, &p->held_capacity, sizeof *items);

    if (!items)
        return false;
    p->held = items;
    items[p->held_count++] = (held){kt_arena_copy(p->arena, path), is_file};
    return !p->arena->failed;
}

static bool collect_held(planner *p)
{
    if (!p->have->list(p->have->ctx, KT_SV(""), take_held, p)) {
        p->unreadable = !p->arena->failed;
        return false;
    }
    return kt_sort(p->held, p->held_count, sizeof *p->held, compare_held, p->arena);
}

/* ---- Claims ---- */

/* What stays goes before what may be deleted. */
static bool claim(planner *p, kt_map *map, kt_sv path, const kt_claim *c)
{
    size_t at = kt_map_get(map, path);
    verdict *items;

    if (at != KT_MAP_NONE) {
        p->verdicts[at].stays |= c->stays;
        return true;
    }
    items = kt_arena_reserve(p->arena, p->verdicts, p->verdict_count, &p->verdict_capacity, sizeof *items);
    if (!items)
        return false;
    p->verdicts = items;
    items[p->verdict_count] = (verdict){c->stays, c->why, c->owner};
    return kt_map_set(map, path, p->verdict_count++);
}

static bool append(void *ctx, const char *bytes, size_t size)
{
    kt_buf *buf = ctx;

    kt_buf_bytes(buf, bytes, size);
    return buf->status == KT_OK;
}

static bool is_held(const planner *p, kt_sv path)
{
    size_t low = 0, high = p->held_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = kt_sv_compare(p->held[middle].path, path);
        if (order == 0)
            return p->held[middle].is_file;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* L-13: when a state file is written again, an old entry that does not begin with the Destination's path as it is
 * written gets it once more, and is then looked for where it is not. */
static kt_sv entry_path(planner *p, const kt_claim *c, kt_sv entry)
{
    kt_sv base = kt_arena_format(p->arena, "%v/", c->base);

    if (c->rewritten && c->base.len > 0 && !kt_sv_starts(entry, base))
        entry = kt_path_join2(p->arena, base, entry);
    return kt_path_strip_root(kt_path_join2(p->arena, c->root, entry));
}

/* A state file and what it lists. Without the file Kratix does not know what to delete (D-1). */
static bool claim_state_file(planner *p, const kt_store_tree *store, const kt_claim *c)
{
    kt_sv place = place_of(p, store, c->path), text;
    kt_state_entries entries;
    kt_buf buf;

    if (!is_held(p, place))
        return !p->arena->failed;
    kt_buf_init(&buf, p->arena->allocator);
    p->unreadable |= !p->have->read(p->have->ctx, place, append, &buf);
    p->arena->failed |= buf.status != KT_OK;
    text = kt_buf_copy(&buf, p->arena);
    kt_buf_dispose(&buf);
    if (p->unreadable || p->arena->failed || !kt_state_entries_read(&entries, p->arena, text))
        return false;
    for (size_t i = 0; i < entries.count; i++)
        if (!claim(p, &p->files, place_of(p, store, entry_path(p, c, entries.items[i])), c))
            return false;
    return claim(p, &p->files, place, c);
}

static bool claim_one(planner *p, const kt_store_tree *store, const kt_claim *c)
{
    switch (c->kind) {
    case KT_CLAIM_FILE: return claim(p, &p->files, place_of(p, store, c->path), c);
    case KT_CLAIM_FOLDER: return claim(p, &p->folders, place_of(p, store, c->path), c);
    case KT_CLAIM_STATE_FILE: break;
    }
    return claim_state_file(p, store, c);
}

static bool collect_claims(planner *p)
{
    for (size_t i = 0; i < p->tree->store_count; i++)
        for (size_t k = 0; k < p->tree->stores[i].claim_count; k++)
            if (!claim_one(p, &p->tree->stores[i], &p->tree->stores[i].claims[k]))
                return false;
    return !p->arena->failed;
}

/* The claim on a path, if any: one that makes it stay before one that does not. */
static const verdict *find_claim(const planner *p, kt_sv path)
{
    size_t at = kt_map_get(&p->files, path);
    const verdict *found = at == KT_MAP_NONE ? NULL : &p->verdicts[at];

    for (size_t i = 0; i < path.len && !(found && found->stays); i++) {
        if (path.ptr[i] != '/')
            continue;
        at = kt_map_get(&p->folders, kt_sv_slice(path, 0, i));
        if (at != KT_MAP_NONE && (!found || p->verdicts[at].stays))
            found = &p->verdicts[at];
    }
    return found;
}

/* ---- Contents ---- */

/* How far the content that is read agrees with that of a file. */
typedef struct matcher {
    const kt_file *file;
    size_t part;
    size_t at; /* within the part */
    bool differs;
} matcher;

static void skip_ended(matcher *m)
{
    while (m->part < m->file->part_count && m->at == m->file->parts[m->part].len) {
        m->part++;
        m->at = 0;
    }
}

static bool match(void *ctx, const char *bytes, size_t size)
{
    matcher *m = ctx;

    while (size > 0 && !m->differs) {
        kt_sv part;
        size_t some;
        skip_ended(m);
        if (m->part == m->file->part_count) {
            m->differs = true;
            break;
        }
        part = m->file->parts[m->part];
        some = part.len - m->at < size ? part.len - m->at : size;
        m->differs = memcmp(part.ptr + m->at, bytes, some) != 0;
        bytes += some;
        size -= some;
        m->at += some;
    }
    return !m->differs;
}

static bool is_same(planner *p, const want *w)
{
    matcher m = {w->file, 0, 0, false};
    kt_same same = p->have->same ? p->have->same(p->have->ctx, w->path, w->file) : KT_SAME_UNKNOWN;

    if (same != KT_SAME_UNKNOWN)
        return same == KT_SAME_YES;
    p->unreadable |= !p->have->read(p->have->ctx, w->path, match, &m);
    skip_ended(&m);
    return !m.differs && m.part == m.file->part_count;
}

/* ---- Merging ---- */

/* The path as seen from the top of its store's folder, or of the whole. */
static kt_sv below_top(const planner *p, kt_sv path)
{
    for (size_t i = 0; i < p->tree->store_count; i++) {
        kt_sv folder = p->tree->stores[i].folder;
        if (folder.len > 0 && kt_path_is_below(path, folder))
            return kt_sv_slice(path, folder.len + 1, path.len);
    }
    return path;
}

/* What Git and people keep at the top of a repository, and the lock. */
static bool is_passed_over(const planner *p, kt_sv path)
{
    kt_sv below = below_top(p, path), first = kt_sv_slice(below, 0, kt_sv_find(below, '/'));

    return kt_sv_is(first, ".git") || kt_sv_is(first, ".gitignore") || kt_sv_is(below, "kratree.lock")
           || kt_sv_starts(first, KT_SV("README")) || kt_sv_starts(first, KT_SV("LICENSE"));
}

static void add_change(planner *p, kt_change_kind kind, kt_sv path, const kt_file *file, kt_sv why)
{
    p->changes[p->change_count++] = (kt_change){kind, path, file, why, {NULL, 0}};
}

static void add_delete(planner *p, kt_sv path, const verdict *found)
{
    add_change(p, KT_CHANGE_DELETE, path, NULL, found->why);
    p->changes[p->change_count - 1].owner = found->owner;
}

static void take_unwanted(planner *p, const held *h)
{
    const verdict *found = h->is_file ? find_claim(p, h->path) : NULL;

    if (found && found->stays)
        add_change(p, KT_CHANGE_KEEP, h->path, NULL, KT_SV("its content is not known and stays as it is"));
    else if (found)
        add_delete(p, h->path, found);
    else if (p->unclaimed == KT_UNCLAIMED_ALL_OURS || !is_passed_over(p, h->path))
        add_change(p, p->unclaimed == KT_UNCLAIMED_FOREIGN ? KT_CHANGE_FOREIGN : KT_CHANGE_DELETE, h->path, NULL,
                   KT_SV(""));
}

static bool merge(planner *p)
{
    size_t w = 0, h = 0;

    p->changes = kt_arena_array(p->arena, p->want_count + p->held_count, sizeof *p->changes);
    while (p->changes && (w < p->want_count || h < p->held_count) && !p->unreadable) {
        int order = w == p->want_count   ? 1
                    : h == p->held_count ? -1
                                         : kt_sv_compare(p->wants[w].path, p->held[h].path);
        if (order > 0) {
            take_unwanted(p, &p->held[h++]);
            continue;
        }
        if (order < 0)
            add_change(p, KT_CHANGE_CREATE, p->wants[w].path, p->wants[w].file, KT_SV(""));
        else
            add_change(p, p->held[h].is_file && is_same(p, &p->wants[w]) ? KT_CHANGE_KEEP : KT_CHANGE_UPDATE,
                       p->wants[w].path, p->wants[w].file, KT_SV(""));
        w++;
        h += order == 0;
    }
    return p->changes && !p->unreadable;
}

/* ---- Public functions ---- */

static void publish(handle *h, const planner *p)
{
    h->changes.items = p->changes;
    h->changes.count = p->change_count;
    for (size_t i = 0; i < p->change_count; i++)
        h->changes.counts[p->changes[i].kind]++;
}

kt_status kt_changes__plan(kt_changes **out, const kt_tree *tree, const kt_have *have, kt_unclaimed unclaimed,
                           const kt_allocator *allocator)
{
    kt_allocator a = allocator && allocator->resize ? *allocator : kt_allocator_default();
    planner p = {.tree = tree, .have = have, .unclaimed = unclaimed};
    handle *h;
    bool done;

    if (!out || !tree || !have || !have->list || !have->read)
        return KT_ERR_ARGUMENT;
    *out = NULL;
    h = a.resize(a.ctx, NULL, 0, sizeof *h);
    if (!h)
        return KT_ERR_NOMEM;
    memset(h, 0, sizeof *h);
    h->allocator = a;
    kt_arena_init(&h->arena, a);
    p.arena = &h->arena;
    kt_map_init(&p.files, p.arena);
    kt_map_init(&p.folders, p.arena);
    done = collect_wants(&p) && collect_held(&p) && collect_claims(&p) && merge(&p);
    if (!done || h->arena.failed) {
        kt_changes_free(&h->changes);
        return p.unreadable ? KT_ERR_INPUT : KT_ERR_NOMEM;
    }
    publish(h, &p);
    *out = &h->changes;
    return KT_OK;
}

kt_status kt_changes_plan(kt_changes **out, const kt_tree *tree, const kt_have *have, const kt_allocator *allocator)
{
    return kt_changes__plan(out, tree, have, KT_UNCLAIMED_FOREIGN, allocator);
}

void kt_changes_free(kt_changes *changes)
{
    handle *h = (handle *)changes;

    if (!h)
        return;
    kt_arena_dispose(&h->arena);
    h->allocator.resize(h->allocator.ctx, h, sizeof *h, 0);
}
