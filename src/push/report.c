/* Reports and the last line. */
#include "push/report.h"

#include <string.h>

#include "cli/deliver.h"
#include "cli/push_options.h"
#include "cli/reports.h"

typedef struct reporter {
    const kt_push_report *report;
    kt_console *console;
} reporter;

/* A kt_report_put. */
static bool put(kt_output *out, size_t format, void *ctx)
{
    const reporter *r = ctx;

    if (format == KT_PUSH_JSON)
        return kt_push_json(r->report, kt_output_write, out) == KT_OK;
    if (r->report->changes)
        kt_changes_list(out, out == &r->console->out && r->console->out_color, r->report->changes->items,
                        r->report->changes->count, false);
    return true;
}

bool kt_push_put_reports(const kt_push_report *report, const kt_settings *settings, kt_console *console)
{
    reporter r = {report, console};
    bool fine = true;

    for (size_t i = 0; i < settings->report_count; i++)
        fine &= kt_report_write(&settings->reports[i], put, &r, console);
    if (settings->report_count == 0 && settings->dry_run)
        fine &= kt_report_to_stdout(KT_PUSH_TEXT, put, &r, console);
    return fine;
}

static void put_count(kt_console *console, size_t count, const char *word)
{
    char text[64];

    if (count > 0)
        kt_output_format(&console->error, "   %s", kt_count_text(text, count, word, word));
}

void kt_push_summary(const kt_push_report *report, kt_console *console)
{
    const kt_store *store = report->store;
    bool good = strcmp(report->outcome, "differs") != 0;

    if (console->quiet)
        return;
    kt_output_format(&console->error, "%s%-9s%s ", kt_paint_begin(console->error_color, good ? KT_PAINT_GOOD : KT_PAINT_WARNING),
                     report->outcome, kt_paint_end(console->error_color, KT_PAINT_GOOD));
    kt_output_format(&console->error, "%s/", store->kind == KT_STORE_GIT ? "gitstatestore" : "bucketstatestore");
    kt_output_safe(&console->error, store->name);
    if (report->changes) {
        put_count(console, report->changes->counts[KT_CHANGE_CREATE], "created");
        put_count(console, report->changes->counts[KT_CHANGE_UPDATE], "updated");
        put_count(console, report->changes->counts[KT_CHANGE_DELETE], "deleted");
        put_count(console, report->changes->counts[KT_CHANGE_KEEP], "unchanged");
    }
    if (report->revision.len > 0)
        kt_output_format(&console->error, "   %.*s", (int)report->revision.len, report->revision.ptr);
    kt_output_put(&console->error, "\n");
}
