/* The writer of Markdown and HTML. */
#include "emit/markup.h"

#include <string.h>

#include "base/sv.h"

void kt_markup_init(kt_markup *out, kt_write_fn write, void *ctx)
{
    out->write = write;
    out->ctx = ctx;
    out->status = KT_OK;
    out->used = 0;
}

static void flush(kt_markup *out)
{
    if (out->used > 0 && out->status == KT_OK && !out->write(out->ctx, out->buffer, out->used))
        out->status = KT_ERR_WRITE;
    out->used = 0;
}

static void put_byte(kt_markup *out, char byte)
{
    if (out->used == sizeof out->buffer)
        flush(out);
    out->buffer[out->used++] = byte;
}

void kt_markup_sv(kt_markup *out, kt_sv text)
{
    for (size_t i = 0; i < text.len; i++)
        put_byte(out, text.ptr[i]);
}

void kt_markup_put(kt_markup *out, const char *text)
{
    kt_markup_sv(out, kt_str(text));
}

void kt_markup_u64(kt_markup *out, uint64_t number)
{
    char digits[KT_DECIMAL_SIZE];

    kt_markup_sv(out, kt_sv_decimal(digits, number));
}

static const char *html_entity(char byte)
{
    switch (byte) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

static bool is_control(char byte)
{
    return ((unsigned char)byte < 0x20 && byte != '\n') || byte == 0x7f;
}

void kt_markup_html(kt_markup *out, kt_sv text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char *entity = html_entity(text.ptr[i]);
        if (entity)
            kt_markup_put(out, entity);
        else
            put_byte(out, is_control(text.ptr[i]) ? ' ' : text.ptr[i]);
    }
}

void kt_markup_markdown(kt_markup *out, kt_sv text)
{
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        if (byte && strchr("\\`*_[]<>#|~&", byte))
            put_byte(out, '\\');
        put_byte(out, is_control(byte) || byte == '\n' ? ' ' : byte);
    }
}

void kt_markup_page(kt_markup *out, const char *title)
{
    kt_markup_put(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    kt_markup_html(out, kt_str(title));
    kt_markup_put(out,
                  "</title>\n<style>\n"
                  ":root { color-scheme: light dark }\n"
                  "body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; padding: 0 1rem; max-width: 72rem }\n"
                  "table { border-collapse: collapse; display: block; overflow-x: auto }\n"
                  "th, td { border: 1px solid #8886; padding: .25rem .6rem; text-align: left; vertical-align: top }\n"
                  "thead th:nth-child(n+4) { writing-mode: vertical-rl }\n"
                  "td.mark { text-align: center } td.yes { background: #2a82 } td.misplaced { background: #c822 }\n"
                  "td.stopped, tr.nowhere th { background: #c222 }\n"
                  "pre { background: #8882; padding: .6rem; overflow-x: auto }\n"
                  "dt { float: left; clear: left; width: 2rem; text-align: center } dd { margin-left: 2.5rem }\n"
                  "</style>\n</head>\n<body>\n");
}

void kt_markup_page_end(kt_markup *out)
{
    kt_markup_put(out, "</body>\n</html>\n");
}

kt_status kt_markup_finish(kt_markup *out)
{
    flush(out);
    return out->status;
}
