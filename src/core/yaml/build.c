/* The builder: a stack of values, a stack of open collections, the anchors of the document.
 *
 * Nodes are counted as yaml.v2 counts its decoding steps, so that its limit on aliases is ours (K-6): every
 * node is one step, an alias is one more than all that it stands for. */
#include "yaml/build.h"

#include <string.h>

#include "base/sv.h"
#include "yaml/members.h"

void kt_build_init(kt_build *build, kt_arena *arena, kt_arena *scratch, kt_diags *diags, kt_sv file,
                   const kt_limits *limits)
{
    memset(build, 0, sizeof *build);
    build->arena = arena;
    build->scratch = scratch;
    build->diags = diags;
    build->file = file;
    build->limits = limits;
    kt_map_init(&build->names, scratch);
}

void kt_build_start(kt_build *build)
{
    build->status = KT_OK;
    memset(&build->root, 0, sizeof build->root);
    build->count = build->depth = build->anchor_count = build->flow_depth = 0;
    build->before += build->decoded;
    build->decoded = 1; /* the document */
    build->aliased = 0;
    build->poisoned = false;
    if (build->names.count > 0)
        kt_map_init(&build->names, build->scratch);
}

bool kt_build_fail(kt_build *build, kt_code code, kt_pos pos, const char *format, ...)
{
    va_list args;
    bool limit = kt_code_get(code)->id[3] == '7';

    va_start(args, format);
    kt_diags_vadd(build->diags, code, pos, format, args);
    va_end(args);
    build->status = build->diags->arena->failed ? KT_ERR_NOMEM : limit ? KT_ERR_LIMIT : KT_ERR_INPUT;
    return false;
}

static bool fail_memory(kt_build *build)
{
    build->status = KT_ERR_NOMEM;
    return false;
}

/* ---- Limits ---------------------------------------------------------------------------------- */

/* The share of aliased steps that yaml.v2 allows. */
static double allowed_share(uint64_t decoded)
{
    if (decoded <= 400000)
        return 0.99;
    if (decoded >= 4000000)
        return 0.10;
    return 0.99 - 0.89 * ((double)(decoded - 400000) / 3600000.0);
}

static bool count_nodes(kt_build *build, uint64_t decoded, uint64_t aliased, kt_pos pos)
{
    build->decoded += decoded;
    build->aliased += aliased;
    if (build->aliased > 100 && build->decoded > 1000
        && (double)build->aliased / (double)build->decoded > allowed_share(build->decoded))
        return kt_build_fail(build, KT_LIMIT_ALIASES, pos, "document contains excessive aliasing");
    if (build->decoded + build->before > build->limits->values)
        return kt_build_fail(build, KT_LIMIT_VALUES, pos, "more than %u values", build->limits->values);
    return true;
}

static bool check_depth(kt_build *build, uint64_t depth, kt_pos pos)
{
    if (depth <= build->limits->depth)
        return true;
    return kt_build_fail(build, KT_LIMIT_DEPTH, pos, "exceeded max depth of %u", build->limits->depth);
}

/* ---- The stack ------------------------------------------------------------------------------- */

static kt_build_frame *innermost(const kt_build *build)
{
    return build->depth > 0 ? &build->frames[build->depth - 1] : NULL;
}

bool kt_build_wants_key(const kt_build *build)
{
    const kt_build_frame *frame = innermost(build);
    return frame && frame->head.type == KT_TYPE_MAP && (build->count - frame->base) % 2 == 0;
}

static bool push(kt_build *build, const kt_value *value)
{
    kt_value *values;

    if (build->depth == 0) {
        build->root = *value;
        return true;
    }
    if (build->count == build->capacity) {
        values = kt_arena_reserve(build->scratch, build->values, build->count, &build->capacity, sizeof *values);
        if (!values)
            return fail_memory(build);
        build->values = values;
    }
    build->values[build->count++] = *value;
    return true;
}

/* ---- Anchors --------------------------------------------------------------------------------- */

/* Name the node that is about to come; its index, or KT_MAP_NONE. An older anchor of the name is hidden. */
static size_t name_anchor(kt_build *build, kt_sv name)
{
    kt_build_anchor *anchors = kt_arena_reserve(build->scratch, build->anchors, build->anchor_count,
                                                &build->anchor_capacity, sizeof *anchors);
    kt_sv copy = kt_arena_copy(build->scratch, name);

    if (anchors)
        build->anchors = anchors;
    if (!anchors || !copy.ptr || !kt_map_set(&build->names, copy, build->anchor_count)) {
        fail_memory(build);
        return KT_MAP_NONE;
    }
    memset(&anchors[build->anchor_count], 0, sizeof *anchors);
    return build->anchor_count++;
}

static bool name_scalar(kt_build *build, kt_sv name, const kt_scalar *scalar)
{
    size_t index;

    if (name.len == 0)
        return true;
    index = name_anchor(build, name);
    if (index == KT_MAP_NONE)
        return false;
    build->anchors[index].scalar = *scalar;
    build->anchors[index].decoded = 1;
    return true;
}

/* ---- Scalars --------------------------------------------------------------------------------- */

/* 0: finite. */
static uint8_t poison_of(double number)
{
    return number - number == 0 ? 0 : number != number ? KT_VALUE_NAN : number > 0 ? KT_VALUE_INF : KT_VALUE_MINUS_INF;
}

static void set_float(kt_build *build, kt_value *out, double number)
{
    uint8_t poison = poison_of(number);

    if (poison == 0) {
        kt_value_set_number(out, number);
        return;
    }
    out->type = KT_TYPE_NULL;
    out->scratch = poison;
    build->poisoned = true;
}

static void set_text(kt_build *build, kt_value *out, const kt_scalar *scalar)
{
    kt_sv text = kt_scalar_number_text(scalar, build->arena);

    out->type = KT_TYPE_STRING;
    out->scratch = KT_VALUE_WAS_NUMBER | (scalar->kind == KT_SCALAR_FLOAT ? poison_of(scalar->as.number) : 0);
    out->as.string = text.ptr;
    out->length = (uint32_t)text.len;
}

static kt_value value_of(kt_build *build, const kt_scalar *scalar, kt_pos pos)
{
    kt_value value;

    memset(&value, 0, sizeof value);
    value.line = pos.line;
    value.column = pos.column;
    if (build->as_text && (scalar->kind == KT_SCALAR_UINT || scalar->kind == KT_SCALAR_FLOAT)) {
        set_text(build, &value, scalar);
        return value;
    }
    switch (scalar->kind) {
    case KT_SCALAR_NULL:
        value.type = KT_TYPE_NULL;
        break;
    case KT_SCALAR_BOOL:
        value.type = KT_TYPE_BOOL;
        value.as.boolean = scalar->as.boolean;
        break;
    case KT_SCALAR_INT:
        value.type = KT_TYPE_INT;
        value.as.integer = scalar->as.integer;
        break;
    case KT_SCALAR_UINT:
        set_float(build, &value, (double)scalar->as.natural);
        break;
    case KT_SCALAR_FLOAT:
        set_float(build, &value, scalar->as.number);
        break;
    case KT_SCALAR_DOUBLE:
        value.type = KT_TYPE_FLOAT;
        value.as.number = scalar->as.number;
        break;
    default:
        value.type = KT_TYPE_STRING;
        value.as.string = scalar->text.ptr;
        value.length = (uint32_t)scalar->text.len;
    }
    return value;
}

static const uint8_t key_kinds[] = {KT_KEY_NULL,  KT_KEY_BOOL,   KT_KEY_INT,    KT_KEY_UINT,
                                    KT_KEY_FLOAT, KT_KEY_STRING, KT_KEY_STRING, KT_KEY_BINARY};

/* The text of a float's key with the number before it, by which keys are told apart (members.c). */
static kt_sv float_key(kt_build *build, const kt_scalar *scalar)
{
    kt_sv text = kt_scalar_key(scalar, build->scratch), copy = {NULL, 0};
    char *bytes = text.ptr ? kt_arena_alloc(build->arena, sizeof scalar->as.number + text.len) : NULL;

    if (!bytes)
        return copy;
    memcpy(bytes, &scalar->as.number, sizeof scalar->as.number);
    copy.ptr = bytes + sizeof scalar->as.number;
    copy.len = text.len;
    memcpy(bytes + sizeof scalar->as.number, text.ptr, text.len);
    return copy;
}

/* A scalar as a key (K-4). What can be no key stays on its way as one: it counts only if it is still
 * there when the document is complete. */
static bool push_key(kt_build *build, const kt_scalar *scalar, kt_pos pos)
{
    kt_value key;
    kt_sv text = scalar->text;

    memset(&key, 0, sizeof key);
    key.type = KT_TYPE_STRING;
    key.scratch = key_kinds[scalar->kind];
    key.line = pos.line;
    key.column = pos.column;
    if (key.scratch == KT_KEY_NULL || key.scratch == KT_KEY_UINT)
        build->poisoned = true;
    else if (key.scratch != KT_KEY_STRING)
        text = key.scratch == KT_KEY_FLOAT ? float_key(build, scalar) : kt_scalar_key(scalar, build->arena);
    if (!text.ptr && scalar->kind < KT_SCALAR_STRING && scalar->kind != KT_SCALAR_NULL)
        return fail_memory(build);
    key.as.string = text.ptr ? text.ptr : "";
    key.length = (uint32_t)text.len;
    return push(build, &key);
}

static bool add_scalar(kt_build *build, const kt_scalar *scalar, kt_pos pos)
{
    kt_value value;

    if (kt_build_wants_key(build))
        return push_key(build, scalar, pos);
    value = value_of(build, scalar, pos);
    return push(build, &value);
}

bool kt_build_scalar(kt_build *build, const kt_scalar *scalar, kt_pos pos, kt_sv anchor)
{
    return count_nodes(build, 1, 0, pos) && name_scalar(build, anchor, scalar)
           && add_scalar(build, scalar, pos);
}

/* ---- Collections ----------------------------------------------------------------------------- */

static bool refuse_key(kt_build *build, kt_type type, kt_pos pos)
{
    return kt_build_fail(build, KT_YAML_KEY, pos, "invalid map key: %s is no string",
                         type == KT_TYPE_MAP ? "a map" : "a list");
}

bool kt_build_open(kt_build *build, kt_type type, kt_pos pos, bool flow, kt_sv anchor)
{
    kt_build_frame *frames, *frame;
    size_t index = KT_MAP_NONE;

    if (kt_build_wants_key(build))
        return refuse_key(build, type, pos);
    if (!check_depth(build, build->depth + 1, pos) || !count_nodes(build, 1, 0, pos))
        return false;
    frames = kt_arena_reserve(build->scratch, build->frames, build->depth, &build->frame_capacity, sizeof *frames);
    if (anchor.len > 0)
        index = name_anchor(build, anchor);
    if (!frames || (anchor.len > 0 && index == KT_MAP_NONE))
        return fail_memory(build);
    build->frames = frames;
    frame = &frames[build->depth++];
    memset(frame, 0, sizeof *frame);
    frame->head.type = (uint8_t)type;
    frame->head.line = pos.line;
    frame->head.column = pos.column;
    frame->base = build->count;
    frame->decoded = build->decoded - 1;
    frame->anchor = index;
    frame->flow = flow;
    build->flow_depth += flow;
    if (index != KT_MAP_NONE)
        build->anchors[index].open = true;
    return true;
}

static bool make_list(kt_build *build, kt_value *list, const kt_value *items, size_t count)
{
    kt_value *copy = kt_arena_alloc(build->arena, count * sizeof *copy);

    if (!copy)
        return fail_memory(build);
    if (count > 0)
        memcpy(copy, items, count * sizeof *copy);
    list->as.items = copy;
    list->length = (uint32_t)count;
    return true;
}

static void end_anchor(kt_build *build, const kt_build_frame *frame)
{
    kt_build_anchor *anchor;

    if (frame->anchor == KT_MAP_NONE)
        return;
    anchor = &build->anchors[frame->anchor];
    anchor->value = frame->head;
    anchor->decoded = build->decoded - frame->decoded;
    anchor->height = frame->height + 1;
    anchor->open = false;
}

bool kt_build_close(kt_build *build)
{
    kt_build_frame frame = build->frames[build->depth - 1];
    kt_build_frame *parent;
    size_t count = build->count - frame.base;
    kt_value *values = build->values ? build->values + frame.base : NULL;

    if (count > UINT32_MAX / 2)
        return kt_build_fail(build, KT_LIMIT_VALUES, kt_value_pos(&frame.head, build->file), "too many values");
    if (frame.head.type == KT_TYPE_MAP ? !kt_members_make(build, &frame.head, values, count / 2, frame.merges)
                                       : !make_list(build, &frame.head, values, count))
        return false;
    end_anchor(build, &frame);
    build->count = frame.base;
    build->depth--;
    build->flow_depth -= frame.flow;
    parent = innermost(build);
    if (parent && parent->height < frame.height + 1)
        parent->height = frame.height + 1;
    return push(build, &frame.head);
}

bool kt_build_merge_key(kt_build *build, kt_pos pos)
{
    kt_value key;

    memset(&key, 0, sizeof key);
    key.type = KT_TYPE_STRING;
    key.scratch = KT_KEY_MERGE;
    key.line = pos.line;
    key.column = pos.column;
    key.as.string = "";
    innermost(build)->merges = true;
    return push(build, &key);
}

bool kt_build_alias(kt_build *build, kt_sv name, kt_pos pos)
{
    size_t index = kt_map_get(&build->names, name);
    const kt_build_anchor *anchor = index == KT_MAP_NONE ? NULL : &build->anchors[index];
    kt_build_frame *frame = innermost(build);
    kt_value value;

    if (!anchor)
        return kt_build_fail(build, KT_YAML_ANCHOR, pos, "unknown anchor '%v' referenced", name);
    if (anchor->open)
        return kt_build_fail(build, KT_YAML_ANCHOR, pos, "anchor '%v' value contains itself", name);
    if (!count_nodes(build, 1 + anchor->decoded, anchor->decoded, pos)
        || !check_depth(build, (uint64_t)build->depth + anchor->height, pos))
        return false;
    if (anchor->height == 0)
        return add_scalar(build, &anchor->scalar, pos);
    if (kt_build_wants_key(build))
        return refuse_key(build, anchor->value.type, pos);
    if (frame && frame->height < anchor->height)
        frame->height = anchor->height;
    value = anchor->value;
    value.line = pos.line;
    value.column = pos.column;
    value.scratch |= KT_VALUE_ALIAS;
    return push(build, &value);
}

/* ---- What JSON cannot hold ------------------------------------------------------------------- */

/* More than this is not told of one document. */
#define REPORTED 20

static void report_clash(kt_build *build, const kt_value *map, const kt_value *key)
{
    const kt_member *first = kt_value_member(map, kt_value_string(key));
    kt_diag *diag = kt_diags_add(build->diags, KT_YAML_KEY_CLASH, kt_value_pos(key, build->file),
                                 "two keys of different types become the same string %q", kt_value_string(key));

    if (first) {
        diag->related = kt_value_pos(&first->key, build->file);
        diag->related_text = KT_SV("the other key");
    }
}

static bool report_key(kt_build *build, const kt_value *map, const kt_value *key)
{
    kt_pos pos = kt_value_pos(key, build->file);

    if (key->scratch & KT_KEY_CLASH)
        report_clash(build, map, key);
    else if (key->scratch == KT_KEY_NULL || key->scratch == (KT_KEY_NULL | KT_KEY_MERGED))
        kt_diags_add(build->diags, KT_YAML_KEY, pos, "unsupported map key of type: null");
    else if ((key->scratch & KT_KEY_KIND) == KT_KEY_UINT)
        kt_diags_add(build->diags, KT_YAML_KEY, pos, "unsupported map key of type: uint64, key: %v",
                     kt_value_string(key));
    else
        return false;
    return true;
}

static bool report_value(kt_build *build, const kt_value *value)
{
    static const char *const names[] = {"", "+Inf", "-Inf", "NaN"};
    unsigned poison = value->type == KT_TYPE_NULL ? value->scratch & KT_VALUE_POISON : 0u;

    if (poison == 0)
        return false;
    kt_diags_add(build->diags, KT_YAML_NUMBER, kt_value_pos(value, build->file), "json: unsupported value: %s",
                 names[poison]);
    return true;
}

typedef struct walk {
    const kt_value *value;
    uint32_t next;
} walk;

/* Go through the finished document, aliases expanded: the limits on depth and values hold. */
static kt_status find_poison(kt_build *build)
{
    walk *stack = NULL;
    size_t depth = 0, capacity = 0, found = report_value(build, &build->root);
    const kt_value *next = &build->root;

    while (next && found < REPORTED) {
        if (next->type >= KT_TYPE_LIST) {
            stack = kt_arena_reserve(build->scratch, stack, depth, &capacity, sizeof *stack);
            if (!stack)
                return KT_ERR_NOMEM;
            stack[depth].value = next;
            stack[depth++].next = 0;
        }
        while (depth > 0 && stack[depth - 1].next == stack[depth - 1].value->length)
            depth--;
        if (depth == 0)
            break;
        walk *top = &stack[depth - 1];
        if (top->value->type == KT_TYPE_MAP)
            found += report_key(build, top->value, &top->value->as.members[top->next].key);
        next = top->value->type == KT_TYPE_MAP ? &top->value->as.members[top->next].value
                                               : &top->value->as.items[top->next];
        top->next++;
        found += report_value(build, next);
    }
    return found > 0 ? KT_ERR_INPUT : KT_OK;
}

kt_status kt_build_finish(kt_build *build)
{
    if (build->status == KT_OK && build->poisoned)
        build->status = find_poison(build);
    if (build->arena->failed || build->scratch->failed || build->diags->arena->failed)
        build->status = KT_ERR_NOMEM;
    return build->status;
}
