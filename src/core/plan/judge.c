/* What the selector of a group says of each Destination (SPEC section 4, S-1 … S-10). */
#include "plan/judge.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/sort.h"
#include "base/sv.h"
#include "model/profile.h"

#define DRY_RUN_TERM "kratix.io/dry-run=true"

/* The reasons of every selector so far: two long lists, of groups and of Destinations, multiply. */
typedef struct kt_judged {
    kt_map of; /* selector → index in `reasons` */
    kt_reason **reasons;
    size_t capacity;
} judged;

typedef struct judge {
    kt_arena *arena;
    const kt_profile_rules *rules;
    const kt_model *model;
    const kt_label_selector *selector;
    kt_sv selector_text;
    bool dry_run;
    kt_arena scratch;
    kt_map told; /* term and label value → index of the first Destination that was told so, in `scratch` */
} judge;

/* ---- Effective selector (S-1) ---- */

static int compare_labels(const void *a, const void *b)
{
    return kt_sv_compare(((const kt_label *)a)->key, ((const kt_label *)b)->key);
}

/* Apply the sets of one source from last to first, so that the first one wins (S-3). */
static bool apply_source(kt_label *labels, kt_map *places, const kt_group *group, kt_selector_source source)
{
    for (size_t s = group->selector_count; s > 0; s--) {
        const kt_selector *set = &group->selectors[s - 1];
        for (size_t i = 0; set->source == source && i < set->label_count; i++) {
            size_t at = kt_map_get(places, set->labels[i].key);
            if (at == KT_MAP_NONE)
                at = places->count;
            labels[at] = set->labels[i];
            if (!kt_map_set(places, set->labels[i].key, at))
                return false;
        }
    }
    return true;
}

/* The flat map of all sets: resource-workflow, then promise-workflow, then promise, each overwriting. */
static kt_label *effective_labels(kt_arena *arena, const kt_group *group, size_t *count)
{
    size_t all = 0;
    kt_label *labels;
    kt_map places;

    for (size_t s = 0; s < group->selector_count; s++)
        all += group->selectors[s].label_count;
    labels = kt_arena_array(arena, all, sizeof *labels);
    kt_map_init(&places, arena);
    if (!labels || !apply_source(labels, &places, group, KT_SELECTOR_RESOURCE_WORKFLOW)
        || !apply_source(labels, &places, group, KT_SELECTOR_PROMISE_WORKFLOW)
        || !apply_source(labels, &places, group, KT_SELECTOR_PROMISE))
        return NULL;
    *count = places.count;
    return labels;
}

/* S-4: "k=v" strings, sorted, joined by ",". */
static kt_sv selector_text(kt_arena *arena, const kt_label *map, size_t count)
{
    kt_sv *terms = kt_arena_array(arena, count, sizeof *terms);
    kt_label *sorted = kt_arena_array(arena, count, sizeof *sorted);
    kt_buf text;
    kt_sv joined = {NULL, 0};

    if (!terms || !sorted)
        return joined;
    for (size_t i = 0; i < count; i++)
        sorted[i].key = kt_arena_format(arena, "%v=%v", map[i].key, map[i].value);
    if (!kt_sort(sorted, count, sizeof *sorted, compare_labels, arena))
        return joined;
    kt_buf_init(&text, arena->allocator);
    for (size_t i = 0; i < count; i++)
        kt_buf_format(&text, "%s%v", i > 0 ? "," : "", sorted[i].key);
    joined = kt_buf_copy(&text, arena);
    kt_buf_dispose(&text);
    return joined;
}

static bool wants_dry_run(const kt_label *map, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (kt_sv_is(map[i].key, "kratix.io/dry-run") && kt_sv_is(map[i].value, "true"))
            return true;
    return false;
}

bool kt_group_set_selector(kt_arena *arena, kt_group *group, bool *dry_run)
{
    size_t label_count;
    kt_label *map;

    if (group->kept) {
        *dry_run = kt_sv_contains(group->selector, KT_SV(DRY_RUN_TERM));
        return true;
    }
    map = effective_labels(arena, group, &label_count);
    if (!map)
        return false;
    *dry_run = wants_dry_run(map, label_count);
    group->selector = selector_text(arena, map, label_count);
    return !arena->failed;
}

/* ---- Verdicts ---- */

static bool is_dry_run_only(const kt_destination *destination)
{
    const kt_label *label = kt_label_find(destination->labels, destination->label_count,
                                          KT_SV("kratix.io/dry-run"));
    return label && kt_sv_is(label->value, "true");
}

/* The text of a reason is made once for all Destinations that it fits. False: `reason` has it from another one. */
static bool is_new(judge *j, kt_reason *reason, size_t term, const kt_label *label)
{
    size_t self = (size_t)(reason->destination - j->model->destinations), other;
    kt_sv key = label ? kt_arena_format(&j->scratch, "%u=%v", (uint64_t)term, label->value)
                      : kt_arena_format(&j->scratch, "%u", (uint64_t)term);

    other = key.ptr ? kt_map_get(&j->told, key) : KT_MAP_NONE;
    if (other != KT_MAP_NONE)
        reason->text = (reason - self + other)->text;
    else if (key.ptr)
        kt_map_set(&j->told, key, self); /* judge_all() asks whether there was memory */
    return other == KT_MAP_NONE;
}

static void explain_term(judge *j, kt_reason *reason, const kt_requirement *failed, size_t term)
{
    const kt_destination *destination = reason->destination;
    const kt_label *label = kt_label_find(destination->labels, destination->label_count, failed->key);

    reason->verdict = KT_TERM_FAILED;
    reason->term = failed->text;
    if (!is_new(j, reason, term, label))
        return;
    if (label)
        reason->text = kt_arena_format(j->arena, "its label %v is '%v', which %v excludes", label->key, label->value,
                                       failed->text);
    else
        reason->text = kt_arena_format(j->arena, "it has no label %v, which %v asks for", failed->key, failed->text);
}

/* What the selector says of one Destination, before the choice among several (S-5, S-7, S-10). */
static void judge_one(judge *j, kt_reason *reason)
{
    const kt_label_selector *selector = j->selector;
    const kt_destination *destination = reason->destination;

    if (j->rules->dry_run && !j->dry_run && is_dry_run_only(destination)) {
        reason->verdict = KT_DRY_RUN_ONLY;
        reason->text = KT_SV("it is kept for dry runs by its label " DRY_RUN_TERM);
        return;
    }
    if (selector->count == 0 && destination->strict_match_labels && destination->label_count > 0) {
        reason->verdict = KT_STRICT_LABELS;
        reason->text = KT_SV("strictMatchLabels is set and there is no selector to match its labels");
        return;
    }
    for (size_t i = 0; i < selector->count; i++)
        if (!kt_requirement_matches(&selector->items[i], destination->labels, destination->label_count)) {
            explain_term(j, reason, &selector->items[i], i);
            return;
        }
    reason->verdict = KT_CHOSEN;
    if (selector->count == 0)
        reason->text = KT_SV("there is no selector, so every Destination is chosen");
    else if (is_new(j, reason, selector->count, NULL))
        reason->text = kt_arena_format(j->arena, "its labels match %v", j->selector_text);
}

static kt_reason *judge_all(judge *j)
{
    size_t count = j->model->destination_count;
    kt_reason *reasons = kt_arena_array(j->arena, count, sizeof *reasons);
    bool fine;

    kt_arena_init(&j->scratch, j->arena->allocator);
    kt_map_init(&j->told, &j->scratch);
    for (size_t i = 0; reasons && i < count; i++) {
        reasons[i].destination = &j->model->destinations[i];
        judge_one(j, &reasons[i]);
    }
    fine = !j->scratch.failed;
    kt_arena_dispose(&j->scratch);
    return fine ? reasons : NULL;
}

/* ---- The reasons of all selectors ---- */

/* Made by the first group that asks. NULL: no memory left. */
static judged *judged_of(kt_run *run)
{
    if (!run->judged) {
        run->judged = kt_arena_array(&run->arena, 1, sizeof *run->judged);
        if (run->judged)
            kt_map_init(&run->judged->of, &run->arena);
    }
    return run->judged;
}

static bool remember(kt_arena *arena, judged *all, kt_sv key, kt_reason *reasons)
{
    kt_reason **grown = kt_arena_reserve(arena, all->reasons, all->of.count, &all->capacity, sizeof *grown);

    if (!grown)
        return false;
    all->reasons = grown;
    grown[all->of.count] = reasons;
    return kt_map_set(&all->of, key, all->of.count);
}

kt_reason *kt_group_judge(kt_run *run, const kt_model *model, const kt_group *group, const kt_label_selector *selector,
                          bool dry_run)
{
    judge j = {.arena = &run->arena, .rules = kt_profile_rules_get(run->options.profile), .model = model,
               .selector = selector, .selector_text = group->selector, .dry_run = dry_run};
    judged *all = judged_of(run);
    kt_sv key = kt_arena_format(&run->arena, "%s%v", dry_run ? "!" : "", group->selector);
    kt_reason *reasons;
    size_t at;

    if (run->arena.failed)
        return NULL;
    at = kt_map_get(&all->of, key);
    if (at != KT_MAP_NONE)
        return all->reasons[at];
    reasons = judge_all(&j);
    return reasons && remember(&run->arena, all, key, reasons) ? reasons : NULL;
}
