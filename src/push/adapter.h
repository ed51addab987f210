/* What makes a program out of an adapter.
 *
 * kratree-push-git and kratree-push-s3 are each one table of functions and a main() that calls kt_push_main(). The
 * frame (push.c) reads flags and manifests, renders, plans the changes and prints; the adapter looks at its State
 * Store and carries a plan out. It decides nothing: which files are ours is in the plan.
 *
 *     open → check                           --check
 *     open → look → fits                     --dry-run
 *     open → (look → fits → carry_out)…      until it is done, has failed, or --retries are used up
 *
 * Every function that fails has said why (problem.h). One thread. */
#ifndef KT_PUSH_ADAPTER_H
#define KT_PUSH_ADAPTER_H

#include "cli/args.h"
#include "cli/progress.h"
#include "push/vault.h"
#include "store/pool.h"

/* What the frame hands to an adapter. Everything is borrowed and lives until close(). */
typedef struct kt_push {
    const kt_settings *settings;
    kt_console *console;
    kt_progress progress;    /* on while an adapter's function runs; end it before something is said */
    const kt_store *store;   /* accepted; its connection is not NULL, and has its Secret if the input has it */
    const kt_store_tree *tree; /* what is wanted there; carry_out may be given more than this */
    kt_vault *vault;         /* every secret goes through it */
    kt_pool *pool;           /* texts that live until the end */
    unsigned attempt;        /* from 1 */
    kt_sv revision;          /* set by carry_out: what names the new state ("" if nothing does) */
    kt_sv input_revision;    /* what names the state of the input, for messages; may be empty */
    bool refused;            /* something was said that is an error, if only with --strict */
    char *again;             /* what kt_push_again() was told; the frame's */
    unsigned again_trouble;
    kt_diag *said;           /* every trouble that was said, texts in the pool; the frame's */
    size_t said_count, said_capacity;
} kt_push;

typedef enum kt_outcome {
    KT_OUTCOME_DONE,
    KT_OUTCOME_AGAIN, /* passing: it moved, or the network failed. kt_push_again() was told why */
    KT_OUTCOME_FAILED /* for good: a problem was said */
} kt_outcome;

typedef struct kt_adapter {
    const char *program; /* "kratree-push-git" */
    kt_store_kind kind;
    /* Read credentials and prepare; the network is not asked yet. NULL: a problem was said. */
    void *(*open)(kt_push *push);
    /* Whether the credentials may write, as Kratix probes it (T-14, T-24). */
    kt_outcome (*check)(void *remote);
    /* Look at what is there. `out` answers until the next look(); its paths are those of the tree. */
    kt_outcome (*look)(void *remote, kt_have *out);
    /* Whether nothing stands in the way of `changes`; else problems were said. NULL: nothing ever does. */
    bool (*fits)(void *remote, const kt_changes *changes);
    /* Make the State Store what `changes` say, as seen by the last look(). `tree` has one store. */
    kt_outcome (*carry_out)(void *remote, const kt_changes *changes, const kt_store_tree *tree);
    /* Free it and leave nothing behind. NULL is not given. */
    void (*close)(void *remote);
} kt_adapter;

/* The whole program. Returns the exit status. */
int kt_push_main(const kt_adapter *adapter, int argc, char **argv);

/* Whether a signal has asked the program to end. Adapters look at it wherever they wait; they then say
 * KT_TROUBLE_STOPPED and fail. */
bool kt_push_stopped(void);

#endif
