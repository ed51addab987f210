/* Names in the tree of a git repository that Windows or macOS cannot hold, as whoever checks it out will find. */
#include "base/buf.h"
#include "base/map.h"
#include "base/path.h"
#include "base/spelling.h"
#include "base/sv.h"
#include "tree/hazards.h"

typedef struct checker {
    kt_run *run;
    kt_map seen;   /* every path and folder → anything */
    kt_map folded; /* the same as a file system may spell it → index of a file at or below it */
    kt_spelling spelling;
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

/* As much of the path of a file as `path` has elements; their bytes may be more or fewer. */
static kt_sv folder_of(kt_sv file, kt_sv path)
{
    kt_sv of_path, of_file = {file.ptr, 0};
    size_t at = 0, file_at = 0;

    while (kt_path_next(&of_path, path, &at) && kt_path_next(&of_file, file, &file_at))
        continue;
    return kt_sv_slice(file, 0, (size_t)(of_file.ptr - file.ptr) + of_file.len);
}

/* Two paths that differ, and are one where case or the form of Unicode does not count. Where it is not their last
 * elements that differ, the folders above have been told. */
static bool report_pair(checker *c, const kt_file *file, kt_sv path, kt_sv other, kt_sv name)
{
    kt_sv key, other_key;

    if (other.len > name.len && kt_sv_ends(other, name) && other.ptr[other.len - name.len - 1] == '/')
        return true;
    key = kt_spelling_key(&c->spelling, path, false);
    other_key = kt_spelling_key(&c->spelling, other, false);
    if (kt_sv_equal(key, other_key))
        report(c, KT_NAMES_NORMALIZE, file, "'%v' and '%v' are the same letters in two forms of Unicode", path, other);
    else
        report(c, KT_NAMES_FOLD, file, "'%v' and '%v' are one name where case does not count", path, other);
    return key.ptr && other_key.ptr;
}

/* `path` is that of a file or of a folder above it, met for the first time; `name` its last element. */
static bool check_path(checker *c, const kt_file *file, kt_sv path, kt_sv name)
{
    const char *problem = problem_of(name);
    kt_sv key = kt_spelling_key(&c->spelling, path, true);
    size_t other = key.ptr ? kt_map_get(&c->folded, key) : KT_MAP_NONE;

    if (problem)
        report(c, KT_NAME_NOT_PORTABLE, file, "'%v' %v, which Windows does not allow", path, kt_str(problem));
    if (other == KT_MAP_NONE)
        return key.ptr && kt_map_set(&c->folded, key, (size_t)(file - c->tree->files));
    return report_pair(c, file, path, folder_of(c->tree->files[other].path, path), name);
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
    checker c = {.run = run, .tree = tree};

    if (tree->store->kind != KT_STORE_GIT)
        return true;
    kt_map_init(&c.seen, &run->arena);
    kt_map_init(&c.folded, &run->arena);
    kt_spelling_init(&c.spelling, &run->arena);
    for (size_t i = 0; i < tree->file_count; i++)
        if (!check_file(&c, &tree->files[i]))
            return false;
    return !run->arena.failed;
}
