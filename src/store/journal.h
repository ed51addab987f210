/* The journal of a directory: what is about to be renamed into place and removed there.
 *
 *     kratree-journal 1
 *     write 0 10 a/b/c.yaml
 *     remove 0 8 old.yaml
 *     end 2 9ae16a3b2f90404f
 *
 * Each line: what, the number of the staged content, the length of the path, the path. The last one: how many, and
 * the FNV-1a sum of everything before it. Carrying it out twice is the same as once, so that whoever finds it
 * begins at its beginning. Staged contents lie in KT_STAGE_NAME beside it, each named by its number; one that is
 * not there has reached its place. */
#ifndef KT_STORE_JOURNAL_H
#define KT_STORE_JOURNAL_H

#include "store/way.h"

#define KT_JOURNAL_NAME ".kratree-journal"
#define KT_STAGE_NAME ".kratree-stage"
#define KT_NUMBER_SIZE 24

typedef struct kt_step {
    kt_sv path;
    unsigned number; /* of the staged content */
    bool removal;
} kt_step;

typedef struct kt_steps {
    kt_step *items; /* free() */
    size_t count;
    size_t capacity;
} kt_steps;

/* Add one; the path is copied. False when there is no memory. */
bool kt_steps_add(kt_steps *steps, kt_pool *pool, kt_step step);

/* The journal of the steps; ptr NULL when there is no memory. */
kt_sv kt_journal_text(const kt_steps *steps, kt_pool *pool);

/* The steps of a journal, borrowing from it. False: it is damaged, or leads where no journal of ours leads; or
 * there is no memory. */
bool kt_journal_parse(kt_steps *out, kt_pool *pool, kt_sv text);

/* The name of staged content. */
void kt_stage_name(char out[KT_NUMBER_SIZE], unsigned number);

/* Carry the steps out below `way`; `stage` is the descriptor of KT_STAGE_NAME, -1 if there is none. Returns 0, or
 * errno with the step that failed in *at. */
int kt_steps_carry_out(const kt_steps *steps, kt_way *way, int stage, size_t *at);

#endif
