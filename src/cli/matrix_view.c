/* Laying out the matrix: how wide the left side is, names or numbers above, how many Destinations in a block. */
#include "cli/matrix_view.h"

#include <stdio.h>

#include "cli/fill.h"
#include "store/pool.h"

#define GAP 2
#define LEAST_LEFT 26  /* columns that numbers leave to Promise and content */
#define LEAST_RIGHT 12 /* a selector that has less room is left out */
#define WIDEST_PROMISE 24
#define CLUSTER 5      /* numbered columns between two blanks */
#define NOWHERE "nowhere"

typedef struct layout {
    kt_output *out;
    const kt_matrix *matrix;
    bool color;
    bool numbers;    /* numbers stand for names */
    size_t width;    /* SIZE_MAX: no end */
    size_t promise;  /* columns of the Promise */
    size_t what;     /* columns of what the group is */
    size_t per_block; /* Destinations in a block */
    bool used[KT_MARKS];
} layout;

static size_t most(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- Widths ---- */

/* Columns of so many numbered Destinations: a gap, and a blank before each fifth. */
static size_t numbered_width(size_t count)
{
    return GAP + count + (count > 0 ? (count - 1) / CLUSTER : 0);
}

static size_t left_width(const layout *l)
{
    return l->promise + GAP + l->what;
}

static size_t name_width(const layout *l, size_t d)
{
    return kt_safe_width(l->matrix->destinations[d]->name);
}

static size_t names_width(const layout *l)
{
    size_t width = 0;

    for (size_t d = 0; d < l->matrix->destination_count; d++)
        width += name_width(l, d) + GAP;
    return width;
}

static void measure_left(layout *l)
{
    for (size_t r = 0; r < l->matrix->row_count; r++) {
        l->promise = most(l->promise, kt_safe_width(l->matrix->rows[r].work->promise));
        l->what = most(l->what, kt_safe_width(l->matrix->rows[r].what));
    }
}

/* Make the left side so narrow that `right` columns remain, if that can be. */
static void squeeze(layout *l, size_t right)
{
    size_t room = l->width > right ? l->width - right : 0;

    room = most(room, LEAST_LEFT) - GAP;
    if (l->promise + l->what <= room)
        return;
    l->promise = least(l->promise, most(room / 3, room > l->what ? room - l->what : 0));
    l->promise = least(l->promise, WIDEST_PROMISE);
    l->what = room - l->promise;
}

/* Columns that rows which go nowhere need behind their cells. */
static size_t reserved(const layout *l)
{
    for (size_t r = 0; r < l->matrix->row_count; r++)
        if (l->matrix->rows[r].placed == 0)
            return GAP + sizeof NOWHERE - 1;
    return 0;
}

static void choose_columns(layout *l)
{
    size_t names = names_width(l) + reserved(l), left = left_width(l), numbers = reserved(l);

    l->per_block = most(l->matrix->destination_count, 1);
    if (l->width == SIZE_MAX || left + names <= l->width)
        return;
    if (least(left, LEAST_LEFT + LEAST_RIGHT) + names <= l->width) { /* names, and a shortened left side */
        squeeze(l, names);
        return;
    }
    l->numbers = true;
    squeeze(l, numbered_width(l->matrix->destination_count) + numbers);
    while (l->per_block > 1 && left_width(l) + numbered_width(l->per_block) + numbers > l->width)
        l->per_block--;
}

/* ---- Cells ---- */

static kt_paint mark_paint(kt_mark mark)
{
    switch (mark) {
    case KT_MARK_PLACED:
    case KT_MARK_FIRST:
    case KT_MARK_DECIDED: return KT_PAINT_GOOD;
    case KT_MARK_MISPLACED: return KT_PAINT_WARNING;
    case KT_MARK_STOPPED: return KT_PAINT_ERROR;
    default: return KT_PAINT_DIM;
    }
}

static void put_painted(layout *l, kt_paint paint, const char *text)
{
    kt_output_put(l->out, kt_paint_begin(l->color, paint));
    kt_output_put(l->out, text);
    kt_output_put(l->out, kt_paint_end(l->color, paint));
}

static void put_blanks(layout *l, size_t count)
{
    kt_output_format(l->out, "%*s", (int)count, "");
}

/* Text cut or filled to so many columns. */
static void put_fixed(layout *l, kt_paint paint, kt_sv text, size_t columns)
{
    kt_output_put(l->out, kt_paint_begin(l->color, paint));
    kt_output_cut(l->out, text, columns);
    kt_output_put(l->out, kt_paint_end(l->color, paint));
    put_blanks(l, columns - least(columns, kt_safe_width(text)));
}

/* What stands before the column of a Destination. */
static size_t gap_before(const layout *l, size_t d, size_t from)
{
    if (!l->numbers || d == from)
        return GAP;
    return (d - from) % CLUSTER == 0;
}

/* A mark in the middle of its column. Returns the columns that the cell takes. `*owed` blanks stand behind the last
 * cell, and are written when something follows. */
static size_t put_cell(layout *l, const kt_matrix_row *row, size_t d, size_t gap, size_t *owed)
{
    kt_mark mark = kt_group_mark(row->group, l->matrix->destinations[d], NULL);
    size_t name = l->numbers ? 1 : name_width(l, d), before = (name - 1) / 2;

    l->used[mark] = true;
    put_blanks(l, *owed + gap + before);
    put_painted(l, mark_paint(mark), kt_mark_sign(mark));
    *owed = name - 1 - before;
    return gap + name;
}

static void put_selector(layout *l, const kt_matrix_row *row, size_t used, size_t owed)
{
    kt_sv selector = row->group->selector;
    size_t room;

    if (row->placed == 0) {
        put_blanks(l, owed + GAP);
        put_painted(l, KT_PAINT_WARNING, NOWHERE);
        used += GAP + sizeof NOWHERE - 1;
        owed = 0;
    }
    room = l->width > used + GAP ? l->width - used - GAP : 0;
    if (selector.len == 0 || (room < LEAST_RIGHT && kt_safe_width(selector) > room))
        return;
    put_blanks(l, owed + GAP);
    put_fixed(l, KT_PAINT_DIM, selector, least(room, kt_safe_width(selector)));
}

static void put_row(layout *l, size_t r, size_t from, size_t to)
{
    const kt_matrix_row *row = &l->matrix->rows[r];
    bool again = r > 0 && kt_path_order(row[-1].work->promise, row->work->promise) == 0;
    size_t used = left_width(l), owed = 0;

    put_fixed(l, KT_PAINT_NAME, again ? (kt_sv){NULL, 0} : row->work->promise, l->promise);
    put_blanks(l, GAP);
    put_fixed(l, KT_PAINT_NONE, row->what, l->what);
    for (size_t d = from; d < to; d++)
        used += put_cell(l, row, d, gap_before(l, d, from), &owed);
    put_selector(l, row, used, owed);
    kt_output_put(l->out, "\n");
}

/* ---- Heads ---- */

static void put_names(layout *l)
{
    put_blanks(l, left_width(l));
    for (size_t d = 0; d < l->matrix->destination_count; d++) {
        kt_paint paint = l->matrix->received[d] > 0 ? KT_PAINT_STRONG : KT_PAINT_DIM;
        put_blanks(l, GAP);
        put_fixed(l, paint, l->matrix->destinations[d]->name, name_width(l, d));
    }
    kt_output_put(l->out, "\n");
}

/* "1", "2", … right-aligned above each tenth column. */
static void put_tens(layout *l, size_t from, size_t to)
{
    size_t at = left_width(l), column = at;

    put_blanks(l, at);
    for (size_t d = from; d < to; d++) {
        column += gap_before(l, d, from) + 1;
        if ((d + 1) % 10 == 0) {
            kt_output_format(l->out, "%*zu", (int)(column - at), (d + 1) / 10);
            at = column;
        }
    }
    kt_output_put(l->out, "\n");
}

static void put_units(layout *l, size_t from, size_t to)
{
    put_blanks(l, left_width(l));
    for (size_t d = from; d < to; d++)
        kt_output_format(l->out, "%*zu", (int)gap_before(l, d, from) + 1, (d + 1) % 10);
    kt_output_put(l->out, "\n");
}

static void put_head(layout *l, size_t from, size_t to)
{
    if (!l->numbers) {
        put_names(l);
        return;
    }
    kt_output_put(l->out, kt_paint_begin(l->color, KT_PAINT_DIM));
    if (to / 10 > from / 10)
        put_tens(l, from, to);
    put_units(l, from, to);
    kt_output_put(l->out, kt_paint_end(l->color, KT_PAINT_DIM));
}

/* ---- Below ---- */

/* "12 prod-eu" in as many columns as fit. */
static void put_key(layout *l)
{
    size_t count = l->matrix->destination_count, name = 0, cell, per_line, lines;

    for (size_t d = 0; d < count; d++)
        name = most(name, name_width(l, d));
    cell = 4 + 1 + name + GAP;
    per_line = most(1, l->width / cell);
    lines = (count + per_line - 1) / per_line;
    kt_output_put(l->out, "\n");
    for (size_t line = 0; line < lines; line++) {
        for (size_t d = line; d < count; d += lines) {
            kt_paint paint = l->matrix->received[d] > 0 ? KT_PAINT_STRONG : KT_PAINT_DIM;
            bool last = d + lines >= count;
            kt_output_format(l->out, "%4zu ", d + 1);
            put_fixed(l, paint, l->matrix->destinations[d]->name, last ? name_width(l, d) : name + GAP);
        }
        kt_output_put(l->out, "\n");
    }
}

static void put_legend(layout *l)
{
    size_t at = 0, width = kt_fill_width(l->width == SIZE_MAX ? 0 : l->width);

    kt_output_put(l->out, "\n");
    for (unsigned i = 0; i < KT_MARKS; i++) {
        size_t columns = 2 + kt_safe_width(kt_str(kt_mark_text((kt_mark)i)));
        if (!l->used[i])
            continue;
        if (at > 0 && at + 3 + columns > width) {
            kt_output_put(l->out, "\n");
            at = 0;
        }
        put_blanks(l, at > 0 ? 3 : 0);
        put_painted(l, mark_paint((kt_mark)i), kt_mark_sign((kt_mark)i));
        kt_output_format(l->out, " %s", kt_mark_text((kt_mark)i));
        at += columns + (at > 0 ? 3 : 0);
    }
    kt_output_put(l->out, "\n");
}

void kt_matrix_view(kt_output *out, const kt_matrix *matrix, bool color, size_t width)
{
    layout l = {.out = out, .matrix = matrix, .color = color, .width = width > 0 ? width : SIZE_MAX};

    if (matrix->row_count == 0 || matrix->destination_count == 0) {
        kt_output_put(out, matrix->row_count == 0 ? "There is nothing to place: no Promise has dependencies or output.\n"
                                                  : "There is no Destination.\n");
        return;
    }
    measure_left(&l);
    choose_columns(&l);
    for (size_t from = 0; from < matrix->destination_count; from += l.per_block) {
        size_t to = least(from + l.per_block, matrix->destination_count);
        if (from > 0)
            kt_output_put(out, "\n");
        put_head(&l, from, to);
        for (size_t r = 0; r < matrix->row_count; r++)
            put_row(&l, r, from, to);
    }
    if (l.numbers)
        put_key(&l);
    put_legend(&l);
}
