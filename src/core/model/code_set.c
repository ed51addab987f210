/* Sets of code points as lists of ranges. */
#include "model/code_set.h"

#include "base/sort.h"

#define KELVIN_SIGN 0x212Au
#define LONG_S 0x17Fu

void kt_code_set_add(kt_code_set *set, kt_arena *arena, uint32_t first, uint32_t last)
{
    kt_code_range *grown = kt_arena_reserve(arena, set->ranges, set->count, &set->capacity, sizeof *grown);

    if (!grown)
        return;
    set->ranges = grown;
    set->ranges[set->count++] = (kt_code_range){first, last};
}

void kt_code_set_add_all(kt_code_set *set, kt_arena *arena, const kt_code_range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        kt_code_set_add(set, arena, ranges[i].first, ranges[i].last);
}

static uint32_t most(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* What lies of `range` among the letters from `from` on, moved to the other case. */
static void fold_letters(kt_code_set *set, kt_arena *arena, kt_code_range range, uint32_t from, uint32_t to)
{
    uint32_t first = most(range.first, from), last = least(range.last, from + 25);

    if (first <= last)
        kt_code_set_add(set, arena, first - from + to, last - from + to);
}

static bool touches(kt_code_range range, uint32_t code_point)
{
    return range.first <= code_point && code_point <= range.last;
}

static void fold_odd(kt_code_set *set, kt_arena *arena, kt_code_range range, uint32_t lower, uint32_t odd)
{
    if (touches(range, lower) || touches(range, lower - 'a' + 'A'))
        kt_code_set_add(set, arena, odd, odd);
    if (touches(range, odd)) {
        kt_code_set_add(set, arena, lower, lower);
        kt_code_set_add(set, arena, lower - 'a' + 'A', lower - 'a' + 'A');
    }
}

bool kt_code_set_fold(kt_code_set *set, kt_arena *arena)
{
    size_t count = set->count;

    for (size_t i = 0; i < count; i++) {
        kt_code_range range = set->ranges[i];
        if (range.last > 0x7F && !(range.first == range.last && (range.first == KELVIN_SIGN || range.first == LONG_S)))
            return false;
        fold_letters(set, arena, range, 'a', 'A');
        fold_letters(set, arena, range, 'A', 'a');
        fold_odd(set, arena, range, 'k', KELVIN_SIGN);
        fold_odd(set, arena, range, 's', LONG_S);
    }
    return true;
}

static int compare_ranges(const void *left, const void *right)
{
    const kt_code_range *a = left, *b = right;

    return (a->first > b->first) - (a->first < b->first);
}

static void join(kt_code_set *set)
{
    size_t kept = 0;

    for (size_t i = 0; i < set->count; i++) {
        kt_code_range range = set->ranges[i];
        if (kept > 0 && range.first <= set->ranges[kept - 1].last + 1)
            set->ranges[kept - 1].last = most(set->ranges[kept - 1].last, range.last);
        else
            set->ranges[kept++] = range;
    }
    set->count = kept;
}

static void negate(kt_code_set *set, kt_arena *arena)
{
    kt_code_set rest = {NULL, 0, 0};
    uint32_t next = 0;

    for (size_t i = 0; i < set->count; i++) {
        if (set->ranges[i].first > next)
            kt_code_set_add(&rest, arena, next, set->ranges[i].first - 1);
        next = set->ranges[i].last + 1;
    }
    if (next <= KT_CODE_MAX)
        kt_code_set_add(&rest, arena, next, KT_CODE_MAX);
    *set = rest;
}

void kt_code_set_finish(kt_code_set *set, kt_arena *arena, bool negated)
{
    if (!kt_sort(set->ranges, set->count, sizeof *set->ranges, compare_ranges, arena))
        return;
    join(set);
    if (negated)
        negate(set, arena);
}

bool kt_code_set_contains(const kt_code_set *set, uint32_t code_point)
{
    size_t low = 0, high = set->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->ranges[middle].last < code_point)
            low = middle + 1;
        else
            high = middle;
    }
    return low < set->count && set->ranges[low].first <= code_point;
}
