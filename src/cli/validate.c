/* validate: find and read the manifests, go through every stage as render does, report what is wrong, write nothing.
 *
 * The core goes on behind an error as a cluster does, so that one run shows everything. */
#include "cli/validate.h"

#include "cli/options.h"
#include "cli/reports.h"
#include "cli/session.h"
#include "cli/summary.h"

enum { EXIT_CLEAN, EXIT_FOUND, EXIT_ERROR };

/* ---- Tables ---- */

static const kt_option_group *const groups[] = {&kt_options_input, &kt_options_limits, &kt_options_general};

static const kt_example examples[] = {
    {"validate", "check the manifests in this folder"},
    {"validate platform --strict", "warnings count as errors; for CI"},
    {"validate --kratix-version 2025-03", "what exactly that Kratix would refuse"},
};

static const char *const exits[] = {
    "0", "nothing is wrong; there may be warnings",
    "1", "there are errors, or with --strict warnings",
    "2", "the manifests could not be checked: a wrong flag, an unreadable file, a limit",
};

static int run(const kt_settings *settings, kt_console *console);

const kt_command kt_validate_command = {
    "validate",
    "what is wrong with the manifests, each mistake with its place and its cure",
    "[PATH…] [flags]",
    "Check the manifests in PATH as Kratix and the API server would, and for what they accept and a person would not "
    "want: references that lead nowhere, selectors that match nothing, hazards on the way into git. Nothing is "
    "written.\n\n"
    "PATH is a file, a folder (the current one if none is named) or - for standard input, as for render.",
    groups,
    sizeof groups / sizeof groups[0],
    examples,
    sizeof examples / sizeof examples[0],
    exits,
    sizeof exits / sizeof exits[0] / 2,
    run,
};

/* ---- The command ---- */

/* A kt_report_put for a kt_session. */
static bool put_text(kt_output *out, size_t format, void *ctx)
{
    const kt_session *session = ctx;
    size_t count;
    const kt_diag *diags = kt_result_diags(session->result, &count);

    (void)format;
    for (size_t i = 0; i < count; i++) {
        session->console->errors += diags[i].severity == KT_ERROR;
        session->console->warnings += diags[i].severity == KT_WARNING;
        if (!kt_diag_print(&diags[i], kt_output_write, out))
            return false;
    }
    return true;
}

static int run_session(kt_session *session)
{
    kt_render_options options = kt_session_options(session);

    options.validate = true;
    options.keep_going = true;
    if (!kt_session_render(session, &options) || !kt_report_to_stdout(0, put_text, session, session->console))
        return EXIT_ERROR;
    kt_summary_validated(session->settings, session->result, session->inputs.count - session->inputs.captured,
                         session->console);
    if (session->status != KT_OK)
        return EXIT_ERROR;
    return session->console->errors > 0 ? EXIT_FOUND : EXIT_CLEAN;
}

static int run(const kt_settings *settings, kt_console *console)
{
    kt_session session;
    int status = EXIT_ERROR;

    if (!kt_session_check_usage(settings, false, console))
        return EXIT_ERROR;
    if (kt_session_open(&session, settings, console))
        status = run_session(&session);
    kt_session_close(&session);
    return status;
}
