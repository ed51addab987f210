/* Which files moved: a created one takes the first deleted one, by path, that has its content and its name; then
 * another pass lets the name go. Lists by content in a map, so that any number of equal files costs a step each. */
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/sv.h"
#include "emit/differences.h"

typedef struct pairing {
    kt_difference *items;
    const kt_sv *contents;
    size_t count;
    size_t *next; /* of each deleted one, the next with its key; KT_MAP_NONE at the end */
    bool *taken;
    bool by_name;
    kt_map first; /* of each key */
    kt_arena *arena;
} pairing;

static kt_sv key_of(const pairing *p, size_t i)
{
    kt_sv path = p->items[i].path;
    size_t slash = kt_sv_rfind(path, '/');
    kt_sv name = kt_sv_slice(path, slash == path.len ? 0 : slash + 1, path.len);

    return p->by_name ? kt_arena_format(p->arena, "%v/%v", p->contents[i], name) : p->contents[i];
}

static bool is_open(const pairing *p, size_t i, kt_difference_kind kind)
{
    return p->items[i].kind == kind && p->contents[i].len > 0 && !p->taken[i];
}

static bool collect(pairing *p)
{
    for (size_t i = p->count; i-- > 0;) {
        kt_sv key;
        if (!is_open(p, i, KT_DIFFERENCE_DELETED))
            continue;
        key = key_of(p, i);
        p->next[i] = kt_map_get(&p->first, key);
        if (!kt_map_set(&p->first, key, i))
            return false;
    }
    return true;
}

static bool pair(pairing *p)
{
    for (size_t i = 0; i < p->count; i++) {
        size_t from;
        kt_sv key;
        if (!is_open(p, i, KT_DIFFERENCE_CREATED))
            continue;
        key = key_of(p, i);
        from = kt_map_get(&p->first, key);
        if (from == KT_MAP_NONE)
            continue;
        if (!kt_map_set(&p->first, key, p->next[from]))
            return false;
        p->taken[from] = true;
        p->items[i].kind = KT_DIFFERENCE_MOVED;
        p->items[i].from = p->items[from].path;
        p->items[i].old_file = p->items[from].old_file;
        p->items[i].old_size = p->items[from].old_size;
    }
    return true;
}

static bool pass(pairing *p, bool by_name)
{
    p->by_name = by_name;
    kt_map_init(&p->first, p->arena);
    return collect(p) && pair(p) && !p->arena->failed;
}

bool kt_differences_pair(kt_difference *items, const kt_sv *contents, size_t *count, kt_arena *arena)
{
    pairing p = {.items = items, .contents = contents, .count = *count, .arena = arena};
    size_t kept = 0;

    p.next = kt_arena_array(arena, *count, sizeof *p.next);
    p.taken = kt_arena_array(arena, *count, sizeof *p.taken);
    if (!p.next || !p.taken || !pass(&p, true) || !pass(&p, false))
        return false;
    for (size_t i = 0; i < *count; i++)
        if (!p.taken[i])
            items[kept++] = items[i];
    *count = kept;
    return true;
}
