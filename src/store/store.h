/* Where a tree is kept: the small interface behind which sit memory, directory and every other keeper.
 *
 * A keeper is used by one thread. Paths are relative, with '/' between elements, as in kt_file. What is
 * written or deleted becomes visible with commit, as far as the keeper can: until then close() leaves
 * everything as it was. */
#ifndef KT_STORE_STORE_H
#define KT_STORE_STORE_H

#include "kratree.h"

typedef enum kt_entry_kind {
    KT_ENTRY_FILE,
    KT_ENTRY_DIRECTORY,
    KT_ENTRY_LINK, /* a symbolic link, wherever it leads */
    KT_ENTRY_OTHER /* a device, a socket, a pipe */
} kt_entry_kind;

typedef struct kt_entry {
    kt_sv path; /* owned by the keeper until close() */
    kt_entry_kind kind;
} kt_entry;

typedef enum kt_walk {
    KT_WALK_ON,
    KT_WALK_PAST, /* do not look into this directory */
    KT_WALK_STOP  /* end the listing, which then succeeds */
} kt_walk;

/* Called for each entry. */
typedef kt_walk (*kt_entry_fn)(void *ctx, const kt_entry *entry);

/* Why a call failed: "cannot <action> '<path>': <reason>". Texts live until close(). */
typedef struct kt_keeper_error {
    const char *action; /* "write"; NULL: no memory */
    kt_sv path;
    kt_sv reason; /* "No space left on device" */
    bool changed; /* commit stopped in the middle: some of it is visible */
} kt_keeper_error;

/* Each function returns false after a failure and fills `error`, which is never NULL. */
typedef struct kt_keeper {
    void *ctx;
    /* Every entry that is committed, a directory before what is in it, else in no order. */
    bool (*list)(void *ctx, kt_entry_fn each, void *each_ctx, kt_keeper_error *error);
    /* The content of a file. A `write` that returns false ends the reading, which then succeeds. */
    bool (*read)(void *ctx, kt_sv path, kt_write_fn write, void *write_ctx, kt_keeper_error *error);
    /* Create or replace a file, and the directories above it. */
    bool (*write)(void *ctx, kt_sv path, const kt_sv *parts, size_t part_count, kt_keeper_error *error);
    /* Remove a file, and the directories above it that become empty. */
    bool (*remove)(void *ctx, kt_sv path, kt_keeper_error *error);
    /* Make everything since the last commit visible. */
    bool (*commit)(void *ctx, kt_keeper_error *error);
    /* Give up what was not committed and free the keeper. */
    void (*close)(void *ctx);
} kt_keeper;

#endif
