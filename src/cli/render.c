/* render: find and read the manifests, compute the tree, show or write it, say what happened. */
#define _POSIX_C_SOURCE 200809L
#include "cli/render.h"

#include <string.h>
#include <unistd.h>

#include "cli/deliver.h"
#include "cli/inputs.h"
#include "cli/lock.h"
#include "cli/options.h"
#include "cli/summary.h"
#include "cli/tree_view.h"
#include "cli/workers.h"
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
    {"lock", 0, 0, "FILE", NULL,
     "what Kratix remembers of earlier runs, read and updated; usually kratree.lock inside PATH, if it is there",
     kt_set_text, FIELD(lock)},
    {"locked", 0, 0, NULL, NULL, "exit status 1, and nothing written, if the lock would change", kt_set_switch,
     FIELD(locked)},
    {NULL, 'o', 0, "FORMAT[=FILE]", "text|json", "report the tree on standard output or in FILE: text, json; repeatable",
     kt_set_report, 0},
    {"level", 0, 0, "N", NULL, "compression of a zip, 0 to 9 (6)", kt_set_level, FIELD(level)},
};

static const kt_option_group output_group = {"Output", output_options,
                                             sizeof output_options / sizeof output_options[0]};

static const kt_option_group *const groups[] = {&output_group, &kt_options_input, &kt_options_limits,
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

static size_t count_stdin(const kt_settings *settings)
{
    size_t count = 0;

    for (size_t i = 0; i < settings->path_count; i++)
        count += strcmp(settings->paths[i], "-") == 0;
    return count;
}

static size_t count_stdout(const kt_settings *settings)
{
    size_t count = settings->out && strcmp(settings->out, "-") == 0;

    for (size_t i = 0; i < settings->report_count; i++)
        count += !settings->reports[i].file;
    return count;
}

static bool check_usage(const kt_settings *settings, kt_console *console)
{
    bool to_stdout = settings->out && strcmp(settings->out, "-") == 0;

    if (count_stdout(settings) > 1)
        return wrong(console, "give one of them a file: -o json=FILE", "two writers on standard output");
    if (count_stdin(settings) > 1)
        return wrong(console, "name - once", "standard input can be read once only");
    if (settings->check && (!settings->out || to_stdout))
        return wrong(console, "name the directory or zip: --check --out DIR", "--check has nothing to compare with");
    if (to_stdout && isatty(1))
        return wrong(console, "send it to a file: --out FILE.zip", "a zip is nothing for a terminal");
    return true;
}

/* ---- Rendering ---- */

static kt_status render_with(kt_result **out, const kt_settings *settings, const kt_inputs *inputs,
                             const kt_lock_file *lock, const kt_have *have, const kt_console *console)
{
    kt_render_options options = KT_RENDER_OPTIONS_INIT;
    kt_progress progress;
    kt_workers workers;
    kt_status status;

    kt_progress_init(&progress, console->progress && !console->quiet);
    kt_workers_init(&workers, (size_t)settings->jobs, &progress);
    options.profile = settings->profile;
    options.keep_going = settings->keep_going;
    options.strict = settings->strict;
    options.store = kt_str(settings->store);
    options.destination = kt_str(settings->destination);
    options.limits = settings->limits;
    options.parallel_for = kt_workers_run;
    options.parallel_ctx = &workers;
    options.lock = lock->there ? &lock->source : NULL;
    options.have = have;
    status = kt_render(out, inputs->sources, inputs->count, &options);
    kt_progress_end(&progress);
    return status;
}

/* With a lock the core may look into the directory that is to be written. */
static kt_status render(kt_result **out, const kt_settings *settings, const kt_inputs *inputs,
                        const kt_lock_file *lock, const kt_console *console)
{
    kt_keeper_error error = {NULL, {NULL, 0}, {NULL, 0}, false};
    kt_keeper_have have;
    kt_keeper keeper;
    kt_status status;

    if (!lock->there || !kt_out_is_directory(settings) || !kt_folder_open(&keeper, settings->out, &error))
        return render_with(out, settings, inputs, lock, NULL, console);
    kt_keeper_have_init(&have, &keeper, &error);
    status = render_with(out, settings, inputs, lock, &have.have, console);
    keeper.close(keeper.ctx);
    return status;
}

static void print_diags(kt_console *console, const kt_result *result)
{
    size_t count;
    const kt_diag *diags = kt_result_diags(result, &count);

    for (size_t i = 0; i < count; i++)
        kt_console_diag(console, &diags[i]);
}

/* ---- Reports ---- */

static bool put_report(kt_output *out, size_t format, const kt_result *result, const kt_settings *settings,
                       const kt_console *console)
{
    bool is_stdout = out == &console->out;
    kt_tree_view_options options;

    if (format == REPORT_JSON)
        return kt_report_json(result, kt_output_write, out) == KT_OK;
    options.color = is_stdout && console->out_color;
    options.verbose = settings->verbose;
    options.width = is_stdout ? console->out_width : 0;
    options.only = kt_str(settings->destination);
    return kt_tree_view(out, result, &options);
}

static bool report_to_file(const kt_report_wish *wish, const kt_result *result, const kt_settings *settings,
                           kt_console *console)
{
    static kt_file_output file;
    bool fine = kt_file_output_open(&file, wish->file);

    if (fine) {
        put_report(&file.output, wish->format, result, settings, console);
        fine = kt_file_output_commit(&file);
    }
    if (!fine)
        kt_console_complain(console, KT_COMPLAINT_OUTPUT, wish->file, NULL, "cannot write: %s",
                            strerror(file.output.error));
    return fine;
}

static bool report_to_stdout(size_t format, const kt_result *result, const kt_settings *settings, kt_console *console)
{
    if (put_report(&console->out, format, result, settings, console))
        return true;
    if (console->out.error == 0) /* else kt_console_finish() says it */
        kt_console_complain(console, KT_COMPLAINT_MEMORY, NULL, NULL, "out of memory");
    return false;
}

/* After an error JSON still carries the diagnostics; there is no tree to show as text. */
static bool put_reports(const kt_settings *settings, const kt_result *result, kt_console *console, bool failed)
{
    bool fine = true;

    for (size_t i = 0; i < settings->report_count; i++) {
        const kt_report_wish *wish = &settings->reports[i];
        if (failed && wish->format == REPORT_TEXT)
            continue;
        if (wish->file)
            fine &= report_to_file(wish, result, settings, console);
        else
            fine &= report_to_stdout(wish->format, result, settings, console);
    }
    if (settings->report_count == 0 && !settings->out && !failed)
        fine &= report_to_stdout(REPORT_TEXT, result, settings, console);
    return fine;
}

/* ---- The command ---- */

static bool would_change(const kt_settings *settings, const kt_lock_file *lock, const kt_result *result,
                         kt_console *console)
{
    if (!settings->locked || !kt_lock_differs(lock, result))
        return false;
    kt_console_complain(console, KT_COMPLAINT_LOCKED, lock->path, NULL, "the lock would change");
    return true;
}

/* The lock is written last: what it remembers has been written then. */
static int finish(const kt_settings *settings, const kt_lock_file *lock, const kt_result *result, kt_console *console)
{
    kt_delivery delivery = {.fine = true};
    bool fine;

    if (would_change(settings, lock, result, console))
        return EXIT_DIFFERS;
    if (settings->out)
        delivery = kt_deliver(settings, result, console, settings->check && count_stdout(settings) == 0, lock->there);
    fine = delivery.fine && put_reports(settings, result, console, false);
    if (fine && settings->out && !settings->check)
        fine = kt_lock_save(lock, result, console);
    if (!fine)
        return EXIT_ERROR;
    kt_summary(settings, result, &delivery, console);
    return (settings->check && delivery.differs) || kt_result_left_out(result) > 0 ? EXIT_DIFFERS : EXIT_FINE;
}

static int run_on(const kt_settings *settings, const kt_inputs *inputs, const kt_lock_file *lock,
                  kt_console *console)
{
    kt_result *result;
    kt_status status;
    int exit_status = EXIT_ERROR;

    if (lock->there && !kt_deliver_resume(settings, console))
        return EXIT_ERROR;
    status = render(&result, settings, inputs, lock, console);
    if (!result) {
        kt_console_complain(console, status == KT_ERR_NOMEM ? KT_COMPLAINT_MEMORY : KT_COMPLAINT_BROKEN, NULL, NULL,
                            "%s", kt_status_text(status));
        return EXIT_ERROR;
    }
    print_diags(console, result);
    if (status == KT_OK) {
        exit_status = finish(settings, lock, result, console);
    } else {
        put_reports(settings, result, console, true);
        kt_summary_failed(settings, status, console);
    }
    kt_result_free(result);
    return exit_status;
}

static int run(const kt_settings *settings, kt_console *console)
{
    kt_inputs inputs;
    kt_lock_file lock;
    int status = EXIT_ERROR;

    if (!check_usage(settings, console))
        return EXIT_ERROR;
    if (kt_lock_find(&lock, settings, console)) {
        /* Warnings of the walk count under --strict like all others. */
        if (kt_inputs_find(&inputs, settings, console) && kt_inputs_load(&inputs, settings, console)
            && console->errors == 0)
            status = run_on(settings, &inputs, &lock, console);
        kt_inputs_dispose(&inputs);
    }
    kt_lock_dispose(&lock);
    return status;
}
