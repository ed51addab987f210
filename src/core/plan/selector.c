/* Parse label selectors as k8s.io/apimachinery v0.36.2 does, with its messages (S-5). */
#include "plan/selector.h"

#include "base/buf.h"
#include "base/sort.h"
#include "base/sv.h"
#include "model/names.h"

typedef enum token_kind {
    END,
    IDENTIFIER,
    IN,
    NOT_IN,
    CLOSE,
    COMMA,
    NOT,
    DOUBLE_EQUALS,
    EQUALS,
    GREATER,
    LESS,
    NOT_EQUALS,
    OPEN
} token_kind;

typedef struct token {
    token_kind kind;
    kt_sv text;
} token;

typedef struct parser {
    kt_arena *arena;
    kt_sv text;
    size_t at;
    token next; /* one token of lookahead */
    kt_sv error;
} parser;

/* ---- Tokens ---- */

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_symbol(char c)
{
    return c == '=' || c == '!' || c == '(' || c == ')' || c == ',' || c == '>' || c == '<';
}

static token symbol(kt_sv text)
{
    static const struct {
        const char *text;
        token_kind kind;
    } symbols[] = {{"==", DOUBLE_EQUALS}, {"!=", NOT_EQUALS}, {"=", EQUALS}, {"!", NOT},    {"(", OPEN},
                   {")", CLOSE},          {",", COMMA},       {">", GREATER}, {"<", LESS}};
    token found = {END, {NULL, 0}};

    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        kt_sv spelled = kt_str(symbols[i].text);
        if (kt_sv_starts(text, spelled)) {
            found.kind = symbols[i].kind;
            found.text = spelled;
            break;
        }
    }
    return found;
}

static token word(kt_sv text)
{
    token found = {IDENTIFIER, {text.ptr, 0}};

    while (found.text.len < text.len && !is_white(text.ptr[found.text.len])
           && !is_symbol(text.ptr[found.text.len]))
        found.text.len++;
    if (kt_sv_is(found.text, "in"))
        found.kind = IN;
    else if (kt_sv_is(found.text, "notin"))
        found.kind = NOT_IN;
    return found;
}

static token scan(parser *p)
{
    token found = {END, {NULL, 0}};

    while (p->at < p->text.len && is_white(p->text.ptr[p->at]))
        p->at++;
    if (p->at < p->text.len) {
        kt_sv rest = kt_sv_slice(p->text, p->at, p->text.len);
        found = is_symbol(rest.ptr[0]) ? symbol(rest) : word(rest);
        p->at += found.text.len;
    }
    return found;
}

/* Where a key or a value is read, "in" and "notin" are ordinary words. */
static token_kind peek(const parser *p)
{
    return p->next.kind == IN || p->next.kind == NOT_IN ? IDENTIFIER : p->next.kind;
}

static token take(parser *p)
{
    token taken = p->next;
    p->next = scan(p);
    return taken;
}

static token take_word(parser *p)
{
    token taken = take(p);
    if (taken.kind == IN || taken.kind == NOT_IN)
        taken.kind = IDENTIFIER;
    return taken;
}

static bool fail(parser *p, const char *format, kt_sv found)
{
    p->error = kt_arena_format(p->arena, format, found);
    return false;
}

/* ---- Requirements ---- */

static bool check_key(parser *p, kt_sv key)
{
    kt_buf why;
    bool fine;

    kt_buf_init(&why, p->arena->allocator);
    fine = kt_name_is_label_key(key, &why);
    if (!fine)
        p->error = kt_arena_format(p->arena, "unable to parse requirement: <nil>: Invalid value: %q: %v", key,
                                   kt_buf_text(&why, p->arena));
    kt_buf_dispose(&why);
    return fine;
}

static bool check_value(parser *p, kt_sv key, uint64_t index, kt_sv value)
{
    kt_buf why;
    bool fine;

    kt_buf_init(&why, p->arena->allocator);
    fine = kt_name_is_label_value(value, &why);
    if (!fine)
        p->error = kt_arena_format(p->arena,
                                   "unable to parse requirement: values[%u][%v]: Invalid value: %q: %v", index,
                                   key, value, kt_buf_text(&why, p->arena));
    kt_buf_dispose(&why);
    return fine;
}

/* strconv.ParseInt(text, 10, 64). */
static bool parse_int(int64_t *out, kt_sv text)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    uint64_t number = 0, limit = (uint64_t)INT64_MAX + negative;
    size_t at = text.len > 0 && (negative || text.ptr[0] == '+');

    if (at == text.len)
        return false;
    for (; at < text.len; at++) {
        uint64_t digit = (uint64_t)(unsigned char)text.ptr[at] - '0';
        if (digit > 9 || number > (limit - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *out = negative ? (int64_t)(0 - number) : (int64_t)number;
    return true;
}

static int compare_svs(const void *a, const void *b)
{
    return kt_sv_compare(*(const kt_sv *)a, *(const kt_sv *)b);
}

typedef struct values {
    kt_sv *items;
    size_t count;
    size_t capacity;
} values;

static bool add_value(parser *p, values *set, kt_sv value)
{
    kt_sv *items = kt_arena_reserve(p->arena, set->items, set->count, &set->capacity, sizeof *items);

    if (!items)
        return false;
    set->items = items;
    items[set->count++] = value;
    return true;
}

/* What stands between the parentheses; an empty place between commas is the empty value. */
static bool parse_list(parser *p, values *set)
{
    for (;;) {
        token taken = take_word(p);
        if (taken.kind == IDENTIFIER) {
            if (!add_value(p, set, taken.text))
                return false;
            if (peek(p) == CLOSE)
                return true;
            if (peek(p) != COMMA)
                return fail(p, "unable to parse requirement: found '%v', expected: ',' or ')'", p->next.text);
        } else if (taken.kind == COMMA) {
            if (set->count == 0 && !add_value(p, set, KT_SV("")))
                return false;
            if (peek(p) == CLOSE)
                return add_value(p, set, KT_SV(""));
            if (peek(p) == COMMA) {
                take(p);
                if (!add_value(p, set, KT_SV("")))
                    return false;
            }
        } else {
            return fail(p, "unable to parse requirement: found '%v', expected: ',', or identifier", taken.text);
        }
    }
}

static bool parse_set(parser *p, values *set)
{
    token open = take_word(p);
    kt_sv first = p->next.text;

    if (open.kind != OPEN)
        return fail(p, "unable to parse requirement: found '%v' expected: '('", open.text);
    if (peek(p) != IDENTIFIER && peek(p) != COMMA && peek(p) != CLOSE)
        return fail(p, "unable to parse requirement: found '%v', expected: ',', ')' or identifier", first);
    if (peek(p) == CLOSE ? !add_value(p, set, KT_SV("")) : !parse_list(p, set)) /* "()" holds the empty value */
        return false;
    if (take(p).kind != CLOSE)
        return fail(p, "unable to parse requirement: found '%v', expected: ')'", first);
    return true;
}

static bool parse_exact(parser *p, values *set)
{
    token taken;

    if (peek(p) == END || peek(p) == COMMA)
        return add_value(p, set, KT_SV(""));
    taken = take_word(p);
    if (taken.kind != IDENTIFIER)
        return fail(p, "unable to parse requirement: found '%v', expected: identifier", taken.text);
    return add_value(p, set, taken.text);
}

static bool parse_operator(parser *p, kt_operator *out)
{
    static const struct {
        token_kind kind;
        kt_operator op;
    } operators[] = {{IN, KT_OP_IN},           {NOT_IN, KT_OP_NOT_IN},
                     {EQUALS, KT_OP_EQUALS},   {DOUBLE_EQUALS, KT_OP_DOUBLE_EQUALS},
                     {NOT_EQUALS, KT_OP_NOT_EQUALS}, {GREATER, KT_OP_GREATER}, {LESS, KT_OP_LESS}};
    token taken = take(p);

    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++)
        if (operators[i].kind == taken.kind) {
            *out = operators[i].op;
            return true;
        }
    return fail(p, "unable to parse requirement: found '%v', expected: in, notin, =, ==, !=, gt, lt", taken.text);
}

/* Sort the values, drop repeated ones and check each. */
static bool finish_values(parser *p, kt_requirement *out, values *set)
{
    size_t kept = 0;

    if (!kt_sort(set->items, set->count, sizeof *set->items, compare_svs, p->arena))
        return false;
    for (size_t i = 0; i < set->count; i++)
        if (kept == 0 || !kt_sv_equal(set->items[kept - 1], set->items[i]))
            set->items[kept++] = set->items[i];
    out->values = set->items;
    out->value_count = kept;
    for (size_t i = 0; i < kept; i++) {
        int64_t number;
        bool compares = out->op == KT_OP_GREATER || out->op == KT_OP_LESS;
        if (compares && !parse_int(&number, set->items[i]))
            return fail(p,
                        "unable to parse requirement: values[0]: Invalid value: %q: for 'Gt', 'Lt' operators, "
                        "the value must be an integer",
                        set->items[i]);
        if (!check_value(p, out->key, i, set->items[i]))
            return false;
    }
    return true;
}

static bool parse_requirement(parser *p, kt_requirement *out)
{
    values set = {NULL, 0, 0};
    token taken = take_word(p);
    bool absent = taken.kind == NOT;

    if (absent)
        taken = take_word(p);
    if (taken.kind != IDENTIFIER)
        return fail(p, "unable to parse requirement: found '%v', expected: identifier", taken.text);
    out->key = taken.text;
    out->op = absent ? KT_OP_ABSENT : KT_OP_EXISTS;
    if (!check_key(p, out->key))
        return false;
    if (absent || peek(p) == END || peek(p) == COMMA)
        return true;
    if (!parse_operator(p, &out->op))
        return false;
    if (out->op == KT_OP_IN || out->op == KT_OP_NOT_IN ? !parse_set(p, &set) : !parse_exact(p, &set))
        return false;
    return finish_values(p, out, &set);
}

/* ---- Printing ---- */

static kt_sv print_requirement(kt_arena *arena, const kt_requirement *r)
{
    static const char *const between[] = {"", "", "=", "==", "!=", " in (", " notin (", ">", "<"};
    bool set = r->op == KT_OP_IN || r->op == KT_OP_NOT_IN;
    kt_buf text;
    kt_sv printed;

    kt_buf_init(&text, arena->allocator);
    kt_buf_format(&text, "%s%v%s", r->op == KT_OP_ABSENT ? "!" : "", r->key, between[r->op]);
    for (size_t i = 0; i < r->value_count; i++)
        kt_buf_format(&text, "%s%v", i > 0 ? "," : "", r->values[i]);
    if (set)
        kt_buf_byte(&text, ')');
    printed = kt_buf_copy(&text, arena);
    kt_buf_dispose(&text);
    return printed;
}

static int compare_keys(const void *a, const void *b)
{
    return kt_sv_compare(((const kt_requirement *)a)->key, ((const kt_requirement *)b)->key);
}

/* ---- The whole ---- */

/* After a requirement: the end, or a comma and one more. False at the end and on failure. */
static bool another_follows(parser *p)
{
    token taken = take_word(p);

    if (taken.kind == END)
        return false;
    if (taken.kind != COMMA)
        return fail(p, "found '%v', expected: ',' or 'end of string'", taken.text);
    if (peek(p) != IDENTIFIER && peek(p) != NOT)
        return fail(p, "found '%v', expected: identifier after ','", p->next.text);
    return true;
}

kt_status kt_selector_parse(kt_label_selector *out, kt_arena *arena, kt_sv text)
{
    parser p = {arena, text, 0, {END, {NULL, 0}}, {NULL, 0}};
    kt_requirement *items = NULL;
    size_t count = 0, capacity = 0;
    bool more;

    p.next = scan(&p);
    more = peek(&p) == IDENTIFIER || peek(&p) == NOT;
    if (!more && peek(&p) != END)
        fail(&p, "found '%v', expected: !, identifier, or 'end of string'", p.next.text);
    while (more) {
        kt_requirement one = {{NULL, 0}, KT_OP_EXISTS, NULL, 0, {NULL, 0}};
        items = kt_arena_reserve(arena, items, count, &capacity, sizeof *items);
        if (!items || !parse_requirement(&p, &one))
            break;
        one.text = print_requirement(arena, &one);
        items[count++] = one;
        more = another_follows(&p);
    }
    if (arena->failed || !kt_sort(items, count, sizeof *items, compare_keys, arena))
        return KT_ERR_NOMEM;
    out->items = items;
    out->count = count;
    out->error = p.error;
    return KT_OK;
}

/* ---- Matching ---- */

const kt_label *kt_label_find(const kt_label *labels, size_t count, kt_sv key)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = kt_sv_compare(labels[middle].key, key);
        if (order == 0)
            return &labels[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool has_value(const kt_requirement *r, kt_sv value)
{
    for (size_t i = 0; i < r->value_count; i++)
        if (kt_sv_equal(r->values[i], value))
            return true;
    return false;
}

static bool compares(const kt_requirement *r, kt_sv value)
{
    int64_t have, bound;

    if (!parse_int(&have, value) || !parse_int(&bound, r->values[0]))
        return false;
    return r->op == KT_OP_GREATER ? have > bound : have < bound;
}

bool kt_requirement_matches(const kt_requirement *r, const kt_label *labels, size_t count)
{
    const kt_label *label = kt_label_find(labels, count, r->key);

    switch (r->op) {
    case KT_OP_EXISTS: return label != NULL;
    case KT_OP_ABSENT: return label == NULL;
    case KT_OP_NOT_EQUALS:
    case KT_OP_NOT_IN: return !label || !has_value(r, label->value);
    case KT_OP_GREATER:
    case KT_OP_LESS: return label && compares(r, label->value);
    case KT_OP_EQUALS:
    case KT_OP_DOUBLE_EQUALS:
    case KT_OP_IN: break;
    }
    return label && has_value(r, label->value);
}
