/* The files that a run reads: found by kt_inputs_find(), read by kt_inputs_load().
 *
 * Found are, in each PATH that is a folder, *.yaml, *.yml and *.json at any depth, and captured pipeline
 * output in the outputs folder. Not entered: hidden files and folders, what .kratreeignore names (in the
 * current folder, above PATH when PATH leads down from there, and below it), --out, reports, outputs folders,
 * node_modules, and folders that look like a rendered State Store. */
#ifndef KT_CLI_INPUTS_H
#define KT_CLI_INPUTS_H

#include <sys/types.h>

#include "cli/console.h"
#include "cli/progress.h"
#include "cli/settings.h"
#include "store/pool.h"

/* Identity of a file that exists. */
typedef struct kt_file_id {
    dev_t device;
    ino_t inode;
} kt_file_id;

typedef struct kt_inputs {
    kt_pool *pool; /* paths */
    kt_source *sources;
    size_t count;
    size_t capacity;
    char **contents; /* contents[i]: what sources[i].bytes points to; NULL before kt_inputs_load() */
    size_t captured; /* how many of the sources are captured output */
} kt_inputs;

/* False: there is no memory, or an error was said: a PATH or folder cannot be read, no manifest was found,
 * or --out is at or above a PATH. `out` is set whatever is returned. */
bool kt_inputs_find(kt_inputs *out, const kt_settings *settings, kt_console *console);

/* Read what was found. A file that comes twice, by two paths, is kept once. False: an error was said. */
bool kt_inputs_load(kt_inputs *inputs, const kt_settings *settings, kt_console *console);

void kt_inputs_dispose(kt_inputs *inputs);

/* Shared by the files of this module: add a source; false: no memory. */
bool kt_inputs_add(kt_inputs *inputs, kt_sv path, unsigned flags, kt_sv capture);

/* Add the captured pipeline output below the folder `root`. False: as kt_inputs_find(). */
bool kt_capture_find(kt_inputs *inputs, const char *root, kt_console *console);

#endif
