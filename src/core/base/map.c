/* Open addressing with linear probing, at most half full. */
#include "base/map.h"

#include "base/sv.h"

void kt_map_init(kt_map *map, kt_arena *arena)
{
    map->arena = arena;
    map->slots = NULL;
    map->capacity = map->count = 0;
}

/* The slot of `key`: the one that holds it, or the free one where it belongs. */
static kt_map_slot *slot_of(kt_map_slot *slots, size_t capacity, kt_sv key)
{
    size_t at = (size_t)kt_sv_hash(key) & (capacity - 1);

    while (slots[at].used && !kt_sv_equal(slots[at].key, key))
        at = (at + 1) & (capacity - 1);
    return &slots[at];
}

size_t kt_map_get(const kt_map *map, kt_sv key)
{
    const kt_map_slot *slot;

    if (map->capacity == 0)
        return KT_MAP_NONE;
    slot = slot_of(map->slots, map->capacity, key);
    return slot->used ? slot->value : KT_MAP_NONE;
}

static bool grow(kt_map *map)
{
    size_t capacity = map->capacity ? map->capacity * 2 : 16;
    kt_map_slot *slots = kt_arena_array(map->arena, capacity, sizeof *slots);

    if (!slots)
        return false;
    for (size_t i = 0; i < map->capacity; i++)
        if (map->slots[i].used)
            *slot_of(slots, capacity, map->slots[i].key) = map->slots[i];
    map->slots = slots;
    map->capacity = capacity;
    return true;
}

bool kt_map_set(kt_map *map, kt_sv key, size_t value)
{
    kt_map_slot *slot;

    if (map->count * 2 >= map->capacity && !grow(map))
        return false;
    slot = slot_of(map->slots, map->capacity, key);
    map->count += !slot->used;
    slot->used = true;
    slot->key = key;
    slot->value = value;
    return true;
}
