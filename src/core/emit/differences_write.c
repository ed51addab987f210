/* Differences as a unified diff and as JSON. */
#include "base/buf.h"
#include "base/sv.h"
#include "emit/json.h"

static const char *const kinds[] = {"created", "changed", "moved", "deleted", "foreign"};
static const char *const line_kinds[] = {"same", "removed", "added"};

/* ---- Unified ---- */

static kt_status put_text(kt_write_fn write, void *ctx, const kt_difference *d)
{
    static const char *const headers[] = {"new file mode 100644\n", "", NULL, "deleted file mode 100644\n"};
    kt_sv from = d->kind == KT_DIFFERENCE_MOVED ? d->from : d->path;
    kt_status status;
    kt_buf head;

    kt_buf_init(&head, kt_allocator_default());
    kt_buf_format(&head, "diff --git a/%v b/%v\n", from, d->path);
    if (d->kind == KT_DIFFERENCE_MOVED)
        kt_buf_format(&head, "similarity index 100%%\nrename from %v\nrename to %v\n", from, d->path);
    else
        kt_buf_str(&head, headers[d->kind]);
    status = head.status;
    if (status == KT_OK && !write(ctx, head.ptr, head.len))
        status = KT_ERR_WRITE;
    kt_buf_dispose(&head);
    return status;
}

static kt_status put_unified(const kt_differences *differences, size_t index, const kt_line_options *options,
                             kt_write_fn write, void *ctx)
{
    const kt_difference *d = &differences->items[index];
    kt_sv nothing = {NULL, 0};
    kt_line_diff *lines;
    kt_status status;

    if (d->kind == KT_DIFFERENCE_FOREIGN)
        return KT_OK;
    status = kt_difference_lines(&lines, differences, index, options);
    if (status != KT_OK)
        return status;
    status = put_text(write, ctx, d);
    if (status == KT_OK
        && !kt_line_diff_write(lines, d->kind == KT_DIFFERENCE_CREATED ? nothing : d->path,
                               d->kind == KT_DIFFERENCE_DELETED ? nothing : d->path, write, ctx))
        status = KT_ERR_WRITE;
    kt_line_diff_free(lines);
    return status;
}

kt_status kt_differences_unified(const kt_differences *differences, size_t index, const kt_line_options *options,
                                 kt_write_fn write, void *ctx)
{
    kt_status status = KT_OK;

    if (!differences || !write || (index != SIZE_MAX && index >= differences->count))
        return KT_ERR_ARGUMENT;
    if (index != SIZE_MAX)
        return put_unified(differences, index, options, write, ctx);
    for (size_t i = 0; i < differences->count && status == KT_OK; i++)
        status = put_unified(differences, i, options, write, ctx);
    return status;
}

/* ---- JSON ---- */

static void put_hunk(kt_json *json, const kt_hunk *hunk)
{
    kt_json_object(json, NULL);
    kt_json_u64(json, "oldStart", hunk->old_start);
    kt_json_u64(json, "oldCount", hunk->old_count);
    kt_json_u64(json, "newStart", hunk->new_start);
    kt_json_u64(json, "newCount", hunk->new_count);
    kt_json_array(json, "lines");
    for (size_t i = 0; i < hunk->line_count; i++) {
        const kt_line *line = &hunk->lines[i];
        kt_json_object(json, NULL);
        kt_json_str(json, "kind", line_kinds[line->kind]);
        kt_json_sv(json, "text", line->text);
        if (line->open)
            kt_json_bool(json, "open", true);
        kt_json_end(json);
    }
    kt_json_end(json);
    kt_json_end(json);
}

static void put_lines(kt_json *json, const kt_line_diff *lines)
{
    kt_json_bool(json, "binary", lines->binary);
    kt_json_bool(json, "tooLong", lines->too_long);
    kt_json_u64(json, "removed", lines->removed);
    kt_json_u64(json, "added", lines->added);
    kt_json_array(json, "hunks");
    for (size_t i = 0; i < lines->hunk_count; i++)
        put_hunk(json, &lines->hunks[i]);
    kt_json_end(json);
}

static void put_difference(kt_json *json, const kt_difference *d)
{
    kt_json_str(json, "kind", kinds[d->kind]);
    kt_json_sv(json, "path", d->path);
    if (d->kind == KT_DIFFERENCE_MOVED)
        kt_json_sv(json, "from", d->from);
    if (d->store) {
        kt_json_object(json, "statestore");
        kt_json_str(json, "kind", d->store->kind == KT_STORE_GIT ? "GitStateStore" : "BucketStateStore");
        kt_json_sv(json, "name", d->store->name);
        kt_json_end(json);
    }
    if (d->destination)
        kt_json_sv(json, "destination", d->destination->name);
    kt_json_sv(json, "reason", d->why);
    if (d->kind == KT_DIFFERENCE_CHANGED || d->kind == KT_DIFFERENCE_MOVED || d->kind == KT_DIFFERENCE_DELETED)
        kt_json_u64(json, "oldSize", d->old_size);
    if (d->file)
        kt_json_u64(json, "newSize", d->file->size);
}

static kt_status put_with_lines(kt_json *json, const kt_differences *differences, size_t index,
                                const kt_line_options *options)
{
    kt_line_diff *lines;
    kt_status status = kt_difference_lines(&lines, differences, index, options);

    if (status != KT_OK)
        return status;
    kt_json_object(json, "lines");
    put_lines(json, lines);
    kt_json_end(json);
    kt_line_diff_free(lines);
    return KT_OK;
}

kt_status kt_differences_json(const kt_differences *differences, const kt_line_options *lines, kt_write_fn write,
                              void *ctx)
{
    kt_status status = KT_OK, written;
    kt_json json;

    if (!differences || !write)
        return KT_ERR_ARGUMENT;
    kt_json_init(&json, write, ctx);
    kt_json_object(&json, NULL);
    kt_json_u64(&json, "schemaVersion", 1);
    kt_json_object(&json, "counts");
    kt_json_u64(&json, "same", differences->same);
    for (size_t i = 0; i < KT_DIFFERENCE_KINDS; i++)
        kt_json_u64(&json, kinds[i], differences->counts[i]);
    kt_json_end(&json);
    kt_json_array(&json, "differences");
    for (size_t i = 0; i < differences->count; i++) {
        kt_json_object(&json, NULL);
        put_difference(&json, &differences->items[i]);
        if (lines && differences->items[i].kind != KT_DIFFERENCE_FOREIGN && status == KT_OK)
            status = put_with_lines(&json, differences, i, lines);
        kt_json_end(&json);
    }
    kt_json_end(&json);
    kt_json_end(&json);
    written = kt_json_finish(&json);
    return status != KT_OK ? status : written;
}

kt_status kt_line_diff_json(const kt_line_diff *diff, kt_write_fn write, void *ctx)
{
    kt_json json;

    if (!diff || !write)
        return KT_ERR_ARGUMENT;
    kt_json_init(&json, write, ctx);
    kt_json_object(&json, NULL);
    put_lines(&json, diff);
    kt_json_end(&json);
    return kt_json_finish(&json);
}
