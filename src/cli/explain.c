/* explain: who gets what as a matrix, or why something is as it is as a story. */
#define _POSIX_C_SOURCE 200809L
#include "cli/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/matrix_view.h"
#include "cli/options.h"
#include "cli/reports.h"
#include "cli/session.h"
#include "cli/story_view.h"

enum { EXIT_FINE, EXIT_ERROR = 2 };

enum { REPORT_TEXT }; /* the others are those of kt_report_format, one further */

/* ---- Tables ---- */

#define FIELD(field) offsetof(kt_settings, field)

static const kt_option explain_options[] = {
    {"about", 0, KT_OPTION_NO_ENV, "NAME", NULL, "what to explain, when it could be taken for a PATH", kt_set_text,
     FIELD(about)},
    {"codes", 0, KT_OPTION_NO_ENV, NULL, NULL, "list the codes of all diagnostics", kt_set_switch, FIELD(codes)},
    {NULL, 'o', 0, "FORMAT[=FILE]", "text|json|markdown|html",
     "how, and in which FILE: text, json, markdown, html; repeatable", kt_set_report, 0},
};

static const kt_option_group explain_group = {"What is explained, and how", explain_options,
                                              sizeof explain_options / sizeof explain_options[0]};

static const kt_option_group *const groups[] = {&explain_group, &kt_options_input, &kt_options_limits,
                                                &kt_options_general};

static const kt_example examples[] = {
    {"explain", "who gets what: groups by Destinations"},
    {"explain platform promise/redis", "where it goes, and why not elsewhere"},
    {"explain platform destination/prod-eu", "what it gets"},
    {"explain platform request/shop/orders", "where a request has gone"},
    {"explain platform Work/redis-static-deps-1e348", "as diagnostics name it"},
    {"explain platform prod/dependencies/…/redis.yaml", "who made this file"},
    {"explain KT-204", "what a diagnostic means"},
    {"explain platform -o html=matrix.html", "as a page that needs nothing else"},
};

static const char *const exits[] = {
    "0", "explained",
    "2", "a wrong flag, an unknown NAME, or manifests with errors: then it is explained without what they concern",
};

static int run(const kt_settings *settings, kt_console *console);

const kt_command kt_explain_command = {
    "explain",
    "who gets what and why: a matrix, or the story of one thing",
    "[PATH…] [NAME] [flags]",
    "Without NAME show the placement matrix: workload groups by Destinations. With one, tell in sentences where it comes "
    "from, where it goes and where it does not, with the rule of Kratix behind each. Nothing is written.\n\n"
    "NAME is promise/NAME, destination/NAME, request/NAMESPACE/NAME, work/NAME, store/KIND/NAME, or KIND/NAME as "
    "diagnostics write it; the path of a file of the tree; or the code of a diagnostic, KT-204 or 204, for which no "
    "manifest is read.\n\n"
    "The last argument is NAME if it is a code or has a '/', and there is no file or folder of that name. Otherwise, and "
    "behind --, all arguments are PATHs; --about NAME is never one.",
    groups,
    sizeof groups / sizeof groups[0],
    examples,
    sizeof examples / sizeof examples[0],
    exits,
    sizeof exits / sizeof exits[0] / 2,
    run,
};

/* ---- NAME or PATH ---- */

/* A NAME is a code, or has a '/' and does not begin as only paths do; and there is no file or folder of that name. */
static bool is_name(const char *word)
{
    struct stat there;

    if (kt_code_looks(word))
        return stat(word, &there) != 0;
    return strchr(word, '/') && word[0] != '/' && strncmp(word, "./", 2) != 0 && strncmp(word, "../", 3) != 0
           && stat(word, &there) != 0;
}

/* The NAME, taken off the paths; NULL: there is none. */
static const char *take_name(kt_settings *settings)
{
    const char *last = settings->paths[settings->path_count - 1];

    if (settings->about || settings->only_paths || !is_name(last))
        return settings->about;
    settings->path_count--;
    if (settings->path_count == 0)
        settings->paths[settings->path_count++] = ".";
    return last;
}

/* ---- Reports ---- */

/* What is to be reported: one of the two. */
typedef struct subject {
    const kt_matrix *matrix;
    const kt_stories *stories;
    const kt_console *console;
} subject;

/* A kt_report_put for a subject. */
static bool put_report(kt_output *out, size_t format, void *ctx)
{
    const subject *s = ctx;
    bool is_stdout = out == &s->console->out;
    bool color = is_stdout && s->console->out_color;
    size_t width = is_stdout ? s->console->out_width : 0;

    if (format != REPORT_TEXT && s->matrix)
        return kt_matrix_write(s->matrix, (kt_report_format)(format - 1), kt_output_write, out) == KT_OK;
    if (format != REPORT_TEXT)
        return kt_stories_write(s->stories, (kt_report_format)(format - 1), kt_output_write, out) == KT_OK;
    if (s->matrix)
        kt_matrix_view(out, s->matrix, color, width);
    else
        kt_story_view(out, s->stories, color, width);
    return true;
}

static bool put_reports(const kt_settings *settings, subject s, kt_console *console)
{
    bool fine = true;

    for (size_t i = 0; i < settings->report_count; i++)
        fine &= kt_report_write(&settings->reports[i], put_report, &s, console);
    return settings->report_count == 0 ? kt_report_to_stdout(REPORT_TEXT, put_report, &s, console) : fine;
}

static bool no_memory(kt_console *console)
{
    kt_console_complain(console, KT_COMPLAINT_MEMORY, NULL, NULL, "out of memory");
    return false;
}

/* ---- Codes ---- */

static bool unknown_code(const char *word, kt_console *console)
{
    kt_console_complain(console, KT_COMPLAINT_USAGE, NULL, "kratree explain --codes lists all of them",
                        "there is no code '%s'", word);
    return false;
}

static bool explain_code(const char *word, const kt_settings *settings, kt_console *console)
{
    const kt_code_page *page = kt_code_page_find(word);
    kt_pool *pool = page ? kt_pool_new() : NULL;
    kt_story story;
    bool fine;

    if (!page)
        return unknown_code(word, console);
    fine = pool && kt_code_story(&story, pool, page) ? true : no_memory(console);
    if (fine)
        fine = put_reports(settings, (subject){NULL, &(kt_stories){&story, 1}, console}, console);
    kt_pool_free(pool);
    return fine;
}

static kt_paint severity_paint(const char *severity)
{
    return severity[0] == 'e' ? KT_PAINT_ERROR : severity[0] == 'w' ? KT_PAINT_WARNING : KT_PAINT_NOTE;
}

static void list_codes(kt_console *console)
{
    bool color = console->out_color;

    for (size_t i = 0; i < kt_code_page_count; i++) {
        const kt_code_page *page = &kt_code_pages[i];
        kt_paint paint = severity_paint(page->severity);
        kt_output_format(&console->out, "%s  %s%-7s%s  %s\n", page->id, kt_paint_begin(color, paint), page->severity,
                         kt_paint_end(color, paint), page->title);
    }
}

/* ---- Names ---- */

typedef struct names {
    kt_pool *pool;
    const char **items;
    size_t count;
    size_t capacity;
} names;

static bool add_name(void *ctx, kt_sv name)
{
    names *n = ctx;
    kt_sv copy = kt_pool_copy(n->pool, name);
    const char **items = kt_grow(n->items, n->count, &n->capacity, sizeof *items);

    if (!items)
        return false;
    n->items = items;
    items[n->count] = copy.ptr;
    n->count += copy.ptr != NULL;
    return copy.ptr != NULL;
}

#define MOST_NAMES 12

/* "promise/a, promise/b and 7 more" */
static void list_names(char text[600], const names *n)
{
    size_t at = 0;

    for (size_t i = 0; i < n->count && i < MOST_NAMES && at < 500; i++)
        at += (size_t)snprintf(text + at, 600 - at, "%s%.100s", i > 0 ? ", " : "there is ", n->items[i]);
    if (n->count > MOST_NAMES)
        snprintf(text + at, 600 - at, " and %zu more", n->count - MOST_NAMES);
}

static bool unknown_name(const char *word, const kt_result *result, kt_console *console)
{
    names n = {kt_pool_new(), NULL, 0, 0};
    char there[600] = "there is nothing in the input";
    bool fine = n.pool && kt_explain_names(result, add_name, &n) == KT_OK;
    const char *meant = fine ? kt_suggest(word, n.items, n.count) : NULL;

    if (fine) {
        list_names(there, &n);
        kt_console_complain(console, KT_COMPLAINT_USAGE, NULL, there,
                            "there is no file or folder '%s', and nothing of that name in the tree%s%s%s", word,
                            meant ? ", did you mean '" : "", meant ? meant : "", meant ? "'?" : "");
    } else {
        no_memory(console);
    }
    free(n.items);
    kt_pool_free(n.pool);
    return false;
}

/* ---- The command ---- */

static bool explain_name(const char *word, const kt_session *session)
{
    kt_stories *stories;
    bool fine;

    if (kt_explain(&stories, session->result, kt_str(word)) != KT_OK)
        return no_memory(session->console);
    fine = stories->count > 0
               ? put_reports(session->settings, (subject){NULL, stories, session->console}, session->console)
               : unknown_name(word, session->result, session->console);
    kt_stories_free(stories);
    return fine;
}

static bool explain_all(const kt_session *session)
{
    kt_matrix *matrix;
    bool fine;

    if (kt_matrix_new(&matrix, session->result) != KT_OK)
        return no_memory(session->console);
    fine = put_reports(session->settings, (subject){matrix, NULL, session->console}, session->console);
    kt_matrix_free(matrix);
    return fine;
}

/* Errors are said; warnings are validate's affair, but for --verbose. */
static void print_diags(const kt_session *session)
{
    size_t count;
    const kt_diag *diags = kt_result_diags(session->result, &count);

    for (size_t i = 0; i < count; i++)
        if (diags[i].severity == KT_ERROR || session->settings->verbose)
            kt_console_diag(session->console, &diags[i]);
}

static int explain_input(const char *name, kt_session *session)
{
    kt_render_options options = kt_session_options(session);
    bool fine;

    options.keep_going = true; /* as a cluster, which goes on without what it has refused */
    if (!kt_session_render(session, &options))
        return EXIT_ERROR;
    print_diags(session);
    if (session->status == KT_ERR_LIMIT)
        return EXIT_ERROR;
    fine = name ? explain_name(name, session) : explain_all(session);
    return fine && session->console->errors == 0 ? EXIT_FINE : EXIT_ERROR;
}

static int run(const kt_settings *given, kt_console *console)
{
    kt_settings settings = *given;
    const char *name = take_name(&settings);
    kt_session session;
    int status = EXIT_ERROR;

    if (settings.codes) {
        list_codes(console);
        return EXIT_FINE;
    }
    if (!kt_session_check_usage(&settings, false, console))
        return EXIT_ERROR;
    if (name && kt_code_looks(name))
        return explain_code(name, &settings, console) ? EXIT_FINE : EXIT_ERROR;
    if (kt_session_open(&session, &settings, console))
        status = explain_input(name, &session);
    kt_session_close(&session);
    return status;
}
