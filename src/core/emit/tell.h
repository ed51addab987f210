/* Inside of kt_explain(): one function for each kind of thing adds its sentences to a story. */
#ifndef KT_EMIT_TELL_H
#define KT_EMIT_TELL_H

#include "base/arena.h"
#include "model/model.h"
#include "tree/result.h"

typedef struct kt_teller {
    kt_arena *arena;
    const kt_result *result;
    kt_story_part *parts; /* of the story that is being told */
    size_t count;
    size_t capacity;
} kt_teller;

void kt_tell(kt_teller *t, kt_story_kind kind, kt_sv text);

void kt_tell_promise(kt_teller *t, const kt_promise *promise);
void kt_tell_request(kt_teller *t, const kt_resource_request *request);
void kt_tell_work(kt_teller *t, const kt_work *work);
void kt_tell_destination(kt_teller *t, const kt_destination *destination);
void kt_tell_store(kt_teller *t, const kt_store *store);
void kt_tell_file(kt_teller *t, const kt_store_tree *tree, const kt_file *file);

/* Words that they share. */
kt_sv kt_tell_place(kt_teller *t, kt_pos pos);           /* "promise.yaml:12" */
kt_sv kt_tell_count(kt_teller *t, uint64_t n, const char *one, const char *many);
kt_sv kt_tell_what(kt_teller *t, const kt_work *work, const kt_group *group); /* "the dependencies of Promise redis" */
const char *kt_tell_store_kind(kt_store_kind kind);
/* Path with the folder of its State Store. */
kt_sv kt_tell_path(kt_teller *t, const kt_store_tree *tree, const kt_file *file);

/* Items of a list are cut to the first so many, and their number is told. */
#define KT_TELL_ITEMS 20

#endif
