/* PromiseRelease: I-11, I-30, W-40. What it would fetch is not fetched: its Promise must be an input. */
#include <string.h>

#include "base/sv.h"
#include "model/cluster.h"
#include "model/schema.h"

static const char *const types[] = {"http", NULL};
static const kt_schema type_schema = {.type = KT_SCHEMA_STRING, .values = types};

static const kt_field source_fields[] = {
    {"type", &type_schema, "http", KT_IN_ALL, KT_IN_ALL},
    {"url", &kt_schema_string, "where the Promise is fetched from", KT_IN_ALL, 0},
    {"secretRef", &kt_schema_secret_ref, "the credentials", KT_IN_ALL, 0},
};
static const kt_schema source_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(source_fields)};

static const kt_field spec_fields[] = {
    {"version", &kt_schema_string, "version of the Promise", KT_IN_ALL, 0},
    {"sourceRef", &source_schema, "where the Promise is fetched from", KT_IN_ALL, 0},
};
static const kt_schema spec_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(spec_fields)};

static const kt_field fields[] = {
    {"apiVersion", &kt_schema_any, "platform.kratix.io/v1alpha1", KT_IN_ALL, 0},
    {"kind", &kt_schema_any, "PromiseRelease", KT_IN_ALL, 0},
    {"metadata", &kt_schema_any, "name and labels", KT_IN_ALL, 0},
    {"spec", &spec_schema, "version and source", KT_IN_ALL, 0},
    {"status", &kt_schema_any, "not looked at", KT_IN_ALL, 0},
};
const kt_schema kt_schema_promise_release = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(fields)};

static bool put(kt_cluster *cluster, kt_object *object, kt_sv version)
{
    size_t self = kt_cluster_find(cluster, "PromiseRelease", object->name);

    if (self == KT_MAP_NONE) {
        kt_release_entry *grown = kt_arena_reserve(&cluster->run->arena, cluster->releases,
                                                   cluster->release_count, &cluster->release_capacity,
                                                   sizeof *grown);
        if (!grown)
            return false;
        cluster->releases = grown;
        self = cluster->release_count++;
    }
    cluster->releases[self] = (kt_release_entry){*object, version};
    return kt_map_set(&cluster->names, kt_cluster_key(cluster, "PromiseRelease", object->name), self);
}

bool kt_promise_release_apply(kt_cluster *cluster, kt_object *object)
{
    const kt_value *spec = kt_value_get(object->root, "spec"), *source = kt_value_get(spec, "sourceRef");

    kt_schema_check(cluster->run, object, &kt_schema_promise_release, object->root, "");
    if (!object->refused && kt_value_text(source, "url").len == 0)
        kt_object_refuse(cluster->run, object, KT_IN_ALL, KT_RELEASE_URL, source, KT_SV("spec.sourceRef.url"),
                         "sourceRef.url must be set");
    return object->refused || put(cluster, object, kt_value_text(spec, "version"));
}

/* Its Promise is one that says so, as an installed one does, or one of the same name. */
static const kt_promise *find_promise(kt_cluster *cluster, kt_sv name)
{
    size_t found = kt_cluster_find(cluster, KT_PROMISE_OF_RELEASE, name);

    if (found == KT_MAP_NONE)
        found = kt_cluster_find(cluster, "Promise", name);
    return found == KT_MAP_NONE ? NULL : &cluster->promises[found];
}

void kt_promise_release_check(kt_cluster *cluster, kt_release_entry *release)
{
    kt_object *object = &release->object;
    const kt_promise *promise = find_promise(cluster, object->name);
    kt_sv version;
    kt_diag *diag;

    if (!promise) {
        kt_object_report(cluster->run, object, KT_RELEASE_WITHOUT_PROMISE, NULL, KT_SV(""),
                         "the Promise that PromiseRelease %q installs is not among the inputs", object->name);
        return;
    }
    version = kt_object_label(&promise->object, "kratix.io/promise-version");
    if (version.len > 0 && (release->version.len == 0 || kt_sv_equal(version, release->version)))
        return;
    diag = kt_object_report(cluster->run, object, KT_RELEASE_VERSION, NULL, KT_SV("spec.version"),
                            version.len == 0 ? "version label (kratix.io/promise-version) not found on promise, "
                                               "installation will fail"
                                             : "version labels do not match, found: %v, expected: %v, "
                                               "installation will fail",
                            version, release->version);
    diag->related = promise->object.pos;
    diag->related_text = KT_SV("the Promise");
}
