/* What is below a directory. */
#ifndef KT_STORE_LIST_H
#define KT_STORE_LIST_H

#include "store/store.h"
#include "store/way.h"

/* Call `each` for everything below `top` ("" is the way's root), a directory before what is in it. Paths begin
 * at the way's root and are of the way's pool. Returns 0 or errno, with the directory in *where. */
int kt_list(kt_way *way, kt_sv top, kt_entry_fn each, void *each_ctx, kt_sv *where);

/* Remove the directory `top`, unless that is the root, and everything below it; with `files` false only directories
 * without files. Nothing is done where there is none. Returns 0 or errno. */
int kt_list_remove(kt_way *way, kt_sv top, bool files);

#endif
