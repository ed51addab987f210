/* A writer of Markdown and HTML: streaming, no memory of its own. Failure sticks.
 *
 *     kt_markup out;
 *     kt_markup_init(&out, write, ctx);
 *     kt_markup_put(&out, "<td>");
 *     kt_markup_html(&out, name);
 *     kt_markup_put(&out, "</td>");
 *     status = kt_markup_finish(&out);
 */
#ifndef KT_EMIT_MARKUP_H
#define KT_EMIT_MARKUP_H

#include "kratree.h"

typedef struct kt_markup {
    kt_write_fn write;
    void *ctx;
    kt_status status;
    size_t used;
    char buffer[4096];
} kt_markup;

void kt_markup_init(kt_markup *out, kt_write_fn write, void *ctx);

/* As it is. */
void kt_markup_put(kt_markup *out, const char *text);
void kt_markup_sv(kt_markup *out, kt_sv text);
void kt_markup_u64(kt_markup *out, uint64_t number);
/* As text of an HTML element or a quoted attribute. */
void kt_markup_html(kt_markup *out, kt_sv text);
/* As text of Markdown, in one line: what has a meaning there is escaped, line feeds and other control characters become
 * blanks. */
void kt_markup_markdown(kt_markup *out, kt_sv text);

/* Begin and end a page that needs nothing else: no script, no font, no picture. */
void kt_markup_page(kt_markup *out, const char *title);
void kt_markup_page_end(kt_markup *out);

/* Flush. KT_OK or KT_ERR_WRITE. */
kt_status kt_markup_finish(kt_markup *out);

#endif
