/* What a configuration and comments in the manifests say of diagnostics: other severities, and what is to be ignored.
 *
 *     replicas: 1  # kratree: ignore KT-403,KT-811 until the new cluster is there
 *
 * A comment by itself speaks of the next line that is more than a comment, one behind something of its own line. */
#ifndef KT_TREE_IGNORE_H
#define KT_TREE_IGNORE_H

#include "model/model.h"
#include "tree/result.h"

/* Change severities, move what is ignored to result->ignored, and report comments that cannot be obeyed and, for
 * validate, what ignores nothing. `files` are the run's manifests. False on memory failure. */
bool kt_ignore_apply(kt_result *result, const kt_source_documents *files);

/* ---- Between the files of this ---- */

/* One code of a comment. */
typedef struct kt_comment_rule {
    kt_sv file;
    uint32_t line; /* that it speaks of */
    kt_sv code;
    kt_sv reason;
    kt_pos pos;    /* of the comment */
    bool used;
} kt_comment_rule;

typedef struct kt_comment_rules {
    kt_comment_rule *items; /* by file and line */
    size_t count, capacity;
} kt_comment_rules;

/* Read the comments of a file, reporting what is wrong with them. False on memory failure. */
bool kt_comments_read(kt_comment_rules *out, kt_run *run, const kt_source_documents *file);

#endif
