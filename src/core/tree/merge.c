/* Apply updates to a virtual tree (L-31, L-32, N-6). */
#include <string.h>

#include "base/map.h"
#include "base/sort.h"
#include "base/sv.h"
#include "tree/tree.h"

typedef struct merger {
    kt_run *run;
    const kt_store *store;
    kt_file *files;
    const kt_update **writers; /* of each file */
    size_t count;
    kt_map paths;   /* path → index of its file */
    kt_map folders; /* every folder above a file → index of a file in it */
} merger;

/* ---- Content ---- */

/* Where one is in the parts of a file. */
typedef struct cursor {
    const kt_sv *parts;
    size_t count;
    size_t at;     /* part */
    size_t offset; /* in it */
} cursor;

static kt_sv rest_of_part(cursor *c)
{
    while (c->at < c->count && c->offset == c->parts[c->at].len) {
        c->at++;
        c->offset = 0;
    }
    return c->at < c->count ? kt_sv_slice(c->parts[c->at], c->offset, c->parts[c->at].len) : (kt_sv){NULL, 0};
}

static bool same_content(const kt_file *a, const kt_file *b)
{
    cursor left = {a->parts, a->part_count, 0, 0}, right = {b->parts, b->part_count, 0, 0};

    if (a->size != b->size)
        return false;
    for (;;) {
        kt_sv l = rest_of_part(&left), r = rest_of_part(&right);
        size_t common = l.len < r.len ? l.len : r.len;
        if (common == 0)
            return true;
        if (l.ptr != r.ptr && memcmp(l.ptr, r.ptr, common) != 0)
            return false;
        left.offset += common;
        right.offset += common;
    }
}

/* ---- Conflicts ---- */

static void report(merger *m, kt_code code, const kt_update *update, const kt_update *other, const char *format,
                   kt_sv path)
{
    kt_diag *diag = kt_diags_add(&m->run->diags, code, update->pos, format, path, other->title);

    diag->object = update->title;
    diag->related = other->pos;
    diag->related_text = KT_SV("the other writer");
}

/* The file that stands where `path` needs a folder, or below `path`; KT_MAP_NONE if there is none. */
static size_t obstacle(const merger *m, kt_sv path)
{
    size_t found = kt_map_get(&m->folders, path);

    for (size_t i = 0; i < path.len && found == KT_MAP_NONE; i++)
        if (path.ptr[i] == '/')
            found = kt_map_get(&m->paths, kt_sv_slice(path, 0, i));
    return found;
}

/* Report the files of an update that stand in the way of others; their number. */
static size_t count_obstacles(merger *m, const kt_update *update, bool *blocked)
{
    size_t count = 0;

    for (size_t i = 0; i < update->file_count; i++) {
        size_t other = obstacle(m, update->files[i].path);
        blocked[i] = other != KT_MAP_NONE;
        if (!blocked[i])
            continue;
        report(m, KT_FILE_AND_FOLDER, update, m->writers[other], "'%v' is a file here and a folder for %v",
               update->files[i].path);
        count++;
    }
    return count;
}

static bool add_folders(merger *m, kt_sv path, size_t index)
{
    for (size_t i = 0; i < path.len; i++) {
        kt_sv folder = kt_sv_slice(path, 0, i);
        if (path.ptr[i] == '/' && kt_map_get(&m->folders, folder) == KT_MAP_NONE
            && !kt_map_set(&m->folders, folder, index))
            return false;
    }
    return true;
}

/* ---- Applying ---- */

static bool put(merger *m, const kt_update *update, const kt_file *file)
{
    size_t at = kt_map_get(&m->paths, file->path);

    if (at == KT_MAP_NONE) {
        at = m->count++;
        if (!kt_map_set(&m->paths, file->path, at) || !add_folders(m, file->path, at))
            return false;
    } else if (same_content(&m->files[at], file)) {
        report(m, KT_SAME_FILE, update, m->writers[at], "'%v' is written by %v too, with the same content",
               file->path);
    } else {
        report(m, KT_COLLISION, update, m->writers[at], "'%v' is written by %v too, with other content", file->path);
        m->run->left_out++;
    }
    m->files[at] = *file;
    m->writers[at] = update;
    return true;
}

static bool is_below(kt_sv path, kt_sv folder)
{
    return path.len > folder.len && path.ptr[folder.len] == '/' && kt_sv_starts(path, folder);
}

/* L-33, L-34: a nested update empties its folder first, so that what others put there and it does not is gone. */
static bool empty_folder(merger *m, const kt_update *update)
{
    for (size_t i = 0; i < m->count; i++) {
        kt_file *file = &m->files[i];
        if (m->writers[i] == update || !is_below(file->path, update->folder))
            continue;
        report(m, KT_FOLDER_EMPTIED, update, m->writers[i], "'%v' of %v is deleted: its folder is emptied before this is written",
               file->path);
        m->run->left_out++;
        if (!kt_map_set(&m->paths, file->path, KT_MAP_NONE))
            return false;
        file->path.len = 0;
    }
    return true;
}

static bool apply(merger *m, const kt_update *update)
{
    bool *blocked = kt_arena_array(&m->run->arena, update->file_count, sizeof *blocked);
    bool shared = update->folder.len > 0 && kt_map_get(&m->folders, update->folder) != KT_MAP_NONE;
    size_t obstacles;

    if (!blocked)
        return false;
    obstacles = count_obstacles(m, update, blocked);
    m->run->left_out += obstacles;
    if (obstacles > 0 && m->store->kind == KT_STORE_GIT)
        return !m->run->arena.failed;
    for (size_t i = 0; i < update->file_count; i++)
        if (!blocked[i] && !put(m, update, &update->files[i]))
            return false;
    return (!shared || empty_folder(m, update)) && !m->run->arena.failed;
}

/* Close the gaps that empty_folder() left. */
static size_t compact(kt_file *files, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (files[i].path.len > 0)
            files[kept++] = files[i];
    return kept;
}

static int compare_paths(const void *a, const void *b)
{
    return kt_sv_compare(((const kt_file *)a)->path, ((const kt_file *)b)->path);
}

bool kt_tree_merge(kt_store_tree *out, kt_run *run, const kt_updates *updates)
{
    merger m = {run, out->store, NULL, NULL, 0, {NULL, NULL, 0, 0}, {NULL, NULL, 0, 0}};
    size_t room = 0;

    for (size_t i = 0; i < updates->count; i++)
        room += updates->items[i].file_count;
    m.files = kt_arena_array(&run->arena, room, sizeof *m.files);
    m.writers = kt_arena_array(&run->arena, room, sizeof *m.writers);
    kt_map_init(&m.paths, &run->arena);
    kt_map_init(&m.folders, &run->arena);
    if (!m.files || !m.writers)
        return false;
    for (size_t i = 0; i < updates->count; i++)
        if (!apply(&m, &updates->items[i]))
            return false;
    m.count = compact(m.files, m.count);
    if (!kt_sort(m.files, m.count, sizeof *m.files, compare_paths, &run->arena))
        return false;
    out->files = m.files;
    out->file_count = m.count;
    out->size = 0;
    for (size_t i = 0; i < m.count; i++)
        out->size += m.files[i].size;
    return true;
}
