/* The order of keys.
 *
 * Y-24 looks at the first difference of two keys. Read a key as a list of digit runs and single characters,
 * compare runs as numbers (equal numbers: the shorter run first), and put the end of a key before other
 * characters, those before runs, and runs before letters: that is a total order, and Y-24 agrees with it but
 * for one case. Where the first difference is a digit against a letter, and a digit stands before it
 * ("10" against "1a"), the total order compares the runs 10 and 1, Y-24 the characters 0 and a. So only
 * sets with such a pair, a conflict, can have a cycle; all others have one order, and any sort finds it.
 * (Digits other than ASCII and runs that overflow 64 bits are no numbers in this sense: they are taken for
 * conflicts.) */
#include "yaml/keyorder.h"

#include "base/sort.h"
#include "base/sv.h"
#include "base/utf8.h"
#include "yaml/unicode.h"

/* ---- Comparison (Y-24) -------------------------------------------------------------------- */

static bool is_ascii_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_ascii_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* Whether a digit other than '0' stands in the digits directly before text[at]. */
static bool follows_number(kt_sv text, size_t at)
{
    while (at > 0) {
        size_t from = at - 1, end;
        uint32_t c;
        while (from > 0 && is_continuation(text.ptr[from]))
            from--;
        end = from;
        c = kt_utf8_next(text, &end);
        if (!kt_unicode_is_digit(c))
            return false;
        if (c != '0')
            return true;
        at = from;
    }
    return false;
}

typedef struct run {
    uint64_t value; /* wraps around, and is compared as if signed */
    size_t digits;
} run;

static run read_run(kt_sv text, size_t at, uint64_t value)
{
    run result = {value, 0};

    while (at < text.len) {
        uint32_t c = kt_utf8_next(text, &at);
        if (!kt_unicode_is_digit(c))
            break;
        result.value = result.value * 10 + (c - '0');
        result.digits++;
    }
    result.value ^= (uint64_t)1 << 63;
    return result;
}

static int compare_runs(kt_sv a, kt_sv b, size_t at, bool zero)
{
    uint64_t start = zero && follows_number(a, at);
    run x = read_run(a, at, start), y = read_run(b, at, start);

    if (x.value != y.value)
        return x.value < y.value ? -1 : 1;
    return (x.digits > y.digits) - (x.digits < y.digits);
}

/* By the characters that begin at `at`, which differ. */
static int compare_characters(kt_sv a, kt_sv b, size_t at)
{
    size_t a_end = at, b_end = at;
    uint32_t x = kt_utf8_next(a, &a_end), y = kt_utf8_next(b, &b_end);
    bool x_letter = kt_unicode_is_letter(x), y_letter = kt_unicode_is_letter(y);
    int order;

    if (x_letter != y_letter)
        return x_letter ? 1 : -1;
    order = x_letter ? 0 : compare_runs(a, b, at, x == '0' || y == '0');
    if (order != 0)
        return order;
    return x < y ? -1 : 1;
}

int kt_key_compare(kt_sv a, kt_sv b)
{
    size_t common = a.len < b.len ? a.len : b.len, at = 0;

    while (at < common && a.ptr[at] == b.ptr[at])
        at++;
    if (at == common)
        return (a.len > b.len) - (a.len < b.len);
    if (is_ascii_letter(a.ptr[at]) && is_ascii_letter(b.ptr[at]))
        return a.ptr[at] < b.ptr[at] ? -1 : 1;
    while (at > 0 && is_continuation(a.ptr[at]))
        at--;
    return compare_characters(a, b, at);
}

/* ---- Conflicts ---------------------------------------------------------------------------- */

/* What a key may do to the order of its map. */
enum {
    KEY_PLAIN = 0,
    KEY_MIXED = 1, /* a letter, or what may be one, follows a digit */
    KEY_WILD = 2   /* digits that are no number: not ASCII, or too many */
};

#define LONGEST_RUN 18 /* with a 1 before it still fits 63 bits */

static int judge_key(kt_sv key)
{
    int verdict = KEY_PLAIN;
    size_t digits = 0;

    for (size_t at = 0; at < key.len;) {
        char c = key.ptr[at];
        if ((unsigned char)c >= 0x80) {
            verdict |= digits > 0 ? KEY_MIXED : 0;
            verdict |= kt_unicode_is_digit(kt_utf8_next(key, &at)) ? KEY_WILD : 0;
            digits = 0;
            continue;
        }
        if (digits > 0 && is_ascii_letter(c))
            verdict |= KEY_MIXED;
        digits = is_ascii_digit(c) ? digits + 1 : 0;
        if (digits > LONGEST_RUN)
            verdict |= KEY_WILD;
        at++;
    }
    return verdict;
}

static kt_sv key_of(const kt_member *member)
{
    return kt_value_string(&member->key);
}

/* The sign of `key` against the text `stem` + `next`, by bytes. */
static int compare_with_branch(kt_sv key, kt_sv stem, unsigned char next)
{
    int order = kt_sv_compare(kt_sv_slice(key, 0, stem.len), stem);

    if (order != 0)
        return order;
    if (key.len == stem.len)
        return -1;
    return (int)(unsigned char)key.ptr[stem.len] - (int)next;
}

/* Whether one of the keys, in ascending bytes, goes on behind `stem` with a byte of [first, last]. */
static bool has_branch(const kt_member *const *keys, size_t count, kt_sv stem, unsigned char first,
                       unsigned char last)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_with_branch(key_of(keys[middle]), stem, first) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && kt_sv_starts(key_of(keys[low]), stem)
           && (unsigned char)key_of(keys[low]).ptr[stem.len] <= last;
}

/* Whether two of the keys, in ascending bytes, are a conflict. Where the last key that goes on with a digit
 * is followed by one that does not, look whether others behind it go on with a letter. */
static bool has_conflict(const kt_member *const *keys, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++) {
        kt_sv key = key_of(keys[i]), next = key_of(keys[i + 1]), stem;
        size_t at = 0;
        while (at < key.len && at < next.len && key.ptr[at] == next.ptr[at])
            at++;
        if (at == 0 || at == key.len || at == next.len || !is_ascii_digit(key.ptr[at])
            || is_ascii_digit(next.ptr[at]) || !is_ascii_digit(key.ptr[at - 1]))
            continue;
        stem = kt_sv_slice(key, 0, at);
        if (has_branch(keys + i, count - i, stem, 'A', 'Z')
            || has_branch(keys + i, count - i, stem, 'a', 'z')
            || has_branch(keys + i, count - i, stem, 0x80, 0xff))
            return true;
    }
    return false;
}

/* ---- Sorting ------------------------------------------------------------------------------ */

#define SMALL 16

static int compare_members(const void *a, const void *b)
{
    return kt_key_compare(key_of(*(const kt_member *const *)a), key_of(*(const kt_member *const *)b));
}

static int compare_bytes(const void *a, const void *b)
{
    return kt_sv_compare(key_of(*(const kt_member *const *)a), key_of(*(const kt_member *const *)b));
}

/* Move each key left while it is less than its left neighbour. False: more moves than allowed. */
static bool insertion_sort(const kt_member **order, size_t count, size_t moves)
{
    for (size_t i = 1; i < count; i++) {
        const kt_member *member = order[i];
        size_t at = i;
        while (at > 0 && kt_key_compare(key_of(member), key_of(order[at - 1])) < 0) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = member;
        if (i - at > moves)
            return false;
        moves -= i - at;
    }
    return true;
}

static bool sort(const kt_member **order, size_t count, kt_arena *scratch)
{
    if (count <= SMALL)
        return insertion_sort(order, count, SIZE_MAX);
    return kt_sort(order, count, sizeof *order, compare_members, scratch);
}

/* Whether some later key is less than an earlier one. Neighbours need not be looked at. */
static bool is_cyclic(const kt_member *const *order, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 2; j < count; j++)
            if (kt_key_compare(key_of(order[j]), key_of(order[i])) < 0)
                return true;
    return false;
}

/* N-4, for keys in ascending bytes. */
static bool order_with_conflicts(const kt_member **order, size_t count, bool *cyclic, kt_arena *scratch)
{
    size_t moves = count > SIZE_MAX / KT_KEYS_MOVES ? SIZE_MAX : count * KT_KEYS_MOVES;

    if (!insertion_sort(order, count, moves) && !sort(order, count, scratch))
        return false;
    *cyclic = count > 2 * (size_t)KT_KEYS_MOVES || is_cyclic(order, count);
    return true;
}

bool kt_keys_order(const kt_member **order, const kt_member *members, size_t count, bool *cyclic,
                   kt_arena *scratch)
{
    int verdict = KEY_PLAIN;

    *cyclic = false;
    for (size_t i = 0; i < count; i++) {
        order[i] = &members[i];
        verdict |= judge_key(key_of(&members[i]));
    }
    if (verdict == KEY_PLAIN)
        return sort(order, count, scratch);
    if (!kt_sort(order, count, sizeof *order, compare_bytes, scratch))
        return false;
    if (verdict == KEY_MIXED && !has_conflict(order, count))
        return sort(order, count, scratch);
    return order_with_conflicts(order, count, cyclic, scratch);
}
