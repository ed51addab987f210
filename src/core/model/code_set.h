/* A set of code points: what a character class of a pattern means. */
#ifndef KT_MODEL_CODE_SET_H
#define KT_MODEL_CODE_SET_H

#include "base/arena.h"
#include "yaml/unicode.h"

typedef struct kt_code_set {
    kt_code_range *ranges; /* in an arena; in order, with gaps between them, after kt_code_set_finish() */
    size_t count, capacity;
} kt_code_set;

#define KT_CODE_MAX 0x10FFFFu

/* Failures of memory are the arena's: `failed` tells. */
void kt_code_set_add(kt_code_set *set, kt_arena *arena, uint32_t first, uint32_t last);
void kt_code_set_add_all(kt_code_set *set, kt_arena *arena, const kt_code_range *ranges, size_t count);
/* Add what a set of ASCII matches whatever the case: k also matches the Kelvin sign, s the long s. False if the set
 * holds other code points above ASCII: their case is not known here. */
bool kt_code_set_fold(kt_code_set *set, kt_arena *arena);
/* Sort and join the ranges, take the complement if wanted. */
void kt_code_set_finish(kt_code_set *set, kt_arena *arena, bool negated);
/* Of a finished set. */
bool kt_code_set_contains(const kt_code_set *set, uint32_t code_point);

#endif
