/* Writing a tree into a directory: look at names, compare, refuse or write.
 *
 * Which files are ours and may be removed is not decided here: the plan of changes says it. */
#define _POSIX_C_SOURCE 200809L
#include "store/directory.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/compare.h"
#include "store/folder.h"
#include "store/problem.h"

#define NAMED_FILES 5 /* as many foreign files are named */

typedef struct job {
    kt_directory_report *out;
    const kt_tree *tree;
    kt_sv root; /* without trailing slashes */
    kt_pool *pool;
    kt_problems problems;
    kt_comparison comparison;
    kt_directory_options options;
} job;

/* ---- Problems ---- */

/* A path below root as the user sees it. */
static kt_sv shown(job *j, kt_sv path)
{
    return kt_pool_path(j->pool, j->root, path);
}

static kt_status refuse(job *j, kt_problem problem, kt_sv path, const kt_sv *texts, size_t count)
{
    kt_sv place = shown(j, path);

    return place.ptr && kt_problems_add(&j->problems, problem, place, texts, count) ? KT_ERR_INPUT : KT_ERR_NOMEM;
}

static kt_status say(job *j, kt_problem problem, kt_sv path, const char *text)
{
    kt_sv view = kt_str(text);

    return refuse(j, problem, path, &view, 1);
}

static kt_status warn(job *j, const char *text)
{
    return say(j, KT_PROBLEM_JOURNAL, kt_str(""), text) == KT_ERR_NOMEM ? KT_ERR_NOMEM : KT_OK;
}

static kt_status system_failed(job *j, const kt_keeper_error *error)
{
    kt_sv texts[5];

    if (!error->action)
        return KT_ERR_NOMEM;
    texts[0] = kt_str("cannot ");
    texts[1] = kt_str(error->action);
    texts[2] = kt_str(": ");
    texts[3] = error->reason;
    texts[4] = kt_str(error->changed ? "; a part of the tree was written, the next run writes the rest"
                                     : "; nothing was changed");
    return refuse(j, KT_PROBLEM_SYSTEM, error->path, texts, 5) == KT_ERR_NOMEM ? KT_ERR_NOMEM : KT_ERR_WRITE;
}

/* The later status, unless the earlier one is worse. */
static kt_status worse(kt_status a, kt_status b)
{
    return a == KT_ERR_NOMEM || b == KT_OK ? a : b;
}

/* ---- Names ---- */

static const char *wrong_element(kt_sv element)
{
    if (element.len > NAME_MAX)
        return "a name in it is longer than the 255 bytes that a file system holds";
    if (element.len == 0 || memchr(element.ptr, 0, element.len))
        return "a name in it is empty or has a NUL byte, which no file system holds";
    if (element.ptr[0] == '.' && (element.len == 1 || (element.len == 2 && element.ptr[1] == '.')))
        return "it leads out of the directory";
    return NULL;
}

static const char *wrong_name(kt_sv path)
{
    const char *wrong = NULL;

    for (size_t from = 0, to = 0; to <= path.len && !wrong; to++)
        if (to == path.len || path.ptr[to] == '/') {
            kt_sv element = {path.ptr + from, to - from};
            wrong = wrong_element(element);
            from = to + 1;
        }
    return wrong;
}

/* A quick look, before the path is put together. */
static bool may_be_kept(kt_sv folder, kt_sv path)
{
    return (folder.len > 0 ? folder : path).ptr[0] == '.';
}

static kt_status check_name(job *j, kt_sv folder, const kt_file *file)
{
    const char *wrong = wrong_name(file->path);
    size_t size = j->root.len + 1 + folder.len + 1 + file->path.len + 1;
    kt_sv path;

    if (!wrong && size <= PATH_MAX && !may_be_kept(folder, file->path))
        return KT_OK;
    path = kt_pool_path(j->pool, folder, file->path);
    if (!path.ptr)
        return KT_ERR_NOMEM;
    if (kt_folder_keeps(path))
        wrong = "kratree keeps that name for itself while it writes";
    if (wrong)
        return say(j, KT_PROBLEM_NAME, path, wrong);
    if (size <= PATH_MAX)
        return KT_OK;
    return say(j, KT_PROBLEM_LONG_PATH, path, "the path is longer than the 4095 bytes that the system opens");
}

static kt_status check_names(job *j)
{
    kt_status status = KT_OK;

    for (size_t i = 0; i < j->tree->store_count; i++) {
        const kt_store_tree *store = &j->tree->stores[i];
        for (size_t k = 0; k < store->file_count; k++)
            status = worse(status, check_name(j, store->folder, &store->files[k]));
    }
    return status;
}

/* ---- The root ---- */

static kt_status check_root(job *j)
{
    kt_sv here = kt_str("");
    struct stat status;

    if (lstat(j->root.ptr, &status) != 0) {
        kt_keeper_error error = {"open", here, kt_str(strerror(errno)), false};
        j->out->absent = errno == ENOENT;
        return j->out->absent ? KT_OK : system_failed(j, &error);
    }
    if (S_ISLNK(status.st_mode))
        return say(j, KT_PROBLEM_LINK, here, "the directory to write is a symbolic link");
    if (!S_ISDIR(status.st_mode))
        return say(j, KT_PROBLEM_IN_WAY, here, "the directory to write is a file");
    return KT_OK;
}

/* ---- Compare ---- */

static const char *obstacle_text(const kt_obstacle *obstacle)
{
    if (obstacle->kind == KT_ENTRY_DIRECTORY)
        return "there is a folder where a file is to be written";
    if (obstacle->kind == KT_ENTRY_OTHER)
        return "there is a special file where the tree has something else";
    return obstacle->wanted_folder ? "there is a file where a folder is to be made" : "";
}

static kt_status refuse_obstacles(job *j)
{
    kt_status status = KT_OK;

    for (size_t i = 0; i < j->comparison.obstacle_count; i++) {
        const kt_obstacle *obstacle = &j->comparison.obstacles[i];
        kt_status one = obstacle->kind == KT_ENTRY_LINK
                            ? say(j, KT_PROBLEM_LINK, obstacle->path, "there is a symbolic link where the tree has a place")
                            : say(j, KT_PROBLEM_IN_WAY, obstacle->path, obstacle_text(obstacle));
        status = worse(status, one);
    }
    return status;
}

/* Hand the changes over to the report. */
static void publish(job *j)
{
    kt_directory_report *out = j->out;

    out->plan = j->comparison.changes;
    if (!out->plan)
        return;
    out->changes = out->plan->items;
    out->change_count = out->plan->count;
    memcpy(out->counts, out->plan->counts, sizeof out->counts);
}

static kt_status compare(job *j, const kt_keeper *keeper)
{
    kt_keeper_error error = {NULL, {NULL, 0}, {NULL, 0}, false};
    bool done = kt_compare(&j->comparison, j->tree, keeper, j->pool, &error);

    publish(j);
    return done ? refuse_obstacles(j) : system_failed(j, &error);
}

/* ---- Write ---- */

static kt_status refuse_foreign(job *j)
{
    kt_sv texts[2 + 2 * NAMED_FILES];
    char number[64];
    size_t count = j->out->counts[KT_CHANGE_FOREIGN], used = 0, named = 0;

    if (count == 0 || j->options.force || j->options.known)
        return KT_OK;
    snprintf(number, sizeof number, "%zu %s no part of the tree: ", count, count == 1 ? "file is" : "files are");
    texts[used++] = kt_str(number);
    for (size_t i = 0; i < j->out->change_count && named < NAMED_FILES; i++) {
        if (j->out->changes[i].kind != KT_CHANGE_FOREIGN)
            continue;
        texts[used++] = kt_str(named++ > 0 ? ", " : "");
        texts[used++] = j->out->changes[i].path;
    }
    texts[used++] = kt_str(count > named ? ", ..." : "");
    return refuse(j, KT_PROBLEM_FOREIGN, kt_str(""), texts, used);
}

static bool remove_stale(const job *j, const kt_keeper *keeper, kt_keeper_error *error)
{
    for (size_t i = 0; i < j->out->change_count; i++)
        if (j->out->changes[i].kind == KT_CHANGE_DELETE
            && !keeper->remove(keeper->ctx, j->out->changes[i].path, error))
            return false;
    return true;
}

/* With an interrupted run completed there is nothing half written to compare with. */
static kt_status begin(job *j, const kt_keeper *keeper)
{
    kt_keeper_error error = {NULL, {NULL, 0}, {NULL, 0}, false};
    kt_folder_state state = kt_folder_begin(keeper->ctx, &error);

    if (state == KT_FOLDER_FAILED)
        return system_failed(j, &error);
    if (state == KT_FOLDER_BUSY)
        return say(j, KT_PROBLEM_BUSY, kt_str(""), "another run is writing the directory; nothing was changed");
    if (state == KT_FOLDER_CLEAN)
        return KT_OK;
    j->out->interrupted = true;
    return warn(j, state == KT_FOLDER_COMPLETED ? "an earlier run was interrupted; what it had begun has been completed"
                                                : "an earlier run was interrupted and its journal is damaged; what is "
                                                  "there is compared as it is");
}

static kt_status look_for_journal(job *j, const kt_keeper *keeper)
{
    j->out->interrupted = kt_folder_interrupted(keeper->ctx);
    return j->out->interrupted ? warn(j, "an earlier run was interrupted, or one is writing; the next run completes it")
                               : KT_OK;
}

static bool write_changes(const job *j, const kt_keeper *keeper, kt_keeper_error *error)
{
    const kt_directory_report *out = j->out;
    bool first = j->comparison.in_the_way;

    if (!out->absent
        && out->counts[KT_CHANGE_CREATE] + out->counts[KT_CHANGE_UPDATE] + out->counts[KT_CHANGE_DELETE] == 0)
        return true;
    if (first && !remove_stale(j, keeper, error))
        return false;
    for (size_t i = 0; i < out->change_count; i++) {
        const kt_change *change = &out->changes[i];
        if ((change->kind == KT_CHANGE_CREATE || change->kind == KT_CHANGE_UPDATE)
            && !keeper->write(keeper->ctx, change->path, change->file->parts, change->file->part_count, error))
            return false;
    }
    return (first || remove_stale(j, keeper, error)) && keeper->commit(keeper->ctx, error);
}

static kt_status write_tree(job *j, const kt_keeper *keeper)
{
    kt_keeper_error error = {NULL, {NULL, 0}, {NULL, 0}, false};
    kt_status status = refuse_foreign(j);

    if (status != KT_OK)
        return status;
    return write_changes(j, keeper, &error) ? KT_OK : system_failed(j, &error);
}

/* ---- Public functions ---- */

static kt_status run(job *j, bool write)
{
    kt_keeper_error error = {NULL, {NULL, 0}, {NULL, 0}, false};
    kt_keeper keeper;
    kt_status status = worse(check_names(j), check_root(j));

    if (status != KT_OK)
        return status;
    if (!kt_folder_open(&keeper, j->root.ptr, &error)) {
        error.path = kt_str("");
        return system_failed(j, &error);
    }
    status = (write ? begin : look_for_journal)(j, &keeper);
    if (status == KT_OK)
        status = compare(j, &keeper);
    if (status == KT_OK && write)
        status = write_tree(j, &keeper);
    keeper.close(keeper.ctx);
    return status;
}

static bool start(job *j, kt_directory_report *out, const char *root)
{
    kt_sv view = kt_str(root);

    while (view.len > 1 && view.ptr[view.len - 1] == '/')
        view.len--;
    out->pool = kt_pool_new();
    if (!out->pool)
        return false;
    j->out = out;
    j->pool = j->problems.pool = out->pool;
    j->root = kt_pool_copy(out->pool, view);
    return j->root.ptr != NULL;
}

static kt_status examine(kt_directory_report *out, const kt_tree *tree, const char *root,
                         const kt_directory_options *options, bool write)
{
    static const kt_directory_options usual = KT_DIRECTORY_OPTIONS_INIT;
    job j;
    kt_status status;

    if (!out)
        return KT_ERR_ARGUMENT;
    memset(out, 0, sizeof *out);
    memset(&j, 0, sizeof j);
    j.tree = tree;
    j.options = options ? *options : usual;
    if (!tree || !root || !*root || j.options.version != KT_DIRECTORY_OPTIONS_VERSION)
        return KT_ERR_ARGUMENT;
    status = start(&j, out, root) ? run(&j, write) : KT_ERR_NOMEM;
    out->problems = j.problems.items;
    out->problem_count = j.problems.count;
    free(j.comparison.obstacles);
    return status;
}

kt_status kt_directory_resume(kt_directory_report *out, const char *root)
{
    kt_keeper_error error = {NULL, {NULL, 0}, {NULL, 0}, false};
    kt_keeper keeper;
    kt_status status = KT_OK;
    job j;

    memset(out, 0, sizeof *out);
    memset(&j, 0, sizeof j);
    if (!start(&j, out, root))
        return KT_ERR_NOMEM;
    if (kt_folder_open(&keeper, j.root.ptr, &error)) {
        if (kt_folder_interrupted(keeper.ctx))
            status = begin(&j, &keeper);
        keeper.close(keeper.ctx);
    }
    out->problems = j.problems.items;
    out->problem_count = j.problems.count;
    return status;
}

kt_status kt_directory_compare(kt_directory_report *out, const kt_tree *tree, const char *root,
                               const kt_directory_options *options)
{
    return examine(out, tree, root, options, false);
}

kt_status kt_directory_write(kt_directory_report *out, const kt_tree *tree, const char *root,
                             const kt_directory_options *options)
{
    return examine(out, tree, root, options, true);
}

void kt_directory_report_dispose(kt_directory_report *report)
{
    kt_changes_free(report->plan);
    free(report->problems);
    kt_pool_free(report->pool);
    memset(report, 0, sizeof *report);
}
