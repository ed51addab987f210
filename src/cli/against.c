/* Three kinds of what a tree is compared with, told apart once. */
#define _POSIX_C_SOURCE 200809L
#include "cli/against.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/revision.h"
#include "store/compare.h"
#include "store/folder.h"

#define GIT "git:"

struct kt_against {
    const kt_settings *settings;
    kt_console *console;
    const char *name;
    kt_keeper keeper; /* of a directory */
    bool has_keeper;
    kt_keeper_error error;
    kt_keeper_have have;
    char *bytes; /* of a zip */
    kt_archive *archive;
    kt_have archive_have;
    bool is_revision;
    kt_revision revision;
    kt_session then; /* the manifests as of it */
};

/* ---- A zip ---- */

static bool unreadable(kt_against *a, const char *why)
{
    kt_console_complain(a->console, KT_COMPLAINT_UNREADABLE, a->name, NULL, "cannot read: %s", why);
    return false;
}

static bool no_memory(const kt_against *a)
{
    kt_console_complain(a->console, KT_COMPLAINT_MEMORY, NULL, NULL, "out of memory");
    return false;
}

static bool open_zip(kt_against *a, size_t size)
{
    FILE *file = fopen(a->name, "rb");
    kt_status status;
    size_t got;

    if (!file)
        return unreadable(a, strerror(errno));
    a->bytes = malloc(size + 1);
    if (!a->bytes) {
        fclose(file);
        return no_memory(a);
    }
    got = fread(a->bytes, 1, size, file);
    fclose(file);
    status = kt_unzip(&a->archive, kt_str(a->name), (kt_sv){a->bytes, got}, &a->settings->zip_limits, NULL);
    if (!a->archive)
        return no_memory(a);
    if (a->archive->problem)
        kt_console_diag(a->console, a->archive->problem);
    kt_archive_have(&a->archive_have, a->archive);
    return status == KT_OK;
}

/* ---- A directory ---- */

static bool open_directory(kt_against *a)
{
    a->has_keeper = kt_folder_open(&a->keeper, a->name, &a->error);
    if (!a->has_keeper)
        return unreadable(a, a->error.reason.ptr ? a->error.reason.ptr : "out of memory");
    kt_keeper_have_init(&a->have, &a->keeper, &a->error);
    return true;
}

static bool open_path(kt_against *a)
{
    struct stat there;

    if (stat(a->name, &there) != 0)
        return unreadable(a, strerror(errno));
    if (S_ISDIR(there.st_mode))
        return open_directory(a);
    return S_ISREG(there.st_mode) ? open_zip(a, (size_t)there.st_size) : unreadable(a, "neither a folder nor a zip");
}

/* ---- A revision ---- */

/* Whether the path leads to the same place when it is looked at from another folder. */
static bool stays_inside(const char *path)
{
    size_t length = strlen(path);

    return path[0] != '/' && strcmp(path, "-") != 0 && strcmp(path, "..") != 0 && strncmp(path, "../", 3) != 0
           && !strstr(path, "/../") && !(length > 3 && strcmp(path + length - 3, "/..") == 0);
}

static bool can_move(kt_against *a)
{
    for (size_t i = 0; i < a->settings->path_count; i++)
        if (!stays_inside(a->settings->paths[i])) {
            kt_console_complain(a->console, KT_COMPLAINT_USAGE, NULL,
                                "run it in a folder of the repository from which each PATH leads down",
                                "'%s' cannot be looked up in a revision", a->settings->paths[i]);
            return false;
        }
    return true;
}

static bool render_then(kt_against *a)
{
    kt_render_options options;

    if (!kt_session_open(&a->then, a->settings, a->console))
        return false;
    options = kt_session_options(&a->then);
    if (!kt_session_render(&a->then, &options))
        return false;
    if (a->then.status != KT_OK)
        kt_session_print_diags(&a->then);
    return a->then.status == KT_OK;
}

/* The paths are relative: what they lead to is what is in the current folder. */
static bool open_revision(kt_against *a)
{
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool fine = here >= 0 && can_move(a) && kt_revision_open(&a->revision, a->name + strlen(GIT), a->console);

    if (fine && chdir(a->revision.folder) != 0) {
        kt_console_complain(a->console, KT_COMPLAINT_UNREADABLE, a->name, NULL, "has no such folder");
        fine = false;
    }
    fine = fine && render_then(a);
    if (here >= 0) {
        if (fchdir(here) != 0)
            fine = false;
        close(here);
    }
    return fine;
}

/* ---- Public functions ---- */

kt_against *kt_against_open(const kt_settings *settings, kt_console *console)
{
    kt_against *a = calloc(1, sizeof *a);
    bool fine;

    if (!a)
        return NULL;
    a->settings = settings;
    a->console = console;
    a->name = settings->against;
    a->is_revision = strncmp(a->name, GIT, strlen(GIT)) == 0;
    fine = a->is_revision ? open_revision(a) : open_path(a);
    if (fine)
        return a;
    kt_against_close(a);
    return NULL;
}

const kt_have *kt_against_directory(const kt_against *a)
{
    return a->has_keeper ? &a->have.have : NULL;
}

kt_differences *kt_against_compare(kt_against *a, const kt_session *session)
{
    kt_differences *differences;
    kt_status status;

    if (a->is_revision)
        status = kt_differences_between(&differences, session->result, a->then.result, NULL);
    else
        status = kt_differences_from(&differences, session->result, a->has_keeper ? &a->have.have : &a->archive_have,
                                     NULL);
    if (status == KT_ERR_NOMEM)
        no_memory(a);
    else if (status != KT_OK)
        unreadable(a, a->error.reason.ptr ? a->error.reason.ptr : "a file in it");
    return differences;
}

void kt_against_close(kt_against *a)
{
    if (!a)
        return;
    if (a->has_keeper)
        a->keeper.close(a->keeper.ctx);
    kt_archive_free(a->archive);
    free(a->bytes);
    if (a->is_revision) {
        kt_session_close(&a->then);
        kt_revision_close(&a->revision);
    }
    free(a);
}
