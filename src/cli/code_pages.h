/* What docs/diagnostics.md says of each code, compiled into the program (packaging/code_pages.awk). */
#ifndef KT_CLI_CODE_PAGES_H
#define KT_CLI_CODE_PAGES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct kt_code_page {
    const char *id;       /* "KT-204" */
    const char *severity; /* "error" */
    const char *title;    /* "a field is unknown" */
    const char *text;     /* paragraphs and fenced blocks of Markdown, separated by empty lines */
} kt_code_page;

extern const kt_code_page kt_code_pages[]; /* by id */
extern const size_t kt_code_page_count;

/* Whether the word looks like a code: "KT-204", "kt-204", "kt204", "204". */
bool kt_code_looks(const char *word);

/* The page of such a word, or NULL. */
const kt_code_page *kt_code_page_find(const char *word);

#endif
