/* The public calls of this room, on a result. */
#include "base/digest.h"
#include "emit/report_json.h"
#include "emit/zip.h"
#include "kratree.h"
#include "tree/result.h"

kt_status kt_zip_write(const kt_result *result, int level, kt_write_fn write, void *ctx)
{
    if (!result)
        return KT_ERR_ARGUMENT;
    return kt_zip__write(&result->tree, result->run.options.allocator, level, write, ctx);
}

kt_status kt_report_json(const kt_result *result, kt_write_fn write, void *ctx)
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
    return kt_report__json(&report, write, ctx);
}

void kt_file_sha256(const kt_file *file, char out[65])
{
    kt_sha256_hex(out, file->parts, file->part_count);
}
