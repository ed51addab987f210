/* Apply updates to a virtual tree (L-31, L-32, N-6). */
#include <string.h>

#include "base/map.h"
#include "base/sort.h"
#include "base/sv.h"
#include "tree/tree.h"

#define SHORT_ID 5 /* digits of a group's id in a path (S-24) */

typedef struct merger {
    kt_run *run;
    const kt_store *store;
    kt_file *files;
    const kt_update **writers; /* of each file */
    size_t count;
    kt_map paths;   /* path → index of its file */
    kt_map folders; /* every folder above a file → index of a file in it */
    kt_map prefixes; /* buckets: "…/5058f" where a folder "…/5058f-x" is (L-34) */
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

static bool is_below(kt_sv path, kt_sv folder)
{
    return path.len > folder.len && path.ptr[folder.len] == '/' && kt_sv_starts(path, folder);
}

/* A file in the folder `path`; KT_MAP_NONE if there is none, or none any more. */
static size_t file_in(merger *m, kt_sv path)
{
    size_t found = kt_map_get(&m->folders, path);

    if (found == KT_MAP_NONE || m->files[found].path.len > 0)
        return found;
    for (found = 0; found < m->count; found++) /* the one that stood for the folder was deleted */
        if (is_below(m->files[found].path, path))
            break;
    found = found < m->count ? found : KT_MAP_NONE;
    return kt_map_set(&m->folders, path, found) ? found : KT_MAP_NONE;
}

/* The file that stands where `path` needs a folder, or below `path`; KT_MAP_NONE if there is none. */
static size_t obstacle(merger *m, kt_sv path)
{
    size_t found = file_in(m, path);

    for (size_t i = path.len; i > 0 && found == KT_MAP_NONE; i--) {
        kt_sv folder = kt_sv_slice(path, 0, i - 1);
        if (path.ptr[i - 1] != '/')
            continue;
        if (kt_map_get(&m->folders, folder) != KT_MAP_NONE)
            break; /* above a folder there are only folders */
        found = kt_map_get(&m->paths, folder);
    }
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

/* Length of a folder's name that a short id would be a prefix of, or 0 (L-34). */
static size_t short_prefix(kt_sv name)
{
    size_t i = 0;

    while (i < name.len && i < SHORT_ID
           && ((name.ptr[i] >= '0' && name.ptr[i] <= '9') || (name.ptr[i] >= 'a' && name.ptr[i] <= 'f')))
        i++;
    return i == SHORT_ID && name.len > SHORT_ID ? SHORT_ID : 0;
}

/* From the deepest one up to the first that is known: above it all are. */
static bool add_folders(merger *m, kt_sv path, size_t index)
{
    for (size_t end = kt_sv_rfind(path, '/'), start; end < path.len; path.len = end, end = kt_sv_rfind(path, '/')) {
        kt_sv folder = kt_sv_slice(path, 0, end);
        size_t prefix;
        if (kt_map_get(&m->folders, folder) != KT_MAP_NONE)
            return true;
        if (!kt_map_set(&m->folders, folder, index))
            return false;
        start = kt_sv_rfind(folder, '/') < folder.len ? kt_sv_rfind(folder, '/') + 1 : 0;
        prefix = m->store->kind == KT_STORE_BUCKET ? short_prefix(kt_sv_slice(folder, start, end)) : 0;
        if (prefix > 0 && !kt_map_set(&m->prefixes, kt_sv_slice(path, 0, start + prefix), index))
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

/* ---- Folders that are emptied ---- */

/* L-34: buckets are listed by prefix, so that the folder "…/5058f" covers "…/5058f-x" too. */
static bool is_covered(const merger *m, kt_sv path, kt_sv folder)
{
    return m->store->kind == KT_STORE_GIT ? is_below(path, folder)
                                          : path.len > folder.len && kt_sv_starts(path, folder);
}

/* L-33, T-11, T-22: a nested update deletes what lies in its folder and is not its own. */
static bool empty_folder(merger *m, const kt_update *update)
{
    kt_map own;

    kt_map_init(&own, &m->run->arena);
    for (size_t i = 0; i < update->file_count; i++)
        if (!kt_map_set(&own, update->files[i].path, i))
            return false;
    for (size_t i = 0; i < m->count; i++) {
        kt_file *file = &m->files[i];
        if (!is_covered(m, file->path, update->folder) || kt_map_get(&own, file->path) != KT_MAP_NONE)
            continue;
        report(m, KT_FOLDER_EMPTIED, update, m->writers[i],
               "'%v' of %v is deleted: what lies there is deleted before this is written", file->path);
        m->run->left_out++;
        if (!kt_map_set(&m->paths, file->path, KT_MAP_NONE))
            return false;
        file->path.len = 0;
    }
    return true;
}

/* Whether anything may lie where a nested update deletes. */
static bool is_shared(const merger *m, const kt_update *update)
{
    return update->folder.len > 0
           && (kt_map_get(&m->folders, update->folder) != KT_MAP_NONE
               || kt_map_get(&m->prefixes, update->folder) != KT_MAP_NONE);
}

static bool apply(merger *m, const kt_update *update)
{
    bool *blocked = kt_arena_array(&m->run->arena, update->file_count, sizeof *blocked);
    size_t obstacles;

    if (!blocked || (is_shared(m, update) && !empty_folder(m, update)))
        return false;
    obstacles = count_obstacles(m, update, blocked);
    m->run->left_out += obstacles;
    if (obstacles > 0 && m->store->kind == KT_STORE_GIT)
        return !m->run->arena.failed;
    for (size_t i = 0; i < update->file_count; i++)
        if (!blocked[i] && !put(m, update, &update->files[i]))
            return false;
    return !m->run->arena.failed;
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
    merger m = {run, out->store, NULL, NULL, 0, {NULL, NULL, 0, 0, 0}, {NULL, NULL, 0, 0, 0}, {NULL, NULL, 0, 0, 0}};
    size_t room = 0;

    for (size_t i = 0; i < updates->count; i++)
        room += updates->items[i].file_count;
    m.files = kt_arena_array(&run->arena, room, sizeof *m.files);
    m.writers = kt_arena_array(&run->arena, room, sizeof *m.writers);
    kt_map_init(&m.paths, &run->arena);
    kt_map_init(&m.folders, &run->arena);
    kt_map_init(&m.prefixes, &run->arena);
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
