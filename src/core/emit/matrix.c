/* The placement matrix: workload groups by Destinations, and what each cell means. */
#include <string.h>

#include "base/sort.h"
#include "base/sv.h"
#include "memory/memory.h"
#include "tree/result.h"

/* What is handed out, with the memory behind it. */
typedef struct handle {
    kt_matrix matrix; /* comes first */
    kt_arena arena;
} handle;

/* ---- Marks ---- */

typedef struct mark_info {
    const char *sign;
    const char *text;
    bool places;
} mark_info;

static const mark_info marks[KT_MARKS] = {
    [KT_MARK_PLACED] = {"●", "placed", true},
    [KT_MARK_FIRST] = {"◆", "placed, the first by name of several", true},
    [KT_MARK_DECIDED] = {"■", "placed before, and stays", true},
    [KT_MARK_MISPLACED] = {"▲", "stays, but no longer matches", true},
    [KT_MARK_CANDIDATE] = {"○", "matches, but another was chosen", false},
    [KT_MARK_LABELS] = {"·", "its labels do not match", false},
    [KT_MARK_STRICT] = {"s", "strict, and there is no selector", false},
    [KT_MARK_DRY_RUN] = {"d", "kept for dry runs", false},
    [KT_MARK_STOPPED] = {"!", "a selector cannot be parsed", false},
    [KT_MARK_ABSENT] = {"□", "not placed by the cluster", false},
};

static const kt_mark verdict_marks[] = {
    [KT_CHOSEN] = KT_MARK_PLACED,         [KT_CHOSEN_FIRST] = KT_MARK_FIRST,
    [KT_NOT_FIRST] = KT_MARK_CANDIDATE,   [KT_TERM_FAILED] = KT_MARK_LABELS,
    [KT_STRICT_LABELS] = KT_MARK_STRICT,  [KT_DRY_RUN_ONLY] = KT_MARK_DRY_RUN,
    [KT_SELECTOR_INVALID] = KT_MARK_STOPPED, [KT_AFTER_INVALID] = KT_MARK_STOPPED,
    [KT_CHOSEN_ALL] = KT_MARK_PLACED,     [KT_PINNED] = KT_MARK_DECIDED,
    [KT_NOT_PLACED] = KT_MARK_ABSENT,     [KT_STAYS] = KT_MARK_DECIDED,
};

const char *kt_mark_sign(kt_mark mark)
{
    return marks[mark].sign;
}

const char *kt_mark_text(kt_mark mark)
{
    return marks[mark].text;
}

bool kt_mark_places(kt_mark mark)
{
    return marks[mark].places;
}

/* ---- Cells ---- */

/* Index of the first of `count` items, sorted by Destination name, that is not before `name`. `name_at` names one. */
static size_t lower_bound(const void *items, size_t count, kt_sv name, kt_sv (*name_at)(const void *items, size_t i))
{
    size_t low = 0;

    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (kt_sv_compare(name_at(items, middle), name) < 0)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

static kt_sv reason_name(const void *items, size_t i)
{
    return ((const kt_reason *)items)[i].destination->name;
}

static kt_sv placement_name(const void *items, size_t i)
{
    return ((const kt_placement *)items)[i].destination->name;
}

static const kt_reason *find_reason(const kt_group *group, kt_sv name)
{
    size_t at = lower_bound(group->reasons, group->reason_count, name, reason_name);

    return at < group->reason_count && kt_sv_equal(reason_name(group->reasons, at), name) ? &group->reasons[at] : NULL;
}

static const kt_placement *find_placement(const kt_group *group, kt_sv name)
{
    size_t at = lower_bound(group->placements, group->placement_count, name, placement_name);

    return at < group->placement_count && kt_sv_equal(placement_name(group->placements, at), name)
               ? &group->placements[at]
               : NULL;
}

kt_mark kt_group_mark(const kt_group *group, const kt_destination *destination, kt_sv *reason)
{
    const kt_placement *placement = find_placement(group, destination->name);
    const kt_reason *found = find_reason(group, destination->name);

    if (reason)
        *reason = found ? found->text : (kt_sv){NULL, 0};
    if (placement && placement->misplaced)
        return KT_MARK_MISPLACED;
    if (placement && (!found || !marks[verdict_marks[found->verdict]].places))
        return KT_MARK_DECIDED;
    return found ? verdict_marks[found->verdict] : KT_MARK_ABSENT;
}

/* ---- Rows ---- */

static kt_sv what(kt_arena *arena, const kt_work *work, const kt_group *group)
{
    kt_identity identity;
    kt_sv text = KT_SV("dependencies");

    if (work->type == KT_WORK_PROMISE)
        text = kt_arena_format(arena, "workflow %v", work->pipeline);
    else if (work->type == KT_WORK_RESOURCE && kt_identity_split(&identity, work->identity))
        text = kt_arena_format(arena, "request %v/%v, %v", identity.namespace_, work->resource, work->pipeline);
    else if (work->type == KT_WORK_RESOURCE)
        text = kt_arena_format(arena, "request %v, %v", work->resource, work->pipeline);
    return kt_sv_is(group->directory, ".") ? text : kt_arena_format(arena, "%v, %v/", text, group->directory);
}

static int compare_works(const void *a, const void *b)
{
    const kt_work *x = *(const kt_work *const *)a, *y = *(const kt_work *const *)b;
    int order = kt_sv_compare(x->promise, y->promise);

    if (order == 0 && x->type != y->type)
        order = x->type < y->type ? -1 : 1;
    return order != 0 ? order : kt_sv_compare(x->identity, y->identity);
}

static void fill_row(kt_matrix_row *row, kt_matrix *matrix, size_t *received, kt_arena *arena)
{
    row->what = what(arena, row->work, row->group);
    for (size_t d = 0; d < matrix->destination_count; d++)
        if (kt_mark_places(kt_group_mark(row->group, matrix->destinations[d], NULL))) {
            row->placed++;
            received[d]++;
        }
}

static void add_rows(kt_matrix *matrix, const kt_plan *plan, size_t *received, kt_arena *arena)
{
    const kt_work **works = kt_arena_array(arena, plan->work_count, sizeof *works);
    kt_matrix_row *rows;
    size_t count = 0;

    for (size_t i = 0; works && i < plan->work_count; i++) {
        works[i] = &plan->works[i];
        count += plan->works[i].group_count;
    }
    rows = kt_arena_array(arena, count, sizeof *rows);
    if (!works || !rows || !received || !kt_sort(works, plan->work_count, sizeof *works, compare_works, arena))
        return;
    for (size_t i = 0; i < plan->work_count; i++)
        for (size_t g = 0; g < works[i]->group_count; g++) {
            kt_matrix_row *row = &rows[matrix->row_count++];
            *row = (kt_matrix_row){works[i], &works[i]->groups[g], {NULL, 0}, 0};
            fill_row(row, matrix, received, arena);
        }
    matrix->rows = rows;
}

/* ---- Columns ---- */

static bool has_store(const kt_tree *tree, const kt_store *store)
{
    for (size_t i = 0; i < tree->store_count; i++)
        if (tree->stores[i].store == store)
            return true;
    return false;
}

static bool is_asked_for(const kt_result *result, const kt_destination *destination)
{
    const kt_render_options *options = &result->run.options;

    return (options->destination.len == 0 || kt_sv_equal(options->destination, destination->name))
           && (options->store.len == 0 || has_store(&result->tree, destination->store));
}

static void add_columns(kt_matrix *matrix, const kt_result *result, kt_arena *arena)
{
    const kt_plan *plan = &result->plan;
    const kt_destination **columns = kt_arena_array(arena, plan->destination_count, sizeof *columns);

    for (size_t i = 0; columns && i < plan->destination_count; i++)
        if (is_asked_for(result, &plan->destinations[i]))
            columns[matrix->destination_count++] = &plan->destinations[i];
    matrix->destinations = columns;
}

/* ---- Public functions ---- */

kt_status kt_matrix_new(kt_matrix **out, const kt_result *result)
{
    size_t *received;
    kt_arena arena;
    handle *h;

    if (!out)
        return KT_ERR_ARGUMENT;
    *out = NULL;
    if (!result)
        return KT_ERR_ARGUMENT;
    kt_arena_init(&arena, result->run.options.allocator);
    h = kt_arena_array(&arena, 1, sizeof *h);
    if (h) {
        add_columns(&h->matrix, result, &arena);
        received = kt_arena_array(&arena, h->matrix.destination_count, sizeof *received);
        h->matrix.received = received;
        add_rows(&h->matrix, &result->plan, received, &arena);
    }
    if (arena.failed) {
        kt_arena_dispose(&arena);
        return KT_ERR_NOMEM;
    }
    h->arena = arena;
    *out = &h->matrix;
    return KT_OK;
}

void kt_matrix_free(kt_matrix *matrix)
{
    kt_arena arena;

    if (!matrix)
        return;
    arena = ((handle *)(void *)matrix)->arena;
    kt_arena_dispose(&arena);
}
