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

/* What the selectors of a Promise ask of a Destination that its pipelines write to. */
typedef struct wish {
    kt_label *labels;
    size_t count;
} wish;

typedef struct reach {
    kt_run *run;
    wish *wishes; /* of Promises with pipelines */
    size_t count;
    uint64_t pairs; /* looked at, bounded by limits.values as groups and Destinations are */
} reach;

static bool runs_pipelines(const kt_promise *promise)
{
    return promise->pipelines[KT_PROMISE_CONFIGURE].count + promise->pipelines[KT_RESOURCE_CONFIGURE].count > 0;
}

/* Of two selectors that name one key the first counts (S-3). */
static bool make_wish(kt_run *run, wish *out, const kt_promise *promise)
{
    size_t room = 0;
    kt_map seen;

    for (size_t s = 0; s < promise->selector_count; s++)
        room += promise->selectors[s].label_count;
    out->labels = kt_arena_array(&run->arena, room, sizeof *out->labels);
    out->count = 0;
    kt_map_init(&seen, &run->arena);
    for (size_t s = 0; out->labels && s < promise->selector_count; s++)
        for (size_t i = 0; i < promise->selectors[s].label_count; i++) {
            const kt_label *label = &promise->selectors[s].labels[i];
            if (kt_map_get(&seen, label->key) != KT_MAP_NONE)
                continue;
            out->labels[out->count++] = *label;
            if (!kt_map_set(&seen, label->key, i))
                return false;
        }
    return out->labels != NULL;
}

static bool open_reach(reach *r, kt_run *run, const kt_model *model)
{
    *r = (reach){run, kt_arena_array(&run->arena, model->promise_count, sizeof *r->wishes), 0, 0};
    for (size_t i = 0; r->wishes && i < model->promise_count; i++)
        if (runs_pipelines(&model->promises[i]) && !make_wish(run, &r->wishes[r->count++], &model->promises[i]))
            return false;
    return r->wishes != NULL;
}

static bool fits(const wish *w, const kt_destination *destination)
{
    for (size_t i = 0; i < w->count; i++) {
        const kt_label *label = kt_label_find(destination->labels, destination->label_count, w->labels[i].key);
        if (!label || !kt_sv_equal(label->value, w->labels[i].value))
            return false;
    }
    return true;
}

/* A pipeline may still write there, as far as its Promise tells. */
static bool is_reachable(reach *r, const kt_destination *destination)
{
    for (size_t i = 0; i < r->count; i++)
        if (++r->pairs > r->run->options.limits.values || fits(&r->wishes[i], destination))
            return true;
    return false;
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
    reach r;

    if (!receives || model->lost_promises)
        return receives != NULL;
    if (!open_reach(&r, run, model))
        return false;
    mark_receivers(receives, plan);
    for (size_t i = 0; i < plan->destination_count && plan->work_count + model->promise_count > 0; i++) {
        const kt_destination *destination = &plan->destinations[i];
        if (!receives[i] && !is_for_dry_runs(destination) && !is_reachable(&r, destination))
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
