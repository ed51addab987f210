/* kratree: the file tree that Kratix writes into its State Stores, computed from manifests.
 *
 * The whole product as a library. One call, kt_render(), turns manifests into a result that holds the
 * plan (who gets what, and why), the tree (files with provenance) and the diagnostics, all plain data:
 *
 *     kt_source source = {kt_str("promise.yaml"), {bytes, length}, 0, {NULL, 0}};
 *     kt_result *result;
 *     kt_status status = kt_render(&result, &source, 1, NULL);
 *     if (status == KT_OK)
 *         for (size_t i = 0; i < kt_result_tree(result)->store_count; i++)
 *             ...
 *     kt_result_free(result);
 *
 * Conventions. Text is UTF-8 in a kt_sv, never NUL-terminated; sizes count bytes; lines and columns
 * start at 1, columns count code points. Pointers inside a result live until kt_result_free(). Nothing
 * here reads a file, a clock, a locale or the environment, and there is no global state: calls on
 * different results may run at the same time. */
#ifndef KRATREE_H
#define KRATREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Values ------------------------------------------------------------------------------- */

/* Borrowed text: `len` bytes at `ptr`; `ptr` may be NULL when `len` is 0. */
typedef struct kt_sv {
    const char *ptr;
    size_t len;
} kt_sv;

/* View of a NUL-terminated string, which must outlive the view. NULL gives an empty view. */
kt_sv kt_str(const char *text);

typedef enum kt_status {
    KT_OK = 0,
    KT_ERR_INPUT,    /* a manifest is wrong; the diagnostics say which and where */
    KT_ERR_LIMIT,    /* a limit of kt_limits was exceeded; a diagnostic names it */
    KT_ERR_NOMEM,    /* the allocator returned NULL */
    KT_ERR_ARGUMENT, /* the call itself is wrong: a NULL where none may be, an unknown version */
    KT_ERR_WRITE     /* a kt_write_fn reported failure */
} kt_status;

/* Short English description of `status`, static. */
const char *kt_status_text(kt_status status);

/* Memory. `resize` behaves like realloc with the old size told: ptr NULL allocates, new_size 0 frees
 * (and returns NULL), failure returns NULL and leaves the old block. Blocks are aligned for any type.
 * It is called from several threads at once if kt_render_options.parallel_for runs on several. */
typedef struct kt_allocator {
    void *(*resize)(void *ctx, void *ptr, size_t old_size, size_t new_size);
    void *ctx;
} kt_allocator;

/* Receives a stretch of output; returns false to stop. */
typedef bool (*kt_write_fn)(void *ctx, const char *bytes, size_t size);

/* ---- Diagnostics -------------------------------------------------------------------------- */

typedef enum kt_severity { KT_ERROR, KT_WARNING, KT_NOTE } kt_severity;

/* A place in a source. line 0: the file as a whole; column 0: the line as a whole. An empty `file`
 * means that no place is known. */
typedef struct kt_pos {
    kt_sv file;
    uint32_t line;
    uint32_t column;
} kt_pos;

typedef struct kt_diag {
    kt_severity severity;
    const char *code;    /* stable, "KT-204" */
    kt_pos pos;
    kt_sv object;        /* "Promise/redis", or empty */
    kt_sv field;         /* "spec.destinationSelectors[0].matchLabels", or empty */
    kt_sv message;       /* one line, no full stop */
    kt_sv help;          /* what to do, one line; may be empty */
    kt_pos related;      /* the other place when two disagree; empty file if none */
    kt_sv related_text;  /* what is there: "first defined here" */
} kt_diag;

/* Append a diagnostic as text, in the one form that all hosts share:
 *
 *     promise.yaml:12:7: error: unknown field 'destinatonSelectors', did you mean 'destinationSelectors'? [KT-204]
 *       in Promise/redis, spec
 *       help: ...
 *
 * Control characters of the input are printed as escapes. Returns false if `write` did. */
bool kt_diag_print(const kt_diag *diag, kt_write_fn write, void *ctx);

/* ---- Input -------------------------------------------------------------------------------- */

/* Flags of kt_source. */
#define KT_SOURCE_NAMED 1u      /* the user named this file: failing to parse is an error whatever it holds */
#define KT_SOURCE_FOLDER 2u     /* captured output: a folder, which may be empty; `bytes` is empty */
#define KT_SOURCE_UNREADABLE 4u /* captured output: a symbolic link to a folder, to nothing or out of the capture */

/* A manifest, or a file of captured pipeline output. `path` is printed in diagnostics and orders the manifests
 * (I-22a); it is not opened. `capture` is empty for a manifest; else it is the path below the outputs folder:
 *
 *     promise/<promise>/<pipeline>/{output,metadata}/…
 *     resource/<namespace>/<promise>/<resource>/<pipeline>/{output,metadata}/… */
typedef struct kt_source {
    kt_sv path;
    kt_sv bytes;
    unsigned flags;
    kt_sv capture;
} kt_source;

/* The Kratix that is emulated (SPEC section 12). */
typedef enum kt_profile {
    KT_PROFILE_ANY = 0, /* accept what either accepts, warn where one would refuse, write today's bytes */
    KT_PROFILE_2025_03,
    KT_PROFILE_2026_08
} kt_profile;

/* Name of a profile ("2026-08"; "any" for KT_PROFILE_ANY) and the way back; false: no such name. */
const char *kt_profile_name(kt_profile profile);
bool kt_profile_from_name(kt_profile *out, kt_sv name);

/* Limits, each with a diagnostic (KT-7xx) that names it. 0 means the default. */
typedef struct kt_limits {
    uint64_t file_bytes;   /* one source; default 256 MiB */
    uint64_t total_bytes;  /* all sources; default 2 GiB */
    uint64_t depth;        /* nested lists and maps; default 10,000 (K-6) */
    uint64_t documents;    /* in all; default 1,000,000 */
    uint64_t values;       /* after alias expansion, in all; default 20,000,000 */
    uint64_t output_bytes; /* one output file; default 1 GiB */
    uint64_t pattern_steps; /* validate: of one match of a pattern with a value; default 1,000,000 */
    uint64_t pattern_depth; /* validate: ways to go back to in one match; default 100,000 */
    uint64_t checks;        /* validate: of values against schemas, in all; default 50,000,000 */
} kt_limits;

/* Two contents compared without reading them. */
typedef enum kt_same { KT_SAME_NO, KT_SAME_YES, KT_SAME_UNKNOWN } kt_same;

struct kt_file;

/* What a place that a tree is written to holds now: a directory, a bucket, a branch. Paths are those of the tree,
 * with the folder of their State Store where there are several. The core asks only when it needs to. */
typedef struct kt_have {
    /* Call each(each_ctx, path, is_file) for everything at or below `folder` ("": all) that is no directory, in any
     * order; `is_file` is false for symbolic links and the like. False: it cannot be listed, or each() failed. */
    bool (*list)(void *ctx, kt_sv folder, bool (*each)(void *each_ctx, kt_sv path, bool is_file), void *each_ctx);
    /* Hand the content of a file to write(); reading ends early, and well, when that returns false. False: there
     * is no such file, or it cannot be read. */
    bool (*read)(void *ctx, kt_sv path, kt_write_fn write, void *write_ctx);
    void *ctx;
    /* Whether a file that was listed holds what `file` is to hold, for places that know digests of their contents.
     * NULL, or KT_SAME_UNKNOWN: it is read and compared. */
    kt_same (*same)(void *ctx, kt_sv path, const struct kt_file *file);
} kt_have;

/* A .kratree.yaml (docs/config.md): settings named like flags, severities of codes, what is ignored and why. */
typedef struct kt_config kt_config;

/* A member that is named like a flag, with its value as it would stand behind the flag. */
typedef struct kt_setting {
    kt_sv name; /* "kratix-version" */
    kt_sv value;
    kt_pos pos;
} kt_setting;

/* Read one. `source` is borrowed until kt_config_free(). `allocator` NULL: malloc and free.
 *
 * `out`  Receives a configuration owned by the caller for KT_OK and KT_ERR_INPUT (its diagnostics say what is wrong;
 *        what is right of it holds); NULL otherwise.
 * Returns KT_OK, also with warnings; KT_ERR_INPUT; KT_ERR_NOMEM; KT_ERR_ARGUMENT. */
kt_status kt_config_read(kt_config **out, const kt_source *source, const kt_allocator *allocator);
void kt_config_free(kt_config *config);

/* Both in the order of the file; `count` receives their number. Which settings there are is the host's to say. */
const kt_diag *kt_config_diags(const kt_config *config, size_t *count);
const kt_setting *kt_config_settings(const kt_config *config, size_t *count);

/* Options of kt_render(). Start from KT_RENDER_OPTIONS_INIT. */
typedef struct kt_render_options {
    unsigned version;       /* KT_RENDER_OPTIONS_VERSION */
    kt_profile profile;
    bool keep_going;        /* leave out what Kratix would refuse and go on, as a cluster does */
    bool strict;            /* warnings are errors */
    bool validate;          /* report also what a person would not want and what the API server would refuse of requests
                               and APIs; the tree is the same */
    kt_sv store;            /* "gitstatestore/default": only this State Store; empty: all */
    kt_sv destination;      /* only this Destination; empty: all */
    kt_limits limits;
    kt_allocator allocator; /* resize NULL: malloc and free */
    /* Calls fn(job, i) once for each i < n, in any order and on any thread, and returns when all have
     * returned. NULL: a plain loop. Results never depend on it. */
    void (*parallel_for)(void *ctx, size_t n, void (*fn)(void *job, size_t i), void *job);
    void *parallel_ctx;
    /* A kratree.lock: what Kratix remembers of earlier runs (S-26 … S-29, SPEC section 8). NULL: it starts from
     * nothing. Borrowed until kt_result_free(), as the sources are. */
    const kt_source *lock;
    /* Where the tree of the lock was written, to find content again that no input has (W-12); used during the call.
     * NULL: such content is not known. */
    const kt_have *have;
    /* Decode the Secrets that State Stores refer to, for kt_connection.secret. Without it nothing of a Secret is
     * looked at. An allocator that clears what it frees leaves nothing of them behind. */
    bool secrets;
    /* Severities and ignores for the diagnostics. Borrowed until kt_result_free(). NULL: as the table of codes says;
     * comments in the manifests are obeyed nevertheless. Of errors only those of validate can be changed. */
    const kt_config *config;
    /* Absolute path of the current folder: with it the paths of sources are compared with the patterns of a
     * configuration that lies elsewhere. Empty: all paths are relative to one folder. */
    kt_sv folder;
    /* Take over a lock of one State Store for several, or the reverse, with a warning: only the lock is to be written.
     * A directory is laid out in another way then. */
    bool any_layout;
} kt_render_options;

#define KT_RENDER_OPTIONS_VERSION 1u
#define KT_RENDER_OPTIONS_INIT                                                                        \
    { KT_RENDER_OPTIONS_VERSION, KT_PROFILE_ANY, false, false, false, {NULL, 0}, {NULL, 0},           \
      {0, 0, 0, 0, 0, 0, 0, 0, 0}, {NULL, NULL}, NULL, NULL, NULL, NULL, false, \
      NULL, {NULL, 0}, false }

/* ---- The plan: who gets what, and why ------------------------------------------------------ */

typedef struct kt_label {
    kt_sv key;
    kt_sv value;
    kt_pos pos; /* of the key */
} kt_label;

typedef enum kt_store_kind { KT_STORE_GIT, KT_STORE_BUCKET } kt_store_kind;

/* A Secret, decoded: stringData over data. In no report, lock or diagnostic. */
typedef struct kt_secret_item {
    kt_sv key;
    kt_sv value; /* any bytes */
} kt_secret_item;

typedef struct kt_secret {
    kt_sv name;
    kt_sv namespace_; /* "default" if the manifest has none */
    const kt_secret_item *items; /* in the manifest's order; keys are unique */
    size_t item_count;
    kt_pos pos;
} kt_secret;

/* How a State Store is reached: its manifest's words, with their defaults (I-5, I-6). In no report. */
typedef struct kt_connection {
    kt_sv auth_method;       /* basicAuth, ssh, githubApp; accessKey, IAM */
    bool has_secret_ref;
    kt_sv secret_name;       /* of secretRef */
    kt_sv secret_namespace;  /* as written: may be empty, which is looked up as "default" (T-16) */
    const kt_secret *secret; /* with kt_render_options.secrets, if the input has it; else NULL */
    kt_sv url;               /* git; may hold a password, as the next ones */
    kt_sv branch;            /* "main" by default */
    kt_sv author_name;       /* "kratix" by default; empty for gitAuthor without name (T-12) */
    kt_sv author_email;
    kt_sv endpoint;          /* bucket */
    kt_sv bucket;
    bool insecure;           /* plain HTTP (T-21) */
    bool dual_stack;
} kt_connection;

/* A State Store that was accepted, or one that a Destination refers to but no manifest defines. */
typedef struct kt_store {
    kt_store_kind kind;
    kt_sv name;
    kt_sv path;   /* spec.path as written */
    kt_sv prefix; /* L-1: where its tree begins in the repository or bucket */
    bool missing; /* referred to, not defined: nothing is written to it */
    kt_pos pos;
    const kt_connection *connection; /* NULL if no manifest says it: missing, or as a lock remembers it */
} kt_store;

typedef enum kt_filepath_mode { KT_MODE_NESTED, KT_MODE_NONE, KT_MODE_AGGREGATED } kt_filepath_mode;

typedef struct kt_destination {
    kt_sv name;
    const kt_store *store;
    kt_sv path;     /* spec.path after defaulting */
    kt_filepath_mode mode;
    bool mode_open; /* filepath has no mode (I-2): it is KT_MODE_NESTED, and may still become another (I-3) */
    kt_sv filename; /* KT_MODE_AGGREGATED: never empty */
    bool strict_match_labels;
    bool init_workloads;
    bool cleanup_all;
    const kt_label *labels; /* sorted by key, bytewise */
    size_t label_count;
    kt_pos pos;
} kt_destination;

/* A resource request, tied to the Promise whose API defines its kind. */
typedef struct kt_request {
    kt_sv api_version;
    kt_sv kind;
    kt_sv namespace_;
    kt_sv name;
    kt_sv promise;
    kt_pos pos;
} kt_request;

typedef enum kt_work_type { KT_WORK_STATIC, KT_WORK_PROMISE, KT_WORK_RESOURCE } kt_work_type;

/* Where a set of selector labels comes from; later ones lose (S-1). */
typedef enum kt_selector_source {
    KT_SELECTOR_PROMISE,
    KT_SELECTOR_PROMISE_WORKFLOW,
    KT_SELECTOR_RESOURCE_WORKFLOW
} kt_selector_source;

typedef struct kt_selector {
    kt_selector_source source;
    const kt_label *labels; /* sorted by key */
    size_t label_count;
} kt_selector;

/* Why a group is, or is not, placed on a Destination. */
typedef enum kt_verdict {
    KT_CHOSEN,             /* every term matches, or there is none */
    KT_CHOSEN_FIRST,       /* a request goes to one: the smallest name among the matches (N-2) */
    KT_NOT_FIRST,          /* matches, but another match was chosen */
    KT_TERM_FAILED,        /* `term` does not match its labels */
    KT_STRICT_LABELS,      /* no selector, and the Destination wants one (S-7) */
    KT_DRY_RUN_ONLY,       /* kept for dry runs (S-10) */
    KT_SELECTOR_INVALID,   /* the selector cannot be parsed (S-6) */
    KT_AFTER_INVALID,      /* an earlier group of the Work stopped scheduling (S-6) */
    KT_CHOSEN_ALL,         /* the selector cannot be parsed and is ignored (V-7) */
    KT_PINNED,             /* the cluster has placed it there, as its WorkPlacement says */
    KT_NOT_PLACED,         /* the cluster has not */
    KT_STAYS               /* an earlier run placed it there, and there it stays (S-26) */
} kt_verdict;

typedef struct kt_reason {
    const kt_destination *destination;
    kt_verdict verdict;
    kt_sv term; /* KT_TERM_FAILED: the first term that failed, "env=prod"; else empty */
    kt_sv text; /* one sentence: "label env is 'dev', the selector wants 'prod'" */
} kt_reason;

/* One WorkPlacement. */
typedef struct kt_placement {
    kt_sv name;       /* S-23 */
    kt_sv namespace_; /* the Work's */
    const kt_destination *destination;
    bool misplaced; /* it stays where it no longer belongs (S-26) */
} kt_placement;

/* A stretch of a workload's content and the place in the input that made it. */
typedef struct kt_origin {
    uint64_t offset;
    uint64_t size;
    kt_pos pos;
} kt_origin;

/* One file of a workload group. `parts` in order are its content. */
typedef struct kt_workload {
    kt_sv path;
    const kt_sv *parts;
    size_t part_count;
    uint64_t size;
    const kt_origin *origins;
    size_t origin_count;
    kt_sv sha256; /* of content that a lock remembers, in hex; else empty */
} kt_workload;

typedef struct kt_group {
    kt_sv directory;    /* "." is the default group */
    char id[33];        /* md5 of the directory in hex, NUL-terminated (S-24: five digits name it in paths) */
    const kt_selector *selectors;
    size_t selector_count;
    kt_sv selector;       /* effective selector as text, sorted terms joined by "," (S-4); empty: none */
    kt_sv selector_error; /* why it cannot be parsed; empty if it can */
    const kt_workload *workloads;
    size_t workload_count;
    const kt_placement *placements; /* by Destination name */
    size_t placement_count;
    const kt_reason *reasons;       /* one for each Destination, by name */
    size_t reason_count;
    const kt_sv *lingering; /* Destinations that are gone and still have a placement of it: nothing is written (S-29) */
    size_t lingering_count;
    bool kept;    /* this run does not make it: it holds what an earlier one wrote (W-12) */
    bool unknown; /* kept, and what it holds is found nowhere: its files stay as they are, and are not in the tree */
} kt_group;

typedef struct kt_work {
    kt_work_type type;
    kt_sv name;       /* W-1, with its suffix */
    kt_sv namespace_;
    kt_sv identity;   /* N-1: "static-dependency/redis" */
    kt_sv promise;
    kt_sv resource;   /* KT_WORK_RESOURCE: the request's name */
    kt_sv pipeline;   /* empty for KT_WORK_STATIC */
    const kt_group *groups;
    size_t group_count;
    kt_pos pos;       /* of the Promise or the request */
    bool kept;        /* remembered, not made in this run: all its groups are kept */
} kt_work;

/* All arrays are sorted: stores by kind and name, Destinations by name, requests by Promise, namespace
 * and name, Works by name and namespace. */
typedef struct kt_plan {
    const kt_store *stores;
    size_t store_count;
    const kt_destination *destinations;
    size_t destination_count;
    const kt_request *requests;
    size_t request_count;
    const kt_work *works;
    size_t work_count;
} kt_plan;

/* ---- The tree ------------------------------------------------------------------------------ */

/* The rule that made a file. */
typedef enum kt_rule {
    KT_RULE_CANARY,     /* L-7 */
    KT_RULE_WORKLOAD,   /* a workload at its own path: L-3, L-4, L-5 */
    KT_RULE_STATE_FILE, /* .kratix/…: L-10 */
    KT_RULE_AGGREGATE   /* L-6, L-14 */
} kt_rule;

/* Who put a stretch of a file there. */
typedef struct kt_maker {
    const kt_work *work;           /* NULL for canaries */
    const kt_group *group;
    const kt_workload *workload;   /* NULL for canaries and state files */
    const kt_placement *placement; /* NULL for canaries */
    uint64_t offset;
    uint64_t size;
    kt_pos pos;
} kt_maker;

typedef struct kt_file {
    kt_sv path; /* relative, '/' between elements, no empty, "." or ".." element */
    kt_sv key;  /* buckets: the object's key, which may begin with '/' (L-9); git: the same as path */
    kt_rule rule;
    const kt_destination *destination;
    const kt_sv *parts; /* the content, in order */
    size_t part_count;
    uint64_t size;      /* bytes */
    const kt_maker *makers;
    size_t maker_count;
} kt_file;

/* What a store may hold that is Kratix' own besides the files of the tree. */
typedef enum kt_claim_kind {
    KT_CLAIM_FILE,      /* one file: a canary, an aggregate */
    KT_CLAIM_FOLDER,    /* nestedByMetadata: everything below a folder */
    KT_CLAIM_STATE_FILE /* none: a .kratix file, and the files that it lists */
} kt_claim_kind;

typedef struct kt_claim {
    kt_claim_kind kind;
    kt_sv path;    /* as in kt_file */
    bool stays;    /* its content is not known: what is there is left as it is */
    bool rewritten; /* KT_CLAIM_STATE_FILE: it is written again, so that old entries are looked for as L-13 says */
    kt_sv root;    /* KT_CLAIM_STATE_FILE: what its entries are relative to, as L-1 has it */
    kt_sv base;    /* KT_CLAIM_STATE_FILE: path of the Destination, which entries are to begin with; may be empty */
    kt_sv why;     /* "WorkPlacement redis-1e348.dev-5058f is gone" */
    kt_sv owner;   /* the WorkPlacement; "kratix-canary" for canaries */
} kt_claim;

typedef struct kt_store_tree {
    const kt_store *store;
    kt_sv folder; /* "" when it is the only store of the tree, else "gitstatestore/default" */
    const kt_file *files; /* sorted by path, bytewise */
    size_t file_count;
    uint64_t size;
    const kt_claim *claims; /* with a lock; without one only its files are ours */
    size_t claim_count;
} kt_store_tree;

typedef struct kt_tree {
    const kt_store_tree *stores; /* accepted stores, by kind and name */
    size_t store_count;
    size_t file_count;
    uint64_t size;
} kt_tree;

/* ---- Rendering ----------------------------------------------------------------------------- */

typedef struct kt_result kt_result;

/* Turn manifests into a plan and a tree.
 *
 * `sources`  `count` manifests and captured files, borrowed until kt_result_free(); their order is irrelevant,
 *            manifests are looked at by path in byte order. NULL only if count is 0.
 * `options`  NULL means KT_RENDER_OPTIONS_INIT.
 * `out`      Receives a result owned by the caller. Set for KT_OK, KT_ERR_INPUT and KT_ERR_LIMIT (then it
 *            carries the diagnostics, and its tree is empty unless keep_going); NULL otherwise.
 * Returns KT_OK, also when there are warnings or when keep_going left something out (see
 * kt_result_left_out()); KT_ERR_INPUT; KT_ERR_LIMIT; KT_ERR_NOMEM; KT_ERR_ARGUMENT. */
kt_status kt_render(kt_result **out, const kt_source *sources, size_t count,
                    const kt_render_options *options);

/* Free a result and all that came from it. NULL is allowed. */
void kt_result_free(kt_result *result);

/* What a result holds; owned by it, never NULL. After KT_ERR_INPUT and KT_ERR_LIMIT the tree is empty
 * and the plan holds what could be planned. */
const kt_plan *kt_result_plan(const kt_result *result);
const kt_tree *kt_result_tree(const kt_result *result);

/* Diagnostics sorted by file, line, column and code. `count` receives their number. */
const kt_diag *kt_result_diags(const kt_result *result, size_t *count);

/* How many objects or files keep_going left out; 0 means that the tree is whole. */
size_t kt_result_left_out(const kt_result *result);

/* Documents of other kinds, and without apiVersion and kind, that were passed over. */
size_t kt_result_passed_over(const kt_result *result);

/* Write the tree as a zip: paths sorted by bytes, UTF-8 names, fixed time 1980-01-01, mode 0644, zip64
 * where sizes need it; the same bytes for the same tree. `level` 0 (stored) to 9. */
kt_status kt_zip_write(const kt_result *result, int level, kt_write_fn write, void *ctx);

/* Write plan, tree and diagnostics as JSON (docs/json.md, schemaVersion 1). */
kt_status kt_report_json(const kt_result *result, kt_write_fn write, void *ctx);
/* The same without what grows with the content of files: no `sha256` and `makers` of files, no `origins`. */
kt_status kt_outline_json(const kt_result *result, kt_write_fn write, void *ctx);

/* ---- Reasons as text: one clause, without a line feed. False if `write` returned false. ---- */

/* What a Work is: "dependencies of redis", "workflow of redis", "redis request orders". */
bool kt_why_work(const kt_work *work, kt_write_fn write, void *ctx);
/* Why what it made is on a Destination: "matches env=prod". */
bool kt_why_maker(const kt_maker *maker, const kt_destination *destination, kt_write_fn write, void *ctx);
/* Why there is a file: "redis request orders: matches env=prod", "canary", "3 parts". */
bool kt_why_file(const kt_file *file, kt_write_fn write, void *ctx);
/* Whether makers[i] is the first of a part: what one group put into a file. */
bool kt_file_part_begins(const kt_file *file, size_t i);

/* Write the kratree.lock that remembers this result: what the next run is to be given. The same text for the same
 * plan. After a run for one store or Destination the rest is as the lock of that run had it. */
kt_status kt_lock_write(const kt_result *result, kt_write_fn write, void *ctx);

/* ---- Findings: the diagnostics as a report --------------------------------------------------- */

/* A diagnostic that a configuration or a comment in the manifest ignores; it is not among kt_result_diags(). */
typedef struct kt_ignored {
    kt_diag diag;
    kt_sv reason; /* one line, never empty */
    kt_pos pos;   /* of the entry or the comment */
    bool inside;  /* a comment in the manifest itself */
} kt_ignored;

/* Sorted as diagnostics are. `count` receives their number. */
const kt_ignored *kt_result_ignored(const kt_result *result, size_t *count);

typedef enum kt_findings_format {
    KT_FINDINGS_TEXT,   /* for people: each with its line and a caret under the column */
    KT_FINDINGS_JSON,   /* docs/json.md, schemaVersion 1 */
    KT_FINDINGS_SARIF,  /* SARIF 2.1.0, with ignored ones as suppressed */
    KT_FINDINGS_GITHUB, /* workflow commands, at most 10 of a severity */
    KT_FINDINGS_GITLAB, /* Code Quality */
    KT_FINDINGS_JUNIT   /* a test for each manifest and each finding */
} kt_findings_format;

#define KT_FINDINGS_FORMATS 6

/* What concerns text only, but for `folder`. Start from zero. */
typedef struct kt_findings_style {
    bool color;
    bool errors_only;
    size_t width;  /* columns that a line of a manifest may take; 0: 100 */
    kt_sv folder;  /* absolute path of the current folder: paths below it are written relative to it in reports for other
                      programs; empty: as they are */
} kt_findings_style;

/* Write the diagnostics of a result. `style` NULL: all zero. The sources of the run must still be there, since lines are
 * shown from them. KT_OK, KT_ERR_WRITE, KT_ERR_NOMEM or KT_ERR_ARGUMENT. */
kt_status kt_findings_write(const kt_result *result, kt_findings_format format, const kt_findings_style *style,
                            kt_write_fn write, void *ctx);

/* ---- Changes: want against have -------------------------------------------------------------- */

typedef enum kt_change_kind {
    KT_CHANGE_KEEP,   /* there, and as it is to be */
    KT_CHANGE_CREATE, /* absent */
    KT_CHANGE_UPDATE, /* there, with other content, or something else in its place */
    KT_CHANGE_DELETE, /* there, ours, and no longer wanted */
    KT_CHANGE_FOREIGN /* there, and not ours: it stays */
} kt_change_kind;

#define KT_CHANGE_KINDS 5

typedef struct kt_change {
    kt_change_kind kind;
    kt_sv path;          /* as kt_have has it */
    const kt_file *file; /* borrowed from the tree; NULL for KT_CHANGE_DELETE and KT_CHANGE_FOREIGN, and for a
                            KT_CHANGE_KEEP whose content is not known */
    kt_sv why;           /* one clause: "WorkPlacement x is gone"; may be empty */
    kt_sv owner;         /* KT_CHANGE_DELETE: as in kt_claim; else empty */
} kt_change;

typedef struct kt_changes {
    const kt_change *items;         /* sorted by path, bytewise */
    size_t count;
    size_t counts[KT_CHANGE_KINDS]; /* of each kind */
} kt_changes;

/* What is to be done so that a place holds `tree`: create and update what it wants, delete what it claims and does
 * not want, leave the rest. `.git`, and at the top of each store `.gitignore`, README*, LICENSE* and kratree.lock,
 * are passed over.
 *
 * `allocator`  NULL: malloc and free.
 * `out`        Receives changes owned by the caller, which borrow from `tree`; NULL unless KT_OK.
 * Returns KT_OK; KT_ERR_INPUT (the place cannot be listed or a file cannot be read); KT_ERR_NOMEM. */
kt_status kt_changes_plan(kt_changes **out, const kt_tree *tree, const kt_have *have, const kt_allocator *allocator);
void kt_changes_free(kt_changes *changes);

/* What came of pushing to one State Store. */
typedef struct kt_push_report {
    const kt_store *store;
    const char *mode;          /* "check", "dry-run", "push" */
    const char *outcome;       /* "permitted", "same", "differs", "pushed", "failed" */
    const kt_changes *changes; /* NULL if none were planned */
    kt_sv revision;            /* what names the new state: a commit; may be empty */
    uint64_t attempts;
    const kt_diag *diags;      /* of the manifests, then of the push; what they tell must be free of secrets */
    size_t diag_count;
} kt_push_report;

/* Write it as JSON (docs/json.md, schemaVersion 1). Nothing of a Secret or an address is in it but what `diags` tell. */
kt_status kt_push_json(const kt_push_report *report, kt_write_fn write, void *ctx);

/* ---- Explanations: the plan in words ---------------------------------------------------------- */

/* How reports of this section are written. */
typedef enum kt_report_format { KT_REPORT_JSON, KT_REPORT_MARKDOWN, KT_REPORT_HTML } kt_report_format;

/* What the placement matrix says of a group and a Destination. */
typedef enum kt_mark {
    KT_MARK_PLACED,    /* its labels match, or there is no selector */
    KT_MARK_FIRST,     /* one of several that match, chosen by name (N-2) */
    KT_MARK_DECIDED,   /* the cluster, or an earlier run, has placed it there */
    KT_MARK_MISPLACED, /* it stays there, though it no longer matches (S-26) */
    KT_MARK_CANDIDATE, /* matches, but another one was chosen */
    KT_MARK_LABELS,    /* a term of the selector does not match its labels */
    KT_MARK_STRICT,    /* strictMatchLabels, and there is no selector (S-7) */
    KT_MARK_DRY_RUN,   /* kept for dry runs (S-10) */
    KT_MARK_STOPPED,   /* a selector cannot be parsed, and scheduling stops (S-6) */
    KT_MARK_ABSENT     /* the cluster has not placed it there */
} kt_mark;

#define KT_MARKS 10

/* The sign of a mark, one column wide, and what it means in a few words. */
const char *kt_mark_sign(kt_mark mark);
const char *kt_mark_text(kt_mark mark);
/* Whether something is written there. */
bool kt_mark_places(kt_mark mark);

/* `reason` may be NULL; else it receives the sentence, or an empty view. */
kt_mark kt_group_mark(const kt_group *group, const kt_destination *destination, kt_sv *reason);

/* One workload group. */
typedef struct kt_matrix_row {
    const kt_work *work;
    const kt_group *group;
    kt_sv what;    /* "dependencies", "workflow install", "request shop/orders, instance", with the group's directory */
    size_t placed; /* how many Destinations get it */
} kt_matrix_row;

typedef struct kt_matrix {
    const kt_matrix_row *rows; /* by Promise, kind of Work, identity, then as the groups stand */
    size_t row_count;
    const kt_destination *const *destinations; /* by name; those that were asked for */
    size_t destination_count;
    const size_t *received; /* how many rows each Destination gets */
} kt_matrix;

/* Who gets what. `out` receives a matrix that borrows from `result`, NULL unless KT_OK. Returns KT_OK, KT_ERR_NOMEM
 * or KT_ERR_ARGUMENT. */
kt_status kt_matrix_new(kt_matrix **out, const kt_result *result);
void kt_matrix_free(kt_matrix *matrix);

/* Write it; JSON as docs/explain.md says, HTML as a page that needs nothing else. KT_OK, KT_ERR_WRITE, KT_ERR_NOMEM. */
kt_status kt_matrix_write(const kt_matrix *matrix, kt_report_format format, kt_write_fn write, void *ctx);

typedef enum kt_story_kind { KT_STORY_TEXT, KT_STORY_ITEM, KT_STORY_CODE } kt_story_kind;

/* A paragraph, an item of a list, or lines to be left as they are. */
typedef struct kt_story_part {
    kt_story_kind kind;
    kt_sv text;
} kt_story_part;

typedef struct kt_story {
    kt_sv name;  /* "promise/redis": what kt_explain() takes */
    kt_sv title; /* "Promise redis" */
    const kt_story_part *parts;
    size_t part_count;
} kt_story;

typedef struct kt_stories {
    const kt_story *items;
    size_t count;
} kt_stories;

/* Tell why things are as they are, in sentences.
 *
 * `name`  promise/NAME, destination/NAME, request/NAMESPACE/NAME, work/NAME, store/KIND/NAME or KIND/NAME; KIND/NAME of a
 *         request; or the path of a file of the tree, with or without the folder of its State Store. Upper and lower
 *         case of the first word do not matter.
 * `out`   Receives stories owned by the caller, one for each thing of that name, none if there is none; they borrow
 *         from `result`. NULL unless KT_OK.
 * Returns KT_OK, KT_ERR_NOMEM or KT_ERR_ARGUMENT. */
kt_status kt_explain(kt_stories **out, const kt_result *result, kt_sv name);
void kt_stories_free(kt_stories *stories);

/* Call each() with every name that kt_explain() knows but the paths of files; false ends it. */
kt_status kt_explain_names(const kt_result *result, bool (*each)(void *ctx, kt_sv name), void *ctx);

/* Write stories, also such as a host has made itself. KT_OK, KT_ERR_WRITE, KT_ERR_NOMEM. */
kt_status kt_stories_write(const kt_stories *stories, kt_report_format format, kt_write_fn write, void *ctx);

/* ---- Lines: how two texts differ ---------------------------------------------------------------- */

typedef enum kt_line_kind { KT_LINE_SAME, KT_LINE_REMOVED, KT_LINE_ADDED } kt_line_kind;

typedef struct kt_line {
    kt_line_kind kind;
    kt_sv text; /* without its line feed; borrowed from the texts that were compared */
    bool open;  /* the last of its text, which ends without a line feed */
} kt_line;

/* Lines that differ with equal ones around them. Lines count from 1; a start is the line before where its count is 0. */
typedef struct kt_hunk {
    uint64_t old_start;
    uint64_t old_count;
    uint64_t new_start;
    uint64_t new_count;
    const kt_line *lines;
    size_t line_count;
} kt_hunk;

typedef struct kt_line_diff {
    bool same;
    bool binary;   /* a NUL is among the first 8,000 bytes of either: whether they differ is all that is known */
    bool too_long; /* more lines than kt_line_options.max_lines: likewise */
    uint64_t removed; /* lines */
    uint64_t added;
    const kt_hunk *hunks; /* in order; none where one of the above is set */
    size_t hunk_count;
} kt_line_diff;

/* Options of kt_line_diff_new(). Start from KT_LINE_OPTIONS_INIT. */
typedef struct kt_line_options {
    unsigned version;       /* KT_LINE_OPTIONS_VERSION */
    uint64_t context;       /* equal lines around those that differ */
    uint64_t max_lines;     /* of both texts together; 0 and what is above it: KT_LINES_MOST */
    kt_allocator allocator; /* resize NULL: malloc and free */
} kt_line_options;

#define KT_LINE_OPTIONS_VERSION 1u
#define KT_LINES_MOST 1000000u
#define KT_LINE_OPTIONS_INIT { KT_LINE_OPTIONS_VERSION, 3, 0, {NULL, NULL} }

/* Compare two texts line by line: the fewest lines that differ where that is cheap to know, else few of them.
 *
 * `before`, `after`  Borrowed until kt_line_diff_free().
 * `options`          NULL means KT_LINE_OPTIONS_INIT.
 * `out`              Receives a diff owned by the caller; NULL unless KT_OK.
 * Returns KT_OK; KT_ERR_NOMEM; KT_ERR_ARGUMENT. */
kt_status kt_line_diff_new(kt_line_diff **out, kt_sv before, kt_sv after, const kt_line_options *options);
void kt_line_diff_free(kt_line_diff *diff);

/* Write it as a unified diff, which patch and git read: nothing where there is no hunk, one sentence where it is binary.
 * An empty name stands for a file that is not there. False if `write` returned false. */
bool kt_line_diff_write(const kt_line_diff *diff, kt_sv old_name, kt_sv new_name, kt_write_fn write, void *ctx);

/* Write it as JSON: `lines` of docs/json.md. KT_OK, KT_ERR_WRITE or KT_ERR_ARGUMENT. */
kt_status kt_line_diff_json(const kt_line_diff *diff, kt_write_fn write, void *ctx);

/* ---- Differences: from one tree to another, for people ------------------------------------------ */

typedef enum kt_difference_kind {
    KT_DIFFERENCE_CREATED,
    KT_DIFFERENCE_CHANGED,
    KT_DIFFERENCE_MOVED,   /* the same content was at another path, where it is no longer */
    KT_DIFFERENCE_DELETED,
    KT_DIFFERENCE_FOREIGN  /* there, and not of the tree: it stays */
} kt_difference_kind;

#define KT_DIFFERENCE_KINDS 5

/* One file. `store` and `destination` are those of the plan that has it, NULL where that is not known. */
typedef struct kt_difference {
    kt_difference_kind kind;
    kt_sv path;              /* as kt_have has it */
    kt_sv from;              /* KT_DIFFERENCE_MOVED: where it was */
    const kt_file *file;     /* what is to be; NULL for KT_DIFFERENCE_DELETED and KT_DIFFERENCE_FOREIGN */
    const kt_file *old_file; /* what was, in another result; NULL for KT_DIFFERENCE_CREATED and in a place */
    uint64_t old_size;       /* of what was; 0 for KT_DIFFERENCE_FOREIGN, whose content is not read */
    const kt_store *store;
    const kt_destination *destination;
    kt_sv why;               /* one clause: "redis: matches env=prod", "Destination dev is gone"; may be empty */
} kt_difference;

typedef struct kt_differences {
    const kt_difference *items;        /* sorted by path, bytewise */
    size_t count;
    size_t counts[KT_DIFFERENCE_KINDS];
    size_t same;                       /* files that need no change */
} kt_differences;

/* Options of the two functions below. Start from KT_DIFFERENCE_OPTIONS_INIT. */
typedef struct kt_difference_options {
    unsigned version;       /* KT_DIFFERENCE_OPTIONS_VERSION */
    bool ours;              /* the place holds nothing but a tree, and what kt_changes_plan() passes over: what is not
                               wanted is deleted, nothing is foreign */
    kt_allocator allocator; /* resize NULL: malloc and free */
} kt_difference_options;

#define KT_DIFFERENCE_OPTIONS_VERSION 1u
#define KT_DIFFERENCE_OPTIONS_INIT { KT_DIFFERENCE_OPTIONS_VERSION, false, {NULL, NULL} }

/* What changes from the tree of `before`, or from what a place holds, to that of `now`. Files of a State Store are
 * compared with those of the same State Store, also when the one tree has several and the other has not. Of files
 * with the same content the one that keeps its name is the one that moved, else the first by path.
 *
 * `before`, `have`  Used until kt_differences_free(), as `now` is.
 * `options`         NULL means KT_DIFFERENCE_OPTIONS_INIT.
 * `out`             Receives differences owned by the caller; NULL unless KT_OK.
 * Returns KT_OK; KT_ERR_INPUT (the place cannot be read); KT_ERR_NOMEM; KT_ERR_ARGUMENT. */
kt_status kt_differences_between(kt_differences **out, const kt_result *now, const kt_result *before,
                                 const kt_difference_options *options);
kt_status kt_differences_from(kt_differences **out, const kt_result *now, const kt_have *have,
                              const kt_difference_options *options);
void kt_differences_free(kt_differences *differences);

/* The lines of one file that differ. Nothing differs in one that moved or is foreign. As kt_line_diff_new(), and
 * KT_ERR_INPUT when the place cannot be read. The diff must be freed before the differences. */
kt_status kt_difference_lines(kt_line_diff **out, const kt_differences *differences, size_t index,
                              const kt_line_options *options);

/* Write them as a unified diff with the names that git has for files that are created, deleted and moved. `index`
 * SIZE_MAX: all of them; foreign ones are left out. As kt_difference_lines(), and KT_ERR_WRITE. */
kt_status kt_differences_unified(const kt_differences *differences, size_t index, const kt_line_options *options,
                                 kt_write_fn write, void *ctx);

/* Write them as JSON (docs/json.md). `lines` NULL: without the lines that differ. As kt_difference_lines(), and
 * KT_ERR_WRITE. */
kt_status kt_differences_json(const kt_differences *differences, const kt_line_options *lines, kt_write_fn write,
                              void *ctx);

/* ---- Reading a zip ------------------------------------------------------------------------------ */

/* Limits, each with a diagnostic that names it. 0 means the default. */
typedef struct kt_zip_limits {
    uint64_t entries; /* KT-612 */
    uint64_t bytes;   /* of all files together, KT-613 */
    uint64_t ratio;   /* bytes of a file for each that it takes in the zip, for files above 1 MiB, KT-614 */
} kt_zip_limits;

#define KT_ZIP_MAX_ENTRIES 100000u
#define KT_ZIP_MAX_BYTES ((uint64_t)1 << 30)
#define KT_ZIP_MAX_RATIO 500u

typedef struct kt_archive_file {
    kt_sv path; /* relative, '/' between elements, no empty, "." or ".." element */
    kt_sv bytes;
} kt_archive_file;

typedef struct kt_archive {
    const kt_archive_file *files; /* sorted by path, bytewise */
    size_t count;
    uint64_t size;                /* of all files */
    const kt_diag *problem;       /* why there are no files; NULL when all is well */
} kt_archive;

/* The files of a zip: stored or deflated, zip64, with data descriptors. Folders and symbolic links are passed over.
 * Refused are paths that are absolute or climb, are no UTF-8 or have backslashes, encrypted files, other methods, two
 * entries of one name or that share bytes, and what does not hold what it says.
 *
 * `name`       For the diagnostic, borrowed as `zip` is until kt_archive_free(): stored files are not copied.
 * `limits`     NULL: defaults.
 * `allocator`  NULL: malloc and free.
 * `out`        Receives an archive owned by the caller. Set for KT_OK, and for KT_ERR_INPUT and KT_ERR_LIMIT, when it has
 *              a problem and no files; NULL otherwise.
 * Returns KT_OK; KT_ERR_INPUT (it is damaged or refused); KT_ERR_LIMIT; KT_ERR_NOMEM; KT_ERR_ARGUMENT. */
kt_status kt_unzip(kt_archive **out, kt_sv name, kt_sv zip, const kt_zip_limits *limits, const kt_allocator *allocator);
void kt_archive_free(kt_archive *archive);

/* An archive as a place. It borrows from the archive. */
void kt_archive_have(kt_have *out, kt_archive *archive);

/* SHA-256 of a file's content, in lower-case hex, NUL-terminated. */
void kt_file_sha256(const kt_file *file, char out[65]);

/* "0.1.0" */
const char *kt_version(void);

#ifdef __cplusplus
}
#endif
#endif
