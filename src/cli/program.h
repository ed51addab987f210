/* What every program of ours begins and ends with. */
#ifndef KT_CLI_PROGRAM_H
#define KT_CLI_PROGRAM_H

#include "cli/args.h"

/* Standard descriptors are open, a reader that leaves is an error of write(), `console` is ready. */
void kt_program_begin(kt_console *console, const char *argv0);

/* Read the flags behind the command's name and run it, or show its help. Returns the exit status. */
int kt_program_run(kt_console *console, const kt_command *command, int argc, char **argv);

/* Have `handler` called for what asks a program to end: SIGINT, SIGTERM, SIGHUP. System calls are interrupted. */
void kt_program_catch_signals(void (*handler)(int number));

/* Hand over what was printed. Returns `status`, or 2 when standard output could not take it. */
int kt_program_end(kt_console *console, int status);

#endif
