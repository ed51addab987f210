/* Promise: I-7, I-8, I-24, I-25, I-28, I-29. */
#include <string.h>

#include "base/buf.h"
#include "base/sv.h"
#include "model/api_check.h"
#include "model/cluster.h"
#include "model/duration.h"
#include "model/json.h"
#include "model/schema.h"

/* I-25: one minute. */
#define INTERVAL_MIN INT64_C(60000000000)
#define EXCERPT_MAX ((size_t)200)

static const kt_schema map_schema = {.type = KT_SCHEMA_OBJECT, .open = true};
static const kt_schema maps_schema = {.type = KT_SCHEMA_LIST, .item = &map_schema};

static const kt_field selector_fields[] = {
    {"matchLabels", &kt_schema_string_map, "labels of the Destinations that are wanted", KT_IN_ALL, 0},
};
static const kt_schema selector_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(selector_fields)};
static const kt_schema selectors_schema = {.type = KT_SCHEMA_LIST, .item = &selector_schema};

static const kt_field required_fields[] = {
    {"name", &kt_schema_string, "name of the Promise", KT_IN_ALL, 0},
    {"version", &kt_schema_string, "its version", KT_IN_ALL, 0},
};
static const kt_schema required_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(required_fields)};
static const kt_schema required_list_schema = {.type = KT_SCHEMA_LIST, .item = &required_schema};

static const kt_field actions_fields[] = {
    {"configure", &maps_schema, "pipelines that run on creation and change", KT_IN_ALL, 0},
    {"delete", &maps_schema, "pipelines that run on deletion", KT_IN_ALL, 0},
};
static const kt_schema actions_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(actions_fields)};

static const kt_field config_fields[] = {
    {"pipelineNamespace", &kt_schema_string, "namespace of the pipelines", KT_IN_ALL, 0},
    {"reconciliationInterval", &kt_schema_string, "how often pipelines run again", KT_IN_ALL, 0},
};
static const kt_schema config_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(config_fields)};

static const kt_field workflows_fields[] = {
    {"promise", &actions_schema, "pipelines of the Promise", KT_IN_ALL, 0},
    {"resource", &actions_schema, "pipelines of each resource request", KT_IN_ALL, 0},
    {"config", &config_schema, "settings of all pipelines", KT_IN_2026_08, 0}, /* V-6 */
};
static const kt_schema workflows_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(workflows_fields)};

static const kt_field spec_fields[] = {
    {"api", &map_schema, "CustomResourceDefinition of the resource requests", KT_IN_ALL, 0},
    {"dependencies", &maps_schema, "objects that Destinations need first", KT_IN_ALL, 0},
    {"destinationSelectors", &selectors_schema, "which Destinations are wanted", KT_IN_ALL, 0},
    {"requiredPromises", &required_list_schema, "Promises that must be installed", KT_IN_ALL, 0},
    {"workflows", &workflows_schema, "the pipelines", KT_IN_ALL, 0},
};
static const kt_schema spec_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(spec_fields)};

static const kt_field fields[] = {
    {"apiVersion", &kt_schema_any, "platform.kratix.io/v1alpha1", KT_IN_ALL, 0},
    {"kind", &kt_schema_any, "Promise", KT_IN_ALL, 0},
    {"metadata", &kt_schema_any, "name and labels", KT_IN_ALL, 0},
    {"spec", &spec_schema, "the Promise", KT_IN_ALL, 0},
    {"status", &kt_schema_any, "not looked at", KT_IN_ALL, 0},
};
const kt_schema kt_schema_promise = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(fields)};

/* ---- Unstructured parts --------------------------------------------------------------------- */

/* I-24: the kind is read as an unstructured object's is, where an apiVersion that cannot be split makes the
 * kind unreadable. */
bool kt_embedded_check(kt_run *run, kt_object *object, const kt_value *value, kt_sv field)
{
    kt_sv api_version = kt_value_text(value, "apiVersion");
    size_t slashes = 0;
    kt_buf json;

    for (size_t i = 0; i < api_version.len; i++)
        slashes += api_version.ptr[i] == '/';
    if (kt_value_text(value, "kind").len > 0 && slashes < 2)
        return true;
    kt_buf_init(&json, run->arena.allocator);
    kt_json_excerpt(&json, value, EXCERPT_MAX, &run->arena);
    kt_object_refuse(run, object, KT_IN_ALL, KT_EMBEDDED_KIND, value, field, "Object 'Kind' is missing in '%v'",
                     kt_buf_text(&json, &run->arena));
    kt_buf_dispose(&json);
    return false;
}

static void check_dependencies(kt_run *run, kt_object *object, const kt_value *list)
{
    for (size_t i = 0; i < kt_value_count(list); i++)
        kt_embedded_check(run, object, &list->as.items[i],
                          kt_arena_format(&run->arena, "spec.dependencies[%u]", (uint64_t)i));
}

/* ---- Reconciliation interval (I-25) --------------------------------------------------------- */

static bool too_short(kt_buf *text, int64_t interval)
{
    kt_duration_print(text, interval);
    return interval < INTERVAL_MIN;
}

static void check_interval(kt_run *run, kt_object *object, const kt_value *value)
{
    kt_sv field = KT_SV("spec.workflows.config.reconciliationInterval");
    int64_t interval;
    kt_buf text;

    if (!value)
        return;
    kt_buf_init(&text, run->arena.allocator);
    if (!kt_duration_parse(&interval, kt_value_string(value)))
        kt_object_refuse(run, object, KT_IN_2026_08, KT_INTERVAL_INVALID, value, field,
                         "%v: time: invalid duration %q", field, kt_value_string(value));
    else if (too_short(&text, interval))
        kt_object_refuse(run, object, KT_IN_2026_08, KT_INTERVAL_INVALID, value, field,
                         "%v: Invalid value: %q: must be at least 1m0s", field, kt_buf_text(&text, &run->arena));
    kt_buf_dispose(&text);
}

static void check_annotation(kt_run *run, kt_object *object, const kt_promise *old)
{
    static const char key[] = "kratix.io/reconciliation-interval";
    const kt_value *map = kt_value_get(kt_value_get(object->root, "metadata"), "annotations");
    const kt_value *value = kt_value_get(map, key);
    kt_sv text = kt_object_annotation(object, key);
    int64_t interval;
    const char *problem = NULL;

    if (!value || (old && kt_sv_equal(kt_object_annotation(&old->object, key), text)))
        return;
    if (!kt_duration_parse(&interval, text))
        problem = "must be a valid duration";
    else if (interval < INTERVAL_MIN)
        problem = "must be at least 1m0s";
    if (problem)
        kt_object_refuse(run, object, KT_IN_2026_08, KT_INTERVAL_INVALID, value, KT_SV("metadata.annotations"),
                         "metadata.annotations[%s]: Invalid value: %q: %s", key, text, problem);
}

/* ---- Reading -------------------------------------------------------------------------------- */

static bool read_selectors(kt_run *run, const kt_object *object, const kt_value *list, kt_promise *out)
{
    size_t count = kt_value_count(list);
    kt_selector *selectors = kt_arena_array(&run->arena, count, sizeof *selectors);

    if (!selectors)
        return false;
    for (size_t i = 0; i < count; i++) {
        selectors[i].source = KT_SELECTOR_PROMISE;
        if (!kt_labels_of(run, kt_value_get(&list->as.items[i], "matchLabels"), object->file,
                          &selectors[i].labels, &selectors[i].label_count))
            return false;
    }
    out->selectors = selectors;
    out->selector_count = count;
    return true;
}

static bool read_required(kt_run *run, const kt_object *object, const kt_value *list, kt_promise *out)
{
    const kt_profile_rules *rules = kt_profile_rules_get(run->options.profile);
    size_t count = kt_value_count(list);
    kt_required_promise *required = kt_arena_array(&run->arena, count, sizeof *required);

    if (!required)
        return false;
    for (size_t i = 0; i < count; i++) {
        const kt_value *item = &list->as.items[i];
        kt_sv version = kt_value_text(item, "version");
        required[i] = (kt_required_promise){kt_value_text(item, "name"), version, kt_value_pos(item, object->file),
                                            rules->empty_is_any_version && version.len == 0};
    }
    out->required = required;
    out->required_count = count;
    return true;
}

static void read_labels(const kt_object *object, const kt_profile_rules *rules, kt_promise *out)
{
    out->version = kt_object_label(object, "kratix.io/promise-version");
    if (out->version.len == 0 && rules->empty_is_any_version)
        out->version = KT_SV("not-set"); /* W-16 */
    out->paused = rules->labels_stop && kt_object_flag(object, "kratix.io/paused");
    out->suspended = rules->labels_stop && kt_object_flag(object, "kratix.io/workflow-suspended");
}

/* Structure and what admission asks of the object by itself. False: no memory. */
static bool read_promise(kt_run *run, kt_object *object, kt_promise *out)
{
    kt_profile profile = run->options.profile;
    const kt_value *spec = kt_schema_get(profile, &kt_schema_promise, object->root, "spec");
    const kt_value *workflows = kt_schema_get(profile, &spec_schema, spec, "workflows");
    const kt_value *config = kt_schema_get(profile, &workflows_schema, workflows, "config");

    memset(out, 0, sizeof *out);
    if (!kt_schema_check(run, object, &kt_schema_promise, object->root, ""))
        return true;
    out->dependencies = kt_schema_get(profile, &spec_schema, spec, "dependencies");
    check_dependencies(run, object, out->dependencies);
    kt_api_read(run, object, kt_value_get(spec, "api"), &out->api);
    out->pipeline_namespace = kt_value_text(config, "pipelineNamespace");
    check_interval(run, object, kt_schema_get(profile, &config_schema, config, "reconciliationInterval"));
    read_labels(object, kt_profile_rules_get(profile), out);
    return kt_pipelines_read(run, object, workflows, out->pipelines) &&
           read_selectors(run, object, kt_value_get(spec, "destinationSelectors"), out) &&
           read_required(run, object, kt_value_get(spec, "requiredPromises"), out);
}

/* ---- Applying ------------------------------------------------------------------------------- */

static kt_sv api_key(kt_cluster *cluster, const kt_api *api)
{
    return kt_arena_format(&cluster->run->arena, "%v/%v", api->group, api->kind);
}

/* Two Promises with one API: to Kratix the second is an update of the same definition (I-26), so that both stay;
 * the first answers the requests. */
static void check_api(kt_cluster *cluster, kt_object *object, const kt_api *api, size_t self)
{
    size_t holder = api->present ? kt_map_get(&cluster->apis, api_key(cluster, api)) : KT_MAP_NONE;
    kt_diag *diag;

    if (holder == KT_MAP_NONE || holder == self)
        return;
    diag = kt_object_report(cluster->run, object, KT_API_TAKEN, api->crd, KT_SV("spec.api"),
                            "kind %q of group %q is the API of Promise %q already", api->kind, api->group,
                            cluster->promises[holder].object.name);
    diag->related = cluster->promises[holder].object.pos;
    diag->related_text = KT_SV("the other Promise");
}

static bool put_api(kt_cluster *cluster, const kt_api *api, size_t self)
{
    kt_sv key = api_key(cluster, api);

    return kt_map_set(&cluster->groups, api->group, self)
           && (kt_map_get(&cluster->apis, key) != KT_MAP_NONE || kt_map_set(&cluster->apis, key, self));
}

static bool put(kt_cluster *cluster, const kt_object *object, kt_promise *promise, size_t self)
{
    kt_sv release = kt_object_label(object, "kratix.io/promise-release-name");

    promise->object = *object;
    if (self == KT_MAP_NONE) {
        kt_promise *grown = kt_arena_reserve(&cluster->run->arena, cluster->promises, cluster->promise_count,
                                             &cluster->promise_capacity, sizeof *grown);
        if (!grown)
            return false;
        cluster->promises = grown;
        self = cluster->promise_count++;
    }
    cluster->promises[self] = *promise;
    if (release.len > 0 &&
        !kt_map_set(&cluster->names, kt_cluster_key(cluster, KT_PROMISE_OF_RELEASE, release), self))
        return false;
    return (!promise->api.present || put_api(cluster, &promise->api, self)) &&
           kt_map_set(&cluster->names, kt_cluster_key(cluster, "Promise", object->name), self);
}

bool kt_promise_apply(kt_cluster *cluster, kt_object *object)
{
    size_t self = kt_cluster_find(cluster, "Promise", object->name);
    const kt_promise *old = self == KT_MAP_NONE ? NULL : &cluster->promises[self];
    kt_promise promise;

    if (!read_promise(cluster->run, object, &promise))
        return false;
    if (cluster->run->options.validate && promise.api.present && !kt_api_check(cluster, object, &promise.api))
        return false;
    if (!object->refused)
        check_annotation(cluster->run, object, old);
    if (!object->refused && old)
        kt_api_check_update(cluster->run, object, &old->api, &promise.api);
    if (!object->refused)
        check_api(cluster, object, &promise.api, self);
    return object->refused || put(cluster, object, &promise, self);
}

/* ---- Required Promises (I-28) --------------------------------------------------------------- */

static bool check_required(kt_cluster *cluster, kt_object *object, const kt_required_promise *required)
{
    size_t found = kt_cluster_find(cluster, "Promise", required->name);
    kt_diag *diag;

    if (found == KT_MAP_NONE) {
        diag = kt_object_report(cluster->run, object, KT_REQUIRED_MISSING, NULL, KT_SV("spec.requiredPromises"),
                                "Required Promise %q at version %q not installed", required->name,
                                required->version);
    } else if (!required->any_version &&
               !kt_sv_equal(required->version, cluster->promises[found].version)) {
        diag = kt_object_report(cluster->run, object, KT_REQUIRED_MISSING, NULL, KT_SV("spec.requiredPromises"),
                                "Required Promise %q installed, but no revision found at version %q",
                                required->name, required->version);
        diag->related = cluster->promises[found].object.pos;
        diag->related_text = KT_SV("the Promise");
    } else {
        return true;
    }
    diag->pos = required->pos;
    return false;
}

void kt_promise_check_required(kt_cluster *cluster, kt_promise *promise)
{
    bool met = true;

    for (size_t i = 0; i < promise->required_count; i++)
        met &= check_required(cluster, &promise->object, &promise->required[i]);
    if (!met) /* behind the issues it speaks of */
        kt_object_report(cluster->run, &promise->object, KT_REQUIRED_MISSING, NULL,
                         KT_SV("spec.requiredPromises"),
                         "Promise will not be available until the above issue(s) is resolved")
            ->pos = promise->required[promise->required_count - 1].pos;
}
