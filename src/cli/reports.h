/* What -o asks for, on standard output and in files. */
#ifndef KT_CLI_REPORTS_H
#define KT_CLI_REPORTS_H

#include "cli/console.h"
#include "cli/settings.h"

/* Write a report of that format, an index into the choices of -o; false: it could not be made or written. */
typedef bool kt_report_put(kt_output *out, size_t format, void *ctx);

/* How many of the reports go to standard output. */
size_t kt_reports_on_stdout(const kt_settings *settings);

/* Write one to standard output, or to a file that appears whole. False: an error was said. */
bool kt_report_to_stdout(size_t format, kt_report_put *put, void *ctx, kt_console *console);
bool kt_report_to_file(const kt_report_wish *wish, kt_report_put *put, void *ctx, kt_console *console);

/* Where the wish says. */
bool kt_report_write(const kt_report_wish *wish, kt_report_put *put, void *ctx, kt_console *console);

#endif
