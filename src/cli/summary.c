/* Summaries:
 *
 *     wrote    rendered   42 files   312.4 KiB   2 State Stores   5 Destinations
 *              40 created   2 updated   0 unchanged   1 warning
 */
#include "cli/summary.h"

#include <string.h>

static void put_strong(kt_console *console, kt_paint paint, const char *text)
{
    kt_output_format(&console->error, "%s%s%s", kt_paint_begin(console->error_color, paint), text,
                     kt_paint_end(console->error_color, paint));
}

static void put_count(kt_console *console, size_t count, const char *one, const char *many)
{
    char text[64];

    kt_output_format(&console->error, "   %s", kt_count_text(text, count, one, many));
}

static void put_tree(kt_console *console, const kt_result *result)
{
    const kt_tree *tree = kt_result_tree(result);
    const kt_plan *plan = kt_result_plan(result);
    size_t destinations = 0;
    char size[24];

    for (size_t i = 0; i < plan->destination_count; i++)
        for (size_t s = 0; s < tree->store_count; s++)
            destinations += plan->destinations[i].store == tree->stores[s].store;
    put_count(console, tree->file_count, "file", "files");
    kt_output_format(&console->error, "   %s", kt_size_text(size, tree->size));
    put_count(console, tree->store_count, "State Store", "State Stores");
    put_count(console, destinations, "Destination", "Destinations");
}

static void put_changes(const kt_settings *settings, const kt_delivery *delivery, kt_console *console)
{
    static const char *const words[2][3] = {{"created", "updated", "deleted"}, {"to create", "to update", "to delete"}};
    const char *const *word = words[settings->check];

    kt_output_put(&console->error, "      ");
    if (!delivery->is_zip) {
        put_count(console, delivery->created, word[0], word[0]);
        put_count(console, delivery->updated, word[1], word[1]);
        if (delivery->deleted > 0)
            put_count(console, delivery->deleted, word[2], word[2]);
        put_count(console, delivery->kept, "unchanged", "unchanged");
    }
    if (delivery->foreign > 0)
        put_count(console, delivery->foreign, "foreign file", "foreign files");
}

static const char *verb(const kt_settings *settings, const kt_delivery *delivery)
{
    if (settings->check)
        return delivery->differs ? "differs  " : "same     ";
    return delivery->created + delivery->updated + delivery->deleted > 0 || strcmp(settings->out, "-") == 0
               ? "wrote    "
               : "same     ";
}

void kt_summary(const kt_settings *settings, const kt_result *result, const kt_delivery *delivery,
                kt_console *console)
{
    size_t left_out = kt_result_left_out(result), passed_over = kt_result_passed_over(result);
    bool extra = left_out > 0 || console->warnings > 0 || (passed_over > 0 && console->verbose);

    if (console->quiet)
        return;
    if (settings->out) {
        put_strong(console, delivery->differs && settings->check ? KT_PAINT_WARNING : KT_PAINT_GOOD,
                   verb(settings, delivery));
        put_strong(console, KT_PAINT_STRONG, strcmp(settings->out, "-") == 0 ? "standard output" : settings->out);
        put_tree(console, result);
        kt_output_put(&console->error, "\n");
        if (!delivery->is_zip || extra)
            put_changes(settings, delivery, console);
    } else if (extra) {
        put_strong(console, KT_PAINT_STRONG, "      ");
    } else {
        return;
    }
    if (console->warnings > 0)
        put_count(console, console->warnings, "warning", "warnings");
    if (left_out > 0)
        put_count(console, left_out, "object left out", "objects left out");
    if (passed_over > 0 && console->verbose)
        put_count(console, passed_over, "document passed over", "documents passed over");
    if (!settings->out || !delivery->is_zip || extra)
        kt_output_put(&console->error, "\n");
}

void kt_summary_validated(const kt_settings *settings, const kt_result *result, size_t files, kt_console *console)
{
    size_t passed_over = kt_result_passed_over(result);
    bool found = console->errors + console->warnings > 0;

    if (console->quiet)
        return;
    if (console->errors > 0)
        put_strong(console, KT_PAINT_ERROR, "wrong ");
    else
        put_strong(console, found ? KT_PAINT_WARNING : KT_PAINT_GOOD, "fine  ");
    put_count(console, files, "manifest", "manifests");
    if (console->errors > 0)
        put_count(console, console->errors, "error", "errors");
    if (console->warnings > 0)
        put_count(console, console->warnings, "warning", "warnings");
    if (passed_over > 0 && console->verbose)
        put_count(console, passed_over, "document passed over", "documents passed over");
    kt_output_put(&console->error, "\n");
    if (settings->strict && console->errors > 0 && console->warnings == 0)
        kt_output_put(&console->error, "         Without --strict warnings are let through.\n");
}

void kt_summary_locked(const kt_result *result, const char *path, bool written, kt_console *console)
{
    const kt_plan *plan = kt_result_plan(result);

    if (console->quiet)
        return;
    put_strong(console, KT_PAINT_GOOD, written ? "wrote    " : "same     ");
    put_strong(console, KT_PAINT_STRONG, path);
    put_count(console, plan->work_count, "Work", "Works");
    put_count(console, plan->destination_count, "Destination", "Destinations");
    put_count(console, plan->store_count, "State Store", "State Stores");
    if (console->warnings > 0)
        put_count(console, console->warnings, "warning", "warnings");
    kt_output_put(&console->error, "\n");
}

void kt_summary_failed(const kt_settings *settings, kt_status status, kt_console *console)
{
    char errors[64];

    if (console->quiet)
        return;
    kt_output_put(&console->error, "\n");
    put_strong(console, KT_PAINT_ERROR, kt_count_text(errors, console->errors, "error", "errors"));
    if (console->warnings > 0)
        put_count(console, console->warnings, "warning", "warnings");
    kt_output_put(&console->error, settings->out ? "; nothing was written\n" : "\n");
    if (status != KT_ERR_INPUT)
        return;
    if (settings->strict)
        kt_output_put(&console->error, "Without --strict warnings are let through.\n");
    if (!settings->keep_going)
        kt_output_format(&console->error,
                         "To leave out what Kratix would refuse and see the rest: %s %s --keep-going\n",
                         console->program, console->command);
}
