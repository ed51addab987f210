/* The placement matrix as JSON, Markdown and HTML. */
#include "base/sv.h"
#include "emit/json.h"
#include "emit/markup.h"

#define SCHEMA_VERSION 1

/* Which marks stand in the matrix: what the legend explains. */
static void find_marks(const kt_matrix *matrix, bool used[KT_MARKS])
{
    for (size_t i = 0; i < KT_MARKS; i++)
        used[i] = false;
    for (size_t r = 0; r < matrix->row_count; r++)
        for (size_t d = 0; d < matrix->destination_count; d++)
            used[kt_group_mark(matrix->rows[r].group, matrix->destinations[d], NULL)] = true;
}

/* ---- JSON ---- */

static const char *const mark_names[KT_MARKS] = {"placed",    "first",  "decided", "misplaced", "candidate",
                                                 "labels",    "strict", "dryRun",  "stopped",   "absent"};
static const char *const work_types[] = {"static", "promise", "resource"};

static void put_json_destination(kt_json *json, const kt_destination *destination, size_t received)
{
    kt_json_object(json, NULL);
    kt_json_sv(json, "name", destination->name);
    kt_json_object(json, "labels");
    for (size_t i = 0; i < destination->label_count; i++)
        kt_json_member(json, destination->labels[i].key, destination->labels[i].value);
    kt_json_end(json);
    kt_json_u64(json, "received", received);
    kt_json_end(json);
}

static void put_json_cell(kt_json *json, const kt_matrix_row *row, const kt_destination *destination)
{
    kt_sv reason;
    kt_mark mark = kt_group_mark(row->group, destination, &reason);

    kt_json_object(json, NULL);
    kt_json_sv(json, "destination", destination->name);
    kt_json_str(json, "mark", mark_names[mark]);
    kt_json_bool(json, "placed", kt_mark_places(mark));
    kt_json_sv(json, "reason", reason);
    kt_json_end(json);
}

static void put_json_row(kt_json *json, const kt_matrix *matrix, const kt_matrix_row *row)
{
    kt_json_object(json, NULL);
    kt_json_sv(json, "promise", row->work->promise);
    kt_json_str(json, "type", work_types[row->work->type]);
    kt_json_sv(json, "what", row->what);
    kt_json_sv(json, "work", row->work->name);
    kt_json_sv(json, "namespace", row->work->namespace_);
    kt_json_sv(json, "directory", row->group->directory);
    kt_json_sv(json, "selector", row->group->selector);
    kt_json_u64(json, "placed", row->placed);
    kt_json_array(json, "cells");
    for (size_t d = 0; d < matrix->destination_count; d++)
        put_json_cell(json, row, matrix->destinations[d]);
    kt_json_end(json);
    kt_json_end(json);
}

static kt_status write_json(const kt_matrix *matrix, kt_write_fn write, void *ctx)
{
    kt_json json;

    kt_json_init(&json, write, ctx);
    kt_json_object(&json, NULL);
    kt_json_u64(&json, "schemaVersion", SCHEMA_VERSION);
    kt_json_array(&json, "destinations");
    for (size_t d = 0; d < matrix->destination_count; d++)
        put_json_destination(&json, matrix->destinations[d], matrix->received[d]);
    kt_json_end(&json);
    kt_json_array(&json, "groups");
    for (size_t r = 0; r < matrix->row_count; r++)
        put_json_row(&json, matrix, &matrix->rows[r]);
    kt_json_end(&json);
    kt_json_end(&json);
    return kt_json_finish(&json);
}

/* ---- Markdown ---- */

static void put_markdown_head(kt_markup *out, const kt_matrix *matrix)
{
    kt_markup_put(out, "| Promise | what | selector |");
    for (size_t d = 0; d < matrix->destination_count; d++) {
        kt_markup_put(out, " ");
        kt_markup_markdown(out, matrix->destinations[d]->name);
        kt_markup_put(out, " |");
    }
    kt_markup_put(out, "\n| --- | --- | --- |");
    for (size_t d = 0; d < matrix->destination_count; d++)
        kt_markup_put(out, " :-: |");
    kt_markup_put(out, "\n");
}

static void put_markdown_row(kt_markup *out, const kt_matrix *matrix, const kt_matrix_row *row)
{
    const kt_sv texts[] = {row->work->promise, row->what, row->group->selector};

    kt_markup_put(out, "|");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        kt_markup_put(out, " ");
        kt_markup_markdown(out, texts[i]);
        kt_markup_put(out, " |");
    }
    for (size_t d = 0; d < matrix->destination_count; d++) {
        kt_markup_put(out, " ");
        kt_markup_put(out, kt_mark_sign(kt_group_mark(row->group, matrix->destinations[d], NULL)));
        kt_markup_put(out, " |");
    }
    kt_markup_put(out, "\n");
}

static kt_status write_markdown(const kt_matrix *matrix, kt_write_fn write, void *ctx)
{
    bool used[KT_MARKS];
    kt_markup out;

    kt_markup_init(&out, write, ctx);
    put_markdown_head(&out, matrix);
    for (size_t r = 0; r < matrix->row_count; r++)
        put_markdown_row(&out, matrix, &matrix->rows[r]);
    find_marks(matrix, used);
    kt_markup_put(&out, "\n");
    for (unsigned i = 0; i < KT_MARKS; i++)
        if (used[i]) {
            kt_markup_put(&out, "- ");
            kt_markup_put(&out, kt_mark_sign((kt_mark)i));
            kt_markup_put(&out, " ");
            kt_markup_put(&out, kt_mark_text((kt_mark)i));
            kt_markup_put(&out, "\n");
        }
    return kt_markup_finish(&out);
}

/* ---- HTML ---- */

static const char *mark_class(kt_mark mark)
{
    if (mark == KT_MARK_MISPLACED)
        return "mark misplaced";
    if (mark == KT_MARK_STOPPED)
        return "mark stopped";
    return kt_mark_places(mark) ? "mark yes" : "mark";
}

static void put_html_head(kt_markup *out, const kt_matrix *matrix)
{
    kt_markup_put(out, "<thead>\n<tr><th>Promise</th><th>what</th><th>selector</th>");
    for (size_t d = 0; d < matrix->destination_count; d++) {
        kt_markup_put(out, "<th>");
        kt_markup_html(out, matrix->destinations[d]->name);
        kt_markup_put(out, "</th>");
    }
    kt_markup_put(out, "</tr>\n</thead>\n");
}

static void put_html_cell(kt_markup *out, const kt_matrix_row *row, const kt_destination *destination)
{
    kt_sv reason;
    kt_mark mark = kt_group_mark(row->group, destination, &reason);

    kt_markup_put(out, "<td class=\"");
    kt_markup_put(out, mark_class(mark));
    kt_markup_put(out, "\" title=\"");
    kt_markup_html(out, destination->name);
    kt_markup_put(out, ": ");
    kt_markup_html(out, reason.len > 0 ? reason : kt_str(kt_mark_text(mark)));
    kt_markup_put(out, "\">");
    kt_markup_put(out, kt_mark_sign(mark));
    kt_markup_put(out, "</td>");
}

static void put_html_row(kt_markup *out, const kt_matrix *matrix, const kt_matrix_row *row)
{
    kt_markup_put(out, row->placed > 0 ? "<tr><th>" : "<tr class=\"nowhere\"><th>");
    kt_markup_html(out, row->work->promise);
    kt_markup_put(out, "</th><td>");
    kt_markup_html(out, row->what);
    kt_markup_put(out, "</td><td>");
    kt_markup_html(out, row->group->selector);
    kt_markup_put(out, "</td>");
    for (size_t d = 0; d < matrix->destination_count; d++)
        put_html_cell(out, row, matrix->destinations[d]);
    kt_markup_put(out, "</tr>\n");
}

static kt_status write_html(const kt_matrix *matrix, kt_write_fn write, void *ctx)
{
    bool used[KT_MARKS];
    kt_markup out;

    kt_markup_init(&out, write, ctx);
    kt_markup_page(&out, "Who gets what");
    kt_markup_put(&out, "<h1>Who gets what</h1>\n<table>\n");
    put_html_head(&out, matrix);
    kt_markup_put(&out, "<tbody>\n");
    for (size_t r = 0; r < matrix->row_count; r++)
        put_html_row(&out, matrix, &matrix->rows[r]);
    kt_markup_put(&out, "</tbody>\n</table>\n<dl>\n");
    find_marks(matrix, used);
    for (unsigned i = 0; i < KT_MARKS; i++)
        if (used[i]) {
            kt_markup_put(&out, "<dt>");
            kt_markup_put(&out, kt_mark_sign((kt_mark)i));
            kt_markup_put(&out, "</dt><dd>");
            kt_markup_put(&out, kt_mark_text((kt_mark)i));
            kt_markup_put(&out, "</dd>\n");
        }
    kt_markup_put(&out, "</dl>\n");
    kt_markup_page_end(&out);
    return kt_markup_finish(&out);
}

kt_status kt_matrix_write(const kt_matrix *matrix, kt_report_format format, kt_write_fn write, void *ctx)
{
    static kt_status (*const writers[])(const kt_matrix *, kt_write_fn, void *) = {
        [KT_REPORT_JSON] = write_json,
        [KT_REPORT_MARKDOWN] = write_markdown,
        [KT_REPORT_HTML] = write_html,
    };

    if (!matrix || !write || (unsigned)format >= sizeof writers / sizeof writers[0])
        return KT_ERR_ARGUMENT;
    return writers[format](matrix, write, ctx);
}
