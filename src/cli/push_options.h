/* The flags of push, which `kratree push` and the adapters share. */
#ifndef KT_CLI_PUSH_OPTIONS_H
#define KT_CLI_PUSH_OPTIONS_H

#include "cli/args.h"

enum { KT_PUSH_TEXT, KT_PUSH_JSON }; /* -o */

/* The command; `run` is what the program does with it, `name` how it is called. */
kt_command kt_push_command_for(const char *name, const char *summary,
                               int (*run)(const kt_settings *settings, kt_console *console));

#endif
