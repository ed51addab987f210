/* The pages of the codes. */
#include "cli/code_pages.h"

#include <string.h>

const kt_code_page kt_code_pages[] = {
#include "code_pages.inc"
};

const size_t kt_code_page_count = sizeof kt_code_pages / sizeof kt_code_pages[0];

/* The digits of a code, or NULL. */
static const char *digits_of(const char *word)
{
    if ((word[0] == 'K' || word[0] == 'k') && (word[1] == 'T' || word[1] == 't'))
        word += word[2] == '-' ? 3 : 2;
    return strlen(word) == 3 && strspn(word, "0123456789") == 3 ? word : NULL;
}

bool kt_code_looks(const char *word)
{
    return digits_of(word) != NULL;
}

const kt_code_page *kt_code_page_find(const char *word)
{
    const char *digits = digits_of(word);

    for (size_t i = 0; digits && i < kt_code_page_count; i++)
        if (strcmp(kt_code_pages[i].id + 3, digits) == 0)
            return &kt_code_pages[i];
    return NULL;
}
