/* git itself reads its objects; it is given an index of our own, so that the user's is left alone. */
#define _XOPEN_SOURCE 700
#include "cli/revision.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/temporary.h"

#define MOST_ARGUMENTS 8

/* Run git with `index` as its index (NULL: its own); what it prints, up to `size` bytes without the line feed. False:
 * it failed, and has said why on standard error unless it was asked quietly. */
static bool run_git(char *out, size_t size, const char *index, const char *const *arguments)
{
    char *words[MOST_ARGUMENTS + 2] = {(char *)(uintptr_t) "git"};
    int ends[2], status = 0;
    size_t used = 0;
    ssize_t got;
    pid_t child;

    for (size_t i = 0; arguments[i]; i++)
        words[i + 1] = (char *)(uintptr_t)arguments[i];
    if (pipe(ends) != 0)
        return false;
    child = fork();
    if (child == 0) {
        if (index)
            setenv("GIT_INDEX_FILE", index, 1);
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        execvp("git", words);
        _exit(127);
    }
    close(ends[1]);
    while (child > 0 && used + 1 < size && (got = read(ends[0], out + used, size - 1 - used)) != 0)
        used += got > 0 ? (size_t)got : 0;
    close(ends[0]);
    out[used > 0 && out[used - 1] == '\n' ? used - 1 : used] = '\0';
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool fail(kt_console *console, const char *name, const char *what)
{
    kt_console_complain(console, KT_COMPLAINT_UNREADABLE, name, "name a commit, a branch or a tag of the repository "
                                                                "that holds the current folder",
                        "%s", what);
    return false;
}

/* "<a><b>", if it fits. */
static bool join(char out[KT_REVISION_PATH], const char *a, const char *b)
{
    return snprintf(out, KT_REVISION_PATH, "%s%s", a, b) < KT_REVISION_PATH;
}

bool kt_revision_open(kt_revision *out, const char *name, kt_console *console)
{
    char tree[128], inside[KT_REVISION_PATH], top[KT_REVISION_PATH], index[KT_REVISION_PATH], files[KT_REVISION_PATH];
    char commit[KT_REVISION_PATH], prefix[KT_REVISION_PATH], said[16];

    memset(out, 0, sizeof *out);
    if (!join(commit, name, "^{tree}")
        || !run_git(inside, sizeof inside, NULL, (const char *[]){"rev-parse", "--show-prefix", NULL})
        || !run_git(top, sizeof top, NULL, (const char *[]){"rev-parse", "--show-toplevel", NULL}))
        return fail(console, name, "there is no git repository here");
    if (!run_git(tree, sizeof tree, NULL,
                 (const char *[]){"rev-parse", "--verify", "--quiet", "--end-of-options", commit, NULL}))
        return fail(console, name, "git knows no such revision");
    if (!kt_temporary_make(out->root, sizeof out->root, "kratree-"))
        return fail(console, name, "cannot make a temporary folder");
    if (!join(index, out->root, "/index") || !join(files, out->root, "/tree/") || mkdir(files, 0700) != 0
        || !join(prefix, "--prefix=", files) || !join(out->folder, files, inside)
        || !run_git(said, sizeof said, index, (const char *[]){"read-tree", tree, NULL})
        || !run_git(said, sizeof said, index, (const char *[]){"-C", top, "checkout-index", "--all", prefix, NULL}))
        return fail(console, name, "git cannot check it out");
    return true;
}

void kt_revision_close(kt_revision *revision)
{
    if (revision->root[0])
        kt_temporary_remove(revision->root);
}
