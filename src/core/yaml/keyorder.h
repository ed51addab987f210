/* The order of a map's keys (Y-24, Y-25, N-4). */
#ifndef KT_YAML_KEYORDER_H
#define KT_YAML_KEYORDER_H

#include "base/arena.h"
#include "yaml/value.h"

/* yaml.v2's comparison of two keys: <0, 0 (equal texts only), >0. It is not transitive for every set. */
int kt_key_compare(kt_sv a, kt_sv b);

/* A set of keys whose relation has, or may have, a cycle is put in N-4's order: insertion sort from
 * ascending bytes. That is quadratic at worst, so it is given KT_KEYS_MOVES moves a key (always enough for
 * twice as many keys); beyond that a merge sort by the same comparison finishes it: still the same order
 * every time, and the order if there is only one. */
#define KT_KEYS_MOVES 128

/* Fill `order` with pointers to the `count` members, in the order of their keys.
 *
 * `cyclic`   Set to whether no order agrees with every comparison. Of more than 2 × KT_KEYS_MOVES keys
 *            also true when that is only likely: keys that go on with a digit and with a letter behind the
 *            same digits.
 * `scratch`  Its allocator gives temporary memory; nothing stays in the arena.
 * False on memory failure. */
bool kt_keys_order(const kt_member **order, const kt_member *members, size_t count, bool *cyclic,
                   kt_arena *scratch);

#endif
