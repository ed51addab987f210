/* render: find and read the manifests, compute the tree, show or write it, say what happened. */
#define _POSIX_C_SOURCE 200809L
#include "cli/render.h"

#include <string.h>
#include <unistd.h>

#include "cli/deliver.h"
#include "cli/options.h"
#include "cli/reports.h"
#include "cli/session.h"
#include "cli/shape.h"
#include "cli/summary.h"
#include "cli/tree_view.h"
#include "store/compare.h"
#include "store/folder.h"

enum { EXIT_FINE, EXIT_DIFFERS, EXIT_ERROR };

enum { REPORT_TEXT, REPORT_JSON };

/* ---- Tables ---- */

#define FIELD(field) offsetof(kt_settings, field)

static const kt_option output_options[] = {
    {"out", 0, KT_OPTION_NO_ENV, "DIR|FILE.zip|-", NULL,
     "write the tree there: a directory, a zip, or a zip on standard output", kt_set_text, FIELD(out)},
    {"check", 0, 0, NULL, NULL, "only compare with --out; exit status 1 if something differs", kt_set_switch,
     FIELD(check)},
    {"force", 0, KT_OPTION_NO_ENV, NULL, NULL, "write beside files in DIR that are not of the tree; they stay",
     kt_set_switch, FIELD(force)},
    {NULL, 'o', 0, "FORMAT[=FILE]", "text|json", "report the tree on standard output or in FILE: text, json; repeatable",
     kt_set_report, 0},
    {"level", 0, 0, "N", NULL, "compression of a zip, 0 to 9 (6)", kt_set_level, FIELD(level)},
};

static const kt_option_group output_group = {"Output", output_options,
                                             sizeof output_options / sizeof output_options[0]};

static const kt_option_group *const groups[] = {&output_group, &kt_options_lock, &kt_options_input, &kt_options_limits,
                                                &kt_options_general};

static const kt_example examples[] = {
    {"render", "show the tree of the manifests in this folder"},
    {"render platform --out rendered", "write it to a directory"},
    {"render platform --out rendered --check", "is the directory up to date? for CI"},
    {"render platform --out tree.zip", "write it to a zip; the same bytes every time"},
    {"render -o json=tree.json platform", "who gets what and why, as data"},
    {"render - < manifests.yaml", "read standard input"},
};

static const char *const exits[] = {
    "0", "the tree is shown, written, or the same as what is there",
    "1", "--check found differences, --locked a lock to change, or --keep-going left something out",
    "2", "an error; nothing was written",
};

static int run(const kt_settings *settings, kt_console *console);

const kt_command kt_render_command = {
    "render",
    "the tree: shown, or written to a directory or a zip",
    "[PATH…] [--out DIR|FILE.zip|-] [flags]",
    "Compute the file tree that Kratix writes into its State Stores from the manifests in PATH: Promises, "
    "Destinations, State Stores, resource requests and captured pipeline output. Without --out the tree is shown and "
    "nothing is written.\n\n"
    "PATH is a file, a folder (the current one if none is named) or - for standard input. Folders are searched for "
    "*.yaml, *.yml and *.json; hidden files and what .kratreeignore names are passed over.",
    groups,
    sizeof groups / sizeof groups[0],
    examples,
    sizeof examples / sizeof examples[0],
    exits,
    sizeof exits / sizeof exits[0] / 2,
    run,
};

/* ---- Usage ---- */

static bool wrong(kt_console *console, const char *help, const char *message)
{
    kt_console_complain(console, KT_COMPLAINT_USAGE, NULL, help, "%s", message);
    return false;
}

static bool check_usage(const kt_settings *settings, kt_console *console)
{
    bool to_stdout = settings->out && strcmp(settings->out, "-") == 0;

    if (!kt_session_check_usage(settings, to_stdout, console))
        return false;
    if (settings->check && (!settings->out || to_stdout))
        return wrong(console, "name the directory or zip: --check --out DIR", "--check has nothing to compare with");
    if (to_stdout && isatty(1))
        return wrong(console, "send it to a file: --out FILE.zip", "a zip is nothing for a terminal");
    return true;
}

/* ---- Rendering ---- */

/* With a lock the core may look into the directory that is to be written. */
static bool render(kt_session *session)
{
    kt_keeper_error error = {NULL, {NULL, 0}, {NULL, 0}, false};
    kt_render_options options = kt_session_options(session);
    kt_keeper_have have;
    kt_keeper keeper;
    bool rendered;

    if (!options.lock || !kt_out_is_directory(session->settings)
        || !kt_folder_open(&keeper, session->settings->out, &error))
        return kt_session_render(session, &options);
    kt_keeper_have_init(&have, &keeper, &error);
    options.have = &have.have;
    rendered = kt_session_render(session, &options);
    keeper.close(keeper.ctx);
    return rendered;
}

/* ---- Reports ---- */

/* A kt_report_put for a kt_session. */
static bool put_report(kt_output *out, size_t format, void *ctx)
{
    const kt_session *session = ctx;
    const kt_console *console = session->console;
    bool is_stdout = out == &console->out;
    kt_tree_view_options options;

    if (format == REPORT_JSON)
        return kt_report_json(session->result, kt_output_write, out) == KT_OK;
    options.color = is_stdout && console->out_color;
    options.verbose = session->settings->verbose;
    options.width = is_stdout ? console->out_width : 0;
    options.only = kt_str(session->settings->destination);
    return kt_tree_view(out, session->result, &options);
}

/* After an error JSON still carries the diagnostics; there is no tree to show as text. */
static bool put_reports(kt_session *session, bool failed)
{
    const kt_settings *settings = session->settings;
    bool fine = true;

    for (size_t i = 0; i < settings->report_count; i++)
        if (!failed || settings->reports[i].format != REPORT_TEXT)
            fine &= kt_report_write(&settings->reports[i], put_report, session, session->console);
    if (settings->report_count == 0 && !settings->out && !failed)
        fine &= kt_report_to_stdout(REPORT_TEXT, put_report, session, session->console);
    return fine;
}

/* ---- The command ---- */

/* The lock is written last: what it remembers has been written then. */
static int finish(kt_session *session)
{
    const kt_settings *settings = session->settings;
    kt_console *console = session->console;
    kt_delivery delivery = {.fine = true};
    bool fine;

    if (kt_lock_would_change(&session->lock, settings, session->result, console))
        return EXIT_DIFFERS;
    if (settings->out)
        delivery = kt_deliver(settings, session->result, console,
                              settings->check && kt_reports_on_stdout(settings) == 0, session->lock.there);
    fine = delivery.fine && put_reports(session, false);
    if (fine && settings->out && !settings->check)
        fine = kt_lock_save(&session->lock, session->result, console);
    if (!delivery.fine && delivery.foreign > 0)
        kt_shape_advise(session);
    if (!fine)
        return EXIT_ERROR;
    kt_summary(settings, session->result, &delivery, console);
    return (settings->check && delivery.differs) || kt_result_left_out(session->result) > 0 ? EXIT_DIFFERS : EXIT_FINE;
}

static int run_session(kt_session *session)
{
    if (session->lock.there && !kt_deliver_resume(session->settings, session->console))
        return EXIT_ERROR;
    if (!render(session))
        return EXIT_ERROR;
    kt_session_print_diags(session);
    if (session->status == KT_OK)
        return finish(session);
    put_reports(session, true);
    kt_summary_failed(session->settings, session->status, session->console);
    kt_shape_advise(session);
    return EXIT_ERROR;
}

static int run(const kt_settings *settings, kt_console *console)
{
    kt_session session;
    int status = EXIT_ERROR;

    if (!check_usage(settings, console))
        return EXIT_ERROR;
    if (kt_session_open(&session, settings, console))
        status = run_session(&session);
    kt_session_close(&session);
    return status;
}
