/* The frame of an adapter: render, look, plan, carry out, say what happened. */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli/help.h"
#include "cli/program.h"
#include "cli/push_options.h"
#include "cli/session.h"
#include "cli/summary.h"
#include "push/credential.h"
#include "push/patience.h"
#include "push/problem.h"
#include "push/report.h"

enum { EXIT_FINE, EXIT_DIFFERS, EXIT_ERROR };

typedef struct frame {
    const kt_adapter *adapter;
    kt_push push;
    kt_session session;
    kt_result *first;   /* the result without what the State Store holds; the connection is its */
    void *remote;
    kt_have have;       /* of the last look */
    bool needs_have;    /* some content is to be found in the State Store (W-12) */
    kt_changes *changes;
    const char *outcome;
} frame;

static const kt_adapter *the_adapter; /* set once, by kt_push_main() */

/* ---- Signals ---- */

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    stopped = number;
}

bool kt_push_stopped(void)
{
    return stopped != 0;
}

/* ---- Rendering ---- */

static bool render(frame *f, const kt_have *have)
{
    kt_render_options options = kt_session_options(&f->session);

    options.secrets = true;
    options.allocator = kt_clearing_allocator();
    options.have = have;
    return kt_session_render(&f->session, &options);
}

/* Once for all State Stores of a run, unless they stop it. */
static void print_diags(const frame *f)
{
    if (f->session.status != KT_OK || !getenv(KT_PUSHED_BEFORE))
        kt_session_print_diags(&f->session);
}

/* Whether a group is kept that no input and no lock has the content of. */
static bool has_unknown(const kt_plan *plan)
{
    for (size_t w = 0; w < plan->work_count; w++)
        for (size_t g = 0; g < plan->works[w].group_count; g++)
            if (plan->works[w].groups[g].unknown)
                return true;
    return false;
}

/* With what the State Store holds now, where that matters. */
static bool render_again(frame *f)
{
    if (!f->needs_have)
        return true;
    if (f->session.result != f->first)
        kt_result_free(f->session.result);
    f->session.result = NULL;
    return render(f, &f->have);
}

/* ---- The State Store ---- */

static bool wrong(frame *f, const char *help, const char *message)
{
    kt_console_complain(f->push.console, KT_COMPLAINT_USAGE, NULL, help, "%s", message);
    return false;
}

/* The one State Store of the tree, of the adapter's kind. */
static bool choose_store(frame *f)
{
    const kt_tree *tree = kt_result_tree(f->session.result);

    if (tree->store_count == 0) {
        kt_push_say(&f->push, KT_TROUBLE_NOWHERE, NULL, "no State Store was accepted");
        return false;
    }
    if (tree->store_count > 1)
        return wrong(f, "name one, such as --store gitstatestore/default", "there are several State Stores");
    f->push.store = tree->stores[0].store;
    f->push.tree = &tree->stores[0];
    if (f->push.store->kind != f->adapter->kind)
        return wrong(f, "kratree push finds the program for each State Store",
                     "this program is for the other kind of State Store");
    if (!f->push.store->connection) {
        kt_push_say(&f->push, KT_TROUBLE_ADDRESS, NULL, "no manifest says how it is reached");
        return false;
    }
    return true;
}

/* ---- Attempts ---- */

static uint64_t retries(const kt_settings *settings)
{
    return settings->retries == KT_RETRIES_UNSET ? KT_USUAL_RETRIES : settings->retries;
}

/* Run `step` until it is done or has failed for good. */
static bool try_often(frame *f, kt_outcome (*step)(frame *f))
{
    kt_push *push = &f->push;

    for (push->attempt = 1;; push->attempt++) {
        kt_outcome outcome = step(f);
        kt_progress_end(&push->progress);
        if (outcome != KT_OUTCOME_AGAIN)
            return outcome == KT_OUTCOME_DONE;
        if (push->attempt > retries(push->settings)) {
            kt_push_say_again(push, (kt_trouble)push->again_trouble);
            return false;
        }
        kt_push_say_again(push, KT_TROUBLE_AGAIN);
        if (!kt_pause(kt_pause_ms(push->attempt))) {
            kt_push_say(push, KT_TROUBLE_STOPPED, NULL, "stopped while waiting for the next attempt");
            return false;
        }
    }
}

static kt_outcome check(frame *f)
{
    return f->adapter->check(f->remote);
}

/* ---- Whose files are there ---- */

static bool ends_with(kt_sv path, const char *end)
{
    size_t length = strlen(end);

    return path.len >= length && memcmp(path.ptr + path.len - length, end, length) == 0;
}

/* A file as we want it, a canary, a .kratix folder. */
static bool is_sign(const kt_change *change)
{
    return change->kind == KT_CHANGE_KEEP || (change->kind == KT_CHANGE_UPDATE && change->file->rule == KT_RULE_CANARY)
           || (change->kind == KT_CHANGE_FOREIGN
               && (kt_path_passes(change->path, ".kratix") || ends_with(change->path, "kratix-canary-namespace.yaml")
                   || ends_with(change->path, "kratix-canary-configmap.yaml")));
}

static bool is_in_store(const kt_store *store, kt_sv path)
{
    kt_sv prefix = store->prefix;

    while (prefix.len > 0 && prefix.ptr[0] == '/') {
        prefix.ptr++;
        prefix.len--;
    }
    return kt_path_inside(path, prefix);
}

/* DESIGN "Writing a directory": a first push beside files of others wants to be asked for. */
static bool may_write(frame *f)
{
    const kt_changes *changes = f->changes;
    const kt_change *foreign = NULL;
    size_t count = 0;

    if (f->push.settings->adopt || f->session.lock.there)
        return true;
    for (size_t i = 0; i < changes->count; i++) {
        const kt_change *change = &changes->items[i];
        if (is_sign(change))
            return true;
        if (change->kind == KT_CHANGE_FOREIGN && is_in_store(f->push.store, change->path)) {
            foreign = foreign ? foreign : change;
            count++;
        }
    }
    if (!foreign)
        return true;
    kt_push_say(&f->push, KT_TROUBLE_ADOPT, NULL, "%zu file%s there that %s not of the tree, and no sign of Kratix: '%.*s'%s",
                count, count == 1 ? " is" : "s are", count == 1 ? "is" : "are", (int)foreign->path.len,
                foreign->path.ptr, count > 1 ? " …" : "");
    return false;
}

/* ---- Pushing ---- */

static size_t count_work(const kt_changes *changes)
{
    return changes->counts[KT_CHANGE_CREATE] + changes->counts[KT_CHANGE_UPDATE] + changes->counts[KT_CHANGE_DELETE];
}

/* Compare the tree with what the last look saw. */
static kt_outcome plan(frame *f)
{
    kt_status status;

    kt_changes_free(f->changes); /* it borrows from the result */
    f->changes = NULL;
    if (!render_again(f))
        return KT_OUTCOME_FAILED;
    if (f->session.status != KT_OK)
        return KT_OUTCOME_FAILED; /* its diagnostics say why */
    status = kt_changes_plan(&f->changes, kt_result_tree(f->session.result), &f->have, NULL);
    if (status == KT_ERR_INPUT)
        return kt_push_again(&f->push, KT_TROUBLE_UNREACHABLE, "a file could not be read from it");
    return status == KT_OK ? KT_OUTCOME_DONE : kt_push_no_memory(&f->push);
}

static kt_outcome push_once(frame *f)
{
    kt_outcome outcome = f->adapter->look(f->remote, &f->have);

    if (outcome == KT_OUTCOME_DONE)
        outcome = f->push.refused ? KT_OUTCOME_FAILED : plan(f); /* a warning that --strict makes one */
    if (outcome != KT_OUTCOME_DONE)
        return outcome;
    f->outcome = "same";
    if (!may_write(f) || (f->adapter->fits && !f->adapter->fits(f->remote, f->changes)))
        return KT_OUTCOME_FAILED;
    if (count_work(f->changes) == 0)
        return KT_OUTCOME_DONE;
    f->outcome = f->push.settings->dry_run ? "differs" : "pushed";
    return f->push.settings->dry_run
               ? KT_OUTCOME_DONE
               : f->adapter->carry_out(f->remote, f->changes, &kt_result_tree(f->session.result)->stores[0]);
}

/* ---- The run ---- */

static const char *mode_of(const kt_settings *settings)
{
    return settings->check ? "check" : settings->dry_run ? "dry-run" : "push";
}

static bool report(frame *f, bool fine)
{
    size_t count = 0;
    const kt_diag *diags = f->session.result ? kt_result_diags(f->session.result, &count) : NULL;
    kt_diag *all = calloc(count + f->push.said_count + 1, sizeof *all);
    kt_push_report report = {f->push.store, mode_of(f->push.settings), fine ? f->outcome : "failed", f->changes,
                             f->push.revision, f->push.attempt, all, 0};
    bool written;

    for (size_t i = 0; all && i < count + f->push.said_count; i++)
        all[report.diag_count++] = i < count ? diags[i] : f->push.said[i - count];
    written = all && kt_push_put_reports(&report, f->push.settings, f->push.console);
    free(all);
    if (!all)
        kt_push_no_memory(&f->push);
    if (!written)
        return false;
    if (fine)
        kt_push_summary(&report, f->push.console);
    return fine;
}

static bool work(frame *f)
{
    const kt_settings *settings = f->push.settings;
    bool fine;

    f->remote = f->adapter->open(&f->push);
    if (!f->remote)
        return false;
    f->outcome = "permitted";
    fine = !f->push.refused && try_often(f, settings->check ? check : push_once);
    f->adapter->close(f->remote);
    if (f->session.result && f->session.result != f->first)
        print_diags(f);
    return fine;
}

static int finish(frame *f)
{
    const kt_settings *settings = f->push.settings;
    bool fine = work(f);

    if (f->first && f->session.result == f->first && f->needs_have)
        print_diags(f);
    fine = report(f, fine);
    if (fine && !settings->check && !settings->dry_run)
        fine = kt_lock_save(&f->session.lock, f->session.result, f->push.console);
    if (!fine)
        return EXIT_ERROR;
    return strcmp(f->outcome, "differs") == 0 || kt_result_left_out(f->session.result) > 0 ? EXIT_DIFFERS : EXIT_FINE;
}

static int run_session(frame *f)
{
    kt_session *session = &f->session;

    if (!render(f, NULL))
        return EXIT_ERROR;
    f->first = session->result;
    f->needs_have = session->status == KT_OK && session->lock.there && !f->push.settings->check
                    && has_unknown(kt_result_plan(session->result));
    if (!f->needs_have)
        print_diags(f);
    if (session->status != KT_OK) {
        kt_summary_failed(f->push.settings, session->status, f->push.console);
        report(f, false);
        return EXIT_ERROR;
    }
    if (!choose_store(f)) {
        report(f, false);
        return EXIT_ERROR;
    }
    return kt_lock_would_change(&session->lock, session->settings, session->result, session->console) ? EXIT_DIFFERS
                                                                                                      : finish(f);
}

/* Nothing of a Secret stays in memory that is given back. */
static void clear_inputs(kt_inputs *inputs)
{
    for (size_t i = 0; inputs->contents && i < inputs->count; i++)
        if (inputs->contents[i])
            kt_clear(inputs->contents[i], inputs->sources[i].bytes.len);
}

static int run(const kt_settings *settings, kt_console *console)
{
    frame f;
    int status = EXIT_ERROR;

    memset(&f, 0, sizeof f);
    f.adapter = the_adapter;
    f.push.settings = settings;
    f.push.console = console;
    f.push.vault = kt_vault_new();
    f.push.pool = kt_pool_new();
    if (f.push.vault)
        kt_credential_hide_proxies(f.push.vault);
    kt_progress_init(&f.push.progress, console->progress && !console->quiet);
    if (!f.push.vault || !f.push.pool)
        kt_push_no_memory(&f.push);
    else if (kt_session_check_usage(settings, false, console) && kt_session_open(&f.session, settings, console))
        status = run_session(&f);
    kt_changes_free(f.changes);
    if (f.first != f.session.result)
        kt_result_free(f.first);
    clear_inputs(&f.session.inputs);
    kt_session_close(&f.session);
    free(f.push.again);
    free(f.push.said);
    kt_pool_free(f.push.pool);
    kt_vault_free(f.push.vault);
    return status;
}

int kt_push_main(const kt_adapter *adapter, int argc, char **argv)
{
    static kt_console console;
    kt_command command = kt_push_command;
    int status;

    command.run = run;
    the_adapter = adapter;
    kt_program_begin(&console, argc > 0 ? argv[0] : NULL);
    kt_program_catch_signals(stop);
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        kt_help_version(&console);
        return kt_program_end(&console, 0);
    }
    status = kt_program_run(&console, &command, argc - 1, argv + 1);
    return kt_program_end(&console, status);
}
