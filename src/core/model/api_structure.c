/* Structural schemas: pkg/apiserver/schema/validation.go and what pkg/apis/apiextensions/validation asks of every schema.
 *
 * A stack of schemas; each is asked what holds everywhere, then what holds of the structure or, below allOf, anyOf, oneOf
 * and not, of value validations. */
#include <string.h>

#include "base/sv.h"
#include "model/api_check.h"
#include "model/schema.h"

typedef enum level { LEVEL_ROOT, LEVEL_ITEM, LEVEL_FIELD } level;

typedef struct frame {
    const kt_api_schema *schema;
    level level;
    bool nested;             /* below allOf, anyOf, oneOf or not */
    bool parent_nested;      /* the schema that has it in such a list is */
    bool in_metadata;        /* of the resource, or of an embedded one */
    const char *no_default;  /* why a default may not be here; NULL: it may */
} frame;

typedef struct walk {
    kt_api_checking *c;
    frame *stack;
    size_t depth, capacity;
    bool status; /* the version has the status subresource */
} walk;

/* ---- Small helpers -------------------------------------------------------------------------- */

static bool has(const kt_api_schema *schema, kt_keyword keyword)
{
    return kt_api_keyword(schema, keyword) != NULL;
}

static kt_sv text(const kt_api_schema *schema, kt_keyword keyword)
{
    return kt_value_string(kt_api_keyword(schema, keyword));
}

static bool is(const kt_api_schema *schema, kt_keyword keyword, const char *word)
{
    return kt_sv_is(text(schema, keyword), word);
}

/* Not the zero value of its Go type: a list with items, a text with letters, true. */
static bool is_set(const kt_api_schema *schema, kt_keyword keyword)
{
    const kt_value *value = kt_api_keyword(schema, keyword);

    if (!value)
        return false;
    if (value->type == KT_TYPE_STRING || value->type == KT_TYPE_LIST || value->type == KT_TYPE_MAP)
        return value->length > 0;
    return value->type != KT_TYPE_BOOL || value->as.boolean;
}

static void forbid(walk *w, const kt_api_schema *schema, kt_keyword keyword, const char *why)
{
    kt_api_invalid_schema(w->c, KT_SCHEMA_FORBIDDEN, schema, keyword, "Forbidden: %s", why);
}

static void require(walk *w, const kt_api_schema *schema, kt_keyword keyword, const char *why)
{
    kt_api_invalid(w->c, KT_SCHEMA_MISSING, kt_api_schema_at(schema),
                   kt_api_schema_path(w->c, schema, kt_keyword_name(keyword)), "Required value: %s", why);
}

static void refuse(walk *w, const kt_api_schema *schema, kt_keyword keyword, const char *why)
{
    const kt_value *value = kt_api_keyword(schema, keyword);

    if (value && value->type == KT_TYPE_STRING)
        kt_api_invalid_schema(w->c, KT_SCHEMA_VALUE, schema, keyword, "Invalid value: %q: %s", kt_value_string(value),
                              why);
    else
        kt_api_invalid_schema(w->c, KT_SCHEMA_VALUE, schema, keyword, "Invalid value: %s", why);
}

/* A type that must be `wanted`; it may be missing. */
static void want_type(walk *w, const kt_api_schema *schema, const char *wanted, const char *why)
{
    if (is(schema, KT_KW_TYPE, wanted))
        return;
    if (text(schema, KT_KW_TYPE).len == 0)
        require(w, schema, KT_KW_TYPE, why);
    else
        refuse(w, schema, KT_KW_TYPE, why);
}

/* ---- Everywhere ----------------------------------------------------------------------------- */

static const struct {
    kt_keyword keyword;
    const char *why;
} unsupported[] = {
    {KT_KW_ID, "id is not supported"},
    {KT_KW_SCHEMA, "$schema is not supported"},
    {KT_KW_REF, "$ref is not supported"},
    {KT_KW_DEFINITIONS, "definitions is not supported"},
    {KT_KW_DEPENDENCIES, "dependencies is not supported"},
    {KT_KW_ADDITIONAL_ITEMS, "additionalItems is not supported"},
    {KT_KW_PATTERN_PROPERTIES, "patternProperties is not supported"},
    {KT_KW_UNIQUE_ITEMS, "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"},
};

static void check_unsupported(walk *w, const kt_api_schema *schema)
{
    for (size_t i = 0; i < KT_ARRAY_COUNT(unsupported); i++) {
        kt_keyword keyword = unsupported[i].keyword;
        bool pointer = keyword == KT_KW_ADDITIONAL_ITEMS || keyword == KT_KW_DEPENDENCIES || keyword == KT_KW_REF;
        if (pointer ? has(schema, keyword) : is_set(schema, keyword))
            forbid(w, schema, keyword, unsupported[i].why);
    }
    if (has(schema, KT_KW_ITEMS) && !schema->items && is_set(schema, KT_KW_ITEMS))
        forbid(w, schema, KT_KW_ITEMS, "items must be a schema object and not an array");
}

static void check_type_name(walk *w, const kt_api_schema *schema)
{
    kt_sv type = text(schema, KT_KW_TYPE);

    if (kt_sv_is(type, "null"))
        forbid(w, schema, KT_KW_TYPE, "type cannot be set to null, use nullable as an alternative");
    else if (type.len > 0 && schema->odd_type)
        kt_api_invalid_schema(w->c, KT_SCHEMA_VALUE, schema, KT_KW_TYPE,
                              "Unsupported value: %q: supported values: \"array\", \"boolean\", \"integer\", "
                              "\"number\", \"object\", \"string\"",
                              type);
}

static void check_word(walk *w, const kt_api_schema *schema, kt_keyword keyword, const char *const *words, size_t count)
{
    kt_buf list;

    if (!has(schema, keyword))
        return;
    kt_buf_init(&list, w->c->cluster->run->arena.allocator);
    for (size_t i = 0; i < count; i++) {
        kt_buf_format(&list, "%s\"%s\"", i ? ", " : "", words[i]);
        if (is(schema, keyword, words[i])) {
            kt_buf_dispose(&list);
            return;
        }
    }
    kt_api_invalid_schema(w->c, KT_SCHEMA_VALUE, schema, keyword, "Unsupported value: %q: supported values: %v",
                          text(schema, keyword), kt_buf_text(&list, &w->c->cluster->run->arena));
    kt_buf_dispose(&list);
}

static bool is_required(const kt_api_schema *schema, kt_sv name)
{
    const kt_value *names = kt_api_keyword(schema, KT_KW_REQUIRED);

    for (size_t i = 0; i < kt_value_count(names); i++)
        if (kt_sv_equal(kt_value_string(&names->as.items[i]), name))
            return true;
    return false;
}

static void check_map_key(walk *w, const kt_api_schema *schema, const kt_value *key, kt_map *seen)
{
    kt_sv name = kt_value_string(key);
    const kt_api_property *property = kt_api_property_get(schema->items, name);

    if (kt_map_get(seen, name) != KT_MAP_NONE)
        refuse(w, schema, KT_KW_LIST_MAP_KEYS, "must not contain duplicate entries");
    kt_map_set(seen, name, 0);
    if (!property) {
        refuse(w, schema, KT_KW_LIST_MAP_KEYS, "entries must all be names of item properties");
        return;
    }
    if (property->schema->types & (KT_IS_ARRAY | KT_IS_OBJECT))
        refuse(w, property->schema, KT_KW_TYPE, "must be a scalar type if parent array's x-kubernetes-list-type is map");
    if (property->schema->nullable)
        forbid(w, property->schema, KT_KW_NULLABLE,
               "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
    if (!property->schema->default_ && !is_required(schema->items, name))
        require(w, property->schema, KT_KW_DEFAULT,
                "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property");
}

static void check_list_map(walk *w, const kt_api_schema *schema)
{
    const kt_value *keys = kt_api_keyword(schema, KT_KW_LIST_MAP_KEYS);
    kt_map seen;

    if (kt_value_count(keys) == 0)
        require(w, schema, KT_KW_LIST_MAP_KEYS, "must not be empty if x-kubernetes-list-type is map");
    if (!has(schema, KT_KW_ITEMS))
        require(w, schema, KT_KW_ITEMS, "must have a schema if x-kubernetes-list-type is map");
    if (!schema->items)
        return;
    want_type(w, schema->items, "object", "must be object if parent array's x-kubernetes-list-type is map");
    if (!is(schema->items, KT_KW_TYPE, "object"))
        return;
    kt_map_init(&seen, &w->c->cluster->run->arena);
    for (size_t i = 0; i < kt_value_count(keys); i++)
        check_map_key(w, schema, &keys->as.items[i], &seen);
}

static void check_list_set(walk *w, const kt_api_schema *schema)
{
    static const char atomic[] = "must be atomic as item of a list with x-kubernetes-list-type=set";
    const kt_api_schema *items = schema->items;

    if (!items)
        return;
    if (is(items, KT_KW_TYPE, "array") && has(items, KT_KW_LIST_TYPE) && !is(items, KT_KW_LIST_TYPE, "atomic"))
        refuse(w, items, KT_KW_LIST_TYPE, atomic);
    if (is(items, KT_KW_TYPE, "object") && !is(items, KT_KW_MAP_TYPE, "atomic"))
        refuse(w, items, KT_KW_MAP_TYPE, atomic);
}

static void check_list_type(walk *w, const kt_api_schema *schema)
{
    static const char *const words[] = {"atomic", "set", "map"};
    bool map = is(schema, KT_KW_LIST_TYPE, "map"), set = is(schema, KT_KW_LIST_TYPE, "set");

    check_word(w, schema, KT_KW_LIST_TYPE, words, KT_ARRAY_COUNT(words));
    if (is_set(schema, KT_KW_LIST_MAP_KEYS) && !map)
        refuse(w, schema, KT_KW_LIST_TYPE, "must be map if x-kubernetes-list-map-keys is non-empty");
    if (!has(schema, KT_KW_LIST_TYPE))
        return;
    want_type(w, schema, "array", "must be array if x-kubernetes-list-type is specified");
    if (map)
        check_list_map(w, schema);
    if (set && is(schema, KT_KW_TYPE, "array"))
        check_list_set(w, schema);
    if ((map || set) && schema->items && schema->items->nullable)
        forbid(w, schema->items, KT_KW_NULLABLE,
               map ? "cannot be nullable when x-kubernetes-list-type is map"
                   : "cannot be nullable when x-kubernetes-list-type is set");
}

static void check_map_type(walk *w, const kt_api_schema *schema)
{
    static const char *const words[] = {"atomic", "granular"};

    check_word(w, schema, KT_KW_MAP_TYPE, words, KT_ARRAY_COUNT(words));
    if (has(schema, KT_KW_MAP_TYPE))
        want_type(w, schema, "object", "must be object if x-kubernetes-map-type is specified");
}

static bool has_line_break(kt_sv value)
{
    return kt_sv_find(value, '\n') < value.len || kt_sv_find(value, '\r') < value.len;
}

static void report_unchecked(walk *w, const kt_api_schema *schema, kt_keyword keyword, kt_code code, const kt_value *at,
                             kt_sv what)
{
    kt_run *run = w->c->cluster->run;

    kt_object_report(run, w->c->object, code, at,
                     kt_arena_format(&run->arena, "spec.api.%v",
                                     kt_api_schema_path(w->c, schema, kt_keyword_name(keyword))),
                     "requests are not checked against %v", what);
}

/* Rules in CEL: their frame is looked at; what they ask is not, which is said. */
static void check_rule(walk *w, const kt_api_schema *schema, const kt_value *rule, size_t index)
{
    kt_run *run = w->c->cluster->run;
    kt_sv expression = kt_sv_trim(kt_value_text(rule, "rule"));
    kt_sv message = kt_sv_trim(kt_value_text(rule, "message"));
    const kt_value *at = kt_value_get(rule, "rule") ? kt_value_get(rule, "rule") : rule;

    if (expression.len == 0)
        kt_api_invalid_schema(w->c, KT_SCHEMA_MISSING, schema, KT_KW_VALIDATIONS, "rule %u: Required value: rule is not "
                              "specified", (uint64_t)index);
    else if (has_line_break(message))
        kt_api_invalid_schema(w->c, KT_SCHEMA_VALUE, schema, KT_KW_VALIDATIONS,
                              "rule %u: Invalid value: message must not contain line breaks", (uint64_t)index);
    else if (has_line_break(expression) && message.len == 0)
        kt_api_invalid_schema(w->c, KT_SCHEMA_MISSING, schema, KT_KW_VALIDATIONS,
                              "rule %u: Required value: message must be specified if rule contains line breaks",
                              (uint64_t)index);
    else
        report_unchecked(w, schema, KT_KW_VALIDATIONS, KT_API_RULE, at,
                         kt_arena_format(&run->arena, "the rule %q", expression));
}

static void check_rules(walk *w, const kt_api_schema *schema)
{
    const kt_value *rules = kt_api_keyword(schema, KT_KW_VALIDATIONS);

    for (size_t i = 0; i < kt_value_count(rules); i++)
        check_rule(w, schema, &rules->as.items[i], i);
}

static void check_pattern(walk *w, const kt_api_schema *schema)
{
    kt_run *run = w->c->cluster->run;
    const kt_value *value = kt_api_keyword(schema, KT_KW_PATTERN);

    if (!schema->pattern)
        return;
    if (schema->pattern->error.len > 0)
        kt_api_invalid(w->c, KT_SCHEMA_PATTERN, value, kt_api_schema_path(w->c, schema, "pattern"),
                       "Invalid value: %q: must be a valid regular expression, but isn't: error parsing regexp: %v",
                       schema->pattern->source, schema->pattern->error);
    else if (schema->pattern->unknown)
        report_unchecked(w, schema, KT_KW_PATTERN, KT_PATTERN_UNCHECKED, value,
                         kt_arena_format(&run->arena, "the pattern %q, because of %s", schema->pattern->source,
                                         schema->pattern->unknown));
}

static void check_everywhere(walk *w, const frame *f)
{
    const kt_api_schema *schema = f->schema;

    check_type_name(w, schema);
    check_unsupported(w, schema);
    if (schema->default_ && f->no_default)
        forbid(w, schema, KT_KW_DEFAULT, f->no_default);
    if (f->in_metadata && schema->embedded)
        forbid(w, schema, KT_KW_EMBEDDED, "must not be used inside of resource meta");
    if (schema->property_count > 0 && (schema->additional || schema->additional_denied))
        forbid(w, schema, KT_KW_ADDITIONAL_PROPERTIES, "additionalProperties and properties are mutual exclusive");
    if (has(schema, KT_KW_PRESERVE) && !schema->preserve)
        refuse(w, schema, KT_KW_PRESERVE, "false: must be true or undefined");
    check_map_type(w, schema);
    check_list_type(w, schema);
    check_rules(w, schema);
    check_pattern(w, schema);
}

/* ---- Structure ------------------------------------------------------------------------------ */

/* metadata at the root: nothing but restrictions of its name. */
static void check_root_metadata(walk *w, const kt_api_schema *metadata)
{
    bool others = false;

    for (size_t i = 0; i < metadata->property_count; i++)
        others |= !kt_sv_is(metadata->properties[i].name, "name") &&
                  !kt_sv_is(metadata->properties[i].name, "generateName");
    for (kt_keyword i = 0; i < KT_KW_COUNT; i++)
        others |= i != KT_KW_TYPE && i != KT_KW_PROPERTIES && i != KT_KW_DEFAULT && i != KT_KW_EXAMPLE &&
                  i != KT_KW_EXTERNAL_DOCS && is_set(metadata, i);
    if (others)
        forbid(w, metadata, KT_KW_COUNT,
               "must not specify anything other than name and generateName, but metadata is implicitly specified");
}

static void check_type_fields(walk *w, const frame *f)
{
    const kt_api_property *metadata = kt_api_property_get(f->schema, KT_SV("metadata"));
    const kt_api_property *others[] = {kt_api_property_get(f->schema, KT_SV("kind")),
                                       kt_api_property_get(f->schema, KT_SV("apiVersion"))};

    for (size_t i = 0; i < KT_ARRAY_COUNT(others); i++)
        if (others[i] && !is(others[i]->schema, KT_KW_TYPE, "string"))
            refuse(w, others[i]->schema, KT_KW_TYPE, "must be string");
    if (metadata && !is(metadata->schema, KT_KW_TYPE, "object"))
        refuse(w, metadata->schema, KT_KW_TYPE, "must be object");
    if (metadata && f->level == LEVEL_ROOT)
        check_root_metadata(w, metadata->schema);
}

static void check_type_present(walk *w, const frame *f)
{
    static const char *const why[] = {"must not be empty at the root", "must not be empty for specified array items",
                                      "must not be empty for specified object fields"};
    const kt_api_schema *schema = f->schema;

    if (schema->embedded)
        want_type(w, schema, "object", "must be object if x-kubernetes-embedded-resource is true");
    else if (text(schema, KT_KW_TYPE).len == 0 && !schema->int_or_string && !schema->preserve)
        require(w, schema, KT_KW_TYPE, why[f->level]);
    if (f->level == LEVEL_ROOT && text(schema, KT_KW_TYPE).len > 0 && !is(schema, KT_KW_TYPE, "object"))
        refuse(w, schema, KT_KW_TYPE, "must be object at the root");
}

static void check_extensions(walk *w, const frame *f)
{
    const kt_api_schema *schema = f->schema;
    bool additional = has(schema, KT_KW_ADDITIONAL_PROPERTIES);

    if (schema->int_or_string && schema->preserve)
        refuse(w, schema, KT_KW_PRESERVE, "must be false if x-kubernetes-int-or-string is true");
    if (schema->int_or_string && schema->embedded)
        refuse(w, schema, KT_KW_EMBEDDED, "must be false if x-kubernetes-int-or-string is true");
    if (f->level == LEVEL_ROOT && additional)
        forbid(w, schema, KT_KW_ADDITIONAL_PROPERTIES, "must not be used at the root");
    if (schema->embedded && additional)
        forbid(w, schema, KT_KW_ADDITIONAL_PROPERTIES, "must not be used if x-kubernetes-embedded-resource is set");
    if (schema->embedded && !schema->preserve && schema->property_count == 0)
        require(w, schema, KT_KW_PROPERTIES,
                "must not be empty if x-kubernetes-embedded-resource is true without "
                "x-kubernetes-preserve-unknown-fields");
}

static void check_structure(walk *w, const frame *f)
{
    if (is(f->schema, KT_KW_TYPE, "array") && !f->schema->items && !is_set(f->schema, KT_KW_ITEMS))
        require(w, f->schema, KT_KW_ITEMS, "must be specified");
    check_type_present(w, f);
    check_extensions(w, f);
    if (f->level == LEVEL_ROOT || f->schema->embedded)
        check_type_fields(w, f);
}

/* ---- Value validations ---------------------------------------------------------------------- */

static const struct {
    kt_keyword keyword;
    const char *why;
} structural_only[] = {
    {KT_KW_TYPE, "must be empty to be structural"},
    {KT_KW_DEFAULT, "must be undefined to be structural"},
    {KT_KW_TITLE, "must be empty to be structural"},
    {KT_KW_DESCRIPTION, "must be empty to be structural"},
    {KT_KW_NULLABLE, "must be false to be structural"},
    {KT_KW_PRESERVE, "must be false to be structural"},
    {KT_KW_EMBEDDED, "must be false to be structural"},
    {KT_KW_INT_OR_STRING, "must be false to be structural"},
    {KT_KW_LIST_MAP_KEYS, "must be empty to be structural"},
    {KT_KW_LIST_TYPE, "must be undefined to be structural"},
    {KT_KW_MAP_TYPE, "must be undefined to be structural"},
    {KT_KW_VALIDATIONS, "must be empty to be structural"},
};

static void check_nested(walk *w, const frame *f)
{
    const kt_api_schema *schema = f->schema;
    const kt_api_property *metadata = kt_api_property_get(schema, KT_SV("metadata"));

    for (size_t i = 0; i < KT_ARRAY_COUNT(structural_only); i++) {
        kt_keyword keyword = structural_only[i].keyword;
        bool pointer = keyword == KT_KW_DEFAULT || keyword == KT_KW_LIST_TYPE || keyword == KT_KW_MAP_TYPE;
        if (pointer ? has(schema, keyword) : is_set(schema, keyword))
            forbid(w, schema, keyword, structural_only[i].why);
    }
    if (has(schema, KT_KW_ADDITIONAL_PROPERTIES) && !schema->additional_denied)
        forbid(w, schema, KT_KW_ADDITIONAL_PROPERTIES, "must be undefined to be structural");
    if (metadata)
        forbid(w, metadata->schema, KT_KW_COUNT, "must not be specified in a nested context");
}

/* anyOf of type: integer and type: string, and nothing else: the old way to say int-or-string. */
static bool is_int_or_string(const kt_api_schemas *branches)
{
    static const char *const types[] = {"integer", "string"};

    if (branches->count != 2)
        return false;
    for (size_t i = 0; i < 2; i++) {
        if (!is(branches->items[i], KT_KW_TYPE, types[i]))
            return false;
        for (kt_keyword keyword = 0; keyword < KT_KW_COUNT; keyword++)
            if (keyword != KT_KW_TYPE && keyword != KT_KW_EXAMPLE && keyword != KT_KW_EXTERNAL_DOCS &&
                is_set(branches->items[i], keyword))
                return false;
    }
    return true;
}

/* ---- Completeness --------------------------------------------------------------------------- */

/* A value validation, and the structure that must stand behind it. */
typedef struct counterpart {
    const kt_api_schema *nested, *structural;
} counterpart;

typedef struct completeness {
    walk *w;
    counterpart *stack;
    size_t depth, capacity;
} completeness;

static bool push_counterpart(completeness *all, const kt_api_schema *nested, const kt_api_schema *structural)
{
    counterpart *grown = kt_arena_reserve(&all->w->c->cluster->run->arena, all->stack, all->depth, &all->capacity,
                                          sizeof *grown);

    if (!grown)
        return false;
    all->stack = grown;
    all->stack[all->depth++] = (counterpart){nested, structural};
    return true;
}

static bool push_branches(completeness *all, const kt_api_schema *from, const kt_api_schema *structural)
{
    const kt_api_schemas *lists[] = {&from->all_of, &from->any_of, &from->one_of};

    for (size_t i = 0; i < KT_ARRAY_COUNT(lists); i++)
        for (size_t j = 0; j < lists[i]->count; j++)
            if (!push_counterpart(all, lists[i]->items[j], structural))
                return false;
    return !from->not_ || push_counterpart(all, from->not_, structural);
}

static void report_incomplete(walk *w, const kt_api_schema *nested)
{
    kt_api_invalid_schema(w->c, KT_SCHEMA_MISSING, nested, KT_KW_COUNT,
                          "Required value: it must be in the structure of the schema, too, because it is validated here");
}

static bool check_counterpart(completeness *all, counterpart pair)
{
    if (!push_branches(all, pair.nested, pair.structural))
        return false;
    if (pair.nested->items && !pair.structural->items)
        report_incomplete(all->w, pair.nested->items);
    else if (pair.nested->items && !push_counterpart(all, pair.nested->items, pair.structural->items))
        return false;
    for (size_t i = 0; i < pair.nested->property_count; i++) {
        const kt_api_property *property = kt_api_property_get(pair.structural, pair.nested->properties[i].name);
        if (!property)
            report_incomplete(all->w, pair.nested->properties[i].schema);
        else if (!push_counterpart(all, pair.nested->properties[i].schema, property->schema))
            return false;
    }
    return true;
}

/* Asked of the value validations at the root only, as the API server does. */
static bool check_completeness(walk *w, const kt_api_schema *root)
{
    completeness all = {w, NULL, 0, 0};

    if (!push_branches(&all, root, root))
        return false;
    while (all.depth > 0)
        if (!check_counterpart(&all, all.stack[--all.depth]))
            return false;
    return true;
}

/* ---- The root ------------------------------------------------------------------------------- */

/* With the status subresource the schema of status is cut out, so that nothing at the root may speak of all. */
static void check_root(walk *w, const kt_api_schema *root)
{
    static const kt_keyword refused[] = {
        KT_KW_ALL_OF,         KT_KW_ANY_OF,        KT_KW_ONE_OF,    KT_KW_NOT,           KT_KW_ENUM,
        KT_KW_MAX_PROPERTIES, KT_KW_MIN_PROPERTIES, KT_KW_DEFAULT,  KT_KW_ADDITIONAL_PROPERTIES,
        KT_KW_EMBEDDED,       KT_KW_INT_OR_STRING, KT_KW_LIST_TYPE, KT_KW_MAP_TYPE,      KT_KW_LIST_MAP_KEYS,
    };

    if (root->nullable)
        forbid(w, root, KT_KW_NULLABLE, "nullable cannot be true at the root");
    for (size_t i = 0; w->status && i < KT_ARRAY_COUNT(refused); i++)
        if (is_set(root, refused[i]))
            forbid(w, root, refused[i], "not allowed at the root of the schema if the status subresource is enabled");
}

/* ---- The walk ------------------------------------------------------------------------------- */

static bool push(walk *w, const kt_api_schema *schema, const frame *like)
{
    frame *grown;

    if (!schema)
        return true;
    grown = kt_arena_reserve(&w->c->cluster->run->arena, w->stack, w->depth, &w->capacity, sizeof *grown);
    if (!grown)
        return false;
    w->stack = grown;
    w->stack[w->depth] = *like;
    w->stack[w->depth++].schema = schema;
    return true;
}

static bool is_type_field(kt_sv name)
{
    return kt_sv_is(name, "apiVersion") || kt_sv_is(name, "kind") || kt_sv_is(name, "metadata");
}

static bool push_properties(walk *w, frame f)
{
    bool root = f.level == LEVEL_ROOT && !f.nested;

    for (size_t i = 0; i < f.schema->property_count; i++) {
        const kt_api_property *property = &f.schema->properties[i];
        frame child = f;
        child.level = LEVEL_FIELD;
        if ((root || f.schema->embedded) && is_type_field(property->name)) {
            child.in_metadata = true;
            if (root)
                child.no_default = "must not be set in the top-level metadata, apiVersion or kind";
        }
        if (!push(w, property->schema, &child))
            return false;
    }
    return true;
}

/* Branches become nested; `old` is the one list that says int-or-string and is not looked into. */
static bool push_list(walk *w, const kt_api_schemas *list, const frame *f)
{
    frame child = *f;

    child.nested = true;
    child.parent_nested = f->nested;
    if (is_int_or_string(list) && list == &f->schema->any_of) {
        const kt_api_schema *schema = f->schema;
        if (!f->nested || (!f->parent_nested && schema->via == KT_KW_ALL_OF && schema->index == 0))
            return true;
    }
    for (size_t i = 0; i < list->count; i++)
        if (!push(w, list->items[i], &child))
            return false;
    return true;
}

static bool push_children(walk *w, frame f)
{
    const kt_api_schema *schema = f.schema;
    frame items = f, additional = f, nested = f;

    items.level = LEVEL_ITEM;
    additional.level = LEVEL_FIELD;
    if (f.in_metadata)
        additional.no_default = "must not be set inside additionalProperties applying to object metadata";
    nested.nested = true;
    return push_properties(w, f) && push(w, schema->items, &items) && push(w, schema->additional, &additional) &&
           push_list(w, &schema->all_of, &f) && push_list(w, &schema->any_of, &f) &&
           push_list(w, &schema->one_of, &f) && push(w, schema->not_, &nested);
}

bool kt_api_check_structure(kt_api_checking *c, const kt_api_schema *root, bool status)
{
    walk w = {c, NULL, 0, 0, status};
    frame first = {root, LEVEL_ROOT, false, false, false, NULL};

    check_root(&w, root);
    if (!push(&w, root, &first))
        return false;
    while (w.depth > 0 && c->errors < KT_OBJECT_ERRORS_MAX) {
        frame f = w.stack[--w.depth];
        check_everywhere(&w, &f);
        if (f.nested)
            check_nested(&w, &f);
        else
            check_structure(&w, &f);
        if (!push_children(&w, f))
            return false;
    }
    return check_completeness(&w, root);
}
