/* kt_render(): parse each source by itself, plan over all of them, emit each content by itself.
 *
 * The first and the last stage run in kt_render_options.parallel_for; what they find is joined in the order
 * of the sources, so that results never depend on it. */
#include <string.h>

#include "base/buf.h"
#include "base/sort.h"
#include "base/sv.h"
#include "layout/layout.h"
#include "memory/memory.h"
#include "model/model.h"
#include "plan/forecast.h"
#include "plan/lint.h"
#include "plan/plan.h"
#include "tree/hazards.h"
#include "tree/ignore.h"
#include "tree/result.h"
#include "tree/tree.h"
#include "yaml/reader.h"

#define MIB ((uint64_t)1 << 20)

/* ---- Options ---- */

static void complete_limits(kt_limits *limits)
{
    const struct {
        uint64_t *limit;
        uint64_t value;
    } defaults[] = {
        {&limits->file_bytes, 256 * MIB},   {&limits->total_bytes, 2048 * MIB}, {&limits->depth, 10000},
        {&limits->documents, 1000000},      {&limits->values, 20000000},        {&limits->output_bytes, 1024 * MIB},
        {&limits->pattern_steps, 1000000},  {&limits->pattern_depth, 100000},   {&limits->checks, 50000000},
    };

    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
        if (*defaults[i].limit == 0)
            *defaults[i].limit = defaults[i].value;
}

static void plain_loop(void *ctx, size_t n, void (*fn)(void *job, size_t i), void *job)
{
    (void)ctx;
    for (size_t i = 0; i < n; i++)
        fn(job, i);
}

static bool complete_options(kt_render_options *out, const kt_render_options *given)
{
    static const kt_render_options usual = KT_RENDER_OPTIONS_INIT;

    *out = given ? *given : usual;
    if (out->version != KT_RENDER_OPTIONS_VERSION || out->profile > KT_PROFILE_2026_08)
        return false;
    complete_limits(&out->limits);
    if (!out->allocator.resize)
        out->allocator = kt_allocator_default();
    if (!out->parallel_for)
        out->parallel_for = plain_loop;
    return true;
}

/* ---- Jobs ---- */

static void *resize(const kt_result *result, void *ptr, size_t old_size, size_t new_size)
{
    const kt_allocator *allocator = &result->run.options.allocator;

    return allocator->resize(allocator->ctx, ptr, old_size, new_size);
}

/* `count` more jobs, each with an arena, diagnostics and a buffer of its own; NULL on memory failure. */
static kt_job *add_jobs(kt_result *result, size_t count)
{
    size_t all = result->job_count + count, first = result->job_count;
    kt_job *jobs;

    if (all > result->job_capacity) {
        jobs = all > SIZE_MAX / sizeof *jobs ? NULL
                                             : resize(result, result->jobs, result->job_capacity * sizeof *jobs,
                                                      all * sizeof *jobs);
        if (!jobs)
            return NULL;
        result->jobs = jobs;
        result->job_capacity = all;
    }
    for (size_t i = first; i < all; i++) {
        kt_job *job = &result->jobs[i];
        memset(job, 0, sizeof *job);
        kt_arena_init(&job->arena, result->run.options.allocator);
        kt_buf_init(&job->buf, result->run.options.allocator);
    }
    result->job_count = all;
    for (size_t i = 0; i < all; i++)
        result->jobs[i].diags.arena = &result->jobs[i].arena;
    return count > 0 ? &result->jobs[first] : NULL;
}

static kt_status join_jobs(kt_run *run, const kt_job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (jobs[i].status == KT_ERR_NOMEM || jobs[i].arena.failed)
            return KT_ERR_NOMEM;
        if (!kt_diags_append(&run->diags, &jobs[i].diags))
            return KT_ERR_NOMEM;
    }
    return KT_OK;
}

/* ---- Parsing ---- */

typedef struct parse_stage {
    kt_run *run;
    kt_job *jobs;
    kt_source_documents *files;
} parse_stage;

/* DESIGN "Inputs": a file that does not parse is an error if the user named it or if it speaks of Kratix. */
static bool must_parse(const kt_source *source)
{
    return (source->flags & KT_SOURCE_NAMED) || kt_sv_contains(source->bytes, KT_SV("platform.kratix.io"));
}

/* A line of .kratreeignore holds below its folder: of a path that leads elsewhere it is told for that beside the file. */
static kt_sv how_to_ignore(kt_arena *arena, kt_sv path)
{
    bool elsewhere = kt_sv_starts(path, KT_SV("/")) || kt_sv_starts(path, KT_SV("../"));
    kt_sv line = elsewhere ? kt_sv_slice(path, kt_sv_rfind(path, '/') + 1, path.len) : path;

    return kt_arena_format(arena, "correct it, or if it is no manifest, add the line '%v' to .kratreeignore%s", line,
                           elsewhere ? " beside it" : "");
}

static void soften(kt_job *job, const kt_source *source)
{
    for (size_t i = 0; i < job->diags.count; i++) {
        kt_diag *diag = &job->diags.items[i];
        if (diag->severity != KT_ERROR)
            continue;
        kt_diags_set_severity(&job->diags, diag, KT_WARNING);
        diag->help = how_to_ignore(&job->arena, source->path);
    }
}

static void parse_source(void *ctx, size_t i)
{
    parse_stage *stage = ctx;
    kt_job *job = &stage->jobs[i];
    kt_source_documents *file = &stage->files[i];

    file->source = &stage->run->sources[i];
    job->status = kt_yaml_read(&file->documents, &job->arena, &job->diags, file->source, &stage->run->options.limits);
    if (file->documents.failed && !job->diags.limit_exceeded && !must_parse(file->source)) {
        soften(job, file->source);
        file->documents.count = 0; /* passed over as a whole */
    }
}

/* Limits that hold for all sources together. */
static kt_status check_totals(kt_run *run, const kt_source_documents *files)
{
    const kt_limits *limits = &run->options.limits;
    uint64_t documents = 0, values = 0;

    for (size_t i = 0; i < run->source_count; i++) {
        kt_pos pos = {files[i].source->path, 0, 0};
        documents += files[i].documents.count;
        values += files[i].documents.values;
        if (documents > limits->documents) {
            kt_diags_add(&run->diags, KT_LIMIT_DOCUMENTS, pos, "more than %u documents in all", limits->documents);
            return KT_ERR_LIMIT;
        }
        if (values > limits->values) {
            kt_diags_add(&run->diags, KT_LIMIT_VALUES, pos, "more than %u values in all", limits->values);
            return KT_ERR_LIMIT;
        }
    }
    return KT_OK;
}

static bool check_bytes_of(kt_run *run, const kt_source *sources, size_t count, uint64_t *bytes)
{
    for (size_t i = 0; i < count; i++) {
        kt_pos pos = {sources[i].path, 0, 0};
        *bytes += sources[i].bytes.len;
        if (*bytes > run->options.limits.total_bytes) {
            kt_diags_add(&run->diags, KT_LIMIT_TOTAL, pos, "more than %u bytes of manifests and captures in all",
                         run->options.limits.total_bytes);
            return false;
        }
    }
    return true;
}

/* Manifests and captured output together. */
static kt_status check_bytes(kt_run *run)
{
    uint64_t bytes = 0;

    return check_bytes_of(run, run->sources, run->source_count, &bytes)
                   && check_bytes_of(run, run->captures, run->capture_count, &bytes)
               ? KT_OK
               : KT_ERR_LIMIT;
}

static kt_status parse_all(kt_result *result, kt_source_documents *files)
{
    kt_run *run = &result->run;
    parse_stage stage = {run, NULL, files};
    kt_status status = check_bytes(run);

    if (status != KT_OK)
        return status;
    stage.jobs = add_jobs(result, run->source_count);
    if (!stage.jobs && run->source_count > 0)
        return KT_ERR_NOMEM;
    run->options.parallel_for(run->options.parallel_ctx, run->source_count, parse_source, &stage);
    status = join_jobs(run, stage.jobs, run->source_count);
    for (size_t i = 0; i < run->source_count; i++)
        run->left_out += files[i].documents.failed && stage.jobs[i].diags.error_count > 0;
    return status == KT_OK ? check_totals(run, files) : status;
}

/* ---- Contents ---- */

typedef struct content_stage {
    const kt_run *run;
    kt_job *jobs;
    const kt_content *contents;
} content_stage;

static void write_content(void *ctx, size_t i)
{
    content_stage *stage = ctx;
    kt_job *job = &stage->jobs[i];

    job->status = kt_content_write(&stage->contents[i], stage->run, &job->buf, &job->arena, &job->diags);
}

static kt_status write_contents(kt_result *result, const kt_plan_draft *draft)
{
    kt_run *run = &result->run;
    content_stage stage = {run, add_jobs(result, draft->content_count), draft->contents};

    if (!stage.jobs && draft->content_count > 0)
        return KT_ERR_NOMEM;
    run->options.parallel_for(run->options.parallel_ctx, draft->content_count, write_content, &stage);
    return join_jobs(run, stage.jobs, draft->content_count);
}

/* ---- Sizes ---- */

typedef struct forecast_stage {
    const kt_run *run;
    kt_job *jobs;
    const kt_work **works;
} forecast_stage;

static void forecast_work(void *ctx, size_t i)
{
    forecast_stage *stage = ctx;
    kt_job *job = &stage->jobs[i];

    job->status = kt_forecast(stage->works[i], stage->run, &job->arena, &job->diags);
}

static kt_status forecast_sizes(kt_result *result, const kt_plan *plan)
{
    kt_run *run = &result->run;
    forecast_stage stage = {run, NULL, kt_arena_array(&run->arena, plan->work_count, sizeof *stage.works)};
    size_t count = 0;

    for (size_t i = 0; stage.works && i < plan->work_count; i++)
        if (kt_forecast_needed(&plan->works[i]))
            stage.works[count++] = &plan->works[i];
    stage.jobs = add_jobs(result, count);
    if (!stage.works || (!stage.jobs && count > 0))
        return KT_ERR_NOMEM;
    run->options.parallel_for(run->options.parallel_ctx, count, forecast_work, &stage);
    return join_jobs(run, stage.jobs, count);
}

/* ---- The tree ---- */

static bool lower_equal(kt_sv given, const kt_store *store)
{
    size_t slash = kt_sv_find(given, '/');
    kt_sv kind = store->kind == KT_STORE_GIT ? KT_SV("gitstatestore") : KT_SV("bucketstatestore");

    return slash < given.len && kt_sv_equal_fold(kt_sv_slice(given, 0, slash), kind)
           && kt_sv_equal(kt_sv_slice(given, slash + 1, given.len), store->name);
}

static bool in_tree(const kt_run *run, const kt_store *store)
{
    return !store->missing && (run->options.store.len == 0 || lower_equal(run->options.store, store));
}

static size_t count_stores(const kt_run *run, const kt_plan *plan)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->store_count; i++)
        count += in_tree(run, &plan->stores[i]);
    return count;
}

static bool build_tree(kt_tree *out, kt_run *run, const kt_plan *plan)
{
    size_t count = count_stores(run, plan);
    kt_store_tree *stores = kt_arena_array(&run->arena, count, sizeof *stores);
    kt_placed_list *index = NULL;

    if (!stores || !kt_kept_fill(run, count > 1) || !kt_placed_index(&index, run, plan))
        return false;
    out->stores = stores;
    for (size_t i = 0; i < plan->store_count; i++) {
        kt_store_tree *tree = &stores[out->store_count];
        kt_updates updates = {NULL, 0, 0};
        if (!in_tree(run, &plan->stores[i]))
            continue;
        tree->store = &plan->stores[i];
        tree->folder = kt_store_folder(&run->arena, tree->store, count > 1);
        if (!kt_layout_store(&updates, run, plan, index, tree->store) || !kt_tree_merge(tree, run, &updates)
            || !kt_claims_build(tree, run, plan, index))
            return false;
        out->store_count++;
        out->file_count += tree->file_count;
        out->size += tree->size;
    }
    return !run->arena.failed;
}

/* ---- Filters ---- */

static void check_filters(kt_run *run, const kt_plan *plan)
{
    kt_pos nowhere = {{NULL, 0}, 0, 0};
    kt_sv destination = run->options.destination;
    bool found = destination.len == 0;

    if (run->options.store.len > 0 && count_stores(run, plan) == 0)
        kt_diags_add(&run->diags, KT_NO_SUCH_STORE, nowhere, "there is no State Store '%v' in the input",
                     run->options.store);
    for (size_t i = 0; i < plan->destination_count && !found; i++)
        found = kt_sv_equal(plan->destinations[i].name, destination);
    if (!found)
        kt_diags_add(&run->diags, KT_NO_SUCH_DESTINATION, nowhere, "there is no Destination '%v' in the input",
                     destination);
}

/* ---- The lock ---- */

static kt_status read_lock(kt_run *run)
{
    kt_memory *memory;

    if (!run->options.lock)
        return KT_OK;
    memory = kt_arena_array(&run->arena, 1, sizeof *memory);
    if (!memory || !kt_lock_read(memory, &run->refused, run, run->options.lock))
        return KT_ERR_NOMEM;
    run->memory = memory;
    return run->refused ? KT_ERR_INPUT : KT_OK;
}

static size_t count_present(const kt_store *stores, size_t store_count)
{
    size_t count = 0;

    for (size_t i = 0; i < store_count; i++)
        count += !stores[i].missing;
    return count;
}

/* DESIGN "Commands": the files of one State Store lie at the top, those of several in folders. */
static kt_status check_lock(kt_run *run, const kt_model *model)
{
    kt_pos pos = {run->options.lock ? run->options.lock->path : KT_SV(""), 0, 0};
    size_t then = run->memory ? run->memory->plan.store_count : 0, now = count_present(model->stores, model->store_count);
    kt_profile profile = run->options.profile == KT_PROFILE_ANY ? KT_PROFILE_2026_08 : run->options.profile;
    const kt_store *single;
    kt_diag *diag;

    if (run->memory && run->memory->profile != profile)
        kt_diags_add(&run->diags, KT_LOCK_PROFILE, pos, "the lock was written for Kratix %s, this run is for %s",
                     kt_profile_name(run->memory->profile), kt_profile_name(profile));
    if (then == 0 || now == 0 || (then > 1) == (now > 1) || run->options.store.len > 0)
        return KT_OK;
    single = then == 1 ? run->memory->plan.stores : model->stores;
    while (then > 1 && single->missing)
        single++;
    diag = kt_diags_add(&run->diags, KT_LOCK_SHAPE, pos, "the lock remembers %u State Store%s, the manifests have %u",
                        (uint64_t)then, then == 1 ? "" : "s", (uint64_t)now);
    diag->object = kt_arena_format(&run->arena, "%sStateStore/%v", single->kind == KT_STORE_GIT ? "Git" : "Bucket",
                                   single->name);
    if (run->options.any_layout) {
        kt_diags_set_severity(&run->diags, diag, KT_WARNING);
        return KT_OK;
    }
    run->refused = true;
    return KT_ERR_INPUT;
}

/* ---- All stages ---- */

/* Warnings about what does not get placed mislead when the reason is an object that was refused. */
static void drop_warnings(kt_diags *diags, size_t from)
{
    size_t kept = from;

    for (size_t i = from; i < diags->count; i++) {
        if (diags->items[i].severity == KT_ERROR)
            diags->items[kept++] = diags->items[i];
        else if (diags->items[i].severity == KT_WARNING)
            diags->warning_count--;
    }
    diags->count = kept;
}

/* What validate asks for besides. */
static bool check_result(kt_result *result, const kt_model *model)
{
    kt_run *run = &result->run;

    return !run->options.validate
           || (kt_lint_plan(run, model, &result->plan) && kt_hazards(run, model, &result->plan, &result->tree));
}

static kt_status run_stages(kt_result *result, kt_source_documents *files)
{
    kt_run *run = &result->run;
    kt_model *model = kt_arena_array(&run->arena, 1, sizeof *model);
    kt_plan_draft draft;
    kt_status status;
    size_t found;

    memset(&draft, 0, sizeof draft);
    if (!model)
        return KT_ERR_NOMEM;
    status = read_lock(run);
    if (status == KT_OK)
        status = parse_all(result, files);
    if (status == KT_OK)
        status = kt_model_build(model, run, files, run->source_count);
    if (status == KT_OK)
        status = check_lock(run, model);
    if (status != KT_OK)
        return status;
    result->model = model;
    result->passed_over = model->passed_over;
    found = run->diags.error_count > 0 ? run->diags.count : SIZE_MAX;
    status = kt_plan_build(&draft, run, model);
    if (status == KT_OK)
        status = write_contents(result, &draft);
    if (status == KT_OK)
        status = forecast_sizes(result, &draft.plan);
    if (status != KT_OK)
        return status;
    result->plan = draft.plan;
    check_filters(run, &result->plan);
    if (!build_tree(&result->tree, run, &result->plan) || !check_result(result, model))
        return KT_ERR_NOMEM;
    if (found != SIZE_MAX && !run->options.keep_going)
        drop_warnings(&run->diags, found);
    return KT_OK;
}

static void apply_strict(kt_run *run)
{
    for (size_t i = 0; run->options.strict && i < run->diags.count; i++)
        if (run->diags.items[i].severity == KT_WARNING)
            kt_diags_set_severity(&run->diags, &run->diags.items[i], KT_ERROR);
}

/* An error that keep_going cannot pass over: a limit of the whole run, or a wrong filter. */
static bool is_final(const kt_diag *diag)
{
    return diag->severity == KT_ERROR && diag->pos.file.len == 0;
}

static kt_status verdict(kt_result *result, const kt_source_documents *files, kt_status status)
{
    kt_run *run = &result->run;
    bool final = run->refused;

    if (!kt_ignore_apply(result, files))
        return KT_ERR_NOMEM;
    apply_strict(run);
    if (!kt_diags_sort(&run->diags) || run->arena.failed)
        return KT_ERR_NOMEM;
    for (size_t i = 0; i < run->diags.count; i++)
        final |= is_final(&run->diags.items[i]);
    if (status == KT_OK && run->diags.error_count > 0 && (final || !run->options.keep_going))
        status = run->diags.limit_exceeded ? KT_ERR_LIMIT : KT_ERR_INPUT;
    if (status != KT_OK)
        memset(&result->tree, 0, sizeof result->tree);
    else if (run->diags.error_count > 0 && run->left_out == 0)
        run->left_out = run->diags.error_count;
    return status;
}

static int compare_sources(const void *a, const void *b)
{
    return kt_sv_compare(((const kt_source *)a)->path, ((const kt_source *)b)->path);
}

/* Manifests and captured files, each in an array of its own. */
static bool take_sources(kt_run *run, const kt_source *sources, size_t count)
{
    kt_source *manifests = kt_arena_array(&run->arena, count, sizeof *manifests);
    size_t captured = 0;

    for (size_t i = 0; i < count; i++)
        captured += sources[i].capture.len > 0;
    run->captures = kt_arena_array(&run->arena, captured, sizeof *run->captures);
    if (!manifests || !run->captures)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (sources[i].capture.len > 0)
            run->captures[run->capture_count++] = sources[i];
        else
            manifests[run->source_count++] = sources[i];
    }
    run->sources = manifests;
    return kt_sort(manifests, run->source_count, sizeof *manifests, compare_sources, &run->arena);
}

kt_status kt_render(kt_result **out, const kt_source *sources, size_t count, const kt_render_options *options)
{
    kt_render_options complete;
    kt_result *result;
    kt_source_documents *files;
    kt_status status = KT_ERR_NOMEM;

    if (!out)
        return KT_ERR_ARGUMENT;
    *out = NULL;
    if ((!sources && count > 0) || !complete_options(&complete, options))
        return KT_ERR_ARGUMENT;
    result = complete.allocator.resize(complete.allocator.ctx, NULL, 0, sizeof *result);
    if (!result)
        return KT_ERR_NOMEM;
    memset(result, 0, sizeof *result);
    result->run.options = complete;
    kt_arena_init(&result->run.arena, complete.allocator);
    kt_diags_init(&result->run.diags, &result->run.arena);
    files = kt_arena_array(&result->run.arena, count, sizeof *files);
    if (files && take_sources(&result->run, sources, count))
        status = verdict(result, files, run_stages(result, files));
    if (status == KT_OK || status == KT_ERR_INPUT || status == KT_ERR_LIMIT) {
        *out = result;
        return status;
    }
    kt_result_free(result);
    return status;
}

/* ---- The result ---- */

void kt_result_free(kt_result *result)
{
    if (!result)
        return;
    for (size_t i = 0; i < result->job_count; i++) {
        kt_arena_dispose(&result->jobs[i].arena);
        kt_buf_dispose(&result->jobs[i].buf);
    }
    if (result->jobs)
        resize(result, result->jobs, result->job_capacity * sizeof *result->jobs, 0);
    kt_arena_dispose(&result->run.arena);
    resize(result, result, sizeof *result, 0);
}

const kt_plan *kt_result_plan(const kt_result *result)
{
    return &result->plan;
}

const kt_tree *kt_result_tree(const kt_result *result)
{
    return &result->tree;
}

const kt_diag *kt_result_diags(const kt_result *result, size_t *count)
{
    *count = result->run.diags.count;
    return result->run.diags.items;
}

const kt_ignored *kt_result_ignored(const kt_result *result, size_t *count)
{
    *count = result->ignored_count;
    return result->ignored;
}

size_t kt_result_left_out(const kt_result *result)
{
    return result->run.left_out;
}

size_t kt_result_passed_over(const kt_result *result)
{
    return result->passed_over;
}

const char *kt_version(void)
{
    return "0.1.0";
}
