/* Putting a result where --out says, or comparing it with what is there. */
#ifndef KT_CLI_DELIVER_H
#define KT_CLI_DELIVER_H

#include "cli/console.h"
#include "cli/settings.h"

/* What came of it. */
typedef struct kt_delivery {
    bool fine;        /* false: an error was said */
    bool differs;     /* --check: there is something to do */
    bool is_zip;
    size_t created;
    size_t updated;
    size_t deleted;
    size_t kept;
    size_t foreign;   /* files that are not of the tree */
    uint64_t zip_bytes;
} kt_delivery;

/* Write the tree of `result` to settings->out, or with settings->check compare; the differences go to
 * stdout as lines "create path" when `list` is set. `known`: a lock knows what in a directory is ours. */
kt_delivery kt_deliver(const kt_settings *settings, const kt_result *result, kt_console *console, bool list,
                       bool known);

/* Complete what an interrupted run left in the directory, before it is looked into. False: an error was said. */
bool kt_deliver_resume(const kt_settings *settings, kt_console *console);

/* Changes as lines "create path"; what is kept is not listed, foreign files only if `foreign`. */
void kt_changes_list(kt_output *out, bool color, const kt_change *items, size_t count, bool foreign);

/* Whether --out names a directory. */
bool kt_out_is_directory(const kt_settings *settings);

#endif
