/* nestedByMetadata: a folder of its own for each placement (L-3, L-4). */
#include "base/path.h"
#include "base/sv.h"
#include "layout/update.h"
#include "plan/work.h"

kt_sv kt_nested_folder(const kt_layouter *l, const kt_placed *placed)
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
    kt_sv folder = kt_nested_folder(l, placed);
    kt_update_head head = {placed->placement->name, placed->work->pos, folder};
    kt_planned_file *files = kt_arena_array(arena, group->workload_count, sizeof *files);

    if (!files)
        return false;
    for (size_t i = 0; i < group->workload_count; i++) {
        kt_sv below = kt_path_join2(arena, folder, group->workloads[i].path);
        if (!kt_plan_workload(&files[i], l, placed, &group->workloads[i], below))
            return false;
    }
    return kt_update_add(out, l, &head, files, group->workload_count);
}
