/* libyaml's memory, when we compile it ourselves (with -Dmalloc=kt_libyaml_malloc and so on).
 *
 * libyaml frees what it takes, token by token: blocks come from an arena and go to free lists by size, so
 * that a read needs no more memory than libyaml holds at one time. Not used with LIBS=system. */
#ifndef KT_YAML_LIBYAML_MEMORY_H
#define KT_YAML_LIBYAML_MEMORY_H

#include "base/arena.h"

#define KT_LIBYAML_CLASSES (sizeof(size_t) * 8 - 6)

typedef struct kt_libyaml_pool {
    kt_arena *arena;
    void *free[KT_LIBYAML_CLASSES]; /* by power of two */
} kt_libyaml_pool;

/* Use `pool`, which lives in `arena`, for this thread's calls of libyaml, until kt_libyaml_leave(). Reads
 * do not nest. */
void kt_libyaml_enter(kt_libyaml_pool *pool, kt_arena *arena);
void kt_libyaml_leave(void);

/* What libyaml is compiled with. Without a pool every allocation fails. */
void *kt_libyaml_malloc(size_t size);
void *kt_libyaml_realloc(void *ptr, size_t size);
void kt_libyaml_free(void *ptr);
char *kt_libyaml_strdup(const char *text);

#endif
