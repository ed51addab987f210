/* Work and WorkPlacement, as a cluster prints them: what Kratix has decided, and the content it holds (I-12,
 * S-23). Nobody writes them by hand, so that fields which are not needed here are not checked. */
#include <string.h>

#include "base/sv.h"
#include "model/cluster.h"
#include "model/schema.h"

static const kt_field workload_fields[] = {
    {"filepath", &kt_schema_string, "path of the file in the group", KT_IN_ALL, KT_IN_ALL},
    {"content", &kt_schema_string, "the file, gzip and base64", KT_IN_ALL, 0},
};
static const kt_schema workload_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(workload_fields), .open = true};
static const kt_schema workloads_schema = {.type = KT_SCHEMA_LIST, .item = &workload_schema};

static const kt_field selector_fields[] = {
    {"matchLabels", &kt_schema_string_map, "labels that a Destination must have", KT_IN_ALL, 0},
    {"source", &kt_schema_string, "who asks for them", KT_IN_ALL, 0},
};
static const kt_schema selector_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(selector_fields), .open = true};
static const kt_schema selectors_schema = {.type = KT_SCHEMA_LIST, .item = &selector_schema};

static const kt_field group_fields[] = {
    {"directory", &kt_schema_string, "top-level directory of the group", KT_IN_ALL, 0},
    {"id", &kt_schema_string, "MD5 of the directory", KT_IN_ALL, 0},
    {"destinationSelectors", &selectors_schema, "which Destinations are wanted", KT_IN_ALL, 0},
    {"workloads", &workloads_schema, "the files", KT_IN_ALL, 0},
};
static const kt_schema group_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(group_fields), .open = true};
static const kt_schema groups_schema = {.type = KT_SCHEMA_LIST, .item = &group_schema};

static const kt_field work_spec_fields[] = {
    {"promiseName", &kt_schema_string, "the Promise", KT_IN_ALL, 0},
    {"resourceName", &kt_schema_string, "the request, if it is one's", KT_IN_ALL, 0},
    {"workloadGroups", &groups_schema, "what is to be placed", KT_IN_ALL, 0},
};
static const kt_schema work_spec_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(work_spec_fields), .open = true};

static const kt_field placement_spec_fields[] = {
    {"id", &kt_schema_string, "id of the workload group", KT_IN_ALL, 0},
    {"promiseName", &kt_schema_string, "the Promise", KT_IN_ALL, 0},
    {"resourceName", &kt_schema_string, "the request, if it is one's", KT_IN_ALL, 0},
    {"targetDestinationName", &kt_schema_string, "the Destination", KT_IN_ALL, KT_IN_ALL},
    {"workloads", &workloads_schema, "the files", KT_IN_ALL, 0},
};
static const kt_schema placement_spec_schema = {
    .type = KT_SCHEMA_OBJECT, KT_FIELDS(placement_spec_fields), .open = true};

#define OBJECT_FIELDS(spec_schema, kind_name)                                                         \
    {"apiVersion", &kt_schema_any, "platform.kratix.io/v1alpha1", KT_IN_ALL, 0},                      \
        {"kind", &kt_schema_any, kind_name, KT_IN_ALL, 0},                                            \
        {"metadata", &kt_schema_any, "name and labels", KT_IN_ALL, 0},                                \
        {"spec", &(spec_schema), "what is placed", KT_IN_ALL, KT_IN_ALL},                             \
        {"status", &kt_schema_any, "not looked at", KT_IN_ALL, 0}

static const kt_field work_fields[] = {OBJECT_FIELDS(work_spec_schema, "Work")};
static const kt_schema work_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(work_fields)};
static const kt_field placement_fields[] = {OBJECT_FIELDS(placement_spec_schema, "WorkPlacement")};
static const kt_schema placement_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(placement_fields)};

/* ---- Work ----------------------------------------------------------------------------------- */

static kt_selector_source source_of(kt_sv name)
{
    if (kt_sv_is(name, "promise-workflow"))
        return KT_SELECTOR_PROMISE_WORKFLOW;
    return kt_sv_is(name, "resource-workflow") ? KT_SELECTOR_RESOURCE_WORKFLOW : KT_SELECTOR_PROMISE;
}

static bool read_selectors(kt_run *run, const kt_object *object, const kt_value *list, kt_cluster_group *out)
{
    size_t count = kt_value_count(list);
    kt_selector *selectors = kt_arena_array(&run->arena, count, sizeof *selectors);

    if (!selectors)
        return false;
    for (size_t i = 0; i < count; i++) {
        const kt_value *item = &list->as.items[i];
        selectors[i].source = source_of(kt_value_text(item, "source"));
        if (!kt_labels_of(run, kt_value_get(item, "matchLabels"), object->file, &selectors[i].labels,
                          &selectors[i].label_count))
            return false;
    }
    out->selectors = selectors;
    out->selector_count = count;
    return true;
}

static bool read_groups(kt_run *run, const kt_object *object, const kt_value *list, kt_cluster_work *out)
{
    size_t count = kt_value_count(list);
    kt_cluster_group *groups = kt_arena_array(&run->arena, count, sizeof *groups);

    if (!groups)
        return false;
    for (size_t i = 0; i < count; i++) {
        const kt_value *item = &list->as.items[i];
        groups[i].directory = kt_value_text(item, "directory");
        groups[i].id = kt_value_text(item, "id");
        groups[i].workloads = kt_value_get(item, "workloads");
        if (!read_selectors(run, object, kt_value_get(item, "destinationSelectors"), &groups[i]))
            return false;
    }
    out->groups = groups;
    out->group_count = count;
    return true;
}

static kt_work_type type_of(kt_sv name)
{
    if (kt_sv_is(name, "promise"))
        return KT_WORK_PROMISE;
    return kt_sv_is(name, "resource") ? KT_WORK_RESOURCE : KT_WORK_STATIC;
}

bool kt_work_apply(kt_cluster *cluster, kt_object *object)
{
    kt_run *run = cluster->run;
    const kt_value *spec = kt_value_get(object->root, "spec");
    kt_cluster_work *grown;

    kt_schema_check(run, object, &work_schema, object->root, "");
    if (object->refused)
        return true;
    grown = kt_arena_reserve(&run->arena, cluster->works, cluster->work_count, &cluster->work_capacity, sizeof *grown);
    if (!grown)
        return false;
    cluster->works = grown;
    grown += cluster->work_count++;
    memset(grown, 0, sizeof *grown);
    grown->object = *object;
    grown->type = type_of(kt_object_label(object, "kratix.io/work-type"));
    grown->promise = kt_object_label(object, "kratix.io/promise-name");
    grown->pipeline = kt_object_label(object, "kratix.io/pipeline-name");
    grown->resource = kt_object_label(object, "kratix.io/resource-name");
    grown->resource_namespace = kt_object_label(object, "kratix.io/resource-namespace");
    if (grown->promise.len == 0)
        grown->promise = kt_value_text(spec, "promiseName");
    if (grown->resource.len == 0)
        grown->resource = kt_value_text(spec, "resourceName");
    return read_groups(run, object, kt_value_get(spec, "workloadGroups"), grown);
}

/* ---- WorkPlacement -------------------------------------------------------------------------- */

bool kt_work_placement_apply(kt_cluster *cluster, kt_object *object)
{
    kt_run *run = cluster->run;
    const kt_value *spec = kt_value_get(object->root, "spec");
    kt_cluster_placement *grown;

    kt_schema_check(run, object, &placement_schema, object->root, "");
    if (object->refused)
        return true;
    grown = kt_arena_reserve(&run->arena, cluster->placements, cluster->placement_count,
                             &cluster->placement_capacity, sizeof *grown);
    if (!grown)
        return false;
    cluster->placements = grown;
    grown += cluster->placement_count++;
    memset(grown, 0, sizeof *grown);
    grown->object = *object;
    grown->work = kt_object_label(object, "kratix.io/work");
    grown->pipeline = kt_object_label(object, "kratix.io/pipeline-name");
    grown->id = kt_value_text(spec, "id");
    grown->promise = kt_value_text(spec, "promiseName");
    grown->resource = kt_value_text(spec, "resourceName");
    grown->destination = kt_value_text(spec, "targetDestinationName");
    grown->misplaced = kt_object_flag(object, "kratix.io/misplaced");
    grown->workloads = kt_value_get(spec, "workloads");
    return true;
}
