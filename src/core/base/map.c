/* Open addressing with linear probing, at most half full.
 *
 * Keys that an input makes collide would cost a walk over all of them each. A walk longer than LONG_WALK, which
 * hardly happens by chance, makes the table anew with another seed, larger each time, so that it comes to an end. */
#include "base/map.h"

#include "base/sv.h"

#define FIRST_CAPACITY ((size_t)16)
#define LONG_WALK ((size_t)256)

void kt_map_init(kt_map *map, kt_arena *arena)
{
    map->arena = arena;
    map->slots = NULL;
    map->capacity = map->count = 0;
    map->seed = 0;
}

/* The slot of `key`: the one that holds it, or the free one where it belongs. `walk` counts the others. */
static kt_map_slot *slot_of(kt_map_slot *slots, size_t capacity, uint64_t seed, kt_sv key, size_t *walk)
{
    size_t at = (size_t)kt_sv_hash_seeded(key, seed) & (capacity - 1);

    for (*walk = 0; slots[at].used && !kt_sv_equal(slots[at].key, key); ++*walk)
        at = (at + 1) & (capacity - 1);
    return &slots[at];
}

size_t kt_map_get(const kt_map *map, kt_sv key)
{
    const kt_map_slot *slot;
    size_t walk;

    if (map->capacity == 0)
        return KT_MAP_NONE;
    slot = slot_of(map->slots, map->capacity, map->seed, key, &walk);
    return slot->used ? slot->value : KT_MAP_NONE;
}

/* Twice the room; the keys are spread by the map's seed. */
static bool grow(kt_map *map)
{
    size_t capacity = map->capacity ? map->capacity * 2 : FIRST_CAPACITY, walk;
    kt_map_slot *slots = kt_arena_array(map->arena, capacity, sizeof *slots);

    if (!slots)
        return false;
    for (size_t i = 0; i < map->capacity; i++)
        if (map->slots[i].used)
            *slot_of(slots, capacity, map->seed, map->slots[i].key, &walk) = map->slots[i];
    map->slots = slots;
    map->capacity = capacity;
    return true;
}

bool kt_map_set(kt_map *map, kt_sv key, size_t value)
{
    kt_map_slot *slot;
    size_t walk;

    if (map->count * 2 >= map->capacity && !grow(map))
        return false;
    slot = slot_of(map->slots, map->capacity, map->seed, key, &walk);
    if (walk > LONG_WALK && map->capacity / 16 < map->count) { /* never much larger than its content */
        map->seed++;
        if (!grow(map))
            return false;
        slot = slot_of(map->slots, map->capacity, map->seed, key, &walk);
    }
    map->count += !slot->used;
    slot->used = true;
    slot->key = key;
    slot->value = value;
    return true;
}
