/* Stories on a terminal, and the page of a code as a story. */
#ifndef KT_CLI_STORY_VIEW_H
#define KT_CLI_STORY_VIEW_H

#include "cli/code_pages.h"
#include "cli/console.h"
#include "store/pool.h"

/* `columns` of the terminal; 0: none. */
void kt_story_view(kt_output *out, const kt_stories *stories, bool color, size_t columns);

/* The page of a code; it lives as long as the pool. False: there is no memory. */
bool kt_code_story(kt_story *out, kt_pool *pool, const kt_code_page *page);

#endif
