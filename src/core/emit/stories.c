/* Stories as JSON, Markdown and HTML. */
#include "emit/json.h"
#include "emit/markup.h"

#define SCHEMA_VERSION 1

static kt_status write_json(const kt_stories *stories, kt_write_fn write, void *ctx)
{
    static const char *const kinds[] = {"text", "item", "code"};
    kt_json json;

    kt_json_init(&json, write, ctx);
    kt_json_object(&json, NULL);
    kt_json_u64(&json, "schemaVersion", SCHEMA_VERSION);
    kt_json_array(&json, "stories");
    for (size_t i = 0; i < stories->count; i++) {
        const kt_story *story = &stories->items[i];
        kt_json_object(&json, NULL);
        kt_json_sv(&json, "name", story->name);
        kt_json_sv(&json, "title", story->title);
        kt_json_array(&json, "parts");
        for (size_t p = 0; p < story->part_count; p++) {
            kt_json_object(&json, NULL);
            kt_json_str(&json, "kind", kinds[story->parts[p].kind]);
            kt_json_sv(&json, "text", story->parts[p].text);
            kt_json_end(&json);
        }
        kt_json_end(&json);
        kt_json_end(&json);
    }
    kt_json_end(&json);
    kt_json_end(&json);
    return kt_json_finish(&json);
}

/* ---- Markdown ---- */

/* A fence that the lines in it cannot end: they are indented. */
static void put_markdown_code(kt_markup *out, kt_sv text)
{
    kt_markup_put(out, "    ");
    for (size_t i = 0; i < text.len; i++) {
        kt_markup_sv(out, (kt_sv){text.ptr + i, 1});
        if (text.ptr[i] == '\n' && i + 1 < text.len)
            kt_markup_put(out, "    ");
    }
    if (text.len == 0 || text.ptr[text.len - 1] != '\n')
        kt_markup_put(out, "\n");
}

static void put_markdown_part(kt_markup *out, const kt_story_part *part)
{
    if (part->kind == KT_STORY_CODE) {
        put_markdown_code(out, part->text);
        return;
    }
    kt_markup_put(out, part->kind == KT_STORY_ITEM ? "- " : "");
    kt_markup_markdown(out, part->text);
    kt_markup_put(out, "\n");
}

static kt_status write_markdown(const kt_stories *stories, kt_write_fn write, void *ctx)
{
    kt_markup out;

    kt_markup_init(&out, write, ctx);
    for (size_t i = 0; i < stories->count; i++) {
        const kt_story *story = &stories->items[i];
        kt_markup_put(&out, i > 0 ? "\n# " : "# ");
        kt_markup_markdown(&out, story->title);
        kt_markup_put(&out, "\n");
        for (size_t p = 0; p < story->part_count; p++) {
            const kt_story_part *part = &story->parts[p];
            bool listed = part->kind == KT_STORY_ITEM && p > 0 && part[-1].kind == KT_STORY_ITEM;
            kt_markup_put(&out, listed ? "" : "\n");
            put_markdown_part(&out, part);
        }
    }
    return kt_markup_finish(&out);
}

/* ---- HTML ---- */

static void put_html_part(kt_markup *out, const kt_story *story, size_t p)
{
    static const char *const begins[] = {"<p>", "<li>", "<pre>"}, *const ends[] = {"</p>\n", "</li>\n", "</pre>\n"};
    const kt_story_part *part = &story->parts[p];
    bool item = part->kind == KT_STORY_ITEM;

    if (item && (p == 0 || part[-1].kind != KT_STORY_ITEM))
        kt_markup_put(out, "<ul>\n");
    kt_markup_put(out, begins[part->kind]);
    kt_markup_html(out, part->text);
    kt_markup_put(out, ends[part->kind]);
    if (item && (p + 1 == story->part_count || part[1].kind != KT_STORY_ITEM))
        kt_markup_put(out, "</ul>\n");
}

static kt_status write_html(const kt_stories *stories, kt_write_fn write, void *ctx)
{
    kt_markup out;

    kt_markup_init(&out, write, ctx);
    kt_markup_page(&out, "Why it is so");
    for (size_t i = 0; i < stories->count; i++) {
        const kt_story *story = &stories->items[i];
        kt_markup_put(&out, "<h1>");
        kt_markup_html(&out, story->title);
        kt_markup_put(&out, "</h1>\n");
        for (size_t p = 0; p < story->part_count; p++)
            put_html_part(&out, story, p);
    }
    kt_markup_page_end(&out);
    return kt_markup_finish(&out);
}

kt_status kt_stories_write(const kt_stories *stories, kt_report_format format, kt_write_fn write, void *ctx)
{
    static kt_status (*const writers[])(const kt_stories *, kt_write_fn, void *) = {
        [KT_REPORT_JSON] = write_json,
        [KT_REPORT_MARKDOWN] = write_markdown,
        [KT_REPORT_HTML] = write_html,
    };

    if (!stories || !write || (unsigned)format >= sizeof writers / sizeof writers[0])
        return KT_ERR_ARGUMENT;
    return writers[format](stories, write, ctx);
}
