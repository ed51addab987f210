/* The index of captured pipeline runs. */
#include "plan/capture.h"

#include "base/path.h"
#include "base/sort.h"
#include "base/sv.h"

#define OUTPUT "output"
#define METADATA "metadata"

static int compare_captures(const void *a, const void *b)
{
    return kt_path_compare_walk(((const kt_source *)a)->capture, ((const kt_source *)b)->capture);
}

/* Length of the key at the start of a capture path: the elements up to the pipeline; 0 if there are not as
 * many. */
static size_t key_length(kt_sv path)
{
    kt_sv element;
    size_t at = 0, wanted = kt_sv_starts(path, KT_SV("promise/")) ? 3 : kt_sv_starts(path, KT_SV("resource/")) ? 5 : 0;

    for (size_t i = 0; i < wanted; i++)
        if (!kt_path_next(&element, path, &at))
            return 0;
    return at;
}

/* The display path cut where the key ends. */
static kt_sv folder_of(const kt_source *entry, size_t key)
{
    size_t below = entry->capture.len - key;

    return kt_sv_slice(entry->path, 0, entry->path.len >= below ? entry->path.len - below : 0);
}

static kt_capture *add_capture(kt_captures *out, kt_run *run, const kt_source *entry, size_t key)
{
    kt_capture *items = kt_arena_reserve(&run->arena, out->items, out->count, &out->capacity, sizeof *items);
    kt_capture *capture;

    if (!items)
        return NULL;
    out->items = items;
    capture = &items[out->count];
    *capture = (kt_capture){kt_sv_slice(entry->capture, 0, key), NULL, 0, NULL, NULL, folder_of(entry, key), false};
    return kt_map_set(&out->by_key, capture->key, out->count++) ? capture : NULL;
}

/* Sort one entry into its run. False if it is neither output nor metadata. */
static bool add_entry(kt_capture *capture, const kt_source *entry)
{
    kt_sv below = kt_sv_slice(entry->capture, capture->key.len + 1, entry->capture.len);

    if (kt_sv_is(below, METADATA "/destination-selectors.yaml"))
        capture->selectors = entry;
    else if (kt_sv_is(below, METADATA "/workflow-control.yaml"))
        capture->control = entry;
    else if (kt_sv_starts(below, KT_SV(OUTPUT "/"))) {
        capture->output = capture->output ? capture->output : entry;
        capture->output_count++;
    } else {
        return kt_sv_is(below, OUTPUT) || kt_sv_starts(below, KT_SV(METADATA));
    }
    return true;
}

kt_sv kt_capture_path(const kt_capture *capture, const kt_source *entry)
{
    return kt_sv_slice(entry->capture, capture->key.len + sizeof "/" OUTPUT "/" - 1, entry->capture.len);
}

/* A file that is no part of a run; the folders on the way to one are none either. */
static void report_stray(kt_run *run, const kt_source *entry)
{
    kt_pos pos = {entry->path, 0, 0};

    if (!(entry->flags & KT_SOURCE_FOLDER))
        kt_diags_add(&run->diags, KT_CAPTURE_UNUSED, pos,
                     "this is no captured output: expected promise/PROMISE/PIPELINE/{output,metadata} or "
                     "resource/NAMESPACE/PROMISE/REQUEST/PIPELINE/{output,metadata}");
}

static bool same_bytes(const kt_source *a, const kt_source *b)
{
    return a->flags == b->flags && kt_sv_equal(a->bytes, b->bytes);
}

/* Of entries with one capture path, which come from several outputs folders, the first stays. */
static void drop_repeated(kt_run *run)
{
    size_t kept = 0;

    for (size_t i = 0; i < run->capture_count; i++) {
        const kt_source *entry = &run->captures[i], *last = kept > 0 ? &run->captures[kept - 1] : NULL;
        kt_pos pos = {entry->path, 0, 0};
        if (!last || kt_path_compare_walk(last->capture, entry->capture) != 0)
            run->captures[kept++] = *entry;
        else if (!same_bytes(last, entry))
            kt_diags_add(&run->diags, KT_CAPTURE_UNUSED, pos, "the same output is captured twice, taken is %v", last->path);
    }
    run->capture_count = kept;
}

bool kt_captures_build(kt_captures *out, kt_run *run)
{
    kt_capture *capture = NULL;

    *out = (kt_captures){NULL, 0, 0, {NULL, NULL, 0, 0, 0}};
    kt_map_init(&out->by_key, &run->arena);
    if (!kt_sort(run->captures, run->capture_count, sizeof *run->captures, compare_captures, &run->arena))
        return false;
    drop_repeated(run);
    for (size_t i = 0; i < run->capture_count; i++) {
        const kt_source *entry = &run->captures[i];
        size_t key = key_length(entry->capture);
        if (key == 0) {
            report_stray(run, entry);
            continue;
        }
        if (!capture || !kt_sv_equal(capture->key, kt_sv_slice(entry->capture, 0, key)))
            capture = add_capture(out, run, entry, key);
        if (!capture)
            return false;
        if (!add_entry(capture, entry))
            report_stray(run, entry);
    }
    return true;
}

kt_capture *kt_captures_take(kt_captures *captures, kt_sv key)
{
    size_t at = kt_map_get(&captures->by_key, key);

    if (at == KT_MAP_NONE)
        return NULL;
    captures->items[at].used = true;
    return &captures->items[at];
}
