/* Compact JSON. The stack is as deep as `max` brackets at most, however deep the value. */
#include "model/json.h"

#include "base/sort.h"
#include "base/utf8.h"
#include "yaml/number.h"

#define DEPTH_MAX ((size_t)256)

typedef struct frame {
    const kt_value *value;
    const kt_member **members; /* of a map, sorted by key */
    uint32_t next;
} frame;

typedef struct printer {
    kt_buf *out;
    size_t end; /* out->len beyond which nothing more is begun */
    kt_arena *arena;
    frame stack[DEPTH_MAX];
    size_t depth;
} printer;

static bool full(const printer *p)
{
    return p->out->len >= p->end || p->depth == DEPTH_MAX || p->out->status != KT_OK;
}

static void print_unicode(kt_buf *out, uint32_t code)
{
    static const char hex[] = "0123456789abcdef";

    kt_buf_str(out, "\\u");
    for (int shift = 12; shift >= 0; shift -= 4)
        kt_buf_byte(out, hex[code >> shift & 15]);
}

static void print_string(printer *p, kt_sv text)
{
    size_t at = 0, from;

    kt_buf_byte(p->out, '"');
    while (at < text.len && !full(p)) {
        uint32_t code;
        from = at;
        code = kt_utf8_next(text, &at);
        if (code == '"' || code == '\\')
            kt_buf_byte(p->out, '\\');
        if (code < 0x20 || code == 0x2028 || code == 0x2029)
            print_unicode(p->out, code);
        else
            kt_buf_sv(p->out, kt_sv_slice(text, from, at));
    }
    kt_buf_byte(p->out, '"');
}

static int compare_members(const void *left, const void *right)
{
    const kt_member *const *a = left, *const *b = right;

    return kt_sv_compare(kt_value_string(&(*a)->key), kt_value_string(&(*b)->key));
}

static void open_container(printer *p, const kt_value *value)
{
    frame *top = &p->stack[p->depth];

    kt_buf_byte(p->out, value->type == KT_TYPE_MAP ? '{' : '[');
    top->value = value;
    top->next = 0;
    top->members = NULL;
    if (value->type == KT_TYPE_MAP) {
        top->members = kt_arena_array(p->arena, value->length, sizeof *top->members);
        if (!top->members)
            return;
        for (uint32_t i = 0; i < value->length; i++)
            top->members[i] = &value->as.members[i];
        kt_sort(top->members, value->length, sizeof *top->members, compare_members, p->arena);
    }
    p->depth++;
}

static void print_float(kt_buf *out, double number)
{
    char text[KT_NUMBER_TEXT];

    kt_buf_bytes(out, text, kt_number_print_json(text, number));
}

static void print_value(printer *p, const kt_value *value)
{
    switch ((kt_type)value->type) {
    case KT_TYPE_NULL: kt_buf_str(p->out, "null"); break;
    case KT_TYPE_BOOL: kt_buf_str(p->out, value->as.boolean ? "true" : "false"); break;
    case KT_TYPE_INT: kt_buf_i64(p->out, value->as.integer); break;
    case KT_TYPE_FLOAT: print_float(p->out, value->as.number); break;
    case KT_TYPE_STRING: print_string(p, kt_value_string(value)); break;
    case KT_TYPE_LIST:
    case KT_TYPE_MAP: open_container(p, value); break;
    }
}

static void step(printer *p)
{
    frame *top = &p->stack[p->depth - 1];
    bool map = top->value->type == KT_TYPE_MAP;

    if (top->next == top->value->length) {
        kt_buf_byte(p->out, map ? '}' : ']');
        p->depth--;
        return;
    }
    if (top->next > 0)
        kt_buf_byte(p->out, ',');
    if (map) {
        const kt_member *member = top->members[top->next++];
        print_string(p, kt_value_string(&member->key));
        kt_buf_byte(p->out, ':');
        print_value(p, &member->value);
    } else {
        print_value(p, &top->value->as.items[top->next++]);
    }
}

void kt_json_excerpt(kt_buf *out, const kt_value *value, size_t max, kt_arena *arena)
{
    printer p;

    p.out = out;
    p.end = out->len + max;
    p.arena = arena;
    p.depth = 0;
    print_value(&p, value);
    while (p.depth > 0 && !full(&p))
        step(&p);
    if (p.depth > 0)
        kt_buf_str(out, "...");
}
