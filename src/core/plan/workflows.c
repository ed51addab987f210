/* Run the configure workflows: promise pipelines first, then those of the requests of Available Promises. */
#include "plan/workflows.h"

#include "base/buf.h"
#include "base/sv.h"
#include "memory/memory.h"
#include "plan/availability.h"
#include "plan/groups.h"
#include "plan/work.h"

#define PLATFORM_NAMESPACE "kratix-platform-system"

typedef struct runner {
    kt_run *run;
    const kt_profile_rules *rules;
    const kt_model *model;
    kt_captures captures;
    kt_works *works;
    const kt_pipeline *uncaptured; /* the first one of those that are not reported one by one */
    uint64_t uncaptured_count;
} runner;

/* One workflow: a Promise's, or a request's. */
typedef struct workflow {
    const kt_promise *promise;
    const kt_resource_request *request; /* NULL: the Promise's own */
    const kt_pipelines *pipelines;
} workflow;

/* ---- Names ---- */

/* Key of a run among the captures, which is also the identity of its Work (N-1). */
static kt_sv key_of(const runner *r, const workflow *w, kt_sv pipeline)
{
    kt_sv promise = w->promise->object.name;

    if (!w->request)
        return kt_arena_format(&r->run->arena, "promise/%v/%v", promise, pipeline);
    return kt_arena_format(&r->run->arena, "resource/%v/%v/%v/%v", w->request->namespace_, promise,
                           w->request->object.name, pipeline);
}

/* N-1: the identity has the Promise before the namespace. */
static kt_sv identity_of(const runner *r, const workflow *w, kt_sv pipeline)
{
    kt_sv promise = w->promise->object.name;

    if (!w->request)
        return kt_arena_format(&r->run->arena, "promise/%v/%v", promise, pipeline);
    return kt_arena_format(&r->run->arena, "resource/%v/%v/%v/%v", promise, w->request->namespace_,
                           w->request->object.name, pipeline);
}

/* SPEC section 2, table; V-5: without the pipeline. */
static kt_sv identifier_of(const runner *r, const workflow *w, kt_sv pipeline)
{
    kt_arena *arena = &r->run->arena;
    kt_sv name = w->promise->object.name;

    if (w->request)
        name = kt_arena_format(arena, "%v-%v", name, w->request->object.name);
    if (w->request && r->rules->pipeline_in_work_name && w->promise->pipeline_namespace.len > 0)
        name = kt_arena_format(arena, "%v-%v", name, w->request->namespace_);
    return r->rules->pipeline_in_work_name ? kt_arena_format(arena, "%v-%v", name, pipeline) : name;
}

static kt_sv namespace_of(const workflow *w)
{
    if (w->promise->pipeline_namespace.len > 0)
        return w->promise->pipeline_namespace; /* W-19 */
    return w->request ? w->request->namespace_ : KT_SV(PLATFORM_NAMESPACE);
}

/* ---- One workflow ---- */

static bool make_work(runner *r, const workflow *w, kt_sv pipeline, const kt_groups *groups)
{
    kt_work *work = kt_works_add(r->works, &r->run->arena);

    if (!work)
        return false;
    work->type = w->request ? KT_WORK_RESOURCE : KT_WORK_PROMISE;
    work->identity = identity_of(r, w, pipeline);
    work->namespace_ = namespace_of(w);
    work->name = kt_work_name(r->run, identifier_of(r, w, pipeline), work->identity, work->namespace_);
    work->promise = w->promise->object.name;
    work->resource = w->request ? w->request->object.name : KT_SV("");
    work->pipeline = pipeline;
    work->groups = groups->items;
    work->group_count = groups->count;
    work->pos = w->request ? w->request->object.pos : w->promise->object.pos;
    return kt_work_schedule(r->run, r->model, work, groups->items);
}

/* W-9a: then its Work is the one that the cluster has printed, as it was. */
static bool is_printed(const runner *r, const workflow *w, kt_sv pipeline)
{
    return kt_memory_work(r->run->printed, identity_of(r, w, pipeline), namespace_of(w)) != NULL;
}

/* Where manifests are kept without any captured output, that is one remark of validate and not a warning of each run. */
static bool is_without_captures(const runner *r)
{
    return r->run->options.validate && r->run->capture_count == 0;
}

static void note_uncaptured(const runner *r)
{
    if (r->uncaptured_count > 0)
        kt_diags_set_severity(&r->run->diags,
                              kt_diags_add(&r->run->diags, KT_CAPTURE_MISSING, r->uncaptured->pos,
                                           "there is no captured output: what pipelines write in %u run%s is not checked",
                                           r->uncaptured_count, r->uncaptured_count > 1 ? "s" : ""),
                              KT_NOTE);
}

/* W-9a */
static void report_missing(runner *r, const kt_pipeline *pipeline, kt_sv key)
{
    kt_diag *diag;

    if (is_without_captures(r)) {
        r->uncaptured = r->uncaptured ? r->uncaptured : pipeline;
        r->uncaptured_count++;
        return;
    }
    diag = kt_diags_add(&r->run->diags, KT_CAPTURE_MISSING, pipeline->pos,
                        "pipeline %v has no captured output: looked for %v in the outputs folder", pipeline->name, key);
    diag->object = key;
}

static void report_suspended(runner *r, const kt_capture *capture)
{
    kt_pos pos = {capture->control->path, 0, 0};
    kt_diag *diag = kt_diags_add(&r->run->diags, KT_PIPELINE_SUSPENDED, pos,
                                 "the pipeline suspends its workflow: nothing of it, and no later pipeline, is written");

    diag->object = capture->key;
}

/* Run the pipelines in order until one fails or suspends (W-5, W-12, W-18). `completed` tells whether none did. */
static bool run_workflow(runner *r, const workflow *w, bool *completed)
{
    kt_selector_source source = w->request ? KT_SELECTOR_RESOURCE_WORKFLOW : KT_SELECTOR_PROMISE_WORKFLOW;
    kt_run_outcome outcome = KT_RUN_DONE;

    for (size_t i = 0; i < w->pipelines->count && outcome == KT_RUN_DONE; i++) {
        const kt_pipeline *pipeline = &w->pipelines->items[i];
        kt_sv key = key_of(r, w, pipeline->name);
        kt_capture *capture = kt_captures_take(&r->captures, key);
        kt_groups groups;
        if (!capture) {
            if (!is_printed(r, w, pipeline->name))
                report_missing(r, pipeline, key);
            continue;
        }
        if (!kt_groups_build(&groups, &outcome, r->run, w->promise, capture, source))
            return false;
        if (outcome == KT_RUN_SUSPENDED)
            report_suspended(r, capture);
        if (outcome == KT_RUN_DONE && !make_work(r, w, pipeline->name, &groups))
            return false;
    }
    *completed = outcome == KT_RUN_DONE;
    return !r->run->arena.failed;
}

/* Claim the captures of a workflow that does not run, or of the pipelines behind the one that stopped it. Whether
 * there were any. */
static bool claim(runner *r, const workflow *w)
{
    bool any = false;

    for (size_t i = 0; i < w->pipelines->count; i++)
        any |= kt_captures_take(&r->captures, key_of(r, w, w->pipelines->items[i].name)) != NULL;
    return any;
}

/* ---- Promises ---- */

static bool run_promise(runner *r, const kt_promise *promise, kt_availability *state, bool *ended)
{
    workflow w = {promise, NULL, &promise->pipelines[KT_PROMISE_CONFIGURE]};
    bool completed = true;

    *ended = false;
    *state = (kt_availability){KT_AVAILABLE, NULL};
    if (promise->paused)
        state->blocker = KT_BLOCKED_PAUSED;
    else if (promise->suspended && w.pipelines->count > 0)
        state->blocker = KT_BLOCKED_SUSPENDED;
    else if (!run_workflow(r, &w, &completed))
        return false;
    else if (!completed)
        state->blocker = KT_BLOCKED_WORKFLOW;
    else
        *ended = w.pipelines->count > 0;
    claim(r, &w);
    return !r->run->arena.failed;
}

/* ---- Requests ---- */

static kt_sv describe(const runner *r, const kt_promise *promise, const kt_availability *state)
{
    kt_arena *arena = &r->run->arena;

    switch (state->blocker) {
    case KT_BLOCKED_PAUSED: return kt_arena_format(arena, "Promise %v is paused", promise->object.name);
    case KT_BLOCKED_SUSPENDED: return kt_arena_format(arena, "Promise %v is suspended", promise->object.name);
    case KT_BLOCKED_WORKFLOW:
        return kt_arena_format(arena, "the workflow of Promise %v did not complete", promise->object.name);
    case KT_BLOCKED_REQUIREMENT:
        return kt_arena_format(arena, "Promise %v is not available: it requires Promise %v%s%v", promise->object.name,
                               state->requirement->name, state->requirement->version.len > 0 ? " at version " : "",
                               state->requirement->version);
    case KT_AVAILABLE: break;
    }
    return KT_SV("");
}

static void report_unwritten(runner *r, const kt_resource_request *request, kt_sv cause)
{
    kt_diag *diag = kt_diags_add(&r->run->diags, KT_REQUEST_UNWRITTEN, request->object.pos,
                                 "its captured output is not written: %v", cause);

    diag->object = request->object.title;
}

static bool run_request(runner *r, const kt_resource_request *request, const kt_availability *state, bool *ended)
{
    workflow w = {request->promise, request, &request->promise->pipelines[KT_RESOURCE_CONFIGURE]};
    kt_sv cause = describe(r, request->promise, state);
    bool completed;

    *ended = false;
    if (cause.len == 0 && request->paused)
        cause = KT_SV("the request is paused");
    else if (cause.len == 0 && request->suspended)
        cause = KT_SV("the request is suspended");
    if (cause.len == 0) {
        if (!run_workflow(r, &w, &completed))
            return false;
        *ended = completed && w.pipelines->count > 0;
        return claim(r, &w) || !r->run->arena.failed;
    }
    if (claim(r, &w))
        report_unwritten(r, request, cause);
    return !r->run->arena.failed;
}

/* ---- Captures that nobody claims ---- */

static void report_unused(runner *r)
{
    for (size_t i = 0; i < r->captures.count; i++) {
        const kt_capture *capture = &r->captures.items[i];
        kt_pos pos = {capture->folder, 0, 0};
        if (capture->used)
            continue;
        kt_diags_add(&r->run->diags, KT_CAPTURE_UNUSED, pos, "no pipeline of the manifests has left this output")
            ->object = capture->key;
    }
}

bool kt_workflows_run(kt_works *out, kt_workflow_ends *ends, kt_run *run, const kt_model *model)
{
    runner r = {run, kt_profile_rules_get(run->options.profile), model, {NULL, 0, 0, {NULL, NULL, 0, 0, 0}}, out,
                NULL, 0};
    kt_availability *states = kt_arena_array(&run->arena, model->promise_count, sizeof *states);

    ends->promises = kt_arena_array(&run->arena, model->promise_count, sizeof *ends->promises);
    ends->requests = kt_arena_array(&run->arena, model->request_count, sizeof *ends->requests);
    if (!states || !ends->promises || !ends->requests || !kt_captures_build(&r.captures, run))
        return false;
    for (size_t i = 0; i < model->promise_count; i++)
        if (!run_promise(&r, &model->promises[i], &states[i], &ends->promises[i]))
            return false;
    if (!kt_availability_settle(states, run, model))
        return false;
    for (size_t i = 0; i < model->request_count; i++)
        if (!run_request(&r, &model->requests[i], &states[model->requests[i].promise - model->promises],
                         &ends->requests[i]))
            return false;
    report_unused(&r);
    note_uncaptured(&r);
    return !run->arena.failed;
}
