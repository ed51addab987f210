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

static size_t hash_of(kt_sv key, uint64_t seed)
{
    size_t hash = (size_t)kt_sv_hash_seeded(key, seed);

    return hash > 0 ? hash : 1;
}

/* The slot of `key`: the one that holds it, or the free one where it belongs. `walk` counts the others. */
static kt_map_slot *slot_of(kt_map_slot *slots, size_t capacity, size_t hash, kt_sv key, size_t *walk)
{
    size_t at = hash & (capacity - 1);

    for (*walk = 0; slots[at].hash > 0; ++*walk, at = (at + 1) & (capacity - 1))
        if (slots[at].hash == hash && kt_sv_equal(slots[at].key, key))
            break;
    return &slots[at];
}

size_t kt_map_get(const kt_map *map, kt_sv key)
{
    const kt_map_slot *slot;
    size_t walk;

    if (map->capacity == 0)
        return KT_MAP_NONE;
    slot = slot_of(map->slots, map->capacity, hash_of(key, map->seed), key, &walk);
    return slot->hash > 0 ? slot->value : KT_MAP_NONE;
}

/* Twice the room. */
static bool grow(kt_map *map)
{
    size_t capacity = map->capacity ? map->capacity * 2 : FIRST_CAPACITY;
    kt_map_slot *slots = kt_arena_array(map->arena, capacity, sizeof *slots);

    if (!slots)
        return false;
    for (size_t i = 0; i < map->capacity; i++) {
        size_t at = map->slots[i].hash & (capacity - 1);
        if (map->slots[i].hash == 0)
            continue;
        while (slots[at].hash > 0)
            at = (at + 1) & (capacity - 1);
        slots[at] = map->slots[i];
    }
    map->slots = slots;
    map->capacity = capacity;
    return true;
}

/* Spread the keys by another seed, over twice the room. */
static bool spread(kt_map *map)
{
    map->seed++;
    for (size_t i = 0; i < map->capacity; i++)
        if (map->slots[i].hash > 0)
            map->slots[i].hash = hash_of(map->slots[i].key, map->seed);
    return grow(map);
}

bool kt_map_set(kt_map *map, kt_sv key, size_t value)
{
    kt_map_slot *slot;
    size_t hash = hash_of(key, map->seed), walk;

    if (map->count * 2 >= map->capacity && !grow(map))
        return false;
    slot = slot_of(map->slots, map->capacity, hash, key, &walk);
    if (walk > LONG_WALK && map->capacity / 16 < map->count) { /* never much larger than its content */
        if (!spread(map))
            return false;
        hash = hash_of(key, map->seed);
        slot = slot_of(map->slots, map->capacity, hash, key, &walk);
    }
    map->count += slot->hash == 0;
    *slot = (kt_map_slot){key, value, hash};
    return true;
}
