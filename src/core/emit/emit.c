/* The public calls of this room, on a result. */
#include "base/digest.h"
#include "emit/report_json.h"
#include "emit/zip.h"
#include "memory/memory.h"
#include "kratree.h"
#include "tree/result.h"

kt_status kt_zip_write(const kt_result *result, int level, kt_write_fn write, void *ctx)
{
    if (!result)
        return KT_ERR_ARGUMENT;
    return kt_zip__write(&result->tree, result->run.options.allocator, level, write, ctx);
}

static kt_status write_report(const kt_result *result, kt_detail detail, kt_write_fn write, void *ctx)
{
    kt_report report;

    if (!result || !write)
        return KT_ERR_ARGUMENT;
    report.plan = &result->plan;
    report.tree = &result->tree;
    report.diags = result->run.diags.items;
    report.diag_count = result->run.diags.count;
    report.left_out = result->run.left_out;
    report.passed_over = result->passed_over;
    report.kratree_version = kt_version();
    report.kratix_version = kt_profile_name(result->run.options.profile);
    return kt_report__json(&report, detail, write, ctx);
}

kt_status kt_report_json(const kt_result *result, kt_write_fn write, void *ctx)
{
    return write_report(result, KT_DETAIL_ALL, write, ctx);
}

kt_status kt_outline_json(const kt_result *result, kt_write_fn write, void *ctx)
{
    return write_report(result, KT_DETAIL_OUTLINE, write, ctx);
}

kt_status kt_lock_write(const kt_result *result, kt_write_fn write, void *ctx)
{
    const kt_render_options *options;
    kt_status status = KT_OK;
    kt_arena arena;
    kt_plan plan;
    kt_buf text;

    if (!result || !write)
        return KT_ERR_ARGUMENT;
    options = &result->run.options;
    kt_arena_init(&arena, options->allocator);
    kt_buf_init(&text, options->allocator);
    plan = result->plan;
    if (options->store.len + options->destination.len > 0
        && !kt_memory_merge(&plan, &result->plan, result->run.memory, options, &arena))
        text.status = KT_ERR_NOMEM;
    kt_lock_put(&text, &plan, options->profile, &arena);
    if (text.status != KT_OK)
        status = text.status;
    else if (!write(ctx, text.ptr, text.len))
        status = KT_ERR_WRITE;
    kt_buf_dispose(&text);
    kt_arena_dispose(&arena);
    return status;
}

void kt_file_sha256(const kt_file *file, char out[65])
{
    kt_sha256_hex(out, file->parts, file->part_count);
}
