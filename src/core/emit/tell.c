/* Stories about what goes somewhere: Promises, requests, Works. */
#include "emit/tell.h"

#include "base/few.h"
#include "base/sv.h"
#include "memory/memory.h"

/* ---- Words ---- */

void kt_tell(kt_teller *t, kt_story_kind kind, kt_sv text)
{
    kt_story_part *parts = kt_arena_reserve(t->arena, t->parts, t->count, &t->capacity, sizeof *parts);

    if (!parts)
        return;
    t->parts = parts;
    parts[t->count++] = (kt_story_part){kind, text};
}

kt_sv kt_tell_place(kt_teller *t, kt_pos pos)
{
    return pos.line > 0 ? kt_arena_format(t->arena, "%v:%u", pos.file, (uint64_t)pos.line) : pos.file;
}

kt_sv kt_tell_count(kt_teller *t, uint64_t n, const char *one, const char *many)
{
    return kt_arena_format(t->arena, "%u %s", n, n == 1 ? one : many);
}

const char *kt_tell_store_kind(kt_store_kind kind)
{
    return kind == KT_STORE_GIT ? "GitStateStore" : "BucketStateStore";
}

kt_sv kt_tell_path(kt_teller *t, const kt_store_tree *tree, const kt_file *file)
{
    return tree->folder.len > 0 ? kt_arena_format(t->arena, "%v/%v", tree->folder, file->path) : file->path;
}

kt_sv kt_tell_what(kt_teller *t, const kt_work *work, const kt_group *group)
{
    kt_identity identity;
    kt_sv text;

    if (work->type == KT_WORK_STATIC)
        text = kt_arena_format(t->arena, "the dependencies of Promise %v", work->promise);
    else if (work->type == KT_WORK_PROMISE)
        text = kt_arena_format(t->arena, "pipeline %v of Promise %v", work->pipeline, work->promise);
    else if (kt_identity_split(&identity, work->identity))
        text = kt_arena_format(t->arena, "pipeline %v of the request %v/%v of Promise %v", work->pipeline,
                               identity.namespace_, work->resource, work->promise);
    else
        text = kt_arena_format(t->arena, "a request %v of Promise %v", work->resource, work->promise);
    return !group || kt_sv_is(group->directory, ".")
               ? text
               : kt_arena_format(t->arena, "directory %v of %v", group->directory, text);
}

/* ---- What a group is and asks for ---- */

static void tell_content(kt_teller *t, const kt_work *work, const kt_group *group)
{
    kt_sv what = kt_tell_what(t, work, group);
    uint64_t size = 0;

    for (size_t i = 0; i < group->workload_count; i++)
        size += group->workloads[i].size;
    kt_tell(t, KT_STORY_TEXT,
            kt_arena_format(t->arena, "Work %v holds %v: %v, %v.", work->name, what,
                            kt_tell_count(t, group->workload_count, "file", "files"),
                            kt_tell_count(t, size, "byte", "bytes")));
    if (group->kept)
        kt_tell(t, KT_STORY_TEXT,
                group->unknown
                    ? KT_SV("This run does not make it, and what an earlier one wrote is found nowhere: its files stay "
                            "as they are (W-12).")
                    : KT_SV("This run does not make it: it is what an earlier one wrote (W-12)."));
}

static const char *const sources[] = {
    [KT_SELECTOR_PROMISE] = "from destinationSelectors of the Promise (S-2)",
    [KT_SELECTOR_PROMISE_WORKFLOW] = "from destination-selectors.yaml of a pipeline of the Promise (G-14)",
    [KT_SELECTOR_RESOURCE_WORKFLOW] = "from metadata/destination-selectors.yaml of the pipeline (G-14)",
};

static kt_sv labels_text(kt_teller *t, const kt_label *labels, size_t count)
{
    kt_few few;

    kt_few_init(&few, t->arena->allocator);
    for (size_t i = 0; i < count; i++)
        kt_few_add(&few, kt_arena_format(t->arena, "%v=%v", labels[i].key, labels[i].value));
    return kt_few_end(&few, t->arena);
}

static void tell_selector(kt_teller *t, const kt_group *group)
{
    if (group->selector_error.len > 0) {
        kt_tell(t, KT_STORY_TEXT,
                kt_arena_format(t->arena, "Its selector cannot be parsed: %v (S-5).", group->selector_error));
        return;
    }
    if (group->selector.len == 0) {
        kt_tell(t, KT_STORY_TEXT,
                KT_SV("It has no selector, so every Destination will do, except those that have both labels and "
                      "strictMatchLabels (S-7)."));
        return;
    }
    kt_tell(t, KT_STORY_TEXT, kt_arena_format(t->arena, "It is for Destinations with %v.", group->selector));
    for (size_t i = 0; i < group->selector_count; i++)
        if (group->selectors[i].label_count > 0)
            kt_tell(t, KT_STORY_ITEM,
                    kt_arena_format(t->arena, "%v %s",
                                    labels_text(t, group->selectors[i].labels, group->selectors[i].label_count),
                                    sources[group->selectors[i].source]));
    if (group->selector_count > 1)
        kt_tell(t, KT_STORY_TEXT, KT_SV("All of them must match; where two name one label, the Promise wins (S-1)."));
}

/* ---- Where it goes ---- */

static const kt_store_tree *find_tree(const kt_teller *t, const kt_store *store)
{
    const kt_tree *tree = &t->result->tree;

    for (size_t i = 0; i < tree->store_count; i++)
        if (tree->stores[i].store == store)
            return &tree->stores[i];
    return NULL;
}

/* The first file on that Destination in which the group has a part, state files aside; NULL: none. */
static const kt_file *find_file(const kt_store_tree *tree, const kt_destination *destination, const kt_group *group)
{
    for (size_t i = 0; tree && i < tree->file_count; i++) {
        const kt_file *file = &tree->files[i];
        if (file->destination != destination || file->rule == KT_RULE_STATE_FILE)
            continue;
        for (size_t m = 0; m < file->maker_count; m++)
            if (file->makers[m].group == group)
                return file;
    }
    return NULL;
}

static void tell_placed(kt_teller *t, const kt_group *group, const kt_destination *destination, kt_sv reason)
{
    const kt_store_tree *tree = find_tree(t, destination->store);
    const kt_file *file = find_file(tree, destination, group);
    kt_sv why = reason.len > 0 ? reason : KT_SV("as the cluster has decided");

    if (!file)
        kt_tell(t, KT_STORY_ITEM,
                kt_arena_format(t->arena, "on %v, since %v; no file of it is in the tree", destination->name, why));
    else
        kt_tell(t, KT_STORY_ITEM,
                kt_arena_format(t->arena, "on %v, since %v: %v%s", destination->name, why, kt_tell_path(t, tree, file),
                                group->workload_count > 1 && file->rule == KT_RULE_WORKLOAD ? " and others" : ""));
}

static void tell_not_placed(kt_teller *t, const kt_destination *destination, kt_sv reason)
{
    kt_sv why = reason.len > 0 ? reason : KT_SV("the cluster has not placed it there");

    kt_tell(t, KT_STORY_ITEM, kt_arena_format(t->arena, "not on %v: %v", destination->name, why));
}

static void tell_rest(kt_teller *t, size_t told, size_t count, const char *what)
{
    if (count > told)
        kt_tell(t, KT_STORY_ITEM, kt_arena_format(t->arena, "and %u more %s", (uint64_t)(count - told), what));
}

/* Items for the Destinations that get it, or for the others. Returns how many there are. */
static size_t tell_destinations(kt_teller *t, const kt_group *group, bool placed)
{
    const kt_plan *plan = &t->result->plan;
    size_t count = 0;

    for (size_t i = 0; i < plan->destination_count; i++) {
        kt_sv reason;
        kt_mark mark = kt_group_mark(group, &plan->destinations[i], &reason);
        if (kt_mark_places(mark) != placed || count++ >= KT_TELL_ITEMS)
            continue;
        if (placed)
            tell_placed(t, group, &plan->destinations[i], reason);
        else
            tell_not_placed(t, &plan->destinations[i], reason);
    }
    tell_rest(t, KT_TELL_ITEMS, count, placed ? "Destinations" : "that do not get it");
    return count;
}

static bool has_mark(const kt_teller *t, const kt_group *group, kt_mark mark)
{
    const kt_plan *plan = &t->result->plan;

    for (size_t i = 0; i < plan->destination_count; i++)
        if (kt_group_mark(group, &plan->destinations[i], NULL) == mark)
            return true;
    return false;
}

/* How many Destinations get it, by which rule. */
static kt_sv rule_text(const kt_teller *t, const kt_work *work, const kt_group *group)
{
    if (has_mark(t, group, KT_MARK_STOPPED))
        return KT_SV("Scheduling of this Work stopped at a selector that cannot be parsed (S-6):");
    if (work->type != KT_WORK_RESOURCE)
        return KT_SV("What belongs to a Promise itself goes to every Destination that matches (S-20):");
    if (has_mark(t, group, KT_MARK_FIRST))
        return KT_SV("A request goes to one Destination. Several match; Kratix draws one at random and stays with it "
                     "(S-21), here it is the first by name (N-2):");
    return KT_SV("A request goes to one Destination (S-21):");
}

static void tell_lingering(kt_teller *t, const kt_group *group)
{
    kt_few few;

    if (group->lingering_count == 0)
        return;
    kt_few_init(&few, t->arena->allocator);
    for (size_t i = 0; i < group->lingering_count; i++)
        kt_few_add(&few, group->lingering[i]);
    kt_tell(t, KT_STORY_TEXT,
            kt_arena_format(t->arena, "It was placed on %v too. That Destination is gone, and its files stay (S-29).",
                            kt_few_end(&few, t->arena)));
}

static void tell_group(kt_teller *t, const kt_work *work, const kt_group *group)
{
    tell_content(t, work, group);
    tell_selector(t, group);
    kt_tell(t, KT_STORY_TEXT, rule_text(t, work, group));
    if (tell_destinations(t, group, true) == 0)
        kt_tell(t, KT_STORY_ITEM,
                KT_SV("nowhere: nothing is written, and Kratix waits for a Destination that matches (S-22)"));
    tell_destinations(t, group, false);
    tell_lingering(t, group);
}

void kt_tell_work(kt_teller *t, const kt_work *work)
{
    for (size_t i = 0; i < work->group_count; i++)
        tell_group(t, work, &work->groups[i]);
    if (work->group_count == 0)
        kt_tell(t, KT_STORY_TEXT,
                kt_arena_format(t->arena, "Work %v holds %v: no file at all, so nothing is placed (W-9).", work->name,
                                kt_tell_what(t, work, NULL)));
}

/* ---- Promises ---- */

static void tell_promise_head(kt_teller *t, const kt_promise *promise)
{
    kt_sv place = kt_tell_place(t, promise->object.pos);

    if (promise->api.present)
        kt_tell(t, KT_STORY_TEXT,
                kt_arena_format(t->arena, "Promise %v is defined at %v. Requests to it are of kind %v, group %v.",
                                promise->object.name, place, promise->api.kind, promise->api.group));
    else
        kt_tell(t, KT_STORY_TEXT,
                kt_arena_format(t->arena, "Promise %v is defined at %v. It has no API, so nothing can be requested of it "
                                          "(I-8).",
                                promise->object.name, place));
    if (promise->paused)
        kt_tell(t, KT_STORY_TEXT,
                KT_SV("It is paused by its label kratix.io/paused: nothing new is done for it or its requests (W-14)."));
    if (promise->suspended)
        kt_tell(t, KT_STORY_TEXT,
                KT_SV("Its workflow is suspended by its label kratix.io/workflow-suspended: its pipelines do not run "
                      "(W-13)."));
}

static void tell_required(kt_teller *t, const kt_promise *promise)
{
    kt_few few;

    if (promise->required_count == 0)
        return;
    kt_few_init(&few, t->arena->allocator);
    for (size_t i = 0; i < promise->required_count; i++)
        kt_few_add(&few, promise->required[i].name);
    kt_tell(t, KT_STORY_TEXT,
            kt_arena_format(t->arena, "It requires %v. Without them its dependencies are written, but no request is "
                                      "answered (W-15).",
                            kt_few_end(&few, t->arena)));
}

static size_t tell_works(kt_teller *t, kt_sv promise)
{
    const kt_plan *plan = &t->result->plan;
    size_t count = 0;

    for (size_t i = 0; i < plan->work_count; i++)
        if (plan->works[i].type != KT_WORK_RESOURCE && kt_sv_equal(plan->works[i].promise, promise)) {
            kt_tell_work(t, &plan->works[i]);
            count++;
        }
    return count;
}

static void tell_requests(kt_teller *t, const kt_promise *promise)
{
    const kt_model *model = t->result->model;
    size_t count = 0;

    for (size_t i = 0; i < model->request_count; i++)
        count += model->requests[i].promise == promise;
    if (!promise->api.present)
        return;
    if (promise->pipelines[KT_RESOURCE_CONFIGURE].count == 0)
        kt_tell(t, KT_STORY_TEXT, KT_SV("It has no pipelines for requests: they make no Work and no file (W-8)."));
    kt_tell(t, KT_STORY_TEXT,
            count == 0 ? KT_SV("There is no request to it.")
                       : kt_arena_format(t->arena, "There %s to it:",
                                         count == 1 ? "is one request" : "are several requests"));
    for (size_t i = 0, told = 0; i < model->request_count && told < KT_TELL_ITEMS; i++)
        if (model->requests[i].promise == promise) {
            kt_tell(t, KT_STORY_ITEM,
                    kt_arena_format(t->arena, "request/%v/%v", model->requests[i].namespace_,
                                    model->requests[i].object.name));
            told++;
        }
    tell_rest(t, KT_TELL_ITEMS, count, "requests");
}

void kt_tell_promise(kt_teller *t, const kt_promise *promise)
{
    tell_promise_head(t, promise);
    tell_required(t, promise);
    if (tell_works(t, promise->object.name) == 0)
        kt_tell(t, KT_STORY_TEXT,
                KT_SV("Nothing is written for the Promise itself: it has no dependencies, and there is no output of its "
                      "pipelines."));
    tell_requests(t, promise);
}

/* ---- Requests ---- */

static bool is_of_request(const kt_work *work, const kt_resource_request *request)
{
    kt_identity identity;

    return work->type == KT_WORK_RESOURCE && kt_sv_equal(work->promise, request->promise->object.name)
           && kt_sv_equal(work->resource, request->object.name) && kt_identity_split(&identity, work->identity)
           && kt_sv_equal(identity.namespace_, request->namespace_);
}

static kt_sv why_unanswered(const kt_resource_request *request)
{
    if (request->promise->pipelines[KT_RESOURCE_CONFIGURE].count == 0)
        return KT_SV("Nothing is written: its Promise has no pipelines for requests (W-8).");
    if (request->promise->paused)
        return KT_SV("Nothing is written: its Promise is paused (W-14).");
    if (request->paused)
        return KT_SV("Nothing is written: it is paused by its label kratix.io/paused (W-14).");
    if (request->suspended)
        return KT_SV("Nothing is written: its workflow is suspended by its label (W-13).");
    return KT_SV("Nothing is written: there is no captured output of its pipelines, or its Promise is not available "
                 "(W-9a, W-17); kratree validate tells which.");
}

void kt_tell_request(kt_teller *t, const kt_resource_request *request)
{
    const kt_plan *plan = &t->result->plan;
    size_t count = 0;

    kt_tell(t, KT_STORY_TEXT,
            kt_arena_format(t->arena, "%v %v in namespace %v is a request to Promise %v, defined at %v.",
                            request->object.kind, request->object.name, request->namespace_,
                            request->promise->object.name, kt_tell_place(t, request->object.pos)));
    for (size_t i = 0; i < plan->work_count; i++)
        if (is_of_request(&plan->works[i], request)) {
            kt_tell_work(t, &plan->works[i]);
            count++;
        }
    if (count == 0)
        kt_tell(t, KT_STORY_TEXT, why_unanswered(request));
}
