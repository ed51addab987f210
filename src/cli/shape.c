/* The tree of a single State Store lies at the top of a directory, those of several in folders KIND/NAME. */
#define _POSIX_C_SOURCE 200809L
#include "cli/shape.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/deliver.h"

#define PATH_SIZE 4096

static bool exists(const char *folder, kt_sv path)
{
    char full[PATH_SIZE];
    struct stat entry;
    int size = snprintf(full, sizeof full, "%s/%.*s", folder, (int)path.len, path.ptr);

    return size > 0 && (size_t)size < sizeof full && lstat(full, &entry) == 0;
}

/* "GitStateStore/default" as its folder is called. */
static bool set_store(char store[PATH_SIZE], kt_sv kind_and_name)
{
    if (kind_and_name.len == 0 || kind_and_name.len >= PATH_SIZE)
        return false;
    for (size_t i = 0; i < kind_and_name.len; i++) {
        char c = kind_and_name.ptr[i];
        store[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; /* names are in lower case */
    }
    store[kind_and_name.len] = '\0';
    return true;
}

/* The lock tells it. */
static bool find_in_diags(char store[PATH_SIZE], const kt_result *result)
{
    size_t count;
    const kt_diag *diags = kt_result_diags(result, &count);

    for (size_t i = 0; i < count; i++)
        if (strcmp(diags[i].code, "KT-422") == 0)
            return set_store(store, diags[i].object);
    return false;
}

/* A file of the tree lies where it would in the other layout. */
static bool find_in_tree(char store[PATH_SIZE], const kt_result *result, const char *out)
{
    const kt_tree *tree = kt_result_tree(result);

    for (size_t s = 0; tree && s < tree->store_count; s++) {
        const kt_store_tree *one = &tree->stores[s];
        char name[PATH_SIZE];
        int size = snprintf(name, sizeof name, "%s/%.*s", one->store->kind == KT_STORE_GIT ? "gitstatestore" : "bucketstatestore",
                            (int)one->store->name.len, one->store->name.ptr);
        if (size < 0 || (size_t)size >= sizeof name)
            continue;
        if (tree->store_count == 1 && exists(out, kt_str(name)))
            return set_store(store, kt_str(name));
        for (size_t i = 0; tree->store_count > 1 && i < one->file_count; i++)
            if (exists(out, one->files[i].path))
                return set_store(store, kt_str(name));
    }
    return false;
}

/* A word for the shell. */
static void put_word(kt_output *out, const char *word)
{
    bool plain = *word != '\0' && *word != '-';

    for (const char *c = word; *c && plain; c++)
        plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || strchr("/._-+:@,=", *c);
    if (plain) {
        kt_output_put(out, word);
        return;
    }
    kt_output_put(out, *word == '-' ? "./'" : "'");
    for (const char *c = word; *c; c++)
        if (*c == '\'')
            kt_output_put(out, "'\\''");
        else
            kt_output_format(out, "%c", *c);
    kt_output_put(out, "'");
}

static void put_path(kt_output *out, const char *before, const char *folder, const char *after)
{
    kt_output_put(out, before);
    put_word(out, folder);
    kt_output_put(out, after);
}

/* Up from the State Store's folder, or down into it. What begins with a dot stays where it is, such as .git. */
static void put_moves(kt_output *out, const char *folder, const char *store, bool up)
{
    const char *other = up ? ".old" : ".new";

    put_path(out, "  mkdir ", folder, other);
    put_path(out, " && mv ", folder, "/* ");
    put_path(out, "", folder, other);
    if (up) {
        put_path(out, " && mv ", folder, other);
        kt_output_format(out, "/%s/* ", store);
        put_path(out, "", folder, "");
        return;
    }
    put_path(out, " && mkdir -p ", folder, "");
    kt_output_format(out, "/%.*s", (int)(strchr(store, '/') - store), store);
    put_path(out, " && mv ", folder, other);
    put_path(out, " ", folder, "");
    kt_output_format(out, "/%s", store);
}

static void put_lock(kt_output *out, const kt_session *session)
{
    const kt_settings *settings = session->settings;

    kt_output_format(out, "%s lock", session->console->program);
    for (size_t i = 0; i < settings->path_count; i++)
        put_path(out, " ", settings->paths[i], "");
    if (settings->lock)
        put_path(out, " --lock ", settings->lock, "");
    if (settings->outputs)
        put_path(out, " --outputs ", settings->outputs, "");
}

void kt_shape_advise(const kt_session *session)
{
    const kt_settings *settings = session->settings;
    kt_output *out = &session->console->error;
    char store[PATH_SIZE], folder[PATH_SIZE];
    bool by_lock, there;
    size_t size = settings->out ? strlen(settings->out) : 0;

    if (session->console->quiet || !kt_out_is_directory(settings) || size >= sizeof folder)
        return;
    memcpy(folder, settings->out, size + 1);
    while (size > 1 && folder[size - 1] == '/')
        folder[--size] = '\0';
    by_lock = find_in_diags(store, session->result);
    if (!by_lock && !find_in_tree(store, session->result, folder))
        return;
    there = exists(folder, kt_str(""));
    kt_output_put(out, "To go on with what is there, laid out anew, and then render again:\n");
    if (there)
        put_moves(out, folder, store, exists(folder, kt_str(store)));
    if (by_lock)
        kt_output_put(out, there ? " && " : "  ");
    if (by_lock)
        put_lock(out, session);
    kt_output_put(out, "\n");
}
