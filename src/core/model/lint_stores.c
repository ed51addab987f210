/* validate: State Stores whose credentials are missing, and places that two of them, or two Destinations, share. */
#include "base/buf.h"
#include "base/path.h"
#include "base/sv.h"
#include "model/cluster.h"
#include "model/schema.h"

/* ---- Credentials ---- */

static kt_sv or_default(kt_sv namespace_)
{
    return namespace_.len > 0 ? namespace_ : KT_SV("default"); /* I-5 */
}

/* Secrets are rarely kept with manifests: that one is missing means something where others of its namespace are
 * there. */
static void check_secret(kt_cluster *cluster, kt_store_entry *entry, const kt_value *ref)
{
    kt_sv name = kt_value_text(ref, "name"), namespace_ = or_default(kt_value_text(ref, "namespace"));

    if (name.len == 0 || kt_map_get(&cluster->secrets, namespace_) == KT_MAP_NONE
        || kt_map_get(&cluster->secrets, kt_secret_key(cluster, namespace_, name)) != KT_MAP_NONE)
        return;
    kt_object_report(cluster->run, &entry->object, KT_CREDENTIALS_MISSING, ref, KT_SV("spec.secretRef"),
                     "there is no Secret %q in namespace %q", name, namespace_);
}

static void check_credentials(kt_cluster *cluster, kt_store_entry *entry)
{
    const kt_value *spec = kt_value_get(entry->object.root, "spec"), *ref = kt_value_get(spec, "secretRef");

    if (kt_value_is_string(kt_value_get(spec, "authMethod"), "IAM"))
        return;
    if (ref && ref->type == KT_TYPE_MAP)
        check_secret(cluster, entry, ref);
    else if (entry->store.kind == KT_STORE_GIT) /* of buckets admission says it */
        kt_object_report(cluster->run, &entry->object, KT_CREDENTIALS_UNNAMED, spec, KT_SV("spec.secretRef"),
                         "the State Store names no Secret");
}

/* ---- Places ---- */

static kt_sv without_end(kt_sv text, kt_sv end)
{
    return kt_sv_ends(text, end) ? kt_sv_slice(text, 0, text.len - end.len) : text;
}

/* Which repository and branch, or which bucket. */
static kt_sv where_of(kt_cluster *cluster, const kt_store_entry *entry)
{
    const kt_value *spec = kt_value_get(entry->object.root, "spec");
    kt_sv branch = kt_value_text(spec, "branch"), url;

    if (entry->store.kind == KT_STORE_BUCKET)
        return kt_arena_format(&cluster->run->arena, "%v/%v", kt_value_text(spec, "endpoint"),
                               kt_value_text(spec, "bucketName"));
    url = without_end(without_end(kt_value_text(spec, "url"), KT_SV("/")), KT_SV(".git"));
    return kt_arena_format(&cluster->run->arena, "%v#%v", url, branch.len > 0 ? branch : KT_SV("main"));
}

static bool is_known(const kt_store_entry *entry)
{
    return !entry->store.missing && !entry->remembered;
}

/* The one that had the key before; NULL if it is the first. False on memory failure. */
static bool take_place(kt_cluster *cluster, kt_map *places, kt_sv key, size_t self, size_t *before)
{
    *before = cluster->run->arena.failed ? KT_MAP_NONE : kt_map_get(places, key);
    return *before != KT_MAP_NONE || kt_map_set(places, key, self);
}

static bool compare_stores(kt_cluster *cluster, size_t self, kt_map *places)
{
    kt_store_entry *entry = &cluster->stores[self];
    kt_sv key = kt_arena_format(&cluster->run->arena, "%v %v", where_of(cluster, entry), entry->store.prefix);
    size_t before;
    kt_diag *diag;

    if (!take_place(cluster, places, key, self, &before))
        return false;
    if (before == KT_MAP_NONE)
        return true;
    diag = kt_object_report(cluster->run, &entry->object, KT_STORES_MEET, NULL, KT_SV("spec"),
                            "%v writes to the same %s, at the same path", cluster->stores[before].object.title,
                            entry->store.kind == KT_STORE_GIT ? "repository and branch" : "bucket");
    diag->related = cluster->stores[before].object.pos;
    diag->related_text = KT_SV("the other State Store");
    return true;
}

static bool compare_destinations(kt_cluster *cluster, size_t self, kt_map *places)
{
    kt_destination_entry *entry = &cluster->destinations[self];
    size_t store = kt_cluster_find(cluster, kt_store_kind_name(entry->store_kind), entry->store_name), before;
    const kt_value *path = kt_value_get(kt_value_get(entry->object.root, "spec"), "path");
    kt_arena *arena = &cluster->run->arena;
    kt_sv key;
    kt_diag *diag;

    if (store == KT_MAP_NONE || !is_known(&cluster->stores[store]) || entry->remembered)
        return true;
    key = kt_path_join2(arena, cluster->stores[store].store.prefix, entry->destination.path);
    key = kt_arena_format(arena, "%v %v", where_of(cluster, &cluster->stores[store]), kt_path_strip_root(key));
    if (!take_place(cluster, places, key, self, &before))
        return false;
    if (before == KT_MAP_NONE)
        return true;
    diag = kt_object_report(cluster->run, &entry->object, KT_PATHS_MEET, path, KT_SV("spec.path"),
                            "path '%v' is the same place as path '%v' of Destination %v", entry->destination.path,
                            cluster->destinations[before].destination.path,
                            cluster->destinations[before].destination.name);
    diag->related = cluster->destinations[before].destination.pos;
    diag->related_text = KT_SV("the other Destination");
    return true;
}

bool kt_lint_stores(kt_cluster *cluster)
{
    kt_map stores, destinations;

    kt_map_init(&stores, &cluster->run->arena);
    kt_map_init(&destinations, &cluster->run->arena);
    for (size_t i = 0; i < cluster->store_count; i++) {
        if (!is_known(&cluster->stores[i]))
            continue;
        check_credentials(cluster, &cluster->stores[i]);
        if (!compare_stores(cluster, i, &stores))
            return false;
    }
    for (size_t i = 0; i < cluster->destination_count; i++)
        if (!compare_destinations(cluster, i, &destinations))
            return false;
    return !cluster->run->arena.failed;
}
