/* --help and --version. */
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#include "cli/fill.h"

#define FLAG_COLUMN 34 /* where the text of a flag begins */

static size_t width_of(const kt_console *console)
{
    return kt_fill_width(console->out_width);
}

static void put_filled(kt_output *out, const char *text, size_t indent, size_t at, size_t width)
{
    kt_fill(out, kt_str(text), indent, at, width);
}

static void put_paragraphs(kt_output *out, const char *text, size_t width)
{
    char paragraph[1024];

    while (*text) {
        const char *end = strstr(text, "\n\n");
        size_t length = end ? (size_t)(end - text) : strlen(text);
        snprintf(paragraph, sizeof paragraph, "%.*s", (int)length, text);
        put_filled(out, paragraph, 0, 0, width);
        kt_output_put(out, "\n");
        text += length + (end ? 2 : 0);
    }
}

static void put_title(kt_console *console, const char *title)
{
    kt_output_format(&console->out, "%s%s%s\n", kt_paint_begin(console->out_color, KT_PAINT_STRONG), title,
                     kt_paint_end(console->out_color, KT_PAINT_STRONG));
}

/* A term in colour at column 2, its text at `column`, on the next line if the term is too long. */
static void put_entry(kt_console *console, const char *term, const char *text, size_t column)
{
    kt_output *out = &console->out;
    size_t at = 2 + kt_safe_width(kt_str(term));

    kt_output_format(out, "  %s%s%s", kt_paint_begin(console->out_color, KT_PAINT_NAME), term,
                     kt_paint_end(console->out_color, KT_PAINT_NAME));
    if (at + 2 > column) {
        kt_output_put(out, "\n");
        at = 0;
    }
    kt_output_format(out, "%*s", (int)(column - at), "");
    put_filled(out, text, column, column, width_of(console));
}

/* "-q, --quiet", "    --jobs N", "-o FORMAT[=FILE]" */
void kt_option_term(char out[128], const kt_option *option)
{
    const char *value = option->value ? option->value : "", *blank = option->value ? " " : "";

    if (!option->name)
        snprintf(out, 128, "-%c%s%s", option->letter, blank, value);
    else if (option->letter)
        snprintf(out, 128, "-%c, --%s%s%s", option->letter, option->name, blank, value);
    else
        snprintf(out, 128, "    --%s%s%s", option->name, blank, value);
}

static void put_option(kt_console *console, const kt_option *option)
{
    char term[128];

    kt_option_term(term, option);
    put_entry(console, term, option->help, FLAG_COLUMN);
}

static void put_groups(kt_console *console, const kt_command *command)
{
    for (size_t g = 0; g < command->group_count; g++) {
        put_title(console, command->groups[g]->title);
        for (size_t i = 0; i < command->groups[g]->count; i++)
            put_option(console, &command->groups[g]->options[i]);
        kt_output_put(&console->out, "\n");
    }
}

/* "Every long flag but --out and --force …": those of the command that are flags only. */
static void put_environment(kt_console *console, const kt_command *command)
{
    char text[512] = "Every long flag";
    size_t at = strlen(text), count = 0;

    for (size_t g = 0; g < command->group_count; g++)
        for (size_t i = 0; i < command->groups[g]->count; i++) {
            const kt_option *option = &command->groups[g]->options[i];
            if (option->name && (option->flags & KT_OPTION_NO_ENV) && strcmp(option->name, "help") != 0 && at < 400)
                at += (size_t)snprintf(text + at, sizeof text - at, "%s--%.40s", count++ > 0 ? ", " : " but ",
                                       option->name);
        }
    snprintf(text + at, sizeof text - at,
             " may also stand in the environment: --color is KRATREE_COLOR; and in .kratree.yaml, as color. The flag wins "
             "over the environment, that over the file.");
    put_filled(&console->out, text, 0, 0, width_of(console));
}

void kt_help_command(kt_console *console, const kt_command *command)
{
    kt_output *out = &console->out;
    char term[256];

    kt_output_format(out, "Usage: %s %s %s\n\n", console->program, command->name, command->arguments);
    put_paragraphs(out, command->about, width_of(console));
    put_groups(console, command);
    put_title(console, "Examples");
    for (size_t i = 0; i < command->example_count; i++) {
        snprintf(term, sizeof term, "%s %s", console->program, command->examples[i].arguments);
        put_entry(console, term, command->examples[i].text, 48);
    }
    kt_output_put(out, "\n");
    put_title(console, "Exit status");
    for (size_t i = 0; i < command->exit_count; i++)
        put_entry(console, command->exits[2 * i], command->exits[2 * i + 1], 5);
    kt_output_put(out, "\n");
    put_environment(console, command);
}

void kt_help_program(kt_console *console, const kt_command *const *commands)
{
    kt_output *out = &console->out;

    kt_output_format(out, "Usage: %s COMMAND [PATH…] [flags]\n\n", console->program);
    put_filled(out, "What will Kratix write into my State Stores? Computed from manifests, offline, byte for byte.", 0,
               0, width_of(console));
    kt_output_put(out, "\n");
    put_title(console, "Commands");
    for (; *commands; commands++)
        put_entry(console, (*commands)->name, (*commands)->summary, 14);
    kt_output_put(out, "\n");
    put_title(console, "Flags");
    put_entry(console, "-h, --help", "show this, or behind a command its flags", 14);
    put_entry(console, "--version", "show the version, and the Kratix versions it knows", 14);
    put_entry(console, "--man", "print the manual page: --man | man -l -", 14);
    kt_output_format(out, "\n%s COMMAND --help tells more.\n", console->program);
}

void kt_help_version(kt_console *console)
{
    static const struct {
        kt_profile profile;
        const char *commit;
        const char *note;
    } profiles[] = {
        {KT_PROFILE_2026_08, "ae170e22e974e45bb7cfda00986057e01b3ccfde", "  (written without --kratix-version)"},
        {KT_PROFILE_2025_03, "59c4972a", ""},
    };

    kt_output_format(&console->out, "kratree %s\n", kt_version());
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++)
        kt_output_format(&console->out, "Kratix %s  commit %.8s%s\n", kt_profile_name(profiles[i].profile),
                         profiles[i].commit, profiles[i].note);
}
