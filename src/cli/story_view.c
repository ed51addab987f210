/* Paragraphs, lists and lines of code, filled; and Markdown of docs/diagnostics.md taken apart. */
#include "cli/story_view.h"

#include <string.h>

#include "cli/fill.h"

#define CODE_INDENT 4

/* ---- On a terminal ---- */

/* As they are; but on a terminal a line that is too long for it, such as a diagnostic, is filled. */
static void put_code(kt_output *out, kt_sv text, bool color, size_t columns)
{
    kt_output_put(out, kt_paint_begin(color, KT_PAINT_NAME));
    while (text.len > 0) {
        const char *end = memchr(text.ptr, '\n', text.len);
        size_t length = end ? (size_t)(end - text.ptr) : text.len;
        kt_sv line = {text.ptr, length};
        if (columns > 0 && kt_safe_width(line) + CODE_INDENT > columns) {
            kt_fill(out, line, CODE_INDENT, 0, columns);
        } else {
            kt_output_format(out, "%*s", CODE_INDENT, "");
            kt_output_safe(out, line);
            kt_output_put(out, "\n");
        }
        text = (kt_sv){text.ptr + length + (end != NULL), text.len - length - (end != NULL)};
    }
    kt_output_put(out, kt_paint_end(color, KT_PAINT_NAME));
}

static void put_part(kt_output *out, const kt_story_part *part, bool color, size_t columns)
{
    size_t width = kt_fill_width(columns);

    switch (part->kind) {
    case KT_STORY_CODE:
        put_code(out, part->text, color, columns);
        return;
    case KT_STORY_ITEM:
        kt_output_put(out, "  - ");
        kt_fill(out, part->text, 4, 4, width);
        return;
    default:
        kt_fill(out, part->text, 0, 0, width);
    }
}

void kt_story_view(kt_output *out, const kt_stories *stories, bool color, size_t columns)
{
    for (size_t i = 0; i < stories->count; i++) {
        const kt_story *story = &stories->items[i];
        kt_output_put(out, i > 0 ? "\n" : "");
        kt_output_put(out, kt_paint_begin(color, KT_PAINT_STRONG));
        kt_output_safe(out, story->title);
        kt_output_put(out, kt_paint_end(color, KT_PAINT_STRONG));
        kt_output_put(out, "\n");
        for (size_t p = 0; p < story->part_count; p++) {
            bool item = story->parts[p].kind == KT_STORY_ITEM;
            /* A list stands close to the sentence that it belongs to. */
            kt_output_put(out, item && p > 0 && story->parts[p - 1].kind != KT_STORY_CODE ? "" : "\n");
            put_part(out, &story->parts[p], color, columns);
        }
    }
}

/* ---- The page of a code ---- */

static const char *end_of_line(const char *text)
{
    return text + strcspn(text, "\n");
}

/* A paragraph begins at `text`: where it ends, without its last line feed. */
static const char *end_of_paragraph(const char *text)
{
    const char *end = strstr(text, "\n\n");

    return end ? end : text + strlen(text);
}

/* A fenced block: its lines without the fences. `*next` is behind it. */
static kt_story_part take_code(const char *text, const char **next)
{
    const char *begin = end_of_line(text), *end = strstr(begin, "\n```");

    begin += *begin == '\n';
    end = end ? end : begin + strlen(begin);
    *next = end_of_line(*end ? end + 1 : end);
    return (kt_story_part){KT_STORY_CODE, {begin, end > begin ? (size_t)(end - begin) : 0}};
}

/* "**Cure.** Do this." without the stars. */
static kt_story_part take_paragraph(kt_pool *pool, const char *text, const char **next)
{
    static const char strong[] = "**Cure.** ";
    size_t length;

    *next = end_of_paragraph(text);
    length = (size_t)(*next - text);
    if (strncmp(text, strong, sizeof strong - 1) == 0) {
        kt_sv pieces[2] = {kt_str("Cure: "), {text + sizeof strong - 1, length - (sizeof strong - 1)}};
        return (kt_story_part){KT_STORY_TEXT, kt_pool_join(pool, pieces, 2)};
    }
    return (kt_story_part){KT_STORY_TEXT, {text, length}};
}

bool kt_code_story(kt_story *out, kt_pool *pool, const kt_code_page *page)
{
    kt_sv title[4] = {kt_str(page->id), kt_str(" "), kt_str(page->severity), kt_str(": ")}, pieces[2];
    size_t most = strlen(page->text) + 1;
    kt_story_part *parts = kt_pool_alloc(pool, most * sizeof *parts);
    const char *text = page->text;

    pieces[0] = kt_pool_join(pool, title, 4);
    pieces[1] = kt_str(page->title);
    *out = (kt_story){kt_str(page->id), kt_pool_join(pool, pieces, 2), parts, 0};
    while (parts && *(text += strspn(text, "\n"))) {
        kt_story_part *part = &parts[out->part_count++];
        *part = strncmp(text, "```", 3) == 0 ? take_code(text, &text) : take_paragraph(pool, text, &text);
        if (!part->text.ptr)
            return false;
    }
    return parts && pieces[0].ptr && out->title.ptr;
}
