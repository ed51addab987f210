/* All updates of a State Store in Kratix' order: canaries, then placements by name and namespace (N-6). */
#include "layout/layout.h"

#include "base/path.h"
#include "base/sort.h"
#include "base/sv.h"
#include "layout/update.h"

/* ---- The index of placements ---- */

static int compare_placed(const void *left, const void *right)
{
    const kt_placed *a = left, *b = right;
    int order = kt_sv_compare(a->placement->name, b->placement->name);

    return order != 0 ? order : kt_sv_compare(a->placement->namespace_, b->placement->namespace_);
}

bool kt_placed_any_unknown(const kt_placed_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].group->unknown)
            return true;
    return false;
}

typedef void (*visit_fn)(kt_placed_list *list, const kt_placed *placed);

static void count_placed(kt_placed_list *list, const kt_placed *placed)
{
    (void)placed;
    list->count++;
}

static void add_placed(kt_placed_list *list, const kt_placed *placed)
{
    list->items[list->count++] = *placed;
}

static void visit_placements(kt_placed_list *lists, const kt_plan *plan, visit_fn visit)
{
    for (size_t w = 0; w < plan->work_count; w++)
        for (size_t g = 0; g < plan->works[w].group_count; g++) {
            const kt_group *group = &plan->works[w].groups[g];
            for (size_t p = 0; p < group->placement_count; p++) {
                kt_placed placed = {&plan->works[w], group, &group->placements[p]};
                visit(&lists[placed.placement->destination - plan->destinations], &placed);
            }
        }
}

bool kt_placed_index(kt_placed_list **out, kt_run *run, const kt_plan *plan)
{
    kt_placed_list *lists = kt_arena_array(&run->arena, plan->destination_count, sizeof *lists);

    if (!lists)
        return false;
    visit_placements(lists, plan, count_placed);
    for (size_t i = 0; i < plan->destination_count; i++) {
        lists[i].items = kt_arena_array(&run->arena, lists[i].count, sizeof *lists[i].items);
        lists[i].count = 0;
        if (!lists[i].items)
            return false;
    }
    visit_placements(lists, plan, add_placed);
    for (size_t i = 0; i < plan->destination_count; i++)
        if (!kt_sort(lists[i].items, lists[i].count, sizeof *lists[i].items, compare_placed, &run->arena))
            return false;
    *out = lists;
    return true;
}

/* ---- One State Store ---- */

kt_layouter kt_layouter_of(kt_run *run, const kt_store *store, const kt_destination *destination)
{
    kt_layouter l = {run, kt_profile_rules_get(run->options.profile), store, destination, store->prefix,
                     destination->path};

    if (l.rules->rooted_at_destination) { /* V-4 */
        l.root = kt_store_prefix(&run->arena, store->kind, kt_path_join2(&run->arena, store->path, destination->path));
        l.base = KT_SV("");
    }
    return l;
}

static bool is_ours(const kt_run *run, const kt_store *store, const kt_destination *destination)
{
    kt_sv only = run->options.destination;

    return destination->store == store && (only.len == 0 || kt_sv_equal(only, destination->name));
}

/* A placement to be written: its turn is decided by the names. */
typedef struct turn {
    kt_placed placed;
    const kt_destination *destination;
    const kt_placed_list *list;
} turn;

static int compare_turns(const void *left, const void *right)
{
    return compare_placed(&((const turn *)left)->placed, &((const turn *)right)->placed);
}

/* An aggregate is rewritten with each placement, so that its last one decides its turn. */
static size_t turns_of(turn *out, const kt_destination *destination, const kt_placed_list *list)
{
    bool aggregated = destination->mode == KT_MODE_AGGREGATED;
    size_t first = aggregated && list->count > 0 ? list->count - 1 : 0, count = 0;

    if (aggregated && kt_placed_any_unknown(list))
        return 0;
    for (size_t i = first; i < list->count; i++)
        if (!list->items[i].group->unknown)
            out[count++] = (turn){list->items[i], destination, list};
    return count;
}

static bool layout_turn(kt_updates *out, kt_run *run, const kt_store *store, const turn *t)
{
    kt_layouter l = kt_layouter_of(run, store, t->destination);

    switch (t->destination->mode) {
    case KT_MODE_AGGREGATED: return kt_layout_aggregate(out, &l, t->list);
    case KT_MODE_NONE: return kt_layout_flat(out, &l, &t->placed);
    case KT_MODE_NESTED: break;
    }
    return kt_layout_nested(out, &l, &t->placed);
}

/* One part is not known: the file stays as it is, and what has changed in its other parts is not written. Without
 * a place to look for the part that says little. */
static void report_left(kt_run *run, const kt_destination *destination)
{
    kt_diag *diag = kt_diags_add(&run->diags, KT_AGGREGATE_LEFT, destination->pos,
                                 "the aggregated file of Destination %v stays as it is: a part of it is not known",
                                 destination->name);

    diag->object = kt_arena_format(&run->arena, "Destination/%v", destination->name);
    if (run->options.have)
        run->left_out++;
    else
        kt_diags_set_severity(&run->diags, diag, KT_WARNING);
}

bool kt_layout_store(kt_updates *out, kt_run *run, const kt_plan *plan, const kt_placed_list *index,
                     const kt_store *store)
{
    size_t room = 0, count = 0;
    turn *turns;

    for (size_t i = 0; i < plan->destination_count; i++) {
        kt_layouter l;
        if (!is_ours(run, store, &plan->destinations[i]))
            continue;
        l = kt_layouter_of(run, store, &plan->destinations[i]);
        room += index[i].count;
        if (l.destination->mode == KT_MODE_AGGREGATED && kt_placed_any_unknown(&index[i]))
            report_left(run, l.destination);
        if (!kt_layout_canaries(out, &l))
            return false;
    }
    turns = kt_arena_array(&run->arena, room, sizeof *turns);
    if (!turns)
        return false;
    for (size_t i = 0; i < plan->destination_count; i++)
        if (is_ours(run, store, &plan->destinations[i]))
            count += turns_of(turns + count, &plan->destinations[i], &index[i]);
    if (!kt_sort(turns, count, sizeof *turns, compare_turns, &run->arena))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!layout_turn(out, run, store, &turns[i]))
            return false;
    return true;
}
