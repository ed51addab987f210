/* What Kratix would remember between two runs, as a kratree.lock holds it.
 *
 * A memory is a plan: the State Stores, Destinations, Works, groups and placements as they were after the last run.
 * A placement on a Destination that had left by then is in kt_group.lingering. A group's workloads are there
 * only if a Destination with aggregatedYAML has it; they have a path, a size and a digest, and no parts. */
#ifndef KT_MEMORY_MEMORY_H
#define KT_MEMORY_MEMORY_H

#include "base/buf.h"
#include "base/run.h"
#include "kratree.h"

/* What becomes of a remembered Work in this run. */
typedef enum kt_fate {
    KT_FATE_OPEN,   /* nobody has said anything yet */
    KT_FATE_MADE,   /* made again, with what this run knows */
    KT_FATE_STAYS,  /* not made in this run; it stays as it was */
    KT_FATE_DELETED /* it is gone, and what it wrote with it */
} kt_fate;

/* A group of this run whose content is that of a remembered one. */
typedef struct kt_kept {
    kt_group *group;
    const kt_work *work;        /* remembered */
    const kt_group *remembered; /* its group */
} kt_kept;

typedef struct kt_memory {
    kt_plan plan;            /* Works by identity and namespace, Destinations by name */
    kt_profile profile;      /* that wrote it */
    kt_fate *fates;          /* of each Work */
    kt_kept *kept;           /* groups whose content is to be found again */
    size_t kept_count;
    size_t kept_capacity;
} kt_memory;

/* Read a lock. What is wrong with it is reported with its place and makes `failed` true; then `out` is empty. False
 * on memory failure. */
bool kt_lock_read(kt_memory *out, bool *failed, kt_run *run, const kt_source *lock);

/* The text of a lock that holds `plan`: sorted, one decision a line, the same for the same plan. A Destination
 * with aggregatedYAML in it needs the parts of its workloads, or their digests. The buffer's status tells failures. */
void kt_lock_put(kt_buf *out, const kt_plan *plan, kt_profile profile, kt_arena *arena);

/* What to remember after a run for a part (options.store, options.destination): of the part the plan `now`, of the
 * rest what `then`, which may be NULL, holds. `out` borrows from both. False on memory failure. */
bool kt_memory_merge(kt_plan *out, const kt_plan *now, const kt_memory *then, const kt_render_options *options,
                     kt_arena *arena);

/* The Work of that identity in that namespace, or NULL; `memory` may be NULL. */
const kt_work *kt_memory_work(const kt_memory *memory, kt_sv identity, kt_sv namespace_);
kt_fate *kt_memory_fate(const kt_memory *memory, const kt_work *work);
/* Its group of that directory, or NULL; `work` may be NULL. */
const kt_group *kt_memory_group(const kt_work *work, kt_sv directory);
/* The Destination of that name in a list sorted by name, or NULL. */
const kt_destination *kt_destination_find(const kt_destination *destinations, size_t count, kt_sv name);
/* The Destination as it was, or NULL if it had left, or never was. */
const kt_destination *kt_memory_destination(const kt_memory *memory, kt_sv name);
const kt_store *kt_memory_store(const kt_memory *memory, kt_store_kind kind, kt_sv name);

/* Note that `group` holds what `remembered` of `work` held: its own workloads are dropped. False: no memory left. */
bool kt_memory_keep(kt_memory *memory, kt_arena *arena, kt_group *group, const kt_work *work,
                    const kt_group *remembered);

/* The parts of an identity (N-1). */
typedef struct kt_identity {
    kt_work_type type;
    kt_sv promise;
    kt_sv namespace_; /* of the request; "" if there is none */
    kt_sv resource;   /* likewise */
    kt_sv pipeline;   /* likewise */
} kt_identity;

/* False: it is none. */
bool kt_identity_split(kt_identity *out, kt_sv identity);

#endif
