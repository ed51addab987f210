/* The journal: as text, and carried out. */
#define _POSIX_C_SOURCE 200809L
#include "store/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/list.h"
#include "store/system.h"

#define HEADER "kratree-journal 1\n"
#define LINE_SIZE 64 /* of a line without its path */

bool kt_steps_add(kt_steps *steps, kt_pool *pool, kt_step step)
{
    kt_step *items = kt_grow(steps->items, steps->count, &steps->capacity, sizeof *items);

    if (!items)
        return false;
    steps->items = items;
    step.path = kt_pool_copy(pool, step.path);
    items[steps->count] = step;
    steps->count += step.path.ptr != NULL;
    return step.path.ptr != NULL;
}

/* ---- As text ---- */

static uint64_t sum_of(const char *bytes, size_t size)
{
    uint64_t sum = 14695981039346656037u;

    for (size_t i = 0; i < size; i++)
        sum = (sum ^ (unsigned char)bytes[i]) * 1099511628211u;
    return sum;
}

static size_t text_size(const kt_steps *steps)
{
    size_t size = sizeof HEADER + LINE_SIZE;

    for (size_t i = 0; i < steps->count; i++)
        size += LINE_SIZE + steps->items[i].path.len;
    return size;
}

kt_sv kt_journal_text(const kt_steps *steps, kt_pool *pool)
{
    char *text = kt_pool_alloc(pool, text_size(steps));
    kt_sv out = {text, sizeof HEADER - 1};

    if (!text)
        return out;
    memcpy(text, HEADER, out.len);
    for (size_t i = 0; i < steps->count; i++) {
        const kt_step *step = &steps->items[i];
        out.len += (size_t)snprintf(text + out.len, LINE_SIZE, "%s %u %zu ", step->removal ? "remove" : "write",
                                    step->number, step->path.len);
        memcpy(text + out.len, step->path.ptr, step->path.len);
        out.len += step->path.len;
        text[out.len++] = '\n';
    }
    out.len += (size_t)snprintf(text + out.len, LINE_SIZE, "end %zu %016" PRIx64 "\n", steps->count,
                                sum_of(text, out.len));
    return out;
}

static bool take(kt_sv *text, const char *word)
{
    size_t len = strlen(word);

    if (text->len < len || memcmp(text->ptr, word, len) != 0)
        return false;
    text->ptr += len;
    text->len -= len;
    return true;
}

/* A decimal number and the space behind it. */
static bool take_number(kt_sv *text, size_t *out)
{
    size_t digits = 0;

    for (*out = 0; digits < text->len && digits < 9 && text->ptr[digits] >= '0' && text->ptr[digits] <= '9'; digits++)
        *out = *out * 10 + (size_t)(text->ptr[digits] - '0');
    text->ptr += digits;
    text->len -= digits;
    return digits > 0 && take(text, " ");
}

/* No journal of ours leads out of the directory, nor into a repository's own folder: whoever plants one shall not reach
 * its hooks. */
static bool is_harmless(kt_sv path)
{
    for (size_t at = 0; at < path.len; at++) {
        size_t from = at;
        while (at < path.len && path.ptr[at] != '/')
            at++;
        if (at == from || (path.ptr[from] == '.' && (at - from == 1 || (at - from == 2 && path.ptr[from + 1] == '.')))
            || (at - from == 4 && strncasecmp(path.ptr + from, ".git", 4) == 0))
            return false;
    }
    return path.len > 0 && path.ptr[path.len - 1] != '/' && !memchr(path.ptr, 0, path.len);
}

static bool take_step(kt_sv *text, kt_step *out)
{
    size_t number, len;

    out->removal = take(text, "remove ");
    if ((!out->removal && !take(text, "write ")) || !take_number(text, &number) || !take_number(text, &len)
        || len >= text->len || text->ptr[len] != '\n')
        return false;
    out->number = (unsigned)number;
    out->path.ptr = text->ptr;
    out->path.len = len;
    text->ptr += len + 1;
    text->len -= len + 1;
    return is_harmless(out->path);
}

bool kt_journal_parse(kt_steps *out, kt_pool *pool, kt_sv text)
{
    const char *begin = text.ptr;
    char end[LINE_SIZE];
    kt_step step;

    if (!take(&text, HEADER))
        return false;
    while (text.len > 0 && *text.ptr != 'e')
        if (!take_step(&text, &step) || !kt_steps_add(out, pool, step))
            return false;
    snprintf(end, sizeof end, "end %zu %016" PRIx64 "\n", out->count, sum_of(begin, (size_t)(text.ptr - begin)));
    return take(&text, end) && text.len == 0;
}

/* ---- Carried out ---- */

void kt_stage_name(char out[KT_NUMBER_SIZE], unsigned number)
{
    snprintf(out, KT_NUMBER_SIZE, "%u", number);
}

/* Remove the directories above a removed file, from below, until one is not empty. */
static void remove_empty(kt_way *way, kt_sv path)
{
    char name[KT_NAME_SIZE];

    for (path = kt_path_above(path); path.len > 0; path = kt_path_above(path)) {
        int directory = kt_way_enter_above(way, name, path, false);
        if (directory < 0 || kt_sys_unlinkat(directory, name, AT_REMOVEDIR) != 0)
            return;
    }
}

/* What is no file there any more was removed by an earlier attempt, and something else may stand there now. */
static int carry_out_removal(const kt_step *step, kt_way *way)
{
    char name[KT_NAME_SIZE];
    int directory = kt_way_enter_above(way, name, step->path, false);

    if (directory >= 0 && kt_sys_unlinkat(directory, name, 0) == 0) {
        remove_empty(way, step->path);
        return 0;
    }
    if (errno != ENOENT && errno != ENOTDIR && errno != EISDIR)
        return errno;
    if (errno == ENOENT)
        remove_empty(way, step->path);
    return 0;
}

static int carry_out_write(const kt_step *step, kt_way *way, int stage)
{
    char name[KT_NAME_SIZE], staged[KT_NUMBER_SIZE];
    struct stat status;
    int directory;

    kt_stage_name(staged, step->number);
    if (stage < 0)
        return 0;
    if (kt_sys_fstatat(stage, staged, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? 0 : errno;
    if (!S_ISREG(status.st_mode))
        return 0; /* none of ours: it goes with the stage */
    directory = kt_way_enter_above(way, name, step->path, true);
    if (directory >= 0 && kt_sys_renameat(stage, staged, directory, name) == 0)
        return 0;
    if (directory < 0 || (errno != EISDIR && errno != ENOTEMPTY && errno != EEXIST))
        return errno;
    kt_list_remove(way, step->path, false); /* a folder of empty folders gives way */
    directory = kt_way_enter_above(way, name, step->path, true);
    return directory >= 0 && kt_sys_renameat(stage, staged, directory, name) == 0 ? 0 : errno;
}

int kt_steps_carry_out(const kt_steps *steps, kt_way *way, int stage, size_t *at)
{
    int number = 0;

    for (*at = 0; *at < steps->count; ++*at) {
        const kt_step *step = &steps->items[*at];
        number = step->removal ? carry_out_removal(step, way) : carry_out_write(step, way, stage);
        if (number != 0)
            break;
    }
    return number;
}
