/* The files of a commit: paths and names of their contents, in memory. Contents are fetched only when asked for. */
#ifndef KT_PUSH_GIT_LISTING_H
#define KT_PUSH_GIT_LISTING_H

#include "push/git/repository.h"

typedef struct kt_item {
    kt_sv path;
    const char *id; /* hexadecimal, not NUL-terminated */
    bool is_file;   /* no symbolic link and no submodule */
} kt_item;

typedef struct kt_listing {
    kt_repository *repository;
    kt_answer text; /* of git ls-tree; the items borrow from it */
    kt_item *items; /* sorted by path, bytewise */
    size_t count;
    size_t id_size; /* digits of an id */
    bool states_fetched; /* the contents of .kratix folders are there */
} kt_listing;

/* Read the tree of KT_BASE_REF; with `there` false it is empty. Replaces what `out` held; clear it before the first
 * time. */
kt_outcome kt_listing_read(kt_listing *out, kt_repository *repository, bool there);
void kt_listing_dispose(kt_listing *listing);

/* As the core asks. */
void kt_listing_have(kt_have *out, kt_listing *listing);

/* The file or link at that path, or NULL. */
const kt_item *kt_listing_find(const kt_listing *listing, kt_sv path);
/* The first item below that folder, and the one behind `item` that is below it, too; NULL: there is none. */
const kt_item *kt_listing_below(const kt_listing *listing, kt_sv folder);
const kt_item *kt_listing_next_below(const kt_listing *listing, const kt_item *item, kt_sv folder);

#endif
