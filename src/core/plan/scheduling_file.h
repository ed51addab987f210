/* metadata/destination-selectors.yaml and metadata/workflow-control.yaml of a pipeline run. */
#ifndef KT_PLAN_SCHEDULING_FILE_H
#define KT_PLAN_SCHEDULING_FILE_H

#include "plan/capture.h"

typedef struct kt_directory_selector {
    kt_sv directory; /* cleaned (G-4); "." is the default group */
    const kt_label *labels; /* sorted by key */
    size_t label_count;
    kt_pos pos;
} kt_directory_selector;

typedef struct kt_directory_selectors {
    kt_directory_selector *items; /* in file order */
    size_t count;
    bool failed; /* reported */
} kt_directory_selectors;

/* Read and validate (G-1 … G-8). False on memory failure. */
bool kt_directory_selectors_read(kt_directory_selectors *out, kt_run *run, const kt_capture *capture);

typedef struct kt_control {
    bool stops;  /* suspend, or retryAfter (W-11) */
    bool failed; /* reported */
} kt_control;

/* Read the control file; absent, or not known to the profile (V-9): zero. False on memory failure. */
bool kt_control_read(kt_control *out, kt_run *run, const kt_capture *capture);

/* Report that the run's Job fails (G-9), with Kratix' words. Counts it as left out. */
kt_diag *kt_capture_fail(kt_run *run, const kt_capture *capture, kt_pos pos, const char *format, ...);

#endif
