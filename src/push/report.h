/* What came of a push, for people and as JSON. */
#ifndef KT_PUSH_REPORT_H
#define KT_PUSH_REPORT_H

#include "push/adapter.h"

/* What -o asks for; without it --dry-run lists the changes on standard output. False: an error was said. */
bool kt_push_put_reports(const kt_push_report *report, const kt_settings *settings, kt_console *console);

/* The last line, on standard error. */
void kt_push_summary(const kt_push_report *report, kt_console *console);

#endif
