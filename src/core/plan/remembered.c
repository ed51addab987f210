/* The fates of remembered Works. */
#include "plan/remembered.h"

#include "base/sv.h"
#include "memory/memory.h"
#include "plan/work.h"

#define PLATFORM_NAMESPACE "kratix-platform-system"

/* ---- Looking things up ---- */

static const kt_promise *find_promise(const kt_model *model, kt_sv name)
{
    size_t low = 0, high = model->promise_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = kt_sv_compare(model->promises[middle].object.name, name);
        if (order == 0)
            return &model->promises[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static int compare_request(const kt_resource_request *request, const kt_identity *identity)
{
    int order = kt_sv_compare(request->promise->object.name, identity->promise);

    if (order == 0)
        order = kt_sv_compare(request->namespace_, identity->namespace_);
    return order != 0 ? order : kt_sv_compare(request->object.name, identity->resource);
}

static const kt_resource_request *find_request(const kt_model *model, const kt_identity *identity)
{
    size_t low = 0, high = model->request_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_request(&model->requests[middle], identity);
        if (order == 0)
            return &model->requests[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool declares(const kt_pipelines *pipelines, kt_sv name)
{
    for (size_t i = 0; i < pipelines->count; i++)
        if (kt_sv_equal(pipelines->items[i].name, name))
            return true;
    return false;
}

/* ---- Before: what is gone ---- */

/* D-3: all Works of the Promise, in whatever namespace. One whose update was refused is still there. */
static bool promise_is_gone(kt_run *run, const kt_model *model, kt_sv name)
{
    return !find_promise(model, name) && !kt_model_refused_promise(model, &run->arena, name);
}

/* W-14: nobody answers the deletion of a request while its Promise is paused. */
static bool request_is_gone(kt_run *run, const kt_model *model, const kt_identity *identity)
{
    const kt_promise *promise = find_promise(model, identity->promise);

    return identity->type == KT_WORK_RESOURCE && !find_request(model, identity) && promise && !promise->paused
           && !kt_model_refused_request(model, &run->arena, identity->promise, identity->namespace_,
                                        identity->resource);
}

/* D-2: what the deletion of a request finds. The look-up knows the Promise, the request's name and the namespace of
 * its Works, not the request's own: Works of a namesake go too. */
static kt_sv deletion_key(kt_arena *arena, const kt_identity *identity, kt_sv namespace_)
{
    return kt_arena_format(arena, "%v/%v/%v", identity->promise, identity->resource, namespace_);
}

static bool note_deletions(kt_map *deletions, kt_run *run, const kt_model *model)
{
    const kt_plan *then = &run->memory->plan;

    for (size_t i = 0; i < then->work_count; i++) {
        const kt_promise *promise;
        kt_identity identity;
        if (!kt_identity_split(&identity, then->works[i].identity) || !request_is_gone(run, model, &identity))
            continue;
        promise = find_promise(model, identity.promise);
        if (!kt_map_set(deletions,
                        deletion_key(&run->arena, &identity,
                                     promise->pipeline_namespace.len > 0 ? promise->pipeline_namespace
                                                                         : identity.namespace_),
                        i))
            return false;
    }
    return true;
}

bool kt_remembered_forget(kt_run *run, const kt_model *model)
{
    kt_memory *memory = run->memory;
    kt_map deletions;

    kt_map_init(&deletions, &run->arena);
    if (!memory)
        return true;
    if (!note_deletions(&deletions, run, model))
        return false;
    for (size_t i = 0; i < memory->plan.work_count; i++) {
        const kt_work *work = &memory->plan.works[i];
        kt_identity identity;
        bool gone = !kt_identity_split(&identity, work->identity) || promise_is_gone(run, model, identity.promise);
        if (!gone && identity.type == KT_WORK_RESOURCE)
            gone = kt_map_get(&deletions, deletion_key(&run->arena, &identity, work->namespace_)) != KT_MAP_NONE;
        if (gone)
            memory->fates[i] = KT_FATE_DELETED;
    }
    return !run->arena.failed;
}

/* ---- After: what nobody made ---- */

/* W-21: Works of pipelines that the Promise no longer declares go when the workflow has run to its end. They are
 * looked for in the object's own namespace, so that those in a pipelineNamespace stay. */
static bool is_cleaned(const kt_work *work, const kt_pipelines *pipelines, bool ended, kt_sv own_namespace)
{
    return ended && !declares(pipelines, work->pipeline) && kt_sv_equal(work->namespace_, own_namespace);
}

static bool is_deleted(const kt_work *work, const kt_model *model, const kt_workflow_ends *ends)
{
    const kt_promise *promise = find_promise(model, work->promise);
    const kt_resource_request *request;
    kt_identity identity;

    if (!promise || !kt_identity_split(&identity, work->identity))
        return false;
    switch (identity.type) {
    case KT_WORK_STATIC:
        return !promise->paused; /* W-3, D-4; W-14 */
    case KT_WORK_PROMISE:
        return is_cleaned(work, &promise->pipelines[KT_PROMISE_CONFIGURE], ends->promises[promise - model->promises],
                          KT_SV(PLATFORM_NAMESPACE));
    case KT_WORK_RESOURCE: break;
    }
    request = find_request(model, &identity);
    return request
           && is_cleaned(work, &promise->pipelines[KT_RESOURCE_CONFIGURE], ends->requests[request - model->requests],
                         request->namespace_);
}

/* The Work as it was: its groups, whose content layout/kept.c finds. */
static bool keep(kt_works *works, kt_run *run, const kt_model *model, const kt_work *then)
{
    kt_work *work = kt_works_add(works, &run->arena);
    kt_group *groups = kt_arena_array(&run->arena, then->group_count, sizeof *groups);

    if (!work || !groups)
        return false;
    *work = *then;
    work->groups = groups;
    for (size_t i = 0; i < then->group_count; i++) {
        groups[i].directory = then->groups[i].directory;
        groups[i].selector = then->groups[i].selector;
        for (size_t c = 0; c < sizeof groups[i].id; c++)
            groups[i].id[c] = then->groups[i].id[c];
        if (!kt_memory_keep(run->memory, &run->arena, &groups[i], then, &then->groups[i]))
            return false;
    }
    return kt_work_schedule(run, model, work, groups);
}

bool kt_remembered_works(kt_works *works, kt_run *run, const kt_model *model, const kt_workflow_ends *ends)
{
    kt_memory *memory = run->memory;

    for (size_t i = 0; i < works->count && memory; i++) { /* those of a cluster's print-out */
        const kt_work *then = kt_memory_work(memory, works->items[i].identity, works->items[i].namespace_);
        if (then && *kt_memory_fate(memory, then) == KT_FATE_OPEN)
            *kt_memory_fate(memory, then) = KT_FATE_MADE;
    }
    for (size_t i = 0; memory && i < memory->plan.work_count; i++) {
        if (memory->fates[i] != KT_FATE_OPEN)
            continue;
        memory->fates[i] = is_deleted(&memory->plan.works[i], model, ends) ? KT_FATE_DELETED : KT_FATE_STAYS;
        if (memory->fates[i] == KT_FATE_STAYS && !keep(works, run, model, &memory->plan.works[i]))
            return false;
    }
    return !run->arena.failed;
}
