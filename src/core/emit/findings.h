/* What the formats of findings share: the list, lines of manifests, paths as other programs want them, fingerprints.
 *
 * One file a format: findings_text, _json, _sarif, _github, _gitlab, _junit; kt_findings_write() chooses. */
#ifndef KT_EMIT_FINDINGS_H
#define KT_EMIT_FINDINGS_H

#include "base/buf.h"
#include "base/diags.h"
#include "base/map.h"
#include "base/run.h"
#include "kratree.h"

typedef struct kt_findings {
    const kt_run *run;
    const kt_diag *items;
    size_t count;
    const kt_ignored *ignored;
    size_t ignored_count;
    kt_findings_style style;
    kt_arena *arena; /* of this call */
    kt_map *captures; /* path of captured output → index; filled when it is first asked */
} kt_findings;

typedef kt_status kt_findings_fn(const kt_findings *findings, kt_write_fn write, void *ctx);
kt_findings_fn kt_findings__text, kt_findings__json, kt_findings__sarif, kt_findings__github, kt_findings__gitlab,
    kt_findings__junit;

/* A report repeats no line that is longer, in bytes: each of the findings in it would. */
#define KT_LINE_TOLD_MAX 4096

/* Where one is in a file; start from zero. Going forward, in the lines or in one line, costs no more than the file is
 * long; so places and related places need a cursor each. */
typedef struct kt_line_cursor {
    kt_sv file;
    kt_sv bytes;
    kt_sv text;     /* the line without its end; ptr is NULL until it is looked for */
    uint32_t line;
    size_t at;      /* where the line begins */
    uint32_t column;
    size_t byte;    /* of that column in the line */
} kt_line_cursor;

/* Go to a place: cursor->text, column and byte are those of `pos`. False if no source has it. `pos.line` must not be 0. */
bool kt_line_find(kt_line_cursor *cursor, const kt_findings *findings, kt_pos pos);

/* The code points that belong to what stands at the cursor: a key, a value, a quoted text. At least 1. */
size_t kt_line_token(const kt_line_cursor *cursor);

/* The path relative to style.folder if it is below, cleaned; in the arena. */
kt_sv kt_findings_path(const kt_findings *findings, kt_sv path);

/* SHA-256 in hex of what a finding is, without line and column, so that it stays the same while lines move; equal
 * findings differ by their number. `seen` starts initialised and counts them. False on memory failure. */
bool kt_findings_fingerprint(char out[65], const kt_findings *findings, kt_map *seen, const kt_diag *diag);

/* How many of a severity. */
size_t kt_findings_count(const kt_findings *findings, kt_severity severity);

/* Which code an id is; false if none. */
bool kt_findings_code(kt_code *out, const char *id);
/* What it is about, in a few words; "" for an id of none. */
const char *kt_findings_title(const char *id);

extern const char *const kt_severity_words[3];

#endif
