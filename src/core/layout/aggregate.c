/* aggregatedYAML: everything on a Destination in one file (L-6, L-14 … L-18). */
#include "base/buf.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/sv.h"
#include "layout/update.h"

static int by_namespace(const void *left, const void *right)
{
    const kt_placed *a = left, *b = right;
    int order = kt_sv_compare(a->placement->namespace_, b->placement->namespace_);

    return order != 0 ? order : kt_sv_compare(a->placement->name, b->placement->name);
}

bool kt_aggregate_sort(const kt_layouter *l, const kt_placed_list *list)
{
    return !l->rules->aggregate_by_namespace
           || kt_sort(list->items, list->count, sizeof *list->items, by_namespace, &l->run->arena); /* V-10 */
}

kt_sv kt_aggregate_file(const kt_layouter *l)
{
    kt_sv filename = l->destination->filename;

    return l->rules->rooted_at_destination ? kt_path_clean(&l->run->arena, filename)
                                           : kt_path_join2(&l->run->arena, l->base, filename);
}

typedef struct aggregate {
    kt_sv *parts;
    size_t part_count;
    kt_maker *makers;
    size_t maker_count;
    uint64_t size;
    size_t workload_count;
} aggregate;

/* Room for every part and maker, and a separator before each workload. */
static bool size_aggregate(aggregate *a, kt_arena *arena, const kt_placed_list *list)
{
    size_t parts = 0, makers = 0;

    for (size_t i = 0; i < list->count; i++)
        for (size_t w = 0; w < list->items[i].group->workload_count; w++) {
            const kt_workload *workload = &list->items[i].group->workloads[w];
            parts += workload->part_count + 1;
            makers += workload->origin_count > 0 ? workload->origin_count : 1;
        }
    a->parts = kt_arena_array(arena, parts, sizeof *a->parts);
    a->makers = kt_arena_array(arena, makers, sizeof *a->makers);
    return a->parts && a->makers;
}

static bool append_workload(aggregate *a, kt_arena *arena, const kt_placed *placed, const kt_workload *workload)
{
    kt_maker *makers;
    size_t count;

    if (a->workload_count++ > 0) {
        a->parts[a->part_count++] = KT_SV(KT_AGGREGATE_SEPARATOR);
        a->size += sizeof KT_AGGREGATE_SEPARATOR - 1;
    }
    count = kt_makers_of(&makers, arena, placed, workload, a->size);
    if (count == 0)
        return false;
    for (size_t i = 0; i < count; i++)
        a->makers[a->maker_count++] = makers[i];
    for (size_t i = 0; i < workload->part_count; i++)
        a->parts[a->part_count++] = workload->parts[i];
    a->size += workload->size;
    return true;
}

static bool report_too_large(const kt_layouter *l)
{
    kt_diag *diag = kt_diags_add(&l->run->diags, KT_LIMIT_OUTPUT, l->destination->pos,
                                 "the aggregated file of Destination %v is longer than %u bytes",
                                 l->destination->name, l->run->options.limits.output_bytes);

    diag->object = kt_arena_format(&l->run->arena, "Destination/%v", l->destination->name);
    return !l->run->arena.failed;
}

bool kt_layout_aggregate(kt_updates *out, const kt_layouter *l, const kt_placed_list *list)
{
    kt_arena *arena = &l->run->arena;
    aggregate a = {NULL, 0, NULL, 0, 0, 0};
    kt_update_head head = {kt_arena_format(arena, "Destination/%v", l->destination->name), l->destination->pos,
                           {NULL, 0}};
    kt_planned_file file;

    if (!size_aggregate(&a, arena, list) || !kt_aggregate_sort(l, list))
        return false;
    for (size_t i = 0; i < list->count; i++)
        for (size_t w = 0; w < list->items[i].group->workload_count; w++)
            if (!append_workload(&a, arena, &list->items[i], &list->items[i].group->workloads[w]))
                return false;
    if (a.size > l->run->options.limits.output_bytes)
        return report_too_large(l);
    file.below = kt_aggregate_file(l);
    file.rule = KT_RULE_AGGREGATE;
    file.content.parts = a.parts;
    file.content.part_count = a.part_count;
    file.content.makers = a.makers;
    file.content.maker_count = a.maker_count;
    return kt_update_add(out, l, &head, &file, 1);
}
