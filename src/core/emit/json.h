/* A writer of JSON: streaming, indented by two, with every byte decided here.
 *
 *     kt_json json;
 *     kt_json_init(&json, write, ctx);
 *     kt_json_object(&json, NULL);
 *     kt_json_sv(&json, "name", name);
 *     kt_json_array(&json, "sizes");
 *     kt_json_u64(&json, NULL, 42);
 *     kt_json_end(&json);
 *     kt_json_end(&json);
 *     status = kt_json_finish(&json);
 *
 * `key` names a member; it is NULL for elements of an array and for the outermost value. Failure sticks:
 * write freely, then look at what kt_json_finish() returns. */
#ifndef KT_EMIT_JSON_H
#define KT_EMIT_JSON_H

#include "kratree.h"

#define KT_JSON_DEPTH 32

typedef struct kt_json {
    kt_write_fn write;
    void *ctx;
    kt_status status;
    unsigned depth;
    char closers[KT_JSON_DEPTH]; /* what ends each open value */
    bool filled[KT_JSON_DEPTH];  /* whether it has an element */
    size_t used;
    char buffer[4096];
} kt_json;

void kt_json_init(kt_json *json, kt_write_fn write, void *ctx);

/* Begin an object or an array; kt_json_end() ends the innermost. Deeper than KT_JSON_DEPTH is
 * KT_ERR_ARGUMENT. */
void kt_json_object(kt_json *json, const char *key);
void kt_json_array(kt_json *json, const char *key);
void kt_json_end(kt_json *json);

/* Text: quotes, backslashes and control characters are escaped, invalid UTF-8 becomes U+FFFD. */
void kt_json_sv(kt_json *json, const char *key, kt_sv text);
void kt_json_str(kt_json *json, const char *key, const char *text);
/* Text that comes in pieces of whole characters: kt_json_piece() is a kt_write_fn whose ctx is the writer. */
void kt_json_text(kt_json *json, const char *key);
bool kt_json_piece(void *json, const char *bytes, size_t size);
void kt_json_text_end(kt_json *json);
/* The same with a key that is data. */
void kt_json_member(kt_json *json, kt_sv key, kt_sv text);
void kt_json_u64(kt_json *json, const char *key, uint64_t number);
void kt_json_bool(kt_json *json, const char *key, bool value);
void kt_json_null(kt_json *json, const char *key);

/* End with a line feed and flush. KT_OK, KT_ERR_WRITE or KT_ERR_ARGUMENT (not every value was ended). */
kt_status kt_json_finish(kt_json *json);

#endif
