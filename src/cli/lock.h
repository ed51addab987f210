/* The kratree.lock of a run: found, read, and written again. */
#ifndef KT_CLI_LOCK_H
#define KT_CLI_LOCK_H

#include "cli/console.h"
#include "cli/settings.h"

typedef struct kt_lock_file {
    char *path; /* NULL: there is none, and none was asked for */
    char *bytes;
    size_t length;
    bool there;       /* false: named, but not there yet */
    kt_source source; /* for kt_render_options.lock */
} kt_lock_file;

/* The lock that --lock names, which may be absent, or kratree.lock in the first PATH. False: an error was said. `out`
 * is set whatever is returned. */
bool kt_lock_find(kt_lock_file *out, const kt_settings *settings, kt_console *console);

/* Whether the lock of `result` is another text than the one that is there. False as well where no lock is used. */
bool kt_lock_differs(const kt_lock_file *lock, const kt_result *result);

/* With --locked: whether it would change, which is then said. */
bool kt_lock_would_change(const kt_lock_file *lock, const kt_settings *settings, const kt_result *result,
                          kt_console *console);

/* Name the lock of a run that has found none: kratree.lock in the first PATH if that is a folder, else in the current
 * one. False: an error was said. */
bool kt_lock_place(kt_lock_file *lock, const kt_settings *settings, kt_console *console);

/* Write it, if it differs. False: an error was said. */
bool kt_lock_save(const kt_lock_file *lock, const kt_result *result, kt_console *console);

void kt_lock_dispose(kt_lock_file *lock);

#endif
