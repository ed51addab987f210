/* An arena: memory that is given back all at once.
 *
 * Failure sticks: after a failed allocation `failed` stays true and every further one returns NULL, so a
 * long computation may check each pointer it dereferences and report KT_ERR_NOMEM once at its end. */
#ifndef KT_BASE_ARENA_H
#define KT_BASE_ARENA_H

#include "kratree.h"

typedef struct kt_arena_block kt_arena_block;
typedef struct kt_arena_large kt_arena_large;

typedef struct kt_arena {
    kt_allocator allocator;
    kt_arena_block *blocks; /* newest first; they hold the small pieces */
    char *next;             /* free bytes of the newest block */
    char *end;
    kt_arena_large *large;  /* large pieces, each by itself, so that they can grow without a copy left behind */
    bool failed;
} kt_arena;

/* The allocator that malloc and free make; what kt_allocator.resize == NULL stands for. */
kt_allocator kt_allocator_default(void);

void kt_arena_init(kt_arena *arena, kt_allocator allocator);
void kt_arena_dispose(kt_arena *arena);
/* Give back everything but one block. */
void kt_arena_reset(kt_arena *arena);

/* `size` bytes aligned for any type, not cleared; NULL on failure. Size 0 gives a valid pointer. */
void *kt_arena_alloc(kt_arena *arena, size_t size);
/* `count` × `size` cleared bytes; NULL on failure, also when the product overflows. */
void *kt_arena_array(kt_arena *arena, size_t count, size_t size);
/* Grow a piece of this arena, in place if it is the newest or large; the old bytes are kept. */
void *kt_arena_grow(kt_arena *arena, void *ptr, size_t old_size, size_t new_size);
/* Give back the end of a piece that is the newest or large; no-op for any other. A large piece may move: use
 * what is returned. */
void *kt_arena_shrink(kt_arena *arena, void *ptr, size_t old_size, size_t new_size);
/* A copy of the bytes; {NULL, 0} on failure. */
kt_sv kt_arena_copy(kt_arena *arena, kt_sv text);

/* Make room for one more element in an array that lives in `arena`:
 *     items = kt_arena_reserve(arena, items, count, &capacity, sizeof *items);
 * Returns the (moved) array, NULL on failure. Capacity doubles. */
void *kt_arena_reserve(kt_arena *arena, void *items, size_t count, size_t *capacity, size_t size);

#endif
