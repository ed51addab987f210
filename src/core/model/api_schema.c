/* Compiling schemas: a stack of maps that are still to be read, since they are as deep as the user likes. */
#include "model/api_schema.h"

#include <string.h>

#include "base/map.h"
#include "base/sort.h"
#include "base/sv.h"
#include "model/names.h"
#include "model/schema.h"

#define SUGGESTED_MAX 64
#define NAME_ROOM 64
#define PLACE_MAX 100 /* steps that are printed */

/* What a keyword's value must be. */
typedef enum shape {
    TEXT, TRUTH, NUMBER, COUNT, ANY, ANY_LIST, TEXTS, MAP,
    SCHEMA, SCHEMA_LIST, SCHEMA_MAP, SCHEMA_OR_TRUTH, SCHEMA_OR_LIST
} shape;

static const char *const shape_words[] = {
    "a string", "true or false", "a number", "a whole number", "any value", "a list", "a list of strings", "a map",
    "a schema", "a list of schemas", "a map of schemas", "a schema, true or false", "a schema",
};

static const struct {
    const char *name;
    shape shape;
} keywords[] = {
    {"$ref", TEXT},
    {"$schema", TEXT},
    {"additionalItems", SCHEMA_OR_TRUTH},
    {"additionalProperties", SCHEMA_OR_TRUTH},
    {"allOf", SCHEMA_LIST},
    {"anyOf", SCHEMA_LIST},
    {"default", ANY},
    {"definitions", MAP},
    {"dependencies", MAP},
    {"description", TEXT},
    {"enum", ANY_LIST},
    {"example", ANY},
    {"exclusiveMaximum", TRUTH},
    {"exclusiveMinimum", TRUTH},
    {"externalDocs", MAP},
    {"format", TEXT},
    {"id", TEXT},
    {"items", SCHEMA_OR_LIST},
    {"maxItems", COUNT},
    {"maxLength", COUNT},
    {"maxProperties", COUNT},
    {"maximum", NUMBER},
    {"minItems", COUNT},
    {"minLength", COUNT},
    {"minProperties", COUNT},
    {"minimum", NUMBER},
    {"multipleOf", NUMBER},
    {"not", SCHEMA},
    {"nullable", TRUTH},
    {"oneOf", SCHEMA_LIST},
    {"pattern", TEXT},
    {"patternProperties", MAP},
    {"properties", SCHEMA_MAP},
    {"required", TEXTS},
    {"title", TEXT},
    {"type", TEXT},
    {"uniqueItems", TRUTH},
    {"x-kubernetes-embedded-resource", TRUTH},
    {"x-kubernetes-int-or-string", TRUTH},
    {"x-kubernetes-list-map-keys", TEXTS},
    {"x-kubernetes-list-type", TEXT},
    {"x-kubernetes-map-type", TEXT},
    {"x-kubernetes-preserve-unknown-fields", TRUTH},
    {"x-kubernetes-validations", ANY_LIST},
};

_Static_assert(KT_ARRAY_COUNT(keywords) == KT_KW_COUNT, "a row for each keyword");

static const struct {
    const char *name;
    unsigned bit;
} type_names[] = {
    {"string", KT_IS_STRING}, {"integer", KT_IS_INTEGER}, {"number", KT_IS_NUMBER},
    {"boolean", KT_IS_BOOLEAN}, {"array", KT_IS_ARRAY},   {"object", KT_IS_OBJECT},
};

typedef struct compiler {
    kt_arena *arena;
    kt_patterns *patterns;
    const kt_api_findings *findings;
    kt_map seen; /* address of a map's members → index of `all` */
    kt_api_schema **all; /* compiled, or about to be; those from `next` on are */
    size_t count, capacity, next;
} compiler;

/* ---- Looking up ----------------------------------------------------------------------------- */

const char *kt_keyword_name(kt_keyword keyword)
{
    return keywords[keyword].name;
}

const char *kt_keyword_suggest(kt_sv name)
{
    const char *names[KT_KW_COUNT];

    for (kt_keyword i = 0; i < KT_KW_COUNT; i++)
        names[i] = keywords[i].name;
    return kt_name_suggest(name, names, KT_KW_COUNT);
}

const kt_member *kt_api_keyword_member(const kt_api_schema *schema, kt_keyword keyword)
{
    for (size_t i = 0; i < schema->use_count; i++)
        if (schema->uses[i].keyword == keyword)
            return schema->uses[i].member;
    return NULL;
}

const kt_value *kt_api_keyword(const kt_api_schema *schema, kt_keyword keyword)
{
    const kt_member *member = kt_api_keyword_member(schema, keyword);

    return member ? &member->value : NULL;
}

const kt_api_property *kt_api_property_get(const kt_api_schema *schema, kt_sv name)
{
    size_t low = 0, high = schema->property_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = kt_sv_compare(schema->properties[middle].name, name);
        if (order == 0)
            return &schema->properties[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

kt_sv kt_api_property_suggest(const kt_api_schema *schema, kt_arena *arena, kt_sv name)
{
    char names[SUGGESTED_MAX][NAME_ROOM];
    const char *candidates[SUGGESTED_MAX], *found;
    size_t count = 0;

    for (size_t i = 0; schema && i < schema->property_count && count < SUGGESTED_MAX; i++) {
        kt_sv property = schema->properties[i].name;
        if (property.len == 0 || property.len >= NAME_ROOM)
            continue;
        memcpy(names[count], property.ptr, property.len);
        names[count][property.len] = '\0';
        candidates[count] = names[count];
        count++;
    }
    found = kt_name_suggest(name, candidates, count);
    return found ? kt_arena_copy(arena, kt_str(found)) : KT_SV("");
}

void kt_api_schema_place(kt_buf *out, const kt_api_schema *schema)
{
    const kt_api_schema *steps[PLACE_MAX];
    size_t count = 0, start = out->len;

    for (; schema->parent && count < PLACE_MAX; schema = schema->parent)
        steps[count++] = schema;
    while (count-- > 0) {
        const kt_api_schema *step = steps[count];
        shape is = keywords[step->via].shape;
        kt_buf_format(out, "%s%s", out->len > start ? "." : "", keywords[step->via].name);
        if (is == SCHEMA_MAP)
            kt_buf_format(out, "[%v]", step->name);
        else if (is == SCHEMA_LIST)
            kt_buf_format(out, "[%u]", (uint64_t)step->index);
    }
}

/* ---- Compiling ------------------------------------------------------------------------------ */

/* encoding/json takes a name in any case if none is exact; JSON has no other. */
static kt_keyword find_keyword(const kt_value *source, kt_sv name)
{
    kt_keyword folded = KT_KW_COUNT;

    for (kt_keyword i = 0; i < KT_KW_COUNT; i++) {
        if (kt_sv_is(name, keywords[i].name))
            return i;
        if (kt_sv_equal_fold(name, kt_str(keywords[i].name)) && !kt_value_get(source, keywords[i].name))
            folded = i;
    }
    return folded;
}

static bool all_texts(const kt_value *list)
{
    for (uint32_t i = 0; i < list->length; i++)
        if (list->as.items[i].type != KT_TYPE_STRING && list->as.items[i].type != KT_TYPE_NULL)
            return false;
    return true;
}

/* Whether the value decodes. Schemas in lists and maps are looked at when they are reached. */
static bool has_shape(const kt_value *value, shape wanted)
{
    kt_type type = (kt_type)value->type;

    switch (wanted) {
    case TEXT: return type == KT_TYPE_STRING;
    case TRUTH: return type == KT_TYPE_BOOL;
    case NUMBER: return type == KT_TYPE_INT || type == KT_TYPE_FLOAT;
    case COUNT: return type == KT_TYPE_INT;
    case ANY: return true;
    case ANY_LIST:
    case SCHEMA_LIST: return type == KT_TYPE_LIST;
    case TEXTS: return type == KT_TYPE_LIST && all_texts(value);
    case MAP:
    case SCHEMA:
    case SCHEMA_MAP: return type == KT_TYPE_MAP;
    case SCHEMA_OR_TRUTH: return type == KT_TYPE_MAP || type == KT_TYPE_BOOL;
    case SCHEMA_OR_LIST: return type == KT_TYPE_MAP || type == KT_TYPE_LIST;
    }
    return false;
}

/* The schema of a map, to be compiled later; the same one for a map that is shared. NULL: no memory. */
static const kt_api_schema *enlist(compiler *c, const kt_value *source, const kt_api_schema *parent, kt_keyword via,
                                   kt_sv name, size_t index)
{
    const void *address = source->as.members;
    kt_sv key = {(const char *)&address, sizeof address};
    size_t known = source->length > 0 ? kt_map_get(&c->seen, key) : KT_MAP_NONE;
    kt_api_schema **grown, *schema;

    if (known != KT_MAP_NONE)
        return c->all[known];
    grown = kt_arena_reserve(c->arena, c->all, c->count, &c->capacity, sizeof *grown);
    schema = kt_arena_array(c->arena, 1, sizeof *schema);
    key = kt_arena_copy(c->arena, key);
    if (!grown || !schema || !key.ptr || (source->length > 0 && !kt_map_set(&c->seen, key, c->count)))
        return NULL;
    c->all = grown;
    c->all[c->count++] = schema;
    schema->source = source;
    schema->parent = parent;
    schema->via = via;
    schema->name = name;
    schema->index = index;
    return schema;
}

/* A child in a list or map; another type is a finding. */
static const kt_api_schema *enlist_child(compiler *c, kt_api_schema *schema, kt_keyword via, const kt_member *member,
                                         const kt_value *value, size_t index)
{
    if (value->type == KT_TYPE_MAP)
        return enlist(c, value, schema, via, kt_value_string(&member->key), index);
    if (value->type != KT_TYPE_NULL && c->findings->wrong_type)
        c->findings->wrong_type(c->findings->ctx, schema, member, "a schema");
    return NULL;
}

static kt_api_schemas read_list(compiler *c, kt_api_schema *schema, kt_keyword via, const kt_member *member)
{
    const kt_value *list = &member->value;
    const kt_api_schema **items = kt_arena_array(c->arena, list->length, sizeof *items);
    kt_api_schemas out = {items, 0};

    for (uint32_t i = 0; items && i < list->length; i++) {
        const kt_api_schema *child = enlist_child(c, schema, via, member, &list->as.items[i], i);
        if (child)
            items[out.count++] = child;
    }
    return out;
}

static int compare_properties(const void *left, const void *right)
{
    const kt_api_property *a = left, *b = right;

    return kt_sv_compare(a->name, b->name);
}

static void read_properties(compiler *c, kt_api_schema *schema, const kt_member *member)
{
    const kt_value *map = &member->value;
    kt_api_property *properties = kt_arena_array(c->arena, map->length, sizeof *properties);
    size_t count = 0;

    for (uint32_t i = 0; properties && i < map->length; i++) {
        const kt_member *property = &map->as.members[i];
        const kt_api_schema *child = enlist_child(c, schema, KT_KW_PROPERTIES, property, &property->value, i);
        if (!child)
            continue;
        properties[count].name = kt_value_string(&property->key);
        properties[count].key = &property->key;
        properties[count++].schema = child;
    }
    if (properties)
        kt_sort(properties, count, sizeof *properties, compare_properties, c->arena);
    schema->properties = properties;
    schema->property_count = count;
}

static unsigned type_bit(kt_sv name)
{
    for (size_t i = 0; i < KT_ARRAY_COUNT(type_names); i++)
        if (kt_sv_is(name, type_names[i].name))
            return type_names[i].bit;
    return 0;
}

/* What the keyword means to those that check values. */
static void read_keyword(compiler *c, kt_api_schema *schema, kt_keyword keyword, const kt_member *member)
{
    const kt_value *value = &member->value;

    switch (keyword) {
    case KT_KW_TYPE:
        schema->types = type_bit(kt_value_string(value));
        schema->odd_type = schema->types == 0;
        break;
    case KT_KW_FORMAT: schema->format = kt_format_find(kt_value_string(value)); break;
    case KT_KW_DEFAULT: schema->default_ = value; break;
    case KT_KW_NULLABLE: schema->nullable = value->as.boolean; break;
    case KT_KW_PRESERVE: schema->preserve = value->as.boolean; break;
    case KT_KW_EMBEDDED: schema->embedded = value->as.boolean; break;
    case KT_KW_INT_OR_STRING: schema->int_or_string = value->as.boolean; break;
    case KT_KW_PATTERN:
        if (value->length > 0)
            schema->pattern = kt_pattern_get(c->patterns, kt_value_string(value));
        break;
    case KT_KW_ALL_OF: schema->all_of = read_list(c, schema, keyword, member); break;
    case KT_KW_ANY_OF: schema->any_of = read_list(c, schema, keyword, member); break;
    case KT_KW_ONE_OF: schema->one_of = read_list(c, schema, keyword, member); break;
    case KT_KW_NOT: schema->not_ = enlist(c, value, schema, keyword, KT_SV(""), 0); break;
    case KT_KW_PROPERTIES: read_properties(c, schema, member); break;
    case KT_KW_ITEMS:
        if (value->type == KT_TYPE_MAP)
            schema->items = enlist(c, value, schema, keyword, KT_SV(""), 0);
        break;
    case KT_KW_ADDITIONAL_PROPERTIES:
        if (value->type == KT_TYPE_MAP)
            schema->additional = enlist(c, value, schema, keyword, KT_SV(""), 0);
        else
            schema->additional_denied = !value->as.boolean;
        break;
    default: break;
    }
}

static bool compile(compiler *c, kt_api_schema *schema)
{
    const kt_value *source = schema->source;
    kt_keyword_use *uses = kt_arena_array(c->arena, source->length, sizeof *uses);

    if (!uses)
        return false;
    for (uint32_t i = 0; i < source->length; i++) {
        const kt_member *member = &source->as.members[i];
        kt_keyword keyword = find_keyword(source, kt_value_string(&member->key));
        if (keyword == KT_KW_COUNT) {
            if (c->findings->unknown)
                c->findings->unknown(c->findings->ctx, schema, member);
        } else if (member->value.type != KT_TYPE_NULL && !has_shape(&member->value, keywords[keyword].shape)) {
            if (c->findings->wrong_type)
                c->findings->wrong_type(c->findings->ctx, schema, member, shape_words[keywords[keyword].shape]);
        } else if (member->value.type != KT_TYPE_NULL) {
            uses[schema->use_count++] = (kt_keyword_use){keyword, member};
            read_keyword(c, schema, keyword, member);
        }
    }
    schema->uses = uses;
    if (schema->int_or_string)
        schema->types = KT_IS_INTEGER | KT_IS_STRING;
    return !c->arena->failed;
}

const kt_api_schema *kt_api_schema_compile(kt_arena *arena, kt_patterns *patterns, const kt_value *source,
                                           const kt_api_findings *findings)
{
    compiler c;

    memset(&c, 0, sizeof c);
    c.arena = arena;
    c.patterns = patterns;
    c.findings = findings;
    kt_map_init(&c.seen, arena);
    if (!enlist(&c, source, NULL, KT_KW_COUNT, KT_SV(""), 0))
        return NULL;
    while (c.next < c.count)
        if (!compile(&c, c.all[c.next++]))
            return NULL;
    return c.all[0];
}
