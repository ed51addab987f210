/* Findings for people. */
#include "base/sv.h"
#include "emit/diag_print.h"
#include "emit/excerpt.h"
#include "emit/findings.h"

#define USUAL_WIDTH 100
#define GUTTER 8 /* columns before a line */

static const kt_diag_colors colored = {"\x1b[1m", "\x1b[2m", {"\x1b[1;31m", "\x1b[1;33m", "\x1b[36m"}, "\x1b[0m"};

static void put_excerpt(kt_buf *out, const kt_findings *findings, const kt_diag *diag, kt_sv line)
{
    const kt_diag_colors *colors = findings->style.color ? &colored : &kt_diag_plain;
    size_t width = findings->style.width > 0 ? findings->style.width : USUAL_WIDTH;
    kt_excerpt excerpt = {line, diag->pos.line, diag->pos.column, 1, width > GUTTER ? width - GUTTER : width, "", "", ""};

    if (diag->pos.column > 0)
        excerpt.marked = kt_line_token(line, diag->pos.column);
    excerpt.gutter = findings->style.color ? "\x1b[34m" : "";
    excerpt.mark = colors->severity[diag->severity];
    excerpt.end = colors->end;
    kt_excerpt_put(out, &excerpt);
}

static kt_status put_finding(const kt_findings *findings, kt_line_cursor *cursor, const kt_diag *diag,
                             kt_write_fn write, void *ctx)
{
    const kt_diag_colors *colors = findings->style.color ? &colored : &kt_diag_plain;
    kt_buf excerpt;
    kt_sv line;
    bool fine;

    kt_buf_init(&excerpt, findings->arena->allocator);
    if (diag->pos.line > 0 && kt_line_find(&line, cursor, findings, diag->pos))
        put_excerpt(&excerpt, findings, diag, line);
    if (excerpt.status != KT_OK) {
        kt_buf_dispose(&excerpt);
        return KT_ERR_NOMEM;
    }
    fine = kt_diag__headline(diag, colors, write, ctx) && write(ctx, excerpt.ptr ? excerpt.ptr : "", excerpt.len)
           && kt_diag__details(diag, colors, write, ctx) && write(ctx, "\n", 1);
    kt_buf_dispose(&excerpt);
    return fine ? KT_OK : KT_ERR_WRITE;
}

kt_status kt_findings__text(const kt_findings *findings, kt_write_fn write, void *ctx)
{
    kt_line_cursor cursor = {{NULL, 0}, {NULL, 0}, 0, 0};
    kt_status status = KT_OK;

    for (size_t i = 0; i < findings->count && status == KT_OK; i++)
        if (!findings->style.errors_only || findings->items[i].severity == KT_ERROR)
            status = put_finding(findings, &cursor, &findings->items[i], write, ctx);
    return status;
}
