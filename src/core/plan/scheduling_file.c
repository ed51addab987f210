/* The two files by which a pipeline steers its scheduling (G-1 … G-8, W-11). */
#include "plan/scheduling_file.h"

#include "base/buf.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/sv.h"
#include "model/profile.h"
#include "yaml/reader.h"

#define INVALID "invalid destination-selectors.yaml: "

kt_diag *kt_capture_fail(kt_run *run, const kt_capture *capture, kt_pos pos, const char *format, ...)
{
    kt_diag *diag;
    va_list args;

    va_start(args, format);
    diag = kt_diags_vadd(&run->diags, KT_PIPELINE_FAILED, pos, format, args);
    va_end(args);
    diag->object = capture->key;
    run->left_out++;
    return diag;
}

/* The first document of a file; NULL if it is empty, null or wrong (then `failed`). */
static bool read_first(const kt_value **out, bool *failed, kt_run *run, const kt_capture *capture,
                       const kt_source *file)
{
    kt_documents documents = {.failed = false};
    size_t before = run->diags.count;

    *out = NULL;
    *failed = (file->flags & (KT_SOURCE_FOLDER | KT_SOURCE_UNREADABLE)) != 0;
    if (*failed) {
        kt_pos pos = {file->path, 0, 0};
        kt_capture_fail(run, capture, pos, "read %v: %s", file->path,
                        file->flags & KT_SOURCE_FOLDER ? "is a directory" : "it leads out of the capture");
        return true;
    }
    if (kt_yaml_read_first(&documents, &run->arena, &run->diags, file, &run->options.limits) == KT_ERR_NOMEM)
        return false;
    *failed = documents.failed;
    for (size_t i = before; i < run->diags.count; i++)
        run->diags.items[i].object = capture->key;
    run->left_out += documents.failed;
    if (!documents.failed && documents.count > 0 && documents.items[0].root.type != KT_TYPE_NULL)
        *out = &documents.items[0].root;
    return true;
}

/* A member whose key is the name in any case. Of several the one that encoding/json decodes last: the last in
 * the order of bytes, as the keys of the converted document are sorted (G-2); null changes nothing. */
static const kt_value *member_fold(const kt_value *map, const char *name)
{
    const kt_member *found = NULL;

    for (uint32_t i = 0; i < map->length; i++) {
        const kt_member *member = &map->as.members[i];
        kt_sv key = kt_value_string(&member->key);
        if (kt_sv_equal_fold(key, kt_str(name)) && member->value.type != KT_TYPE_NULL
            && (!found || kt_sv_compare(key, kt_value_string(&found->key)) > 0))
            found = member;
    }
    return found ? &found->value : NULL;
}

/* A scalar where a string is expected (G-2); the reader has printed floats. False if it is no scalar. */
static bool coerce(kt_sv *out, kt_arena *arena, const kt_value *value)
{
    switch ((kt_type)value->type) {
    case KT_TYPE_NULL: *out = KT_SV(""); return true;
    case KT_TYPE_STRING: *out = kt_value_string(value); return true;
    case KT_TYPE_BOOL: *out = value->as.boolean ? KT_SV("true") : KT_SV("false"); return true;
    case KT_TYPE_INT: *out = kt_arena_format(arena, "%d", value->as.integer); return true;
    case KT_TYPE_FLOAT:
    case KT_TYPE_LIST:
    case KT_TYPE_MAP: break;
    }
    return false;
}

static const char *type_of(const kt_value *value)
{
    return value->scratch & KT_VALUE_WAS_NUMBER ? "number" : kt_type_name((kt_type)value->type);
}

static kt_diag *wrong_type(kt_run *run, const kt_capture *capture, const kt_value *value, const char *target)
{
    return kt_capture_fail(run, capture, kt_value_pos(value, capture->selectors->path),
                           INVALID "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal %s into Go %s",
                           type_of(value), target);
}

static int compare_labels(const void *a, const void *b)
{
    return kt_sv_compare(((const kt_label *)a)->key, ((const kt_label *)b)->key);
}

static bool read_labels(kt_directory_selector *out, kt_run *run, const kt_capture *capture, const kt_value *map)
{
    kt_label *labels = kt_arena_array(&run->arena, map->length, sizeof *labels);

    if (!labels)
        return false;
    for (uint32_t i = 0; i < map->length; i++) {
        const kt_member *member = &map->as.members[i];
        labels[i].key = kt_value_string(&member->key);
        labels[i].pos = kt_value_pos(&member->key, capture->selectors->path);
        if (!coerce(&labels[i].value, &run->arena, &member->value)) {
            wrong_type(run, capture, &member->value,
                       "struct field WorkflowDestinationSelectors.matchLabels of type string");
            return false;
        }
    }
    out->labels = labels;
    out->label_count = map->length;
    return kt_sort(labels, map->length, sizeof *labels, compare_labels, &run->arena);
}

static bool read_entry(kt_directory_selector *out, kt_run *run, const kt_capture *capture, const kt_value *entry)
{
    const kt_value *directory, *labels;
    kt_sv text = {NULL, 0};

    out->pos = kt_value_pos(entry, capture->selectors->path);
    out->directory = KT_SV(".");
    if (entry->type == KT_TYPE_NULL)
        return true;
    if (entry->type != KT_TYPE_MAP) {
        wrong_type(run, capture, entry, "value of type v1alpha1.WorkflowDestinationSelectors");
        return false;
    }
    directory = member_fold(entry, "directory");
    labels = member_fold(entry, "matchLabels");
    if (directory && !coerce(&text, &run->arena, directory)) {
        wrong_type(run, capture, directory, "struct field WorkflowDestinationSelectors.directory of type string");
        return false;
    }
    out->directory = kt_path_clean(&run->arena, text);
    if (!labels)
        return true;
    if (labels->type != KT_TYPE_MAP) {
        wrong_type(run, capture, labels,
                   "struct field WorkflowDestinationSelectors.matchLabels of type map[string]string");
        return false;
    }
    return read_labels(out, run, capture, labels);
}

/* G-6 */
static bool check_labels(kt_run *run, const kt_capture *capture, const kt_directory_selectors *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].label_count == 0) {
            kt_capture_fail(run, capture, all->items[i].pos, INVALID "entry with index %u has no selectors",
                            (uint64_t)i);
            return false;
        }
    return true;
}

/* Go's %v of the list. */
static void print_entries(kt_buf *out, const kt_directory_selectors *all)
{
    for (size_t i = 0; i < all->count; i++) {
        const kt_directory_selector *entry = &all->items[i];
        kt_buf_str(out, i > 0 ? " {map[" : "{map[");
        for (size_t l = 0; l < entry->label_count; l++)
            kt_buf_format(out, "%s%v:%v", l > 0 ? " " : "", entry->labels[l].key, entry->labels[l].value);
        kt_buf_format(out, "] %v}", entry->directory);
    }
}

/* G-7 */
static bool check_unique(kt_run *run, const kt_capture *capture, const kt_directory_selectors *all)
{
    kt_map seen;
    kt_buf printed;

    kt_map_init(&seen, &run->arena);
    for (size_t i = 0; i < all->count; i++) {
        kt_diag *diag;
        size_t first = kt_map_get(&seen, all->items[i].directory);
        if (first == KT_MAP_NONE) {
            if (!kt_map_set(&seen, all->items[i].directory, i))
                return false;
            continue;
        }
        kt_buf_init(&printed, run->arena.allocator);
        print_entries(&printed, all);
        diag = kt_capture_fail(run, capture, all->items[i].pos,
                               "duplicate entries in destination-selectors.yaml: \n[%v]", kt_buf_text(&printed, &run->arena));
        diag->related = all->items[first].pos;
        diag->related_text = KT_SV("the same directory");
        kt_buf_dispose(&printed);
        return false;
    }
    return true;
}

/* G-8, G-16 */
static bool check_directories(kt_run *run, const kt_capture *capture, const kt_directory_selectors *all)
{
    for (size_t i = 0; i < all->count; i++) {
        kt_sv directory = all->items[i].directory;
        bool root = kt_sv_is(directory, "/");
        if (!root && kt_sv_find(directory, '/') < directory.len) {
            kt_capture_fail(run, capture, all->items[i].pos,
                            "invalid directory in destination-selectors.yaml: %v, sub-directories are not allowed",
                            directory);
            return false;
        }
        if (kt_sv_is(directory, "..")) {
            kt_capture_fail(run, capture, all->items[i].pos,
                            "directory .. in destination-selectors.yaml leads out of the output: the pipeline fails");
            return false;
        }
    }
    return true;
}

bool kt_directory_selectors_read(kt_directory_selectors *out, kt_run *run, const kt_capture *capture)
{
    const kt_value *root;

    *out = (kt_directory_selectors){NULL, 0, false};
    if (!capture->selectors)
        return true;
    if (!read_first(&root, &out->failed, run, capture, capture->selectors))
        return false;
    if (!root)
        return true;
    if (root->type != KT_TYPE_LIST) {
        wrong_type(run, capture, root, "value of type []v1alpha1.WorkflowDestinationSelectors");
        out->failed = true;
        return !run->arena.failed;
    }
    out->items = kt_arena_array(&run->arena, root->length, sizeof *out->items);
    if (!out->items)
        return false;
    out->count = root->length;
    for (uint32_t i = 0; i < root->length && !out->failed; i++)
        out->failed = !read_entry(&out->items[i], run, capture, &root->as.items[i]);
    out->failed = out->failed || !check_labels(run, capture, out) || !check_unique(run, capture, out)
                  || !check_directories(run, capture, out);
    return !run->arena.failed;
}

/* ---- workflow-control.yaml ---- */

static bool control_type(kt_run *run, const kt_capture *capture, const kt_value *value, const char *field,
                         const char *type)
{
    kt_capture_fail(run, capture, kt_value_pos(value, capture->control->path),
                    "failed to unmarshal the workflow control file: \"%v\" with error: error unmarshaling JSON: while "
                    "decoding JSON: json: cannot unmarshal %s into Go struct field WorkflowControl.%s of type %s",
                    capture->control->path, type_of(value), field, type);
    return false;
}

static bool read_control(kt_control *out, kt_run *run, const kt_capture *capture, const kt_value *root)
{
    const kt_value *suspend = member_fold(root, "suspend"), *retry = member_fold(root, "retryAfter");
    const kt_value *message = member_fold(root, "message");
    kt_sv text = {NULL, 0};

    if (suspend && suspend->type != KT_TYPE_BOOL)
        return control_type(run, capture, suspend, "suspend", "bool");
    if (message && !coerce(&text, &run->arena, message))
        return control_type(run, capture, message, "message", "string");
    text.len = 0;
    if (retry && !coerce(&text, &run->arena, retry))
        return control_type(run, capture, retry, "retryAfter", "string");
    out->stops = (suspend && suspend->as.boolean) || text.len > 0;
    return true;
}

bool kt_control_read(kt_control *out, kt_run *run, const kt_capture *capture)
{
    const kt_value *root;

    *out = (kt_control){false, false};
    if (!capture->control || !kt_profile_rules_get(run->options.profile)->workflow_control)
        return true;
    if (!read_first(&root, &out->failed, run, capture, capture->control))
        return false;
    if (root && root->type != KT_TYPE_MAP) {
        kt_capture_fail(run, capture, kt_value_pos(root, capture->control->path),
                        "failed to unmarshal the workflow control file: \"%v\": it holds no map", capture->control->path);
        out->failed = true;
    } else if (root) {
        out->failed = !read_control(out, run, capture, root);
    }
    return !run->arena.failed;
}
