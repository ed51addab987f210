/* What is remembered after a run for a part (--store, --destination): of that part what the run knows, of the rest
 * what was remembered before. */
#include "base/buf.h"
#include "base/sort.h"
#include "base/sv.h"
#include "memory/memory.h"

typedef struct merger {
    kt_arena *arena;
    const kt_plan *now;
    const kt_memory *then; /* may be NULL */
    const kt_render_options *options;
} merger;

/* ---- The part ---- */

static bool is_chosen_store(const merger *m, const kt_store *store)
{
    const char *kind = store->kind == KT_STORE_GIT ? "gitstatestore" : "bucketstatestore";

    return m->options->store.len == 0
           || kt_sv_equal_fold(m->options->store, kt_arena_format(m->arena, "%s/%v", kind, store->name));
}

static bool is_chosen(const merger *m, const kt_destination *destination)
{
    kt_sv only = m->options->destination;

    return (only.len == 0 || kt_sv_equal(only, destination->name)) && is_chosen_store(m, destination->store);
}

/* ---- State Stores and Destinations ---- */

static int compare_stores(const void *left, const void *right)
{
    const kt_store *a = left, *b = right;

    if (a->kind != b->kind)
        return a->kind == KT_STORE_BUCKET ? -1 : 1;
    return kt_sv_compare(a->name, b->name);
}

static const kt_store *find_store(const kt_plan *plan, const kt_store *wanted)
{
    for (size_t i = 0; i < plan->store_count; i++)
        if (compare_stores(&plan->stores[i], wanted) == 0)
            return &plan->stores[i];
    return NULL;
}

static bool merge_stores(kt_plan *out, const merger *m)
{
    const kt_plan *then = &m->then->plan;
    kt_store *stores = kt_arena_array(m->arena, m->now->store_count + then->store_count, sizeof *stores);

    if (!stores)
        return false;
    for (size_t i = 0; i < m->now->store_count; i++) {
        const kt_store *store = &m->now->stores[i], *before = find_store(then, store);
        stores[out->store_count++] = is_chosen_store(m, store) || !before ? *store : *before;
    }
    for (size_t i = 0; i < then->store_count; i++)
        if (!find_store(m->now, &then->stores[i]) && !is_chosen_store(m, &then->stores[i]))
            stores[out->store_count++] = then->stores[i];
    out->stores = stores;
    return kt_sort(stores, out->store_count, sizeof *stores, compare_stores, m->arena);
}

static int compare_destinations(const void *left, const void *right)
{
    return kt_sv_compare(((const kt_destination *)left)->name, ((const kt_destination *)right)->name);
}

static bool merge_destinations(kt_plan *out, const merger *m)
{
    const kt_plan *then = &m->then->plan;
    size_t most = m->now->destination_count + then->destination_count;
    kt_destination *destinations = kt_arena_array(m->arena, most, sizeof *destinations);

    if (!destinations)
        return false;
    for (size_t i = 0; i < m->now->destination_count; i++)
        if (is_chosen(m, &m->now->destinations[i]))
            destinations[out->destination_count++] = m->now->destinations[i];
    for (size_t i = 0; i < then->destination_count; i++)
        if (!is_chosen(m, &then->destinations[i]))
            destinations[out->destination_count++] = then->destinations[i];
    out->destinations = destinations;
    return kt_sort(destinations, out->destination_count, sizeof *destinations, compare_destinations, m->arena);
}

/* ---- Groups ---- */

/* Placements on the part now, and on the rest then; either may be NULL. */
static bool merge_placements(kt_group *out, const merger *m, const kt_group *now, const kt_group *then)
{
    size_t most = (now ? now->placement_count : 0) + (then ? then->placement_count : 0);
    kt_placement *placements = kt_arena_array(m->arena, most, sizeof *placements);
    kt_sv *lingering = kt_arena_array(m->arena, now ? now->lingering_count : 0, sizeof *lingering);

    if (!placements || !lingering)
        return false;
    out->placement_count = out->lingering_count = 0;
    for (size_t i = 0; now && i < now->placement_count; i++)
        if (is_chosen(m, now->placements[i].destination))
            placements[out->placement_count++] = now->placements[i];
    for (size_t i = 0; then && i < then->placement_count; i++)
        if (!is_chosen(m, then->placements[i].destination))
            placements[out->placement_count++] = then->placements[i];
    for (size_t i = 0; now && i < now->lingering_count; i++) {
        const kt_destination *left = kt_memory_destination(m->then, now->lingering[i]);
        if (!left || is_chosen(m, left))
            lingering[out->lingering_count++] = now->lingering[i];
    }
    out->placements = placements;
    out->lingering = lingering;
    return true;
}

static bool is_aggregated(const merger *m, const kt_group *now)
{
    for (size_t i = 0; i < now->placement_count; i++)
        if (now->placements[i].destination->mode == KT_MODE_AGGREGATED && is_chosen(m, now->placements[i].destination))
            return true;
    return false;
}

static bool merge_group(kt_group *out, const merger *m, const kt_group *now, const kt_group *then)
{
    *out = now ? *now : *then;
    if (now && then && !is_aggregated(m, now)) {
        out->workloads = then->workloads;
        out->workload_count = then->workload_count;
    }
    return merge_placements(out, m, now, then);
}

/* ---- Works ---- */

static bool merge_work(kt_plan *out, kt_work *works, const merger *m, const kt_work *now, const kt_work *then)
{
    size_t most = (now ? now->group_count : 0) + (then ? then->group_count : 0);
    kt_group *groups = kt_arena_array(m->arena, most, sizeof *groups);
    kt_work *work = &works[out->work_count];

    if (!groups)
        return false;
    *work = now ? *now : *then;
    work->groups = groups;
    work->group_count = 0;
    for (size_t i = 0; now && i < now->group_count; i++)
        if (!merge_group(&groups[work->group_count++], m, &now->groups[i],
                         kt_memory_group(then, now->groups[i].directory)))
            return false;
    for (size_t i = 0; then && i < then->group_count; i++) {
        if (kt_memory_group(now, then->groups[i].directory))
            continue;
        if (!merge_group(&groups[work->group_count], m, NULL, &then->groups[i]))
            return false;
        work->group_count += groups[work->group_count].placement_count > 0;
    }
    out->work_count += now || work->group_count > 0;
    return true;
}

/* Works that are there now, then those that are gone. */
static bool merge_works(kt_plan *out, const merger *m)
{
    const kt_plan *then = &m->then->plan;
    kt_work *works = kt_arena_array(m->arena, m->now->work_count + then->work_count, sizeof *works);
    bool *merged = kt_arena_array(m->arena, then->work_count, sizeof *merged);

    if (!works || !merged)
        return false;
    for (size_t i = 0; i < m->now->work_count; i++) {
        const kt_work *now = &m->now->works[i], *before = kt_memory_work(m->then, now->identity, now->namespace_);
        if (before)
            merged[before - then->works] = true;
        if (!merge_work(out, works, m, now, before))
            return false;
    }
    for (size_t i = 0; i < then->work_count; i++)
        if (!merged[i] && !merge_work(out, works, m, NULL, &then->works[i]))
            return false;
    out->works = works;
    return true;
}

bool kt_memory_merge(kt_plan *out, const kt_plan *now, const kt_memory *then, const kt_render_options *options,
                     kt_arena *arena)
{
    static const kt_memory nothing;
    static const kt_plan empty;
    merger m = {arena, now, then ? then : &nothing, options};

    *out = empty;
    return merge_stores(out, &m) && merge_destinations(out, &m) && merge_works(out, &m) && !arena->failed;
}
