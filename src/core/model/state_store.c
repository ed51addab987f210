/* What both kinds of State Store share. */
#include <string.h>

#include "model/cluster.h"

const char *kt_store_kind_name(kt_store_kind kind)
{
    return kind == KT_STORE_GIT ? "GitStateStore" : "BucketStateStore";
}

bool kt_cluster_put_store(kt_cluster *cluster, kt_object *object, kt_store_kind kind, kt_sv path)
{
    const char *kind_name = kt_store_kind_name(kind);
    size_t self = kt_cluster_find(cluster, kind_name, object->name);
    kt_store_entry *entry;

    if (self == KT_MAP_NONE) {
        kt_store_entry *grown = kt_arena_reserve(&cluster->run->arena, cluster->stores, cluster->store_count,
                                                 &cluster->store_capacity, sizeof *grown);
        if (!grown)
            return false;
        cluster->stores = grown;
        self = cluster->store_count++;
    }
    entry = &cluster->stores[self];
    memset(entry, 0, sizeof *entry);
    entry->object = *object;
    entry->store.kind = kind;
    entry->store.name = object->name;
    entry->store.path = path;
    entry->store.pos = object->pos;
    return kt_map_set(&cluster->names, kt_cluster_key(cluster, kind_name, object->name), self);
}
