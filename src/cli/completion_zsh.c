/* The script for zsh: a list of specifications for _arguments for each command. */
#include <string.h>

#include "cli/code_pages.h"
#include "cli/commands.h"
#include "cli/completion.h"

/* Text inside '…' and inside [ ] or before a ':' of a specification. */
static void put_text(kt_output *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            kt_output_put(out, "'\\''");
        else if (strchr("[]:\\", *text))
            kt_output_format(out, "\\%c", *text);
        else
            kt_output_write(out, text, 1);
    }
}

/* ":what:(how)" of a flag that has a value. */
static void put_value(kt_output *out, const kt_option *option)
{
    if (!option->value)
        return;
    kt_output_put(out, ":");
    put_text(out, option->value);
    kt_output_put(out, ":");
    switch (kt_option_completes(option)) {
    case KT_COMPLETES_FILE:
        kt_output_put(out, "_files");
        break;
    case KT_COMPLETES_CHOICE:
        kt_output_put(out, "(");
        kt_put_choices(out, option->choices);
        kt_output_put(out, ")");
        break;
    case KT_COMPLETES_REPORT:
        kt_output_put(out, "{_kratree_report ");
        kt_put_choices(out, option->choices);
        kt_output_put(out, "}");
        break;
    default:
        kt_output_put(out, "()");
    }
}

/* '(-q --quiet)'{-q,--quiet}'[say nothing]' */
static void put_flag(kt_output *out, const kt_option *option)
{
    bool again = kt_option_completes(option) == KT_COMPLETES_REPORT;

    kt_output_put(out, "        ");
    if (option->name && option->letter)
        kt_output_format(out, "'(-%c --%s)'{-%c,--%s}'", option->letter, option->name, option->letter, option->name);
    else if (option->name)
        kt_output_format(out, "'--%s%s", option->name, option->value ? "=" : "");
    else
        kt_output_format(out, "'%s-%c+", again ? "*" : "", option->letter);
    kt_output_put(out, "[");
    put_text(out, option->help);
    kt_output_put(out, "]");
    put_value(out, option);
    kt_output_put(out, "' \\\n");
}

static void put_rest(kt_output *out, const kt_command *command)
{
    if (kt_command_has_names(command)) {
        kt_output_put(out, "        '*:path or name:_kratree_names' ;;\n");
    } else if (kt_command_has_paths(command)) {
        kt_output_put(out, "        '*:path:_files' ;;\n");
    } else {
        kt_output_put(out, "        '1:what:(");
        kt_put_choices(out, command->arguments);
        kt_output_put(out, ")' ;;\n");
    }
}

static void put_command(kt_output *out, const kt_command *command)
{
    kt_output_format(out, "    %s) _arguments -s -S \\\n", command->name);
    kt_command_each_option(command, put_flag, out);
    put_rest(out, command);
}

static void put_names(kt_output *out)
{
    kt_output_put(out, "_kratree_names()\n{\n    local -a starts codes\n    starts=(");
    for (const char *const *start = kt_name_starts; *start; start++)
        kt_output_format(out, "%s%s", start == kt_name_starts ? "" : " ", *start);
    kt_output_put(out, ")\n    codes=(\n");
    for (size_t i = 0; i < kt_code_page_count; i++) {
        kt_output_format(out, "        '%s:", kt_code_pages[i].id);
        put_text(out, kt_code_pages[i].title);
        kt_output_put(out, "'\n");
    }
    kt_output_put(out, "    )\n"
                       "    _files\n"
                       "    compadd -S '' -a starts\n"
                       "    _describe -t codes code codes\n"
                       "}\n\n");
}

void kt_completion_zsh(kt_output *out)
{
    kt_output_put(out, "#compdef kratree\n# zsh completion for kratree; made by: kratree completion zsh\n\n"
                       "# FORMAT or FORMAT=FILE\n"
                       "_kratree_report()\n"
                       "{\n"
                       "    if compset -P '*='; then\n"
                       "        _files\n"
                       "    else\n"
                       "        compadd -- \"$@\"\n"
                       "    fi\n"
                       "}\n\n");
    put_names(out);
    kt_output_put(out, "_kratree()\n{\n"
                       "    local -a commands\n"
                       "    if (( CURRENT == 2 )); then\n"
                       "        commands=(\n");
    for (const kt_command *const *c = kt_commands; *c; c++) {
        kt_output_format(out, "            '%s:", (*c)->name);
        put_text(out, (*c)->summary);
        kt_output_put(out, "'\n");
    }
    kt_output_put(out, "            'help:show help'\n        )\n"
                       "        _describe -t commands command commands\n"
                       "        compadd -- --help --version --man\n"
                       "        return\n"
                       "    fi\n"
                       "    shift words\n"
                       "    (( CURRENT-- ))\n"
                       "    case $words[1] in\n");
    for (const kt_command *const *c = kt_commands; *c; c++)
        put_command(out, *c);
    kt_output_put(out, "    help) compadd --");
    for (const kt_command *const *c = kt_commands; *c; c++)
        kt_output_format(out, " %s", (*c)->name);
    kt_output_put(out, " ;;\n    esac\n}\n\n"
                       "if [ \"$funcstack[1]\" = _kratree ]; then _kratree \"$@\"; else compdef _kratree kratree; fi\n");
}
