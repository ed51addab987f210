/* The manual page: the same tables as --help, in troff. */
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

/* Text with what troff would take as its own made harmless. */
static void put_text(kt_output *out, const char *text)
{
    if (*text == '.' || *text == '\'')
        kt_output_put(out, "\\&");
    for (; *text; text++)
        switch (*text) {
        case '-':
            kt_output_put(out, "\\-");
            break;
        case '\\':
            kt_output_put(out, "\\e");
            break;
        default:
            kt_output_write(out, text, 1);
        }
}

/* ".TP", a bold term, its text. */
static void put_entry(kt_output *out, const char *term, const char *text)
{
    kt_output_put(out, ".TP\n\\fB");
    put_text(out, term + strspn(term, " "));
    kt_output_put(out, "\\fR\n");
    put_text(out, text);
    kt_output_put(out, "\n");
}

static void put_paragraphs(kt_output *out, const char *text)
{
    while (*text) {
        const char *end = strstr(text, "\n\n");
        char paragraph[1024];
        size_t length = end ? (size_t)(end - text) : strlen(text);
        snprintf(paragraph, sizeof paragraph, "%.*s", (int)length, text);
        kt_output_put(out, ".PP\n");
        put_text(out, paragraph);
        kt_output_put(out, "\n");
        text += length + (end ? 2 : 0);
    }
}

static void put_option(kt_output *out, const kt_option *option)
{
    char term[128], variable[64];

    kt_option_term(term, option);
    put_entry(out, term, option->help);
    if (option->name && !(option->flags & KT_OPTION_NO_ENV)) {
        kt_option_variable(variable, option);
        kt_output_format(out, "(\\fB%s\\fR)\n", variable);
    }
}

static void put_command(kt_output *out, const kt_command *command)
{
    char term[256];

    kt_output_format(out, ".SH KRATREE %s\n", command->name);
    kt_output_format(out, "\\fBkratree %s\\fR ", command->name);
    put_text(out, command->arguments);
    kt_output_put(out, "\n");
    put_paragraphs(out, command->about);
    for (size_t g = 0; g < command->group_count; g++) {
        kt_output_format(out, ".SS %s\n", command->groups[g]->title);
        for (size_t i = 0; i < command->groups[g]->count; i++)
            put_option(out, &command->groups[g]->options[i]);
    }
    kt_output_put(out, ".SS Examples\n");
    for (size_t i = 0; i < command->example_count; i++) {
        snprintf(term, sizeof term, "kratree %s", command->examples[i].arguments);
        put_entry(out, term, command->examples[i].text);
    }
    kt_output_put(out, ".SS Exit status\n");
    for (size_t i = 0; i < command->exit_count; i++)
        put_entry(out, command->exits[2 * i], command->exits[2 * i + 1]);
}

void kt_manual(kt_output *out, const kt_command *const *commands)
{
    kt_output_format(out, ".TH KRATREE 1 \"\" \"kratree %s\" \"User Commands\"\n", kt_version());
    kt_output_put(out, ".SH NAME\nkratree \\- the file tree that Kratix writes into its State Stores\n"
                       ".SH SYNOPSIS\n\\fBkratree\\fR COMMAND [PATH...] [flags]\n.SH DESCRIPTION\n");
    kt_output_put(out, "Computes, offline and from manifests, the files that a Kratix installation would write, byte "
                       "for byte.\n");
    for (const kt_command *const *c = commands; *c; c++)
        put_command(out, *c);
    kt_output_put(out, ".SH FILES\n");
    put_entry(out, ".kratreeignore", "files and folders to pass over, in gitignore syntax; holds for its folder");
    put_entry(out, ".kratree.yaml", "settings named like flags, severities of codes, what is ignored and why; in the first "
                                    "PATH, or in the current folder or above it, as far as the one that holds .git");
    kt_output_put(out, ".SH ENVIRONMENT\n");
    put_entry(out, "KRATREE_...", "the value of a long flag, as given there; the flag wins");
    put_entry(out, "NO_COLOR", "when not empty: no colour, unless --color or KRATREE_COLOR asks for it");
}
