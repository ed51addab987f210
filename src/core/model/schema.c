/* The walk that checks a value against a table.
 *
 * Recursion follows the tables, which are finite and shallow, never the depth of the input. */
#include "model/schema.h"

#include "base/buf.h"
#include "model/names.h"

/* No table has more fields. */
#define FIELDS_MAX 64
/* A file with more errors gets no more suggestions: they are costly. */
#define SUGGESTING_ERRORS_MAX ((size_t)1000)

/* Where the walk stands: a chain from the value back to the root. */
typedef struct place {
    const struct place *parent;
    kt_sv name;          /* of the field; for an item NULL, and `index` counts */
    size_t index;
    const kt_value *key; /* what to point at when something is missing; may be NULL */
} place;

typedef struct walk {
    kt_run *run;
    kt_object *object;
    bool decode; /* as encoding/json does */
    kt_code code;
    kt_sv prefix;
} walk;

const kt_schema kt_schema_any = {.type = KT_SCHEMA_ANY};
const kt_schema kt_schema_string = {.type = KT_SCHEMA_STRING};
const kt_schema kt_schema_bool = {.type = KT_SCHEMA_BOOL};
const kt_schema kt_schema_integer = {.type = KT_SCHEMA_INTEGER};
const kt_schema kt_schema_strings = {.type = KT_SCHEMA_LIST, .item = &kt_schema_string};
const kt_schema kt_schema_string_map = {.type = KT_SCHEMA_OBJECT, .item = &kt_schema_string};
const kt_schema kt_schema_any_list = {.type = KT_SCHEMA_LIST, .item = &kt_schema_any};

static const kt_field metadata_fields[] = {
    {"name", &kt_schema_string, "name of the object", KT_IN_ALL, 0},
    {"namespace", &kt_schema_string, "namespace of the object", KT_IN_ALL, 0},
    {"labels", &kt_schema_string_map, "labels, by which Destinations are selected", KT_IN_ALL, 0},
    {"annotations", &kt_schema_string_map, "annotations", KT_IN_ALL, 0},
    {"generateName", &kt_schema_string, "prefix of a generated name", KT_IN_ALL, 0},
    {"finalizers", &kt_schema_strings, "set by controllers", KT_IN_ALL, 0},
    {"ownerReferences", &kt_schema_any_list, "set by controllers", KT_IN_ALL, 0},
    {"creationTimestamp", &kt_schema_string, "set by the API server", KT_IN_ALL, 0},
    {"deletionTimestamp", &kt_schema_string, "set by the API server", KT_IN_ALL, 0},
    {"deletionGracePeriodSeconds", &kt_schema_integer, "set by the API server", KT_IN_ALL, 0},
    {"generation", &kt_schema_integer, "set by the API server", KT_IN_ALL, 0},
    {"managedFields", &kt_schema_any_list, "set by the API server", KT_IN_ALL, 0},
    {"resourceVersion", &kt_schema_string, "set by the API server", KT_IN_ALL, 0},
    {"selfLink", &kt_schema_string, "set by the API server", KT_IN_ALL, 0},
    {"uid", &kt_schema_string, "set by the API server", KT_IN_ALL, 0},
};
const kt_schema kt_schema_metadata = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(metadata_fields)};

static const kt_field secret_ref_fields[] = {
    {"name", &kt_schema_string, "name of the Secret", KT_IN_ALL, 0},
    {"namespace", &kt_schema_string, "namespace of the Secret", KT_IN_ALL, 0},
};
const kt_schema kt_schema_secret_ref = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(secret_ref_fields)};

/* ---- Small helpers -------------------------------------------------------------------------- */

size_t kt_value_count(const kt_value *value)
{
    return value && (value->type == KT_TYPE_LIST || value->type == KT_TYPE_MAP) ? value->length : 0;
}

/* Print the chain: "spec.destinationSelectors[0].matchLabels". */
static void print_place(kt_buf *out, const place *at)
{
    const place *chain[FIELDS_MAX];
    size_t depth = 0;

    for (; at && depth < FIELDS_MAX; at = at->parent)
        chain[depth++] = at;
    while (depth-- > 0) {
        const place *step = chain[depth];
        if (!step->name.ptr) {
            kt_buf_format(out, "[%u]", (uint64_t)step->index);
            continue;
        }
        if (out->len > 0 && step->name.len > 0)
            kt_buf_byte(out, '.');
        kt_buf_sv(out, step->name);
    }
}

static kt_sv place_text(kt_run *run, const place *at)
{
    kt_buf text;
    kt_sv copy;

    kt_buf_init(&text, run->arena.allocator);
    print_place(&text, at);
    copy = kt_buf_copy(&text, &run->arena);
    kt_buf_dispose(&text);
    return copy;
}

static const kt_value *nearest_key(const place *at)
{
    while (at && !at->key)
        at = at->parent;
    return at ? at->key : NULL;
}

static const kt_field *find_field(const walk *w, const kt_schema *schema, kt_sv name)
{
    for (size_t i = 0; i < schema->field_count; i++)
        if (kt_sv_is(name, schema->fields[i].name))
            return &schema->fields[i];
    for (size_t i = 0; w->decode && i < schema->field_count; i++)
        if (kt_sv_equal_fold(name, kt_str(schema->fields[i].name)))
            return &schema->fields[i];
    return NULL;
}

static const char *suggest(const walk *w, const kt_schema *schema, kt_sv name)
{
    const char *names[FIELDS_MAX];
    size_t count = 0;

    if (w->run->diags.error_count > SUGGESTING_ERRORS_MAX)
        return NULL;
    for (size_t i = 0; i < schema->field_count && count < FIELDS_MAX; i++)
        if (kt_profile_refusal(w->run->options.profile, KT_IN_ALL & ~schema->fields[i].known_in) == KT_ACCEPTED)
            names[count++] = schema->fields[i].name;
    return kt_name_suggest(name, names, count);
}

/* ---- Findings ------------------------------------------------------------------------------- */

static void report_type(walk *w, const kt_schema *schema, const kt_value *value, const place *at)
{
    static const char *const words[] = {"string", "boolean", "integer", "object", "array", "any"};
    kt_sv field = place_text(w->run, at);
    const char *is = kt_type_name((kt_type)value->type), *want = words[schema->type];

    if (w->decode)
        kt_object_refuse(w->run, w->object, KT_IN_ALL, w->code, value, field,
                         "%vjson: cannot unmarshal %s into field %v, which must be of type %s", w->prefix, is,
                         field, want);
    else
        kt_object_refuse(w->run, w->object, KT_IN_ALL, KT_FIELD_TYPE, value, field,
                         "%v: Invalid value: \"%s\": must be of type %s", field, is, want);
}

static void report_enum(walk *w, const kt_schema *schema, const kt_value *value, const place *at)
{
    kt_sv field = place_text(w->run, at);
    kt_buf values;

    kt_buf_init(&values, w->run->arena.allocator);
    for (size_t i = 0; schema->values[i]; i++)
        kt_buf_format(&values, "%s%q", i ? ", " : "", kt_str(schema->values[i]));
    kt_object_refuse(w->run, w->object, KT_IN_ALL, KT_FIELD_VALUE, value, field,
                     "%v: Unsupported value: %q: supported values: %v", field, kt_value_string(value),
                     kt_buf_text(&values, &w->run->arena));
    kt_buf_dispose(&values);
}

static void report_missing(walk *w, const kt_field *field, const place *at)
{
    place here = {at, kt_str(field->name), 0, NULL};
    kt_sv path = place_text(w->run, &here);

    kt_object_refuse(w->run, w->object, field->required_in, KT_FIELD_REQUIRED, nearest_key(at), path,
                     "%v: Required value", path);
}

/* An unknown field alone does not refuse the object: it is dropped (I-13, I-22a). Where a struct is decoded
 * strictly it does (I-9). Returns whether the field is unknown to the chosen profile. */
static bool report_unknown(walk *w, const kt_schema *schema, unsigned refusing, const kt_member *member,
                           const place *at)
{
    kt_run *run = w->run;
    kt_refusal refusal = kt_profile_refusal(run->options.profile, refusing);
    kt_sv name = kt_value_string(&member->key);
    place here = {at, name, 0, NULL};
    bool was_refused = w->object->refused, shown = w->object->errors < KT_OBJECT_ERRORS_MAX;
    const char *near = refusal == KT_REFUSED && shown ? suggest(w, schema, name) : NULL;

    if (refusal == KT_ACCEPTED)
        return false;
    if (shown)
        kt_object_refuse(run, w->object, refusing, w->decode ? w->code : KT_FIELD_UNKNOWN, &member->key,
                         place_text(run, at),
                         near ? "%v%sunknown field %q, did you mean \"%s\"?" : "%v%sunknown field %q", w->prefix,
                         w->decode ? "json: " : "", w->decode ? name : place_text(run, &here), near ? near : "");
    if (refusal == KT_REFUSED) {
        w->object->refused = w->decode || was_refused;
        w->object->dropped |= !w->decode;
    }
    return refusal == KT_REFUSED;
}

/* ---- The walk ------------------------------------------------------------------------------- */

static void check_value(walk *w, const kt_schema *schema, const kt_value *value, const place *at);

static void check_member(walk *w, const kt_schema *schema, const kt_member *member, const place *at)
{
    place here = {at, kt_value_string(&member->key), 0, &member->key};
    const kt_field *field = find_field(w, schema, here.name);
    bool unknown = false;

    if (!field && schema->item) {
        if (member->value.type != KT_TYPE_NULL)
            check_value(w, schema->item, &member->value, &here);
        return;
    }
    if (!field && schema->open)
        return;
    if (!field || field->known_in != KT_IN_ALL)
        unknown = report_unknown(w, schema, field ? KT_IN_ALL & ~field->known_in : KT_IN_ALL, member, at);
    if (field && !unknown && member->value.type != KT_TYPE_NULL) /* I-14 */
        check_value(w, field->schema, &member->value, &here);
}

static void check_object(walk *w, const kt_schema *schema, const kt_value *map, const place *at)
{
    for (uint32_t i = 0; i < map->length; i++)
        check_member(w, schema, &map->as.members[i], at);
    for (size_t i = 0; i < schema->field_count; i++) {
        const kt_field *field = &schema->fields[i];
        const kt_value *value = field->required_in ? kt_value_get(map, field->name) : NULL;
        if (field->required_in && (!value || value->type == KT_TYPE_NULL))
            report_missing(w, field, at);
    }
}

static void check_list(walk *w, const kt_schema *schema, const kt_value *list, const place *at)
{
    for (uint32_t i = 0; i < list->length; i++) {
        place here = {at, {NULL, 0}, i, NULL};
        check_value(w, schema->item, &list->as.items[i], &here);
    }
}

static bool has_type(const kt_value *value, kt_schema_type type)
{
    static const kt_type types[] = {KT_TYPE_STRING, KT_TYPE_BOOL, KT_TYPE_INT, KT_TYPE_MAP, KT_TYPE_LIST};

    return type == KT_SCHEMA_ANY || value->type == types[type];
}

static bool has_value(const kt_schema *schema, const kt_value *value)
{
    for (size_t i = 0; schema->values && schema->values[i]; i++)
        if (kt_value_is_string(value, schema->values[i]))
            return true;
    return !schema->values;
}

static void check_value(walk *w, const kt_schema *schema, const kt_value *value, const place *at)
{
    if (w->decode && value->type == KT_TYPE_NULL)
        return;
    if (!has_type(value, schema->type))
        report_type(w, schema, value, at);
    else if (schema->type == KT_SCHEMA_STRING && !has_value(schema, value))
        report_enum(w, schema, value, at);
    else if (schema->type == KT_SCHEMA_OBJECT)
        check_object(w, schema, value, at);
    else if (schema->type == KT_SCHEMA_LIST)
        check_list(w, schema, value, at);
}

static bool run_walk(walk *w, const kt_schema *schema, const kt_value *value, kt_sv path)
{
    place root = {NULL, path.ptr ? path : KT_SV(""), 0, NULL};
    bool before = w->object->refused, refused;

    w->object->refused = false;
    check_value(w, schema, value, &root);
    refused = w->object->refused;
    w->object->refused |= before;
    return !refused;
}

bool kt_schema_check(kt_run *run, kt_object *object, const kt_schema *schema, const kt_value *value,
                     const char *path)
{
    walk w = {run, object, false, KT_FIELD_UNKNOWN, KT_SV("")};

    return run_walk(&w, schema, value, kt_str(path));
}

bool kt_schema_decode(kt_run *run, kt_object *object, const kt_schema *schema, const kt_value *value,
                      kt_sv path, kt_code code, kt_sv prefix)
{
    walk w = {run, object, true, code, prefix};

    return run_walk(&w, schema, value, path);
}

/* ---- Reading what was checked --------------------------------------------------------------- */

const kt_value *kt_schema_get(kt_profile profile, const kt_schema *schema, const kt_value *map,
                              const char *name)
{
    const kt_value *value = kt_value_get(map, name);
    walk w = {NULL, NULL, false, KT_FIELD_UNKNOWN, {NULL, 0}};
    const kt_field *field = find_field(&w, schema, kt_str(name));

    if (!field || kt_profile_refusal(profile, KT_IN_ALL & ~field->known_in) == KT_REFUSED)
        return NULL;
    return value && value->type != KT_TYPE_NULL ? value : NULL;
}

kt_sv kt_value_text(const kt_value *map, const char *name)
{
    const kt_value *value = kt_value_get(map, name);

    return value && value->type == KT_TYPE_STRING ? kt_value_string(value) : KT_SV("");
}

kt_sv kt_value_text_or(const kt_value *map, const char *name, const char *usual)
{
    const kt_value *value = kt_value_get(map, name);

    return value && value->type == KT_TYPE_STRING ? kt_value_string(value) : kt_str(usual);
}

const kt_value *kt_decoded_get(const kt_value *map, const char *name)
{
    const kt_value *value = kt_value_get(map, name);
    kt_sv wanted = kt_str(name);

    for (uint32_t i = 0; !value && map && map->type == KT_TYPE_MAP && i < map->length; i++)
        if (kt_sv_equal_fold(kt_value_string(&map->as.members[i].key), wanted))
            value = &map->as.members[i].value;
    return value && value->type != KT_TYPE_NULL ? value : NULL;
}

kt_sv kt_decoded_string(const kt_value *map, const char *name)
{
    const kt_value *value = kt_decoded_get(map, name);

    return value && value->type == KT_TYPE_STRING ? kt_value_string(value) : KT_SV("");
}
