/* Destination: I-1 … I-4, I-20, I-21, V-1, V-3. */
#include <string.h>

#include "base/buf.h"
#include "base/sv.h"
#include "memory/memory.h"
#include "model/cluster.h"
#include "model/schema.h"

static const char *const modes[] = {"nestedByMetadata", "aggregatedYAML", "none", NULL};
static const char *const cleanups[] = {"none", "all", NULL};
static const char *const store_kinds[] = {"BucketStateStore", "GitStateStore", NULL};

static const kt_schema mode_schema = {.type = KT_SCHEMA_STRING, .values = modes};
static const kt_schema cleanup_schema = {.type = KT_SCHEMA_STRING, .values = cleanups};
static const kt_schema store_kind_schema = {.type = KT_SCHEMA_STRING, .values = store_kinds};

static const kt_field filepath_fields[] = {
    {"mode", &mode_schema, "layout of the files; immutable", KT_IN_ALL, 0},
    {"filename", &kt_schema_string, "aggregatedYAML: name of the file, aggregated.yaml by default", KT_IN_ALL, 0},
};
static const kt_schema filepath_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(filepath_fields)};

static const kt_field init_workloads_fields[] = {
    {"enabled", &kt_schema_bool, "write the canary files; true by default", KT_IN_ALL, 0},
};
static const kt_schema init_workloads_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(init_workloads_fields)};

static const kt_field store_ref_fields[] = {
    {"kind", &store_kind_schema, "kind of the State Store", KT_IN_ALL, KT_IN_ALL},
    {"name", &kt_schema_string, "name of the State Store", KT_IN_ALL, KT_IN_ALL},
};
static const kt_schema store_ref_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(store_ref_fields)};

static const kt_field spec_fields[] = {
    {"path", &kt_schema_string, "path in the State Store", KT_IN_ALL, KT_IN_2026_08},
    {"stateStoreRef", &store_ref_schema, "the State Store to write to", KT_IN_ALL, 0},
    {"strictMatchLabels", &kt_schema_bool, "receive nothing that selects no label", KT_IN_ALL, 0},
    {"filepath", &filepath_schema, "how files are laid out", KT_IN_ALL, 0},
    {"cleanup", &cleanup_schema, "what happens to the files when the Destination goes", KT_IN_ALL, 0},
    {"initWorkloads", &init_workloads_schema, "the canary files", KT_IN_ALL, 0},
};
static const kt_schema spec_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(spec_fields)};

static const kt_field fields[] = {
    {"apiVersion", &kt_schema_any, "platform.kratix.io/v1alpha1", KT_IN_ALL, 0},
    {"kind", &kt_schema_any, "Destination", KT_IN_ALL, 0},
    {"metadata", &kt_schema_any, "name and labels", KT_IN_ALL, 0},
    {"spec", &spec_schema, "the Destination", KT_IN_ALL, 0},
    {"status", &kt_schema_any, "not looked at", KT_IN_ALL, 0},
};
const kt_schema kt_schema_destination = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(fields)};

/* Absent or empty: 2025-03 takes the Destination's name (V-1), 2026-08 refuses, as its schema if the field is
 * absent, else as its webhook (I-20.1). */
static void read_path(kt_run *run, kt_object *object, const kt_value *spec, kt_sv *out)
{
    const kt_value *path = kt_value_get(spec, "path");

    if (path && path->type == KT_TYPE_STRING && path->length > 0) {
        *out = kt_value_string(path);
        return;
    }
    *out = object->name;
    if (!spec || (path && path->type == KT_TYPE_STRING))
        kt_object_refuse(run, object, KT_IN_2026_08, KT_PATH_REQUIRED, path, KT_SV("spec.path"),
                         "path field is required");
}

static void read_store_ref(kt_run *run, kt_object *object, const kt_value *spec, kt_destination_entry *out)
{
    const kt_value *ref = kt_value_get(spec, "stateStoreRef");

    if (!ref || ref->type == KT_TYPE_NULL) {
        kt_object_refuse(run, object, KT_IN_ALL, KT_STORE_REF_REQUIRED, spec, KT_SV("spec.stateStoreRef"),
                         "stateStoreRef field is required");
        return;
    }
    out->store_ref = ref;
    out->store_kind = kt_value_is_string(kt_value_get(ref, "kind"), "GitStateStore") ? KT_STORE_GIT
                                                                                     : KT_STORE_BUCKET;
    out->store_name = kt_value_text(ref, "name");
}

/* I-1, I-2, I-21. */
static void read_filepath(const kt_value *spec, kt_destination_entry *out)
{
    const kt_value *filepath = kt_value_get(spec, "filepath");
    kt_destination *d = &out->destination;

    out->stored_mode = kt_value_text(filepath, "mode");
    if (!filepath || filepath->type == KT_TYPE_NULL)
        out->stored_mode = KT_SV("nestedByMetadata");
    d->mode = KT_MODE_NESTED;
    d->mode_open = out->stored_mode.len == 0;
    if (kt_sv_is(out->stored_mode, "none"))
        d->mode = KT_MODE_NONE;
    if (!kt_sv_is(out->stored_mode, "aggregatedYAML"))
        return;
    d->mode = KT_MODE_AGGREGATED;
    d->filename = kt_value_text(filepath, "filename");
    if (d->filename.len == 0)
        d->filename = KT_SV("aggregated.yaml");
}

static bool is_true(const kt_value *value, bool otherwise)
{
    return value && value->type == KT_TYPE_BOOL ? value->as.boolean : otherwise;
}

/* Structure, defaults and what admission asks of the object by itself. False: no memory. */
static bool read_destination(kt_cluster *cluster, kt_object *object, kt_destination_entry *out)
{
    kt_run *run = cluster->run;
    kt_destination *d = &out->destination;
    const kt_value *spec = kt_value_get(object->root, "spec");

    memset(out, 0, sizeof *out);
    spec = spec && spec->type == KT_TYPE_NULL ? NULL : spec;
    kt_schema_check(run, object, &kt_schema_destination, object->root, "");
    if (object->refused) /* the schema comes before the webhooks */
        return true;
    d->name = object->name;
    d->pos = object->pos;
    read_path(run, object, spec, &d->path);
    read_store_ref(run, object, spec, out);
    read_filepath(spec, out);
    d->strict_match_labels = is_true(kt_value_get(spec, "strictMatchLabels"), false);
    d->init_workloads = !cluster->rules->init_workloads || /* V-3 */
                        is_true(kt_value_get(kt_value_get(spec, "initWorkloads"), "enabled"), true);
    d->cleanup_all = kt_value_is_string(kt_value_get(spec, "cleanup"), "all");
    return kt_object_labels(run, object, &d->labels, &d->label_count);
}

/* I-3: a mode that both versions have may not change. */
static void check_update(kt_run *run, kt_object *object, const kt_destination_entry *old,
                         const kt_destination_entry *entry)
{
    const kt_value *mode = kt_value_get(kt_value_get(kt_value_get(object->root, "spec"), "filepath"), "mode");

    if (old->stored_mode.len > 0 && entry->stored_mode.len > 0 &&
        !kt_sv_equal(old->stored_mode, entry->stored_mode))
        kt_object_refuse(run, object, KT_IN_ALL, KT_MODE_IMMUTABLE, mode, KT_SV("spec.filepath.mode"),
                         "spec.filepath.mode: Invalid value: %q: filepath.mode is immutable", entry->stored_mode);
}

static kt_sv path_key(kt_cluster *cluster, const kt_destination_entry *entry)
{
    return kt_arena_format(&cluster->run->arena, "%u/%u/%v%v", (uint64_t)entry->store_kind,
                           (uint64_t)entry->store_name.len, entry->store_name, entry->destination.path);
}

/* I-20.4: the raw path, per State Store. */
static void check_path(kt_cluster *cluster, kt_object *object, const kt_destination_entry *entry, size_t self,
                       kt_sv key)
{
    kt_sv path = entry->destination.path;
    size_t holder = kt_map_get(&cluster->paths, key);
    kt_diag *diag;
    kt_sv field = KT_SV("spec.path");

    if (holder == KT_MAP_NONE || holder == self)
        return;
    object->refused = true;
    diag = kt_object_report(cluster->run, object, KT_PATH_TAKEN,
                            kt_value_get(kt_value_get(object->root, "spec"), "path"), field,
                            "destination path '%v' already exists for state store '%v'", path, entry->store_name);
    diag->related = cluster->destinations[holder].destination.pos;
    diag->related_text = kt_arena_format(&cluster->run->arena, "Destination %v has it",
                                         cluster->destinations[holder].destination.name);
}

static bool put(kt_cluster *cluster, const kt_object *object, kt_destination_entry *entry, size_t self, kt_sv key)
{
    entry->object = *object;
    if (self == KT_MAP_NONE) {
        kt_destination_entry *grown =
            kt_arena_reserve(&cluster->run->arena, cluster->destinations, cluster->destination_count,
                             &cluster->destination_capacity, sizeof *grown);
        if (!grown)
            return false;
        cluster->destinations = grown;
        self = cluster->destination_count++;
    } else if (!kt_map_set(&cluster->paths, path_key(cluster, &cluster->destinations[self]), KT_MAP_NONE)) {
        return false;
    }
    cluster->destinations[self] = *entry;
    return kt_map_set(&cluster->paths, key, self) &&
           kt_map_set(&cluster->names, kt_cluster_key(cluster, "Destination", object->name), self);
}

bool kt_destination_recall(kt_cluster *cluster, kt_sv name)
{
    static const char *const stored_modes[] = {"nestedByMetadata", "none", "aggregatedYAML"};
    const kt_destination *then = kt_memory_destination(cluster->run->memory, name);
    kt_destination_entry entry;
    kt_object object;

    if (!then || kt_cluster_find(cluster, "Destination", name) != KT_MAP_NONE)
        return true;
    memset(&entry, 0, sizeof entry);
    memset(&object, 0, sizeof object);
    object.name = name;
    object.file = then->pos.file;
    object.pos = object.name_pos = then->pos;
    object.kind = KT_SV("Destination");
    kt_object_entitle(cluster->run, &object);
    entry.destination = *then;
    entry.store_kind = then->store->kind;
    entry.store_name = then->store->name;
    entry.stored_mode = then->mode_open ? KT_SV("") : kt_str(stored_modes[then->mode]);
    entry.remembered = true;
    return put(cluster, &object, &entry, KT_MAP_NONE, path_key(cluster, &entry));
}

bool kt_destination_apply(kt_cluster *cluster, kt_object *object)
{
    kt_destination_entry entry;
    size_t self = kt_cluster_find(cluster, "Destination", object->name);
    kt_sv key;

    if (!read_destination(cluster, object, &entry))
        return false;
    if (!object->refused && self != KT_MAP_NONE)
        check_update(cluster->run, object, &cluster->destinations[self], &entry);
    if (object->refused)
        return true;
    key = path_key(cluster, &entry);
    check_path(cluster, object, &entry, self, key);
    return object->refused || put(cluster, object, &entry, self, key);
}
