/* The last lines of a run, on stderr. */
#ifndef KT_CLI_SUMMARY_H
#define KT_CLI_SUMMARY_H

#include "cli/deliver.h"

/* What was written or compared, and how much of it. Nothing with --quiet. */
void kt_summary(const kt_settings *settings, const kt_result *result, const kt_delivery *delivery,
                kt_console *console);

/* What validate has found in how many `files`. Nothing with --quiet. */
void kt_summary_validated(const kt_settings *settings, const kt_result *result, size_t files, kt_console *console);

/* What the lock of `result` remembers. Nothing with --quiet. */
void kt_summary_locked(const kt_result *result, const char *path, bool written, kt_console *console);

/* How many errors, and what to try next. */
void kt_summary_failed(const kt_settings *settings, kt_status status, kt_console *console);

#endif
