/* lock: write or update kratree.lock from manifests, from what a cluster prints, or from both, without writing a tree. */
#include "cli/lock_command.h"

#include <string.h>

#include "cli/options.h"
#include "cli/session.h"
#include "cli/summary.h"

enum { EXIT_FINE, EXIT_DIFFERS, EXIT_ERROR };

/* ---- Tables ---- */

static const kt_option_group *const groups[] = {&kt_options_lock, &kt_options_input, &kt_options_limits,
                                                &kt_options_general};

static const kt_example examples[] = {
    {"lock platform", "remember what a first run would decide, in platform/kratree.lock"},
    {"lock platform --locked", "is the lock up to date? for CI"},
    {"lock platform - < cluster.yaml", "take over the names and Destinations that a cluster has chosen"},
};

static const char *const exits[] = {
    "0", "the lock is written, or as it should be",
    "1", "--locked found a lock to change, or --keep-going left something out",
    "2", "an error; nothing was written",
};

static int run(const kt_settings *settings, kt_console *console);

const kt_command kt_lock_command = {
    "lock",
    "write or update kratree.lock without writing a tree",
    "[PATH…|-] [flags]",
    "Write into kratree.lock what Kratix would remember: names of Works, where each workload group has gone, how each "
    "Destination is laid out. It lies in the first PATH if that is a folder, else in the current one, or where --lock "
    "says. One that is there is the memory that this run starts from.\n\n"
    "Works and WorkPlacements as a cluster prints them, in PATH or on standard input, decide: kubectl get "
    "works,workplacements,destinations,gitstatestores,bucketstatestores -A -o yaml.\n\n"
    "To forget a placement is to forget that its files are Kratix': a later render leaves them. So where files would be "
    "deleted, render or push instead; both update the lock.",
    groups,
    sizeof groups / sizeof groups[0],
    examples,
    sizeof examples / sizeof examples[0],
    exits,
    sizeof exits / sizeof exits[0] / 2,
    run,
};

/* ---- What is forgotten ---- */

/* Byte order of a path and "FOLDER/"; 0: it lies below. */
static int order_below(kt_sv path, kt_sv folder)
{
    int order = kt_path_order((kt_sv){path.ptr, path.len < folder.len ? path.len : folder.len}, folder);

    if (order != 0 || path.len == folder.len)
        return order != 0 ? order : -1;
    return (unsigned char)path.ptr[folder.len] - '/';
}

/* Whether one of the files, which are sorted by path, is `wanted` in that order. */
static bool has_file(const kt_store_tree *tree, kt_sv wanted, int (*order)(kt_sv path, kt_sv wanted))
{
    size_t low = 0, high = tree->file_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int found = order(tree->files[middle].path, wanted);
        if (found == 0)
            return true;
        if (found < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool is_wanted(const kt_store_tree *tree, const kt_claim *claim)
{
    return has_file(tree, claim->path, kt_path_order) || has_file(tree, claim->path, order_below);
}

/* What the old lock claims and the tree does not have: a render would delete it. */
static const kt_claim *find_forgotten(const kt_tree *tree, size_t *count)
{
    const kt_claim *first = NULL;

    *count = 0;
    for (size_t s = 0; s < tree->store_count; s++)
        for (size_t c = 0; c < tree->stores[s].claim_count; c++) {
            const kt_claim *claim = &tree->stores[s].claims[c];
            if (claim->stays || is_wanted(&tree->stores[s], claim))
                continue;
            first = first ? first : claim;
            ++*count;
        }
    return first;
}

static void warn_of_forgotten(const kt_session *session)
{
    size_t count;
    const kt_claim *first = find_forgotten(kt_result_tree(session->result), &count);
    char places[64];

    if (first && kt_lock_differs(&session->lock, session->result))
        kt_console_complain(session->console, KT_COMPLAINT_FORGETS, session->lock.path, NULL,
                            "%s that the lock knows as Kratix' own, '%.*s' first, %s forgotten",
                            kt_count_text(places, count, "place", "places"), (int)first->path.len, first->path.ptr,
                            count == 1 ? "is" : "are");
}

/* ---- The command ---- */

static int finish(kt_session *session)
{
    const kt_settings *settings = session->settings;
    bool differs;

    if (!kt_lock_place(&session->lock, settings, session->console))
        return EXIT_ERROR;
    if (kt_lock_would_change(&session->lock, settings, session->result, session->console))
        return EXIT_DIFFERS;
    differs = kt_lock_differs(&session->lock, session->result);
    warn_of_forgotten(session);
    if (session->console->errors > 0 || !kt_lock_save(&session->lock, session->result, session->console))
        return EXIT_ERROR;
    kt_summary_locked(session->result, session->lock.path, differs, session->console);
    return kt_result_left_out(session->result) > 0 ? EXIT_DIFFERS : EXIT_FINE;
}

static int run_session(kt_session *session)
{
    kt_render_options options = kt_session_options(session);

    options.any_layout = true;
    if (!kt_session_render(session, &options))
        return EXIT_ERROR;
    kt_session_print_diags(session);
    if (session->status == KT_OK)
        return finish(session);
    kt_summary_failed(session->settings, session->status, session->console);
    return EXIT_ERROR;
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
