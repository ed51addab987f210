/* Globs without recursion: a star is retried one further, and of several only the last one needs to be. */
#include "base/glob.h"

#include "base/path.h"
#include "base/sv.h"

static bool match_element(kt_sv pattern, kt_sv text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, retry = 0;

    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = p++;
            retry = t;
        } else if (p < pattern.len && (pattern.ptr[p] == '?' || pattern.ptr[p] == text.ptr[t])) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*')
        p++;
    return p == pattern.len;
}

bool kt_path_matches(kt_sv pattern, kt_sv path)
{
    size_t p = 0, t = 0, star = SIZE_MAX, retry = 0;

    for (;;) {
        size_t p_next = p, t_next = t;
        kt_sv glob, element;
        bool more = kt_path_next(&glob, pattern, &p_next);
        if (!more)
            return true; /* all of the pattern: what is left of the path is below */
        if (kt_sv_is(glob, "**")) {
            star = p = p_next;
            retry = t;
            continue;
        }
        if (kt_path_next(&element, path, &t_next) && match_element(glob, element)) {
            p = p_next;
            t = t_next;
            continue;
        }
        if (star == SIZE_MAX || !kt_path_next(&element, path, &retry))
            return false;
        p = star;
        t = retry;
    }
}
