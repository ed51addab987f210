/* Bytes on their way to a descriptor or a file: buffered, with an error that sticks.
 *
 *     kt_output out;
 *     kt_output_init(&out, 1);
 *     kt_output_put(&out, "text");
 *     if (!kt_output_flush(&out))
 *         ... strerror(out.error)
 */
#ifndef KT_CLI_OUTPUT_H
#define KT_CLI_OUTPUT_H

#include "kratree.h"

typedef struct kt_output {
    int fd;
    int error; /* errno of the first failure; 0: none. Later bytes are dropped */
    size_t used;
    char bytes[65536];
} kt_output;

void kt_output_init(kt_output *out, int fd);

/* `out` is a kt_output; a kt_write_fn. */
bool kt_output_write(void *out, const char *bytes, size_t size);
void kt_output_put(kt_output *out, const char *text);
void kt_output_format(kt_output *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Hand everything over. False after any failure. */
bool kt_output_flush(kt_output *out);

/* A file that appears under its name when it is whole: written beside it, then renamed. What a link leads to is
 * replaced, not the link; a device or a pipe is written as it is. */
typedef struct kt_file_output {
    kt_output output;
    char *path;      /* where the links lead; NULL when not open */
    char *temporary; /* NULL when not open, and for devices and pipes */
} kt_file_output;

/* False: `out->output.error` says why, and nothing is to be cleaned up. */
bool kt_file_output_open(kt_file_output *out, const char *path);
/* Give the file its name, or on failure remove what was written. */
bool kt_file_output_commit(kt_file_output *out);
/* Remove what was written. Allowed after any call, also twice. */
void kt_file_output_abandon(kt_file_output *out);

#endif
