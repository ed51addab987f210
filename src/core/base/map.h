/* A hash table from text to an index, in an arena. For look-ups only: it has no order. Keys that are made to collide
 * are spread anew with another seed. */
#ifndef KT_BASE_MAP_H
#define KT_BASE_MAP_H

#include "base/arena.h"
#include "kratree.h"

typedef struct kt_map_slot {
    kt_sv key; /* borrowed */
    size_t value;
    size_t hash; /* of the key; 0: the slot is free */
} kt_map_slot;

typedef struct kt_map {
    kt_arena *arena;
    kt_map_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
    uint64_t seed;
} kt_map;

#define KT_MAP_NONE SIZE_MAX

void kt_map_init(kt_map *map, kt_arena *arena);
/* The value of `key`, or KT_MAP_NONE. */
size_t kt_map_get(const kt_map *map, kt_sv key);
/* Set it, replacing an older value. False on memory failure. */
bool kt_map_set(kt_map *map, kt_sv key, size_t value);

#endif
