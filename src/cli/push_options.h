/* The flags of push, which `kratree push` and the adapters share. */
#ifndef KT_CLI_PUSH_OPTIONS_H
#define KT_CLI_PUSH_OPTIONS_H

#include "cli/args.h"

enum { KT_PUSH_TEXT, KT_PUSH_JSON }; /* -o */

/* Found in "KRATREE_PUSHED_BEFORE": an adapter for another State Store has printed the diagnostics of the input. */
#define KT_PUSHED_BEFORE "KRATREE_PUSHED_BEFORE"

/* The command as `kratree push` has it; an adapter runs something else behind the same flags. */
extern const kt_command kt_push_command;

/* Its run: find the State Stores, and run the adapter of each. */
int kt_push_run(const kt_settings *settings, kt_console *console);

#endif
