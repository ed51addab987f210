/* The pipelines of a Promise: I-9, I-24, I-27. Of each only the name is kept.
 *
 * Errors come in the order of N-14: promise before resource, configure before delete, list order. */
#include <string.h>

#include "base/buf.h"
#include "base/sv.h"
#include "model/cluster.h"
#include "model/names.h"
#include "model/pipeline_schema.h"

/* I-27: of "<promise>-<type>-<action>-<pipeline>". */
#define ID_MAX ((size_t)60)

static const struct workflow {
    const char *type, *action;
} workflows_by_kind[KT_WORKFLOW_COUNT] = {
    [KT_PROMISE_CONFIGURE] = {"promise", "configure"},
    [KT_PROMISE_DELETE] = {"promise", "delete"},
    [KT_RESOURCE_CONFIGURE] = {"resource", "configure"},
    [KT_RESOURCE_DELETE] = {"resource", "delete"},
};

/* One item of a list. */
typedef struct item {
    kt_run *run;
    kt_object *object;
    const struct workflow *workflow;
    const kt_value *value;
    kt_sv field; /* "spec.workflows.promise.configure[0]" */
    kt_sv name;
} item;

static void check_labels(item *it)
{
    const kt_value *labels = kt_decoded_get(kt_decoded_get(it->value, "metadata"), "labels");
    const char *type = it->workflow->type, *action = it->workflow->action;
    kt_buf why;

    kt_buf_init(&why, it->run->arena.allocator);
    for (size_t i = 0; i < kt_value_count(labels); i++) {
        const kt_member *member = &labels->as.members[i];
        kt_sv key = kt_value_string(&member->key);
        kt_sv value = member->value.type == KT_TYPE_STRING ? kt_value_string(&member->value) : KT_SV("");
        kt_buf_reset(&why);
        if (!kt_name_is_label_value(value, &why))
            kt_object_refuse(it->run, it->object, KT_IN_ALL, KT_PIPELINE_LABEL, &member->value, it->field,
                             "invalid label value %q for key %q in workflow \"%s\" action \"%s\": %v", value, key,
                             type, action, kt_buf_text(&why, &it->run->arena));
        kt_buf_reset(&why);
        if (!kt_name_is_label_key(key, &why))
            kt_object_refuse(it->run, it->object, KT_IN_ALL, KT_PIPELINE_LABEL, &member->key, it->field,
                             "invalid label key %q in workflow \"%s\" action \"%s\": %v", key, type, action,
                             kt_buf_text(&why, &it->run->arena));
    }
    kt_buf_dispose(&why);
}

/* The name becomes part of a Job's name and a label's value. */
static void check_name(item *it, const kt_value *at)
{
    const char *type = it->workflow->type, *action = it->workflow->action;
    kt_sv promise = it->object->name;
    size_t length = promise.len + strlen(type) + strlen(action) + it->name.len + 3;

    if (length > ID_MAX)
        kt_object_refuse(it->run, it->object, KT_IN_ALL, KT_PIPELINE_NAME, at, it->field,
                         "%s.%s pipeline with name %q is too long. The name is used when generating resources for "
                         "the pipeline,including the ServiceAccount which follows the format of \"%v-%s-%s-%v\", "
                         "which cannot be longer than 60 characters in total",
                         type, action, it->name, promise, type, action, it->name);
    else if (it->name.len == 0)
        kt_object_refuse(it->run, it->object, KT_IN_ALL, KT_PIPELINE_NAME, at, it->field,
                         "%s.%s pipeline without a name: metadata.name is missing", type, action);
    else if (!kt_name_is_dns1123_subdomain(it->name, NULL))
        kt_object_refuse(it->run, it->object, KT_IN_ALL, KT_PIPELINE_NAME, at, it->field,
                         "%s.%s pipeline with name %v failed to generate Job definition: a name consists of lower "
                         "case alphanumeric characters, '-' or '.', and starts and ends with an alphanumeric "
                         "character",
                         type, action, it->name);
}

/* Kind and version as Kratix wants them, then a strict decoding. */
static bool check_structure(item *it)
{
    const char *type = it->workflow->type, *action = it->workflow->action;
    kt_sv kind = kt_value_text(it->value, "kind"), api_version = kt_value_text(it->value, "apiVersion");

    if (!kt_embedded_check(it->run, it->object, it->value, it->field))
        return false;
    if (!kt_sv_is(kind, "Pipeline") || !kt_sv_is(api_version, "platform.kratix.io/v1alpha1")) {
        kt_object_refuse(it->run, it->object, KT_IN_ALL, KT_PIPELINE_INVALID, it->value, it->field,
                         "failed parsing %s.%s pipeline: unsupported pipeline %q with APIVersion \"%v/%v\"", type,
                         action, it->name, kind, api_version);
        return false;
    }
    return kt_schema_decode(it->run, it->object, &kt_schema_pipeline, it->value, it->field, KT_PIPELINE_INVALID,
                            kt_arena_format(&it->run->arena,
                                            "failed parsing %s.%s pipeline: failed unmarshalling pipeline %v: ",
                                            type, action, it->name));
}

static void check_twice(item *it, const kt_value *at, kt_map *seen, const kt_pipeline *pipelines, size_t self)
{
    size_t first = kt_map_get(seen, it->name);
    kt_diag *diag;

    kt_map_set(seen, it->name, self);
    if (first == KT_MAP_NONE)
        return;
    it->object->refused = true;
    diag = kt_object_report(it->run, it->object, KT_PIPELINE_TWICE, at, it->field,
                            "duplicate pipeline name %q in workflow \"%s\" action \"%s\"", it->name,
                            it->workflow->type, it->workflow->action);
    diag->related = pipelines[first].pos;
    diag->related_text = KT_SV("first used here");
}

static bool read_list(kt_run *run, kt_object *object, const struct workflow *workflow, const kt_value *list,
                      kt_pipelines *out)
{
    size_t count = kt_value_count(list);
    kt_pipeline *pipelines = kt_arena_array(&run->arena, count, sizeof *pipelines);
    kt_map seen;

    if (!pipelines)
        return false;
    kt_map_init(&seen, &run->arena);
    out->items = pipelines;
    out->count = count;
    for (size_t i = 0; i < count; i++) {
        const kt_value *value = &list->as.items[i];
        const kt_value *metadata = kt_decoded_get(value, "metadata"), *name = kt_decoded_get(metadata, "name");
        item it = {run, object, workflow, value, {NULL, 0}, kt_decoded_string(metadata, "name")};
        it.field = kt_arena_format(&run->arena, "spec.workflows.%s.%s[%u]", workflow->type, workflow->action,
                                   (uint64_t)i);
        pipelines[i].name = it.name;
        pipelines[i].pos = kt_value_pos(name ? name : value, object->file);
        if (!check_structure(&it))
            continue;
        check_labels(&it);
        check_name(&it, name ? name : value);
        check_twice(&it, name ? name : value, &seen, pipelines, i);
        if (run->options.validate && !kt_lint_pipeline(run, object, value, it.field))
            return false;
    }
    return true;
}

bool kt_pipelines_read(kt_run *run, kt_object *object, const kt_value *workflows,
                       kt_pipelines out[KT_WORKFLOW_COUNT])
{
    for (size_t i = 0; i < KT_WORKFLOW_COUNT; i++) {
        const struct workflow *workflow = &workflows_by_kind[i];
        const kt_value *list = kt_value_get(kt_value_get(workflows, workflow->type), workflow->action);
        if (!read_list(run, object, workflow, list, &out[i]))
            return false;
    }
    return true;
}
