/* Shared by the files about differences. */
#ifndef KT_EMIT_DIFFERENCES_H
#define KT_EMIT_DIFFERENCES_H

#include "base/arena.h"
#include "kratree.h"

/* A file of a tree at its place. */
typedef struct kt_placed_file {
    kt_sv path; /* as kt_have has it */
    const kt_file *file;
    const kt_store *store;
} kt_placed_file;

typedef struct kt_placed_files {
    kt_placed_file *items; /* by path */
    size_t count;
} kt_placed_files;

/* What is handed out, with the memory behind it. */
typedef struct kt_difference_handle {
    kt_differences differences; /* comes first */
    kt_arena arena;
    const kt_plan *plan;
    kt_placed_files now;
    kt_placed_files before; /* of another result; empty for a place */
    kt_have have;           /* of the caller, or of `before` */
} kt_difference_handle;

/* NULL: there is no such file. */
const kt_placed_file *kt_placed_find(const kt_placed_files *files, kt_sv path);

/* Turn pairs of created and deleted files with one content into files that moved; `contents` are the digests of the
 * created and the deleted ones, in hex, empty for others. `count` is brought down. False: no memory. */
bool kt_differences_pair(kt_difference *items, const kt_sv *contents, size_t *count, kt_arena *arena);

/* Fill in `store`, `destination` and `why`, which holds what kt_changes says of a file that is deleted. False: no
 * memory. */
bool kt_difference_explain(kt_difference *d, const kt_difference_handle *handle, kt_arena *arena);

#endif
