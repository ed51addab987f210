/* validate: Destinations that receive nothing, or not what their owner thinks (S-7). */
#include "plan/lint.h"

#include "base/few.h"
#include "base/map.h"
#include "base/sv.h"
#include "plan/selector.h"

/* ---- Strict matching ---- */

static void check_strict(kt_run *run, const kt_destination *destination)
{
    kt_diag *diag;

    if (!destination->strict_match_labels || destination->label_count > 0)
        return;
    diag = kt_diags_add(&run->diags, KT_STRICT_WITHOUT_LABELS, destination->pos,
                        "strictMatchLabels has no effect on a Destination without labels: what selects none goes there");
    diag->object = kt_arena_format(&run->arena, "Destination/%v", destination->name);
}

/* One note for each group that selects nothing. */
static void note_left_out(kt_run *run, const kt_work *work, const kt_group *group)
{
    kt_few names;
    kt_sv text;
    kt_diag *diag;

    kt_few_init(&names, run->arena.allocator);
    for (size_t i = 0; i < group->reason_count; i++)
        if (group->reasons[i].verdict == KT_STRICT_LABELS)
            kt_few_add(&names, group->reasons[i].destination->name);
    text = kt_few_end(&names, &run->arena);
    if (names.count == 0)
        return;
    diag = kt_diags_add(&run->diags, KT_STRICT_LEFT_OUT, work->pos,
                        "no label is selected, so that Destinations with strictMatchLabels get nothing of %v: %v",
                        work->promise, text);
    diag->object = kt_arena_format(&run->arena, "Work/%v", work->name);
}

/* ---- Destinations that receive nothing ---- */

static bool runs_pipelines(const kt_promise *promise)
{
    return promise->pipelines[KT_PROMISE_CONFIGURE].count + promise->pipelines[KT_RESOURCE_CONFIGURE].count > 0;
}

/* Whether the selectors of a Promise let its pipelines write there; of two that name one key the first counts (S-3). */
static bool may_receive(kt_run *run, const kt_promise *promise, const kt_destination *destination)
{
    kt_map seen;

    kt_map_init(&seen, &run->arena);
    for (size_t s = 0; s < promise->selector_count; s++)
        for (size_t i = 0; i < promise->selectors[s].label_count; i++) {
            const kt_label *wanted = &promise->selectors[s].labels[i];
            const kt_label *label = kt_label_find(destination->labels, destination->label_count, wanted->key);
            if (kt_map_get(&seen, wanted->key) != KT_MAP_NONE)
                continue;
            if (!label || !kt_sv_equal(label->value, wanted->value))
                return false;
            kt_map_set(&seen, wanted->key, i);
        }
    return true;
}

static bool is_for_dry_runs(const kt_destination *destination)
{
    const kt_label *label = kt_label_find(destination->labels, destination->label_count, KT_SV("kratix.io/dry-run"));

    return label && kt_sv_is(label->value, "true");
}

/* Mark what the plan places something on. */
static void mark_receivers(bool *receives, const kt_plan *plan)
{
    for (size_t w = 0; w < plan->work_count; w++)
        for (size_t g = 0; g < plan->works[w].group_count; g++) {
            const kt_group *group = &plan->works[w].groups[g];
            for (size_t p = 0; p < group->placement_count; p++)
                receives[group->placements[p].destination - plan->destinations] = true;
        }
}

/* A pipeline may still write there, as far as its Promise tells. */
static bool is_reachable(kt_run *run, const kt_model *model, const kt_destination *destination)
{
    for (size_t i = 0; i < model->promise_count; i++)
        if (runs_pipelines(&model->promises[i]) && may_receive(run, &model->promises[i], destination))
            return true;
    return false;
}

static void report_idle(kt_run *run, const kt_destination *destination)
{
    kt_diag *diag = kt_diags_add(&run->diags, KT_RECEIVES_NOTHING, destination->pos,
                                 "nothing is written to this Destination: no Promise selects it");

    diag->object = kt_arena_format(&run->arena, "Destination/%v", destination->name);
}

/* Without Promises and Works nothing can be said. */
static bool check_idle(kt_run *run, const kt_model *model, const kt_plan *plan)
{
    bool *receives = kt_arena_array(&run->arena, plan->destination_count, sizeof *receives);

    if (!receives || model->lost_promises)
        return receives != NULL;
    mark_receivers(receives, plan);
    for (size_t i = 0; i < plan->destination_count && plan->work_count + model->promise_count > 0; i++) {
        const kt_destination *destination = &plan->destinations[i];
        if (!receives[i] && !is_for_dry_runs(destination) && !is_reachable(run, model, destination))
            report_idle(run, destination);
    }
    return !run->arena.failed;
}

/* ---- All ---- */

bool kt_lint_plan(kt_run *run, const kt_model *model, const kt_plan *plan)
{
    for (size_t i = 0; i < plan->destination_count; i++)
        check_strict(run, &plan->destinations[i]);
    for (size_t w = 0; w < plan->work_count; w++)
        for (size_t g = 0; g < plan->works[w].group_count; g++)
            if (plan->works[w].groups[g].selector.len == 0)
                note_left_out(run, &plan->works[w], &plan->works[w].groups[g]);
    return check_idle(run, model, plan) && kt_lint_selectors(run, model, plan);
}
