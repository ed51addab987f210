/* Patterns of schemas: each is compiled once, and asked of many values. */
#ifndef KT_MODEL_PATTERN_H
#define KT_MODEL_PATTERN_H

#include "base/arena.h"
#include "base/map.h"
#include "kratree.h"

typedef enum kt_pattern_verdict {
    KT_PATTERN_MATCHES,
    KT_PATTERN_FAILS,
    KT_PATTERN_STOPPED, /* limits.pattern_steps or limits.pattern_depth was exceeded */
    KT_PATTERN_UNKNOWN  /* `error`, `unknown` or `stopped` is set: nothing was tried */
} kt_pattern_verdict;

typedef struct kt_pattern {
    kt_sv source;
    kt_sv error;         /* why Go refuses it; empty if it does not */
    const char *unknown; /* what of it is not known here; NULL: nothing */
    bool stopped;        /* it went on without end once, and is not tried again */
    struct kt_pattern_code *code;
} kt_pattern;

typedef struct kt_patterns {
    kt_arena *arena;
    const kt_limits *limits;
    kt_map by_source; /* → index of items */
    kt_pattern **items;
    size_t count, capacity;
    struct kt_pattern_matcher *matcher; /* made with the first pattern */
} kt_patterns;

/* Everything lives in `arena`; `limits` are borrowed. */
void kt_patterns_init(kt_patterns *patterns, kt_arena *arena, const kt_limits *limits);
/* The pattern of that source, compiled if it is new. NULL: no memory. */
kt_pattern *kt_pattern_get(kt_patterns *patterns, kt_sv source);
/* Whether it matches anywhere in `text`, which is valid UTF-8. */
kt_pattern_verdict kt_pattern_match(kt_patterns *patterns, kt_pattern *pattern, kt_sv text);

#endif
