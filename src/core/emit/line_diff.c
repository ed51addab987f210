/* Lines that differ, and the hunks around them.
 *
 *     text ──lines──> slices ──intern──> ids ──kt_myers──> changed ──group──> hunks
 *
 * A line that only one side has is changed whatever the rest; the search is for those that both have. The line feed
 * belongs to the line, so that a last line without one differs from one with. */
#include "emit/line_diff.h"

#include <string.h>

#include "base/map.h"
#include "base/sv.h"
#include "emit/myers.h"

#define LOOKED_AT ((size_t)8000) /* where git looks for a NUL, too */

typedef struct side {
    kt_sv text;
    kt_sv *lines; /* with their line feeds */
    uint32_t *ids;
    bool *changed;
    size_t count;
} side;

/* What is left of a side without the lines that the other does not have. */
typedef struct rest {
    uint32_t *ids;
    size_t *lines; /* of each id, its line */
    bool *changed;
    size_t count;
} rest;

typedef struct builder {
    kt_arena *arena;
    side old, new;
    kt_line_diff *diff;
    kt_hunk *hunks;
    size_t room;
    kt_line *lines;
    size_t line_room;
    size_t line_count; /* of the hunk that is built */
} builder;

/* ---- Lines ---- */

static bool is_binary(kt_sv text)
{
    size_t size = text.len < LOOKED_AT ? text.len : LOOKED_AT;

    return size > 0 && memchr(text.ptr, 0, size) != NULL;
}

static size_t count_lines(kt_sv text)
{
    size_t count = 0;

    for (size_t at = 0; at < text.len; count++)
        at += kt_sv_find(kt_sv_slice(text, at, text.len), '\n') + 1;
    return count;
}

static bool split_lines(side *s, kt_arena *arena)
{
    size_t at = 0;

    s->lines = kt_arena_array(arena, s->count, sizeof *s->lines);
    s->ids = kt_arena_array(arena, s->count, sizeof *s->ids);
    s->changed = kt_arena_array(arena, s->count, sizeof *s->changed);
    if (!s->lines || !s->ids || !s->changed)
        return false;
    for (size_t i = 0; i < s->count; i++) {
        size_t end = at + kt_sv_find(kt_sv_slice(s->text, at, s->text.len), '\n') + 1;
        s->lines[i] = kt_sv_slice(s->text, at, end);
        at = end;
    }
    return true;
}

static bool intern(side *s, kt_map *map)
{
    for (size_t i = 0; i < s->count; i++) {
        size_t id = kt_map_get(map, s->lines[i]);
        if (id == KT_MAP_NONE) {
            id = map->count;
            if (!kt_map_set(map, s->lines[i], id))
                return false;
        }
        s->ids[i] = (uint32_t)id;
    }
    return true;
}

static void mark(bool *there, const side *s)
{
    for (size_t i = 0; i < s->count; i++)
        there[s->ids[i]] = true;
}

/* Lines that `there`, the other side, has; the others are changed. */
static bool keep_shared(rest *out, side *s, const bool *there, kt_arena *arena)
{
    out->ids = kt_arena_array(arena, s->count, sizeof *out->ids);
    out->lines = kt_arena_array(arena, s->count, sizeof *out->lines);
    out->changed = kt_arena_array(arena, s->count, sizeof *out->changed);
    if (!out->ids || !out->lines || !out->changed)
        return false;
    for (size_t i = 0; i < s->count; i++) {
        s->changed[i] = !there[s->ids[i]];
        if (s->changed[i])
            continue;
        out->ids[out->count] = s->ids[i];
        out->lines[out->count++] = i;
    }
    return true;
}

static void give_back(side *s, const rest *r)
{
    for (size_t i = 0; i < r->count; i++)
        s->changed[r->lines[i]] = r->changed[i];
}

static bool find_changed(builder *b)
{
    rest old = {NULL, NULL, NULL, 0}, new = {NULL, NULL, NULL, 0};
    kt_sequence before, after;
    bool *in_old, *in_new;
    kt_map map;

    kt_map_init(&map, b->arena);
    if (!intern(&b->old, &map) || !intern(&b->new, &map))
        return false;
    in_old = kt_arena_array(b->arena, map.count, sizeof *in_old);
    in_new = kt_arena_array(b->arena, map.count, sizeof *in_new);
    if (!in_old || !in_new)
        return false;
    mark(in_old, &b->old);
    mark(in_new, &b->new);
    if (!keep_shared(&old, &b->old, in_new, b->arena) || !keep_shared(&new, &b->new, in_old, b->arena))
        return false;
    before = (kt_sequence){old.ids, old.count, old.changed};
    after = (kt_sequence){new.ids, new.count, new.changed};
    if (!kt_myers(&before, &after, b->arena))
        return false;
    give_back(&b->old, &old);
    give_back(&b->new, &new);
    return true;
}

/* ---- Hunks ---- */

/* A stretch of lines that were replaced: [old, old_end) by [new, new_end). */
typedef struct edit {
    size_t old, old_end;
    size_t new, new_end;
} edit;

/* The next one at or behind `e`'s ends; false: there is none. What is between them is the same on both sides. */
static bool next_edit(const builder *b, edit *e)
{
    size_t old = e->old_end, new = e->new_end;

    while (old < b->old.count && new < b->new.count && !b->old.changed[old] && !b->new.changed[new]) {
        old++;
        new++;
    }
    *e = (edit){old, old, new, new};
    while (e->old_end < b->old.count && b->old.changed[e->old_end])
        e->old_end++;
    while (e->new_end < b->new.count && b->new.changed[e->new_end])
        e->new_end++;
    return e->old_end > old || e->new_end > new;
}

static bool add_lines(builder *b, kt_line_kind kind, const side *s, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        kt_line *lines = kt_arena_reserve(b->arena, b->lines, b->line_count, &b->line_room, sizeof *lines);
        bool closed = kt_sv_ends(s->lines[i], KT_SV("\n"));
        if (!lines)
            return false;
        b->lines = lines;
        lines[b->line_count++] = (kt_line){kind, kt_sv_slice(s->lines[i], 0, s->lines[i].len - closed), !closed};
    }
    return true;
}

static bool add_edit(builder *b, const edit *e)
{
    b->diff->removed += e->old_end - e->old;
    b->diff->added += e->new_end - e->new;
    return add_lines(b, KT_LINE_REMOVED, &b->old, e->old, e->old_end)
           && add_lines(b, KT_LINE_ADDED, &b->new, e->new, e->new_end);
}

/* Lines count from 1; of none, the one before is named. */
static uint64_t start_of(size_t from, size_t count)
{
    return from + (count > 0);
}

static bool add_hunk(builder *b, const edit *whole)
{
    kt_hunk *hunks = kt_arena_reserve(b->arena, b->hunks, b->diff->hunk_count, &b->room, sizeof *hunks);
    size_t old = whole->old_end - whole->old, new = whole->new_end - whole->new;

    if (!hunks)
        return false;
    b->hunks = hunks;
    hunks[b->diff->hunk_count++] = (kt_hunk){start_of(whole->old, old), old, start_of(whole->new, new), new,
                                             b->lines, b->line_count};
    b->lines = NULL;
    b->line_count = b->line_room = 0;
    return true;
}

/* Edits with at most 2 × context lines between them share a hunk. */
static bool build_hunk(builder *b, edit *e, bool *more, size_t context)
{
    size_t before = e->old < context ? e->old : context, after;
    edit whole = {e->old - before, e->old, e->new - before, e->new}, last;

    if (!add_lines(b, KT_LINE_SAME, &b->old, whole.old, e->old))
        return false;
    do {
        last = *e;
        if (!add_edit(b, e))
            return false;
        *more = next_edit(b, e);
        if (*more && e->old - last.old_end <= 2 * context
            && !add_lines(b, KT_LINE_SAME, &b->old, last.old_end, e->old))
            return false;
    } while (*more && e->old - last.old_end <= 2 * context);
    after = b->old.count - last.old_end < context ? b->old.count - last.old_end : context;
    whole.old_end = last.old_end + after;
    whole.new_end = last.new_end + after;
    return add_lines(b, KT_LINE_SAME, &b->old, last.old_end, whole.old_end) && add_hunk(b, &whole);
}

static bool build_hunks(builder *b, size_t context)
{
    edit e = {0, 0, 0, 0};
    bool more = next_edit(b, &e);

    while (more)
        if (!build_hunk(b, &e, &more, context))
            return false;
    b->diff->hunks = b->hunks;
    return true;
}

/* ---- Public functions ---- */

kt_line_handle *kt_line_handle_new(const kt_line_options *options)
{
    kt_allocator a = options && options->allocator.resize ? options->allocator : kt_allocator_default();
    kt_line_handle *h = a.resize(a.ctx, NULL, 0, sizeof *h);

    if (!h)
        return NULL;
    memset(h, 0, sizeof *h);
    kt_arena_init(&h->arena, a);
    return h;
}

bool kt_line_handle_fill(kt_line_handle *h, kt_sv before, kt_sv after, const kt_line_options *options)
{
    static const kt_line_options defaults = KT_LINE_OPTIONS_INIT;
    uint64_t max_lines;
    builder b = {.arena = &h->arena, .diff = &h->diff};

    if (!options)
        options = &defaults;
    max_lines = options->max_lines > 0 && options->max_lines < KT_LINES_MOST ? options->max_lines : KT_LINES_MOST;
    h->diff.same = kt_sv_equal(before, after);
    h->diff.binary = is_binary(before) || is_binary(after);
    if (h->diff.same || h->diff.binary)
        return true;
    b.old = (side){before, NULL, NULL, NULL, count_lines(before)};
    b.new = (side){after, NULL, NULL, NULL, count_lines(after)};
    h->diff.too_long = b.old.count + b.new.count > max_lines;
    if (h->diff.too_long)
        return true;
    return split_lines(&b.old, b.arena) && split_lines(&b.new, b.arena) && find_changed(&b)
           && build_hunks(&b, (size_t)(options->context < max_lines ? options->context : max_lines));
}

kt_status kt_line_diff_new(kt_line_diff **out, kt_sv before, kt_sv after, const kt_line_options *options)
{
    kt_line_handle *h;

    if (!out)
        return KT_ERR_ARGUMENT;
    *out = NULL;
    if (options && options->version != KT_LINE_OPTIONS_VERSION)
        return KT_ERR_ARGUMENT;
    h = kt_line_handle_new(options);
    if (!h)
        return KT_ERR_NOMEM;
    if (!kt_line_handle_fill(h, before, after, options)) {
        kt_line_diff_free(&h->diff);
        return KT_ERR_NOMEM;
    }
    *out = &h->diff;
    return KT_OK;
}

void kt_line_diff_free(kt_line_diff *diff)
{
    kt_line_handle *h = (kt_line_handle *)diff;
    kt_allocator a;

    if (!h)
        return;
    a = h->arena.allocator;
    kt_arena_dispose(&h->arena);
    a.resize(a.ctx, h, sizeof *h, 0);
}
