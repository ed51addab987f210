/* An arena of growing blocks. */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCK ((size_t)1024)
#define LARGEST_BLOCK ((size_t)1 << 20)
#define ALIGNMENT ((size_t)16)

struct kt_arena_block {
    kt_arena_block *older;
    size_t size; /* of the whole block, this header included */
};

#define HEADER ((sizeof(kt_arena_block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

static void *resize_with_malloc(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    (void)ctx;
    (void)old_size;
    if (new_size == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, new_size);
}

kt_allocator kt_allocator_default(void)
{
    kt_allocator allocator = {resize_with_malloc, NULL};
    return allocator;
}

void kt_arena_init(kt_arena *arena, kt_allocator allocator)
{
    memset(arena, 0, sizeof *arena);
    arena->allocator = allocator.resize ? allocator : kt_allocator_default();
}

static void free_block(kt_arena *arena, kt_arena_block *block)
{
    arena->allocator.resize(arena->allocator.ctx, block, block->size, 0);
}

void kt_arena_dispose(kt_arena *arena)
{
    while (arena->blocks) {
        kt_arena_block *older = arena->blocks->older;
        free_block(arena, arena->blocks);
        arena->blocks = older;
    }
    arena->next = arena->end = NULL;
}

static void use_block(kt_arena *arena, kt_arena_block *block)
{
    arena->next = (char *)block + HEADER;
    arena->end = (char *)block + block->size;
}

void kt_arena_reset(kt_arena *arena)
{
    kt_arena_block *kept = arena->blocks;

    arena->failed = false;
    if (!kept)
        return;
    while (kept->older) {
        kt_arena_block *older = kept->older->older;
        free_block(arena, kept->older);
        kept->older = older;
    }
    use_block(arena, kept);
}

/* A block that holds at least `size` bytes; blocks double so that small runs stay small. */
static bool add_block(kt_arena *arena, size_t size)
{
    size_t wanted = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
    kt_arena_block *block;

    if (wanted > LARGEST_BLOCK)
        wanted = LARGEST_BLOCK;
    if (size > SIZE_MAX - HEADER)
        return false;
    if (wanted < size + HEADER)
        wanted = size + HEADER;
    block = arena->allocator.resize(arena->allocator.ctx, NULL, 0, wanted);
    if (!block)
        return false;
    block->older = arena->blocks;
    block->size = wanted;
    arena->blocks = block;
    use_block(arena, block);
    return true;
}

/* Sizes are rounded up so that `next` stays aligned; 0 means overflow. */
static size_t rounded(size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT)
        return 0;
    return size == 0 ? ALIGNMENT : (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void *kt_arena_alloc(kt_arena *arena, size_t size)
{
    size_t need = rounded(size);
    void *ptr;

    if (arena->failed || need == 0)
        goto fail;
    if ((size_t)(arena->end - arena->next) < need && !add_block(arena, need))
        goto fail;
    ptr = arena->next;
    arena->next += need;
    return ptr;
fail:
    arena->failed = true;
    return NULL;
}

void *kt_arena_array(kt_arena *arena, size_t count, size_t size)
{
    void *ptr;

    if (size != 0 && count > SIZE_MAX / size) {
        arena->failed = true;
        return NULL;
    }
    ptr = kt_arena_alloc(arena, count * size);
    if (ptr)
        memset(ptr, 0, count * size);
    return ptr;
}

/* Whether the block of `size` bytes at `ptr` is the last one handed out. */
static bool is_newest(const kt_arena *arena, const void *ptr, size_t size)
{
    return ptr && (const char *)ptr + rounded(size) == arena->next;
}

void *kt_arena_grow(kt_arena *arena, void *ptr, size_t old_size, size_t new_size)
{
    size_t need = rounded(new_size);
    void *moved;

    if (is_newest(arena, ptr, old_size) && need != 0 && !arena->failed
        && (size_t)(arena->end - (char *)ptr) >= need) {
        arena->next = (char *)ptr + need;
        return ptr;
    }
    moved = kt_arena_alloc(arena, new_size);
    if (moved && ptr)
        memcpy(moved, ptr, old_size < new_size ? old_size : new_size);
    return moved;
}

void kt_arena_shrink(kt_arena *arena, void *ptr, size_t old_size, size_t new_size)
{
    if (is_newest(arena, ptr, old_size) && new_size <= old_size)
        arena->next = (char *)ptr + rounded(new_size);
}

kt_sv kt_arena_copy(kt_arena *arena, kt_sv text)
{
    kt_sv copy = {NULL, 0};
    char *bytes = kt_arena_alloc(arena, text.len);

    if (!bytes)
        return copy;
    if (text.len > 0)
        memcpy(bytes, text.ptr, text.len);
    copy.ptr = bytes;
    copy.len = text.len;
    return copy;
}

void *kt_arena_reserve(kt_arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    size_t wanted;
    void *grown;

    if (count < *capacity)
        return items;
    wanted = *capacity ? *capacity * 2 : 8;
    if (wanted > SIZE_MAX / size / 2) {
        arena->failed = true;
        return NULL;
    }
    grown = kt_arena_grow(arena, items, *capacity * size, wanted * size);
    if (grown)
        *capacity = wanted;
    return grown;
}
