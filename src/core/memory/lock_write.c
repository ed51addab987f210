/* A plan as a kratree.lock:
 *
 *     version: 1
 *     kratix: "2026-08"
 *     stores:
 *       GitStateStore/default:
 *         path: ""
 *     destinations:
 *       dev:
 *         store: GitStateStore/default
 *         path: dev
 *         mode: nestedByMetadata
 *         cleanup: none
 *         initWorkloads: true
 *         labels:
 *           env: dev
 *     works:
 *     - identity: resource/redis/default/one/configure
 *       namespace: default
 *       name: redis-one-configure-40161
 *       groups:
 *       - directory: "."
 *         selector: env=dev
 *         destinations:
 *           dev: placed
 *           prod: misplaced
 *         files:
 *         - path: one.yaml
 *           size: 12
 *           sha256: …
 *
 * Labels and selectors are in it because a Work that is not made anew is still scheduled (S-27), and a Destination
 * whose update is refused stays as it was. Files are in it only where several share one (5.3). */
#include "memory/memory.h"

#include "base/digest.h"
#include "base/sort.h"
#include "base/sv.h"

static const char *const modes[] = {"nestedByMetadata", "none", "aggregatedYAML"};

/* ---- Text ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_plain(kt_sv text)
{
    static const char *const words[] = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"};

    if (text.len == 0 || !is_letter(text.ptr[0]))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.' && c != '/' && c != '=')
            return false;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (kt_sv_equal_fold(text, kt_str(words[i])))
            return false;
    return true;
}

/* YAML's double quotes know every escape of kt_buf_quoted(). */
static void put_text(kt_buf *out, kt_sv text)
{
    if (is_plain(text))
        kt_buf_sv(out, text);
    else
        kt_buf_quoted(out, text);
}

static void put(kt_buf *out, const char *indented_key, kt_sv text)
{
    kt_buf_format(out, "%s: ", indented_key);
    put_text(out, text);
    kt_buf_byte(out, '\n');
}

static void put_key(kt_buf *out, const char *indent, kt_sv key)
{
    kt_buf_str(out, indent);
    put_text(out, key);
    kt_buf_str(out, ":");
}

/* "works:" and what follows, or "works: []". */
static void put_head(kt_buf *out, const char *indented_key, size_t count, const char *empty)
{
    kt_buf_format(out, "%s:%s\n", indented_key, count > 0 ? "" : empty);
}

/* ---- State Stores and Destinations ---- */

static kt_sv store_name(kt_arena *arena, const kt_store *store)
{
    return kt_arena_format(arena, "%s/%v", store->kind == KT_STORE_GIT ? "GitStateStore" : "BucketStateStore",
                           store->name);
}

static void put_stores(kt_buf *out, const kt_plan *plan, kt_arena *arena)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->store_count; i++)
        count += !plan->stores[i].missing;
    put_head(out, "stores", count, " {}");
    for (size_t i = 0; i < plan->store_count; i++) {
        if (plan->stores[i].missing)
            continue;
        put_key(out, "  ", store_name(arena, &plan->stores[i]));
        put(out, "\n    path", plan->stores[i].path);
    }
}

static void put_destination(kt_buf *out, const kt_destination *d, kt_arena *arena)
{
    put_key(out, "  ", d->name);
    put(out, "\n    store", store_name(arena, d->store));
    put(out, "    path", d->path);
    if (!d->mode_open)
        put(out, "    mode", kt_str(modes[d->mode]));
    if (d->mode == KT_MODE_AGGREGATED)
        put(out, "    filename", d->filename);
    put(out, "    cleanup", d->cleanup_all ? KT_SV("all") : KT_SV("none"));
    kt_buf_format(out, "    initWorkloads: %s\n", d->init_workloads ? "true" : "false");
    if (d->strict_match_labels)
        kt_buf_str(out, "    strictMatchLabels: true\n");
    if (d->label_count > 0)
        kt_buf_str(out, "    labels:\n");
    for (size_t i = 0; i < d->label_count; i++) {
        put_key(out, "      ", d->labels[i].key);
        kt_buf_byte(out, ' ');
        put_text(out, d->labels[i].value);
        kt_buf_byte(out, '\n');
    }
}

/* ---- Works ---- */

typedef struct placed_on {
    kt_sv destination;
    bool misplaced;
} placed_on;

static int compare_placed_on(const void *left, const void *right)
{
    return kt_sv_compare(((const placed_on *)left)->destination, ((const placed_on *)right)->destination);
}

static void put_placements(kt_buf *out, const kt_group *group, kt_arena *arena)
{
    size_t count = group->placement_count + group->lingering_count;
    placed_on *items = kt_arena_array(arena, count, sizeof *items);

    if (!items)
        return;
    for (size_t i = 0; i < group->placement_count; i++)
        items[i] = (placed_on){group->placements[i].destination->name, group->placements[i].misplaced};
    for (size_t i = 0; i < group->lingering_count; i++)
        items[group->placement_count + i] = (placed_on){group->lingering[i], true};
    kt_sort(items, count, sizeof *items, compare_placed_on, arena);
    put_head(out, "    destinations", count, " {}");
    for (size_t i = 0; i < count; i++) {
        put_key(out, "      ", items[i].destination);
        kt_buf_str(out, items[i].misplaced ? " misplaced\n" : " placed\n");
    }
}

static bool is_aggregated(const kt_group *group)
{
    for (size_t i = 0; i < group->placement_count; i++)
        if (group->placements[i].destination->mode == KT_MODE_AGGREGATED)
            return true;
    return false;
}

static void put_files(kt_buf *out, const kt_group *group)
{
    char digest[65];

    if (!is_aggregated(group))
        return;
    put_head(out, "    files", group->workload_count, " []");
    for (size_t i = 0; i < group->workload_count; i++) {
        const kt_workload *workload = &group->workloads[i];
        put(out, "    - path", workload->path);
        kt_buf_format(out, "      size: %u\n", workload->size);
        if (workload->sha256.len == 0)
            kt_sha256_hex(digest, workload->parts, workload->part_count);
        kt_buf_format(out, "      sha256: \"%v\"\n", workload->sha256.len > 0 ? workload->sha256 : kt_str(digest));
    }
}

static void put_work(kt_buf *out, const kt_work *work, kt_arena *arena)
{
    put(out, "- identity", work->identity);
    put(out, "  namespace", work->namespace_);
    put(out, "  name", work->name);
    put_head(out, "  groups", work->group_count, " []");
    for (size_t i = 0; i < work->group_count; i++) {
        const kt_group *group = &work->groups[i];
        put(out, "  - directory", group->directory);
        if (group->selector.len > 0)
            put(out, "    selector", group->selector);
        put_placements(out, group, arena);
        put_files(out, group);
    }
}

static int compare_works(const void *left, const void *right)
{
    const kt_work *a = *(const kt_work *const *)left, *b = *(const kt_work *const *)right;
    int order = kt_sv_compare(a->identity, b->identity);

    return order != 0 ? order : kt_sv_compare(a->namespace_, b->namespace_);
}

/* By identity and namespace; without Works that only a print-out knows, whose identity cannot be told. */
static void put_works(kt_buf *out, const kt_plan *plan, kt_arena *arena)
{
    const kt_work **works = kt_arena_array(arena, plan->work_count, sizeof *works);
    kt_identity identity;
    size_t count = 0;

    if (!works)
        return;
    for (size_t i = 0; i < plan->work_count; i++)
        if (kt_identity_split(&identity, plan->works[i].identity))
            works[count++] = &plan->works[i];
    kt_sort(works, count, sizeof *works, compare_works, arena);
    put_head(out, "works", count, " []");
    for (size_t i = 0; i < count; i++)
        if (i == 0 || compare_works(&works[i - 1], &works[i]) != 0)
            put_work(out, works[i], arena);
}

void kt_lock_put(kt_buf *out, const kt_plan *plan, kt_profile profile, kt_arena *arena)
{
    kt_buf_str(out, "# What Kratix remembers from one run to the next; kratree reads and writes it. Commit it with the "
                    "tree.\nversion: 1\n");
    put(out, "kratix", kt_str(kt_profile_name(profile == KT_PROFILE_ANY ? KT_PROFILE_2026_08 : profile)));
    put_stores(out, plan, arena);
    put_head(out, "destinations", plan->destination_count, " {}");
    for (size_t i = 0; i < plan->destination_count; i++)
        put_destination(out, &plan->destinations[i], arena);
    put_works(out, plan, arena);
    if (arena->failed)
        out->status = KT_ERR_NOMEM;
}
