/* The size of a Work as a cluster stores it: each file by itself, gzip and base64, and what stands around it. */
#include "plan/forecast.h"

#include "base/buf.h"
#include "plan/packed.h"

#define KIB ((uint64_t)1024)
#define WARN_FROM (1024 * KIB)
#define COUNT_TO (16 * 1024 * KIB) /* the exact size of what will never fit is of no interest */
#define AROUND_A_FILE 32           /* {"content":"","filepath":""}, */

/* What an earlier run made is not asked about: its content is found later. */
static bool is_counted(const kt_group *group)
{
    return !group->kept;
}

bool kt_forecast_needed(const kt_work *work)
{
    uint64_t bound = 0;

    for (size_t g = 0; g < work->group_count; g++)
        for (size_t i = 0; is_counted(&work->groups[g]) && i < work->groups[g].workload_count; i++) {
            const kt_workload *workload = &work->groups[g].workloads[i];
            bound += kt_packed_bound(workload->size) + workload->path.len + AROUND_A_FILE;
        }
    return bound >= WARN_FROM;
}

static kt_status add_group(uint64_t *total, const kt_group *group, kt_allocator allocator)
{
    kt_status status = KT_OK;

    for (size_t i = 0; is_counted(group) && i < group->workload_count && *total < COUNT_TO && status == KT_OK; i++) {
        const kt_workload *workload = &group->workloads[i];
        uint64_t packed = 0;
        status = kt_packed_size(&packed, allocator, workload->parts, workload->part_count, COUNT_TO);
        *total += packed + workload->path.len + AROUND_A_FILE;
    }
    return status;
}

kt_status kt_forecast(const kt_work *work, const kt_run *run, kt_arena *arena, kt_diags *diags)
{
    uint64_t total = 0;
    kt_status status = KT_OK;
    kt_diag *diag;

    for (size_t g = 0; g < work->group_count && status == KT_OK; g++)
        status = add_group(&total, &work->groups[g], run->options.allocator);
    if (status != KT_OK || total < WARN_FROM)
        return status;
    diag = kt_diags_add(diags, KT_WORK_TOO_LARGE, work->pos,
                        "the Work has %s %u KiB after gzip and base64; a cluster holds about 1536 KiB in an object",
                        total < COUNT_TO ? "about" : "more than", (total < COUNT_TO ? total : COUNT_TO) / KIB);
    diag->object = kt_arena_format(arena, "Work/%v", work->name);
    return arena->failed ? KT_ERR_NOMEM : KT_OK;
}
