/* Source lines on a terminal. */
#include "emit/excerpt.h"

#include "base/sv.h"
#include "base/utf8.h"
#include "emit/diag_print.h"

#define TAB 4u
#define NUMBER_WIDTH 5u
#define NARROWEST 20u

/* ---- Widths ---- */

typedef struct range {
    uint32_t first, last;
} range;

/* East Asian wide and fullwidth characters and emoji; marks that combine with what is before them. */
static const range wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
                             {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
                             {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
static const range combining[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},
                                  {0x64b, 0x65f},   {0x200b, 0x200d}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f},
                                  {0xfe20, 0xfe2f}, {0x1f3fb, 0x1f3ff}};

static bool is_in(uint32_t c, const range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

size_t kt_column_width(uint32_t c)
{
    if (c < 0x300)
        return 1;
    if (is_in(c, combining, sizeof combining / sizeof combining[0]))
        return 0;
    return is_in(c, wide, sizeof wide / sizeof wide[0]) ? 2 : 1;
}

/* ---- The line ---- */

/* A character as it is shown. */
typedef struct cell {
    kt_sv text;
    size_t width;
} cell;

static cell next_cell(kt_sv line, size_t *at, size_t column)
{
    size_t from = *at;
    uint32_t c = kt_utf8_next(line, at);

    if (c == '\t')
        return (cell){kt_sv_slice(KT_SV("    "), 0, TAB - column % TAB), TAB - column % TAB};
    if (c == KT_UTF8_INVALID || kt_must_escape(c))
        return (cell){KT_SV("\xef\xbf\xbd"), 1};
    return (cell){kt_sv_slice(line, from, *at), kt_column_width(c)};
}

/* Columns as shown, from 0, of where the mark begins and ends. */
static void measure(const kt_excerpt *e, size_t *from, size_t *to, size_t *all)
{
    size_t at = 0, column = 0, index = 1, first = e->column;

    *from = *to = SIZE_MAX;
    for (; at < e->line.len; index++) {
        if (index == first)
            *from = column;
        if (index == first + e->marked)
            *to = column;
        column += next_cell(e->line, &at, column).width;
    }
    *from = *from == SIZE_MAX ? column : *from;
    *to = *to == SIZE_MAX || *to <= *from ? column : *to;
    *to = *to <= *from ? *from + 1 : *to;
    *all = column;
}

/* The characters that are shown whole in [start, end). */
static void put_cells(kt_buf *out, kt_sv line, size_t start, size_t end)
{
    size_t at = 0, column = 0;

    while (at < line.len && column < end) {
        cell c = next_cell(line, &at, column);
        if (column < start && column + c.width > start)
            kt_buf_fill(out, ' ', column + c.width - start);
        if (column >= start && column + c.width <= end)
            kt_buf_sv(out, c.text);
        column += c.width;
    }
}

static void put_gutter(kt_buf *out, const kt_excerpt *e, uint32_t number)
{
    size_t digits = 1;

    for (uint32_t n = number; n >= 10; n /= 10)
        digits++;
    kt_buf_str(out, e->gutter);
    kt_buf_fill(out, ' ', number > 0 ? (digits < NUMBER_WIDTH ? NUMBER_WIDTH - digits : 0) : NUMBER_WIDTH);
    if (number > 0)
        kt_buf_u64(out, number);
    kt_buf_str(out, " |");
    kt_buf_str(out, e->end);
}

static void put_mark(kt_buf *out, const kt_excerpt *e, size_t indent, size_t length)
{
    put_gutter(out, e, 0);
    kt_buf_fill(out, ' ', indent + 1);
    kt_buf_str(out, e->mark);
    kt_buf_byte(out, '^');
    kt_buf_fill(out, '~', length - 1);
    kt_buf_str(out, e->end);
    kt_buf_byte(out, '\n');
}

void kt_excerpt_put(kt_buf *out, const kt_excerpt *e)
{
    size_t width = e->width < NARROWEST ? NARROWEST : e->width, from, to, all, start = 0, end;

    measure(e, &from, &to, &all);
    if (all > width && from + 10 > width) /* the mark would be cut: let it stand in the first half */
        start = from - width / 3;
    end = all - start > width ? start + width - 1 : all;
    put_gutter(out, e, e->number);
    kt_buf_byte(out, ' ');
    if (start > 0)
        kt_buf_str(out, "…");
    put_cells(out, e->line, start > 0 ? start + 1 : 0, end);
    if (end < all)
        kt_buf_str(out, "…");
    kt_buf_byte(out, '\n');
    if (e->column > 0)
        put_mark(out, e, from - start, (to < end + 1 || end == all ? to : end + 1) - from);
}
