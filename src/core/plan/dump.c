/* From a cluster's print-out to Works with their placements: nothing is decided here, it was decided there. */
#include "plan/dump.h"

#include "base/buf.h"
#include "base/sort.h"
#include "base/sv.h"
#include "plan/packed.h"

/* ---- Order of the placements ---- */

static int compare_group(const kt_cluster_placement *p, kt_sv namespace_, kt_sv work, kt_sv id)
{
    int order = kt_sv_compare(p->object.namespace_, namespace_);

    if (order == 0)
        order = kt_sv_compare(p->work, work);
    return order != 0 ? order : kt_sv_compare(p->id, id);
}

static int compare_placements(const void *left, const void *right)
{
    const kt_cluster_placement *a = *(const kt_cluster_placement *const *)left;
    const kt_cluster_placement *b = *(const kt_cluster_placement *const *)right;
    int order = compare_group(a, b->object.namespace_, b->work, b->id);

    return order != 0 ? order : kt_sv_compare(a->destination, b->destination);
}

size_t kt_dump_first(const kt_dump *d, kt_sv namespace_, kt_sv work, kt_sv id)
{
    size_t low = 0, high = d->model->placement_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_group(d->placements[middle], namespace_, work, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool kt_dump_is_of(const kt_dump *d, size_t at, kt_sv namespace_, kt_sv work, kt_sv id)
{
    return at < d->model->placement_count && compare_group(d->placements[at], namespace_, work, id) == 0;
}

/* ---- Content ---- */

static bool same_workloads(const kt_value *a, const kt_value *b)
{
    size_t count = a ? a->length : 0;

    if (a == b)
        return true;
    if (count != (b ? b->length : 0))
        return false;
    for (size_t i = 0; i < count; i++) {
        const kt_value *left = &a->as.items[i], *right = &b->as.items[i];
        if (!kt_sv_equal(kt_value_string(kt_value_get(left, "filepath")), kt_value_string(kt_value_get(right, "filepath")))
            || !kt_sv_equal(kt_value_string(kt_value_get(left, "content")),
                            kt_value_string(kt_value_get(right, "content"))))
            return false;
    }
    return true;
}

static void report_unreadable(kt_dump *d, const kt_object *object, const kt_value *content, kt_status status,
                              const char *why)
{
    kt_diag *diag;

    if (status == KT_ERR_LIMIT)
        diag = kt_diags_add(&d->run->diags, KT_LIMIT_OUTPUT, kt_value_pos(content, object->file),
                            "the content is longer than %u bytes", d->run->options.limits.output_bytes);
    else
        diag = kt_diags_add(&d->run->diags, KT_CONTENT_UNREADABLE, kt_value_pos(content, object->file),
                            "the content cannot be unpacked: %s", why);
    diag->object = object->title;
    d->run->left_out++;
}

static bool fill_workload(kt_workload *out, kt_dump *d, const kt_object *object, const kt_value *item)
{
    kt_arena *arena = &d->run->arena;
    const kt_value *content = kt_value_get(item, "content");
    kt_sv *part = kt_arena_array(arena, 1, sizeof *part);
    kt_origin *origin = kt_arena_array(arena, 1, sizeof *origin);
    kt_status status = KT_OK;
    const char *why;

    if (!part || !origin)
        return false;
    if (content && content->type == KT_TYPE_STRING)
        status = kt_unpack(part, &why, arena, kt_value_string(content), d->run->options.limits.output_bytes);
    if (status == KT_ERR_NOMEM)
        return false;
    if (status != KT_OK)
        report_unreadable(d, object, content, status, why);
    out->path = kt_value_string(kt_value_get(item, "filepath"));
    out->parts = part;
    out->part_count = 1;
    out->size = part->len;
    origin->size = part->len;
    origin->pos = kt_value_pos(item, object->file);
    out->origins = origin;
    out->origin_count = 1;
    return true;
}

static bool fill_workloads(kt_group *group, kt_dump *d, const kt_object *object, const kt_value *list)
{
    size_t count = list ? list->length : 0;
    kt_workload *workloads = kt_arena_array(&d->run->arena, count, sizeof *workloads);

    if (!workloads)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!fill_workload(&workloads[i], d, object, &list->as.items[i]))
            return false;
    group->workloads = workloads;
    group->workload_count = count;
    return true;
}

/* ---- Groups ---- */

static void set_id(kt_group *group, kt_sv directory, kt_sv id)
{
    kt_group_set_directory(group, directory);
    for (size_t i = 0; i < id.len && i < sizeof group->id - 1; i++)
        group->id[i] = id.ptr[i];
}

/* S-29: a placement whose Destination is gone lingers and is not written. */
static bool add_placement(kt_group *group, kt_placement *placements, kt_dump *d, const kt_cluster_placement *from)
{
    size_t at = kt_map_get(&d->destinations, from->destination);
    kt_placement *placement = &placements[group->placement_count];

    if (at == KT_MAP_NONE)
        return true;
    placement->name = from->object.name;
    placement->namespace_ = from->object.namespace_;
    placement->destination = &d->model->destinations[at];
    placement->misplaced = from->misplaced;
    group->placement_count++;
    return true;
}

static bool explain(kt_group *group, kt_dump *d)
{
    size_t count = d->model->destination_count;
    kt_reason *reasons = kt_arena_array(&d->run->arena, count, sizeof *reasons);

    if (!reasons)
        return false;
    for (size_t i = 0, p = 0; i < count; i++) {
        bool placed = p < group->placement_count && group->placements[p].destination == &d->model->destinations[i];
        reasons[i].destination = &d->model->destinations[i];
        reasons[i].verdict = placed ? KT_PINNED : KT_NOT_PLACED;
        reasons[i].text = !placed                         ? KT_SV("the cluster has not placed it there")
                          : group->placements[p].misplaced ? KT_SV("the cluster has placed it there; it no longer matches")
                                                           : KT_SV("the cluster has placed it there");
        p += placed;
    }
    group->reasons = reasons;
    group->reason_count = count;
    return true;
}

/* Take the placements from `first` on that belong to one group and hold `workloads`. */
static bool take_placements(kt_group *group, kt_dump *d, size_t first, const kt_value *workloads)
{
    const kt_cluster_placement *head = first < d->model->placement_count ? d->placements[first] : NULL;
    size_t count = 0;
    kt_placement *placements;

    while (head && first + count < d->model->placement_count
           && compare_group(d->placements[first + count], head->object.namespace_, head->work, head->id) == 0)
        count++;
    placements = kt_arena_array(&d->run->arena, count, sizeof *placements);
    if (!placements)
        return false;
    for (size_t i = first; i < first + count; i++) {
        if (d->taken[i] || !same_workloads(d->placements[i]->workloads, workloads))
            continue;
        d->taken[i] = true;
        if (!add_placement(group, placements, d, d->placements[i]))
            return false;
    }
    group->placements = placements;
    return explain(group, d);
}

static bool make_group(kt_group *group, kt_dump *d, const kt_cluster_work *work, const kt_cluster_group *from)
{
    size_t first = kt_dump_first(d, work->object.namespace_, work->object.name, from->id);
    bool any = kt_dump_is_of(d, first, work->object.namespace_, work->object.name, from->id);

    set_id(group, from->directory, from->id);
    group->selectors = from->selectors;
    group->selector_count = from->selector_count;
    return fill_workloads(group, d, &work->object, from->workloads)
           && take_placements(group, d, any ? first : d->model->placement_count, from->workloads);
}

/* ---- Works ---- */

kt_sv kt_dump_identity(kt_arena *arena, const kt_cluster_work *work)
{
    kt_sv namespace_ = work->resource_namespace.len > 0 ? work->resource_namespace : work->object.namespace_;

    switch (work->type) {
    case KT_WORK_STATIC: return kt_arena_format(arena, "static-dependency/%v", work->promise);
    case KT_WORK_PROMISE: return kt_arena_format(arena, "promise/%v/%v", work->promise, work->pipeline);
    case KT_WORK_RESOURCE: break;
    }
    return kt_arena_format(arena, "resource/%v/%v/%v/%v", work->promise, namespace_, work->resource, work->pipeline);
}

static bool add_work(kt_works *works, kt_dump *d, const kt_cluster_work *from, kt_sv identity)
{
    kt_group *groups = kt_arena_array(&d->run->arena, from->group_count, sizeof *groups);
    kt_work *work = kt_works_add(works, &d->run->arena);

    if (!groups || !work)
        return false;
    work->type = from->type;
    work->identity = identity;
    work->name = from->object.name;
    work->namespace_ = from->object.namespace_;
    work->promise = from->promise;
    work->resource = from->resource;
    work->pipeline = from->pipeline;
    work->groups = groups;
    work->group_count = from->group_count;
    work->pos = from->object.pos;
    for (size_t i = 0; i < from->group_count; i++)
        if (!make_group(&groups[i], d, from, &from->groups[i]))
            return false;
    return true;
}

/* A placement that no group of a printed Work explains: its own Work, as far as it tells. */
static bool add_stale(kt_works *works, kt_dump *d, size_t at)
{
    const kt_cluster_placement *from = d->placements[at];
    kt_group *group = kt_arena_array(&d->run->arena, 1, sizeof *group);
    kt_work *work = kt_works_add(works, &d->run->arena);

    if (!group || !work)
        return false;
    work->type = from->resource.len > 0 ? KT_WORK_RESOURCE : from->pipeline.len > 0 ? KT_WORK_PROMISE : KT_WORK_STATIC;
    work->identity = from->object.title;
    work->name = from->work;
    work->namespace_ = from->object.namespace_;
    work->promise = from->promise;
    work->resource = from->resource;
    work->pipeline = from->pipeline;
    work->groups = group;
    work->group_count = 1;
    work->pos = from->object.pos;
    set_id(group, KT_SV(""), from->id);
    return fill_workloads(group, d, &from->object, from->workloads) && take_placements(group, d, at, from->workloads);
}

/* ---- Works that manifests make again ---- */

/* S-28: all its placements are looked after, those of groups that are gone too. */
static void take_all(kt_dump *d, const kt_cluster_work *work)
{
    size_t i = kt_dump_first(d, work->object.namespace_, work->object.name, KT_SV(""));

    for (; i < d->model->placement_count; i++) {
        const kt_cluster_placement *p = d->placements[i];
        if (!kt_sv_equal(p->object.namespace_, work->object.namespace_) || !kt_sv_equal(p->work, work->object.name))
            return;
        d->taken[i] = true;
    }
}

static bool has_kept(const kt_work *work)
{
    for (size_t i = 0; i < work->group_count; i++)
        if (work->groups[i].kept)
            return true;
    return false;
}

/* S-6: where scheduling stopped, a placement holds what it held. */
static bool fill_kept(kt_dump *d, kt_work *made)
{
    kt_group *groups = kt_arena_array(&d->run->arena, made->group_count, sizeof *groups);

    if (!groups)
        return false;
    for (size_t i = 0; i < made->group_count; i++) {
        size_t at = kt_dump_first(d, made->namespace_, made->name, kt_str(made->groups[i].id));
        groups[i] = made->groups[i];
        if (groups[i].kept && kt_dump_is_of(d, at, made->namespace_, made->name, kt_str(groups[i].id))
            && !fill_workloads(&groups[i], d, &d->placements[at]->object, d->placements[at]->workloads))
            return false;
    }
    made->groups = groups;
    return true;
}

static bool look_at_made(kt_dump *d, kt_work *made, const kt_cluster_work *printed)
{
    take_all(d, printed);
    if (d->model->placement_count > 0 && has_kept(made) && !fill_kept(d, made))
        return false;
    return made->type == KT_WORK_STATIC || kt_dump_compare(d, made, printed);
}

/* ---- All of them ---- */

static kt_sv key_of(kt_arena *arena, kt_sv namespace_, kt_sv name)
{
    return kt_arena_format(arena, "%v/%v", namespace_, name);
}

bool kt_dump_open(kt_dump *out, kt_run *run, const kt_model *model)
{
    kt_arena *arena = &run->arena;
    size_t count = model->placement_count;

    *out = (kt_dump){run, model, NULL, NULL, {NULL, NULL, 0, 0, 0}};
    if (model->work_count + count == 0)
        return true;
    kt_map_init(&out->destinations, arena);
    out->placements = kt_arena_array(arena, count, sizeof *out->placements);
    out->taken = kt_arena_array(arena, count, sizeof *out->taken);
    if (!out->placements || !out->taken)
        return false;
    for (size_t i = 0; i < count; i++)
        out->placements[i] = &model->placements[i];
    for (size_t i = 0; i < model->destination_count; i++)
        if (!kt_map_set(&out->destinations, model->destinations[i].name, i))
            return false;
    return kt_sort(out->placements, count, sizeof *out->placements, compare_placements, arena) && kt_dump_pin(out);
}

bool kt_dump_works(kt_works *works, kt_dump *d)
{
    kt_arena *arena = &d->run->arena;
    const kt_model *model = d->model;
    kt_map made; /* a printed Work that is made again has lent its name */

    if (model->work_count + model->placement_count == 0)
        return true;
    kt_map_init(&made, arena);
    for (size_t i = 0; i < works->count; i++)
        if (!kt_map_set(&made, key_of(arena, works->items[i].namespace_, works->items[i].name), i))
            return false;
    for (size_t i = 0; i < model->work_count; i++) {
        const kt_cluster_work *printed = &model->works[i];
        size_t at = kt_map_get(&made, key_of(arena, printed->object.namespace_, printed->object.name));
        if (at == KT_MAP_NONE ? !add_work(works, d, printed, kt_dump_identity(arena, printed))
                              : !look_at_made(d, &works->items[at], printed))
            return false;
    }
    for (size_t i = 0; i < model->placement_count; i++)
        if (!d->taken[i] && !add_stale(works, d, i))
            return false;
    return !arena->failed;
}
