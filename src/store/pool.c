/* Memory and paths of this room. */
#include "store/pool.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK ((size_t)64 << 10)
#define ALIGNMENT ((size_t)16)

typedef struct block {
    struct block *older;
    size_t used; /* of the bytes behind HEADER */
    size_t size;
} block;

#define HEADER ((sizeof(block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

struct kt_pool {
    block *newest;
};

kt_pool *kt_pool_new(void)
{
    return calloc(1, sizeof(kt_pool));
}

void kt_pool_free(kt_pool *pool)
{
    if (!pool)
        return;
    while (pool->newest) {
        block *older = pool->newest->older;
        free(pool->newest);
        pool->newest = older;
    }
    free(pool);
}

static bool add_block(kt_pool *pool, size_t size)
{
    size_t wanted = size > BLOCK ? size : BLOCK;
    block *added = malloc(HEADER + wanted);

    if (!added)
        return false;
    added->older = pool->newest;
    added->used = 0;
    added->size = wanted;
    pool->newest = added;
    return true;
}

void *kt_pool_alloc(kt_pool *pool, size_t size)
{
    size_t need = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    char *ptr;

    if (size > SIZE_MAX / 2)
        return NULL;
    if ((!pool->newest || pool->newest->size - pool->newest->used < need) && !add_block(pool, need))
        return NULL;
    ptr = (char *)pool->newest + HEADER + pool->newest->used;
    pool->newest->used += need;
    return ptr;
}

kt_sv kt_pool_join(kt_pool *pool, const kt_sv *texts, size_t count)
{
    kt_sv joined = {NULL, 0};
    size_t len = 0;
    char *at;

    for (size_t i = 0; i < count; i++)
        len += texts[i].len;
    at = kt_pool_alloc(pool, len + 1);
    if (!at)
        return joined;
    joined.ptr = at;
    joined.len = len;
    for (size_t i = 0; i < count; i++) {
        if (texts[i].len > 0)
            memcpy(at, texts[i].ptr, texts[i].len);
        at += texts[i].len;
    }
    *at = '\0';
    return joined;
}

kt_sv kt_pool_copy(kt_pool *pool, kt_sv text)
{
    return kt_pool_join(pool, &text, 1);
}

kt_sv kt_pool_path(kt_pool *pool, kt_sv above, kt_sv below)
{
    kt_sv texts[] = {above, {"/", above.len > 0 && below.len > 0 ? 1 : 0}, below};

    return kt_pool_join(pool, texts, 3);
}

void *kt_grow(void *items, size_t count, size_t *capacity, size_t size)
{
    size_t wanted = *capacity ? *capacity * 2 : 64;
    void *grown;

    if (count < *capacity)
        return items;
    if (wanted > SIZE_MAX / size)
        return NULL;
    grown = realloc(items, wanted * size);
    if (grown)
        *capacity = wanted;
    return grown;
}

int kt_path_order(kt_sv a, kt_sv b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared > 0 ? memcmp(a.ptr, b.ptr, shared) : 0;

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

kt_sv kt_path_above(kt_sv path)
{
    while (path.len > 0 && path.ptr[path.len - 1] != '/')
        path.len--;
    if (path.len > 0)
        path.len--;
    return path;
}

bool kt_path_inside(kt_sv path, kt_sv folder)
{
    return folder.len == 0
           || (path.len > folder.len && path.ptr[folder.len] == '/' && memcmp(path.ptr, folder.ptr, folder.len) == 0);
}

bool kt_path_passes(kt_sv path, const char *name)
{
    size_t length = strlen(name);

    for (size_t from = 0, i = 0; i < path.len; i++) {
        if (path.ptr[i] != '/')
            continue;
        if (i - from == length && memcmp(path.ptr + from, name, length) == 0)
            return true;
        from = i + 1;
    }
    return false;
}
