/* From a kratree.lock to a memory. Its shape stands in lock_write.c. */
#include "base/digest.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/sv.h"
#include "memory/memory.h"
#include "yaml/reader.h"

#define VERSION 1
#define DIGEST_LENGTH 64

typedef struct reader {
    kt_run *run;
    kt_memory *out;
    kt_sv file;
    bool failed;
} reader;

/* A member that a map may have. */
typedef struct member {
    const char *key;
    kt_type type;
    bool required;
} member;

/* ---- What is wrong ---- */

static void complain(reader *r, const kt_value *at, const char *format, kt_sv text)
{
    r->failed = true;
    kt_diags_add(&r->run->diags, KT_LOCK_INVALID, kt_value_pos(at, r->file), format, text);
}

/* A map with members of the table and no others. */
static bool check_map(reader *r, const kt_value *map, const member *members, size_t count)
{
    bool fine = true;

    if (map->type != KT_TYPE_MAP) {
        complain(r, map, "expected a map, not %v", kt_str(kt_type_name(map->type)));
        return false;
    }
    for (uint32_t i = 0; i < map->length; i++) {
        const kt_member *found = &map->as.members[i];
        size_t m = 0;
        while (m < count && !kt_value_is_string(&found->key, members[m].key))
            m++;
        if (m == count) {
            complain(r, &found->key, "unknown field '%v'", kt_value_string(&found->key));
            fine = false;
        } else if ((kt_type)found->value.type != members[m].type) {
            kt_sv expected = kt_arena_format(&r->run->arena, "%s: expected %s", members[m].key,
                                             kt_type_name(members[m].type));
            complain(r, &found->value, "%v", expected);
            fine = false;
        }
    }
    for (size_t m = 0; m < count; m++)
        if (members[m].required && !kt_value_get(map, members[m].key)) {
            complain(r, map, "%v is missing", kt_str(members[m].key));
            fine = false;
        }
    return fine;
}

#define CHECK(r, map, members) check_map(r, map, members, sizeof(members) / sizeof(members)[0])

/* Index of a member's text among the words; SIZE_MAX after a complaint. */
static size_t choose(reader *r, const kt_value *value, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (kt_value_is_string(value, words[i]))
            return i;
    complain(r, value, "'%v' is none of the words that may stand here", kt_value_string(value));
    return SIZE_MAX;
}

/* A name that becomes a part of paths. */
static void check_name(reader *r, const kt_value *at, kt_sv name)
{
    if (name.len == 0 || kt_sv_is(name, ".") || kt_sv_is(name, "..") || kt_sv_find(name, '/') < name.len)
        complain(r, at, "'%v' is no name", name);
}

/* ---- State Stores ---- */

/* "GitStateStore/default" */
static bool split_store(reader *r, const kt_value *at, kt_store_kind *kind, kt_sv *name)
{
    kt_sv text = kt_value_string(at);
    size_t slash = kt_sv_find(text, '/');
    kt_sv word = kt_sv_slice(text, 0, slash);

    *kind = kt_sv_is(word, "GitStateStore") ? KT_STORE_GIT : KT_STORE_BUCKET;
    *name = kt_sv_slice(text, slash + 1, text.len);
    if (name->len > 0 && (*kind == KT_STORE_GIT || kt_sv_is(word, "BucketStateStore")))
        return true;
    complain(r, at, "'%v' names no State Store, expected KIND/NAME", text);
    return false;
}

/* L-1, as the model has it. */
static kt_sv prefix_of(kt_arena *arena, kt_store_kind kind, kt_sv path)
{
    kt_sv prefix = kt_path_join(arena, &path, 1);

    return kind == KT_STORE_GIT ? kt_path_strip_root(prefix) : prefix;
}

static bool read_stores(reader *r, const kt_value *map)
{
    static const member members[] = {{"path", KT_TYPE_STRING, true}};
    kt_store *stores = kt_arena_array(&r->run->arena, map->length, sizeof *stores);

    if (!stores)
        return false;
    r->out->plan.stores = stores;
    for (uint32_t i = 0; i < map->length; i++) {
        const kt_member *item = &map->as.members[i];
        kt_store *store = &stores[r->out->plan.store_count];
        if (!CHECK(r, &item->value, members) || !split_store(r, &item->key, &store->kind, &store->name))
            continue;
        store->path = kt_value_string(kt_value_get(&item->value, "path"));
        store->prefix = prefix_of(&r->run->arena, store->kind, store->path);
        store->pos = kt_value_pos(&item->key, r->file);
        r->out->plan.store_count++;
    }
    return !r->run->arena.failed;
}

/* ---- Destinations ---- */

static int compare_labels(const void *left, const void *right)
{
    return kt_sv_compare(((const kt_label *)left)->key, ((const kt_label *)right)->key);
}

static bool read_labels(reader *r, kt_destination *out, const kt_value *map)
{
    size_t count = map ? map->length : 0;
    kt_label *labels = kt_arena_array(&r->run->arena, count, sizeof *labels);

    if (!labels)
        return false;
    for (size_t i = 0; i < count; i++) {
        const kt_member *item = &map->as.members[i];
        if (item->value.type != KT_TYPE_STRING)
            complain(r, &item->value, "expected a string, not %v", kt_str(kt_type_name(item->value.type)));
        labels[i] = (kt_label){kt_value_string(&item->key), kt_value_string(&item->value),
                               kt_value_pos(&item->key, r->file)};
    }
    out->labels = labels;
    out->label_count = count;
    return kt_sort(labels, count, sizeof *labels, compare_labels, &r->run->arena);
}

/* A store that was missing then is not in the lock. */
static const kt_store *store_of(reader *r, const kt_value *at)
{
    kt_store_kind kind;
    kt_sv name;
    kt_store *missing;
    const kt_store *found;

    if (!split_store(r, at, &kind, &name))
        return NULL;
    found = kt_memory_store(r->out, kind, name);
    if (found)
        return found;
    missing = kt_arena_array(&r->run->arena, 1, sizeof *missing);
    if (missing) {
        missing->kind = kind;
        missing->name = name;
        missing->missing = true;
    }
    return missing;
}

static bool is_true(const kt_value *value)
{
    return value && value->as.boolean;
}

static bool read_destination(reader *r, kt_destination *out, const kt_member *item)
{
    static const member members[] = {
        {"store", KT_TYPE_STRING, true},          {"path", KT_TYPE_STRING, true},
        {"mode", KT_TYPE_STRING, false},          {"filename", KT_TYPE_STRING, false},
        {"cleanup", KT_TYPE_STRING, true},        {"initWorkloads", KT_TYPE_BOOL, true},
        {"strictMatchLabels", KT_TYPE_BOOL, false}, {"labels", KT_TYPE_MAP, false}};
    static const char *const modes[] = {"nestedByMetadata", "none", "aggregatedYAML"};
    static const char *const cleanups[] = {"none", "all"};
    const kt_value *map = &item->value, *mode;

    if (!CHECK(r, map, members))
        return true;
    mode = kt_value_get(map, "mode");
    out->name = kt_value_string(&item->key);
    check_name(r, &item->key, out->name);
    out->pos = kt_value_pos(&item->key, r->file);
    out->store = store_of(r, kt_value_get(map, "store"));
    out->path = kt_value_string(kt_value_get(map, "path"));
    out->mode_open = !mode;
    out->mode = mode ? (kt_filepath_mode)choose(r, mode, modes, 3) : KT_MODE_NESTED;
    out->filename = kt_value_string(kt_value_get(map, "filename"));
    if (out->mode == KT_MODE_AGGREGATED && out->filename.len == 0)
        complain(r, map, "%v is missing", KT_SV("filename"));
    out->cleanup_all = choose(r, kt_value_get(map, "cleanup"), cleanups, 2) == 1;
    out->init_workloads = is_true(kt_value_get(map, "initWorkloads"));
    out->strict_match_labels = is_true(kt_value_get(map, "strictMatchLabels"));
    return read_labels(r, out, kt_value_get(map, "labels"));
}

static int compare_destinations(const void *left, const void *right)
{
    return kt_sv_compare(((const kt_destination *)left)->name, ((const kt_destination *)right)->name);
}

static bool read_destinations(reader *r, const kt_value *map)
{
    kt_destination *destinations = kt_arena_array(&r->run->arena, map->length, sizeof *destinations);

    if (!destinations)
        return false;
    r->out->plan.destinations = destinations;
    r->out->plan.destination_count = map->length;
    for (uint32_t i = 0; i < map->length; i++)
        if (!read_destination(r, &destinations[i], &map->as.members[i]))
            return false;
    return kt_sort(destinations, map->length, sizeof *destinations, compare_destinations, &r->run->arena);
}

/* ---- Works ---- */

static bool read_files(reader *r, kt_group *out, const kt_value *list)
{
    static const member members[] = {
        {"path", KT_TYPE_STRING, true}, {"size", KT_TYPE_INT, true}, {"sha256", KT_TYPE_STRING, true}};
    size_t count = list ? list->length : 0;
    kt_workload *workloads = kt_arena_array(&r->run->arena, count, sizeof *workloads);

    if (!workloads)
        return false;
    for (size_t i = 0; i < count; i++) {
        const kt_value *item = &list->as.items[i];
        if (!CHECK(r, item, members))
            continue;
        workloads[i].path = kt_value_string(kt_value_get(item, "path"));
        workloads[i].sha256 = kt_value_string(kt_value_get(item, "sha256"));
        if (kt_value_get(item, "size")->as.integer < 0)
            complain(r, kt_value_get(item, "size"), "a size is %v", KT_SV("negative"));
        else
            workloads[i].size = (uint64_t)kt_value_get(item, "size")->as.integer;
        if (workloads[i].sha256.len != DIGEST_LENGTH)
            complain(r, kt_value_get(item, "sha256"), "'%v' is no SHA-256", workloads[i].sha256);
    }
    out->workloads = workloads;
    out->workload_count = count;
    return true;
}

/* S-23 */
static kt_sv placement_name(kt_arena *arena, const kt_work *work, const kt_group *group, kt_sv destination)
{
    kt_sv id = {group->id, 5};

    return kt_arena_format(arena, "%v.%v-%v", work->name, destination, id);
}

static int compare_placements(const void *left, const void *right)
{
    const kt_placement *a = left, *b = right;

    return kt_sv_compare(a->destination->name, b->destination->name);
}

static bool read_placements(reader *r, const kt_work *work, kt_group *out, const kt_value *map)
{
    static const char *const words[] = {"placed", "misplaced"};
    kt_arena *arena = &r->run->arena;
    kt_placement *placements = kt_arena_array(arena, map->length, sizeof *placements);
    kt_sv *lingering = kt_arena_array(arena, map->length, sizeof *lingering);

    if (!placements || !lingering)
        return false;
    for (uint32_t i = 0; i < map->length; i++) {
        const kt_member *item = &map->as.members[i];
        kt_sv name = kt_value_string(&item->key);
        const kt_destination *destination = kt_memory_destination(r->out, name);
        bool misplaced = choose(r, &item->value, words, 2) == 1;
        check_name(r, &item->key, name);
        if (!destination) {
            lingering[out->lingering_count++] = name;
            continue;
        }
        placements[out->placement_count++] =
            (kt_placement){placement_name(arena, work, out, name), work->namespace_, destination, misplaced};
    }
    out->placements = placements;
    out->lingering = lingering;
    return kt_sort(placements, out->placement_count, sizeof *placements, compare_placements, arena);
}

static bool read_group(reader *r, const kt_work *work, kt_group *out, const kt_value *item)
{
    static const member members[] = {{"directory", KT_TYPE_STRING, true},
                                     {"selector", KT_TYPE_STRING, false},
                                     {"destinations", KT_TYPE_MAP, true},
                                     {"files", KT_TYPE_LIST, false}};

    if (!CHECK(r, item, members))
        return true;
    out->directory = kt_value_string(kt_value_get(item, "directory"));
    kt_md5_hex(out->id, out->directory); /* S-24 */
    out->selector = kt_value_string(kt_value_get(item, "selector"));
    out->kept = true;
    return read_placements(r, work, out, kt_value_get(item, "destinations"))
           && read_files(r, out, kt_value_get(item, "files"));
}

static bool read_identity(reader *r, kt_work *out, const kt_value *at)
{
    kt_identity identity;

    out->identity = kt_value_string(at);
    if (!kt_identity_split(&identity, out->identity)) {
        complain(r, at, "'%v' is no identity, expected such as resource/PROMISE/NAMESPACE/NAME/PIPELINE",
                 out->identity);
        return false;
    }
    check_name(r, at, identity.promise);
    if (identity.type == KT_WORK_RESOURCE) {
        check_name(r, at, identity.namespace_);
        check_name(r, at, identity.resource);
    }
    if (identity.type != KT_WORK_STATIC)
        check_name(r, at, identity.pipeline);
    out->type = identity.type;
    out->promise = identity.promise;
    out->resource = identity.resource;
    out->pipeline = identity.pipeline;
    return true;
}

static bool read_work(reader *r, kt_work *out, const kt_value *item)
{
    static const member members[] = {{"identity", KT_TYPE_STRING, true},
                                     {"namespace", KT_TYPE_STRING, true},
                                     {"name", KT_TYPE_STRING, true},
                                     {"groups", KT_TYPE_LIST, true}};
    const kt_value *list;
    kt_group *groups;

    if (!CHECK(r, item, members) || !read_identity(r, out, kt_value_get(item, "identity")))
        return true;
    out->namespace_ = kt_value_string(kt_value_get(item, "namespace"));
    out->name = kt_value_string(kt_value_get(item, "name"));
    check_name(r, kt_value_get(item, "namespace"), out->namespace_);
    check_name(r, kt_value_get(item, "name"), out->name);
    out->pos = kt_value_pos(item, r->file);
    out->kept = true;
    list = kt_value_get(item, "groups");
    groups = kt_arena_array(&r->run->arena, list->length, sizeof *groups);
    if (!groups)
        return false;
    for (uint32_t i = 0; i < list->length; i++)
        if (!read_group(r, out, &groups[i], &list->as.items[i]))
            return false;
    out->groups = groups;
    out->group_count = list->length;
    return true;
}

static int compare_works(const void *left, const void *right)
{
    const kt_work *a = left, *b = right;
    int order = kt_sv_compare(a->identity, b->identity);

    return order != 0 ? order : kt_sv_compare(a->namespace_, b->namespace_);
}

static bool read_works(reader *r, const kt_value *list)
{
    kt_arena *arena = &r->run->arena;
    kt_work *works = kt_arena_array(arena, list->length, sizeof *works);

    r->out->fates = kt_arena_array(arena, list->length, sizeof *r->out->fates);
    if (!works || !r->out->fates)
        return false;
    for (uint32_t i = 0; i < list->length; i++)
        if (!read_work(r, &works[i], &list->as.items[i]))
            return false;
    if (!kt_sort(works, list->length, sizeof *works, compare_works, arena))
        return false;
    for (size_t i = 1; i < list->length && !r->failed; i++)
        if (compare_works(&works[i - 1], &works[i]) == 0) {
            r->failed = true;
            kt_diags_add(&r->run->diags, KT_LOCK_INVALID, works[i].pos, "%v is remembered twice", works[i].identity);
        }
    r->out->plan.works = works;
    r->out->plan.work_count = list->length;
    return true;
}

/* ---- The whole ---- */

/* Before anything else: another version may have another shape. */
static bool check_version(reader *r, const kt_value *root)
{
    const kt_value *version = kt_value_get(root, "version");

    if (!version || version->type != KT_TYPE_INT || version->as.integer == VERSION)
        return true;
    r->failed = true;
    kt_diags_add(&r->run->diags, KT_LOCK_VERSION, kt_value_pos(version, r->file),
                 "the lock is of version %d, this program knows version %d", version->as.integer, (int64_t)VERSION);
    return false;
}

static bool read_root(reader *r, const kt_value *root)
{
    static const member members[] = {{"version", KT_TYPE_INT, true},
                                     {"kratix", KT_TYPE_STRING, true},
                                     {"stores", KT_TYPE_MAP, true},
                                     {"destinations", KT_TYPE_MAP, true},
                                     {"works", KT_TYPE_LIST, true}};
    const kt_value *kratix;

    if (!check_version(r, root) || !CHECK(r, root, members))
        return true;
    kratix = kt_value_get(root, "kratix");
    if (!kt_profile_from_name(&r->out->profile, kt_value_string(kratix)) || r->out->profile == KT_PROFILE_ANY)
        complain(r, kratix, "'%v' is no version of Kratix that is known", kt_value_string(kratix));
    if (!read_stores(r, kt_value_get(root, "stores")) || !read_destinations(r, kt_value_get(root, "destinations")))
        return false;
    return r->failed || read_works(r, kt_value_get(root, "works"));
}

bool kt_lock_read(kt_memory *out, bool *failed, kt_run *run, const kt_source *lock)
{
    static const kt_memory nothing;
    reader r = {run, out, lock->path, false};
    kt_documents documents;

    *out = nothing;
    if (kt_yaml_read(&documents, &run->arena, &run->diags, lock, &run->options.limits) == KT_ERR_NOMEM)
        return false;
    r.failed = documents.failed;
    if (!r.failed && documents.count != 1) {
        kt_pos pos = {lock->path, 0, 0};
        r.failed = true;
        kt_diags_add(&run->diags, KT_LOCK_INVALID, pos, "expected one document, not %u", (uint64_t)documents.count);
    }
    if (!r.failed && !read_root(&r, &documents.items[0].root))
        return false;
    if (r.failed)
        *out = nothing;
    *failed = r.failed;
    return !run->arena.failed;
}
