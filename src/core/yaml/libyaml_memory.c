/* Blocks of 16, 32, 64, … bytes behind a header that remembers the class. */
#include "yaml/libyaml_memory.h"

#include <string.h>

#ifdef __wasm__
#define THREAD_LOCAL
#else
#define THREAD_LOCAL _Thread_local
#endif

/* The one variable of the core: libyaml's allocator has no context argument. */
static THREAD_LOCAL kt_libyaml_pool *current;

#define HEADER ((size_t)16)

typedef struct block {
    struct block *next; /* while it is free */
    size_t class;
} block;

void kt_libyaml_enter(kt_libyaml_pool *pool, kt_arena *arena)
{
    memset(pool, 0, sizeof *pool);
    pool->arena = arena;
    current = pool;
}

void kt_libyaml_leave(void)
{
    current = NULL;
}

static size_t class_size(size_t class)
{
    return (size_t)16 << class;
}

static block *block_of(void *ptr)
{
    return (block *)(void *)((char *)ptr - HEADER);
}

void *kt_libyaml_malloc(size_t size)
{
    size_t class = 0;
    block *found;

    if (!current || size > SIZE_MAX / 4 - HEADER)
        return NULL;
    while (class < KT_LIBYAML_CLASSES && class_size(class) < size)
        class++;
    if (class == KT_LIBYAML_CLASSES)
        return NULL;
    found = current->free[class];
    if (found)
        current->free[class] = found->next;
    else
        found = kt_arena_alloc(current->arena, HEADER + class_size(class));
    if (!found)
        return NULL;
    found->class = class;
    return (char *)found + HEADER;
}

void kt_libyaml_free(void *ptr)
{
    block *freed;

    if (!ptr || !current)
        return;
    freed = block_of(ptr);
    freed->next = current->free[freed->class];
    current->free[freed->class] = freed;
}

void *kt_libyaml_realloc(void *ptr, size_t size)
{
    size_t old_size = ptr ? class_size(block_of(ptr)->class) : 0;
    void *moved;

    if (ptr && size <= old_size)
        return ptr;
    moved = kt_libyaml_malloc(size);
    if (moved && ptr) {
        memcpy(moved, ptr, old_size);
        kt_libyaml_free(ptr);
    }
    return moved;
}

char *kt_libyaml_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = kt_libyaml_malloc(size);

    if (copy)
        memcpy(copy, text, size);
    return copy;
}
