/* Fitting a value: a copy made on the way down, with a stack of the lists and maps that are being copied. */
#include <string.h>

#include "base/sv.h"
#include "model/value_check.h"
#include "yaml/implicit.h"

typedef struct frame {
    const kt_api_schema *schema; /* NULL: nothing is known below */
    const kt_value *source;
    kt_value *out;
    kt_value *items;     /* of a list */
    kt_member *members;  /* of a map */
    uint32_t next, kept;
    bool keep;           /* unknown fields stay */
    bool resource, root;
    const kt_value *place; /* what all values are placed at; NULL: their own */
    kt_step step;
} frame;

typedef struct fitting {
    kt_checker *checker;
    frame *stack;
    size_t depth, capacity;
} fitting;

/* ---- Findings ------------------------------------------------------------------------------- */

void kt_step_put(kt_buf *out, kt_step step)
{
    if (step.same)
        return;
    if (step.is_item) {
        kt_buf_format(out, "[%u]", (uint64_t)step.index);
        return;
    }
    if (out->len > 0)
        kt_buf_byte(out, '.');
    kt_buf_sv(out, step.name);
}

/* "spec.size": the way to the value on top of the stack, and one step more. */
static kt_sv field_of(const fitting *f, kt_sv name)
{
    kt_arena *arena = f->checker->arena;
    kt_buf text;
    kt_sv field;

    kt_buf_init(&text, arena->allocator);
    kt_buf_sv(&text, f->checker->prefix);
    for (size_t i = 1; i < f->depth && i < KT_STEPS_SHOWN; i++)
        kt_step_put(&text, f->stack[i].step);
    if (name.len > 0)
        kt_step_put(&text, (kt_step){name, 0, false, false});
    field = kt_buf_text(&text, arena).len > 0 ? kt_buf_copy(&text, arena) : KT_SV("");
    kt_buf_dispose(&text);
    return field;
}

/* A property whose name, without quotes, is the boolean that has become the key (K-4): n, no, off, y, yes, on. */
static kt_sv read_as(const kt_api_schema *schema, kt_sv key)
{
    for (size_t i = 0; schema && i < schema->property_count; i++) {
        kt_implicit word = kt_implicit_resolve(schema->properties[i].name);
        if (word.type == KT_IMPLICIT_BOOL && kt_sv_is(key, word.as.boolean ? "true" : "false"))
            return schema->properties[i].name;
    }
    return KT_SV("");
}

static kt_sv unknown_message(const fitting *f, const kt_api_schema *schema, kt_sv name)
{
    kt_arena *arena = f->checker->arena;
    kt_sv field = field_of(f, name), near = read_as(schema, name);

    if (near.len > 0)
        return kt_arena_format(arena, "unknown field %q, did you mean %q? without quotes it is read as %v", field,
                               near, name);
    near = kt_api_property_suggest(schema, arena, name);
    return near.len > 0 ? kt_arena_format(arena, "unknown field %q, did you mean %q?", field, near)
                        : kt_arena_format(arena, "unknown field %q", field);
}

static void report_unknown(const fitting *f, const frame *top, const kt_member *member)
{
    kt_finding finding = {KT_REQUEST_FIELD, &member->key, top->schema, {NULL, 0}, {NULL, 0}};

    if (top->place || f->checker->shown++ >= KT_FINDINGS_MAX) /* a default is looked at where it stands */
        return;
    finding.field = field_of(f, KT_SV(""));
    finding.message = unknown_message(f, top->schema, kt_value_string(&member->key));
    f->checker->found(f->checker->ctx, &finding);
}

/* ---- Copying -------------------------------------------------------------------------------- */

static bool is_container(const kt_value *value)
{
    return value->type == KT_TYPE_LIST || value->type == KT_TYPE_MAP;
}

static size_t default_count(const kt_api_schema *schema)
{
    size_t count = 0;

    for (size_t i = 0; schema && i < schema->property_count; i++)
        count += schema->properties[i].schema->default_ != NULL;
    return count;
}

static void put_place(kt_value *value, const kt_value *place)
{
    if (!place)
        return;
    value->line = place->line;
    value->column = place->column;
}

/* Copy `source` to `out`; what is in it follows. */
static bool push(fitting *f, const frame *like, const kt_value *source, kt_value *out)
{
    kt_arena *arena = f->checker->arena;
    frame *grown, *top;

    *out = *source;
    put_place(out, like->place);
    if (!is_container(source) || (!like->schema && like->keep && !like->place))
        return true;
    grown = kt_arena_reserve(arena, f->stack, f->depth, &f->capacity, sizeof *grown);
    if (!grown)
        return false;
    f->stack = grown;
    top = &f->stack[f->depth++];
    *top = *like;
    top->source = source;
    top->out = out;
    top->next = top->kept = 0;
    if (source->type == KT_TYPE_LIST)
        out->as.items = top->items = kt_arena_array(arena, source->length, sizeof *top->items);
    else
        out->as.members = top->members =
            kt_arena_array(arena, source->length + default_count(top->schema), sizeof *top->members);
    return out->as.items != NULL;
}

/* Copy a child of the container on top, which the child's frame looks like but for what is given here. */
static bool put_child(fitting *f, const kt_api_schema *schema, bool keep, const kt_value *place, kt_step step,
                      const kt_value *source, kt_value *out)
{
    frame like;

    memset(&like, 0, sizeof like);
    like.schema = schema;
    like.keep = keep;
    like.resource = schema && schema->embedded;
    like.place = place;
    like.step = step;
    return push(f, &like, source, out);
}

static bool is_refused_null(const kt_value *value, const kt_api_schema *schema)
{
    return value->type == KT_TYPE_NULL && schema && !schema->nullable;
}

static bool fit_item(fitting *f)
{
    frame *top = &f->stack[f->depth - 1];
    const kt_api_schema *schema = top->schema ? top->schema->items : NULL;
    const kt_value *source = &top->source->as.items[top->next], *place = top->place;
    kt_step step = {{NULL, 0}, top->next++, true, false};

    if (is_refused_null(source, schema) && schema->default_) {
        place = place ? place : source;
        source = schema->default_;
    }
    return put_child(f, schema, top->keep || (schema && schema->preserve), place, step, source,
                     &top->items[top->kept++]);
}

static bool is_type_field(kt_sv name)
{
    return kt_sv_is(name, "apiVersion") || kt_sv_is(name, "kind") || kt_sv_is(name, "metadata");
}

static bool fit_member(fitting *f)
{
    frame *top = &f->stack[f->depth - 1];
    const kt_member *member = &top->source->as.members[top->next++];
    kt_sv name = kt_value_string(&member->key);
    const kt_api_property *property = top->schema ? kt_api_property_get(top->schema, name) : NULL;
    const kt_api_schema *schema = property ? property->schema : top->schema ? top->schema->additional : NULL;
    const kt_value *source = &member->value, *place = top->place;
    bool whole = top->resource && is_type_field(name);
    kt_step step = {name, 0, false, false};
    kt_member *out;

    if (top->root && kt_sv_is(name, "status"))
        return true;
    if (!whole && !property && !(top->schema && kt_api_keyword(top->schema, KT_KW_ADDITIONAL_PROPERTIES))) {
        whole = top->keep;
        if (!whole) {
            report_unknown(f, top, member);
            return true;
        }
    }
    if (!whole && is_refused_null(source, schema)) {
        if (!schema->default_)
            return true;
        place = place ? place : &member->key;
        source = schema->default_;
    }
    out = &top->members[top->kept++];
    out->key = member->key;
    put_place(&out->key, place);
    return put_child(f, whole ? NULL : schema, whole || (schema && schema->preserve), place, step, source, &out->value);
}

/* Defaults of what the map lacks; `next` counts on through the properties. */
static bool fit_default(fitting *f)
{
    frame *top = &f->stack[f->depth - 1];
    const kt_api_property *property = &top->schema->properties[top->next++ - top->source->length];
    const kt_value *place = top->place ? top->place : top->source;
    kt_step step = {property->name, 0, false, false};
    kt_member *out;

    if (!property->schema->default_ || kt_value_member(top->source, property->name))
        return true;
    out = &top->members[top->kept++];
    out->key = *property->key;
    put_place(&out->key, place);
    return put_child(f, property->schema, property->schema->preserve, place, step, property->schema->default_,
                     &out->value);
}

static bool step_on(fitting *f)
{
    frame *top = &f->stack[f->depth - 1];

    if (top->next < top->source->length)
        return top->source->type == KT_TYPE_LIST ? fit_item(f) : fit_member(f);
    if (top->source->type == KT_TYPE_MAP && top->schema &&
        top->next - top->source->length < top->schema->property_count)
        return fit_default(f);
    top->out->length = top->kept;
    f->depth--;
    return true;
}

const kt_value *kt_value_fit(kt_checker *checker, const kt_api_schema *schema, const kt_value *value, bool resource)
{
    kt_value *out = kt_arena_array(checker->arena, 1, sizeof *out);
    fitting f = {checker, NULL, 0, 0};
    frame like;

    memset(&like, 0, sizeof like);
    like.schema = schema;
    like.keep = schema->preserve;
    like.resource = resource || schema->embedded;
    like.root = resource;
    if (!out || !push(&f, &like, value, out))
        return NULL;
    while (f.depth > 0 && checker->left > 0) {
        checker->left--;
        if (!step_on(&f))
            return NULL;
    }
    if (checker->arena->failed)
        return NULL;
    return f.depth > 0 ? value : out; /* not done: checks are used up */
}
