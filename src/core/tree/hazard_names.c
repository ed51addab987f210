/* Names in the tree of a git repository that Windows or macOS cannot hold, as whoever checks it out will find. */
#include "base/buf.h"
#include "base/map.h"
#include "base/path.h"
#include "base/sv.h"
#include "tree/hazards.h"

typedef struct checker {
    kt_run *run;
    kt_map seen;   /* every path and folder → anything */
    kt_map folded; /* the same in lower case → index of a file at or below it */
    const kt_store_tree *tree;
} checker;

/* ---- One name ---- */

static bool is_reserved(kt_sv name)
{
    static const char *const devices[] = {"con", "prn", "aux", "nul"}, *const numbered[] = {"com", "lpt"};
    kt_sv stem = kt_sv_slice(name, 0, kt_sv_find(name, '.'));

    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
        if (kt_sv_equal_fold(stem, kt_str(devices[i])))
            return true;
    for (size_t i = 0; i < sizeof numbered / sizeof numbered[0]; i++)
        if (stem.len == 4 && kt_sv_equal_fold(kt_sv_slice(stem, 0, 3), kt_str(numbered[i])) && stem.ptr[3] >= '1'
            && stem.ptr[3] <= '9')
            return true;
    return false;
}

static bool has_forbidden(kt_sv name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] < 0x20 || kt_sv_find(KT_SV("<>:\"|?*\\"), name.ptr[i]) < 8)
            return true;
    return false;
}

static const char *problem_of(kt_sv name)
{
    if (has_forbidden(name))
        return "holds one of < > : \" | ? * \\ or a control character";
    if (name.ptr[name.len - 1] == '.' || name.ptr[name.len - 1] == ' ')
        return "ends with a dot or a space";
    return is_reserved(name) ? "is the name of a device" : NULL;
}

/* ---- Paths ---- */

static kt_sv lower(kt_arena *arena, kt_sv text)
{
    char *copy = kt_arena_alloc(arena, text.len);

    for (size_t i = 0; copy && i < text.len; i++)
        copy[i] = text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? (char)(text.ptr[i] - 'A' + 'a') : text.ptr[i];
    return copy ? (kt_sv){copy, text.len} : (kt_sv){NULL, 0};
}

static kt_pos place_of(const kt_file *file)
{
    kt_pos nowhere = {{NULL, 0}, 0, 0};

    return file->maker_count > 0 ? file->makers[0].pos : nowhere;
}

static kt_diag *report(checker *c, kt_code code, const kt_file *file, const char *format, kt_sv path, kt_sv what)
{
    kt_diag *diag = kt_diags_add(&c->run->diags, code, place_of(file), format, path, what);

    if (file->destination)
        diag->object = kt_arena_format(&c->run->arena, "Destination/%v", file->destination->name);
    return diag;
}

/* Whether two paths have one last element: then the folders above it have been told. */
static bool is_told(kt_sv other, kt_sv name)
{
    return other.len > name.len && kt_sv_ends(other, name) && other.ptr[other.len - name.len - 1] == '/';
}

/* `path` is that of a file or of a folder above it, met for the first time; `name` its last element. */
static bool check_path(checker *c, const kt_file *file, kt_sv path, kt_sv name)
{
    const char *problem = problem_of(name);
    kt_sv key = lower(&c->run->arena, path), other;
    size_t found = key.ptr ? kt_map_get(&c->folded, key) : KT_MAP_NONE;

    if (problem)
        report(c, KT_NAME_NOT_PORTABLE, file, "'%v' %v, which Windows does not allow", path, kt_str(problem));
    if (found == KT_MAP_NONE)
        return key.ptr && kt_map_set(&c->folded, key, (size_t)(file - c->tree->files));
    other = kt_sv_slice(c->tree->files[found].path, 0, path.len);
    if (!is_told(other, name))
        report(c, KT_NAMES_FOLD, file, "'%v' and '%v' are one name where case does not count", path, other);
    return true;
}

static bool check_file(checker *c, const kt_file *file)
{
    kt_sv element;
    size_t at = 0;

    while (kt_path_next(&element, file->path, &at)) {
        kt_sv path = kt_sv_slice(file->path, 0, (size_t)(element.ptr - file->path.ptr) + element.len);
        if (kt_map_get(&c->seen, path) != KT_MAP_NONE)
            continue;
        if (!kt_map_set(&c->seen, path, 0) || !check_path(c, file, path, element))
            return false;
    }
    return true;
}

bool kt_hazard_names(kt_run *run, const kt_store_tree *tree)
{
    checker c = {run, {NULL, NULL, 0, 0, 0}, {NULL, NULL, 0, 0, 0}, tree};

    if (tree->store->kind != KT_STORE_GIT)
        return true;
    kt_map_init(&c.seen, &run->arena);
    kt_map_init(&c.folded, &run->arena);
    for (size_t i = 0; i < tree->file_count; i++)
        if (!check_file(&c, &tree->files[i]))
            return false;
    return !run->arena.failed;
}
