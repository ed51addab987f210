/* The API of a Promise as a whole: its definition, then the schema of each version. */
#include "model/api_check.h"

#include <string.h>

#include "base/sv.h"
#include "model/schema.h"

/* An object with more unknown keywords gets no more warnings of them. */
#define WARNINGS_MAX ((size_t)100)

/* ---- Findings ------------------------------------------------------------------------------- */

static void invalid(kt_api_checking *c, kt_code code, const kt_value *at, kt_sv path, const char *format, va_list args)
{
    kt_run *run = c->cluster->run;
    kt_buf text;

    kt_buf_init(&text, run->arena.allocator);
    kt_buf_vformat(&text, format, args);
    kt_object_report(run, c->object, code, at ? at : c->api->crd, kt_arena_format(&run->arena, "spec.api.%v", path),
                     "invalid CRD: %v: %v", path, kt_buf_text(&text, &run->arena));
    kt_buf_dispose(&text);
    c->errors += kt_code_get(code)->severity == KT_ERROR;
}

void kt_api_invalid(kt_api_checking *c, kt_code code, const kt_value *at, kt_sv path, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    invalid(c, code, at, path, format, args);
    va_end(args);
}

const kt_value *kt_api_schema_at(const kt_api_schema *schema)
{
    const kt_api_property *property;

    if (!schema->parent)
        return schema->source;
    property = schema->via == KT_KW_PROPERTIES ? kt_api_property_get(schema->parent, schema->name) : NULL;
    if (property)
        return property->key;
    return schema->via == KT_KW_ITEMS || schema->via == KT_KW_NOT || schema->via == KT_KW_ADDITIONAL_PROPERTIES
               ? &kt_api_keyword_member(schema->parent, schema->via)->key
               : schema->source;
}

kt_sv kt_api_schema_path(const kt_api_checking *c, const kt_api_schema *schema, const char *keyword)
{
    kt_arena *arena = &c->cluster->run->arena;
    kt_buf text;
    kt_sv path;

    kt_buf_init(&text, arena->allocator);
    kt_api_schema_place(&text, schema);
    path = kt_arena_format(arena, "%v%s%v%s%s", c->path, text.len > 0 ? "." : "", kt_buf_text(&text, arena),
                           keyword ? "." : "", keyword ? keyword : "");
    kt_buf_dispose(&text);
    return path;
}

void kt_api_invalid_schema(kt_api_checking *c, kt_code code, const kt_api_schema *schema, kt_keyword keyword,
                           const char *format, ...)
{
    const kt_member *member = keyword < KT_KW_COUNT ? kt_api_keyword_member(schema, keyword) : NULL;
    va_list args;

    va_start(args, format);
    invalid(c, code, member ? &member->key : kt_api_schema_at(schema),
            kt_api_schema_path(c, schema, keyword < KT_KW_COUNT ? kt_keyword_name(keyword) : NULL), format, args);
    va_end(args);
}

static void found_wrong_type(void *ctx, const kt_api_schema *schema, const kt_member *member, const char *want)
{
    kt_api_checking *c = ctx;
    kt_sv key = kt_value_string(&member->key);

    kt_api_invalid(c, KT_SCHEMA_TYPE, &member->value, kt_api_schema_path(c, schema, NULL), "%q must be %s, not %s", key, want,
                   kt_type_name((kt_type)member->value.type));
}

static void found_unknown(void *ctx, const kt_api_schema *schema, const kt_member *member)
{
    kt_api_checking *c = ctx;
    kt_run *run = c->cluster->run;
    kt_sv name = kt_value_string(&member->key);
    const char *near;

    if (c->object->errors + run->diags.warning_count > WARNINGS_MAX * 10)
        return;
    near = kt_keyword_suggest(name);
    kt_object_report(run, c->object, KT_SCHEMA_KEYWORD, &member->key,
                     kt_arena_format(&run->arena, "spec.api.%v", kt_api_schema_path(c, schema, NULL)),
                     near ? "unknown keyword %q, did you mean \"%s\"?" : "unknown keyword %q", name, near ? near : "");
}

/* ---- Values --------------------------------------------------------------------------------- */

kt_checker kt_api_checker(kt_cluster *cluster, void (*found)(void *ctx, const kt_finding *finding), void *ctx)
{
    kt_checker checker = {&cluster->run->arena, &cluster->patterns, cluster->checks_left, 0, {NULL, 0}, found, ctx};

    return checker;
}

void kt_api_checks_used(kt_cluster *cluster, kt_object *object)
{
    if (cluster->checks_left > 0 || cluster->checks_told)
        return;
    cluster->checks_told = true;
    kt_object_report(cluster->run, object, KT_LIMIT_CHECKS, NULL, KT_SV(""),
                     "more than %u checks of values against schemas, the rest is not checked",
                     cluster->run->options.limits.checks);
}

/* ---- Versions ------------------------------------------------------------------------------- */

static bool has_status(const kt_value *version)
{
    return kt_decoded_get(kt_decoded_get(version, "subresources"), "status") != NULL;
}

static bool check_version(kt_api_checking *c, const kt_value *version, size_t index, kt_api_version *out)
{
    const kt_value *source = kt_decoded_get(kt_decoded_get(version, "schema"), "openAPIV3Schema");
    kt_api_findings findings = {found_wrong_type, found_unknown, c};
    size_t before = c->errors;
    const kt_api_schema *root;

    out->name = kt_decoded_string(version, "name");
    if (!source)
        return true; /* said in api.c */
    c->path = kt_arena_format(&c->cluster->run->arena, "spec.versions[%u].schema.openAPIV3Schema", (uint64_t)index);
    if (source->type != KT_TYPE_MAP) {
        kt_api_invalid(c, KT_SCHEMA_TYPE, source, c->path, "must be a schema, not %s",
                       kt_type_name((kt_type)source->type));
        return true;
    }
    root = kt_api_schema_compile(&c->cluster->run->arena, &c->cluster->patterns, source, &findings);
    if (!root || !kt_api_check_structure(c, root, has_status(version)))
        return false;
    if (c->errors == before && !kt_api_check_defaults(c, root))
        return false;
    if (c->errors == before)
        out->schema = root;
    return true;
}

bool kt_api_check(kt_cluster *cluster, kt_object *object, kt_api *api)
{
    kt_api_checking c = {cluster, object, api, kt_decoded_get(api->crd, "spec"), {NULL, 0}, 0};
    const kt_value *versions = kt_decoded_get(c.spec, "versions");
    size_t count = versions && versions->type == KT_TYPE_LIST ? versions->length : 0;
    kt_api_version *schemas = kt_arena_array(&cluster->run->arena, count, sizeof *schemas);

    if (!schemas)
        return false;
    kt_api_check_definition(&c);
    for (size_t i = 0; i < count; i++)
        if (!check_version(&c, &versions->as.items[i], i, &schemas[i]))
            return false;
    api->schemas = schemas;
    api->schema_count = count;
    return !cluster->run->arena.failed;
}
