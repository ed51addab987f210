/* yaml.v2's block layout (Y-1, Y-2, Y-20): a walk with a stack of its own, one frame for each list or map
 * that is open. */
#include "yaml/writer.h"

#include <string.h>

#include "base/arena.h"
#include "yaml/keyorder.h"
#include "yaml/number.h"
#include "yaml/scalar.h"
#include "yaml/style.h"

#define STEP 2 /* of indentation */

/* Y-20: bytes of the longest simple key. */
#define SIMPLE_KEY_MAX 128

/* A list or map whose entries are being written. */
typedef struct frame {
    const kt_value *node;
    size_t order;  /* of a map: where its keys' order begins in writer.order */
    size_t indent;
    uint32_t next; /* entry */
} frame;

typedef struct writer {
    kt_pen pen;
    kt_yaml_notes *notes; /* may be NULL */
    kt_arena scratch;     /* holds the two stacks */
    frame *frames;
    size_t depth, frame_capacity;
    const kt_member **order; /* the open maps' members, sorted, one map after the other */
    size_t ordered, order_capacity;
} writer;

/* ---- Stacks ------------------------------------------------------------------------------- */

/* Room for `more` pointers; a map may be large, so that doubling once need not be enough. */
static bool reserve_order(writer *w, size_t more)
{
    const size_t size = sizeof *w->order;
    size_t wanted = w->order_capacity ? w->order_capacity : 64;
    const kt_member **moved;

    if (more <= w->order_capacity - w->ordered)
        return true;
    if (more > SIZE_MAX / size / 4 || w->ordered > SIZE_MAX / size / 4)
        return false;
    while (wanted < w->ordered + more)
        wanted *= 2;
    moved = kt_arena_grow(&w->scratch, w->order, w->order_capacity * size, wanted * size);
    if (!moved)
        return false;
    w->order = moved;
    w->order_capacity = wanted;
    return true;
}

/* Sort the keys of the map on top. */
static bool push_order(writer *w, const kt_value *map)
{
    bool cyclic;

    if (!reserve_order(w, map->length)
        || !kt_keys_order(w->order + w->ordered, map->as.members, map->length, &cyclic, &w->scratch))
        return false;
    w->ordered += map->length;
    if (cyclic && w->notes && !w->notes->cyclic_map)
        w->notes->cyclic_map = map;
    return true;
}

static bool push(writer *w, const kt_value *node, size_t indent)
{
    frame *frames = kt_arena_reserve(&w->scratch, w->frames, w->depth, &w->frame_capacity, sizeof *frames);
    frame *top;

    if (!frames)
        return false;
    w->frames = frames;
    top = &frames[w->depth++];
    top->node = node;
    top->order = w->ordered;
    top->indent = indent;
    top->next = 0;
    return node->type != KT_TYPE_MAP || push_order(w, node);
}

static void pop(writer *w)
{
    w->depth--;
    w->ordered = w->frames[w->depth].order;
}

/* ---- Nodes -------------------------------------------------------------------------------- */

static void write_bool(kt_pen *pen, bool truth)
{
    kt_pen_token(pen, truth ? "true" : "false", truth ? 4 : 5);
}

static void write_integer(kt_pen *pen, int64_t number)
{
    kt_pen_token(pen, NULL, 0);
    kt_buf_i64(pen->out, number);
}

static void write_float(kt_pen *pen, double number)
{
    char text[KT_NUMBER_TEXT];

    kt_pen_token(pen, text, kt_number_print_yaml(text, number));
}

static void write_string(kt_pen *pen, kt_sv text, size_t indent)
{
    kt_look look = kt_style_of(text);

    kt_pen_string(pen, text, &look, indent, false);
}

/* A scalar or an empty collection. `indent` is that of the block around it. */
static void write_leaf(kt_pen *pen, const kt_value *value, size_t indent)
{
    switch ((kt_type)value->type) {
    case KT_TYPE_NULL: kt_pen_token(pen, "null", 4); break;
    case KT_TYPE_BOOL: write_bool(pen, value->as.boolean); break;
    case KT_TYPE_INT: write_integer(pen, value->as.integer); break;
    case KT_TYPE_FLOAT: write_float(pen, value->as.number); break;
    case KT_TYPE_STRING: write_string(pen, kt_value_string(value), indent + STEP); break;
    case KT_TYPE_LIST: kt_pen_token(pen, "[]", 2); break;
    case KT_TYPE_MAP: kt_pen_token(pen, "{}", 2); break;
    }
}

static bool is_block(const kt_value *value)
{
    return (value->type == KT_TYPE_LIST || value->type == KT_TYPE_MAP) && value->length > 0;
}

/* Write `value` within the block on top. Y-2: a list behind "key:" is not indented; behind an explicit ": "
 * it is (Y-20). */
static bool write_node(writer *w, const kt_value *value)
{
    const frame *block = &w->frames[w->depth - 1];
    bool flush = block->node->type == KT_TYPE_MAP && value->type == KT_TYPE_LIST && !w->pen.at_indent;

    if (is_block(value))
        return push(w, value, block->indent + (flush ? 0 : STEP));
    write_leaf(&w->pen, value, block->indent);
    return true;
}

/* An indicator behind which a block may begin in the same line. */
static void write_opening(kt_pen *pen, const char *indicator)
{
    bool at_indent = pen->at_indent;

    kt_pen_token(pen, indicator, 1);
    pen->at_indent = at_indent;
}

static bool write_item(writer *w, const kt_value *item)
{
    kt_pen_indent(&w->pen, w->frames[w->depth - 1].indent);
    write_opening(&w->pen, "-");
    return write_node(w, item);
}

/* Y-20. */
static void write_explicit_key(kt_pen *pen, kt_sv key, const kt_look *look, size_t indent)
{
    write_opening(pen, "?");
    kt_pen_string(pen, key, look, indent + STEP, false);
    kt_pen_indent(pen, indent);
    write_opening(pen, ":");
}

static bool write_member(writer *w, const kt_member *member)
{
    kt_pen *pen = &w->pen;
    size_t indent = w->frames[w->depth - 1].indent;
    kt_sv key = kt_value_string(&member->key);
    kt_look look = kt_style_of(key);

    kt_pen_indent(pen, indent);
    if (look.has_break || key.len > SIMPLE_KEY_MAX) {
        write_explicit_key(pen, key, &look, indent);
    } else {
        kt_pen_string(pen, key, &look, indent + STEP, true);
        kt_buf_byte(pen->out, ':');
        pen->column++;
    }
    return write_node(w, &member->value);
}

/* ---- Documents ---------------------------------------------------------------------------- */

static kt_pen new_pen(kt_buf *out)
{
    kt_pen pen = {out, 0, true, true};

    return pen;
}

static bool write_entry(writer *w)
{
    frame *top = &w->frames[w->depth - 1];
    uint32_t index = top->next;

    if (index == top->node->length) {
        pop(w);
        return true;
    }
    top->next++;
    if (top->node->type == KT_TYPE_LIST)
        return write_item(w, &top->node->as.items[index]);
    return write_member(w, w->order[top->order + index]);
}

kt_status kt_yaml_write(kt_buf *out, const kt_value *value, kt_yaml_notes *notes)
{
    writer w;
    bool ok = true;

    memset(&w, 0, sizeof w);
    w.pen = new_pen(out);
    w.notes = notes;
    kt_arena_init(&w.scratch, out->allocator);
    if (is_block(value))
        ok = push(&w, value, 0);
    else
        write_leaf(&w.pen, value, 0);
    while (ok && w.depth > 0 && out->status == KT_OK)
        ok = write_entry(&w);
    kt_pen_indent(&w.pen, 0);
    kt_arena_dispose(&w.scratch);
    if (!ok && out->status == KT_OK)
        out->status = KT_ERR_NOMEM;
    return out->status;
}

kt_status kt_yaml_write_files(kt_buf *out, const kt_sv *paths, size_t count)
{
    kt_pen pen = new_pen(out);

    kt_pen_token(&pen, "files:", 6);
    if (count == 0)
        kt_pen_token(&pen, "[]", 2);
    for (size_t i = 0; i < count && out->status == KT_OK; i++) {
        kt_pen_indent(&pen, 0);
        write_opening(&pen, "-");
        write_string(&pen, paths[i], STEP);
    }
    kt_pen_indent(&pen, 0);
    return out->status;
}
