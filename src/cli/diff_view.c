/* A list first, in which one sees what moves, then the lines.
 *
 *     GitStateStore/clusters  prod-eu
 *       created  fleet/prod/eu/…/cluster.yaml    +12       postgres request orders: matches env=prod
 *       moved    fleet/prod/eu/…/topic.yaml
 *                from fleet/dev/…/topic.yaml              kafka: matches env=prod */
#include "cli/diff_view.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    kt_paint paint;
} kinds[KT_DIFFERENCE_KINDS] = {{"created", KT_PAINT_GOOD},
                                {"changed", KT_PAINT_WARNING},
                                {"moved", KT_PAINT_NOTE},
                                {"deleted", KT_PAINT_ERROR},
                                {"foreign", KT_PAINT_DIM}};

/* How many lines one difference removes and adds. */
typedef struct amount {
    uint64_t removed;
    uint64_t added;
    bool counted;
} amount;

/* Whose a file is, for sorting. */
typedef struct item {
    const kt_difference *difference;
    amount amount;
} item;

/* ---- By State Store and Destination ---- */

static int compare_text(kt_sv a, kt_sv b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared > 0 ? memcmp(a.ptr, b.ptr, shared) : 0;

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static kt_sv store_name(const kt_difference *d)
{
    return d->store ? d->store->name : kt_str("");
}

static kt_sv destination_name(const kt_difference *d)
{
    return d->destination ? d->destination->name : kt_str("");
}

static int store_kind(const kt_difference *d)
{
    return d->store ? (int)d->store->kind : -1;
}

static int compare_owners(const kt_difference *a, const kt_difference *b)
{
    int order = store_kind(a) - store_kind(b);

    if (order == 0)
        order = compare_text(store_name(a), store_name(b));
    return order != 0 ? order : compare_text(destination_name(a), destination_name(b));
}

static int compare_items(const void *left, const void *right)
{
    const kt_difference *a = ((const item *)left)->difference, *b = ((const item *)right)->difference;
    int order = compare_owners(a, b);

    return order != 0 ? order : compare_text(a->path, b->path);
}

/* ---- Rows ---- */

static void put_owner(kt_output *out, const kt_difference *d, const kt_diff_view_options *options)
{
    const char *kind = d->store && d->store->kind == KT_STORE_BUCKET ? "BucketStateStore/" : "GitStateStore/";

    kt_output_put(out, options->markdown ? "\n### " : kt_paint_begin(options->color, KT_PAINT_STRONG));
    kt_output_put(out, d->store ? kind : "no State Store of the input");
    kt_output_safe(out, store_name(d));
    if (d->destination) {
        kt_output_put(out, "  ");
        kt_output_safe(out, destination_name(d));
    }
    kt_output_put(out, options->markdown ? "\n\n| | file | lines | why |\n| --- | --- | --- | --- |" : "");
    kt_output_put(out, options->markdown ? "" : kt_paint_end(options->color, KT_PAINT_STRONG));
    kt_output_put(out, "\n");
}

static void put_amount(kt_output *out, const amount *a)
{
    if (a->counted)
        kt_output_format(out, "+%llu -%llu", (unsigned long long)a->added, (unsigned long long)a->removed);
}

static void put_text_row(kt_output *out, const item *i, bool color)
{
    const kt_difference *d = i->difference;

    kt_output_format(out, "  %s%s%s  ", kt_paint_begin(color, kinds[d->kind].paint), kinds[d->kind].name,
                     kt_paint_end(color, kinds[d->kind].paint));
    if (d->kind == KT_DIFFERENCE_MOVED)
        kt_output_put(out, "  "); /* the others have seven letters */
    kt_output_safe(out, d->path);
    if (i->amount.counted) {
        kt_output_put(out, "  ");
        put_amount(out, &i->amount);
    }
    if (d->kind == KT_DIFFERENCE_MOVED) {
        kt_output_put(out, "\n           from ");
        kt_output_safe(out, d->from);
    }
    if (d->why.len > 0) {
        kt_output_format(out, "\n           %s", kt_paint_begin(color, KT_PAINT_DIM));
        kt_output_safe(out, d->why);
        kt_output_put(out, kt_paint_end(color, KT_PAINT_DIM));
    }
    kt_output_put(out, "\n");
}

/* A cell of a table: without what would end it. */
static void put_cell(kt_output *out, kt_sv text)
{
    for (size_t i = 0, from = 0; i <= text.len; i++)
        if (i == text.len || text.ptr[i] == '|') {
            kt_output_safe(out, (kt_sv){text.ptr + from, i - from});
            kt_output_put(out, i < text.len ? "\\|" : "");
            from = i + 1;
        }
}

static void put_markdown_row(kt_output *out, const item *i)
{
    const kt_difference *d = i->difference;

    kt_output_format(out, "| %s | `", kinds[d->kind].name);
    put_cell(out, d->path);
    kt_output_put(out, "`");
    if (d->kind == KT_DIFFERENCE_MOVED) {
        kt_output_put(out, " from `");
        put_cell(out, d->from);
        kt_output_put(out, "`");
    }
    kt_output_put(out, " | ");
    put_amount(out, &i->amount);
    kt_output_put(out, " | ");
    put_cell(out, d->why);
    kt_output_put(out, " |\n");
}

static void put_list(kt_output *out, const item *items, size_t count, const kt_diff_view_options *options)
{
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || compare_owners(items[i - 1].difference, items[i].difference) != 0)
            put_owner(out, items[i].difference, options);
        if (options->markdown)
            put_markdown_row(out, &items[i]);
        else
            put_text_row(out, &items[i], options->color);
    }
}

static void put_counts(kt_output *out, const kt_differences *differences)
{
    bool any = false;

    for (size_t i = 0; i < KT_DIFFERENCE_KINDS; i++)
        if (differences->counts[i] > 0) {
            kt_output_format(out, "%s%zu %s", any ? ", " : "", differences->counts[i], kinds[i].name);
            any = true;
        }
    kt_output_format(out, "%s%zu the same\n", any ? ", " : "", differences->same);
}

/* ---- Lines ---- */

/* A kt_write_fn that colours whole lines by their first character. */
typedef struct painter {
    kt_output *out;
    bool color;
    bool inside; /* of a line */
    kt_paint paint;
} painter;

static kt_paint paint_of(char first)
{
    return first == '+' ? KT_PAINT_GOOD : first == '-' ? KT_PAINT_ERROR : first == '@' ? KT_PAINT_NAME : KT_PAINT_NONE;
}

static bool paint_lines(void *ctx, const char *bytes, size_t size)
{
    painter *p = ctx;

    while (size > 0) {
        const char *end = memchr(bytes, '\n', size);
        size_t some = end ? (size_t)(end - bytes) : size;
        if (!p->inside && some > 0) {
            p->paint = paint_of(bytes[0]);
            p->inside = true;
            kt_output_put(p->out, kt_paint_begin(p->color, p->paint));
        }
        if (p->color)
            kt_output_safe(p->out, (kt_sv){bytes, some});
        else
            kt_output_write(p->out, bytes, some);
        if (end) {
            kt_output_put(p->out, p->inside ? kt_paint_end(p->color, p->paint) : "");
            kt_output_put(p->out, "\n");
            p->inside = false;
            some++;
        }
        bytes += some;
        size -= some;
    }
    return true;
}

static kt_status put_lines(kt_output *out, const kt_differences *differences, const kt_diff_view_options *options)
{
    painter p = {out, options->color && !options->markdown, false, KT_PAINT_NONE};
    kt_status status;

    kt_output_put(out, options->markdown ? "\n```diff\n" : "\n");
    status = kt_differences_unified(differences, SIZE_MAX, &options->lines, paint_lines, &p);
    kt_output_put(out, options->markdown ? "```\n" : "");
    return status;
}

static kt_status count_lines(item *items, const kt_differences *differences, const kt_line_options *options,
                             kt_sv *too_long)
{
    for (size_t i = 0; i < differences->count; i++) {
        kt_line_diff *lines;
        kt_status status = kt_difference_lines(&lines, differences, i, options);
        if (status != KT_OK)
            return status;
        items[i].difference = &differences->items[i];
        items[i].amount = (amount){lines->removed, lines->added, lines->hunk_count > 0};
        if (lines->too_long)
            *too_long = differences->items[i].path;
        kt_line_diff_free(lines);
    }
    return KT_OK;
}

kt_status kt_diff_view(kt_output *out, const kt_differences *differences, const kt_diff_view_options *options,
                       kt_sv *too_long)
{
    item *items = calloc(differences->count + 1, sizeof *items);
    bool lines = !options->stat && differences->count > differences->counts[KT_DIFFERENCE_FOREIGN];
    kt_status status;

    *too_long = kt_str("");
    if (!items)
        return KT_ERR_NOMEM;
    status = count_lines(items, differences, &options->lines, too_long);
    if (status == KT_OK) {
        qsort(items, differences->count, sizeof *items, compare_items);
        put_list(out, items, differences->count, options);
        kt_output_put(out, differences->count > 0 ? "\n" : "");
        put_counts(out, differences);
        if (lines)
            status = put_lines(out, differences, options);
    }
    free(items);
    return status;
}
