/* What a tree is compared with: a directory, a zip, or the same manifests as of a git revision. */
#ifndef KT_CLI_AGAINST_H
#define KT_CLI_AGAINST_H

#include "cli/session.h"
#include "store/store.h"

typedef struct kt_against kt_against;

/* Open what --against names. NULL: an error was said. */
kt_against *kt_against_open(const kt_settings *settings, kt_console *console);

/* The directory as a lock wants to look into it; NULL for others. */
const kt_have *kt_against_directory(const kt_against *against);

/* Compare. NULL: an error was said. */
kt_differences *kt_against_compare(kt_against *against, const kt_session *session);

/* NULL is allowed. After the differences. */
void kt_against_close(kt_against *against);

#endif
