/* Writing a tree into a directory, and comparing the two.
 *
 *     kt_directory_report report;
 *     kt_status status = kt_directory_write(&report, kt_result_tree(result), "out", NULL);
 *     for (size_t i = 0; i < report.problem_count; i++)
 *         kt_diag_print(&report.problems[i], write, ctx);
 *     kt_directory_report_dispose(&report);
 *
 * Each State Store lies at <root>/<folder>, which is <root> itself when the tree has one store. Nothing is
 * written through a symbolic link or outside root. Files that need no change keep inode and mtime. An
 * absent root is staged beside it and renamed; in an existing one every new content is staged, and a journal says what
 * will be done, before the first is renamed into its place. A failure before that leaves everything as it was; whoever
 * is stopped later leaves the journal, which the next run completes. One run writes at a time. */
#ifndef KT_STORE_DIRECTORY_H
#define KT_STORE_DIRECTORY_H

#include "kratree.h"

/* What is, or was, to be done. Everything in it lives until kt_directory_report_dispose(). */
typedef struct kt_directory_report {
    const kt_change *changes; /* sorted by path, bytewise */
    size_t change_count;
    size_t counts[KT_CHANGE_KINDS]; /* of each kind */
    kt_diag *problems;  /* why it was refused or failed; codes KT-601 … KT-608 */
    size_t problem_count;
    bool absent;        /* there was no root */
    bool interrupted;   /* an earlier run left a journal; a run that writes has completed it, with a warning */
    struct kt_pool *pool;
    kt_changes *plan;
} kt_directory_report;

/* Options. Start from KT_DIRECTORY_OPTIONS_INIT. */
typedef struct kt_directory_options {
    unsigned version; /* KT_DIRECTORY_OPTIONS_VERSION */
    bool force;       /* write beside foreign files, which stay as they are, instead of refusing */
    bool known;       /* a lock knows what here is ours: foreign files are expected, and stay */
} kt_directory_options;

#define KT_DIRECTORY_OPTIONS_VERSION 1u
#define KT_DIRECTORY_OPTIONS_INIT { KT_DIRECTORY_OPTIONS_VERSION, false, false }

/* Compare `tree` with the directory `root`, as kt_changes_plan() does; an absent one is empty. Writes nothing.
 *
 * `out` is set whatever is returned, and disposed of by the caller.
 * Returns KT_OK, also when they differ (look at the counts); KT_ERR_INPUT when root could not hold the
 * tree (a name too long, a symbolic link or a folder in the way; `problems` say which); KT_ERR_WRITE when
 * root cannot be read; KT_ERR_NOMEM; KT_ERR_ARGUMENT. */
kt_status kt_directory_compare(kt_directory_report *out, const kt_tree *tree, const char *root,
                               const kt_directory_options *options);

/* Compare, then make `root` hold the tree. Refused with KT_ERR_INPUT, before anything is written, also
 * when root has foreign files, unless options.force or options.known. What is to be deleted goes last, or first
 * where it stands in the way. KT_ERR_WRITE: a system call failed; the problem
 * says whether something was changed. Otherwise as kt_directory_compare(). */
kt_status kt_directory_write(kt_directory_report *out, const kt_tree *tree, const char *root,
                             const kt_directory_options *options);

/* Complete what an earlier run left in `root`, if there is something; for those who look into the directory before
 * they write it. `out` tells with a warning that there was; disposed of by the caller. */
kt_status kt_directory_resume(kt_directory_report *out, const char *root);

/* Free what a report holds. */
void kt_directory_report_dispose(kt_directory_report *report);

#endif
