/* Put values together (SPEC K-4 … K-6): collections, equal keys, merge keys, anchors, limits.
 *
 * Whoever reads a text (events.c, json.c) says what comes, in order; the builder keeps the open collections
 * on a stack and copies each into the arena, exactly sized, when it ends. */
#ifndef KT_YAML_BUILD_H
#define KT_YAML_BUILD_H

#include "base/arena.h"
#include "base/diags.h"
#include "base/map.h"
#include "yaml/resolve.h"
#include "yaml/value.h"

typedef struct kt_build_frame {
    kt_value head;     /* the collection: type and place */
    size_t base;       /* its first value on the stack; keys and values of a map take turns */
    uint64_t decoded;  /* kt_build.decoded when it began */
    uint32_t height;   /* of the highest child */
    size_t anchor;     /* index, or KT_MAP_NONE */
    bool merges;       /* a "<<" is among the keys */
    bool flow;
} kt_build_frame;

/* What an alias may stand for. */
typedef struct kt_build_anchor {
    kt_value value;
    kt_scalar scalar;  /* when it is no collection */
    uint64_t decoded;  /* nodes, aliases expanded */
    uint32_t height;
    bool open;         /* the collection has not ended: an alias would contain itself */
} kt_build_anchor;

/* Where a scalar begins, and where it has ended: lines and columns as everywhere. */
typedef struct kt_span {
    uint32_t line, column;
    uint32_t end_line, end_column;
} kt_span;

typedef struct kt_spans {
    kt_span *items;
    size_t count, capacity;
} kt_spans;

typedef struct kt_build {
    kt_arena *arena;   /* for values */
    kt_arena *scratch; /* for everything else */
    kt_diags *diags;
    kt_sv file;
    const kt_limits *limits;
    kt_status status;  /* KT_OK; KT_ERR_INPUT: the document is wrong; KT_ERR_LIMIT; KT_ERR_NOMEM */
    kt_value root;
    kt_value *values;
    size_t count, capacity;
    kt_build_frame *frames;
    size_t depth, frame_capacity;
    kt_member *merged; /* where a map with merge keys is put together */
    size_t merged_capacity;
    uint32_t *slots;   /* hash table for the keys of a large map: index + 1 */
    size_t slot_capacity, slot_room; /* in use, allocated */
    kt_build_anchor *anchors;
    size_t anchor_count, anchor_capacity;
    kt_map names;      /* of anchors */
    uint64_t decoded;  /* nodes of the document as yaml.v2 counts them */
    uint64_t aliased;  /* those that came from aliases */
    uint64_t before;   /* nodes of earlier documents */
    size_t flow_depth; /* open flow collections */
    bool poisoned;     /* something is there that JSON cannot hold */
    kt_spans *spans;   /* takes quoted and block scalars; NULL: nobody asks */
    bool as_text;      /* numbers that JSON would change become strings: kt_yaml_read_first() */
} kt_build;

void kt_build_init(kt_build *build, kt_arena *arena, kt_arena *scratch, kt_diags *diags, kt_sv file,
                   const kt_limits *limits);
/* Before each document. */
void kt_build_start(kt_build *build);
/* After it: look for what JSON cannot hold. The value is build->root. Returns build->status. */
kt_status kt_build_finish(kt_build *build);

/* Whether the next node is a key. */
bool kt_build_wants_key(const kt_build *build);

/* Each returns whether to go on; build->status tells why not. `anchor` may be empty. */
bool kt_build_open(kt_build *build, kt_type type, kt_pos pos, bool flow, kt_sv anchor);
bool kt_build_close(kt_build *build);
bool kt_build_scalar(kt_build *build, const kt_scalar *scalar, kt_pos pos, kt_sv anchor);
bool kt_build_merge_key(kt_build *build, kt_pos pos);
bool kt_build_alias(kt_build *build, kt_sv name, kt_pos pos);

/* Report that the document cannot be read; false. */
bool kt_build_fail(kt_build *build, kt_code code, kt_pos pos, const char *format, ...);

#endif
