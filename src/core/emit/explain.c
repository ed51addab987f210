/* Finding what a name means, and having its story told. */
#include <string.h>

#include "base/sv.h"
#include "emit/tell.h"

/* What is handed out, with the memory behind it. */
typedef struct handle {
    kt_stories stories; /* comes first */
    kt_arena arena;
} handle;

typedef struct search {
    kt_teller teller;
    kt_story *stories;
    size_t count;
    size_t capacity;
} search;

static void begin(search *s)
{
    s->teller.parts = NULL;
    s->teller.count = s->teller.capacity = 0;
}

static void end(search *s, kt_sv name, kt_sv title)
{
    kt_story *stories = kt_arena_reserve(s->teller.arena, s->stories, s->count, &s->capacity, sizeof *stories);

    if (!stories)
        return;
    s->stories = stories;
    stories[s->count++] = (kt_story){name, title, s->teller.parts, s->teller.count};
}

/* ---- One kind after the other: every name that it has, and its story if it is the one ---- */

/* Told of a thing: its canonical name. Returns whether its story is wanted. */
typedef bool meet(void *ctx, kt_sv name, kt_sv other);

typedef struct visitor {
    meet *wants;
    void *ctx;
    search *search; /* NULL: names only */
} visitor;

#define NO_NAME ((kt_sv){NULL, 0})

static void visit_promises(visitor *v, kt_arena *arena, const kt_result *result)
{
    const kt_model *model = result->model;

    for (size_t i = 0; model && i < model->promise_count; i++) {
        const kt_promise *promise = &model->promises[i];
        kt_sv name = kt_arena_format(arena, "promise/%v", promise->object.name);
        if (!v->wants(v->ctx, name, NO_NAME))
            continue;
        begin(v->search);
        kt_tell_promise(&v->search->teller, promise);
        end(v->search, name, kt_arena_format(arena, "Promise %v", promise->object.name));
    }
}

static void visit_destinations(visitor *v, kt_arena *arena, const kt_result *result)
{
    for (size_t i = 0; i < result->plan.destination_count; i++) {
        const kt_destination *destination = &result->plan.destinations[i];
        kt_sv name = kt_arena_format(arena, "destination/%v", destination->name);
        if (!v->wants(v->ctx, name, NO_NAME))
            continue;
        begin(v->search);
        kt_tell_destination(&v->search->teller, destination);
        end(v->search, name, kt_arena_format(arena, "Destination %v", destination->name));
    }
}

static void visit_requests(visitor *v, kt_arena *arena, const kt_result *result)
{
    const kt_model *model = result->model;

    for (size_t i = 0; model && i < model->request_count; i++) {
        const kt_resource_request *request = &model->requests[i];
        kt_sv name = kt_arena_format(arena, "request/%v/%v", request->namespace_, request->object.name);
        if (!v->wants(v->ctx, name, kt_arena_format(arena, "%v/%v", request->object.kind, request->object.name)))
            continue;
        begin(v->search);
        kt_tell_request(&v->search->teller, request);
        end(v->search, name, kt_arena_format(arena, "%v %v", request->object.kind, request->object.name));
    }
}

static void visit_stores(visitor *v, kt_arena *arena, const kt_result *result)
{
    for (size_t i = 0; i < result->plan.store_count; i++) {
        const kt_store *store = &result->plan.stores[i];
        const char *kind = kt_tell_store_kind(store->kind);
        kt_sv name = kt_arena_format(arena, "store/%s/%v", kind, store->name);
        if (!v->wants(v->ctx, name, kt_arena_format(arena, "%s/%v", kind, store->name)))
            continue;
        begin(v->search);
        kt_tell_store(&v->search->teller, store);
        end(v->search, name, kt_arena_format(arena, "%s %v", kind, store->name));
    }
}

static void visit_works(visitor *v, kt_arena *arena, const kt_result *result)
{
    for (size_t i = 0; i < result->plan.work_count; i++) {
        const kt_work *work = &result->plan.works[i];
        kt_sv name = kt_arena_format(arena, "work/%v", work->name);
        if (!v->wants(v->ctx, name, NO_NAME))
            continue;
        begin(v->search);
        kt_tell_work(&v->search->teller, work);
        end(v->search, name, kt_arena_format(arena, "Work %v", work->name));
    }
}

static void visit_all(visitor *v, kt_arena *arena, const kt_result *result)
{
    visit_promises(v, arena, result);
    visit_destinations(v, arena, result);
    visit_requests(v, arena, result);
    visit_stores(v, arena, result);
    visit_works(v, arena, result);
}

/* ---- Matching ---- */

/* "Promise/redis" is "promise/redis", "gitstatestore/x" is "GitStateStore/x": letters of the words before the last '/'
 * are folded, what the user has named is not. */
static bool same_name(kt_sv typed, kt_sv name)
{
    size_t typed_slash = kt_sv_rfind(typed, '/'), slash = kt_sv_rfind(name, '/');

    return slash < name.len && typed_slash < typed.len
           && kt_sv_equal_fold(kt_sv_slice(typed, 0, typed_slash), kt_sv_slice(name, 0, slash))
           && kt_sv_equal(kt_sv_slice(typed, typed_slash, typed.len), kt_sv_slice(name, slash, name.len));
}

static bool is_wanted(void *ctx, kt_sv name, kt_sv other)
{
    const kt_sv *typed = ctx;

    return same_name(*typed, name) || (other.len > 0 && same_name(*typed, other));
}

/* Whether `typed` is the path, or ends in it behind a '/': the directory that it was written to stands before it. */
static bool names_path(kt_sv typed, kt_sv path)
{
    return kt_sv_equal(typed, path)
           || (typed.len > path.len && kt_sv_ends(typed, path) && typed.ptr[typed.len - path.len - 1] == '/');
}

static void find_files(search *s, const kt_result *result, kt_sv typed)
{
    for (size_t i = 0; i < result->tree.store_count; i++)
        for (size_t f = 0; f < result->tree.stores[i].file_count; f++) {
            const kt_store_tree *tree = &result->tree.stores[i];
            const kt_file *file = &tree->files[f];
            kt_sv path;
            if (!names_path(typed, file->path))
                continue;
            path = kt_tell_path(&s->teller, tree, file);
            if (typed.len > file->path.len && !kt_sv_contains(typed, tree->folder))
                continue;
            begin(s);
            kt_tell_file(&s->teller, tree, file);
            end(s, path, path);
        }
}

/* ---- Public functions ---- */

kt_status kt_explain(kt_stories **out, const kt_result *result, kt_sv name)
{
    visitor v = {is_wanted, &name, NULL};
    kt_arena arena;
    search s;
    handle *h;

    if (!out)
        return KT_ERR_ARGUMENT;
    *out = NULL;
    if (!result)
        return KT_ERR_ARGUMENT;
    kt_arena_init(&arena, result->run.options.allocator);
    s = (search){{&arena, result, NULL, 0, 0}, NULL, 0, 0};
    v.search = &s;
    visit_all(&v, &arena, result);
    find_files(&s, result, name);
    h = kt_arena_array(&arena, 1, sizeof *h);
    if (arena.failed) {
        kt_arena_dispose(&arena);
        return KT_ERR_NOMEM;
    }
    h->stories = (kt_stories){s.stories, s.count};
    h->arena = arena;
    *out = &h->stories;
    return KT_OK;
}

void kt_stories_free(kt_stories *stories)
{
    kt_arena arena;

    if (!stories)
        return;
    arena = ((handle *)(void *)stories)->arena;
    kt_arena_dispose(&arena);
}

typedef struct namer {
    bool (*each)(void *ctx, kt_sv name);
    void *ctx;
    bool ended;
} namer;

static bool give_name(void *ctx, kt_sv name, kt_sv other)
{
    namer *n = ctx;

    (void)other;
    if (!n->ended && name.len > 0) /* without memory there is no name */
        n->ended = !n->each(n->ctx, name);
    return false;
}

kt_status kt_explain_names(const kt_result *result, bool (*each)(void *ctx, kt_sv name), void *ctx)
{
    namer n = {each, ctx, false};
    visitor v = {give_name, &n, NULL};
    kt_arena arena;
    kt_status status;

    if (!result || !each)
        return KT_ERR_ARGUMENT;
    kt_arena_init(&arena, result->run.options.allocator);
    visit_all(&v, &arena, result);
    status = arena.failed ? KT_ERR_NOMEM : KT_OK;
    kt_arena_dispose(&arena);
    return status;
}
