/* The script for bash: for each command the flags, and for the word before the cursor what may follow. Works with and
 * without the package bash-completion. */
#include "cli/code_pages.h"
#include "cli/commands.h"
#include "cli/completion.h"

static void put_flag(kt_output *out, const kt_option *option)
{
    if (option->name)
        kt_output_format(out, " --%s", option->name);
    if (option->letter)
        kt_output_format(out, " -%c", option->letter);
}

/* "-o|--output" */
static void put_pattern(kt_output *out, const kt_option *option)
{
    if (option->letter)
        kt_output_format(out, "-%c%s", option->letter, option->name ? "|" : "");
    if (option->name)
        kt_output_format(out, "--%s", option->name);
}

/* What follows a flag that has a value. */
static void put_value(kt_output *out, const kt_option *option)
{
    if (!option->value)
        return;
    kt_output_put(out, "        ");
    put_pattern(out, option);
    kt_output_put(out, ") ");
    switch (kt_option_completes(option)) {
    case KT_COMPLETES_FILE:
        kt_output_put(out, "kind=file");
        break;
    case KT_COMPLETES_CHOICE:
    case KT_COMPLETES_REPORT:
        kt_output_put(out, "kind=words words='");
        kt_put_choices(out, option->choices);
        kt_output_put(out, "'");
        break;
    default:
        kt_output_put(out, "kind=none");
    }
    kt_output_put(out, " ;;\n");
}

static void put_names(kt_output *out)
{
    kt_output_put(out, "        names='");
    for (const char *const *start = kt_name_starts; *start; start++)
        kt_output_format(out, "%s ", *start);
    for (size_t i = 0; i < kt_code_page_count; i++)
        kt_output_format(out, "%s%s", i > 0 ? " " : "", kt_code_pages[i].id);
    kt_output_put(out, "'\n");
}

static void put_command(kt_output *out, const kt_command *command)
{
    kt_output_format(out, "    %s)\n        flags='", command->name);
    kt_command_each_option(command, put_flag, out);
    kt_output_put(out, "'\n");
    if (kt_command_has_names(command))
        put_names(out);
    if (!kt_command_has_paths(command)) {
        kt_output_put(out, "        kind=words words='");
        kt_put_choices(out, command->arguments);
        kt_output_put(out, "'\n");
    }
    kt_output_put(out, "        case $before in\n");
    kt_command_each_option(command, put_value, out);
    kt_output_put(out, "        esac ;;\n");
}

static void put_first(kt_output *out)
{
    kt_output_put(out, "    *) kind=words flags='--help --version --man' words='");
    for (const kt_command *const *c = kt_commands; *c; c++)
        kt_output_format(out, "%s ", (*c)->name);
    kt_output_put(out, "help' ;;\n");
}

void kt_completion_bash(kt_output *out)
{
    kt_output_put(out,
                  "# bash completion for kratree; made by: kratree completion bash\n"
                  "_kratree()\n"
                  "{\n"
                  "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
                  "    local command=${COMP_WORDS[1]} flags= words= names= kind=file\n"
                  "    # readline cuts --flag=value at its '='\n"
                  "    if [ \"$word\" = = ]; then\n"
                  "        word=\n"
                  "        [ \"${COMP_WORDS[COMP_CWORD - 2]}\" = -o ] && before=--\n"
                  "    elif [ \"$before\" = = ]; then\n"
                  "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
                  "        [ \"${COMP_WORDS[COMP_CWORD - 3]}\" = -o ] && before=--\n"
                  "    fi\n"
                  "    [ \"$COMP_CWORD\" = 1 ] && command=\n"
                  "    case $command in\n");
    for (const kt_command *const *c = kt_commands; *c; c++)
        put_command(out, *c);
    kt_output_put(out, "    help) kind=words words='");
    for (const kt_command *const *c = kt_commands; *c; c++)
        kt_output_format(out, "%s%s", c == kt_commands ? "" : " ", (*c)->name);
    kt_output_put(out, "' ;;\n");
    put_first(out);
    kt_output_put(out,
                  "    esac\n"
                  "    case $word in -*) kind=words words=$flags ;; esac\n"
                  "    COMPREPLY=()\n"
                  "    case $kind in\n"
                  "    words) mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\") ;;\n"
                  "    file)\n"
                  "        compopt -o filenames 2>/dev/null\n"
                  "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\"; compgen -W \"$names\" -- \"$word\") ;;\n"
                  "    esac\n"
                  "    [[ ${COMPREPLY[0]} == */ ]] && compopt -o nospace 2>/dev/null\n"
                  "    return 0\n"
                  "}\n"
                  "complete -F _kratree kratree\n");
}
