/* One pass over the expression, writing as it goes; groups are a stack.
 *
 * Only whether there is a match counts, not which: captures become plain groups, lazy repetition is like greedy. Every
 * atom is written as one item that can be repeated. The subject is valid UTF-8, so a character beyond ASCII is a byte
 * from C2 on and those from 80 to BF behind it. */
#include "model/go_regexp.h"

#include <string.h>

#include "base/buf.h"
#include "base/sv.h"
#include "base/utf8.h"
#include "model/go_class.h"

#define REPEAT_MAX 1000u     /* Go's, also for repetitions inside each other */
#define HEIGHT_MAX ((size_t)1000) /* Go's */
#define DEPTH_MAX ((size_t)200)   /* PCRE2 ends at 250 groups in groups, and some are ours */
#define SETS_MAX ((size_t)256)    /* numbers of callouts */

#define WIDE "[\\xC2-\\xF4][\\x80-\\xBF]*+" /* a character beyond ASCII */

enum { FOLD = 1, MULTI_LINE = 2, DOT_NEWLINE = 4, UNGREEDY = 8 };

/* What surrounds a group. */
typedef struct group {
    size_t source_at; /* of its parenthesis */
    size_t out_at;
    unsigned flags;
    uint32_t repeats;
} group;

/* The last item of the current concatenation. */
typedef struct atom {
    bool present;
    bool repeated;      /* a quantifier stands behind it */
    bool any_wide;      /* it is a class with every character beyond ASCII */
    size_t out_at;
    uint32_t repeats;   /* counts of repetitions inside each other, multiplied */
    kt_code_set ascii;  /* of any_wide: the others */
} atom;

typedef struct parser {
    kt_go_cursor cursor;
    kt_buf out;
    unsigned flags;
    group *groups;
    size_t depth, capacity;
    atom last;
    uint32_t repeats;     /* the most of this group so far */
    size_t operator_at;   /* in the source, if a repetition has just ended at the cursor */
    bool after_operator;
    kt_code_set *sets;
    size_t set_count, set_capacity;
} parser;

/* ---- Writing -------------------------------------------------------------------------------- */

static void put_byte(kt_buf *out, unsigned byte)
{
    static const char hex[] = "0123456789ABCDEF";

    kt_buf_str(out, "\\x");
    kt_buf_byte(out, hex[byte >> 4 & 15]);
    kt_buf_byte(out, hex[byte & 15]);
}

/* The ASCII members of a set, as they stand between brackets. */
static void put_ascii(kt_buf *out, const kt_code_set *set)
{
    for (size_t i = 0; i < set->count && set->ranges[i].first < 0x80; i++) {
        uint32_t last = set->ranges[i].last < 0x80 ? set->ranges[i].last : 0x7F;
        put_byte(out, set->ranges[i].first);
        if (last > set->ranges[i].first) {
            kt_buf_byte(out, '-');
            put_byte(out, last);
        }
    }
}

static void begin_atom(parser *p)
{
    p->last = (atom){true, false, false, p->out.len, 1, {NULL, 0, 0}};
}

static void put_character(parser *p, uint32_t code_point)
{
    char bytes[4];
    size_t length = kt_utf8_put(bytes, code_point);

    begin_atom(p);
    if (length > 1)
        kt_buf_str(&p->out, "(?:");
    for (size_t i = 0; i < length; i++)
        put_byte(&p->out, (unsigned char)bytes[i]);
    if (length > 1)
        kt_buf_byte(&p->out, ')');
}

/* Remember a set for a callout; its number. */
static size_t keep_set(parser *p, const kt_code_set *set)
{
    kt_code_set *grown = kt_arena_reserve(p->cursor.arena, p->sets, p->set_count, &p->set_capacity, sizeof *grown);

    if (!grown)
        return 0;
    p->sets = grown;
    p->sets[p->set_count] = *set;
    if (p->set_count + 1 >= SETS_MAX)
        p->cursor.unknown = "more than 255 classes of characters beyond ASCII";
    else
        p->set_count++;
    return p->set_count - 1;
}

static bool has_ascii(const kt_code_set *set)
{
    return set->count > 0 && set->ranges[0].first < 0x80;
}

static bool has_all_wide(const kt_code_set *set)
{
    return set->count > 0 && set->ranges[set->count - 1].first <= 0x80 &&
           set->ranges[set->count - 1].last == KT_CODE_MAX;
}

/* A finished set as an atom. */
static void put_set(parser *p, const kt_code_set *set)
{
    bool wide = set->count > 0 && set->ranges[set->count - 1].last >= 0x80, all = has_all_wide(set);

    begin_atom(p);
    if (!wide) {
        kt_buf_str(&p->out, has_ascii(set) ? "[" : "[^\\x00-\\xFF");
        put_ascii(&p->out, set);
        kt_buf_byte(&p->out, ']');
        return;
    }
    kt_buf_str(&p->out, "(?:");
    if (all) { /* one class for the first byte, whether it is the only one or not */
        kt_buf_byte(&p->out, '[');
        put_ascii(&p->out, set);
        kt_buf_str(&p->out, "\\xC2-\\xF4][\\x80-\\xBF]*+)");
        p->last.any_wide = true;
        p->last.ascii = *set;
        return;
    }
    if (has_ascii(set)) {
        kt_buf_byte(&p->out, '[');
        put_ascii(&p->out, set);
        kt_buf_str(&p->out, "]|");
    }
    kt_buf_format(&p->out, WIDE "(?C%u))", (uint64_t)keep_set(p, set));
}

static void put_assertion(parser *p, const char *text)
{
    begin_atom(p);
    kt_buf_format(&p->out, "(?:%s)", text);
}

/* ---- Repetition ----------------------------------------------------------------------------- */

/* Put what has been written since `at` in a group, for a quantifier. */
static void wrap(kt_buf *out, size_t at)
{
    size_t length = out->len - at;

    kt_buf_str(out, "(?:)");
    if (out->status != KT_OK)
        return;
    memmove(out->ptr + at + 3, out->ptr + at, length);
    memcpy(out->ptr + at, "(?:", 3);
    out->ptr[out->len - 1] = ')';
}

/* Any number of a class with everything beyond ASCII needs no look at where characters begin: a run of bytes. */
static void put_run(parser *p, bool at_least_one)
{
    if (!at_least_one)
        p->out.len = p->last.out_at;
    kt_buf_byte(&p->out, '[');
    put_ascii(&p->out, &p->last.ascii);
    kt_buf_str(&p->out, "\\x80-\\xFF]*");
    if (at_least_one)
        wrap(&p->out, p->last.out_at);
}

static void put_quantifier(parser *p, kt_sv quantifier)
{
    bool star = kt_sv_is(quantifier, "*"), plus = kt_sv_is(quantifier, "+");

    if (p->out.status != KT_OK)
        return;
    if (p->last.any_wide && !p->last.repeated && (star || plus)) {
        put_run(p, plus);
    } else {
        if (p->last.repeated)
            wrap(&p->out, p->last.out_at);
        kt_buf_sv(&p->out, quantifier);
    }
    p->last.repeated = true;
    p->last.any_wide = false;
}

/* A number of a count: no leading zeros; beyond 1000 any will do. False: there is none. */
static bool read_count(const kt_go_cursor *cursor, size_t *at, uint32_t *out)
{
    size_t from = *at;

    *out = 0;
    for (; *at < cursor->source.len && cursor->source.ptr[*at] >= '0' && cursor->source.ptr[*at] <= '9'; ++*at)
        if (*out <= REPEAT_MAX)
            *out = *out * 10 + (uint32_t)(cursor->source.ptr[*at] - '0');
    return *at > from && !(*at - from > 1 && cursor->source.ptr[from] == '0');
}

/* {2}, {2,}, {2,5}. False: the brace stands for itself. `*at` is behind it then. */
static bool read_counts(const kt_go_cursor *cursor, size_t *at, uint32_t *least, uint32_t *most, bool *open)
{
    const char *text = cursor->source.ptr;
    size_t length = cursor->source.len;

    *open = false;
    ++*at;
    if (!read_count(cursor, at, least))
        return false;
    *most = *least;
    if (*at < length && text[*at] == ',') {
        ++*at;
        if (*at < length && text[*at] == '}')
            *open = true;
        else if (!read_count(cursor, at, most))
            return false;
    }
    if (*at >= length || text[*at] != '}')
        return false;
    ++*at;
    return true;
}

static bool check_counts(parser *p, size_t from, size_t to, uint32_t least, uint32_t most, bool open)
{
    uint32_t factor = open ? least : most;

    if (least > REPEAT_MAX || most > REPEAT_MAX || (!open && least > most) ||
        ((least >= 2 || most >= 2) && factor * p->last.repeats > REPEAT_MAX))
        return kt_go_fail(&p->cursor, "invalid repeat count", from, to);
    if (factor > 1)
        p->last.repeats *= factor;
    return true;
}

/* At an operator that ends at `to`. */
static bool repeat(parser *p, size_t to, bool counted, uint32_t least, uint32_t most, bool open)
{
    kt_go_cursor *cursor = &p->cursor;
    size_t from = cursor->at, end = to;

    if (counted && (least > REPEAT_MAX || most > REPEAT_MAX || (!open && least > most)))
        return kt_go_fail(cursor, "invalid repeat count", from, to);
    if (end < cursor->source.len && cursor->source.ptr[end] == '?') /* lazy */
        end++;
    if (p->after_operator)
        return kt_go_fail(cursor, "invalid nested repetition operator", p->operator_at, end);
    if (!p->last.present)
        return kt_go_fail(cursor, "missing argument to repetition operator", from, end);
    if (counted && !check_counts(p, from, end, least, most, open))
        return false;
    if (p->last.repeats > p->repeats)
        p->repeats = p->last.repeats;
    put_quantifier(p, kt_sv_slice(cursor->source, from, to));
    p->operator_at = from;
    cursor->at = end;
    return true;
}

static bool repeat_counted(parser *p, bool *literal)
{
    size_t to = p->cursor.at;
    uint32_t least = 0, most = 0;
    bool open;

    *literal = !read_counts(&p->cursor, &to, &least, &most, &open);
    return *literal || repeat(p, to, true, least, most, open);
}

/* ---- Groups --------------------------------------------------------------------------------- */

static bool open_group(parser *p, size_t source_at, unsigned outside)
{
    group *grown = kt_arena_reserve(p->cursor.arena, p->groups, p->depth, &p->capacity, sizeof *grown);

    if (!grown)
        return false;
    p->groups = grown;
    p->groups[p->depth++] = (group){source_at, p->out.len, outside, p->repeats};
    if (p->depth >= HEIGHT_MAX)
        return kt_go_fail(&p->cursor, "expression nests too deeply", 0, p->cursor.source.len);
    if (p->depth > DEPTH_MAX)
        p->cursor.unknown = "more than 200 groups inside each other";
    kt_buf_str(&p->out, "(?:");
    p->last.present = false;
    p->repeats = 1;
    return true;
}

static bool close_group(parser *p)
{
    const group *closed;

    if (p->depth == 0)
        return kt_go_fail(&p->cursor, "unexpected )", 0, p->cursor.source.len);
    closed = &p->groups[--p->depth];
    kt_buf_byte(&p->out, ')');
    p->last = (atom){true, false, false, closed->out_at, p->repeats, {NULL, 0, 0}};
    if (p->repeats < closed->repeats)
        p->repeats = closed->repeats;
    p->flags = closed->flags;
    p->cursor.at++;
    return true;
}

static bool is_name(kt_sv name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c != '_' && !(c >= '0' && c <= '9') && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
            return false;
    }
    return name.len > 0;
}

/* (?P<name> and (?<name>; `name_at` is behind the angle. */
static bool open_named(parser *p, size_t name_at)
{
    kt_go_cursor *cursor = &p->cursor;
    size_t from = cursor->at;
    size_t end = name_at + kt_sv_find(kt_sv_slice(cursor->source, name_at, cursor->source.len), '>');
    kt_sv name = kt_sv_slice(cursor->source, name_at, end);

    if (end == cursor->source.len)
        return kt_go_fail(cursor, "invalid named capture", from, end);
    if (!is_name(name))
        return kt_go_fail(cursor, "invalid named capture", from, end + 1);
    cursor->at = end + 1;
    return open_group(p, from, p->flags);
}

/* Behind "(?": letters, and what they turn on or off. Sets *colon if a group begins. False: no such thing. */
static bool read_flags(const parser *p, size_t *at, unsigned *flags, bool *colon)
{
    static const char letters[] = "imsU";
    bool off = false, saw = false;

    for (; *at < p->cursor.source.len; ++*at) {
        char c = p->cursor.source.ptr[*at];
        const char *letter = c ? strchr(letters, c) : NULL;
        if (letter) {
            unsigned bit = 1u << (letter - letters);
            *flags = off ? *flags & ~bit : *flags | bit;
            saw = true;
        } else if (c == '-' && !off) {
            off = true;
            saw = false;
        } else if ((c == ':' || c == ')') && (!off || saw)) {
            *colon = c == ':';
            return true;
        } else {
            return false;
        }
    }
    return false;
}

static bool open_special(parser *p)
{
    kt_go_cursor *cursor = &p->cursor;
    kt_sv rest = kt_sv_slice(cursor->source, cursor->at + 2, cursor->source.len);
    size_t from = cursor->at, at = from + 2;
    unsigned flags = p->flags, outside = p->flags;
    bool colon = false;

    if (kt_sv_starts(rest, KT_SV("P<")))
        return open_named(p, at + 2);
    if (kt_sv_starts(rest, KT_SV("<")))
        return open_named(p, at + 1);
    if (!read_flags(p, &at, &flags, &colon))
        return kt_go_fail(cursor, "invalid or unsupported Perl syntax", from, at + 1);
    cursor->at = at + 1;
    p->flags = flags;
    return !colon || open_group(p, from, outside);
}

static bool open_parenthesis(parser *p)
{
    size_t from = p->cursor.at;

    if (kt_go_peek(&p->cursor, 1) == '?')
        return open_special(p);
    p->cursor.at++;
    return open_group(p, from, p->flags);
}

/* ---- Other tokens --------------------------------------------------------------------------- */

static bool put_literal(parser *p, uint32_t code_point)
{
    kt_code_set set = {NULL, 0, 0};

    if (!(p->flags & FOLD)) {
        put_character(p, code_point);
        return true;
    }
    kt_code_set_add(&set, p->cursor.arena, code_point, code_point);
    if (!kt_code_set_fold(&set, p->cursor.arena))
        p->cursor.unknown = "the case of characters beyond ASCII";
    kt_code_set_finish(&set, p->cursor.arena, false);
    put_set(p, &set);
    return true;
}

static bool read_class(parser *p)
{
    kt_code_set set = {NULL, 0, 0};

    if (!kt_go_class_read(&p->cursor, &set, p->flags & FOLD))
        return false;
    put_set(p, &set);
    return true;
}

static bool read_dot(parser *p)
{
    kt_code_set set = {NULL, 0, 0};

    if (!(p->flags & DOT_NEWLINE))
        kt_code_set_add(&set, p->cursor.arena, '\n', '\n');
    kt_code_set_finish(&set, p->cursor.arena, true);
    put_set(p, &set);
    p->cursor.at++;
    return true;
}

/* \Q...\E, or up to the end. */
static bool read_quoted(parser *p)
{
    kt_go_cursor *cursor = &p->cursor;

    cursor->at += 2;
    while (cursor->at < cursor->source.len) {
        if (kt_go_peek(cursor, 0) == '\\' && kt_go_peek(cursor, 1) == 'E') {
            cursor->at += 2;
            break;
        }
        put_literal(p, kt_utf8_next(cursor->source, &cursor->at));
    }
    return true;
}

/* Positions. \B is never inside a character: of a run of bytes it would be. */
static const struct {
    char letter;
    const char *text;
} positions[] = {
    {'A', "\\A"},
    {'z', "\\z"},
    {'b', "\\b"},
    {'B', "\\B(?![\\x80-\\xBF])"},
};

static bool read_backslash(parser *p)
{
    kt_go_cursor *cursor = &p->cursor;
    char c = kt_go_peek(cursor, 1);
    kt_code_set set = {NULL, 0, 0};
    uint32_t code_point;

    for (size_t i = 0; i < sizeof positions / sizeof positions[0]; i++) {
        if (c != positions[i].letter)
            continue;
        put_assertion(p, positions[i].text);
        cursor->at += 2;
        return true;
    }
    if (c == 'Q')
        return read_quoted(p);
    if (kt_go_escape_class(cursor, &set, p->flags & FOLD)) {
        kt_code_set_finish(&set, cursor->arena, false);
        put_set(p, &set);
        return cursor->error.len == 0;
    }
    return kt_go_escape_read(cursor, &code_point) && put_literal(p, code_point);
}

static bool read_alternation(parser *p)
{
    kt_buf_byte(&p->out, '|');
    p->last.present = false;
    p->cursor.at++;
    return true;
}

/* ^ and $: of the text, or of a line. */
static bool read_anchor(parser *p, const char *text, const char *line)
{
    put_assertion(p, p->flags & MULTI_LINE ? line : text);
    p->cursor.at++;
    return true;
}

/* One token. Sets *operator_ if it repeats what is before it. */
static bool step(parser *p, bool *operator_)
{
    kt_go_cursor *cursor = &p->cursor;
    char c = kt_go_peek(cursor, 0);
    bool literal = false;

    switch (c) {
    case '(': return open_parenthesis(p);
    case ')': return close_group(p);
    case '|': return read_alternation(p);
    case '^': return read_anchor(p, "\\A", "(?<![^\\n])");
    case '$': return read_anchor(p, "\\z", "(?![^\\n])");
    case '.': return read_dot(p);
    case '[': return read_class(p);
    case '\\': return read_backslash(p);
    case '*':
    case '+':
    case '?':
        *operator_ = true;
        return repeat(p, cursor->at + 1, false, 0, 0, false);
    case '{':
        if (!repeat_counted(p, &literal))
            return false;
        *operator_ = !literal;
        if (*operator_)
            return true;
        break;
    default: break;
    }
    return put_literal(p, kt_utf8_next(cursor->source, &cursor->at));
}

static void read_all(parser *p)
{
    kt_go_cursor *cursor = &p->cursor;

    if (!kt_utf8_valid(cursor->source)) {
        kt_go_fail(cursor, "invalid UTF-8", 0, cursor->source.len);
        return;
    }
    while (cursor->at < cursor->source.len && !cursor->arena->failed) {
        bool operator_ = false;
        if (!step(p, &operator_))
            return;
        p->after_operator = operator_;
    }
    if (p->depth > 0)
        kt_go_fail(cursor, "missing closing )", 0, cursor->source.len);
}

bool kt_go_regexp_read(kt_go_regexp *out, kt_arena *arena, kt_sv source)
{
    parser p;

    memset(out, 0, sizeof *out);
    memset(&p, 0, sizeof p);
    p.cursor.source = source;
    p.cursor.arena = arena;
    p.repeats = 1;
    kt_buf_init(&p.out, arena->allocator);
    read_all(&p);
    out->error = p.cursor.error;
    out->unknown = p.cursor.unknown;
    if (out->error.len == 0 && !out->unknown)
        out->pattern = kt_buf_text(&p.out, arena).len > 0 ? kt_buf_copy(&p.out, arena) : KT_SV("(?:)");
    out->sets = p.sets;
    out->set_count = p.set_count;
    kt_buf_dispose(&p.out);
    return !arena->failed;
}
