/* A GitStateStore: fetch the tip without contents, compare names of contents, build a commit, push it. What another has
 * pushed meanwhile is never overwritten: the frame looks again and plans anew. */
#define _POSIX_C_SOURCE 200809L
#include "push/git/git.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "push/git/commit.h"
#include "push/git/listing.h"
#include "push/patience.h"

#define NAMED_OBSTACLES 5
#define REVISION_SECONDS 10
#define FOLDER_MAX 4096

typedef struct remote {
    kt_push *push;
    kt_address address;
    kt_auth auth;
    kt_repository repository;
    kt_listing listing;
    kt_author author;
    kt_sv branch; /* that is pushed to */
    bool there;   /* KT_BASE_REF is */
    bool warned;  /* that the branch is not */
} remote;

/* ---- Opening ---- */

static void close_remote(void *ctx)
{
    remote *r = ctx;

    kt_progress_end(&r->push->progress);
    kt_listing_dispose(&r->listing);
    kt_repository_close(&r->repository);
    free(r);
}

static bool read_branch(remote *r)
{
    kt_sv stored = r->push->store->connection->branch;

    r->branch = kt_pool_copy(r->push->pool, r->push->settings->branch ? kt_str(r->push->settings->branch) : stored);
    if (!r->branch.ptr)
        return kt_push_no_memory(r->push) == KT_OUTCOME_DONE;
    if (kt_branch_is_valid(r->branch) && kt_branch_is_valid(stored))
        return true;
    kt_push_say(r->push, KT_TROUBLE_ADDRESS, "give the branch a name that git takes",
                "'%s' is no name of a branch", r->branch.ptr);
    return false;
}

static void *open_remote(kt_push *push)
{
    remote *r = calloc(1, sizeof *r);

    if (!r) {
        kt_push_no_memory(push);
        return NULL;
    }
    r->push = push;
    r->repository.held = -1;
    if (read_branch(r) && kt_address_read(&r->address, push) && kt_author_read(&r->author, push)
        && kt_auth_read(&r->auth, push, &r->address)
        && kt_repository_open(&r->repository, push, &r->address, &r->auth))
        return r;
    kt_repository_close(&r->repository);
    free(r);
    return NULL;
}

/* ---- Looking ---- */

/* The branch; for another one than the State Store's that is not there yet, what it is to begin from. */
static kt_outcome fetch(remote *r)
{
    kt_sv stored = r->push->store->connection->branch;
    kt_outcome outcome = kt_repository_fetch(&r->repository, r->branch, &r->there);

    if (outcome == KT_OUTCOME_DONE && !r->there && r->push->settings->branch)
        outcome = kt_repository_fetch(&r->repository, stored, &r->there);
    return outcome;
}

static kt_outcome look(void *ctx, kt_have *out)
{
    remote *r = ctx;
    kt_outcome outcome = fetch(r);

    if (outcome != KT_OUTCOME_DONE)
        return outcome;
    if (!r->there && !r->warned) {
        r->warned = true;
        kt_push_say(r->push, KT_TROUBLE_BRANCH, NULL, "there is no branch '%s'", r->branch.ptr);
    }
    outcome = kt_listing_read(&r->listing, &r->repository, r->there);
    kt_listing_have(out, &r->listing);
    return outcome;
}

/* ---- What stands in the way ---- */

static bool is_to_be_deleted(const kt_changes *changes, kt_sv path)
{
    size_t low = 0, high = changes->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = kt_path_order(changes->items[middle].path, path);
        if (order == 0)
            return changes->items[middle].kind == KT_CHANGE_DELETE;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* A file or link where a folder is wanted; NULL: nothing. */
static const kt_item *find_above(const remote *r, const kt_changes *changes, kt_sv path)
{
    for (size_t i = 1; i < path.len; i++) {
        const kt_item *item = path.ptr[i] == '/' ? kt_listing_find(&r->listing, (kt_sv){path.ptr, i}) : NULL;
        if (item && !is_to_be_deleted(changes, item->path))
            return item;
    }
    return NULL;
}

static const kt_item *find_obstacle(const remote *r, const kt_changes *changes, kt_sv path)
{
    const kt_item *item = kt_listing_find(&r->listing, path);

    if (item && !item->is_file)
        return item;
    for (item = kt_listing_below(&r->listing, path); item; item = kt_listing_next_below(&r->listing, item, path))
        if (!is_to_be_deleted(changes, item->path))
            return item;
    return find_above(r, changes, path);
}

/* What git takes for its own, in any case of letters. */
static bool has_git_part(kt_sv path)
{
    for (size_t from = 0, i = 0; i <= path.len; i++) {
        if (i < path.len && path.ptr[i] != '/')
            continue;
        if (i - from == 4 && strncasecmp(path.ptr + from, ".git", 4) == 0)
            return true;
        from = i + 1;
    }
    return false;
}

static size_t check_change(remote *r, const kt_changes *changes, const kt_change *change, bool say)
{
    const kt_item *item = find_obstacle(r, changes, change->path);
    bool reserved = has_git_part(change->path);

    if (say && item)
        kt_push_say(r->push, KT_TROUBLE_IN_WAY, NULL, "'%.*s' is wanted, '%.*s' is there and is not ours",
                    (int)change->path.len, change->path.ptr, (int)item->path.len, item->path.ptr);
    else if (say && reserved)
        kt_push_say(r->push, KT_TROUBLE_IN_WAY, "rename it in the input", "git cannot hold '%.*s'",
                    (int)change->path.len, change->path.ptr);
    return item || reserved;
}

static bool fits(void *ctx, const kt_changes *changes)
{
    remote *r = ctx;
    size_t found = 0;

    for (size_t i = 0; i < changes->count; i++)
        if (changes->items[i].kind == KT_CHANGE_CREATE || changes->items[i].kind == KT_CHANGE_UPDATE)
            found += check_change(r, changes, &changes->items[i], found < NAMED_OBSTACLES);
    return found == 0;
}

/* ---- Pushing ---- */

/* What a remote says when somebody else was faster. */
static const char *const races[] = {"(fetch first)", "(non-fast-forward)", "(cannot lock ref", "(failed to update ref)",
                                    "(incorrect old value", "(stale info)", "cannot lock ref", "(reference already exists)"};

static bool says_one_of(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(text, words[i]))
            return true;
    return false;
}

/* "!\t<from>:<to>\t[remote rejected] (pre-receive hook declined)", ended by a NUL; NULL: there is none. */
static const char *find_rejection(char *out)
{
    for (char *line = out; *line; line += strcspn(line, "\n"), line += *line == '\n')
        if (*line == '!') {
            line[strcspn(line, "\n")] = '\0';
            return line;
        }
    return NULL;
}

/* What a hook or the server says: the lines "remote: …". */
static kt_sv said_by_remote(kt_push *push, char *errors)
{
    size_t out = 0;

    for (char *line = errors, *next; *line; line = next) {
        size_t length = strcspn(line, "\n");
        next = line + length + (line[length] == '\n');
        if (strncmp(line, "remote: ", 8) != 0)
            continue;
        for (length = length > 8 ? length - 8 : 0; length > 0 && line[8 + length - 1] == ' '; length--)
            ;
        memmove(errors + out, line + 8, length);
        out += length;
        errors[out++] = ' ';
    }
    return kt_pool_copy(push->pool, (kt_sv){errors, out > 0 ? out - 1 : 0});
}

static kt_outcome rejected(remote *r, kt_answer *answer, const char *line)
{
    const char *reason = strrchr(line, '\t');
    kt_sv said;

    if (says_one_of(line, races, sizeof races / sizeof races[0]))
        return kt_push_again(r->push, KT_TROUBLE_MOVED, "somebody else has pushed to '%s' meanwhile", r->branch.ptr);
    said = said_by_remote(r->push, answer->errors);
    kt_push_say(r->push, KT_TROUBLE_REFUSED, NULL, "the remote refuses it: %s%s%.*s",
                reason ? reason + 1 : line, said.len > 0 ? ": " : "", (int)said.len, said.ptr ? said.ptr : "");
    return KT_OUTCOME_FAILED;
}

/* T-14 is the same without a change. */
static kt_outcome push_ref(remote *r, const char *from)
{
    kt_sv texts[] = {kt_str(from), kt_str(":refs/heads/"), r->branch};
    kt_sv refspec = kt_pool_join(r->push->pool, texts, 3);
    const char *const arguments[] = {"push", "--porcelain", "--no-verify", "origin", refspec.ptr, NULL};
    kt_outcome outcome = kt_auth_ready(&r->auth, r->push, &r->address);
    const char *rejection;
    kt_answer answer;

    if (outcome != KT_OUTCOME_DONE || !refspec.ptr)
        return refspec.ptr ? outcome : kt_push_no_memory(r->push);
    if (!kt_repository_git(&r->repository, &answer, arguments, NULL, 0)) {
        /* An empty repository has not told before. */
        if (!r->repository.sha256 && strstr(answer.errors, "hash algorithm")) {
            kt_repository_use_sha256(&r->repository);
            kt_answer_dispose(&answer);
            return kt_push_again(r->push, KT_TROUBLE_UNREACHABLE, "the repository names its objects with SHA-256");
        }
        rejection = answer.end == KT_END_EXIT ? find_rejection(answer.out) : NULL;
        outcome = rejection ? rejected(r, &answer, rejection)
                            : kt_repository_failed(&r->repository, &answer, "cannot push");
    }
    kt_answer_dispose(&answer);
    return outcome;
}

static kt_outcome check(void *ctx)
{
    remote *r = ctx;
    kt_outcome outcome = kt_repository_fetch(&r->repository, r->branch, &r->there);

    if (outcome != KT_OUTCOME_DONE)
        return outcome;
    if (!r->there && !r->push->settings->branch) {
        kt_push_say(r->push, KT_TROUBLE_UNREACHABLE, "create the branch: Kratix never does",
                    "unable to clone repository: could not clone repository: there is no branch '%s'", r->branch.ptr);
        return KT_OUTCOME_FAILED;
    }
    if (!r->there)
        outcome = fetch(r);
    return outcome == KT_OUTCOME_DONE ? push_ref(r, KT_BASE_REF) : outcome;
}

/* ---- The input's revision ---- */

/* What the first PATH is at, if it lies in a work tree of git. */
static kt_sv find_input_revision(kt_push *push)
{
    const char *path = push->settings->paths[0], *slash = strrchr(path, '/');
    char folder[FOLDER_MAX];
    struct stat status;
    const char *const arguments[] = {"git", "-C", folder, "rev-parse", "--verify", "--quiet", "HEAD", NULL};
    kt_process process = {arguments, NULL, NULL, 0, REVISION_SECONDS, KT_OUTPUT_MAX, NULL, NULL};
    kt_sv revision = {NULL, 0};
    kt_answer answer;

    if (strcmp(path, "-") == 0 || stat(path, &status) != 0)
        return revision;
    if (S_ISDIR(status.st_mode) || !slash)
        snprintf(folder, sizeof folder, "%s", S_ISDIR(status.st_mode) ? path : ".");
    else
        snprintf(folder, sizeof folder, "%.*s/", (int)(slash - path), path);
    if (kt_process_run(&answer, &process))
        revision = kt_pool_copy(push->pool, (kt_sv){answer.out, strcspn(answer.out, "\n")});
    kt_answer_dispose(&answer);
    return revision;
}

static kt_outcome carry_out(void *ctx, const kt_changes *changes, const kt_store_tree *tree)
{
    remote *r = ctx;
    kt_sv revision;
    kt_outcome outcome;

    (void)tree;
    if (!r->push->input_revision.ptr)
        r->push->input_revision = find_input_revision(r->push);
    outcome = kt_commit_make(&revision, &r->repository, &r->author, changes, r->there);
    if (outcome == KT_OUTCOME_DONE)
        outcome = push_ref(r, revision.ptr);
    if (outcome == KT_OUTCOME_DONE)
        r->push->revision = revision;
    return outcome;
}

const kt_adapter kt_git_adapter = {"kratree-push-git", KT_STORE_GIT, open_remote, check, look, fits, carry_out,
                                   close_remote};
