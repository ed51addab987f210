/* Go's path/filepath on Linux. */
#include "base/path.h"

#include <string.h>

#include "base/sv.h"

bool kt_path_next(kt_sv *element, kt_sv path, size_t *at)
{
    size_t from = *at, to;

    while (from < path.len && path.ptr[from] == '/')
        from++;
    if (from == path.len)
        return false;
    to = from + kt_sv_find(kt_sv_slice(path, from, path.len), '/');
    *element = kt_sv_slice(path, from, to);
    *at = to;
    return true;
}

/* Take the last element off out[0, len), but never below `floor`. */
static size_t drop_last(const char *out, size_t len, size_t floor)
{
    while (len > floor && out[len - 1] != '/')
        len--;
    return len > floor ? len - 1 : floor;
}

kt_sv kt_path_clean(kt_arena *arena, kt_sv path)
{
    bool rooted = path.len > 0 && path.ptr[0] == '/';
    char *out = kt_arena_alloc(arena, path.len + 1);
    size_t len = 0, floor, at = 0;
    kt_sv element, cleaned = {out, 0};

    if (!out)
        return cleaned;
    if (rooted)
        out[len++] = '/';
    floor = len; /* what ".." cannot take away */
    while (kt_path_next(&element, path, &at)) {
        bool climbs = kt_sv_is(element, "..");
        if (kt_sv_is(element, "."))
            continue;
        if (climbs && len > floor) {
            len = drop_last(out, len, floor);
            continue;
        }
        if (climbs && rooted)
            continue;
        if (len > (size_t)rooted)
            out[len++] = '/';
        memcpy(out + len, element.ptr, element.len);
        len += element.len;
        if (climbs)
            floor = len;
    }
    if (len == 0)
        out[len++] = '.';
    cleaned.len = len;
    return cleaned;
}

kt_sv kt_path_join(kt_arena *arena, const kt_sv *elements, size_t count)
{
    size_t size = 0, len = 0;
    kt_sv joined = {NULL, 0};
    char *text;

    for (size_t i = 0; i < count; i++)
        size += elements[i].len + 1;
    text = kt_arena_alloc(arena, size);
    if (!text)
        return joined;
    for (size_t i = 0; i < count; i++) {
        if (elements[i].len == 0)
            continue;
        if (len > 0)
            text[len++] = '/';
        memcpy(text + len, elements[i].ptr, elements[i].len);
        len += elements[i].len;
    }
    joined.ptr = text;
    joined.len = len;
    return len > 0 ? kt_path_clean(arena, joined) : joined;
}

kt_sv kt_path_join2(kt_arena *arena, kt_sv a, kt_sv b)
{
    kt_sv both[2];

    both[0] = a;
    both[1] = b;
    return kt_path_join(arena, both, 2);
}

bool kt_path_climbs(kt_sv cleaned)
{
    return kt_sv_is(cleaned, "..") || kt_sv_starts(cleaned, KT_SV("../"));
}

kt_sv kt_path_strip_root(kt_sv path)
{
    size_t from = 0;

    while (from < path.len && path.ptr[from] == '/')
        from++;
    return kt_sv_slice(path, from, path.len);
}

int kt_path_compare_walk(kt_sv a, kt_sv b)
{
    kt_sv left, right;
    size_t at_a = 0, at_b = 0;

    for (;;) {
        bool more_a = kt_path_next(&left, a, &at_a), more_b = kt_path_next(&right, b, &at_b);
        int order;
        if (!more_a || !more_b)
            return (int)more_a - (int)more_b;
        order = kt_sv_compare(left, right);
        if (order != 0)
            return order;
    }
}

bool kt_path_is_below(kt_sv path, kt_sv folder)
{
    return folder.len == 0 || (path.len > folder.len && path.ptr[folder.len] == '/' && kt_sv_starts(path, folder));
}
