/* What both kinds of State Store share. */
#include <string.h>

#include "base/path.h"
#include "base/sv.h"
#include "memory/memory.h"
#include "model/cluster.h"
#include "model/schema.h"

const char *kt_store_kind_name(kt_store_kind kind)
{
    return kind == KT_STORE_GIT ? "GitStateStore" : "BucketStateStore";
}

kt_sv kt_store_prefix(kt_arena *arena, kt_store_kind kind, kt_sv path)
{
    kt_sv prefix = kt_path_join(arena, &path, 1);

    return kind == KT_STORE_GIT ? kt_path_strip_root(prefix) : prefix; /* one slash at most is left to strip */
}

bool kt_state_store_recall(kt_cluster *cluster, kt_store_kind kind, kt_sv name)
{
    const kt_store *then = kt_memory_store(cluster->run->memory, kind, name);
    kt_object object;

    if (!then || kt_cluster_find(cluster, kt_store_kind_name(kind), name) != KT_MAP_NONE)
        return true;
    memset(&object, 0, sizeof object);
    object.name = name;
    object.file = then->pos.file;
    object.pos = object.name_pos = then->pos;
    object.kind = kt_str(kt_store_kind_name(kind));
    kt_object_entitle(cluster->run, &object);
    if (!kt_cluster_put_store(cluster, &object, kind, then->path, NULL))
        return false;
    cluster->stores[cluster->store_count - 1].remembered = true;
    return true;
}

kt_connection *kt_connection_new(kt_cluster *cluster, const kt_value *spec, const char *auth_method)
{
    kt_connection *connection = kt_arena_array(&cluster->run->arena, 1, sizeof *connection);
    const kt_value *ref = kt_value_get(spec, "secretRef");

    if (!connection)
        return NULL;
    connection->auth_method = kt_value_text_or(spec, "authMethod", auth_method);
    connection->has_secret_ref = ref && ref->type == KT_TYPE_MAP;
    connection->secret_name = kt_value_text(ref, "name");
    connection->secret_namespace = kt_value_text(ref, "namespace");
    return connection;
}

bool kt_cluster_put_store(kt_cluster *cluster, kt_object *object, kt_store_kind kind, kt_sv path,
                          kt_connection *connection)
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
    entry->store.prefix = kt_store_prefix(&cluster->run->arena, kind, path);
    entry->store.pos = object->pos;
    entry->store.connection = connection;
    entry->connection = connection;
    return kt_map_set(&cluster->names, kt_cluster_key(cluster, kind_name, object->name), self);
}
