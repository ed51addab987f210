/* Inputs, lock and result of a command. */
#define _POSIX_C_SOURCE 200809L
#include "cli/session.h"

#include <string.h>
#include <unistd.h>

#include "cli/reports.h"
#include "cli/workers.h"

/* ---- Usage ---- */

static bool wrong(kt_console *console, const char *help, const char *message)
{
    kt_console_complain(console, KT_COMPLAINT_USAGE, NULL, help, "%s", message);
    return false;
}

static size_t count_stdin(const kt_settings *settings)
{
    size_t count = 0;

    for (size_t i = 0; i < settings->path_count; i++)
        count += strcmp(settings->paths[i], "-") == 0;
    return count;
}

bool kt_session_check_usage(const kt_settings *settings, bool writes_stdout, kt_console *console)
{
    if (kt_reports_on_stdout(settings) + writes_stdout > 1)
        return wrong(console, "give one of them a file: -o json=FILE", "two writers on standard output");
    if (count_stdin(settings) > 1)
        return wrong(console, "name - once", "standard input can be read once only");
    return true;
}

/* ---- Life ---- */

bool kt_session_open(kt_session *out, const kt_settings *settings, kt_console *console)
{
    memset(out, 0, sizeof *out);
    out->settings = settings;
    out->console = console;
    out->status = KT_OK;
    if (!getcwd(out->folder, sizeof out->folder))
        out->folder[0] = '\0';
    /* Warnings of the walk count under --strict like all others. */
    return kt_lock_find(&out->lock, settings, console) && kt_inputs_find(&out->inputs, settings, console)
           && kt_inputs_load(&out->inputs, settings, console) && console->errors == 0;
}

kt_render_options kt_session_options(const kt_session *session)
{
    const kt_settings *settings = session->settings;
    kt_render_options options = KT_RENDER_OPTIONS_INIT;

    options.profile = settings->profile;
    options.keep_going = settings->keep_going;
    options.strict = settings->strict;
    options.store = kt_str(settings->store);
    options.destination = kt_str(settings->destination);
    options.limits = settings->limits;
    options.config = settings->config;
    options.folder = kt_str(session->folder);
    options.lock = session->lock.there ? &session->lock.source : NULL;
    return options;
}

bool kt_session_render(kt_session *session, const kt_render_options *options)
{
    kt_console *console = session->console;
    kt_render_options complete = *options;
    kt_progress progress;
    kt_workers workers;

    kt_progress_init(&progress, console->progress && !console->quiet);
    kt_workers_init(&workers, (size_t)session->settings->jobs, &progress);
    complete.parallel_for = kt_workers_run;
    complete.parallel_ctx = &workers;
    session->status = kt_render(&session->result, session->inputs.sources, session->inputs.count, &complete);
    kt_progress_end(&progress);
    if (!session->result)
        kt_console_complain(console, session->status == KT_ERR_NOMEM ? KT_COMPLAINT_MEMORY : KT_COMPLAINT_BROKEN, NULL,
                            NULL, "%s", kt_status_text(session->status));
    return session->result != NULL;
}

/* ---- Diagnostics ---- */

#define SHOWN_MAX 10   /* warnings of a code; a platform without captures has one for each run of a pipeline */
#define TALLIES_MAX 64 /* codes that are counted; of others all is shown */

typedef struct tally {
    const char *code;
    size_t count;
} tally;

/* How many of its code there were before it; 0 if nobody counts. */
static size_t count_one(tally *tallies, const char *code)
{
    size_t i = 0;

    while (i < TALLIES_MAX && tallies[i].code && strcmp(tallies[i].code, code) != 0)
        i++;
    if (i == TALLIES_MAX)
        return 0;
    tallies[i].code = code;
    return tallies[i].count++;
}

static void print_rest(kt_console *console, const tally *tallies)
{
    char text[64];

    for (size_t i = 0; i < TALLIES_MAX && tallies[i].code; i++)
        if (tallies[i].count > SHOWN_MAX)
            kt_output_format(&console->error, "%s [%s]; --verbose shows them\n",
                             kt_count_text(text, tallies[i].count - SHOWN_MAX, "more warning", "more warnings"),
                             tallies[i].code);
}

void kt_session_print_diags(const kt_session *session)
{
    tally tallies[TALLIES_MAX] = {{NULL, 0}};
    kt_console *console = session->console;
    size_t count;
    const kt_diag *diags = kt_result_diags(session->result, &count);

    for (size_t i = 0; i < count; i++)
        if (diags[i].severity != KT_WARNING || console->verbose || count_one(tallies, diags[i].code) < SHOWN_MAX)
            kt_console_diag(console, &diags[i]);
        else
            console->warnings++;
    if (!console->quiet)
        print_rest(console, tallies);
}

/* ---- End ---- */

void kt_session_close(kt_session *session)
{
    kt_result_free(session->result);
    kt_inputs_dispose(&session->inputs);
    kt_lock_dispose(&session->lock);
}
