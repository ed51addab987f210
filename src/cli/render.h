/* The command "render": the tree as text, directory or zip. */
#ifndef KT_CLI_RENDER_H
#define KT_CLI_RENDER_H

#include "cli/args.h"

extern const kt_command kt_render_command;

#endif
