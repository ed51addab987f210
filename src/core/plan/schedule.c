/* Place the groups of a Work (SPEC section 4): from verdicts on each Destination to targets. */
#include "base/buf.h"
#include "base/few.h"
#include "base/map.h"
#include "base/sv.h"
#include "memory/memory.h"
#include "model/profile.h"
#include "plan/judge.h"
#include "plan/work.h"

#define LONGEST_LABEL_VALUE 63

typedef struct scheduler {
    kt_run *run;
    const kt_profile_rules *rules;
    const kt_model *model;
    const kt_work *work;
    const kt_work *then;  /* the Work as it was, by the print-out or by the lock, or NULL */
    bool printed;         /* by the print-out */
    bool stopped; /* S-6: an earlier group's selector could not be parsed */
    kt_arena scratch; /* for each group anew */
} scheduler;

/* What there was of a group on a Destination. */
typedef enum was { WAS_NOWHERE, WAS_PLACED, WAS_MISPLACED } was;

/* ---- Verdicts ---- */

static bool chosen(kt_verdict verdict)
{
    return verdict == KT_CHOSEN || verdict == KT_CHOSEN_FIRST || verdict == KT_CHOSEN_ALL;
}

/* N-2: nothing pins the choice. */
static void report_several(const scheduler *s, const kt_group *group, const kt_reason *reasons)
{
    kt_few others;
    kt_sv first = {NULL, 0}, names;
    kt_diag *diag;

    kt_few_init(&others, s->run->arena.allocator);
    for (size_t i = 0; i < s->model->destination_count; i++) {
        if (reasons[i].verdict == KT_CHOSEN_FIRST)
            first = reasons[i].destination->name;
        if (reasons[i].verdict == KT_NOT_FIRST)
            kt_few_add(&others, reasons[i].destination->name);
    }
    names = kt_few_end(&others, &s->run->arena);
    if (others.count == 0)
        return;
    diag = kt_diags_add(&s->run->diags, KT_SEVERAL_MATCH, s->work->pos,
                        "directory %v of pipeline %v goes to Destination %v, the first by name; it could go to %v",
                        group->directory, s->work->pipeline, first, names);
    diag->object = kt_arena_format(&s->run->arena, "Work/%v", s->work->name);
}

/* S-21, N-2: a request goes to one Destination, the first by name. */
static void choose_first(kt_arena *arena, kt_reason *reasons, size_t count)
{
    kt_reason *first = NULL;

    for (size_t i = 0; i < count; i++) {
        if (!chosen(reasons[i].verdict))
            continue;
        if (!first) {
            first = &reasons[i];
            continue;
        }
        first->verdict = KT_CHOSEN_FIRST; /* the only match is simply chosen */
        reasons[i].verdict = KT_NOT_FIRST;
        reasons[i].text = kt_arena_format(arena, "it matches too, but a request goes to one Destination: %v",
                                          first->destination->name);
    }
}

static void judge_all(const scheduler *s, kt_reason *reasons, kt_verdict verdict, const char *text)
{
    for (size_t i = 0; i < s->model->destination_count; i++) {
        reasons[i].destination = &s->model->destinations[i];
        reasons[i].verdict = verdict;
        reasons[i].text = kt_str(text);
    }
}

/* Where the selector of a group is written, or the Work's own place. */
static kt_pos selector_pos(const scheduler *s, const kt_group *group)
{
    for (size_t i = 0; i < group->selector_count; i++)
        if (group->selectors[i].label_count > 0)
            return group->selectors[i].labels[0].pos;
    return s->work->pos;
}

/* A selector that cannot be parsed: nothing is placed (S-6), or it is ignored (V-7). */
static void judge_invalid(scheduler *s, kt_reason *reasons, kt_group *group)
{
    kt_pos pos = selector_pos(s, group);
    kt_diag *diag;

    if (!s->rules->selector_error_stops) {
        judge_all(s, reasons, KT_CHOSEN_ALL, "the selector cannot be parsed and is ignored");
        diag = kt_diags_add(&s->run->diags, KT_SELECTOR_IGNORED, pos,
                            "selector '%v' cannot be parsed and is ignored: %v", group->selector,
                            group->selector_error);
        diag->object = kt_arena_format(&s->run->arena, "Work/%v", s->work->name);
        return;
    }
    judge_all(s, reasons, KT_SELECTOR_INVALID, "the selector cannot be parsed");
    diag = kt_diags_add(&s->run->diags, KT_SELECTOR_SYNTAX, pos, "selector '%v' cannot be parsed: %v",
                        group->selector, group->selector_error);
    diag->object = kt_arena_format(&s->run->arena, "Work/%v", s->work->name);
    s->run->left_out++;
    s->stopped = true;
}

/* ---- What is there already (S-26 … S-29) ---- */

/* D-5: a Destination that leaves with cleanup all takes its placements along. */
static bool left_nothing(const scheduler *s, kt_sv destination)
{
    const kt_destination *then = kt_memory_destination(s->run->memory, destination);

    return then && then->cleanup_all;
}

/* Once for each Destination: equal diagnostics are one. */
static void note_lingering(const scheduler *s, kt_sv destination)
{
    kt_pos pos = {s->printed ? s->then->pos.file : s->run->options.lock->path, 0, 0};
    kt_diag *diag = kt_diags_add(&s->run->diags, KT_LINGERING, pos,
                                 "Destination %v is gone: what was placed there stays as it is", destination);

    diag->object = kt_arena_format(&s->run->arena, "Destination/%v", destination);
}

/* One remembered placement: on a Destination that is there, or lingering. */
static void recall_one(scheduler *s, was *existing, kt_group *group, kt_sv *lingering, kt_sv destination,
                       bool misplaced)
{
    const kt_destination *now = kt_destination_find(s->model->destinations, s->model->destination_count, destination);

    if (now) {
        existing[now - s->model->destinations] = misplaced ? WAS_MISPLACED : WAS_PLACED;
        return;
    }
    if (left_nothing(s, destination))
        return;
    note_lingering(s, destination);
    lingering[group->lingering_count++] = destination;
}

/* Where there was a group of this directory, a value for each Destination of the model. NULL: no memory left. */
static was *recall(scheduler *s, kt_group *group)
{
    const kt_group *then = kt_memory_group(s->then, group->directory);
    was *existing = kt_arena_array(&s->scratch, s->model->destination_count, sizeof *existing);
    kt_sv *lingering;

    if (!then || !existing)
        return existing;
    lingering = kt_arena_array(&s->run->arena, then->placement_count + then->lingering_count, sizeof *lingering);
    if (!lingering)
        return NULL;
    group->lingering_count = 0;
    group->lingering = lingering;
    for (size_t i = 0; i < then->placement_count; i++)
        recall_one(s, existing, group, lingering, then->placements[i].destination->name,
                   then->placements[i].misplaced);
    for (size_t i = 0; i < then->lingering_count; i++)
        recall_one(s, existing, group, lingering, then->lingering[i], true);
    return existing;
}

static bool any(const was *existing, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (existing[i] != WAS_NOWHERE)
            return true;
    return false;
}

/* S-26: a request stays where it is; a dependency stays there too. */
static void stay(kt_arena *arena, kt_reason *reasons, const was *existing, size_t count, bool request)
{
    for (size_t i = 0; i < count; i++) {
        if (existing[i] == WAS_NOWHERE && request && chosen(reasons[i].verdict)) {
            reasons[i].verdict = KT_NOT_FIRST;
            reasons[i].text = KT_SV("it matches too, but the request stays where it is");
        } else if (existing[i] != WAS_NOWHERE && !chosen(reasons[i].verdict)) {
            reasons[i].verdict = KT_STAYS;
            reasons[i].text = kt_arena_format(arena, "it stays where it was placed before, though %v",
                                              reasons[i].text);
        } else if (existing[i] != WAS_NOWHERE && request) {
            reasons[i].verdict = KT_STAYS;
            reasons[i].text = KT_SV("it was placed there before and stays");
        }
    }
}

/* ---- Placements ---- */

static bool name_fits(scheduler *s, const kt_destination *destination)
{
    kt_diag *diag;

    if (destination->name.len <= LONGEST_LABEL_VALUE)
        return true;
    diag = kt_diags_add(&s->run->diags, KT_DESTINATION_NAME_TOO_LONG, destination->pos,
                        "nothing can be placed on Destination %v: its name has %u bytes, a label value holds %u",
                        destination->name, (uint64_t)destination->name.len, (uint64_t)LONGEST_LABEL_VALUE);
    diag->object = kt_arena_format(&s->run->arena, "Destination/%v", destination->name);
    s->run->left_out++;
    s->stopped = true; /* S-31: counts as S-6 */
    return false;
}

static void report_misplaced(scheduler *s, const kt_group *group, const kt_destination *destination)
{
    kt_diag *diag = kt_diags_add(&s->run->diags, KT_MISPLACED, s->work->pos,
                                 "Target destination no longer matches destinationSelectors for workloadGroups: [%v]",
                                 kt_str(group->id));

    diag->object = kt_arena_format(&s->run->arena, "Work/%v", s->work->name);
    diag->related = destination->pos;
    diag->related_text = kt_arena_format(&s->run->arena, "it stays on Destination %v", destination->name);
}

/* S-26: it was placed there and does not match any more. A request that was misplaced keeps the mark, and so does
 * everything where scheduling stops. */
static bool is_misplaced(const scheduler *s, was before, bool matches)
{
    if (before == WAS_NOWHERE)
        return false;
    if (s->stopped)
        return before == WAS_MISPLACED;
    return !matches || (s->work->type == KT_WORK_RESOURCE && before == WAS_MISPLACED);
}

/* `matches[i]` tells whether the selector matches. */
static bool place(scheduler *s, kt_group *group, const kt_reason *reasons, const was *existing, const bool *matches)
{
    kt_arena *arena = &s->run->arena;
    size_t count = s->model->destination_count;
    kt_placement *placements;
    size_t most = 0;

    for (size_t i = 0; i < count; i++)
        most += existing[i] != WAS_NOWHERE || chosen(reasons[i].verdict);
    placements = kt_arena_array(arena, most, sizeof *placements);
    if (!placements)
        return false;
    for (size_t i = 0; i < count; i++) {
        const kt_destination *destination = reasons[i].destination;
        kt_placement *placement;
        if (existing[i] == WAS_NOWHERE && (s->stopped || !chosen(reasons[i].verdict) || !name_fits(s, destination)))
            continue;
        placement = &placements[group->placement_count];
        placement->name = kt_arena_format(arena, "%v.%v-%v", s->work->name, destination->name,
                                          kt_group_short_id(group)); /* S-23 */
        placement->namespace_ = s->work->namespace_;
        placement->destination = destination;
        placement->misplaced = is_misplaced(s, existing[i], matches[i]);
        if (placement->misplaced)
            report_misplaced(s, group, destination);
        group->placement_count++;
    }
    group->placements = placements;
    return !arena->failed;
}

/* The reasons of a group, which others may have too; `shared` tells. NULL: no memory left. */
static kt_reason *make_reasons(scheduler *s, kt_group *group, const kt_label_selector *selector, bool dry_run, bool *shared)
{
    kt_reason *reasons;

    *shared = !s->stopped && selector->error.len == 0;
    if (*shared)
        return kt_group_judge(s->run, s->model, group, selector, dry_run);
    reasons = kt_arena_array(&s->run->arena, s->model->destination_count, sizeof *reasons);
    if (!reasons)
        return NULL;
    if (s->stopped)
        judge_all(s, reasons, KT_AFTER_INVALID, "an earlier group of the same Work stopped scheduling");
    else
        judge_invalid(s, reasons, group);
    return reasons;
}

/* The group keeps what it held: plan/dump.c fills it from the print-out, layout/kept.c from what is written. */
static bool keep(scheduler *s, kt_group *group, const kt_group *then)
{
    if (!s->printed)
        return kt_memory_keep(s->run->memory, &s->run->arena, group, s->then, then);
    group->kept = true;
    group->workloads = NULL;
    group->workload_count = 0;
    return true;
}

/* Reasons of its own, for a group that changes them. */
static kt_reason *own_reasons(scheduler *s, kt_group *group, const kt_reason *shared)
{
    kt_reason *reasons = kt_arena_array(&s->run->arena, s->model->destination_count, sizeof *reasons);

    for (size_t i = 0; reasons && i < s->model->destination_count; i++)
        reasons[i] = shared[i];
    group->reasons = reasons;
    return reasons;
}

/* From verdicts to placements, those that are there already included. */
static bool settle(scheduler *s, kt_group *group, kt_reason *reasons, bool shared)
{
    kt_arena *arena = &s->run->arena;
    size_t count = s->model->destination_count, matching = 0;
    bool request = s->work->type == KT_WORK_RESOURCE;
    was *existing = recall(s, group);
    bool *matches = kt_arena_array(&s->scratch, count, sizeof *matches), here;

    if (!existing || !matches)
        return false;
    here = any(existing, count);
    for (size_t i = 0; i < count; i++)
        matching += matches[i] = chosen(reasons[i].verdict);
    if (shared && (here || (request && matching > 0)) && !(reasons = own_reasons(s, group, reasons)))
        return false;
    if (request && !here && group->lingering_count == 0) {
        choose_first(arena, reasons, count);
        report_several(s, group, reasons);
    } else if (!s->stopped) {
        stay(arena, reasons, existing, count, request);
    }
    if (!place(s, group, reasons, existing, matches))
        return false;
    /* S-6: what is placed already is not written anew either. */
    return !s->stopped || !here || group->kept
           || keep(s, group, kt_memory_group(s->then, group->directory));
}

static bool schedule_group(scheduler *s, kt_group *group)
{
    kt_label_selector selector = {NULL, 0, {NULL, 0}};
    kt_reason *reasons;
    bool dry_run, shared;

    kt_arena_reset(&s->scratch);
    if (!kt_group_set_selector(&s->run->arena, group, &dry_run)
        || kt_selector_parse(&selector, &s->run->arena, group->selector) != KT_OK)
        return false;
    group->selector_error = selector.error;
    group->reasons = reasons = make_reasons(s, group, &selector, dry_run, &shared);
    group->reason_count = s->model->destination_count;
    return reasons && settle(s, group, reasons, shared);
}

/* S-22: one warning for all groups of the Work that stay unplaced; it shows the selector of the first. */
static bool report_unplaced(scheduler *s, const kt_group *groups, size_t count)
{
    kt_buf ids;
    kt_diag *diag;
    const kt_group *first = NULL;
    size_t unplaced = 0;

    kt_buf_init(&ids, s->run->arena.allocator);
    for (size_t i = 0; i < count; i++)
        if (groups[i].placement_count + groups[i].lingering_count == 0 && groups[i].selector_error.len == 0) {
            first = first ? first : &groups[i];
            kt_buf_format(&ids, "%s%s", unplaced++ > 0 ? "," : "", groups[i].id);
        }
    if (unplaced > 0 && !s->stopped && !(s->run->options.validate && s->model->lost_destinations)) {
        diag = kt_diags_add(&s->run->diags, KT_UNPLACED, selector_pos(s, first),
                            first->selector.len > 0
                                ? "No matching destination found for workloadGroups: [%v]; none has the labels %v"
                                : "No matching destination found for workloadGroups: [%v]; none takes Works without selectors",
                            kt_buf_text(&ids, &s->run->arena), first->selector);
        diag->object = kt_arena_format(&s->run->arena, "Work/%v", s->work->name);
        kt_group_relate_nearest(s->run, diag, first);
    }
    kt_buf_dispose(&ids);
    return !s->run->arena.failed;
}

/* ---- Short ids ---- */

static bool is_placed_on(const kt_group *group, const kt_destination *destination)
{
    for (size_t i = 0; i < group->placement_count; i++)
        if (group->placements[i].destination == destination)
            return true;
    return false;
}

static void report_clash(scheduler *s, const kt_group *earlier, const kt_group *later, const kt_destination *on)
{
    kt_diag *diag = kt_diags_add(&s->run->diags, KT_SHORT_ID_CLASH, s->work->pos,
                                 "directories %v and %v have the same short id %v: on Destination %v only the second "
                                 "is kept",
                                 earlier->directory, later->directory, kt_group_short_id(later), on->name);

    diag->object = kt_arena_format(&s->run->arena, "Work/%v", s->work->name);
    s->run->left_out++;
}

/* S-25: of two placements of one name the later group's stays. */
static bool take_over(scheduler *s, kt_group *earlier, const kt_group *later)
{
    kt_placement *kept = kt_arena_array(&s->run->arena, earlier->placement_count, sizeof *kept);
    size_t count = 0;

    if (!kept)
        return false;
    for (size_t i = 0; i < earlier->placement_count; i++) {
        const kt_placement *placement = &earlier->placements[i];
        if (is_placed_on(later, placement->destination))
            report_clash(s, earlier, later, placement->destination);
        else
            kept[count++] = *placement;
    }
    earlier->placements = kept;
    earlier->placement_count = count;
    return true;
}

static bool resolve_short_ids(scheduler *s, kt_group *groups, size_t count)
{
    kt_map seen;

    kt_map_init(&seen, &s->run->arena);
    for (size_t i = 0; i < count && count > 1; i++) {
        size_t at = kt_map_get(&seen, kt_group_short_id(&groups[i]));
        if (at != KT_MAP_NONE && !take_over(s, &groups[at], &groups[i]))
            return false;
        if (!kt_map_set(&seen, kt_group_short_id(&groups[i]), i))
            return false;
    }
    return true;
}

/* ---- Groups that are gone ---- */

static bool has_directory(const kt_group *groups, size_t count, kt_sv directory)
{
    for (size_t i = 0; i < count; i++)
        if (kt_sv_equal(groups[i].directory, directory))
            return true;
    return false;
}

/* The groups move: so do those whose content is to be found. */
static void move_kept(kt_memory *memory, size_t first, const kt_group *from, size_t count, kt_group *to)
{
    for (size_t i = first; i < memory->kept_count; i++)
        if (memory->kept[i].group >= from && memory->kept[i].group < from + count)
            memory->kept[i].group = to + (memory->kept[i].group - from);
}

/* S-6: where scheduling stops, nothing is cleaned up. Groups of earlier runs follow the others, as they were. */
static bool keep_vanished(scheduler *s, kt_work *work, kt_group **groups, size_t kept_first)
{
    kt_arena *arena = &s->run->arena;
    size_t count = work->group_count;
    kt_group *all;

    if (!s->stopped || !s->then || work->kept)
        return true;
    all = kt_arena_array(arena, count + s->then->group_count, sizeof *all);
    if (!all)
        return false;
    for (size_t i = 0; i < count; i++)
        all[i] = (*groups)[i];
    if (!s->printed)
        move_kept(s->run->memory, kept_first, *groups, count, all);
    for (size_t i = 0; i < s->then->group_count; i++) {
        const kt_group *then = &s->then->groups[i];
        if (has_directory(all, count, then->directory))
            continue;
        kt_group_set_directory(&all[work->group_count], then->directory);
        all[work->group_count].selector = then->selector;
        if (!keep(s, &all[work->group_count], then) || !schedule_group(s, &all[work->group_count]))
            return false;
        work->group_count++;
    }
    *groups = all;
    work->groups = all;
    return true;
}

/* ---- One Work ---- */

/* The Work as it was: what the cluster has printed is newer than the lock. */
static void look_back(scheduler *s)
{
    const kt_work *work = s->work, *printed = kt_memory_work(s->run->printed, work->identity, work->namespace_);

    s->then = kt_memory_work(s->run->memory, work->identity, work->namespace_);
    if (s->then && *kt_memory_fate(s->run->memory, s->then) == KT_FATE_DELETED)
        s->then = NULL; /* D-2 */
    else if (s->then && !work->kept)
        *kt_memory_fate(s->run->memory, s->then) = KT_FATE_MADE;
    s->printed = printed && s->model->placement_count > 0; /* a print-out of Works alone tells names only */
    if (s->printed)
        s->then = printed;
}

/* Every group has a reason for every Destination: what two long lists of manifests multiply to. */
static bool exceeds_limit(kt_run *run, const kt_model *model, const kt_work *work)
{
    uint64_t most = run->options.limits.values, before = run->reasons;

    run->reasons += (uint64_t)work->group_count * model->destination_count;
    if (run->reasons <= most)
        return false;
    if (before <= most)
        kt_diags_add(&run->diags, KT_LIMIT_VALUES, work->pos, "more than %u pairs of a workload group and a Destination",
                     most);
    return true;
}

bool kt_work_schedule(kt_run *run, const kt_model *model, kt_work *work, kt_group *groups)
{
    scheduler s = {.run = run, .rules = kt_profile_rules_get(run->options.profile), .model = model, .work = work};
    size_t kept_first = run->memory ? run->memory->kept_count : 0;
    bool fine = true;

    if (exceeds_limit(run, model, work))
        return !run->arena.failed;
    kt_arena_init(&s.scratch, run->arena.allocator);
    look_back(&s);
    for (size_t i = 0; i < work->group_count && fine; i++)
        fine = schedule_group(&s, &groups[i]);
    fine = fine && keep_vanished(&s, work, &groups, kept_first) && report_unplaced(&s, groups, work->group_count)
           && resolve_short_ids(&s, groups, work->group_count);
    kt_arena_dispose(&s.scratch);
    return fine;
}
