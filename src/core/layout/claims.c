/* What Kratix owns in a State Store (SPEC section 8): where placements are or were, and the canaries. */
#include "base/buf.h"
#include "base/map.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/sv.h"
#include "layout/update.h"
#include "memory/memory.h"
#include "plan/work.h"

/* A remembered placement. */
typedef struct remembered {
    kt_sv destination;
    const kt_work *work;
    const kt_group *group;
} remembered;

typedef struct claimer {
    kt_run *run;
    remembered *then; /* by Destination */
    size_t then_count;
    kt_claim *claims;
    size_t count;
    size_t capacity;
    kt_layouter l;  /* of the Destination that is looked at */
    kt_map current; /* placements on it that are to be there */
} claimer;

static bool add(claimer *c, kt_claim_kind kind, kt_sv below, bool stays, bool rewritten, kt_sv why,
                kt_sv owner)
{
    kt_sv path = kt_final_path(&c->l, below);
    kt_claim *claims;

    if (path.len == 0 || kt_sv_is(path, ".") || kt_path_climbs(path))
        return !c->run->arena.failed;
    claims = kt_arena_reserve(&c->run->arena, c->claims, c->count, &c->capacity, sizeof *claims);
    if (!claims)
        return false;
    c->claims = claims;
    claims[c->count++] = (kt_claim){kind, path, stays, rewritten, c->l.root, c->l.base, why, owner};
    return true;
}

/* ---- Placements ---- */

static kt_sv placement_key(kt_arena *arena, const kt_placement *placement)
{
    return kt_arena_format(arena, "%v/%v", placement->namespace_, placement->name);
}

static bool claim_placement(claimer *c, const kt_placed *placed, bool current)
{
    kt_arena *arena = &c->run->arena;
    kt_sv name = placed->placement->name;
    kt_sv why = current ? kt_arena_format(arena, "WorkPlacement %v has no such file any more", name)
                        : kt_arena_format(arena, "WorkPlacement %v is gone", name);
    bool stays = current && placed->group->unknown;

    switch (c->l.destination->mode) {
    case KT_MODE_NESTED:
        return add(c, KT_CLAIM_FOLDER, kt_nested_folder(&c->l, placed), stays, current, why, name);
    case KT_MODE_NONE:
        return add(c, KT_CLAIM_STATE_FILE, kt_state_file(&c->l, placed->placement), stays, current, why, name);
    case KT_MODE_AGGREGATED: break;
    }
    return add(c, KT_CLAIM_FILE, kt_aggregate_file(&c->l), stays, current,
               kt_arena_format(arena, "nothing is placed on Destination %v any more", c->l.destination->name),
               name);
}

/* A remembered placement on the Destination that is looked at, unless it is still there. */
static bool claim_remembered(claimer *c, const remembered *then)
{
    kt_arena *arena = &c->run->arena;
    kt_placement placement = {kt_arena_format(arena, "%v.%v-%v", then->work->name, then->destination,
                                              kt_group_short_id(then->group)),
                              then->work->namespace_, c->l.destination, false};
    kt_placed placed = {then->work, then->group, &placement};

    if (kt_map_get(&c->current, placement_key(arena, &placement)) != KT_MAP_NONE)
        return !arena->failed;
    return claim_placement(c, &placed, false);
}

static bool claim_all_remembered(claimer *c)
{
    kt_sv name = c->l.destination->name;
    size_t low = 0, high = c->then_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (kt_sv_compare(c->then[middle].destination, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < c->then_count && kt_sv_equal(c->then[low].destination, name); low++)
        if (!claim_remembered(c, &c->then[low]))
            return false;
    return true;
}

/* ---- Everything remembered, by Destination ---- */

static int compare_remembered(const void *left, const void *right)
{
    return kt_sv_compare(((const remembered *)left)->destination, ((const remembered *)right)->destination);
}

/* Adds the placements of a group; with `then` NULL only counts them. */
static void collect_group(claimer *c, remembered *then, const kt_work *work, const kt_group *group)
{
    for (size_t i = 0; i < group->placement_count && then; i++)
        then[c->then_count + i] = (remembered){group->placements[i].destination->name, work, group};
    c->then_count += group->placement_count;
    for (size_t i = 0; i < group->lingering_count && then; i++)
        then[c->then_count + i] = (remembered){group->lingering[i], work, group};
    c->then_count += group->lingering_count;
}

static void collect_all(claimer *c, remembered *then)
{
    const kt_plan *plan = &c->run->memory->plan;

    c->then_count = 0;
    for (size_t w = 0; w < plan->work_count; w++)
        for (size_t g = 0; g < plan->works[w].group_count; g++)
            collect_group(c, then, &plan->works[w], &plan->works[w].groups[g]);
}

static bool collect_remembered(claimer *c)
{
    collect_all(c, NULL);
    c->then = kt_arena_array(&c->run->arena, c->then_count, sizeof *c->then);
    if (!c->then)
        return false;
    collect_all(c, c->then);
    return kt_sort(c->then, c->then_count, sizeof *c->then, compare_remembered, &c->run->arena);
}

/* ---- Canaries ---- */

static bool claim_canaries(claimer *c, const char *why)
{
    kt_sv below[2];

    kt_canary_files(&c->l, below);
    for (size_t i = 0; i < 2; i++)
        if (!add(c, KT_CLAIM_FILE, below[i], false, false, kt_str(why), KT_SV("kratix-canary")))
            return false;
    return true;
}

/* ---- Destinations ---- */

static bool claim_destination(claimer *c, const kt_placed_list *list)
{
    kt_map_init(&c->current, &c->run->arena);
    for (size_t i = 0; i < list->count; i++)
        if (!kt_map_set(&c->current, placement_key(&c->run->arena, list->items[i].placement), i)
            || !claim_placement(c, &list->items[i], true))
            return false;
    if (!c->l.destination->init_workloads && !claim_canaries(c, "initWorkloads.enabled is false")) /* L-22, D-6 */
        return false;
    return claim_all_remembered(c);
}

static bool is_chosen(const kt_run *run, kt_sv destination)
{
    kt_sv only = run->options.destination;

    return only.len == 0 || kt_sv_equal(only, destination);
}

/* D-5: a Destination that has left with cleanup all takes its files along, where it was; with none they stay. */
static bool claim_left(claimer *c, const kt_plan *plan, const kt_store *store)
{
    static const kt_placed_list nothing;
    const kt_plan *then = &c->run->memory->plan;

    for (size_t i = 0; i < then->destination_count; i++) {
        const kt_destination *destination = &then->destinations[i];
        if (!destination->cleanup_all || destination->store->kind != store->kind
            || !kt_sv_equal(destination->store->name, store->name) || !is_chosen(c->run, destination->name)
            || kt_destination_find(plan->destinations, plan->destination_count, destination->name))
            continue;
        c->l = kt_layouter_of(c->run, store, destination);
        if (!claim_destination(c, &nothing))
            return false;
        if ((c->l.rules->flat_canaries_leave || destination->mode == KT_MODE_NESTED)
            && !claim_canaries(c, "the Destination is gone, with cleanup: all"))
            return false;
    }
    return true;
}

bool kt_claims_build(kt_store_tree *out, kt_run *run, const kt_plan *plan, const kt_placed_list *index)
{
    claimer c = {.run = run};

    if (!run->memory)
        return true;
    if (!collect_remembered(&c))
        return false;
    for (size_t i = 0; i < plan->destination_count; i++) {
        if (plan->destinations[i].store != out->store || !is_chosen(run, plan->destinations[i].name))
            continue;
        c.l = kt_layouter_of(run, out->store, &plan->destinations[i]);
        if (!claim_destination(&c, &index[i]))
            return false;
    }
    if (!claim_left(&c, plan, out->store))
        return false;
    out->claims = c.claims;
    out->claim_count = c.count;
    return !run->arena.failed;
}
