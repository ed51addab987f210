/* validate: what the API server refuses in the Job that Kratix makes of a pipeline (I-27), beyond the names that
 * admission looks at. Container fields are decoded as Kratix does, whatever the case of their names (I-9). */
#include <string.h>

#include "base/buf.h"
#include "base/sv.h"
#include "model/cluster.h"
#include "model/names.h"
#include "model/schema.h"

typedef struct linter {
    kt_run *run;
    kt_object *object;
    kt_sv field; /* "spec.workflows.promise.configure[0].spec" */
    kt_map containers, volumes; /* names → index */
} linter;

static kt_sv below(linter *l, const char *list, size_t index)
{
    return kt_arena_format(&l->run->arena, "%v.%s[%u]", l->field, list, (uint64_t)index);
}

static kt_diag *report(linter *l, kt_code code, const kt_value *at, kt_sv field, const char *message, kt_sv what)
{
    return kt_object_report(l->run, l->object, code, at, field, message, what);
}

/* ---- Values ---- */

static bool is_one_of(kt_sv text, const char *const *words)
{
    for (; *words; words++)
        if (kt_sv_is(text, *words))
            return true;
    return false;
}

/* A field that is absent, empty, or one of the words. */
static void check_choice(linter *l, const kt_value *map, kt_sv field, const char *name, const char *const *words,
                         const char *message)
{
    kt_sv text = kt_decoded_string(map, name);

    if (text.len > 0 && !is_one_of(text, words))
        report(l, KT_CONTAINER_VALUE, kt_decoded_get(map, name), field, message, text);
}

static void check_environment(linter *l, const kt_value *list, kt_sv field)
{
    for (size_t i = 0; i < kt_value_count(list); i++) {
        const kt_value *item = &list->as.items[i];
        kt_sv name = kt_decoded_string(item, "name");
        if (name.len == 0 || kt_sv_find(name, '=') < name.len)
            report(l, KT_CONTAINER_VALUE, item, field, "%q is no name of an environment variable", name);
        else if (kt_decoded_string(item, "value").len > 0 && kt_decoded_get(item, "valueFrom"))
            report(l, KT_CONTAINER_VALUE, item, field, "environment variable %q has a value and a valueFrom", name);
    }
}

/* ---- Volumes ---- */

static void check_volume(linter *l, const kt_value *item, size_t index)
{
    kt_sv name = kt_decoded_string(item, "name"), field = below(l, "volumes", index);
    const kt_value *at = kt_decoded_get(item, "name");

    if (!kt_name_is_dns1123_label(name, NULL))
        report(l, KT_CONTAINER_VOLUME, at ? at : item, field,
               "%q is no name of a volume: lower case letters, digits and -", name);
    else if (kt_map_get(&l->volumes, name) != KT_MAP_NONE)
        report(l, KT_CONTAINER_VOLUME, at, field, "there are two volumes %q", name);
    if (name.len > 0)
        kt_map_set(&l->volumes, name, index);
}

/* Kratix adds volumes of its own, whose names begin so. */
static bool is_own_volume(kt_sv name)
{
    return kt_sv_starts(name, KT_SV("shared-")) || kt_sv_starts(name, KT_SV("promise-"));
}

static void check_mounts(linter *l, const kt_value *list, kt_sv field)
{
    kt_map paths;

    kt_map_init(&paths, &l->run->arena);
    for (size_t i = 0; i < kt_value_count(list); i++) {
        const kt_value *item = &list->as.items[i];
        kt_sv name = kt_decoded_string(item, "name"), path = kt_decoded_string(item, "mountPath");
        if (kt_map_get(&l->volumes, name) == KT_MAP_NONE && !is_own_volume(name))
            report(l, KT_CONTAINER_VOLUME, item, field, "there is no volume %q to mount", name);
        if (path.len == 0)
            report(l, KT_CONTAINER_VOLUME, item, field, "the mount of volume %q has no mountPath", name);
        else if (kt_map_get(&paths, path) != KT_MAP_NONE)
            report(l, KT_CONTAINER_VOLUME, item, field, "two volumes are mounted at %q", path);
        kt_map_set(&paths, path, i);
    }
}

/* ---- Containers ---- */

static void check_container_name(linter *l, const kt_value *item, kt_sv field, size_t index)
{
    static const char *const taken[] = {"reader", "work-writer", "status-writer", NULL}; /* containers that Kratix adds */
    kt_sv name = kt_decoded_string(item, "name");
    const kt_value *at = kt_decoded_get(item, "name");

    if (name.len == 0)
        report(l, KT_CONTAINER_NAME, item, field, "a container without a name%v", KT_SV(""));
    else if (!kt_name_is_dns1123_label(name, NULL))
        report(l, KT_CONTAINER_NAME, at, field,
               "%q is no name of a container: at most 63 lower case letters, digits and -", name);
    else if (is_one_of(name, taken))
        report(l, KT_CONTAINER_NAME, at, field, "the name %q is that of a container which Kratix adds", name);
    else if (kt_map_get(&l->containers, name) != KT_MAP_NONE)
        report(l, KT_CONTAINER_NAME, at, field, "two containers are called %q", name);
    kt_map_set(&l->containers, name, index);
}

static void check_image(linter *l, const kt_value *item, kt_sv field)
{
    kt_sv image = kt_decoded_string(item, "image"), name = kt_decoded_string(item, "name");
    const kt_value *at = kt_decoded_get(item, "image");

    if (image.len == 0)
        report(l, KT_CONTAINER_IMAGE, at ? at : item, field, "container %q has no image", name);
    else if (kt_sv_trim(image).len != image.len)
        report(l, KT_CONTAINER_IMAGE, at, field, "image %q begins or ends with white space", image);
}

static void check_container(linter *l, const kt_value *item, size_t index)
{
    static const char *const policies[] = {"Always", "IfNotPresent", "Never", NULL};
    kt_sv field = below(l, "containers", index);

    check_container_name(l, item, field, index);
    check_image(l, item, field);
    check_choice(l, item, field, "imagePullPolicy", policies,
                 "imagePullPolicy %q is none of Always, IfNotPresent, Never");
    check_environment(l, kt_decoded_get(item, "env"), field);
    check_mounts(l, kt_decoded_get(item, "volumeMounts"), field);
}

bool kt_lint_pipeline(kt_run *run, kt_object *object, const kt_value *pipeline, kt_sv field)
{
    static const char *const restarts[] = {"Never", "OnFailure", NULL};
    const kt_value *spec = kt_decoded_get(pipeline, "spec"), *containers = kt_decoded_get(spec, "containers");
    const kt_value *volumes = kt_decoded_get(spec, "volumes");
    linter l;

    memset(&l, 0, sizeof l);
    l.run = run;
    l.object = object;
    l.field = kt_arena_format(&run->arena, "%v.spec", field);
    kt_map_init(&l.containers, &run->arena);
    kt_map_init(&l.volumes, &run->arena);
    if (kt_value_count(containers) == 0)
        report(&l, KT_PIPELINE_EMPTY, spec ? spec : pipeline, l.field, "pipeline %q has no containers",
               kt_decoded_string(kt_decoded_get(pipeline, "metadata"), "name"));
    for (size_t i = 0; i < kt_value_count(volumes); i++)
        check_volume(&l, &volumes->as.items[i], i);
    for (size_t i = 0; i < kt_value_count(containers); i++)
        check_container(&l, &containers->as.items[i], i);
    check_choice(&l, spec, l.field, "restartPolicy", restarts, "restartPolicy %q is none of Never, OnFailure");
    return !run->arena.failed;
}
