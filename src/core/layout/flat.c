/* Mode none: workloads at their own paths, and a state file that lists them (L-5, L-10 … L-12). */
#include "base/buf.h"
#include "base/sv.h"
#include "layout/update.h"
#include "yaml/writer.h"

kt_sv kt_state_file(const kt_layouter *l, const kt_placement *placement)
{
    return kt_below_destination(
        l, kt_arena_format(&l->run->arena, ".kratix/%v-%v.yaml", placement->namespace_, placement->name));
}

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
    file->below = kt_state_file(l, placement);
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
    kt_update_head head = {placed->placement->name, placed->work->pos, {NULL, 0}};
    kt_planned_file *files = kt_arena_array(&l->run->arena, count + 1, sizeof *files);

    if (!files)
        return false;
    for (size_t i = 0; i < count; i++) {
        kt_sv below = kt_below_destination(l, group->workloads[i].path);
        if (!kt_plan_workload(&files[i], l, placed, &group->workloads[i], below))
            return false;
    }
    return plan_state_file(&files[count], l, placed, files)
           && kt_update_add(out, l, &head, files, count + 1);
}
