/* The definition around the schemas: k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation. */
#include <string.h>

#include "base/sv.h"
#include "model/api_check.h"
#include "model/names.h"
#include "model/schema.h"

#define DNS_1035                                                                                      \
    "must consist of lower case alphanumeric characters or '-', start with a letter, and end with an alphanumeric " \
    "character"
#define DEPRECATION_MAX ((size_t)256)
#define FIELDS_MAX 10

static const char *const column_types[] = {"integer", "number", "string", "boolean", "date"};
static const char *const column_formats[] = {"int32",     "int64", "float", "double",
                                             "byte", "date",  "date-time", "password"};

/* ---- Unknown fields ------------------------------------------------------------------------- */

/* Maps of the definition, by the way to them; [] is each version. */
static const struct known_fields {
    const char *path;
    const char *names[FIELDS_MAX];
} known_fields[] = {
    {"", {"apiVersion", "kind", "metadata", "spec", "status"}},
    {"spec", {"group", "names", "scope", "versions", "conversion", "preserveUnknownFields"}},
    {"spec.names", {"plural", "singular", "shortNames", "kind", "listKind", "categories"}},
};

static const struct known_fields version_fields[] = {
    {"", {"name", "served", "storage", "deprecated", "deprecationWarning", "schema", "subresources",
          "selectableFields", "additionalPrinterColumns"}},
    {"schema", {"openAPIV3Schema"}},
    {"subresources", {"status", "scale"}},
};

static void check_fields(kt_api_checking *c, const kt_value *map, const struct known_fields *known, kt_sv path)
{
    kt_run *run = c->cluster->run;
    size_t count = 0;

    while (count < FIELDS_MAX && known->names[count])
        count++;
    for (uint32_t i = 0; map && map->type == KT_TYPE_MAP && i < map->length; i++) {
        const kt_value *key = &map->as.members[i].key;
        kt_sv name = kt_value_string(key);
        const char *near = NULL;
        size_t j = 0;
        while (j < count && !kt_sv_equal_fold(name, kt_str(known->names[j])))
            j++;
        if (j < count)
            continue;
        near = kt_name_suggest(name, known->names, count);
        kt_object_report(run, c->object, KT_SCHEMA_KEYWORD, key,
                         kt_arena_format(&run->arena, path.len > 0 ? "spec.api.%v" : "spec.api", path),
                         near ? "unknown field %q, did you mean \"%s\"?" : "unknown field %q", name, near ? near : "");
    }
}

/* The map at a path of names with dots. */
static const kt_value *get_path(const kt_value *map, const char *path)
{
    kt_sv rest = kt_str(path);
    char name[32];

    while (rest.len > 0 && map) {
        size_t dot = kt_sv_find(rest, '.');
        if (dot >= sizeof name)
            return NULL;
        memcpy(name, rest.ptr, dot);
        name[dot] = '\0';
        map = kt_decoded_get(map, name);
        rest = kt_sv_slice(rest, dot + 1, rest.len);
    }
    return map;
}

/* ---- Names ---------------------------------------------------------------------------------- */

static void check_name(kt_api_checking *c, const kt_value *at, kt_sv path, bool folded)
{
    if (at && at->type == KT_TYPE_STRING && !kt_name_is_dns1035_label(kt_value_string(at), folded))
        kt_api_invalid(c, KT_API_NAME, at, path, "Invalid value: %q: %s" DNS_1035, kt_value_string(at),
                       folded ? "may have mixed case, but otherwise " : "");
}

static void check_name_list(kt_api_checking *c, const kt_value *names, const char *field)
{
    const kt_value *list = kt_decoded_get(names, field);

    for (size_t i = 0; list && list->type == KT_TYPE_LIST && i < list->length; i++)
        check_name(c, &list->as.items[i],
                   kt_arena_format(&c->cluster->run->arena, "spec.names.%s[%u]", field, (uint64_t)i), false);
}

static void check_names(kt_api_checking *c)
{
    const kt_value *names = kt_decoded_get(c->spec, "names"), *list_kind = kt_decoded_get(names, "listKind");
    const kt_value *singular = kt_decoded_get(names, "singular");

    if (kt_decoded_string(names, "singular").len > 0)
        check_name(c, singular, KT_SV("spec.names.singular"), false);
    if (kt_decoded_string(names, "listKind").len > 0)
        check_name(c, list_kind, KT_SV("spec.names.listKind"), true);
    if (list_kind && c->api->kind.len > 0 && kt_sv_equal(c->api->kind, kt_value_string(list_kind)))
        kt_api_invalid(c, KT_API_NAME, list_kind, KT_SV("spec.names.listKind"),
                       "Invalid value: %q: kind and listKind may not be the same", c->api->kind);
    check_name_list(c, names, "shortNames");
    check_name_list(c, names, "categories");
}

/* Groups of the Kubernetes community want a sign that it approved. */
static void check_approval(kt_api_checking *c)
{
    static const char key[] = "api-approved.kubernetes.io";
    const kt_value *annotations = kt_decoded_get(kt_decoded_get(c->api->crd, "metadata"), "annotations");
    kt_sv group = c->api->group, sign = kt_decoded_string(annotations, key);

    if (!kt_sv_is(group, "k8s.io") && !kt_sv_is(group, "kubernetes.io") && !kt_sv_ends(group, KT_SV(".k8s.io")) &&
        !kt_sv_ends(group, KT_SV(".kubernetes.io")))
        return;
    if (!kt_sv_starts(sign, KT_SV("unapproved")) && !kt_sv_starts(sign, KT_SV("http://")) &&
        !kt_sv_starts(sign, KT_SV("https://")))
        kt_api_invalid(c, KT_API_PART, kt_decoded_get(c->spec, "group"),
                       KT_SV("metadata.annotations[api-approved.kubernetes.io]"),
                       "Required value: protected groups must have approval annotation \"%s\"", key);
}

/* ---- Versions ------------------------------------------------------------------------------- */

static kt_sv version_path(const kt_api_checking *c, size_t version, const char *rest)
{
    return kt_arena_format(&c->cluster->run->arena, "spec.versions[%u].%s", (uint64_t)version, rest);
}

static bool is_true(const kt_value *value)
{
    return value && value->type == KT_TYPE_BOOL && value->as.boolean;
}

static void check_deprecation(kt_api_checking *c, const kt_value *version, size_t index)
{
    const kt_value *warning = kt_decoded_get(version, "deprecationWarning");
    kt_sv path, text = kt_value_string(warning);

    if (!warning)
        return;
    path = version_path(c, index, "deprecationWarning");
    if (!is_true(kt_decoded_get(version, "deprecated")))
        kt_api_invalid(c, KT_API_PART, warning, path, "Invalid value: can only be set for deprecated versions");
    else if (text.len == 0)
        kt_api_invalid(c, KT_API_PART, warning, path, "Invalid value: must not be an empty string");
    else if (text.len > DEPRECATION_MAX)
        kt_api_invalid(c, KT_API_PART, warning, path, "Invalid value: must be <= 256 characters long");
}

/* A path into the object, which must begin with one of two words; "" allows any. */
static void check_scale_path(kt_api_checking *c, const kt_value *scale, size_t index, const char *field, bool required,
                             const char *first, const char *second)
{
    const kt_value *value = kt_decoded_get(scale, field);
    kt_sv text = kt_value_string(value);
    kt_sv path = kt_arena_format(&c->cluster->run->arena, "spec.versions[%u].subresources.scale.%s", (uint64_t)index,
                                 field);

    if (text.len == 0 && required)
        kt_api_invalid(c, KT_API_PART, value ? value : scale, path, "Required value");
    else if (text.len > 0 && !kt_sv_starts(text, kt_str(first)) && !kt_sv_starts(text, kt_str(second)))
        kt_api_invalid(c, KT_API_PART, value, path, "Invalid value: %q: should be a json path under %s", text, first);
}

static void check_subresources(kt_api_checking *c, const kt_value *version, size_t index)
{
    const kt_value *scale = kt_decoded_get(kt_decoded_get(version, "subresources"), "scale");

    if (!scale)
        return;
    check_scale_path(c, scale, index, "specReplicasPath", true, ".spec.", ".spec.");
    check_scale_path(c, scale, index, "statusReplicasPath", true, ".status.", ".status.");
    check_scale_path(c, scale, index, "labelSelectorPath", false, ".status.", ".spec.");
}

static bool is_among(kt_sv text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (kt_sv_is(text, words[i]))
            return true;
    return false;
}

static void check_column(kt_api_checking *c, const kt_value *column, size_t version, size_t index)
{
    kt_arena *arena = &c->cluster->run->arena;
    kt_sv path = kt_arena_format(arena, "spec.versions[%u].additionalPrinterColumns[%u]", (uint64_t)version,
                                 (uint64_t)index);
    const kt_value *type = kt_decoded_get(column, "type"), *format = kt_decoded_get(column, "format");
    const kt_value *json_path = kt_decoded_get(column, "jsonPath");
    kt_sv type_text = kt_value_string(type), format_text = kt_value_string(format);

    if (kt_decoded_string(column, "name").len == 0)
        kt_api_invalid(c, KT_API_PART, column, kt_arena_format(arena, "%v.name", path), "Required value");
    if (!is_among(type_text, column_types, KT_ARRAY_COUNT(column_types)))
        kt_api_invalid(c, KT_API_PART, type ? type : column, kt_arena_format(arena, "%v.type", path),
                       "%s: must be one of boolean,date,integer,number,string",
                       type_text.len > 0 ? "Invalid value" : "Required value");
    if (format_text.len > 0 && !is_among(format_text, column_formats, KT_ARRAY_COUNT(column_formats)))
        kt_api_invalid(c, KT_API_PART, format, kt_arena_format(arena, "%v.format", path),
                       "Invalid value: %q: must be one of byte,date,date-time,double,float,int32,int64,password",
                       format_text);
    if (kt_value_string(json_path).len == 0)
        kt_api_invalid(c, KT_API_PART, json_path ? json_path : column, kt_arena_format(arena, "%v.jsonPath", path),
                       "Required value");
    else if (kt_value_string(json_path).ptr[0] != '.')
        kt_api_invalid(c, KT_API_PART, json_path, kt_arena_format(arena, "%v.jsonPath", path),
                       "Invalid value: %q: must be a simple json path starting with .", kt_value_string(json_path));
}

static void check_version(kt_api_checking *c, const kt_value *version, size_t index)
{
    const kt_value *columns = kt_decoded_get(version, "additionalPrinterColumns");

    for (size_t i = 0; i < KT_ARRAY_COUNT(version_fields); i++)
        check_fields(c, get_path(version, version_fields[i].path), &version_fields[i],
                     kt_arena_format(&c->cluster->run->arena, "spec.versions[%u]%s%s", (uint64_t)index,
                                     version_fields[i].path[0] ? "." : "", version_fields[i].path));
    check_deprecation(c, version, index);
    check_subresources(c, version, index);
    for (size_t i = 0; columns && columns->type == KT_TYPE_LIST && i < columns->length; i++)
        check_column(c, &columns->as.items[i], index, i);
}

/* Without a served version no request can be made; the API server allows that. */
static void check_served(kt_api_checking *c, const kt_value *versions)
{
    for (size_t i = 0; i < versions->length; i++)
        if (is_true(kt_decoded_get(&versions->as.items[i], "served")))
            return;
    kt_object_report(c->cluster->run, c->object, KT_API_UNSERVED, versions, KT_SV("spec.api.spec.versions"),
                     "no version of the API is served: nobody can make a request");
}

/* ---- The rest ------------------------------------------------------------------------------- */

static void check_webhook(kt_api_checking *c, const kt_value *conversion)
{
    const kt_value *webhook = kt_decoded_get(conversion, "webhook");
    const kt_value *client = kt_decoded_get(webhook, "clientConfig");
    const kt_value *versions = kt_decoded_get(webhook, "conversionReviewVersions");
    bool known = false;

    if (!client || !kt_decoded_get(client, "url") == !kt_decoded_get(client, "service"))
        kt_api_invalid(c, KT_API_PART, client ? client : conversion, KT_SV("spec.conversion.webhook.clientConfig"),
                       "Required value: exactly one of url or service is required");
    for (size_t i = 0; versions && versions->type == KT_TYPE_LIST && i < versions->length; i++)
        known |= kt_value_is_string(&versions->as.items[i], "v1") ||
                 kt_value_is_string(&versions->as.items[i], "v1beta1");
    if (!known)
        kt_api_invalid(c, KT_API_PART, versions ? versions : conversion,
                       KT_SV("spec.conversion.webhook.conversionReviewVersions"),
                       "Invalid value: must include at least one of v1, v1beta1");
}

static void check_conversion(kt_api_checking *c)
{
    const kt_value *conversion = kt_decoded_get(c->spec, "conversion");
    const kt_value *strategy = kt_decoded_get(conversion, "strategy");
    kt_sv text = kt_value_string(strategy);

    if (!conversion || conversion->type != KT_TYPE_MAP)
        return;
    if (kt_sv_is(text, "Webhook"))
        check_webhook(c, conversion);
    else if (text.len > 0 && !kt_sv_is(text, "None"))
        kt_api_invalid(c, KT_API_PART, strategy, KT_SV("spec.conversion.strategy"),
                       "Unsupported value: %q: supported values: \"None\", \"Webhook\"", text);
    else if (kt_decoded_get(conversion, "webhook"))
        kt_api_invalid(c, KT_API_PART, kt_decoded_get(conversion, "webhook"), KT_SV("spec.conversion.webhook"),
                       "Forbidden: should not be set when strategy is not set to Webhook");
}

void kt_api_check_definition(kt_api_checking *c)
{
    const kt_value *versions = kt_decoded_get(c->spec, "versions");
    const kt_value *preserve = kt_decoded_get(c->spec, "preserveUnknownFields");

    for (size_t i = 0; i < KT_ARRAY_COUNT(known_fields); i++)
        check_fields(c, get_path(c->api->crd, known_fields[i].path), &known_fields[i], kt_str(known_fields[i].path));
    check_names(c);
    check_approval(c);
    check_conversion(c);
    if (is_true(preserve))
        kt_api_invalid(c, KT_API_PART, preserve, KT_SV("spec.preserveUnknownFields"),
                       "Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
                       "spec.versions[*].schema instead");
    if (!versions || versions->type != KT_TYPE_LIST || versions->length == 0)
        return;
    for (size_t i = 0; i < versions->length; i++)
        check_version(c, &versions->as.items[i], i);
    check_served(c, versions);
}
