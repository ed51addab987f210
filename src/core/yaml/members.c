/* Members are put one after the other; an equal key replaces its elder, in the elder's position. The list
 * is the open map's own stretch of the stack while nothing is merged (it can only shrink), a list of its own
 * otherwise. Small maps are searched as they are, large ones by a hash table. */
#include "yaml/members.h"

#include <string.h>

#include "base/sv.h"

#define SEARCHED_AS_IS 10
/* Probes per look-up, on average, that no accident makes. */
#define PROBES 64

typedef struct members {
    kt_build *build;
    kt_value *items; /* key, value, key, value, … */
    size_t count;    /* of members */
    bool hashed;
    uint64_t probes;
} members;

static double key_number(const kt_value *key)
{
    double number;

    memcpy(&number, key->as.string - sizeof number, sizeof number);
    return number;
}

static bool is_zero(const kt_value *key)
{
    return (key->scratch & KT_KEY_KIND) == KT_KEY_FLOAT && key_number(key) == 0;
}

static bool same_text(const kt_value *a, const kt_value *b)
{
    return a->length == b->length && memcmp(a->as.string, b->as.string, a->length) == 0;
}

/* 0.0 and -0.0 are one key, though they become two texts. */
static bool may_be_same(const kt_value *a, const kt_value *b)
{
    return same_text(a, b) || ((a->scratch & b->scratch & KT_KEY_FLOAT) && is_zero(a) && is_zero(b));
}

/* Of two keys with one text: whether they were one key before they became text (K-5). */
static bool same_key(const kt_value *a, const kt_value *b)
{
    unsigned kind = a->scratch & KT_KEY_KIND;

    if (kind != (b->scratch & KT_KEY_KIND) || kind == KT_KEY_BINARY)
        return false;
    return kind != KT_KEY_FLOAT || key_number(a) == key_number(b);
}

/* What may be one key has one slot: "-0" that of "0". */
static size_t slot_of(const members *list, const kt_value *key)
{
    kt_sv text = {key->as.string, key->length};

    if (kt_sv_is(text, "-0"))
        text = KT_SV("0");
    return (size_t)kt_sv_hash(text) & (list->build->slot_capacity - 1);
}

/* The member that is the key or has its text, or list->count. */
static size_t find(members *list, const kt_value *key)
{
    const kt_build *build = list->build;

    if (!list->hashed) {
        for (size_t i = 0; i < list->count; i++)
            if (may_be_same(&list->items[2 * i], key))
                return i;
        return list->count;
    }
    for (size_t at = slot_of(list, key); build->slots[at] != 0; at = (at + 1) & (build->slot_capacity - 1)) {
        size_t index = build->slots[at] - 1;
        list->probes++;
        if (may_be_same(&list->items[2 * index], key))
            return index;
    }
    return list->count;
}

static void enter(members *list, size_t index)
{
    size_t mask = list->build->slot_capacity - 1, at = slot_of(list, &list->items[2 * index]);

    while (list->build->slots[at] != 0) {
        list->probes++;
        at = (at + 1) & mask;
    }
    list->build->slots[at] = (uint32_t)index + 1;
}

/* A cleared table for `count` members, and those that are there put into it. */
static bool make_table(members *list, size_t count)
{
    kt_build *build = list->build;
    size_t wanted = 64;

    while (wanted < count * 2)
        wanted *= 2;
    if (wanted > build->slot_room) {
        build->slots = kt_arena_array(build->scratch, wanted, sizeof *build->slots);
        build->slot_room = build->slots ? wanted : 0;
        if (!build->slots)
            return false;
    }
    build->slot_capacity = wanted;
    memset(build->slots, 0, wanted * sizeof *build->slots);
    list->hashed = true;
    for (size_t i = 0; i < list->count; i++)
        enter(list, i);
    return true;
}

static void warn_twice(kt_build *build, const kt_value *first, const kt_value *key)
{
    kt_diag *diag = kt_diags_add(build->diags, KT_YAML_DUPLICATE_KEY, kt_value_pos(key, build->file),
                                 "key %q is given twice, the last one counts", kt_value_string(key));

    diag->related = kt_value_pos(first, build->file);
    diag->related_text = KT_SV("first given here");
    if (kt_value_is_string(key, "apiVersion") || kt_value_is_string(key, "kind"))
        diag->help = KT_SV("if a new object begins here, write --- on the line above");
}

static void append(members *list, const kt_value *key, const kt_value *value)
{
    kt_value *at = &list->items[2 * list->count];

    at[0] = *key;
    at[1] = *value;
    if (list->hashed)
        enter(list, list->count);
    list->count++;
}

/* When -0.0 becomes 0.0 or the other way round: whether another member has that text already. */
static bool is_taken(members *list, size_t index, const kt_value *key)
{
    list->probes += list->count;
    for (size_t i = 0; i < list->count; i++)
        if (i != index && same_text(&list->items[2 * i], key))
            return true;
    return false;
}

/* `mark` is KT_KEY_MERGED for members that are merged, else 0. */
static void put(members *list, const kt_value *key, const kt_value *value, unsigned mark)
{
    kt_value copy = *key;
    unsigned kind = key->scratch & KT_KEY_KIND;
    size_t index;

    copy.scratch = (uint8_t)((key->scratch & ~(unsigned)KT_KEY_MERGED) | mark);
    if (kind == KT_KEY_NULL || kind == KT_KEY_UINT) {
        append(list, &copy, value);
        return;
    }
    index = find(list, key);
    if (index == list->count) {
        append(list, &copy, value);
    } else if (!same_key(&list->items[2 * index], key)
               || (!same_text(&list->items[2 * index], key) && is_taken(list, index, key))) {
        copy.scratch |= KT_KEY_CLASH;
        list->build->poisoned = true;
        append(list, &copy, value);
    } else {
        kt_value *elder = &list->items[2 * index];
        if (!(elder->scratch & KT_KEY_MERGED) && mark == 0)
            warn_twice(list->build, elder, key);
        elder[0] = copy;
        elder[1] = *value;
    }
}

/* ---- Merge keys ------------------------------------------------------------------------------ */

static bool is_mergeable(const kt_value *value)
{
    if (value->type == KT_TYPE_MAP)
        return true;
    if (value->type != KT_TYPE_LIST || (value->scratch & KT_VALUE_ALIAS))
        return false;
    for (uint32_t i = 0; i < value->length; i++)
        if (value->as.items[i].type != KT_TYPE_MAP)
            return false;
    return true;
}

/* More probes than chance explains: the keys are made to collide. */
static bool is_exhausted(const members *list, size_t most)
{
    return list->probes > (uint64_t)PROBES * (most + 1000);
}

static void merge_map(members *list, const kt_value *map, size_t most)
{
    for (uint32_t i = 0; i < map->length && !is_exhausted(list, most); i++)
        put(list, &map->as.members[i].key, &map->as.members[i].value, KT_KEY_MERGED);
}

/* Earlier entries of a list win: it is merged from its end (K-6). */
static void merge(members *list, const kt_value *value, size_t most)
{
    if (value->type == KT_TYPE_MAP)
        merge_map(list, value, most);
    else
        for (uint32_t i = value->length; i > 0; i--)
            merge_map(list, &value->as.items[i - 1], most);
}

/* How many members there can be at most; SIZE_MAX: a value that cannot be merged was reported. */
static size_t count_merged(kt_build *build, const kt_value *pairs, size_t count)
{
    size_t sum = count;

    for (size_t i = 0; i < count; i++) {
        const kt_value *value = &pairs[2 * i + 1];
        if (pairs[2 * i].scratch != KT_KEY_MERGE)
            continue;
        if (!is_mergeable(value)) {
            kt_build_fail(build, KT_YAML_MERGE, kt_value_pos(value, build->file),
                          "map merge requires map or sequence of maps as the value");
            return SIZE_MAX;
        }
        if (value->type == KT_TYPE_MAP)
            sum += value->length;
        else
            for (uint32_t k = 0; k < value->length; k++)
                sum += value->as.items[k].length;
    }
    return sum;
}

static bool reserve_merged(kt_build *build, size_t count)
{
    if (count <= build->merged_capacity)
        return true;
    count = count * 2;
    build->merged = kt_arena_array(build->scratch, count, sizeof *build->merged);
    build->merged_capacity = build->merged ? count : 0;
    return build->merged != NULL;
}

/* ---- All of it ------------------------------------------------------------------------------- */

static bool fail_memory(kt_build *build)
{
    build->status = KT_ERR_NOMEM;
    return false;
}

static bool copy_out(kt_build *build, kt_value *map, const members *list)
{
    kt_member *copy = kt_arena_alloc(build->arena, list->count * sizeof *copy);

    if (!copy)
        return fail_memory(build);
    if (list->count > 0)
        memcpy(copy, list->items, list->count * sizeof *copy);
    map->as.members = copy;
    map->length = (uint32_t)list->count;
    return true;
}

bool kt_members_make(kt_build *build, kt_value *map, kt_value *pairs, size_t count, bool merges)
{
    members list = {build, pairs, 0, false, 0};
    size_t most = merges ? count_merged(build, pairs, count) : count;

    if (most == SIZE_MAX)
        return false;
    if (merges) {
        if (!reserve_merged(build, most))
            return fail_memory(build);
        list.items = &build->merged[0].key;
    }
    if (most > SEARCHED_AS_IS && !make_table(&list, most))
        return fail_memory(build);
    for (size_t i = 0; i < count; i++) {
        kt_value key = pairs[2 * i], value = pairs[2 * i + 1];
        value.scratch &= (uint8_t)~(unsigned)KT_VALUE_ALIAS;
        if (key.scratch == KT_KEY_MERGE)
            merge(&list, &value, most);
        else
            put(&list, &key, &value, 0);
        if (is_exhausted(&list, most))
            return kt_build_fail(build, KT_LIMIT_WORK, kt_value_pos(&key, build->file),
                                 "the keys of this map are made to collide");
    }
    return copy_out(build, map, &list);
}
