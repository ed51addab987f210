/* Reports on their way out. */
#include "cli/reports.h"

#include <string.h>

size_t kt_reports_on_stdout(const kt_settings *settings)
{
    size_t count = 0;

    for (size_t i = 0; i < settings->report_count; i++)
        count += !settings->reports[i].file;
    return count;
}

bool kt_report_to_stdout(size_t format, kt_report_put *put, void *ctx, kt_console *console)
{
    if (put(&console->out, format, ctx))
        return true;
    if (console->out.error == 0) /* else kt_console_finish() says it */
        kt_console_complain(console, KT_COMPLAINT_MEMORY, NULL, NULL, "out of memory");
    return false;
}

bool kt_report_to_file(const kt_report_wish *wish, kt_report_put *put, void *ctx, kt_console *console)
{
    static kt_file_output file;
    bool fine = kt_file_output_open(&file, wish->file);

    if (fine) {
        put(&file.output, wish->format, ctx);
        fine = kt_file_output_commit(&file);
    }
    if (!fine)
        kt_console_complain(console, KT_COMPLAINT_OUTPUT, wish->file, NULL, "cannot write: %s",
                            strerror(file.output.error));
    return fine;
}

bool kt_report_write(const kt_report_wish *wish, kt_report_put *put, void *ctx, kt_console *console)
{
    return wish->file ? kt_report_to_file(wish, put, ctx, console)
                      : kt_report_to_stdout(wish->format, put, ctx, console);
}
