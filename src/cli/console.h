/* The terminal side of a run: diagnostics on stderr, colours, widths, and how many of each were said. */
#ifndef KT_CLI_CONSOLE_H
#define KT_CLI_CONSOLE_H

#include "cli/output.h"
#include "cli/problem.h"

typedef enum kt_color { KT_COLOR_AUTO, KT_COLOR_ALWAYS, KT_COLOR_NEVER } kt_color;

/* What is coloured, by meaning. */
typedef enum kt_paint {
    KT_PAINT_NONE,
    KT_PAINT_STRONG,
    KT_PAINT_DIM,
    KT_PAINT_ERROR,
    KT_PAINT_WARNING,
    KT_PAINT_NOTE,
    KT_PAINT_GOOD,
    KT_PAINT_NAME,
    KT_PAINT_FOLDER
} kt_paint;

typedef struct kt_console {
    const char *program; /* as the user calls it: "kratree", "kratix tree" */
    const struct kt_command *const *commands; /* of the program, NULL behind the last; NULL: those of another one */
    const char *command; /* "render"; "" before there is one */
    bool quiet;          /* errors only */
    bool verbose;
    bool strict;         /* warnings are errors */
    bool out_color;
    bool error_color;
    bool progress;       /* stderr is a terminal and somebody looks at it */
    size_t out_width;    /* columns of stdout; 0: not a terminal */
    size_t errors;
    size_t warnings;
    kt_output out;       /* stdout */
    kt_output error;     /* stderr */
} kt_console;

/* `argv0` names the program. Colour follows NO_COLOR, TERM and whether stdout and stderr are terminals. */
void kt_console_init(kt_console *console, const char *argv0);
/* What a flag or KRATREE_COLOR says; KT_COLOR_AUTO changes nothing. */
void kt_console_set_color(kt_console *console, kt_color color);

/* Print a diagnostic on stderr: errors always, warnings unless quiet, notes unless quiet. */
void kt_console_diag(kt_console *console, const kt_diag *diag);
/* Complain about `path` (NULL: about nothing in particular). `help` NULL: that of the table. Notes appear with
 * --verbose only. */
void kt_console_complain(kt_console *console, kt_complaint complaint, const char *path, const char *help,
                         const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Begin and end a colour; nothing when `on` is false. */
const char *kt_paint_begin(bool on, kt_paint paint);
const char *kt_paint_end(bool on, kt_paint paint);

/* Print text of the input without what could move the cursor. */
void kt_output_safe(kt_output *out, kt_sv text);
/* Columns that it takes. */
size_t kt_safe_width(kt_sv text);
/* As much of it as fits into so many columns, with "…" behind it if that is not all. */
void kt_output_cut(kt_output *out, kt_sv text, size_t columns);

/* "90 B", "1.2 KiB", "3.4 MiB"; `text` holds the answer. */
const char *kt_size_text(char text[24], uint64_t size);
/* "1 file", "2 files", "12,345 files". */
const char *kt_count_text(char text[64], uint64_t count, const char *one, const char *many);

/* Flush both. False when stdout could not take it, which is said unless its reader has gone. */
bool kt_console_finish(kt_console *console);

#endif
