/* Commands and their flags as tables; --help, the manual page, the environment variables and the parser
 * all come from them.
 *
 * To add a flag: a line in an option table, a field in kt_settings. To add a command: a kt_command in its
 * own file and its name in commands.c. */
#ifndef KT_CLI_ARGS_H
#define KT_CLI_ARGS_H

#include "cli/config.h"
#include "cli/console.h"
#include "cli/settings.h"

typedef struct kt_option kt_option;

/* Store `text` in `field`. Returns NULL, or what was expected. `text` lives as long as the program. */
typedef const char *kt_option_set(const kt_option *option, void *field, const char *text);

/* Never taken from the environment. */
#define KT_OPTION_NO_ENV 1u
/* `kratree push` does not pass it on to an adapter. */
#define KT_OPTION_OURS 2u
/* The value is a path: in a configuration it is taken from the folder of the configuration. */
#define KT_OPTION_PATH 4u
/* Not in a configuration either; so is what is not taken from the environment. */
#define KT_OPTION_NO_CONFIG 8u

struct kt_option {
    const char *name;    /* "max-depth"; NULL: only a letter */
    char letter;         /* 0: none */
    unsigned flags;
    const char *value;   /* how help calls the value: "N"; NULL: a switch */
    const char *choices; /* "auto|always|never", or NULL */
    const char *help;    /* a sentence without capital and full stop */
    kt_option_set *set;
    size_t offset;       /* of the field in kt_settings */
};

typedef struct kt_option_group {
    const char *title;
    const kt_option *options;
    size_t count;
} kt_option_group;

typedef struct kt_example {
    const char *arguments; /* behind the program's name */
    const char *text;
} kt_example;

typedef struct kt_command {
    const char *name;
    const char *summary;   /* one line */
    const char *arguments; /* "[PATH…]" */
    const char *about;     /* paragraphs, separated by an empty line */
    const kt_option_group *const *groups;
    size_t group_count;
    const kt_example *examples;
    size_t example_count;
    const char *const *exits; /* "0", "what it means", … */
    size_t exit_count;        /* pairs */
    /* Returns the exit status. */
    int (*run)(const kt_settings *settings, kt_console *console);
} kt_command;

/* Setters. */
kt_option_set kt_set_switch;  /* bool: no value, or true and false */
kt_option_set kt_set_text;    /* const char *, not empty */
kt_option_set kt_set_choice;  /* size_t: index into choices */
kt_option_set kt_set_number;  /* uint64_t from 1 */
kt_option_set kt_set_count;   /* uint64_t from 0 */
kt_option_set kt_set_level;   /* uint64_t from 0 to 9 */
kt_option_set kt_set_size;    /* uint64_t bytes from 1; K, M, G count in 1024 */
kt_option_set kt_set_profile; /* kt_profile */
kt_option_set kt_set_report;  /* kt_settings itself: adds to reports */

/* The settings of `config` (NULL: there is none) first, then the environment, then the arguments behind the command's
 * name. `settings` starts zeroed or with
 * defaults and keeps pointers into `argv` and the environment; settings->paths and ->passed are to be given to free().
 * False: the console was told why. */
bool kt_args_parse(kt_settings *settings, const kt_command *command, const kt_config_file *config,
                   kt_console *console, int argc, char **argv);

/* "KRATREE_MAX_DEPTH" for "max-depth". */
void kt_option_variable(char out[64], const kt_option *option);

/* The candidate that `word` was probably meant to be, or NULL. */
const char *kt_suggest(const char *word, const char *const *candidates, size_t count);

#endif
