/* Merge sort of pointers, then one pass that moves the elements. */
#include "base/sort.h"

#include <string.h>

typedef int (*compare_fn)(const void *, const void *);

/* Merge the sorted runs [from, middle) and [middle, to) of `in` into `out`. */
static void merge(const char **out, const char **in, size_t from, size_t middle, size_t to,
                  compare_fn compare)
{
    size_t left = from, right = middle;

    for (size_t i = from; i < to; i++) {
        bool take_left = left < middle && (right >= to || compare(in[left], in[right]) <= 0);
        out[i] = take_left ? in[left++] : in[right++];
    }
}

/* Bottom-up; returns the array that holds the result. */
static const char **sort_pointers(const char **a, const char **b, size_t count, compare_fn compare)
{
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t from = 0; from < count; from += 2 * width) {
            size_t middle = count - from < width ? count : from + width;
            size_t to = count - from < 2 * width ? count : from + 2 * width;
            merge(b, a, from, middle, to, compare);
        }
        const char **swap = a;
        a = b;
        b = swap;
    }
    return a;
}

static bool is_sorted(const char *items, size_t count, size_t size, compare_fn compare)
{
    for (size_t i = 1; i < count; i++)
        if (compare(items + (i - 1) * size, items + i * size) > 0)
            return false;
    return true;
}

bool kt_sort(void *items, size_t count, size_t size, compare_fn compare, kt_arena *arena)
{
    const kt_allocator *allocator = &arena->allocator;
    size_t pointers, bytes;
    char *scratch;
    const char **sorted;

    if (count < 2 || is_sorted(items, count, size, compare))
        return true;
    if (count > SIZE_MAX / (size + 2 * sizeof(char *)))
        goto fail;
    pointers = count * sizeof(char *);
    bytes = 2 * pointers + count * size;
    scratch = allocator->resize(allocator->ctx, NULL, 0, bytes);
    if (!scratch)
        goto fail;
    memcpy(scratch + 2 * pointers, items, count * size);
    sorted = (const char **)(void *)scratch;
    for (size_t i = 0; i < count; i++)
        sorted[i] = scratch + 2 * pointers + i * size;
    sorted = sort_pointers(sorted, sorted + count, count, compare);
    for (size_t i = 0; i < count; i++)
        memcpy((char *)items + i * size, sorted[i], size);
    allocator->resize(allocator->ctx, scratch, bytes, 0);
    return true;
fail:
    arena->failed = true;
    return false;
}
