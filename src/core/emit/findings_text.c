/* Findings for people. */
#include "base/sv.h"
#include "base/utf8.h"
#include "emit/diag_print.h"
#include "emit/excerpt.h"
#include "emit/findings.h"

#define USUAL_WIDTH 100
#define GUTTER 8 /* columns before a line */
#define HANGING 8 /* before the second line of a text */
#define NARROWEST 30
#define AROUND 4096 /* bytes of a long line on each side of what is marked; more than fit a terminal */

static const kt_diag_colors colored = {"\x1b[1m", "\x1b[2m", {"\x1b[1;31m", "\x1b[1;33m", "\x1b[36m"}, "\x1b[0m"};

/* A boundary of code points at or before `at`. */
static size_t boundary(kt_sv line, size_t at)
{
    while (at > 0 && at < line.len && ((unsigned char)line.ptr[at] & 0xC0) == 0x80)
        at--;
    return at < line.len ? at : line.len;
}

/* The line, or what may be shown of a long one: a manifest may be one line, and have a finding in each of its words. */
static kt_sv around(const kt_line_cursor *cursor, uint32_t *column)
{
    kt_sv line = cursor->text;
    size_t from = boundary(line, cursor->byte > AROUND ? cursor->byte - AROUND : 0);

    if (line.len <= 2 * AROUND)
        return line;
    *column = *column > 0 ? 1 + (uint32_t)kt_utf8_count(kt_sv_slice(line, from, cursor->byte)) : 0;
    return kt_sv_slice(line, from, boundary(line, cursor->byte + AROUND));
}

static void put_excerpt(kt_buf *out, const kt_findings *findings, const kt_diag *diag, const kt_line_cursor *cursor)
{
    const kt_diag_colors *colors = findings->style.color ? &colored : &kt_diag_plain;
    size_t width = findings->style.width > 0 ? findings->style.width : USUAL_WIDTH;
    kt_excerpt excerpt = {
        {NULL, 0}, diag->pos.line, diag->pos.column, 1, width > GUTTER ? width - GUTTER : width, "", "", ""};

    if (diag->pos.column > 0)
        excerpt.marked = kt_line_token(cursor);
    excerpt.line = around(cursor, &excerpt.column);
    excerpt.gutter = findings->style.color ? "\x1b[34m" : "";
    excerpt.mark = colors->severity[diag->severity];
    excerpt.end = colors->end;
    kt_excerpt_put(out, &excerpt);
}

/* ---- Lines below, filled to the width of a terminal ---- */

static bool append(void *ctx, const char *bytes, size_t size)
{
    kt_buf_bytes(ctx, bytes, size);
    return true;
}

/* Where a line that is too long is broken: at the last blank that fits, or the first one. */
static size_t break_at(kt_sv line, size_t width)
{
    size_t at = 0, column = 0, last = 0;

    while (at < line.len) {
        size_t from = at;
        uint32_t c = kt_utf8_next(line, &at);
        column += kt_column_width(c);
        if (column > width && last > 0)
            return last;
        if (c == ' ' && from > HANGING)
            last = from;
    }
    return column > width && last > 0 ? last : line.len;
}

static void put_filled(kt_buf *out, kt_sv line, size_t width)
{
    size_t end = break_at(line, width);

    kt_buf_sv(out, kt_sv_slice(line, 0, end));
    for (line = kt_sv_slice(line, end, line.len); line.len > 0; line = kt_sv_slice(line, end, line.len)) {
        line = kt_sv_slice(line, 1, line.len); /* the blank */
        end = break_at(line, width - HANGING);
        kt_buf_byte(out, '\n');
        kt_buf_fill(out, ' ', HANGING);
        kt_buf_sv(out, kt_sv_slice(line, 0, end));
    }
    kt_buf_byte(out, '\n');
}

static void put_details(kt_buf *out, const kt_findings *findings, const kt_diag *diag)
{
    const kt_diag_colors *colors = findings->style.color ? &colored : &kt_diag_plain;
    kt_buf plain;
    kt_sv rest;

    kt_buf_init(&plain, findings->arena->allocator);
    kt_diag__details(diag, &kt_diag_plain, append, &plain);
    kt_buf_str(out, colors->dim);
    for (rest = kt_buf_text(&plain, findings->arena); rest.len > 0;) {
        size_t end = kt_sv_find(rest, '\n');
        put_filled(out, kt_sv_slice(rest, 0, end), findings->style.width > NARROWEST ? findings->style.width : SIZE_MAX / 2);
        rest = kt_sv_slice(rest, end + 1, rest.len);
    }
    kt_buf_str(out, colors->end);
    kt_buf_byte(out, '\n');
    kt_buf_dispose(&plain);
}

static kt_status put_finding(const kt_findings *findings, kt_line_cursor *cursor, const kt_diag *diag,
                             kt_write_fn write, void *ctx)
{
    const kt_diag_colors *colors = findings->style.color ? &colored : &kt_diag_plain;
    kt_status status;
    kt_buf out;

    kt_buf_init(&out, findings->arena->allocator);
    kt_diag__headline(diag, colors, append, &out);
    if (diag->pos.line > 0 && kt_line_find(cursor, findings, diag->pos))
        put_excerpt(&out, findings, diag, cursor);
    put_details(&out, findings, diag);
    status = out.status;
    if (status == KT_OK && !write(ctx, out.ptr, out.len))
        status = KT_ERR_WRITE;
    kt_buf_dispose(&out);
    return status;
}

kt_status kt_findings__text(const kt_findings *findings, kt_write_fn write, void *ctx)
{
    kt_line_cursor cursor = {.line = 0};
    kt_status status = KT_OK;

    for (size_t i = 0; i < findings->count && status == KT_OK; i++)
        if (!findings->style.errors_only || findings->items[i].severity == KT_ERROR)
            status = put_finding(findings, &cursor, &findings->items[i], write, ctx);
    return status;
}
