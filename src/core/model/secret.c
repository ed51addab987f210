/* Secret: the credentials of a State Store. Nothing of it is printed; without options.secrets no value is read, so that
 * what is wrong in one matters to no other command. */
#include <string.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/sv.h"
#include "model/cluster.h"
#include "model/schema.h"

#define DEFAULT_NAMESPACE "default"

static kt_sv namespace_or_default(kt_sv namespace_)
{
    return namespace_.len > 0 ? namespace_ : KT_SV(DEFAULT_NAMESPACE);
}

kt_sv kt_secret_key(kt_cluster *cluster, kt_sv namespace_, kt_sv name)
{
    return kt_arena_format(&cluster->run->arena, "%v/%v", namespace_or_default(namespace_), name);
}

/* A later one of the same name is an update. */
static bool keep(kt_cluster *cluster, const kt_object *object)
{
    kt_secret_entry *entries = kt_arena_reserve(&cluster->run->arena, cluster->secret_entries, cluster->secret_count,
                                                &cluster->secret_capacity, sizeof *entries);

    if (!entries)
        return false;
    cluster->secret_entries = entries;
    entries[cluster->secret_count++] = (kt_secret_entry){*object, NULL};
    return true;
}

/* Seen as its key, and as its namespace alone. */
bool kt_secret_apply(kt_cluster *cluster, kt_object *object)
{
    size_t self = cluster->secret_count;

    if (cluster->run->options.secrets && !keep(cluster, object))
        return false;
    return kt_map_set(&cluster->secrets, kt_secret_key(cluster, object->namespace_, object->name), self)
           && kt_map_set(&cluster->secrets, namespace_or_default(object->namespace_), self);
}

/* ---- Decoding ---- */

/* A Secret being decoded. */
typedef struct decoder {
    kt_cluster *cluster;
    kt_object *object;
    kt_secret_item *items;
    size_t count;
    kt_map keys;
} decoder;

static void put_item(decoder *d, kt_sv key, kt_sv value)
{
    size_t at = kt_map_get(&d->keys, key);

    if (at == KT_MAP_NONE) {
        at = d->count++;
        kt_map_set(&d->keys, key, at);
    }
    d->items[at] = (kt_secret_item){key, value};
}

/* The value is never part of a message. */
static void report(decoder *d, const char *map, const kt_member *member, const char *wrong)
{
    kt_sv field = kt_arena_format(&d->cluster->run->arena, "%s.%v", map, kt_value_string(&member->key));

    kt_object_report(d->cluster->run, d->object, KT_SECRET_INVALID, &member->value, field, "%s", wrong);
}

static bool decode(kt_arena *arena, kt_sv *out, kt_sv text)
{
    char *bytes = kt_arena_alloc(arena, text.len);
    size_t length = bytes ? kt_base64_decode(bytes, text) : 0;

    if (length == SIZE_MAX)
        return false;
    *out = (kt_sv){bytes, length};
    return true;
}

static void read_member(decoder *d, const char *map, const kt_member *member, bool encoded)
{
    kt_sv value = kt_value_string(&member->value);

    if (member->value.type == KT_TYPE_NULL)
        return;
    if (member->value.type != KT_TYPE_STRING)
        report(d, map, member, "the value is no string");
    else if (encoded && !decode(&d->cluster->run->arena, &value, value))
        report(d, map, member, "the value is no base64");
    else
        put_item(d, kt_value_string(&member->key), value);
}

static void read_map(decoder *d, const char *name, bool encoded)
{
    const kt_value *map = kt_value_get(d->object->root, name);

    for (uint32_t i = 0; map && map->type == KT_TYPE_MAP && i < map->length; i++)
        read_member(d, name, &map->as.members[i], encoded);
}

static const kt_secret *decode_secret(kt_cluster *cluster, kt_object *object)
{
    kt_arena *arena = &cluster->run->arena;
    size_t most = kt_value_count(kt_value_get(object->root, "data"))
                  + kt_value_count(kt_value_get(object->root, "stringData"));
    kt_secret *secret = kt_arena_array(arena, 1, sizeof *secret);
    decoder d = {.cluster = cluster, .object = object, .items = kt_arena_array(arena, most, sizeof *d.items)};

    if (!secret || !d.items)
        return NULL;
    kt_object_entitle(cluster->run, object);
    kt_map_init(&d.keys, arena);
    read_map(&d, "data", true);
    read_map(&d, "stringData", false);
    *secret = (kt_secret){object->name, namespace_or_default(object->namespace_), d.items, d.count, object->pos};
    return secret;
}

const kt_secret *kt_secret_find(kt_cluster *cluster, kt_sv namespace_, kt_sv name)
{
    size_t at = kt_map_get(&cluster->secrets, kt_secret_key(cluster, namespace_, name));
    kt_secret_entry *entry = at < cluster->secret_count ? &cluster->secret_entries[at] : NULL;

    if (!entry || cluster->run->arena.failed)
        return NULL;
    if (!entry->decoded)
        entry->decoded = decode_secret(cluster, &entry->object);
    return entry->decoded;
}
