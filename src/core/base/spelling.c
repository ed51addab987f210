/* Canonical decomposition and simple case folding: Unicode 15.0, chapters 3.11 to 3.13. */
#include "base/spelling.h"

#include "base/buf.h"
#include "base/sort.h"
#include "base/spelling_tables.h"
#include "base/utf8.h"

/* Syllables of Hangul are computed. */
#define HANGUL 0xAC00u
#define HANGUL_COUNT 11172u
#define LEADING 0x1100u
#define VOWEL 0x1161u
#define VOWEL_COUNT 21u
#define TRAILING 0x11A7u
#define TRAILING_COUNT 28u

#define BYTE 0x80000000u /* a byte that is no UTF-8 */
#define DEPTH 3          /* parts have parts that have parts */

typedef struct kt_spelling_part {
    uint32_t code, first, second; /* second: 0 if there is none */
} part;

typedef struct kt_spelling_range {
    uint32_t first, last;
    uint32_t step;  /* of folds: each, or every other one */
    uint32_t value; /* the class of marks; what to add, wrapping round */
} range;

typedef struct kt_spelling_letter {
    uint32_t code;
    uint32_t order; /* its combining class */
} letter;

/* ---- Tables ---- */

static uint32_t take(const unsigned char **at)
{
    uint32_t value = 0;
    unsigned shift = 0;

    do
        value |= (uint32_t)(**at & 0x7F) << shift, shift += 7;
    while (*(*at)++ & 0x80);
    return value;
}

/* In two's complement, to be added. */
static uint32_t take_signed(const unsigned char **at)
{
    uint32_t value = take(at);

    return value & 1 ? ~(value >> 1) : value >> 1;
}

static void unpack_parts(part *out)
{
    const unsigned char *at = parts_data;
    part last = {0, 0, 0};

    for (size_t i = 0; i < PARTS_COUNT; i++) {
        uint32_t code = take(&at);
        last.code += code >> 1;
        last.first += take_signed(&at);
        if (code & 1)
            last.second += take_signed(&at);
        out[i] = last;
        if (!(code & 1))
            out[i].second = 0;
    }
}

static void unpack_ranges(range *marks, range *folds)
{
    const unsigned char *at = marks_data;
    uint32_t last = 0;

    for (size_t i = 0; i < MARKS_COUNT; i++) {
        marks[i].step = 1;
        marks[i].first = last + take(&at);
        last = marks[i].last = marks[i].first + take(&at);
        marks[i].value = *at++;
    }
    at = folds_data;
    last = 0;
    for (size_t i = 0; i < FOLDS_COUNT; i++) {
        uint32_t first = take(&at);
        folds[i].step = (first & 1) + 1;
        folds[i].first = last + (first >> 1);
        last = folds[i].last = folds[i].first + take(&at);
        folds[i].value = take_signed(&at);
    }
}

static bool unpack(kt_spelling *s)
{
    if (s->parts)
        return true;
    s->marks = kt_arena_array(s->arena, MARKS_COUNT, sizeof *s->marks);
    s->folds = kt_arena_array(s->arena, FOLDS_COUNT, sizeof *s->folds);
    s->parts = kt_arena_array(s->arena, PARTS_COUNT, sizeof *s->parts);
    if (s->arena->failed)
        return false;
    unpack_parts(s->parts);
    unpack_ranges(s->marks, s->folds);
    return true;
}

static const part *find_part(const kt_spelling *s, uint32_t code)
{
    size_t low = 0, high = PARTS_COUNT;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->parts[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < PARTS_COUNT && s->parts[low].code == code ? &s->parts[low] : NULL;
}

/* The value of the range that holds it, or 0. */
static uint32_t value_of(const range *ranges, size_t count, uint32_t code)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ranges[middle].last < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && code >= ranges[low].first && (code - ranges[low].first) % ranges[low].step == 0 ? ranges[low].value
                                                                                                          : 0;
}

/* ---- Names ---- */

static void put(kt_spelling *s, uint32_t code, bool fold)
{
    letter *added = &s->letters[s->count++];

    added->code = code + (fold ? value_of(s->folds, FOLDS_COUNT, code) : 0);
    added->order = value_of(s->marks, MARKS_COUNT, code);
}

/* At most four letters: that is as deep as parts have parts. */
static void decompose(kt_spelling *s, uint32_t code, bool fold)
{
    uint32_t seconds[DEPTH];
    size_t depth = 0;
    const part *found;

    if (code - HANGUL < HANGUL_COUNT) {
        uint32_t at = code - HANGUL, trailing = at % TRAILING_COUNT;
        put(s, LEADING + at / (VOWEL_COUNT * TRAILING_COUNT), fold);
        put(s, VOWEL + at / TRAILING_COUNT % VOWEL_COUNT, fold);
        if (trailing > 0)
            put(s, TRAILING + trailing, fold);
        return;
    }
    while (depth < DEPTH && (found = find_part(s, code)) != NULL) {
        code = found->first;
        if (found->second > 0)
            seconds[depth++] = found->second;
    }
    put(s, code, fold);
    while (depth > 0)
        put(s, seconds[--depth], fold);
}

static int compare_order(const void *a, const void *b)
{
    const letter *left = a, *right = b;

    return left->order < right->order ? -1 : left->order > right->order;
}

/* Marks behind one letter stand in the order of their classes. */
static bool sort_marks(kt_spelling *s)
{
    for (size_t i = 0, end; i < s->count; i = end + 1) {
        for (end = i; end < s->count && s->letters[end].order > 0;)
            end++;
        if (end - i > 1 && !kt_sort(s->letters + i, end - i, sizeof *s->letters, compare_order, s->arena))
            return false;
    }
    return true;
}

static kt_sv write(const kt_spelling *s)
{
    char *text = kt_arena_alloc(s->arena, s->count * 4);
    size_t size = 0;

    for (size_t i = 0; text && i < s->count; i++)
        if (s->letters[i].code & BYTE)
            text[size++] = (char)s->letters[i].code;
        else
            size += kt_utf8_put(text + size, s->letters[i].code);
    return text ? (kt_sv){kt_arena_shrink(s->arena, text, s->count * 4, size), size} : (kt_sv){NULL, 0};
}

void kt_spelling_init(kt_spelling *spelling, kt_arena *arena)
{
    *spelling = (kt_spelling){arena, NULL, NULL, NULL, NULL, 0, 0};
}

/* Room for a name: two letters for each byte are more than any code point has. */
static bool make_room(kt_spelling *s, kt_sv name)
{
    s->count = 0;
    if (name.len > s->room) {
        s->letters = kt_arena_array(s->arena, name.len, 4 * sizeof *s->letters);
        s->room = s->letters ? 2 * name.len : 0;
    }
    return s->room > 0 && unpack(s);
}

static bool is_ascii(kt_sv name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] > 0x7F)
            return false;
    return true;
}

static kt_sv lower(kt_arena *arena, kt_sv text)
{
    char *copy = kt_arena_alloc(arena, text.len);

    for (size_t i = 0; copy && i < text.len; i++)
        copy[i] = text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? (char)(text.ptr[i] - 'A' + 'a') : text.ptr[i];
    return copy ? (kt_sv){copy, text.len} : (kt_sv){NULL, 0};
}

kt_sv kt_spelling_key(kt_spelling *s, kt_sv name, bool fold)
{
    size_t at = 0;

    if (is_ascii(name))
        return fold ? lower(s->arena, name) : name;
    if (!make_room(s, name))
        return (kt_sv){NULL, 0};
    while (at < name.len) {
        size_t from = at;
        uint32_t code = kt_utf8_next(name, &at);
        if (code != KT_UTF8_INVALID)
            decompose(s, code, fold);
        else
            while (from < at)
                s->letters[s->count++] = (letter){BYTE | (unsigned char)name.ptr[from++], 0};
    }
    return sort_marks(s) ? write(s) : (kt_sv){NULL, 0};
}
