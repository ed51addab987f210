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

static const kt_option report_options[] = {
    {NULL, 'o', 0, "FORMAT[=FILE]", "text|json|sarif|github|gitlab|junit",
     "report on standard output or in FILE: text, json, sarif (2.1.0), github (annotations), gitlab (Code Quality), "
     "junit; repeatable",
     kt_set_report, 0},
};

static const kt_option_group report_group = {"Report", report_options,
                                             sizeof report_options / sizeof report_options[0]};

static const kt_option_group *const groups[] = {&report_group, &kt_options_input, &kt_options_limits, &kt_options_general};

static const kt_example examples[] = {
    {"validate", "check the manifests in this folder"},
    {"validate platform --strict", "warnings count as errors; for CI"},
    {"validate -o text -o sarif=findings.sarif", "for people and for code scanning"},
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
static bool put_findings(kt_output *out, size_t format, void *ctx)
{
    const kt_session *session = ctx;
    const kt_console *console = session->console;
    bool is_stdout = out == &console->out;
    kt_findings_style style = {is_stdout && console->out_color, console->quiet, is_stdout ? console->out_width : 0,
                               kt_str(session->folder)};

    return kt_findings_write(session->result, (kt_findings_format)format, &style, kt_output_write, out) == KT_OK;
}

static bool put_reports(kt_session *session)
{
    const kt_settings *settings = session->settings;
    bool fine = true;

    for (size_t i = 0; i < settings->report_count; i++)
        fine &= kt_report_write(&settings->reports[i], put_findings, session, session->console);
    if (settings->report_count == 0)
        fine &= kt_report_to_stdout(KT_FINDINGS_TEXT, put_findings, session, session->console);
    return fine;
}

/* Those of the walk are counted already. */
static void count_findings(const kt_session *session)
{
    size_t count;
    const kt_diag *diags = kt_result_diags(session->result, &count);

    for (size_t i = 0; i < count; i++) {
        session->console->errors += diags[i].severity == KT_ERROR;
        session->console->warnings += diags[i].severity == KT_WARNING;
    }
}

static int run_session(kt_session *session)
{
    kt_render_options options = kt_session_options(session);

    options.validate = true;
    options.keep_going = true;
    if (!kt_session_render(session, &options) || !put_reports(session))
        return EXIT_ERROR;
    count_findings(session);
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
