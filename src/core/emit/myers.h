/* Which elements of two sequences differ: Myers' algorithm (An O(ND) Difference Algorithm, 1986) in linear space. */
#ifndef KT_EMIT_MYERS_H
#define KT_EMIT_MYERS_H

#include "base/arena.h"

typedef struct kt_sequence {
    const uint32_t *ids; /* equal elements have equal ids */
    size_t count;        /* below INT32_MAX / 2 */
    bool *changed;       /* all false; receives which ones are not in the common sequence */
} kt_sequence;

/* Mark what differs. The common sequence is the longest one while that is cheap to find, else a good one. False: no
 * memory. */
bool kt_myers(const kt_sequence *before, const kt_sequence *after, kt_arena *arena);

#endif
