/* All Works of a model, in the order of their names. */
#include "plan/plan.h"

#include "base/sort.h"
#include "base/sv.h"
#include "plan/dump.h"
#include "plan/remembered.h"
#include "plan/static_work.h"
#include "plan/workflows.h"

static int compare_works(const void *left, const void *right)
{
    const kt_work *a = left, *b = right;
    int order = kt_sv_compare(a->name, b->name);

    return order != 0 ? order : kt_sv_compare(a->namespace_, b->namespace_);
}

static bool list_requests(kt_plan *plan, kt_arena *arena, const kt_model *model)
{
    kt_request *requests = kt_arena_array(arena, model->request_count, sizeof *requests);

    if (!requests)
        return false;
    for (size_t i = 0; i < model->request_count; i++) {
        const kt_resource_request *from = &model->requests[i];
        requests[i].api_version = from->object.api_version;
        requests[i].kind = from->object.kind;
        requests[i].namespace_ = from->namespace_;
        requests[i].name = from->object.name;
        requests[i].promise = from->promise->object.name;
        requests[i].pos = from->object.pos;
    }
    plan->requests = requests;
    plan->request_count = model->request_count;
    return true;
}

kt_status kt_plan_build(kt_plan_draft *out, kt_run *run, const kt_model *model)
{
    kt_arena *arena = &run->arena;
    kt_works works = {NULL, 0, 0};
    kt_workflow_ends ends;
    kt_dump dump;

    out->contents = kt_arena_array(arena, model->promise_count, sizeof *out->contents);
    out->content_count = 0;
    if (!out->contents || !list_requests(&out->plan, arena, model) || !kt_remembered_forget(run, model)
        || !kt_dump_open(&dump, run, model))
        return KT_ERR_NOMEM;
    for (size_t i = 0; i < model->promise_count; i++) {
        kt_content *content = &out->contents[out->content_count];
        bool made;
        if (!kt_static_work_make(&works, content, &made, run, model, &model->promises[i]))
            return KT_ERR_NOMEM;
        out->content_count += made;
    }
    if (!kt_workflows_run(&works, &ends, run, model) || !kt_dump_works(&works, &dump)
        || !kt_remembered_works(&works, run, model, &ends))
        return KT_ERR_NOMEM;
    out->plan.stores = model->stores;
    out->plan.store_count = model->store_count;
    out->plan.destinations = model->destinations;
    out->plan.destination_count = model->destination_count;
    out->plan.works = works.items;
    out->plan.work_count = works.count;
    return kt_sort(works.items, works.count, sizeof *works.items, compare_works, arena) ? KT_OK : KT_ERR_NOMEM;
}
