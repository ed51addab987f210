/* Reading a .kratix state file (L-10, L-11). */
#ifndef KT_LAYOUT_STATE_FILE_H
#define KT_LAYOUT_STATE_FILE_H

#include "base/arena.h"
#include "kratree.h"

typedef struct kt_state_entries {
    kt_sv *items; /* as they stand in the file: below the State Store's path */
    size_t count;
    bool readable; /* the text is what Kratix writes: a list of strings under `files` */
} kt_state_entries;

/* Borrows `text`. False on memory failure. */
bool kt_state_entries_read(kt_state_entries *out, kt_arena *arena, kt_sv text);

#endif
