/* The JSON report (docs/json.md): plan, tree and diagnostics; what kt_report_json() does, on its parts. */
#ifndef KT_EMIT_REPORT_JSON_H
#define KT_EMIT_REPORT_JSON_H

#include "emit/json.h"

#define KT_REPORT_SCHEMA_VERSION 1

/* KT_DETAIL_OUTLINE leaves out what grows with the content of files: digests, makers, origins. */
typedef enum kt_detail { KT_DETAIL_ALL, KT_DETAIL_OUTLINE } kt_detail;

typedef struct kt_report {
    const kt_plan *plan;
    const kt_tree *tree;
    const kt_diag *diags;
    size_t diag_count;
    size_t left_out;
    size_t passed_over;
    const char *kratree_version;
    const char *kratix_version; /* kt_profile_name() */
} kt_report;

/* The members of a diagnostic, into an open object. */
void kt_report__diag(kt_json *json, const kt_diag *diag);

/* All of them, as the member "diagnostics". */
void kt_report__diags(kt_json *json, const kt_diag *diags, size_t count);

/* Returns KT_OK or KT_ERR_WRITE. */
kt_status kt_report__json(const kt_report *report, kt_detail detail, kt_write_fn write, void *ctx);

#endif
