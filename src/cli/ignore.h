/* .kratreeignore: which files and folders are passed over, in gitignore syntax.
 *
 *     kt_ignore *root = kt_ignore_new(NULL, "platform", bytes);
 *     kt_ignore *nested = kt_ignore_new(root, "platform/charts", more);
 *     if (kt_ignore_match(nested, "platform/charts/x.yaml", false))
 *         ...
 *     kt_ignore_free(nested);
 *     kt_ignore_free(root);
 *
 * A list belongs to a folder and holds for what is below it. The nearest folder with a matching line
 * decides, and in a list the last matching line. As in git, a file below an ignored folder cannot be
 * brought back: callers do not enter ignored folders. Letters are bytes, case matters. One thing is more
 * than git has: a leading "./" means the same as a leading "/". */
#ifndef KT_CLI_IGNORE_H
#define KT_CLI_IGNORE_H

#include "kratree.h"

typedef struct kt_ignore kt_ignore;

/* A list from the content of a file. `parent` is the list of a folder above, or NULL; it is borrowed.
 * `folder` is the folder's path as in the paths that are matched, "" for the current one. Both texts are
 * copied. NULL: no memory. */
kt_ignore *kt_ignore_new(const kt_ignore *parent, const char *folder, kt_sv bytes);

/* Free one list, not its parents. NULL is allowed. */
void kt_ignore_free(kt_ignore *list);

/* Whether `path`, which begins with the folder of `list`, is ignored. NULL ignores nothing. */
bool kt_ignore_match(const kt_ignore *list, const char *path, bool is_folder);

/* Whether `text`, without '/', matches `pattern`: * ? [a-z] [!a-z] [[:alpha:]] and \ for the letter itself. */
bool kt_glob_match(kt_sv pattern, kt_sv text);

#endif
