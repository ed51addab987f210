/* The Work of a Promise's static dependencies (W-3, W-4) and the text of its one file (C-2 … C-5). */
#include "plan/static_work.h"

#include "base/buf.h"
#include "base/sv.h"
#include "plan/work.h"
#include "yaml/writer.h"

#define PLATFORM_NAMESPACE "kratix-platform-system"
#define LONGEST_LABEL_VALUE 63

/* I-32: the Promise's name becomes a label value. */
static bool name_fits(kt_run *run, const kt_promise *promise)
{
    kt_diag *diag;

    if (promise->object.name.len <= LONGEST_LABEL_VALUE)
        return true;
    diag = kt_diags_add(&run->diags, KT_PROMISE_NAME_TOO_LONG, promise->object.name_pos,
                        "no Work can be made for Promise %v: its name has %u bytes, a label value holds %u",
                        promise->object.name, (uint64_t)promise->object.name.len, (uint64_t)LONGEST_LABEL_VALUE);
    diag->object = promise->object.title;
    run->left_out++;
    return false;
}

static kt_group *make_group(kt_run *run, const kt_promise *promise, kt_content *content)
{
    kt_group *group = kt_arena_array(&run->arena, 1, sizeof *group);
    kt_workload *workload = kt_arena_array(&run->arena, 1, sizeof *workload);
    kt_sv *part = kt_arena_array(&run->arena, 1, sizeof *part);

    if (!group || !workload || !part)
        return NULL;
    kt_group_set_directory(group, KT_SV("."));
    group->selectors = promise->selectors;
    group->selector_count = promise->selector_count;
    group->workloads = workload;
    group->workload_count = 1;
    workload->path = kt_arena_format(&run->arena, "static/%v-dependencies.yaml", promise->object.name);
    workload->parts = part;
    workload->part_count = 1;
    content->promise = promise;
    content->part = part;
    content->workload = workload;
    return group;
}

bool kt_static_work_make(kt_works *works, kt_content *content, bool *made, kt_run *run, const kt_model *model,
                         const kt_promise *promise)
{
    kt_arena *arena = &run->arena;
    kt_sv name = promise->object.name;
    kt_group *group;
    kt_work *out;

    *made = false;
    if (promise->paused || !promise->dependencies || promise->dependencies->length == 0
        || !name_fits(run, promise)) /* W-3, W-14 */
        return !arena->failed;
    group = make_group(run, promise, content);
    out = kt_works_add(works, arena);
    if (!group || !out)
        return false;
    out->type = KT_WORK_STATIC;
    out->identity = kt_arena_format(arena, "static-dependency/%v", name);
    out->name = kt_work_name(run, kt_arena_format(arena, "%v-static-deps", name), out->identity,
                             KT_SV(PLATFORM_NAMESPACE));
    out->namespace_ = KT_SV(PLATFORM_NAMESPACE);
    out->promise = name;
    out->groups = group;
    out->group_count = 1;
    out->pos = promise->object.pos;
    *made = true;
    return !arena->failed && kt_work_schedule(run, model, out, group);
}

static void report_cycle(kt_diags *diags, const kt_promise *promise, const kt_value *map)
{
    kt_diag *diag = kt_diags_add(diags, KT_KEY_CYCLE, kt_value_pos(map, promise->object.file),
                                 "the keys of this map have no consistent order: Kratix writes them in a "
                                 "different one from run to run, here they stand in a fixed one");
    diag->object = promise->object.title;
}

static kt_status report_too_large(const kt_run *run, kt_diags *diags, const kt_promise *promise)
{
    kt_diag *diag = kt_diags_add(diags, KT_LIMIT_OUTPUT, kt_value_pos(promise->dependencies, promise->object.file),
                                 "the dependencies of the Promise are longer than %u bytes when written",
                                 run->options.limits.output_bytes);
    diag->object = promise->object.title;
    return KT_ERR_LIMIT;
}

kt_status kt_content_write(const kt_content *content, const kt_run *run, kt_buf *buf, kt_arena *arena,
                           kt_diags *diags)
{
    const kt_value *list = content->promise->dependencies;
    kt_origin *origins = kt_arena_array(arena, list->length, sizeof *origins);
    uint64_t max = run->options.limits.output_bytes;

    if (!origins)
        return KT_ERR_NOMEM;
    buf->max = max < SIZE_MAX ? (size_t)max : SIZE_MAX;
    for (uint32_t i = 0; i < list->length; i++) {
        kt_yaml_notes notes = {NULL};
        origins[i].offset = buf->len;
        origins[i].pos = kt_value_pos(&list->as.items[i], content->promise->object.file);
        if (i > 0)
            kt_buf_str(buf, "---\n");
        kt_yaml_write(buf, &list->as.items[i], &notes);
        origins[i].size = buf->len - origins[i].offset;
        if (notes.cyclic_map)
            report_cycle(diags, content->promise, notes.cyclic_map);
    }
    if (buf->status == KT_ERR_LIMIT)
        return report_too_large(run, diags, content->promise);
    kt_buf_trim(buf);
    *content->part = kt_buf_view(buf);
    content->workload->size = buf->len;
    content->workload->origins = origins;
    content->workload->origin_count = list->length;
    return buf->status;
}
