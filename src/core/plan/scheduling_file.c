/* The two files by which a pipeline steers its scheduling (G-1 … G-8, W-11). */
#include "plan/scheduling_file.h"

#include "base/buf.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/sv.h"
#include "model/profile.h"
#include "yaml/reader.h"

#define INVALID "invalid destination-selectors.yaml: "
#define CONTROL_INVALID "failed to unmarshal the workflow control file: \"%v\""
#define UNSUPPORTED "error converting YAML to JSON: json: unsupported value: %s"

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

/* Whether a key is the name in any case, as encoding/json has it: U+017F is an s as well. */
static bool is_name(kt_sv key, const char *name)
{
    size_t at = 0;

    for (; *name != '\0'; name++) {
        bool is_s = *name == 's' && kt_sv_starts(kt_sv_slice(key, at, key.len), KT_SV("\xc5\xbf"));
        size_t size = is_s ? 2 : 1;
        if (!is_s && !kt_sv_equal_fold(kt_sv_slice(key, at, at + 1), (kt_sv){name, 1}))
            return false;
        at += size;
    }
    return at == key.len;
}

/* The members whose key is the name in any case, one after the other as encoding/json decodes them: in the order of
 * bytes, as the keys of the converted document are sorted (G-2). `last` is NULL, then what was returned. */
static const kt_member *next_member(const kt_value *map, const char *name, const kt_member *last)
{
    const kt_member *next = NULL;

    for (uint32_t i = 0; i < map->length; i++) {
        const kt_member *member = &map->as.members[i];
        kt_sv key = kt_value_string(&member->key);
        if (is_name(key, name) && (!last || kt_sv_compare(key, kt_value_string(&last->key)) > 0)
            && (!next || kt_sv_compare(key, kt_value_string(&next->key)) < 0))
            next = member;
    }
    return next;
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

#define UNMARSHAL INVALID "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal %s into Go "

static void wrong_type(kt_run *run, const kt_capture *capture, const kt_value *value, const char *target)
{
    kt_capture_fail(run, capture, kt_value_pos(value, capture->selectors->path), UNMARSHAL "%s", type_of(value),
                    target);
}

/* What Go's decoder wants of a value: text makes text of every number, all else leaves it to JSON (G-2). */
typedef enum target { ANYTHING, TEXT, LABELS, ENTRY, ENTRIES, CONTROL } target;

static target target_of(target map, kt_sv key)
{
    if (map == LABELS || (map == ENTRY && is_name(key, "directory"))
        || (map == CONTROL && (is_name(key, "message") || is_name(key, "retryAfter"))))
        return TEXT;
    return map == ENTRY && is_name(key, "matchLabels") ? LABELS : ANYTHING;
}

typedef struct visit {
    const kt_value *value;
    uint32_t next;
    target wanted;
} visit;

/* The first value that JSON cannot hold, or NULL. */
static const kt_value *find_not_finite(kt_arena *arena, const kt_value *value, target wanted)
{
    visit *stack = NULL;
    size_t depth = 0, capacity = 0;

    for (;;) {
        if (wanted != TEXT && kt_value_not_finite(value))
            return value;
        if (value->type >= KT_TYPE_LIST) {
            stack = kt_arena_reserve(arena, stack, depth, &capacity, sizeof *stack);
            if (!stack)
                return NULL;
            stack[depth++] = (visit){value, 0, wanted};
        }
        while (depth > 0 && stack[depth - 1].next == stack[depth - 1].value->length)
            depth--;
        if (depth == 0)
            return NULL;
        visit *top = &stack[depth - 1];
        uint32_t at = top->next++;
        if (top->value->type == KT_TYPE_MAP) {
            wanted = target_of(top->wanted, kt_value_string(&top->value->as.members[at].key));
            value = &top->value->as.members[at].value;
        } else {
            wanted = top->wanted == ENTRIES ? ENTRY : ANYTHING;
            value = &top->value->as.items[at];
        }
    }
}

typedef void wrong_type_fn(kt_run *run, const kt_capture *capture, const kt_value *value, const char *field,
                           const char *type);

static void wrong_field(kt_run *run, const kt_capture *capture, const kt_value *value, const char *field,
                        const char *type)
{
    kt_capture_fail(run, capture, kt_value_pos(value, capture->selectors->path),
                    UNMARSHAL "struct field WorkflowDestinationSelectors.%s of type %s", type_of(value), field, type);
}

/* A field that is text; null changes nothing. */
static bool read_text(kt_sv *out, kt_run *run, const kt_capture *capture, const kt_value *map, const char *name,
                      wrong_type_fn *wrong)
{
    const kt_member *member = NULL;

    while ((member = next_member(map, name, member)) != NULL) {
        if (member->value.type == KT_TYPE_NULL)
            continue;
        if (!coerce(out, &run->arena, &member->value)) {
            wrong(run, capture, &member->value, name, "string");
            return false;
        }
    }
    return true;
}

static int compare_labels(const void *a, const void *b)
{
    return kt_sv_compare(((const kt_label *)a)->key, ((const kt_label *)b)->key);
}

/* Labels of a further matchLabels are put to those that are there; of one key the last counts. */
static bool add_labels(kt_directory_selector *out, kt_run *run, const kt_capture *capture, const kt_value *map)
{
    kt_label *labels = kt_arena_array(&run->arena, out->label_count + map->length, sizeof *labels);
    size_t count = out->label_count, kept = 0;

    if (!labels)
        return false;
    for (size_t i = 0; i < count; i++)
        labels[i] = out->labels[i];
    for (uint32_t i = 0; i < map->length; i++, count++) {
        const kt_member *member = &map->as.members[i];
        labels[count].key = kt_value_string(&member->key);
        labels[count].pos = kt_value_pos(&member->key, capture->selectors->path);
        if (!coerce(&labels[count].value, &run->arena, &member->value)) {
            wrong_field(run, capture, &member->value, "matchLabels", "string");
            return false;
        }
    }
    if (!kt_sort(labels, count, sizeof *labels, compare_labels, &run->arena))
        return false;
    for (size_t i = 0; i < count; i++)
        if (i + 1 == count || !kt_sv_equal(labels[i].key, labels[i + 1].key))
            labels[kept++] = labels[i];
    out->labels = labels;
    out->label_count = kept;
    return true;
}

static bool read_labels(kt_directory_selector *out, kt_run *run, const kt_capture *capture, const kt_value *entry)
{
    const kt_member *member = NULL;

    while ((member = next_member(entry, "matchLabels", member)) != NULL) {
        if (member->value.type == KT_TYPE_NULL) {
            out->label_count = 0;
        } else if (member->value.type != KT_TYPE_MAP) {
            wrong_field(run, capture, &member->value, "matchLabels", "map[string]string");
            return false;
        } else if (!add_labels(out, run, capture, &member->value)) {
            return false;
        }
    }
    return true;
}

static bool read_entry(kt_directory_selector *out, kt_run *run, const kt_capture *capture, const kt_value *entry)
{
    kt_sv text = {NULL, 0};

    out->pos = kt_value_pos(entry, capture->selectors->path);
    out->directory = KT_SV(".");
    if (entry->type == KT_TYPE_NULL)
        return true;
    if (entry->type != KT_TYPE_MAP) {
        wrong_type(run, capture, entry, "value of type v1alpha1.WorkflowDestinationSelectors");
        return false;
    }
    if (!read_text(&text, run, capture, entry, "directory", wrong_field))
        return false;
    out->directory = kt_path_clean(&run->arena, text);
    return read_labels(out, run, capture, entry);
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
    const kt_value *root, *infinite;

    *out = (kt_directory_selectors){NULL, 0, false};
    if (!capture->selectors)
        return true;
    if (!read_first(&root, &out->failed, run, capture, capture->selectors))
        return false;
    if (!root)
        return true;
    infinite = find_not_finite(&run->arena, root, ENTRIES);
    if (infinite) {
        kt_capture_fail(run, capture, kt_value_pos(infinite, capture->selectors->path), INVALID UNSUPPORTED,
                        kt_value_not_finite(infinite));
        out->failed = true;
        return !run->arena.failed;
    }
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

static void control_type(kt_run *run, const kt_capture *capture, const kt_value *value, const char *field,
                         const char *type)
{
    kt_capture_fail(run, capture, kt_value_pos(value, capture->control->path),
                    CONTROL_INVALID " with error: error unmarshaling JSON: while "
                    "decoding JSON: json: cannot unmarshal %s into Go struct field WorkflowControl.%s of type %s",
                    capture->control->path, type_of(value), field, type);
}

static bool read_flag(bool *out, kt_run *run, const kt_capture *capture, const kt_value *map, const char *name)
{
    const kt_member *member = NULL;

    while ((member = next_member(map, name, member)) != NULL) {
        if (member->value.type == KT_TYPE_NULL)
            continue;
        if (member->value.type != KT_TYPE_BOOL) {
            control_type(run, capture, &member->value, name, "bool");
            return false;
        }
        *out = member->value.as.boolean;
    }
    return true;
}

static bool read_control(kt_control *out, kt_run *run, const kt_capture *capture, const kt_value *root)
{
    kt_sv message = {NULL, 0}, retry = {NULL, 0};
    bool suspend = false;

    if (!read_flag(&suspend, run, capture, root, "suspend")
        || !read_text(&message, run, capture, root, "message", control_type)
        || !read_text(&retry, run, capture, root, "retryAfter", control_type))
        return false;
    out->stops = suspend || retry.len > 0;
    return true;
}

bool kt_control_read(kt_control *out, kt_run *run, const kt_capture *capture)
{
    const kt_value *root, *infinite;

    *out = (kt_control){false, false};
    if (!capture->control || !kt_profile_rules_get(run->options.profile)->workflow_control)
        return true;
    if (!read_first(&root, &out->failed, run, capture, capture->control))
        return false;
    infinite = root ? find_not_finite(&run->arena, root, CONTROL) : NULL;
    if (infinite) {
        kt_capture_fail(run, capture, kt_value_pos(infinite, capture->control->path),
                        CONTROL_INVALID " with error: " UNSUPPORTED, capture->control->path, kt_value_not_finite(infinite));
        out->failed = true;
    } else if (root && root->type != KT_TYPE_MAP) {
        kt_capture_fail(run, capture, kt_value_pos(root, capture->control->path), CONTROL_INVALID ": it holds no map",
                        capture->control->path);
        out->failed = true;
    } else if (root) {
        out->failed = !read_control(out, run, capture, root);
    }
    return !run->arena.failed;
}
