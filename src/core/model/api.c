/* The API of a Promise: its CustomResourceDefinition (I-8, I-10, I-26, I-29).
 *
 * Kratix decodes it without strictness and lets the API server try to create it; what that server asks of
 * every definition is asked here, its structural schema is not looked into. */
#include <string.h>

#include "base/buf.h"
#include "base/sv.h"
#include "model/cluster.h"
#include "model/names.h"
#include "model/schema.h"

static const kt_field names_fields[] = {
    {"plural", &kt_schema_string, "name in paths", KT_IN_ALL, 0},
    {"singular", &kt_schema_string, "name for one", KT_IN_ALL, 0},
    {"shortNames", &kt_schema_strings, "other names", KT_IN_ALL, 0},
    {"kind", &kt_schema_string, "kind of the resource requests", KT_IN_ALL, 0},
    {"listKind", &kt_schema_string, "kind of lists", KT_IN_ALL, 0},
    {"categories", &kt_schema_strings, "groups for kubectl get", KT_IN_ALL, 0},
};
static const kt_schema names_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(names_fields), .open = true};

static const kt_field validation_fields[] = {
    {"openAPIV3Schema", &kt_schema_any, "schema of the resource requests", KT_IN_ALL, 0},
};
static const kt_schema validation_schema = {
    .type = KT_SCHEMA_OBJECT, KT_FIELDS(validation_fields), .open = true};

static const kt_field version_fields[] = {
    {"name", &kt_schema_string, "name of the version", KT_IN_ALL, 0},
    {"served", &kt_schema_bool, "can be requested", KT_IN_ALL, 0},
    {"storage", &kt_schema_bool, "the one that is stored", KT_IN_ALL, 0},
    {"schema", &validation_schema, "schema of the resource requests", KT_IN_ALL, 0},
};
static const kt_schema version_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(version_fields), .open = true};
static const kt_schema versions_schema = {.type = KT_SCHEMA_LIST, .item = &version_schema};

static const kt_field crd_spec_fields[] = {
    {"group", &kt_schema_string, "API group", KT_IN_ALL, 0},
    {"names", &names_schema, "names of the resource", KT_IN_ALL, 0},
    {"scope", &kt_schema_string, "Namespaced", KT_IN_ALL, 0},
    {"versions", &versions_schema, "versions of the API", KT_IN_ALL, 0},
};
static const kt_schema crd_spec_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(crd_spec_fields), .open = true};

static const kt_field crd_fields[] = {
    {"apiVersion", &kt_schema_string, "apiextensions.k8s.io/v1", KT_IN_ALL, 0},
    {"kind", &kt_schema_string, "CustomResourceDefinition", KT_IN_ALL, 0},
    {"spec", &crd_spec_schema, "the definition", KT_IN_ALL, 0},
};
static const kt_schema crd_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(crd_fields), .open = true};

/* ---- Checks --------------------------------------------------------------------------------- */

/* What all of them need. `spec` and `names` may be NULL. */
typedef struct reading {
    kt_run *run;
    kt_object *object;
    const kt_value *crd, *spec, *names;
    kt_api *api;
} reading;

static void invalid(reading *r, const kt_value *at, const char *field, const char *problem)
{
    kt_object_refuse(r->run, r->object, KT_IN_ALL, KT_API_INVALID, at ? at : r->crd,
                     kt_arena_format(&r->run->arena, "spec.api.%s", field), "invalid CRD: %s: %s", field, problem);
}

static bool is_embedded_field(reading *r, const char *name, const char *field)
{
    if (kt_value_text(r->crd, name).len > 0)
        return true;
    kt_object_refuse(r->run, r->object, KT_IN_ALL, KT_FIELD_REQUIRED, r->crd, kt_str(field),
                     "%s: Required value: must not be empty", field);
    return false;
}

/* I-7: an embedded object needs its type. Kratix reads it as a definition whatever the type says. */
static void check_type(reading *r)
{
    bool typed = is_embedded_field(r, "apiVersion", "spec.api.apiVersion");

    typed &= is_embedded_field(r, "kind", "spec.api.kind");
    if (!typed || (kt_sv_is(kt_value_text(r->crd, "apiVersion"), "apiextensions.k8s.io/v1") &&
                   kt_sv_is(kt_value_text(r->crd, "kind"), "CustomResourceDefinition")))
        return;
    kt_object_report(r->run, r->object, KT_API_TYPE, kt_value_get(r->crd, "kind"), KT_SV("spec.api"),
                     "spec.api is %v of %v, but Kratix reads it as CustomResourceDefinition of "
                     "apiextensions.k8s.io/v1",
                     kt_value_text(r->crd, "kind"), kt_value_text(r->crd, "apiVersion"));
}

static void check_name_field(reading *r, const char *name, const char *field, bool folded)
{
    const kt_value *value = kt_decoded_get(r->names, name);

    if (kt_decoded_string(r->names, name).len == 0)
        invalid(r, value ? value : r->names, field, "Required value");
    else if (!kt_name_is_dns1035_label(kt_value_string(value), folded))
        invalid(r, value, field,
                "Invalid value: must consist of lower case alphanumeric characters or '-', start with a letter, "
                "and end with an alphanumeric character");
}

static void check_names(reading *r)
{
    const kt_value *metadata = kt_decoded_get(r->crd, "metadata");
    kt_api *api = r->api;
    kt_sv name;

    if (api->group.len == 0)
        invalid(r, r->spec, "spec.group", "Required value");
    else if (!kt_name_is_dns1123_subdomain(api->group, NULL) || kt_sv_find(api->group, '.') == api->group.len)
        invalid(r, kt_decoded_get(r->spec, "group"), "spec.group",
                "Invalid value: should be a domain with at least one dot");
    check_name_field(r, "plural", "spec.names.plural", false);
    check_name_field(r, "kind", "spec.names.kind", true);
    if (api->group.len == 0 || api->plural.len == 0)
        return;
    name = kt_arena_format(&r->run->arena, "%v.%v", api->plural, api->group);
    if (!kt_sv_equal(kt_decoded_string(metadata, "name"), name))
        invalid(r, kt_decoded_get(metadata, "name"), "metadata.name",
                "Invalid value: must be spec.names.plural+\".\"+spec.group");
}

static void check_scope(reading *r)
{
    const kt_value *value = kt_decoded_get(r->spec, "scope");
    kt_sv scope = kt_decoded_string(r->spec, "scope");

    if (scope.len == 0)
        invalid(r, value ? value : r->spec, "spec.scope", "Required value");
    else if (!kt_sv_is(scope, "Namespaced"))
        kt_object_refuse(r->run, r->object, KT_IN_ALL, KT_API_SCOPE, value, KT_SV("spec.api.spec.scope"),
                         "promise api needs to be namespace scoped; spec.api.spec.scope cannot be: %v", scope);
}

static bool is_true(const kt_value *map, const char *name)
{
    const kt_value *value = kt_decoded_get(map, name);

    return value && value->type == KT_TYPE_BOOL && value->as.boolean;
}

static void invalid_version(reading *r, size_t index, const kt_value *at, const char *field, const char *problem)
{
    kt_sv path = kt_arena_format(&r->run->arena, "spec.versions[%u].%s", (uint64_t)index, field);

    kt_object_refuse(r->run, r->object, KT_IN_ALL, KT_API_INVALID, at,
                     kt_arena_format(&r->run->arena, "spec.api.%v", path), "invalid CRD: %v: %s", path, problem);
}

static void check_version(reading *r, const kt_value *version, size_t index, kt_map *seen)
{
    const kt_value *at = kt_decoded_get(version, "name");
    kt_sv name = kt_decoded_string(version, "name");

    if (name.len == 0)
        invalid_version(r, index, version, "name", "Required value");
    else if (!kt_name_is_dns1035_label(name, false))
        invalid_version(r, index, at, "name",
                        "Invalid value: must consist of lower case alphanumeric characters or '-', start with a "
                        "letter, and end with an alphanumeric character");
    else if (kt_map_get(seen, name) != KT_MAP_NONE)
        invalid_version(r, index, at, "name", "Invalid value: must contain unique version names");
    kt_map_set(seen, name, index);
    if (!kt_decoded_get(kt_decoded_get(version, "schema"), "openAPIV3Schema"))
        invalid_version(r, index, version, "schema.openAPIV3Schema", "Required value: schemas are required");
}

/* Served versions and the one that is stored: `storage: true`, else the first (I-10). */
static void read_versions(reading *r)
{
    const kt_value *list = kt_decoded_get(r->spec, "versions");
    size_t count = kt_value_count(list), stored = 0;
    kt_sv *versions = kt_arena_array(&r->run->arena, count, sizeof *versions);
    kt_map seen;

    if (count == 0)
        invalid(r, list ? list : r->spec, "spec.versions", "Required value: must have at least one version");
    if (count == 0 || !versions)
        return;
    kt_map_init(&seen, &r->run->arena);
    r->api->storage_version = kt_decoded_string(&list->as.items[0], "name");
    for (size_t i = 0; i < count; i++) {
        const kt_value *version = &list->as.items[i];
        bool storage = is_true(version, "storage");
        check_version(r, version, i, &seen);
        if (storage && stored++ == 0)
            r->api->storage_version = kt_decoded_string(version, "name");
        if (storage || is_true(version, "served"))
            versions[r->api->version_count++] = kt_decoded_string(version, "name");
    }
    if (stored != 1)
        invalid(r, list, "spec.versions", "Invalid value: must have exactly one version marked as storage version");
    r->api->versions = versions;
}

void kt_api_read(kt_run *run, kt_object *object, const kt_value *value, kt_api *out)
{
    reading r = {run, object, value, NULL, NULL, out};

    memset(out, 0, sizeof *out);
    if (!value || value->type != KT_TYPE_MAP || value->length == 0) /* I-8 */
        return;
    check_type(&r);
    if (!kt_schema_decode(run, object, &crd_schema, value, KT_SV("spec.api"), KT_API_INVALID,
                          KT_SV("api is not a valid CRD: ")))
        return;
    r.spec = kt_decoded_get(value, "spec");
    r.names = kt_decoded_get(r.spec, "names");
    out->present = true;
    out->crd = value;
    out->group = kt_decoded_string(r.spec, "group");
    out->kind = kt_decoded_string(r.names, "kind");
    out->plural = kt_decoded_string(r.names, "plural");
    check_names(&r);
    read_versions(&r);
    check_scope(&r);
}

/* ---- Updates (I-29) ------------------------------------------------------------------------- */

static bool same_strings(const kt_value *a, const kt_value *b)
{
    if (kt_value_count(a) != kt_value_count(b))
        return false;
    for (size_t i = 0; i < kt_value_count(a); i++)
        if (!kt_sv_equal(kt_value_string(&a->as.items[i]), kt_value_string(&b->as.items[i])))
            return false;
    return true;
}

static bool same_names(const kt_value *a, const kt_value *b)
{
    for (size_t i = 0; i < KT_ARRAY_COUNT(names_fields); i++) {
        const char *name = names_fields[i].name;
        if (names_fields[i].schema == &kt_schema_strings
                ? !same_strings(kt_decoded_get(a, name), kt_decoded_get(b, name))
                : !kt_sv_equal(kt_decoded_string(a, name), kt_decoded_string(b, name)))
            return false;
    }
    return true;
}

static void immutable(kt_run *run, kt_object *object, const kt_api *api, kt_sv field, kt_sv value)
{
    kt_object_refuse(run, object, KT_IN_ALL, KT_API_IMMUTABLE, api->crd, field,
                     "promises.platform.kratix.io %q was not valid: %v: Invalid value: %v: field is immutable",
                     object->name, field, value);
}

static kt_sv quoted(kt_run *run, kt_sv text)
{
    return kt_arena_format(&run->arena, "%q", text);
}

void kt_api_check_update(kt_run *run, kt_object *object, const kt_api *old, const kt_api *api)
{
    const kt_value *names = kt_decoded_get(kt_decoded_get(api->crd, "spec"), "names");
    const kt_value *old_names = kt_decoded_get(kt_decoded_get(old->crd, "spec"), "names");
    static const struct {
        const char *holder, *field, *path;
    } rows[] = {{"metadata", "name", "spec.api.metadata.name"},
                {NULL, "kind", "spec.api.kind"},
                {NULL, "apiVersion", "spec.api.apiVersion"}};

    if (!old->present)
        return;
    if (!api->present) {
        kt_object_refuse(run, object, KT_IN_ALL, KT_API_IMMUTABLE, kt_value_get(object->root, "spec"),
                         KT_SV("spec.api"), "cannot remove API from existing promise");
        return;
    }
    for (size_t i = 0; i < KT_ARRAY_COUNT(rows); i++) {
        const kt_value *from = rows[i].holder ? kt_decoded_get(old->crd, rows[i].holder) : old->crd;
        const kt_value *to = rows[i].holder ? kt_decoded_get(api->crd, rows[i].holder) : api->crd;
        kt_sv value = kt_decoded_string(to, rows[i].field);
        if (!kt_sv_equal(kt_decoded_string(from, rows[i].field), value))
            immutable(run, object, api, kt_str(rows[i].path), quoted(run, value));
    }
    if (!same_names(old_names, names))
        immutable(run, object, api, KT_SV("spec.api.spec.names"),
                  kt_arena_format(&run->arena, "{\"plural\": %q, \"singular\": %q, \"kind\": %q}",
                                  kt_decoded_string(names, "plural"), kt_decoded_string(names, "singular"),
                                  kt_decoded_string(names, "kind")));
}
