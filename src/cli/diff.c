/* diff: the tree of the manifests against what there is, or was. */
#include "cli/diff.h"

#include "cli/against.h"
#include "cli/diff_view.h"
#include "cli/options.h"
#include "cli/reports.h"
#include "cli/session.h"
#include "cli/summary.h"

enum { EXIT_SAME, EXIT_DIFFERS, EXIT_ERROR };

enum { REPORT_TEXT, REPORT_JSON, REPORT_MARKDOWN };

/* ---- Tables ---- */

#define FIELD(field) offsetof(kt_settings, field)

static const kt_option diff_options[] = {
    {"against", 0, 0, "DIR|ZIP|git:REV", NULL,
     "what to compare with: a directory or a zip that holds a tree, or these manifests as of a git revision", kt_set_text,
     FIELD(against)},
    {"stat", 0, 0, NULL, NULL, "only which files differ, and by how many lines", kt_set_switch, FIELD(stat)},
    {NULL, 'o', 0, "FORMAT[=FILE]", "text|json|markdown",
     "how, and in which FILE: text, json, markdown; repeatable", kt_set_report, 0},
    {"lock", 0, KT_OPTION_PATH, "FILE", NULL,
     "what Kratix remembers of earlier runs; usually kratree.lock inside PATH, if it is there", kt_set_text, FIELD(lock)},
};

static const kt_option limit_options[] = {
    {"max-diff-lines", 0, 0, "N", NULL, "of a file before and after, together (1000000)", kt_set_number,
     FIELD(diff_lines)},
    {"max-zip-entries", 0, 0, "N", NULL, "of a zip (100000)", kt_set_number, FIELD(zip_limits.entries)},
    {"max-zip-bytes", 0, 0, "SIZE", NULL, "of all files of a zip (1G)", kt_set_size, FIELD(zip_limits.bytes)},
    {"max-zip-ratio", 0, 0, "N", NULL, "bytes of a file for each in the zip, above 1 MiB (500)", kt_set_number,
     FIELD(zip_limits.ratio)},
};

#define COUNT(table) (sizeof table / sizeof table[0])

static const kt_option_group diff_group = {"What is compared, and how", diff_options, COUNT(diff_options)};
static const kt_option_group limit_group = {"Limits of comparing", limit_options, COUNT(limit_options)};

static const kt_option_group *const groups[] = {&diff_group, &kt_options_input, &kt_options_limits, &limit_group,
                                                &kt_options_general};

static const kt_example examples[] = {
    {"diff platform --against rendered", "what a render to the directory would change"},
    {"diff platform --against tree.zip --stat", "only which files differ from a zip"},
    {"diff platform --against git:main", "what the change of this branch changes"},
    {"diff platform --against git:HEAD~1 -o markdown", "for a comment on a pull request"},
};

static const char *const exits[] = {
    "0", "nothing would change",
    "1", "files differ",
    "2", "an error; nothing was compared",
};

static int run(const kt_settings *settings, kt_console *console);

const kt_command kt_diff_command = {
    "diff",
    "what changes in the State Stores, per Destination and file, and why",
    "[PATH…] --against DIR|ZIP|git:REV [flags]",
    "Compute the tree of the manifests in PATH and compare it with one that there is: files that are created, changed, "
    "moved (the same content at another path) or deleted, with the reason of each, then the lines that differ. Nothing is "
    "written.\n\n"
    "Files of a directory or a zip that are not of the tree, and that no lock claims, are foreign: they are listed, stay, and "
    "count for nothing. With git:REV the same PATHs are rendered as of that commit, branch or tag, and both trees are "
    "compared; the work tree and the index are not touched.",
    groups,
    COUNT(groups),
    examples,
    COUNT(examples),
    exits,
    COUNT(exits) / 2,
    run,
};

/* ---- Reports ---- */

typedef struct subject {
    const kt_differences *differences;
    const kt_settings *settings;
    kt_console *console;
} subject;

static kt_line_options line_options(const kt_settings *settings)
{
    kt_line_options lines = KT_LINE_OPTIONS_INIT;

    lines.max_lines = settings->diff_lines;
    return lines;
}

/* A kt_report_put for a subject. */
static bool put_report(kt_output *out, size_t format, void *ctx)
{
    const subject *s = ctx;
    kt_line_options lines = line_options(s->settings);
    kt_diff_view_options options = {out == &s->console->out && s->console->out_color, format == REPORT_MARKDOWN,
                                    s->settings->stat, lines};
    kt_sv too_long;
    bool fine;

    if (format == REPORT_JSON)
        return kt_differences_json(s->differences, s->settings->stat ? NULL : &lines, kt_output_write, out) == KT_OK;
    fine = kt_diff_view(out, s->differences, &options, &too_long) == KT_OK;
    if (too_long.len > 0)
        kt_console_complain(s->console, KT_COMPLAINT_LONG_DIFF, NULL, NULL, "'%.*s' has too many lines to be compared",
                            (int)too_long.len, too_long.ptr);
    return fine;
}

static bool put_reports(subject s)
{
    bool fine = true;

    for (size_t i = 0; i < s.settings->report_count; i++)
        fine &= kt_report_write(&s.settings->reports[i], put_report, &s, s.console);
    return s.settings->report_count == 0 ? kt_report_to_stdout(REPORT_TEXT, put_report, &s, s.console) : fine;
}

/* ---- The command ---- */

static int compare(kt_against *against, kt_session *session)
{
    kt_differences *differences = kt_against_compare(against, session);
    int status = EXIT_ERROR;

    if (!differences)
        return EXIT_ERROR;
    if (put_reports((subject){differences, session->settings, session->console}))
        status = differences->count > differences->counts[KT_DIFFERENCE_FOREIGN] ? EXIT_DIFFERS : EXIT_SAME;
    kt_differences_free(differences);
    return status;
}

static int run_session(kt_session *session)
{
    kt_against *against = kt_against_open(session->settings, session->console);
    kt_render_options options = kt_session_options(session);
    int status = EXIT_ERROR;

    if (!against)
        return EXIT_ERROR;
    options.have = options.lock ? kt_against_directory(against) : NULL;
    if (kt_session_render(session, &options)) {
        kt_session_print_diags(session);
        if (session->status == KT_OK)
            status = compare(against, session);
        else
            kt_summary_failed(session->settings, session->status, session->console);
    }
    kt_against_close(against);
    return status;
}

static int run(const kt_settings *settings, kt_console *console)
{
    kt_session session;
    int status = EXIT_ERROR;

    if (!kt_session_check_usage(settings, false, console))
        return EXIT_ERROR;
    if (!settings->against) {
        kt_console_complain(console, KT_COMPLAINT_USAGE, NULL, "name a directory, a zip or a revision: --against git:main",
                            "--against is needed");
        return EXIT_ERROR;
    }
    if (kt_session_open(&session, settings, console))
        status = run_session(&session);
    kt_session_close(&session);
    return status;
}
