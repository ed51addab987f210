/* Filling. */
#include "cli/fill.h"

#include "cli/console.h"

size_t kt_fill_width(size_t columns)
{
    return columns > 0 && columns < KT_FILL_WIDEST ? columns : KT_FILL_WIDEST;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\n';
}

/* Cut the first word off `text`; empty: there is none. */
static kt_sv next_word(kt_sv *text)
{
    kt_sv word;
    size_t from = 0, to;

    while (from < text->len && is_blank(text->ptr[from]))
        from++;
    for (to = from; to < text->len && !is_blank(text->ptr[to]);)
        to++;
    word = (kt_sv){text->ptr + from, to - from};
    *text = (kt_sv){text->ptr + to, text->len - to};
    return word;
}

void kt_fill(kt_output *out, kt_sv text, size_t indent, size_t at, size_t width)
{
    for (kt_sv word = next_word(&text); word.len > 0; word = next_word(&text)) {
        size_t columns = kt_safe_width(word);
        bool first = at <= indent;
        if (!first && at + 1 + columns > width) {
            kt_output_put(out, "\n");
            at = 0;
            first = true;
        }
        if (first && at < indent)
            kt_output_format(out, "%*s", (int)(indent - at), "");
        at = first ? indent : at;
        if (!first)
            kt_output_put(out, " ");
        kt_output_safe(out, word);
        at += columns + !first;
    }
    kt_output_put(out, "\n");
}
