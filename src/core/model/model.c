/* From documents to the model: what is an object, applying each in order (I-22a), and what can be said only when
 * all are there. */
#include "model/model.h"

#include <string.h>

#include "base/sort.h"
#include "base/sv.h"
#include "model/cluster.h"
#include "model/names.h"
#include "model/schema.h"

#define GROUP "platform.kratix.io"
#define VERSION "v1alpha1"

/* Kinds of Kratix, and Secret. Without a function a kind is passed over. */
static const struct kind_row {
    const char *kind;
    const char *api_version;
    kt_apply_fn apply;
} kinds[] = {
    {"Promise", GROUP "/" VERSION, kt_promise_apply},
    {"Destination", GROUP "/" VERSION, kt_destination_apply},
    {"GitStateStore", GROUP "/" VERSION, kt_git_state_store_apply},
    {"BucketStateStore", GROUP "/" VERSION, kt_bucket_state_store_apply},
    {"PromiseRelease", GROUP "/" VERSION, kt_promise_release_apply},
    {"PromiseRevision", GROUP "/" VERSION, NULL},
    {"ResourceBinding", GROUP "/" VERSION, NULL},
    {"Work", GROUP "/" VERSION, kt_work_apply},
    {"WorkPlacement", GROUP "/" VERSION, kt_work_placement_apply},
    {"DryRun", GROUP "/" VERSION, NULL},
    {"HealthRecord", GROUP "/" VERSION, NULL},
    {"Pipeline", GROUP "/" VERSION, NULL}, /* a part of a Promise; some keep it in a file of its own */
    {"Secret", "v1", kt_secret_apply},
};

#define KIND_COUNT KT_ARRAY_COUNT(kinds)
#define KRATIX_KIND_COUNT (KIND_COUNT - 1) /* Secret comes last */

/* The objects of the input, in order. */
typedef struct listing {
    kt_object *items;
    size_t count;
    size_t capacity;
} listing;

/* A list whose items are being visited. */
typedef struct frame {
    const kt_value *list;
    uint32_t next;
} frame;

typedef struct build {
    kt_run *run;
    kt_cluster cluster;
    listing objects;
    frame *stack;
    size_t depth, stack_capacity;
    bool noted[KIND_COUNT]; /* KT_KIND_PASSED_OVER was said */
} build;

/* ---- Keys ----------------------------------------------------------------------------------- */

kt_sv kt_cluster_key(kt_cluster *cluster, const char *kind, kt_sv name)
{
    return kt_arena_format(&cluster->run->arena, "%s/%v", kind, name);
}

size_t kt_cluster_find(kt_cluster *cluster, const char *kind, kt_sv name)
{
    kt_sv key = kt_cluster_key(cluster, kind, name);

    return cluster->run->arena.failed ? KT_MAP_NONE : kt_map_get(&cluster->names, key);
}

/* ---- Collecting objects --------------------------------------------------------------------- */

static bool is_kratix(const kt_object *object)
{
    return kt_sv_is(kt_object_group(object), GROUP);
}

/* Not an object: said only if it is meant for Kratix. */
static void report_no_object(build *b, kt_object *object)
{
    kt_object_entitle(b->run, object);
    if (is_kratix(object))
        kt_object_refuse(b->run, object, KT_IN_ALL, KT_OBJECT_INVALID, NULL, KT_SV("kind"), "kind is missing");
    for (size_t i = 0; i < KRATIX_KIND_COUNT && object->api_version.len == 0; i++)
        if (kt_sv_is(object->kind, kinds[i].kind))
            kt_object_report(b->run, object, KT_API_VERSION_MISSING, NULL, KT_SV("apiVersion"),
                             "kind %q without apiVersion is passed over", object->kind);
    if (object->refused)
        b->run->left_out++;
    else
        b->cluster.passed_over++;
}

/* Lists as kubectl prints them: of any kind that ends in List. */
static const kt_value *items_of(const kt_object *object)
{
    const kt_value *items = kt_value_get(object->root, "items");

    return kt_sv_ends(object->kind, KT_SV("List")) && items && items->type == KT_TYPE_LIST ? items : NULL;
}

static bool push_list(build *b, const kt_value *items)
{
    frame *grown =
        kt_arena_reserve(&b->run->arena, b->stack, b->depth, &b->stack_capacity, sizeof *grown);

    if (!grown)
        return false;
    b->stack = grown;
    b->stack[b->depth++] = (frame){items, 0};
    return true;
}

static bool visit_value(build *b, const kt_value *value, kt_sv file)
{
    listing *objects = &b->objects;
    const kt_value *items;
    kt_object object, *grown;

    if (!kt_object_open(&object, value, file)) {
        report_no_object(b, &object);
        return true;
    }
    items = items_of(&object);
    if (items)
        return push_list(b, items);
    grown = kt_arena_reserve(&b->run->arena, objects->items, objects->count, &objects->capacity, sizeof *grown);
    if (!grown)
        return false;
    objects->items = grown;
    objects->items[objects->count++] = object;
    return true;
}

static bool visit_document(build *b, const kt_value *root, kt_sv file)
{
    if (!visit_value(b, root, file))
        return false;
    while (b->depth > 0) {
        frame *top = &b->stack[b->depth - 1];
        if (top->next == top->list->length)
            b->depth--;
        else if (!visit_value(b, &top->list->as.items[top->next++], file))
            return false;
    }
    return true;
}

/* A file with a document that cannot be read is left out as a whole; where that ends the run anyway, its other
 * documents are looked at all the same, so that one run shows every mistake. */
static bool left_out(build *b, const kt_source_documents *file)
{
    b->cluster.lost_destinations |= file->documents.failed;
    b->cluster.lost_promises |= file->documents.failed;
    return file->documents.failed && b->run->options.keep_going && !b->run->options.validate;
}

static bool collect(build *b, const kt_source_documents *sources, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; !left_out(b, &sources[i]) && j < sources[i].documents.count; j++)
            if (!visit_document(b, &sources[i].documents.items[j].root, sources[i].source->path))
                return false;
    return true;
}

/* ---- Manifests before dumps ----------------------------------------------------------------- */

static kt_sv identity(build *b, const kt_object *object)
{
    bool cluster_scoped = is_kratix(object) && !kt_sv_starts(object->kind, KT_SV("Work"));
    kt_sv namespace_ = cluster_scoped ? KT_SV("") : object->namespace_;

    return kt_arena_format(&b->run->arena, "%v/%v/%v/%v", kt_object_group(object), object->kind, namespace_,
                           object->name);
}

/* Of an object that a manifest and a cluster's print-out both hold, the manifest counts. */
static bool drop_printed(build *b)
{
    listing *objects = &b->objects;
    size_t printed = 0, kept = 0;
    kt_map written;

    kt_map_init(&written, &b->run->arena);
    for (size_t i = 0; i < objects->count; i++)
        printed += objects->items[i].from_cluster;
    if (printed == 0 || printed == objects->count)
        return true;
    for (size_t i = 0; i < objects->count; i++)
        if (!objects->items[i].from_cluster && !kt_map_set(&written, identity(b, &objects->items[i]), i))
            return false;
    for (size_t i = 0; i < objects->count; i++)
        if (!objects->items[i].from_cluster ||
            kt_map_get(&written, identity(b, &objects->items[i])) == KT_MAP_NONE)
            objects->items[kept++] = objects->items[i];
    objects->count = kept;
    return true;
}

/* ---- What was before ------------------------------------------------------------------------ */

static kt_sv refused_key(kt_arena *arena, kt_sv promise, kt_sv namespace_, kt_sv name)
{
    return name.len > 0 ? kt_arena_format(arena, "%v/%v/%v", promise, namespace_, name) : promise;
}

static bool remember_refused(build *b, kt_sv promise, kt_sv namespace_, kt_sv name)
{
    return kt_map_set(&b->cluster.refused, refused_key(&b->run->arena, promise, namespace_, name), 0);
}

static bool remember_request(build *b, const kt_promise *promise, const kt_object *object)
{
    kt_sv namespace_ = object->namespace_.len > 0 ? object->namespace_ : KT_SV("default");

    return remember_refused(b, promise->object.name, namespace_, object->name);
}

bool kt_model_refused_promise(const kt_model *model, kt_arena *arena, kt_sv promise)
{
    return kt_map_get(&model->refused, refused_key(arena, promise, KT_SV(""), KT_SV(""))) != KT_MAP_NONE;
}

bool kt_model_refused_request(const kt_model *model, kt_arena *arena, kt_sv promise, kt_sv namespace_, kt_sv name)
{
    return kt_map_get(&model->refused, refused_key(arena, promise, namespace_, name)) != KT_MAP_NONE;
}

static kt_sv lost_api_key(build *b, kt_sv group, kt_sv kind)
{
    return kt_arena_format(&b->run->arena, "API that is refused %v/%v", group, kind);
}

/* A refused Promise, and its API as far as it can be read: nothing is known of it but its name. */
static bool remember_promise(build *b, const kt_object *object)
{
    const kt_value *spec = kt_value_get(kt_value_get(kt_value_get(object->root, "spec"), "api"), "spec");
    kt_sv key = lost_api_key(b, kt_value_text(spec, "group"), kt_value_text(kt_value_get(spec, "names"), "kind"));

    return remember_refused(b, object->name, KT_SV(""), KT_SV(""))
           && kt_map_set(&b->cluster.names, key, (size_t)(object - b->objects.items));
}

/* Whether a refused Promise defines the kind of a request. Said once for each, of the first request. */
static bool is_lost_request(build *b, kt_object *object)
{
    kt_sv key = lost_api_key(b, kt_object_group(object), object->kind);
    size_t at = kt_map_get(&b->cluster.names, key);
    const kt_object *promise = &b->objects.items[at < b->objects.count ? at : 0];
    kt_diag *diag;

    if (at < b->objects.count && b->run->options.validate) {
        kt_object_entitle(b->run, object);
        diag = kt_object_report(b->run, object, KT_REQUEST_UNCHECKED, NULL, KT_SV(""),
                                "requests for Promise %q are not checked, since it is refused", promise->name);
        diag->related = promise->pos;
        diag->related_text = KT_SV("the Promise");
        kt_map_set(&b->cluster.names, key, b->objects.count);
    }
    return at != KT_MAP_NONE;
}

/* What the lock remembers of the objects that the manifests update; of others nothing: they are gone. */
static bool recall(build *b)
{
    bool fine = true;

    for (size_t i = 0; b->run->memory && i < b->objects.count && fine; i++) {
        const kt_object *object = &b->objects.items[i];
        if (!is_kratix(object) || object->name.len == 0)
            continue;
        if (kt_sv_is(object->kind, "Destination"))
            fine = kt_destination_recall(&b->cluster, object->name);
        else if (kt_sv_is(object->kind, "GitStateStore"))
            fine = kt_state_store_recall(&b->cluster, KT_STORE_GIT, object->name);
        else if (kt_sv_is(object->kind, "BucketStateStore"))
            fine = kt_state_store_recall(&b->cluster, KT_STORE_BUCKET, object->name);
    }
    return fine;
}

/* ---- Applying ------------------------------------------------------------------------------- */

static size_t find_kind(const kt_object *object)
{
    size_t i = 0;

    while (i < KIND_COUNT && !(kt_sv_is(object->kind, kinds[i].kind) &&
                               kt_sv_is(object->api_version, kinds[i].api_version)))
        i++;
    return i;
}

static void report_unknown(kt_run *run, kt_object *object)
{
    const char *names[KRATIX_KIND_COUNT], *near;

    kt_object_entitle(run, object);
    if (!kt_sv_is(kt_object_version(object), VERSION)) {
        kt_object_refuse(run, object, KT_IN_ALL, KT_API_VERSION_UNKNOWN, kt_value_get(object->root, "apiVersion"),
                         KT_SV("apiVersion"), "unknown version %q of " GROUP ", expected \"" VERSION "\"",
                         kt_object_version(object));
        return;
    }
    for (size_t i = 0; i < KRATIX_KIND_COUNT; i++)
        names[i] = kinds[i].kind;
    near = kt_name_suggest(object->kind, names, KRATIX_KIND_COUNT);
    kt_object_refuse(run, object, KT_IN_ALL, KT_KIND_UNKNOWN, kt_value_get(object->root, "kind"), KT_SV("kind"),
                     near ? "unknown kind %q of " GROUP "/" VERSION ", did you mean \"%s\"?"
                          : "unknown kind %q of " GROUP "/" VERSION,
                     object->kind, near ? near : "");
}

/* Whether a group is one that people write for Kratix': none, platform.kratix.com, kratix.io. */
static bool is_near(kt_sv group)
{
    static const char *const groups[] = {GROUP};

    return group.len == 0 || kt_sv_contains(group, KT_SV("kratix")) || kt_name_suggest(group, groups, 1);
}

static void report_near_group(build *b, kt_object *object)
{
    size_t i = 0;

    while (i < KRATIX_KIND_COUNT && !kt_sv_is(object->kind, kinds[i].kind))
        i++;
    if (i == KRATIX_KIND_COUNT || !is_near(kt_object_group(object)))
        return;
    kt_object_entitle(b->run, object);
    kt_object_report(b->run, object, KT_GROUP_NEAR, kt_value_get(object->root, "apiVersion"), KT_SV("apiVersion"),
                     "kind %q of %q is passed over, did you mean \"%s\"?", object->kind, object->api_version,
                     kinds[i].api_version);
    b->cluster.lost_destinations |= kt_sv_is(object->kind, "Destination");
    b->cluster.lost_promises |= kt_sv_is(object->kind, "Promise");
}

static void pass_over(build *b, kt_object *object, size_t kind)
{
    b->cluster.passed_over++;
    if (b->noted[kind])
        return;
    b->noted[kind] = true;
    kt_object_report(b->run, object, KT_KIND_PASSED_OVER, NULL, KT_SV(""), "objects of kind %q are passed over",
                     object->kind);
}

static void report_twice(build *b, kt_object *object)
{
    bool namespaced = kt_sv_starts(object->kind, KT_SV("Work")); /* the others have no namespace, whatever they say */
    kt_sv key = kt_arena_format(&b->run->arena, "first %v %v", object->title,
                                namespaced ? object->namespace_ : KT_SV(""));
    size_t first = kt_map_get(&b->cluster.names, key);
    size_t self = (size_t)(object - b->objects.items);
    kt_diag *diag;

    if (first == KT_MAP_NONE) {
        kt_map_set(&b->cluster.names, key, self);
        return;
    }
    diag = kt_object_report(b->run, object, KT_OBJECT_TWICE, NULL, KT_SV(""), "%v is defined twice",
                            object->title);
    diag->related = b->objects.items[first].pos;
    diag->related_text = KT_SV("first defined here");
    if (b->run->options.keep_going && !b->run->options.validate) /* it is applied as an update, and nothing is left out (I-22a) */
        kt_diags_set_severity(&b->run->diags, diag, KT_WARNING);
}

static bool apply(build *b, kt_object *object, size_t kind)
{
    kt_apply_fn fn = kinds[kind].apply;

    if (fn == kt_secret_apply)
        return fn(&b->cluster, object);
    kt_object_entitle(b->run, object);
    if (!fn) {
        pass_over(b, object, kind);
        return true;
    }
    if (object->name.len > 0)
        report_twice(b, object);
    kt_object_check(b->run, object);
    return fn(&b->cluster, object); /* also when refused: one run shows every mistake */
}

static void count_left_out(build *b, const kt_object *object)
{
    b->run->left_out += object->refused || object->dropped;
    b->cluster.lost_destinations |= object->refused && kt_sv_is(object->kind, "Destination");
    b->cluster.lost_promises |= object->refused && kt_sv_is(object->kind, "Promise");
}

/* Kratix's own kinds in order; then requests, wherever they stand: their Promise may come later. */
static bool apply_all(build *b)
{
    kt_cluster *cluster = &b->cluster;

    for (size_t i = 0; i < b->objects.count; i++) {
        kt_object *object = &b->objects.items[i];
        size_t kind = find_kind(object);
        if (b->run->arena.failed || (kind < KIND_COUNT && !apply(b, object, kind)))
            return false;
        if (kind == KIND_COUNT && is_kratix(object))
            report_unknown(b->run, object);
        else if (kind == KIND_COUNT)
            report_near_group(b, object);
        if (object->refused && kt_sv_is(object->kind, "Promise") && !remember_promise(b, object))
            return false;
        count_left_out(b, object);
    }
    for (size_t i = 0; i < b->objects.count; i++) {
        kt_object *object = &b->objects.items[i];
        size_t promise;
        if (is_kratix(object) || find_kind(object) < KIND_COUNT)
            continue;
        promise = kt_map_get(&cluster->apis, kt_arena_format(&b->run->arena, "%v/%v", kt_object_group(object),
                                                             object->kind));
        if (b->run->arena.failed)
            return false;
        if (promise == KT_MAP_NONE) {
            cluster->passed_over++;
            if (!is_lost_request(b, object) && kt_map_get(&cluster->groups, kt_object_group(object)) != KT_MAP_NONE)
                kt_request_report_kind(cluster, object);
        } else if (!kt_request_apply(cluster, object, &cluster->promises[promise])
                   || (object->refused && !remember_request(b, &cluster->promises[promise], object))) {
            return false;
        }
        count_left_out(b, object);
    }
    return true;
}

/* ---- The model ------------------------------------------------------------------------------ */

static int compare_stores(const void *left, const void *right)
{
    const kt_store *a = left, *b = right;
    int order = kt_sv_compare(kt_str(kt_store_kind_name(a->kind)), kt_str(kt_store_kind_name(b->kind)));

    return order ? order : kt_sv_compare(a->name, b->name);
}

static int compare_destinations(const void *left, const void *right)
{
    const kt_destination *a = left, *b = right;

    return kt_sv_compare(a->name, b->name);
}

static int compare_promises(const void *left, const void *right)
{
    const kt_promise *a = left, *b = right;

    return kt_sv_compare(a->object.name, b->object.name);
}

static int compare_requests(const void *left, const void *right)
{
    const kt_resource_request *a = left, *b = right;
    int order = kt_sv_compare(a->promise->object.name, b->promise->object.name);

    if (order == 0)
        order = kt_sv_compare(a->namespace_, b->namespace_);
    return order ? order : kt_sv_compare(a->object.name, b->object.name);
}

/* A State Store that is referred to and not there (I-20.3, V-2). */
static bool add_missing_store(kt_cluster *cluster, kt_destination_entry *entry)
{
    const char *kind = kt_store_kind_name(entry->store_kind);
    kt_object none;

    kt_object_report(cluster->run, &entry->object, KT_STORE_MISSING, entry->store_ref,
                     KT_SV("spec.stateStoreRef"), "referenced %s %q does not exist", kind,
                     entry->store_name);
    memset(&none, 0, sizeof none);
    none.name = entry->store_name;
    none.pos = kt_value_pos(entry->store_ref, entry->object.file);
    if (kt_cluster_find(cluster, kind, none.name) != KT_MAP_NONE)
        return true;
    if (!kt_cluster_put_store(cluster, &none, entry->store_kind, KT_SV(""), NULL))
        return false;
    cluster->stores[cluster->store_count - 1].store.missing = true;
    return true;
}

static bool add_missing_stores(kt_cluster *cluster)
{
    for (size_t i = 0; i < cluster->destination_count; i++) {
        kt_destination_entry *entry = &cluster->destinations[i];
        size_t store = kt_cluster_find(cluster, kt_store_kind_name(entry->store_kind), entry->store_name);
        if ((store == KT_MAP_NONE || cluster->stores[store].store.missing) && !add_missing_store(cluster, entry))
            return false;
    }
    return true;
}

static void tie_secrets(kt_cluster *cluster)
{
    for (size_t i = 0; i < cluster->store_count; i++) {
        kt_connection *connection = cluster->stores[i].connection;
        if (connection && connection->has_secret_ref)
            connection->secret = kt_secret_find(cluster, connection->secret_namespace, connection->secret_name);
    }
}

static bool finish_stores(kt_cluster *cluster, kt_model *out)
{
    kt_store *stores = kt_arena_array(&cluster->run->arena, cluster->store_count, sizeof *stores);

    if (!stores)
        return false;
    tie_secrets(cluster);
    for (size_t i = 0; i < cluster->store_count; i++)
        stores[i] = cluster->stores[i].store;
    if (!kt_sort(stores, cluster->store_count, sizeof *stores, compare_stores, &cluster->run->arena))
        return false;
    for (size_t i = 0; i < cluster->store_count; i++)
        if (!kt_map_set(&cluster->names,
                        kt_cluster_key(cluster, kt_store_kind_name(stores[i].kind), stores[i].name), i))
            return false;
    out->stores = stores;
    out->store_count = cluster->store_count;
    return true;
}

static bool finish_destinations(kt_cluster *cluster, kt_model *out)
{
    size_t count = cluster->destination_count;
    kt_destination *destinations = kt_arena_array(&cluster->run->arena, count, sizeof *destinations);

    if (!destinations)
        return false;
    for (size_t i = 0; i < count; i++) {
        const kt_destination_entry *entry = &cluster->destinations[i];
        size_t store = kt_cluster_find(cluster, kt_store_kind_name(entry->store_kind), entry->store_name);
        if (store == KT_MAP_NONE)
            return false;
        destinations[i] = entry->destination;
        destinations[i].store = &out->stores[store];
    }
    out->destinations = destinations;
    out->destination_count = count;
    return kt_sort(destinations, count, sizeof *destinations, compare_destinations, &cluster->run->arena);
}

/* Requests point at their Promise, which sorting moves. */
static bool finish_promises(kt_cluster *cluster, kt_model *out)
{
    size_t count = cluster->promise_count;
    kt_promise *promises = kt_arena_array(&cluster->run->arena, count, sizeof *promises);

    if (!promises)
        return false;
    if (count > 0)
        memcpy(promises, cluster->promises, count * sizeof *promises);
    if (!kt_sort(promises, count, sizeof *promises, compare_promises, &cluster->run->arena))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!kt_map_set(&cluster->names, kt_cluster_key(cluster, "Promise", promises[i].object.name), i))
            return false;
    for (size_t i = 0; i < cluster->request_count; i++) {
        size_t promise = kt_cluster_find(cluster, "Promise", cluster->requests[i].promise->object.name);
        if (promise == KT_MAP_NONE)
            return false;
        cluster->requests[i].promise = &promises[promise];
    }
    out->promises = promises;
    out->promise_count = count;
    out->requests = cluster->requests;
    out->request_count = cluster->request_count;
    return kt_sort(cluster->requests, cluster->request_count, sizeof *cluster->requests, compare_requests,
                   &cluster->run->arena);
}

/* I-22a: the update was refused. */
static void note_remembered(kt_cluster *cluster, kt_object *object)
{
    kt_object_report(cluster->run, object, KT_UPDATE_REFUSED, NULL, KT_SV(""),
                     "%v stays as it was: its update is refused", object->title);
}

/* Manifests of something else: an empty tree would say nothing. */
static void report_nothing(const kt_cluster *cluster)
{
    kt_pos nowhere = {{NULL, 0}, 0, 0};
    size_t objects = cluster->store_count + cluster->destination_count + cluster->promise_count + cluster->work_count
                     + cluster->placement_count + cluster->release_count;

    if (objects == 0 && cluster->passed_over > 0 && cluster->run->diags.count == 0)
        kt_diags_add(&cluster->run->diags, KT_NOTHING_OF_KRATIX, nowhere, "none of %u objects and documents is Kratix'",
                     (uint64_t)cluster->passed_over);
}

static bool lint(kt_cluster *cluster)
{
    return !cluster->run->options.validate || (kt_lint_stores(cluster) && kt_lint_requirements(cluster));
}

static bool finish(kt_cluster *cluster, kt_model *out)
{
    report_nothing(cluster);
    for (size_t i = 0; i < cluster->destination_count; i++)
        if (cluster->destinations[i].remembered)
            note_remembered(cluster, &cluster->destinations[i].object);
    for (size_t i = 0; i < cluster->store_count; i++)
        if (cluster->stores[i].remembered)
            note_remembered(cluster, &cluster->stores[i].object);
    for (size_t i = 0; i < cluster->promise_count; i++)
        kt_promise_check_required(cluster, &cluster->promises[i]);
    for (size_t i = 0; i < cluster->release_count; i++)
        kt_promise_release_check(cluster, &cluster->releases[i]);
    out->works = cluster->works;
    out->work_count = cluster->work_count;
    out->placements = cluster->placements;
    out->placement_count = cluster->placement_count;
    out->passed_over = cluster->passed_over;
    out->refused = cluster->refused;
    out->lost_destinations = cluster->lost_destinations;
    out->lost_promises = cluster->lost_promises;
    return add_missing_stores(cluster) && lint(cluster) && finish_stores(cluster, out) && finish_destinations(cluster, out) &&
           finish_promises(cluster, out) && !cluster->run->arena.failed;
}

kt_status kt_model_build(kt_model *out, kt_run *run, const kt_source_documents *sources, size_t count)
{
    build b;

    memset(out, 0, sizeof *out);
    memset(&b, 0, sizeof b);
    b.run = run;
    b.cluster.run = run;
    b.cluster.rules = kt_profile_rules_get(run->options.profile);
    kt_map_init(&b.cluster.names, &run->arena);
    kt_map_init(&b.cluster.paths, &run->arena);
    kt_map_init(&b.cluster.apis, &run->arena);
    kt_map_init(&b.cluster.groups, &run->arena);
    kt_map_init(&b.cluster.refused, &run->arena);
    kt_patterns_init(&b.cluster.patterns, &run->arena, &run->options.limits);
    b.cluster.checks_left = run->options.limits.checks;
    kt_map_init(&b.cluster.secrets, &run->arena);
    if (!collect(&b, sources, count) || !drop_printed(&b) || !recall(&b) || !apply_all(&b) || run->arena.failed ||
        !finish(&b.cluster, out))
        return KT_ERR_NOMEM;
    return KT_OK;
}
