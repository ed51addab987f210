/* Availability of Promises (W-15, W-16).
 *
 * From "nobody with an API and requirements is Available", Promises become so until nothing changes: a
 * requirement cycle therefore never does. Each Promise is looked at again only when one that it waits for has
 * become Available. */
#include "plan/availability.h"

#include "base/map.h"
#include "base/sv.h"

typedef struct waiting {
    size_t promise; /* who waits */
    size_t next;    /* in the list of the Promise it waits for; SIZE_MAX: none */
} waiting;

typedef struct settler {
    const kt_model *model;
    kt_availability *states;
    kt_map by_name;
    bool *settled;   /* Available for good */
    size_t *first;   /* of each Promise: who waits for it */
    waiting *waits;
    size_t wait_count;
    size_t *queue;   /* Promises to look at */
    size_t queue_end;
} settler;

static size_t count_requirements(const kt_model *model)
{
    size_t count = 0;

    for (size_t i = 0; i < model->promise_count; i++)
        count += model->promises[i].required_count;
    return count;
}

/* W-16: there, in the right version, and Available. `index` is KT_MAP_NONE if it is not there. */
static bool is_met(const settler *s, const kt_required_promise *required, size_t index)
{
    return index != KT_MAP_NONE && s->settled[index]
           && (required->any_version || kt_sv_equal(required->version, s->model->promises[index].version));
}

/* Look at one Promise; if it waits for another, remember that. */
static void look_at(settler *s, size_t at)
{
    const kt_promise *promise = &s->model->promises[at];

    if (s->settled[at] || (s->states[at].blocker != KT_AVAILABLE && s->states[at].blocker != KT_BLOCKED_REQUIREMENT))
        return;
    for (size_t i = 0; promise->api.present && i < promise->required_count; i++) {
        const kt_required_promise *required = &promise->required[i];
        size_t index = kt_map_get(&s->by_name, required->name);
        if (is_met(s, required, index))
            continue;
        s->states[at] = (kt_availability){KT_BLOCKED_REQUIREMENT, required};
        if (index != KT_MAP_NONE && !s->settled[index]) {
            s->waits[s->wait_count] = (waiting){at, s->first[index]};
            s->first[index] = s->wait_count++;
        }
        return;
    }
    s->states[at] = (kt_availability){KT_AVAILABLE, NULL};
    s->settled[at] = true;
    for (size_t w = s->first[at]; w != SIZE_MAX; w = s->waits[w].next)
        s->queue[s->queue_end++] = s->waits[w].promise;
}

bool kt_availability_settle(kt_availability *states, kt_run *run, const kt_model *model)
{
    kt_arena *arena = &run->arena;
    size_t count = model->promise_count, most = count + count_requirements(model);
    settler s = {model, states, {NULL, NULL, 0, 0, 0}, NULL, NULL, NULL, 0, NULL, 0};

    kt_map_init(&s.by_name, arena);
    s.settled = kt_arena_array(arena, count, sizeof *s.settled);
    s.first = kt_arena_array(arena, count, sizeof *s.first);
    s.waits = kt_arena_array(arena, most, sizeof *s.waits);
    s.queue = kt_arena_array(arena, most, sizeof *s.queue);
    if (!s.settled || !s.first || !s.waits || !s.queue)
        return false;
    for (size_t i = 0; i < count; i++) {
        s.first[i] = SIZE_MAX;
        s.queue[s.queue_end++] = i;
        if (!kt_map_set(&s.by_name, model->promises[i].object.name, i))
            return false;
    }
    for (size_t at = 0; at < s.queue_end; at++)
        look_at(&s, s.queue[at]);
    return true;
}
