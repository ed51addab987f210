/* Read a file as kubectl does (SPEC 6.3, K-1 … K-11): YAML or JSON, many documents, to values.
 *
 * What is wrong becomes a diagnostic with its place; reading goes on with the next document, so that one
 * run shows every mistake. */
#ifndef KT_YAML_READER_H
#define KT_YAML_READER_H

#include "base/arena.h"
#include "base/diags.h"
#include "yaml/build.h"
#include "yaml/value.h"

typedef struct kt_document {
    kt_value root;
    uint32_t line; /* where the document begins in the file, 1-based */
} kt_document;

/* What a comment for us begins with. */
#define KT_COMMENT_WORD "kratree:"

/* Counters shared by the files of a run are the caller's: each call says what it used. */
typedef struct kt_documents {
    kt_document *items; /* without empty and comment-only documents */
    size_t count;
    uint64_t values;    /* after alias expansion */
    kt_spans spans;     /* quoted and block scalars in order, where the text speaks to kratree; else empty */
    bool failed;        /* a document could not be read; items holds the others */
} kt_documents;

/* Read one source.
 *
 * `out`     Documents, in `arena`; strings may point into source->bytes, which must live as long.
 * `limits`  file_bytes, depth, documents and values are obeyed here; no field may be 0.
 * Returns KT_OK (also when out->failed), KT_ERR_LIMIT (a diagnostic says which; out->failed is set) or
 * KT_ERR_NOMEM (`out` is then unspecified). */
kt_status kt_yaml_read(kt_documents *out, kt_arena *arena, kt_diags *diags, const kt_source *source,
                       const kt_limits *limits);

/* Read only the first YAML document of a text, as sigs.k8s.io/yaml does into a struct of strings (G-2, W-11): no
 * splitting by lines, no JSON mode; floats, and integers above int64, are strings marked with
 * KT_VALUE_WAS_NUMBER, printed as that library prints them. out->count is 0 for an empty text. */
kt_status kt_yaml_read_first(kt_documents *out, kt_arena *arena, kt_diags *diags, const kt_source *source,
                             const kt_limits *limits);

#endif
