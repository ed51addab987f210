/* The files of a git revision in a temporary folder. */
#ifndef KT_CLI_REVISION_H
#define KT_CLI_REVISION_H

#include "cli/console.h"

#define KT_REVISION_PATH 4096

typedef struct kt_revision {
    char root[KT_REVISION_PATH];   /* what kt_revision_close() removes; "": nothing */
    char folder[KT_REVISION_PATH]; /* what stands for the current folder in it */
} kt_revision;

/* Check out `name`, a commit or what git resolves to one, of the repository around the current folder; its index and
 * work tree are not touched. False: an error was said. To be closed whatever is returned. */
bool kt_revision_open(kt_revision *out, const char *name, kt_console *console);
void kt_revision_close(kt_revision *revision);

#endif
