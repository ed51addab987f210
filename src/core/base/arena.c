/* An arena: blocks for small pieces, a block of its own for each large one. */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCK ((size_t)1024)
#define LARGEST_BLOCK ((size_t)1 << 16)
#define LARGE ((size_t)1 << 14) /* pieces from here on are blocks of their own */
#define ALIGNMENT ((size_t)16)

struct kt_arena_block {
    kt_arena_block *older;
    size_t size; /* of the whole block, this header included */
};

struct kt_arena_large {
    kt_arena_large *older;
    kt_arena_large *newer;
    size_t size; /* as above */
};

#define ROUND_UP(size) (((size) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)
#define HEADER ROUND_UP(sizeof(kt_arena_block))
#define LARGE_HEADER ROUND_UP(sizeof(kt_arena_large))

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

static void free_large(kt_arena *arena)
{
    while (arena->large) {
        kt_arena_large *older = arena->large->older;
        arena->allocator.resize(arena->allocator.ctx, arena->large, arena->large->size, 0);
        arena->large = older;
    }
}

void kt_arena_dispose(kt_arena *arena)
{
    free_large(arena);
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
    free_large(arena);
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
    if (size > SIZE_MAX - ALIGNMENT - LARGE_HEADER)
        return 0;
    return size == 0 ? ALIGNMENT : ROUND_UP(size);
}

/* ---- Large pieces ---- */

/* Make `piece` (NULL: a new one) hold `need` bytes; it may move. NULL on failure, the old one is kept. */
static kt_arena_large *resize_large(kt_arena *arena, kt_arena_large *piece, size_t need)
{
    size_t old_size = piece ? piece->size : 0;
    kt_arena_large *moved = arena->allocator.resize(arena->allocator.ctx, piece, old_size, need + LARGE_HEADER);

    if (!moved)
        return NULL;
    if (!piece) {
        moved->older = arena->large;
        moved->newer = NULL;
    }
    moved->size = need + LARGE_HEADER;
    if (moved->older)
        moved->older->newer = moved;
    if (moved->newer)
        moved->newer->older = moved;
    else
        arena->large = moved;
    return moved;
}

static void *bytes_of(kt_arena_large *piece)
{
    return (char *)piece + LARGE_HEADER;
}

static kt_arena_large *large_of(void *ptr)
{
    return (kt_arena_large *)(void *)((char *)ptr - LARGE_HEADER);
}

/* ---- Pieces ---- */

static void *fail(kt_arena *arena)
{
    arena->failed = true;
    return NULL;
}

void *kt_arena_alloc(kt_arena *arena, size_t size)
{
    size_t need = rounded(size);
    void *ptr;

    if (arena->failed || need == 0)
        return fail(arena);
    if (need >= LARGE) {
        kt_arena_large *piece = resize_large(arena, NULL, need);
        return piece ? bytes_of(piece) : fail(arena);
    }
    if ((size_t)(arena->end - arena->next) < need && !add_block(arena, need))
        return fail(arena);
    ptr = arena->next;
    arena->next += need;
    return ptr;
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

    if (arena->failed || need == 0)
        return fail(arena);
    if (ptr && rounded(old_size) >= LARGE && need >= LARGE) {
        kt_arena_large *piece = resize_large(arena, large_of(ptr), need);
        return piece ? bytes_of(piece) : fail(arena);
    }
    if (is_newest(arena, ptr, old_size) && need < LARGE && (size_t)(arena->end - (char *)ptr) >= need) {
        arena->next = (char *)ptr + need;
        return ptr;
    }
    moved = kt_arena_alloc(arena, new_size);
    if (moved && ptr)
        memcpy(moved, ptr, old_size < new_size ? old_size : new_size);
    return moved;
}

void *kt_arena_shrink(kt_arena *arena, void *ptr, size_t old_size, size_t new_size)
{
    if (new_size > old_size)
        return ptr;
    if (ptr && rounded(old_size) >= LARGE) {
        size_t need = rounded(new_size) < LARGE ? LARGE : rounded(new_size); /* it stays a large piece */
        kt_arena_large *piece = resize_large(arena, large_of(ptr), need);
        return piece ? bytes_of(piece) : ptr;
    }
    if (is_newest(arena, ptr, old_size))
        arena->next = (char *)ptr + rounded(new_size);
    return ptr;
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
