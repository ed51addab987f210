/* Names for a message: the first ten, and how many more there are. */
#ifndef KT_BASE_FEW_H
#define KT_BASE_FEW_H

#include "base/buf.h"

typedef struct kt_few {
    kt_buf text;
    size_t count; /* of all names */
} kt_few;

void kt_few_init(kt_few *few, kt_allocator allocator);
void kt_few_add(kt_few *few, kt_sv name);

/* "a, b, c and 7 more", in the arena, which fails if a buffer has; ends the list. */
kt_sv kt_few_end(kt_few *few, kt_arena *arena);

#endif
