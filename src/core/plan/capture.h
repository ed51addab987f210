/* Captured pipeline output: which files each pipeline run left behind (G-20 … G-22).
 *
 * A captured source has its path below the outputs folder in kt_source.capture:
 *
 *     promise/<promise>/<pipeline>/{output,metadata}/…
 *     resource/<namespace>/<promise>/<resource>/<pipeline>/{output,metadata}/… */
#ifndef KT_PLAN_CAPTURE_H
#define KT_PLAN_CAPTURE_H

#include "base/map.h"
#include "base/run.h"

typedef struct kt_capture {
    kt_sv key;               /* "resource/default/redis/my-req/configure" */
    const kt_source *output; /* entries below output/, in the order in which Kratix walks them */
    size_t output_count;
    const kt_source *selectors; /* metadata/destination-selectors.yaml, or NULL */
    const kt_source *control;   /* metadata/workflow-control.yaml, or NULL */
    kt_sv folder;               /* display path of the run's folder */
    bool used;                  /* a declared pipeline claimed it */
} kt_capture;

typedef struct kt_captures {
    kt_capture *items; /* in the order of their keys */
    size_t count;
    size_t capacity;
    kt_map by_key;
} kt_captures;

/* Path of an entry of `capture` relative to the output folder. */
kt_sv kt_capture_path(const kt_capture *capture, const kt_source *entry);

/* Order run->captures and cut it into runs. False on memory failure. */
bool kt_captures_build(kt_captures *out, kt_run *run);

/* The run of that key, marked as used; NULL if nothing was captured. */
kt_capture *kt_captures_take(kt_captures *captures, kt_sv key);

#endif
