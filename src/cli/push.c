/* push: render once to know the State Stores, then run the adapter of each with the arguments as they were typed. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/program.h"
#include "cli/push_options.h"
#include "cli/reports.h"
#include "cli/session.h"
#include "cli/summary.h"
#include "store/temporary.h"

#define PATH_SIZE 4096
#define FIRST_ARGUMENTS (2 * KT_REPORTS_MAX + 4) /* program, --store, -o for each report, NULL */

enum { EXIT_FINE, EXIT_DIFFERS, EXIT_ERROR };

extern char **environ;

static const char *const formats[] = {"text", "json"};

typedef struct pusher {
    const kt_settings *settings;
    kt_console *console;
    kt_session session;
    char folder[PATH_SIZE]; /* the adapters' reports; "" if none are asked for */
    int input;              /* what was read of standard input; -1: nothing */
    size_t store;           /* of the tree, that is pushed to */
    size_t store_count;
} pusher;

/* ---- Signals ---- */

static volatile sig_atomic_t adapter_pid, stopped;

/* Whoever stops us means the adapter as well; it cleans up, and we wait for it. */
static void pass_on(int number)
{
    stopped = number;
    if (adapter_pid > 0)
        kill((pid_t)adapter_pid, number);
}

/* ---- Standard input, once for each adapter ---- */

static bool cannot(pusher *p, const char *doing)
{
    kt_console_complain(p->console, KT_COMPLAINT_OUTPUT, NULL, NULL, "cannot %s: %s", doing, strerror(errno));
    return false;
}

static bool keep_input(pusher *p)
{
    const kt_inputs *inputs = &p->session.inputs;
    FILE *file;

    for (size_t i = 0; i < p->settings->path_count && p->input < 0; i++) {
        if (strcmp(p->settings->paths[i], "-") != 0)
            continue;
        file = tmpfile(); /* open until we end */
        p->input = file ? fileno(file) : -1;
        if (p->input >= 0)
            fcntl(p->input, F_SETFD, FD_CLOEXEC); /* what the adapters start is not to have it */
        for (size_t k = 0; k < inputs->count && p->input >= 0; k++)
            if (strcmp(inputs->sources[k].path.ptr, "<stdin>") == 0 && !kt_write_all(p->input, inputs->sources[k].bytes))
                return cannot(p, "keep standard input");
        if (p->input < 0)
            return cannot(p, "keep standard input");
    }
    return true;
}

/* ---- Reports of the adapters ---- */

static void report_path(char out[PATH_SIZE + 64], const pusher *p, size_t store, size_t wish)
{
    snprintf(out, PATH_SIZE + 64, "%s/%zu-%zu", p->folder, store, wish);
}

static bool make_folder(pusher *p)
{
    return p->settings->report_count == 0 || kt_temporary_make(p->folder, sizeof p->folder, "kratree-")
           || cannot(p, "make a folder for reports");
}

static void remove_folder(const pusher *p)
{
    if (*p->folder)
        kt_temporary_remove(p->folder);
}

typedef struct merger {
    const pusher *pusher;
    size_t wish;
} merger;

/* Copy a file without the line break at its end. False: there is none, since its adapter failed early. */
static bool copy_file(kt_output *out, const char *path, const char *before)
{
    FILE *file = fopen(path, "rbe");
    int c, held = EOF;

    if (!file)
        return false;
    kt_output_put(out, before);
    while ((c = fgetc(file)) != EOF) {
        char byte = (char)held;
        if (held != EOF)
            kt_output_write(out, &byte, 1);
        held = c;
    }
    fclose(file);
    return true;
}

/* A kt_report_put: JSON becomes an array with an element for each State Store. */
static bool merge(kt_output *out, size_t format, void *ctx)
{
    const merger *m = ctx;
    bool json = format == KT_PUSH_JSON, any = false;
    char path[PATH_SIZE + 64];

    if (json)
        kt_output_put(out, "[");
    for (size_t s = 0; s < m->pusher->store_count; s++) {
        report_path(path, m->pusher, s, m->wish);
        any |= copy_file(out, path, !json ? "" : any ? ",\n" : "\n");
        if (!json && any)
            kt_output_put(out, "\n");
    }
    if (json)
        kt_output_put(out, "\n]\n");
    return true;
}

static bool put_reports(pusher *p)
{
    bool fine = true;

    for (size_t i = 0; i < p->settings->report_count; i++) {
        merger m = {p, i};
        fine &= kt_report_write(&p->settings->reports[i], merge, &m, p->console);
    }
    return fine;
}

/* ---- One adapter ---- */

/* Beside this program, or in PATH. */
static void find_program(char out[PATH_SIZE], const char *name)
{
    ssize_t length = readlink("/proc/self/exe", out, PATH_SIZE - 1);
    size_t folder = length > 0 ? (size_t)length : 0;

    while (folder > 0 && out[folder - 1] != '/')
        folder--;
    if (folder == 0 || folder + strlen(name) >= PATH_SIZE) {
        snprintf(out, PATH_SIZE, "%s", name);
        return;
    }
    snprintf(out + folder, PATH_SIZE - folder, "%s", name);
    if (access(out, X_OK) != 0)
        snprintf(out, PATH_SIZE, "%s", name);
}

/* What only this run says comes first, since "--" may be among what was typed. To be given to free(). */
static const char **make_arguments(const pusher *p, const char *program, const char *store,
                                   char reports[KT_REPORTS_MAX][PATH_SIZE + 80])
{
    const kt_settings *settings = p->settings;
    const char **all = calloc(FIRST_ARGUMENTS + settings->passed_count, sizeof *all);
    char path[PATH_SIZE + 64];
    size_t count = 0;

    if (!all)
        return NULL;
    all[count++] = program;
    all[count++] = store;
    for (size_t i = 0; i < settings->report_count; i++) {
        report_path(path, p, p->store, i);
        snprintf(reports[i], PATH_SIZE + 80, "%s=%s", formats[settings->reports[i].format], path);
        all[count++] = "-o";
        all[count++] = reports[i];
    }
    for (size_t i = 0; i < settings->passed_count; i++)
        all[count++] = settings->passed[i];
    return all;
}

static int spawn(pid_t *pid, const char *const *arguments, int input)
{
    posix_spawn_file_actions_t actions;
    int number = posix_spawn_file_actions_init(&actions);

    if (number != 0)
        return number;
    if (input >= 0) {
        lseek(input, 0, SEEK_SET);
        number = posix_spawn_file_actions_adddup2(&actions, input, 0);
    }
    if (number == 0)
        number = posix_spawnp(pid, arguments[0], &actions, NULL, (char *const *)(uintptr_t)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return number;
}

static int wait_for(pid_t pid)
{
    int status = 0;

    adapter_pid = (sig_atomic_t)pid;
    if (stopped) /* it came before there was anybody to tell */
        kill(pid, stopped);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    adapter_pid = 0;
    return WIFEXITED(status) && WEXITSTATUS(status) <= EXIT_ERROR ? WEXITSTATUS(status) : EXIT_ERROR;
}

static int run_adapter(pusher *p, const kt_store *store)
{
    static const char *const programs[] = {"kratree-push-git", "kratree-push-s3"};
    static const char *const kinds[] = {"gitstatestore", "bucketstatestore"};
    static char reports[KT_REPORTS_MAX][PATH_SIZE + 80];
    char program[PATH_SIZE], option[512];
    const char **arguments;
    pid_t pid = -1;
    int number;

    find_program(program, programs[store->kind]);
    snprintf(option, sizeof option, "--store=%s/%.*s", kinds[store->kind], (int)store->name.len, store->name.ptr);
    arguments = make_arguments(p, program, option, reports);
    number = arguments ? spawn(&pid, arguments, p->input) : ENOMEM;
    free(arguments);
    if (number == 0)
        return wait_for(pid);
    kt_console_complain(p->console, KT_COMPLAINT_PROGRAM, NULL, NULL, "cannot run %s, which pushes to a %s: %s",
                        programs[store->kind], store->kind == KT_STORE_GIT ? "GitStateStore" : "BucketStateStore",
                        strerror(number));
    return EXIT_ERROR;
}

/* ---- All of them ---- */

/* A State Store that fails does not hold up the others. */
static int push_all(pusher *p)
{
    const kt_tree *tree = kt_result_tree(p->session.result);
    int status = EXIT_FINE, one;

    p->store_count = tree->store_count;
    if (p->store_count == 0)
        kt_console_complain(p->console, KT_COMPLAINT_NOWHERE, NULL, NULL, "no State Store was accepted");
    if (p->store_count == 0 || !keep_input(p) || !make_folder(p))
        return EXIT_ERROR;
    kt_program_catch_signals(pass_on);
    kt_output_flush(&p->console->error);
    for (p->store = 0; p->store < p->store_count && !stopped; p->store++) {
        one = run_adapter(p, tree->stores[p->store].store);
        status = one > status ? one : status;
        setenv(KT_PUSHED_BEFORE, "1", 1);
    }
    if (!put_reports(p) || stopped)
        status = EXIT_ERROR;
    remove_folder(p);
    return status;
}

/* A kt_report_put for manifests that are refused: no State Store is tried. */
static bool put_refused(kt_output *out, size_t format, void *ctx)
{
    const pusher *p = ctx;
    kt_push_report report = {.mode = p->settings->check     ? "check"
                                     : p->settings->dry_run ? "dry-run"
                                                            : "push",
                             .outcome = "failed"};
    bool fine;

    if (format != KT_PUSH_JSON)
        return true;
    report.diags = kt_result_diags(p->session.result, &report.diag_count);
    kt_output_put(out, "[\n");
    fine = kt_push_json(&report, kt_output_write, out) == KT_OK;
    kt_output_put(out, "]\n");
    return fine;
}

static int run_session(pusher *p)
{
    kt_render_options options = kt_session_options(&p->session);

    if (!kt_session_render(&p->session, &options))
        return EXIT_ERROR;
    if (p->session.status == KT_OK)
        return push_all(p);
    kt_session_print_diags(&p->session);
    kt_summary_failed(p->settings, p->session.status, p->console);
    for (size_t i = 0; i < p->settings->report_count; i++)
        kt_report_write(&p->settings->reports[i], put_refused, p, p->console);
    return EXIT_ERROR;
}

int kt_push_run(const kt_settings *settings, kt_console *console)
{
    pusher p;
    int status = EXIT_ERROR;

    memset(&p, 0, sizeof p);
    p.settings = settings;
    p.console = console;
    p.input = -1;
    if (!kt_session_check_usage(settings, false, console))
        return EXIT_ERROR;
    if (kt_session_open(&p.session, settings, console))
        status = run_session(&p);
    kt_session_close(&p.session);
    return status;
}
