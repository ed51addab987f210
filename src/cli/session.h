/* What every command begins with: its inputs and the lock, found and read, and the core's answer to them.
 *
 *     kt_session session;
 *     if (kt_session_open(&session, settings, console) && kt_session_render(&session, &options))
 *         ... session.result
 *     kt_session_close(&session);
 */
#ifndef KT_CLI_SESSION_H
#define KT_CLI_SESSION_H

#include "cli/inputs.h"
#include "cli/lock.h"

#define KT_FOLDER_MAX 4096

typedef struct kt_session {
    const kt_settings *settings;
    kt_console *console;
    kt_inputs inputs;
    kt_lock_file lock;
    kt_result *result; /* NULL until kt_session_render() */
    kt_status status;  /* what kt_render() returned */
    char folder[KT_FOLDER_MAX]; /* the current one; "" if its path is longer */
} kt_session;

/* Whether the command line asks for something that cannot be: two readers of standard input, two writers of standard
 * output, of which the command itself may be one. False: the console was told. */
bool kt_session_check_usage(const kt_settings *settings, bool writes_stdout, kt_console *console);

/* Find and read. False: an error was said. The session is to be closed whatever is returned. */
bool kt_session_open(kt_session *out, const kt_settings *settings, kt_console *console);

/* KT_RENDER_OPTIONS_INIT with what the settings say. */
kt_render_options kt_session_options(const kt_session *session);

/* Call the core. False: there is no result, and the console was told why. */
bool kt_session_render(kt_session *session, const kt_render_options *options);

/* Print the diagnostics of the result on standard error; without --verbose only the first warnings of each code. */
void kt_session_print_diags(const kt_session *session);

void kt_session_close(kt_session *session);

#endif
