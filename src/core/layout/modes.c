/* The three filepath modes: nestedByMetadata (L-3, L-4), none (L-5, L-10 … L-12), aggregatedYAML (L-6,
 * L-14 … L-18), and the canaries of each (L-7). */
#include "base/buf.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/sv.h"
#include "layout/update.h"
#include "plan/work.h"
#include "yaml/writer.h"

#define SEPARATOR "\n---\n" /* L-15 */

static bool plan_workload(kt_planned_file *file, const kt_layouter *l, const kt_placed *placed,
                          const kt_workload *workload, kt_sv below)
{
    kt_maker *makers = NULL;
    size_t count = kt_makers_of(&makers, &l->run->arena, placed, workload, 0);

    file->below = below;
    file->rule = KT_RULE_WORKLOAD;
    file->content.parts = workload->parts;
    file->content.part_count = workload->part_count;
    file->content.makers = makers;
    file->content.maker_count = count;
    return count > 0;
}

/* ---- nestedByMetadata ---- */

static kt_sv nested_folder(const kt_layouter *l, const kt_placed *placed)
{
    const kt_work *work = placed->work;
    kt_sv elements[7];
    size_t count = 0;

    elements[count++] = l->base;
    if (work->type == KT_WORK_RESOURCE) { /* L-4 */
        elements[count++] = KT_SV("resources");
        elements[count++] = work->namespace_;
        elements[count++] = work->promise;
        elements[count++] = work->resource;
    } else { /* L-3 */
        elements[count++] = KT_SV("dependencies");
        elements[count++] = work->promise;
    }
    elements[count++] = work->pipeline;
    elements[count++] = kt_group_short_id(placed->group);
    return kt_path_join(&l->run->arena, elements, count);
}

bool kt_layout_nested(kt_updates *out, const kt_layouter *l, const kt_placed *placed)
{
    kt_arena *arena = &l->run->arena;
    const kt_group *group = placed->group;
    kt_sv folder = nested_folder(l, placed);
    kt_planned_file *files = kt_arena_array(arena, group->workload_count, sizeof *files);

    if (!files)
        return false;
    for (size_t i = 0; i < group->workload_count; i++) {
        kt_sv below = kt_path_join2(arena, folder, group->workloads[i].path);
        if (!plan_workload(&files[i], l, placed, &group->workloads[i], below))
            return false;
    }
    return kt_update_add(out, l, placed->placement->name, placed->work->pos, files, group->workload_count);
}

/* ---- none ---- */

/* L-10, L-11: the state file lists what the placement wrote, in workload order. */
static bool plan_state_file(kt_planned_file *file, const kt_layouter *l, const kt_placed *placed,
                            const kt_planned_file *workloads)
{
    kt_arena *arena = &l->run->arena;
    const kt_placement *placement = placed->placement;
    size_t count = placed->group->workload_count;
    kt_sv *paths = kt_arena_array(arena, count, sizeof *paths);
    kt_sv *part = kt_arena_array(arena, 1, sizeof *part);
    kt_maker *maker = kt_arena_array(arena, 1, sizeof *maker);
    kt_buf text;

    if (!paths || !part || !maker)
        return false;
    for (size_t i = 0; i < count; i++)
        paths[i] = workloads[i].below;
    kt_buf_init(&text, arena->allocator);
    kt_yaml_write_files(&text, paths, count);
    *part = kt_buf_copy(&text, arena);
    kt_buf_dispose(&text);
    maker->work = placed->work;
    maker->group = placed->group;
    maker->placement = placement;
    maker->size = part->len;
    maker->pos = placed->work->pos;
    file->below = kt_below_destination(
        l, kt_arena_format(arena, ".kratix/%v-%v.yaml", placement->namespace_, placement->name));
    file->rule = KT_RULE_STATE_FILE;
    file->content.parts = part;
    file->content.part_count = 1;
    file->content.makers = maker;
    file->content.maker_count = 1;
    return !arena->failed;
}

bool kt_layout_flat(kt_updates *out, const kt_layouter *l, const kt_placed *placed)
{
    const kt_group *group = placed->group;
    size_t count = group->workload_count;
    kt_planned_file *files = kt_arena_array(&l->run->arena, count + 1, sizeof *files);

    if (!files)
        return false;
    for (size_t i = 0; i < count; i++) {
        kt_sv below = kt_below_destination(l, group->workloads[i].path);
        if (!plan_workload(&files[i], l, placed, &group->workloads[i], below))
            return false;
    }
    return plan_state_file(&files[count], l, placed, files)
           && kt_update_add(out, l, placed->placement->name, placed->work->pos, files, count + 1);
}

/* ---- aggregatedYAML ---- */

static int by_namespace(const void *left, const void *right)
{
    const kt_placed *a = left, *b = right;
    int order = kt_sv_compare(a->placement->namespace_, b->placement->namespace_);

    return order != 0 ? order : kt_sv_compare(a->placement->name, b->placement->name);
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
        a->parts[a->part_count++] = KT_SV(SEPARATOR);
        a->size += sizeof SEPARATOR - 1;
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
    kt_planned_file file;

    if (!size_aggregate(&a, arena, list))
        return false;
    if (l->rules->aggregate_by_namespace
        && !kt_sort(list->items, list->count, sizeof *list->items, by_namespace, arena)) /* V-10 */
        return false;
    for (size_t i = 0; i < list->count; i++)
        for (size_t w = 0; w < list->items[i].group->workload_count; w++)
            if (!append_workload(&a, arena, &list->items[i], &list->items[i].group->workloads[w]))
                return false;
    if (a.size > l->run->options.limits.output_bytes)
        return report_too_large(l);
    file.below = l->rules->rooted_at_destination ? kt_path_clean(arena, l->destination->filename)
                                                 : kt_path_join2(arena, l->base, l->destination->filename);
    file.rule = KT_RULE_AGGREGATE;
    file.content.parts = a.parts;
    file.content.part_count = a.part_count;
    file.content.makers = a.makers;
    file.content.maker_count = a.maker_count;
    return kt_update_add(out, l, kt_arena_format(arena, "Destination/%v", l->destination->name),
                         l->destination->pos, &file, 1);
}

/* ---- Canaries ---- */

static bool plan_canary(kt_planned_file *file, const kt_layouter *l, const char *name, const char *text)
{
    kt_arena *arena = &l->run->arena;
    kt_sv *part = kt_arena_array(arena, 1, sizeof *part);
    kt_maker *maker = kt_arena_array(arena, 1, sizeof *maker);

    if (!part || !maker)
        return false;
    *part = kt_str(text);
    maker->size = part->len;
    maker->pos = l->destination->pos;
    file->below = l->rules->rooted_at_destination ? kt_path_clean(arena, kt_str(name))
                                                  : kt_path_join2(arena, l->base, kt_str(name));
    file->rule = KT_RULE_CANARY;
    file->content.parts = part;
    file->content.part_count = 1;
    file->content.makers = maker;
    file->content.maker_count = 1;
    return true;
}

bool kt_layout_canaries(kt_updates *out, const kt_layouter *l)
{
    bool nested = l->destination->mode == KT_MODE_NESTED;
    kt_planned_file files[2];

    if (!l->destination->init_workloads) /* L-22 */
        return true;
    return plan_canary(&files[0], l,
                       nested ? "dependencies/kratix-canary-namespace.yaml" : "kratix-canary-namespace.yaml",
                       l->rules->canary_namespace)
           && plan_canary(&files[1], l,
                          nested ? "resources/kratix-canary-configmap.yaml" : "kratix-canary-configmap.yaml",
                          l->rules->canary_configmap)
           && kt_update_add(out, l, kt_arena_format(&l->run->arena, "Destination/%v", l->destination->name),
                            l->destination->pos, files, 2);
}
