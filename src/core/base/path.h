/* Slash-separated paths as Go's path/filepath treats them on Linux (SPEC section 0). Pure text. */
#ifndef KT_BASE_PATH_H
#define KT_BASE_PATH_H

#include "base/arena.h"
#include "kratree.h"

/* Clean: without empty and "." elements, inner "x/..", trailing slash, ".." after a root; "" gives ".". */
kt_sv kt_path_clean(kt_arena *arena, kt_sv path);

/* Join: the non-empty elements with '/' between, cleaned; "" if all are empty. */
kt_sv kt_path_join(kt_arena *arena, const kt_sv *elements, size_t count);

/* Join of two. */
kt_sv kt_path_join2(kt_arena *arena, kt_sv a, kt_sv b);

/* Whether a cleaned path is ".." or begins with "../". */
bool kt_path_climbs(kt_sv cleaned);

/* Without leading slashes. */
kt_sv kt_path_strip_root(kt_sv path);

/* The next element at *at, behind which *at moves; false at the end. Empty elements are passed over. */
bool kt_path_next(kt_sv *element, kt_sv path, size_t *at);

/* Element by element, bytewise, as a walk meets them: a folder "a" sorts before the file "a.yaml" (G-20). */
int kt_path_compare_walk(kt_sv a, kt_sv b);

/* Whether `path` is below `folder`; everything is below "". */
bool kt_path_is_below(kt_sv path, kt_sv folder);

#endif
