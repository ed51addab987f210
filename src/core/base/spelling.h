/* Names that a file system takes for one though their bytes differ (Unicode 15.0). */
#ifndef KT_BASE_SPELLING_H
#define KT_BASE_SPELLING_H

#include "base/arena.h"

/* The tables, unpacked when a name asks for them, and the letters of the name that is looked at. */
typedef struct kt_spelling {
    kt_arena *arena;
    struct kt_spelling_part *parts; /* NULL: not unpacked yet */
    struct kt_spelling_range *marks, *folds;
    struct kt_spelling_letter *letters;
    size_t count, room; /* room: for a name of so many bytes */
} kt_spelling;

void kt_spelling_init(kt_spelling *spelling, kt_arena *arena);

/* A text, in the arena, that is the same for all names that are canonically equal (NFD); with `fold` also where upper
 * and lower case differ. What is no UTF-8 stays as it is. {NULL, 0}: no memory left. */
kt_sv kt_spelling_key(kt_spelling *spelling, kt_sv name, bool fold);

#endif
