/* validate: Promises that require each other (W-16).
 *
 * Promises that wait for nobody are taken away, then those that waited for them only, until none is left to take: what
 * remains waits for ever. From each of these the walk follows the first requirement that remains too, until it meets a
 * Promise that it has seen: in the same walk, then that is where a cycle closes. Each cycle is reported once. */
#include "base/buf.h"
#include "base/sv.h"
#include "model/cluster.h"

#define LONGEST_SHOWN 10u /* Promises of a cycle that the message names */

/* `from` waits for the Promise in whose list this is. */
typedef struct edge {
    size_t from;
    size_t next; /* SIZE_MAX: the last */
} edge;

typedef struct walker {
    kt_cluster *cluster;
    size_t *waits;  /* of each Promise: how many it waits for */
    size_t *first;  /* of each: who waits for it, an edge */
    size_t *queue;  /* Promises that wait for nobody */
    size_t *stamps; /* number of the walk that has seen it; 0: none */
    edge *edges;
    size_t edge_count;
} walker;

/* Index of a required Promise, or KT_MAP_NONE if it is missing: that is another finding. */
static size_t target(const walker *w, const kt_required_promise *required)
{
    return kt_cluster_find(w->cluster, "Promise", required->name);
}

/* W-15: without an API nothing is waited for. */
static size_t count_required(const kt_promise *promise)
{
    return promise->api.present ? promise->required_count : 0;
}

static bool open_walker(walker *w, kt_cluster *cluster)
{
    kt_arena *arena = &cluster->run->arena;
    size_t count = cluster->promise_count, edges = 0;

    for (size_t i = 0; i < count; i++)
        edges += count_required(&cluster->promises[i]);
    w->cluster = cluster;
    w->waits = kt_arena_array(arena, count, sizeof *w->waits);
    w->first = kt_arena_array(arena, count, sizeof *w->first);
    w->queue = kt_arena_array(arena, count, sizeof *w->queue);
    w->stamps = kt_arena_array(arena, count, sizeof *w->stamps);
    w->edges = kt_arena_array(arena, edges, sizeof *w->edges);
    w->edge_count = 0;
    for (size_t i = 0; w->first && i < count; i++)
        w->first[i] = SIZE_MAX;
    return !arena->failed;
}

static void connect(walker *w)
{
    for (size_t i = 0; i < w->cluster->promise_count; i++) {
        const kt_promise *promise = &w->cluster->promises[i];
        for (size_t k = 0; k < count_required(promise); k++) {
            size_t to = target(w, &promise->required[k]);
            if (to == KT_MAP_NONE)
                continue;
            w->edges[w->edge_count] = (edge){i, w->first[to]};
            w->first[to] = w->edge_count++;
            w->waits[i]++;
        }
    }
}

/* Take away who waits for nobody: waits[] is 0 for all of them afterwards. */
static void settle(walker *w)
{
    size_t end = 0;

    for (size_t i = 0; i < w->cluster->promise_count; i++)
        if (w->waits[i] == 0)
            w->queue[end++] = i;
    for (size_t at = 0; at < end; at++)
        for (size_t e = w->first[w->queue[at]]; e != SIZE_MAX; e = w->edges[e].next)
            if (--w->waits[w->edges[e].from] == 0)
                w->queue[end++] = w->edges[e].from;
}

/* The first requirement that remains. There is one for every Promise that does; NULL: no memory to look for it. */
static const kt_required_promise *waits_for(const walker *w, const kt_promise *promise)
{
    for (size_t i = 0; i < promise->required_count; i++) {
        size_t index = target(w, &promise->required[i]);
        if (index != KT_MAP_NONE && w->waits[index] > 0)
            return &promise->required[i];
    }
    return NULL;
}

/* The Promise that one waits for, or KT_MAP_NONE when there is no memory. */
static size_t next_of(const walker *w, size_t at)
{
    const kt_required_promise *required = waits_for(w, &w->cluster->promises[at]);

    return required ? target(w, required) : KT_MAP_NONE;
}

static void report(walker *w, size_t first)
{
    kt_cluster *cluster = w->cluster;
    kt_promise *promise = &cluster->promises[first];
    const kt_required_promise *required = waits_for(w, promise);
    size_t at = first;
    uint64_t count = 0;
    kt_diag *diag;
    kt_buf names;

    kt_buf_init(&names, cluster->run->arena.allocator);
    do {
        at = next_of(w, at);
        if (at != KT_MAP_NONE && count++ < LONGEST_SHOWN)
            kt_buf_format(&names, " → %v", cluster->promises[at].object.name);
    } while (at != first && at != KT_MAP_NONE);
    if (count > LONGEST_SHOWN)
        kt_buf_format(&names, " → … (%u Promises)", count);
    diag = kt_object_report(cluster->run, &promise->object, KT_REQUIREMENT_CYCLE, NULL,
                            KT_SV("spec.requiredPromises"), "Promises that require each other: %v%v",
                            promise->object.name, kt_buf_text(&names, &cluster->run->arena));
    if (required)
        diag->pos = required->pos;
    kt_buf_dispose(&names);
}

static void walk(walker *w, size_t start)
{
    size_t at = start;

    while (at != KT_MAP_NONE && w->stamps[at] == 0) {
        w->stamps[at] = start + 1;
        at = next_of(w, at);
    }
    if (at != KT_MAP_NONE && w->stamps[at] == start + 1)
        report(w, at);
}

bool kt_lint_requirements(kt_cluster *cluster)
{
    walker w;

    if (!open_walker(&w, cluster))
        return false;
    connect(&w);
    settle(&w);
    for (size_t i = 0; i < cluster->promise_count; i++)
        if (w.waits[i] > 0)
            walk(&w, i);
    return !cluster->run->arena.failed;
}
