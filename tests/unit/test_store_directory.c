/* store: the directory writer, its refusals and failures; the keeper in memory. Everything happens in a
 * directory of its own below TMPDIR. */
#define _XOPEN_SOURCE 700
#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/diags.h"
#include "store/compare.h"
#include "store/directory.h"
#include "store/folder.h"
#include "store/journal.h"
#include "store/memory.h"
#include "store/problem.h"

/* ---- A place to work in ---- */

static char home[PATH_MAX];

static int set_up(void **state)
{
    const char *above = getenv("TMPDIR");

    (void)state;
    snprintf(home, sizeof home, "%s/kratree-test-XXXXXX", above && *above ? above : "/tmp");
    umask(022);
    return mkdtemp(home) && chdir(home) == 0 ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int tear_down(void **state)
{
    (void)state;
    return chdir("/") == 0 ? nftw(home, remove_one, 16, FTW_DEPTH | FTW_PHYS) : -1;
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void check_content(const char *path, const char *want)
{
    char have[4096];
    FILE *file = fopen(path, "r");

    if (!file)
        fail_msg("%s is not there", path);
    have[fread(have, 1, sizeof have - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(have, want);
}

static size_t count_below(const char *path)
{
    DIR *stream = opendir(path);
    size_t count = 0;

    assert_non_null(stream);
    while (readdir(stream))
        count++;
    closedir(stream);
    return count - 2;
}

static bool is_there(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

/* ---- Trees ---- */

typedef struct wanted {
    const char *path;
    const char *text;
} wanted;

typedef struct made_tree {
    kt_tree tree;
    kt_store_tree store;
    kt_file files[8];
    kt_sv parts[16];
} made_tree;

/* A tree of the rows until the one without path; each content in two parts. */
static const kt_tree *make_tree(made_tree *out, const wanted *rows)
{
    size_t n = 0;

    memset(out, 0, sizeof *out);
    for (; rows[n].path; n++) {
        size_t half = strlen(rows[n].text) / 2;
        out->parts[2 * n].ptr = rows[n].text;
        out->parts[2 * n].len = half;
        out->parts[2 * n + 1] = kt_str(rows[n].text + half);
        out->files[n].path = kt_str(rows[n].path);
        out->files[n].parts = &out->parts[2 * n];
        out->files[n].part_count = 2;
        out->files[n].size = strlen(rows[n].text);
    }
    out->store.files = out->files;
    out->store.file_count = out->tree.file_count = n;
    out->tree.stores = &out->store;
    out->tree.store_count = 1;
    return &out->tree;
}

static const wanted usual[] = {{"a/b/c.yaml", "c: 1\n"}, {"a/d.yaml", "d: 1\n"}, {"e.yaml", ""}, {NULL, NULL}};

/* Write or compare, check the status and the code of the first problem, and give the message of it. */
static void run(const kt_tree *tree, bool write, kt_status want, const char *code, char message[1024])
{
    kt_directory_report report;
    kt_status status = write ? kt_directory_write(&report, tree, "out", NULL)
                             : kt_directory_compare(&report, tree, "out", NULL);

    if (report.problem_count > 0)
        snprintf(message, 1024, "%.*s: %.*s", (int)report.problems[0].pos.file.len, report.problems[0].pos.file.ptr,
                 (int)report.problems[0].message.len, report.problems[0].message.ptr);
    else
        message[0] = '\0';
    assert_int_equal(status, want);
    assert_int_equal(report.problem_count > 0, code != NULL);
    if (code)
        assert_string_equal(report.problems[0].code, code);
    kt_directory_report_dispose(&report);
}

static void write_rows(const wanted *rows, kt_status want, const char *code, const char *message)
{
    made_tree tree;
    char have[1024];

    run(make_tree(&tree, rows), true, want, code, have);
    if (message)
        assert_string_equal(have, message);
}

/* ---- Writing ---- */

static void test_directory__creates_an_absent_one(void **state)
{
    struct stat status;

    (void)state;
    write_rows(usual, KT_OK, NULL, NULL);
    check_content("out/a/b/c.yaml", "c: 1\n");
    check_content("out/a/d.yaml", "d: 1\n");
    check_content("out/e.yaml", "");
    assert_int_equal(count_below("."), 1);
    assert_int_equal(stat("out/e.yaml", &status), 0);
    assert_int_equal(status.st_mode & 07777, 0644);
    assert_int_equal(stat("out/a", &status), 0);
    assert_int_equal(status.st_mode & 07777, 0755);
}

static void test_directory__respects_the_umask(void **state)
{
    struct stat status;

    (void)state;
    umask(077);
    write_rows(usual, KT_OK, NULL, NULL);
    umask(022);
    assert_int_equal(stat("out/e.yaml", &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(stat("out", &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
}

static void test_directory__makes_directories_above(void **state)
{
    made_tree tree;
    kt_directory_report report;

    (void)state;
    assert_int_equal(kt_directory_write(&report, make_tree(&tree, usual), "x/y//out/", NULL), KT_OK);
    assert_true(report.absent);
    kt_directory_report_dispose(&report);
    check_content("x/y/out/a/d.yaml", "d: 1\n");
    assert_int_equal(count_below("x/y"), 1);
}

static void test_directory__of_nothing_is_made_empty(void **state)
{
    const wanted none[] = {{NULL, NULL}};

    (void)state;
    write_rows(none, KT_OK, NULL, NULL);
    assert_int_equal(count_below("out"), 0);
}

static void test_directory__keeps_what_is_the_same(void **state)
{
    const wanted changed[] = {{"a/b/c.yaml", "c: 1\n"}, {"a/d.yaml", "d: 2\n"}, {"e.yaml", ""}, {"f/g", "g"}, {NULL, NULL}};
    const struct timespec old[2] = {{1000, 0}, {1000, 0}};
    struct stat before, after;
    made_tree tree;
    kt_directory_report report;

    (void)state;
    write_rows(usual, KT_OK, NULL, NULL);
    assert_int_equal(utimensat(AT_FDCWD, "out/a/b/c.yaml", old, 0), 0);
    assert_int_equal(stat("out/a/b/c.yaml", &before), 0);
    assert_int_equal(kt_directory_write(&report, make_tree(&tree, changed), "out", NULL), KT_OK);
    assert_int_equal(report.counts[KT_CHANGE_KEEP], 2);
    assert_int_equal(report.counts[KT_CHANGE_UPDATE], 1);
    assert_int_equal(report.counts[KT_CHANGE_CREATE], 1);
    assert_int_equal(report.change_count, 4);
    check_text(report.changes[1].path, "a/d.yaml");
    assert_int_equal(report.changes[1].kind, KT_CHANGE_UPDATE);
    kt_directory_report_dispose(&report);
    assert_int_equal(stat("out/a/b/c.yaml", &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_int_equal(after.st_mtime, 1000);
    check_content("out/a/d.yaml", "d: 2\n");
    check_content("out/f/g", "g");
    assert_int_equal(count_below("out/a"), 2); /* nothing temporary is left */
}

static void test_directory__sees_every_difference_of_content(void **state)
{
    const char *const have[] = {"", "d", "d: 1", "d: 1\n", "d: 1\n\n", "x: 1\n", "d: 2\n"};
    made_tree tree;

    (void)state;
    make_tree(&tree, usual);
    write_rows(usual, KT_OK, NULL, NULL);
    for (size_t i = 0; i < sizeof have / sizeof have[0]; i++) {
        kt_directory_report report;
        put("out/a/d.yaml", have[i]);
        assert_int_equal(kt_directory_compare(&report, &tree.tree, "out", NULL), KT_OK);
        assert_int_equal(report.counts[KT_CHANGE_UPDATE], strcmp(have[i], "d: 1\n") != 0);
        kt_directory_report_dispose(&report);
    }
}

static void test_directory__takes_several_stores(void **state)
{
    made_tree one, two;
    kt_store_tree stores[2];
    kt_tree tree = {stores, 2, 6, 0};
    kt_directory_report report;

    (void)state;
    make_tree(&one, usual);
    make_tree(&two, usual);
    stores[0] = one.store;
    stores[0].folder = kt_str("gitstatestore/a");
    stores[1] = two.store;
    stores[1].folder = kt_str("gitstatestore/a-b");
    assert_int_equal(kt_directory_write(&report, &tree, "out", NULL), KT_OK);
    kt_directory_report_dispose(&report);
    put("out/gitstatestore/a/README.md", "ours\n");
    assert_int_equal(kt_directory_write(&report, &tree, "out", NULL), KT_OK);
    assert_int_equal(report.counts[KT_CHANGE_KEEP], 6);
    assert_int_equal(report.change_count, 6);
    kt_directory_report_dispose(&report);
}

/* ---- Refusing ---- */

static void test_directory__refuses_foreign_files(void **state)
{
    made_tree tree;
    kt_directory_report report;
    kt_directory_options options = KT_DIRECTORY_OPTIONS_INIT;

    (void)state;
    assert_int_equal(mkdir("out", 0755), 0);
    put("out/mine.txt", "mine\n");
    assert_int_equal(symlink("/nowhere", "out/way"), 0);
    write_rows(usual, KT_ERR_INPUT, "KT-601", "out: 2 files are no part of the tree: mine.txt, way");
    assert_int_equal(count_below("out"), 2);
    options.force = true;
    assert_int_equal(kt_directory_write(&report, make_tree(&tree, usual), "out", &options), KT_OK);
    assert_int_equal(report.counts[KT_CHANGE_FOREIGN], 2);
    kt_directory_report_dispose(&report);
    check_content("out/mine.txt", "mine\n");
    check_content("out/a/d.yaml", "d: 1\n");
}

static void test_directory__passes_over_what_belongs_to_a_repository(void **state)
{
    (void)state;
    assert_int_equal(mkdir("out", 0755), 0);
    assert_int_equal(mkdir("out/.git", 0755), 0);
    assert_int_equal(mkdir("out/empty", 0755), 0);
    put("out/.git/config", "");
    put("out/.gitignore", "");
    put("out/README.md", "");
    put("out/LICENSE", "");
    write_rows(usual, KT_OK, NULL, NULL);
    assert_int_equal(mkdir("out/a/.git", 0755), 0);
    put("out/a/.git/config", "");
    write_rows(usual, KT_ERR_INPUT, "KT-601", "out: 1 file is no part of the tree: a/.git/config");
}

static void test_directory__writes_a_wanted_readme(void **state)
{
    const wanted rows[] = {{"README.md", "new\n"}, {NULL, NULL}};

    (void)state;
    assert_int_equal(mkdir("out", 0755), 0);
    put("out/README.md", "old\n");
    write_rows(rows, KT_OK, NULL, NULL);
    check_content("out/README.md", "new\n");
}

static void test_directory__never_writes_through_links(void **state)
{
    (void)state;
    assert_int_equal(mkdir("other", 0755), 0);
    put("other/target", "untouched\n");
    assert_int_equal(symlink("other", "out"), 0);
    write_rows(usual, KT_ERR_INPUT, "KT-602", "out: the directory to write is a symbolic link");
    assert_int_equal(unlink("out"), 0);
    assert_int_equal(symlink("nowhere", "out"), 0);
    write_rows(usual, KT_ERR_INPUT, "KT-602", NULL);
    assert_int_equal(unlink("out"), 0);
    assert_int_equal(mkdir("out", 0755), 0);
    assert_int_equal(symlink("../other", "out/a"), 0);
    write_rows(usual, KT_ERR_INPUT, "KT-602", "out/a: there is a symbolic link where the tree has a place");
    assert_int_equal(unlink("out/a"), 0);
    assert_int_equal(symlink("../other/target", "out/e.yaml"), 0);
    write_rows(usual, KT_ERR_INPUT, "KT-602", "out/e.yaml: there is a symbolic link where the tree has a place");
    check_content("other/target", "untouched\n");
    assert_int_equal(count_below("other"), 1);
    assert_int_equal(count_below("out"), 1);
}

static void test_directory__refuses_files_and_folders_in_the_way(void **state)
{
    (void)state;
    put("out", "a file\n");
    write_rows(usual, KT_ERR_INPUT, "KT-603", "out: the directory to write is a file");
    assert_int_equal(unlink("out"), 0);
    assert_int_equal(mkdir("out", 0755), 0);
    put("out/a", "a file\n");
    write_rows(usual, KT_ERR_INPUT, "KT-603", "out/a: there is a file where a folder is to be made");
    assert_int_equal(unlink("out/a"), 0);
    assert_int_equal(mkdir("out/e.yaml", 0755), 0);
    write_rows(usual, KT_ERR_INPUT, "KT-603", "out/e.yaml: there is a folder where a file is to be written");
    assert_int_equal(rmdir("out/e.yaml"), 0);
    assert_int_equal(mkfifo("out/e.yaml", 0644), 0);
    write_rows(usual, KT_ERR_INPUT, "KT-603", "out/e.yaml: there is a special file where the tree has something else");
    assert_int_equal(count_below("out"), 1);
}

static void test_directory__refuses_names_before_it_writes(void **state)
{
    static char name[300], deep[6000];
    const char *const bad[] = {"../x", "a/../../x", "a//x", "/x", "x/", ".", "", name};
    made_tree tree;
    char message[1024];

    (void)state;
    memset(name, 'n', 256);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const wanted rows[] = {{"fine", ""}, {bad[i], ""}, {NULL, NULL}};
        run(make_tree(&tree, rows), true, KT_ERR_INPUT, "KT-604", message);
    }
    for (size_t i = 0; i < 5000; i += 2)
        memcpy(deep + i, "d/", 3);
    deep[4999] = '\0';
    {
        const wanted rows[] = {{deep, ""}, {NULL, NULL}};
        run(make_tree(&tree, rows), true, KT_ERR_INPUT, "KT-605", message);
    }
    assert_int_equal(count_below("."), 0);
}

static void test_directory__goes_deeper_than_it_keeps_open(void **state)
{
    static char a[2048], b[2048];
    const wanted rows[] = {{a, "a"}, {b, "b"}, {NULL, NULL}}, changed[] = {{a, "A"}, {b, "B"}, {NULL, NULL}};
    made_tree tree;
    char message[1024];

    (void)state;
    for (size_t i = 0; i < 600; i += 2) {
        memcpy(a + i, "d/", 3);
        memcpy(b + i, i < 100 ? "d/" : "e/", 3);
    }
    a[599] = b[599] = '\0';
    write_rows(rows, KT_OK, NULL, NULL);
    write_rows(changed, KT_OK, NULL, NULL);
    run(make_tree(&tree, changed), false, KT_OK, NULL, message);
}

/* ---- Failing ---- */

/* The superuser may write where others may not. */
static bool modes_hold(void)
{
    return geteuid() != 0;
}

static void test_directory__reports_what_the_system_refuses(void **state)
{
    made_tree tree;
    kt_directory_report report;

    (void)state;
    put("file", "");
    assert_int_equal(kt_directory_write(&report, make_tree(&tree, usual), "file/out", NULL), KT_ERR_WRITE);
    assert_int_equal(report.problem_count, 1);
    assert_string_equal(report.problems[0].code, "KT-606");
    check_text(report.problems[0].message, "cannot open: Not a directory; nothing was changed");
    kt_directory_report_dispose(&report);
    if (!modes_hold())
        return;
    assert_int_equal(mkdir("out", 0755), 0);
    assert_int_equal(mkdir("out/a", 0555), 0);
    write_rows(usual, KT_ERR_WRITE, "KT-606", "out/a/b/c.yaml: cannot write: Permission denied; nothing was changed");
    assert_int_equal(count_below("out"), 1);
    assert_int_equal(chmod("out/a", 0755), 0);
}

/* A file system that takes three bytes a file. */
static void test_directory__leaves_nothing_half_written(void **state)
{
    const wanted changed[] = {{"a/b/c.yaml", "c: 2\n"}, {"e.yaml", "x"}, {"f/g.yaml", "long\n"}, {NULL, NULL}};
    const wanted before[] = {{"a/b/c.yaml", "c: 1\n"}, {"e.yaml", ""}, {NULL, NULL}};
    struct rlimit old, tight;

    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    tight = old;
    tight.rlim_cur = 3;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    write_rows(usual, KT_ERR_WRITE, "KT-606", "out/a/b/c.yaml: cannot write: File too large; nothing was changed");
    assert_int_equal(count_below("."), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    write_rows(before, KT_OK, NULL, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    write_rows(changed, KT_ERR_WRITE, "KT-606", NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    check_content("out/a/b/c.yaml", "c: 1\n");
    check_content("out/e.yaml", "");
    assert_int_equal(count_below("out"), 2);
    assert_int_equal(count_below("out/a/b"), 1);
}

/* A commit that stops in the middle says so, and the next run completes it. */
static void test_folder__completes_what_was_interrupted(void **state)
{
    const kt_sv text = KT_SV("new\n");
    kt_keeper_error error;
    kt_keeper keeper;

    (void)state;
    assert_int_equal(mkdir("out", 0755), 0);
    assert_true(kt_folder_open(&keeper, "out", &error));
    assert_true(keeper.write(keeper.ctx, KT_SV("a"), &text, 1, &error));
    assert_true(keeper.write(keeper.ctx, KT_SV("b"), &text, 1, &error));
    assert_int_equal(mkdir("out/b", 0755), 0);
    put("out/b/mine", "mine\n");
    assert_false(keeper.commit(keeper.ctx, &error));
    assert_true(error.changed);
    check_text(error.path, "b");
    keeper.close(keeper.ctx);
    check_content("out/a", "new\n");
    assert_true(is_there("out/" KT_JOURNAL_NAME));
    assert_int_equal(unlink("out/b/mine"), 0);
    assert_true(kt_folder_open(&keeper, "out", &error));
    assert_int_equal(kt_folder_begin(keeper.ctx, &error), KT_FOLDER_COMPLETED);
    keeper.close(keeper.ctx);
    check_content("out/b", "new\n"); /* an empty folder gives way */
    assert_int_equal(count_below("out"), 2);
}

/* A failure after some files were written leaves nothing behind, in an absent and in an existing root. */
static void test_folder__gives_up_what_was_not_committed(void **state)
{
    const kt_sv text = KT_SV("new\n");
    kt_keeper_error error;
    kt_keeper keeper;

    (void)state;
    for (int existing = 0; existing < 2; existing++) {
        if (existing) {
            assert_int_equal(mkdir("out", 0755), 0);
            put("out/old", "old\n");
        }
        assert_true(kt_folder_open(&keeper, existing ? "out" : "above/out", &error));
        assert_true(keeper.write(keeper.ctx, KT_SV("old"), &text, 1, &error));
        assert_true(keeper.write(keeper.ctx, KT_SV("a/b/c"), &text, 1, &error));
        assert_false(keeper.write(keeper.ctx, KT_SV("../x"), &text, 1, &error));
        assert_string_equal(error.action, "write");
        keeper.close(keeper.ctx);
        assert_int_equal(count_below("."), existing);
    }
    check_content("out/old", "old\n");
    assert_int_equal(count_below("out"), 1);
}

/* A root that appears while we write is not overwritten. */
static void test_folder__does_not_replace_a_root_that_appears(void **state)
{
    const kt_sv text = KT_SV("new\n");
    kt_keeper_error error;
    kt_keeper keeper;

    (void)state;
    assert_true(kt_folder_open(&keeper, "out", &error));
    assert_true(keeper.write(keeper.ctx, KT_SV("a"), &text, 1, &error));
    assert_int_equal(mkdir("out", 0755), 0);
    put("out/mine", "mine\n");
    assert_false(keeper.commit(keeper.ctx, &error));
    assert_false(error.changed);
    keeper.close(keeper.ctx);
    check_content("out/mine", "mine\n");
    assert_int_equal(count_below("."), 1);
    assert_int_equal(count_below("out"), 1);
}

/* A directory that becomes a link between two writes does not lead outside. */
static void test_folder__does_not_follow_links_that_appear(void **state)
{
    const kt_sv text = KT_SV("new\n");
    kt_keeper_error error;
    kt_keeper keeper;

    (void)state;
    assert_int_equal(mkdir("out", 0755), 0);
    assert_int_equal(mkdir("other", 0755), 0);
    assert_true(kt_folder_open(&keeper, "out", &error));
    assert_int_equal(symlink("../other", "out/a"), 0);
    assert_false(keeper.write(keeper.ctx, KT_SV("a/b"), &text, 1, &error));
    assert_false(keeper.read(keeper.ctx, KT_SV("a"), NULL, NULL, &error));
    keeper.close(keeper.ctx);
    assert_int_equal(count_below("other"), 0);
}

/* ---- Keepers ---- */

static kt_walk count_files(void *ctx, const kt_entry *entry)
{
    *(size_t *)ctx += entry->kind == KT_ENTRY_FILE;
    return KT_WALK_ON;
}

static bool append(void *ctx, const char *bytes, size_t size)
{
    kt_buf_bytes(ctx, bytes, size);
    return true;
}

static void check_file(const kt_keeper *keeper, const char *path, const char *want)
{
    kt_keeper_error error;
    kt_buf buf;

    kt_buf_init(&buf, kt_allocator_default());
    assert_true(keeper->read(keeper->ctx, kt_str(path), append, &buf, &error));
    check_text(kt_buf_view(&buf), want);
    kt_buf_dispose(&buf);
}

/* What every keeper promises. */
static void check_keeper(const kt_keeper *k)
{
    const kt_sv parts[] = {KT_SV("one"), KT_SV("two")};
    kt_keeper_error error;
    size_t count = 0;

    assert_true(k->write(k->ctx, KT_SV("b/c/d"), parts, 2, &error));
    assert_true(k->write(k->ctx, KT_SV("a"), parts, 1, &error));
    assert_true(k->list(k->ctx, count_files, &count, &error));
    assert_int_equal(count, 0); /* nothing is visible before commit */
    assert_true(k->commit(k->ctx, &error));
    assert_true(k->list(k->ctx, count_files, &count, &error));
    assert_int_equal(count, 2);
    check_file(k, "b/c/d", "onetwo");
    assert_true(k->write(k->ctx, KT_SV("a"), parts + 1, 1, &error));
    assert_true(k->remove(k->ctx, KT_SV("b/c/d"), &error));
    check_file(k, "a", "one");
    assert_true(k->commit(k->ctx, &error));
    check_file(k, "a", "two");
    count = 0;
    assert_true(k->list(k->ctx, count_files, &count, &error));
    assert_int_equal(count, 1);
    assert_false(k->read(k->ctx, KT_SV("b/c/d"), append, NULL, &error));
    assert_string_equal(error.action, "read");
}

static void test_keeper__in_memory_keeps_its_promises(void **state)
{
    kt_keeper keeper;

    (void)state;
    assert_true(kt_memory_open(&keeper));
    check_keeper(&keeper);
    keeper.close(keeper.ctx);
}

static void test_keeper__in_a_directory_keeps_its_promises(void **state)
{
    kt_keeper_error error;
    kt_keeper keeper;

    (void)state;
    assert_true(kt_folder_open(&keeper, "out", &error));
    check_keeper(&keeper);
    keeper.close(keeper.ctx);
    assert_true(is_there("out/a"));
    assert_false(is_there("out/b")); /* empty directories go with their last file */
}

static void test_compare__tells_changes_in_memory(void **state)
{
    const kt_change_kind kinds[] = {KT_CHANGE_CREATE, KT_CHANGE_KEEP, KT_CHANGE_UPDATE, KT_CHANGE_FOREIGN};
    const char *const paths[] = {"a/b/c.yaml", "a/d.yaml", "e.yaml", "z"};
    const kt_sv d = KT_SV("d: 1\n"), e = KT_SV("old");
    kt_pool *pool = kt_pool_new();
    kt_comparison comparison;
    kt_keeper_error error;
    kt_keeper keeper;
    made_tree tree;

    (void)state;
    memset(&comparison, 0, sizeof comparison);
    assert_true(kt_memory_open(&keeper));
    assert_true(keeper.write(keeper.ctx, KT_SV("z"), &e, 1, &error));
    assert_true(keeper.write(keeper.ctx, KT_SV("e.yaml"), &e, 1, &error));
    assert_true(keeper.write(keeper.ctx, KT_SV("a/d.yaml"), &d, 1, &error));
    assert_true(keeper.commit(keeper.ctx, &error));
    assert_true(kt_compare(&comparison, make_tree(&tree, usual), &keeper, pool, &error));
    assert_int_equal(comparison.changes->count, 4);
    for (size_t i = 0; i < 4; i++) {
        check_text(comparison.changes->items[i].path, paths[i]);
        assert_int_equal(comparison.changes->items[i].kind, kinds[i]);
    }
    kt_changes_free(comparison.changes);
    free(comparison.obstacles);
    keeper.close(keeper.ctx);
    kt_pool_free(pool);
}

static void test_problem__says_what_the_table_of_codes_says(void **state)
{
    const kt_code codes[KT_PROBLEM_COUNT] = {KT_DIR_FOREIGN, KT_DIR_LINK,      KT_DIR_IN_THE_WAY,
                                             KT_DIR_NAME,    KT_DIR_LONG_PATH, KT_DIR_SYSTEM,
                                             KT_DIR_BUSY,    KT_DIR_JOURNAL};

    (void)state;
    for (size_t i = 0; i < KT_PROBLEM_COUNT; i++) {
        assert_string_equal(kt_problem_get((kt_problem)i)->id, kt_code_get(codes[i])->id);
        assert_string_equal(kt_problem_get((kt_problem)i)->help, kt_code_get(codes[i])->help);
        assert_int_equal(kt_problem_get((kt_problem)i)->severity, kt_code_get(codes[i])->severity);
    }
}

#define IN_ITS_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ITS_PLACE(test_directory__creates_an_absent_one),
        IN_ITS_PLACE(test_directory__respects_the_umask),
        IN_ITS_PLACE(test_directory__makes_directories_above),
        IN_ITS_PLACE(test_directory__of_nothing_is_made_empty),
        IN_ITS_PLACE(test_directory__keeps_what_is_the_same),
        IN_ITS_PLACE(test_directory__sees_every_difference_of_content),
        IN_ITS_PLACE(test_directory__takes_several_stores),
        IN_ITS_PLACE(test_directory__refuses_foreign_files),
        IN_ITS_PLACE(test_directory__passes_over_what_belongs_to_a_repository),
        IN_ITS_PLACE(test_directory__writes_a_wanted_readme),
        IN_ITS_PLACE(test_directory__never_writes_through_links),
        IN_ITS_PLACE(test_directory__refuses_files_and_folders_in_the_way),
        IN_ITS_PLACE(test_directory__refuses_names_before_it_writes),
        IN_ITS_PLACE(test_directory__goes_deeper_than_it_keeps_open),
        IN_ITS_PLACE(test_directory__reports_what_the_system_refuses),
        IN_ITS_PLACE(test_directory__leaves_nothing_half_written),
        IN_ITS_PLACE(test_folder__completes_what_was_interrupted),
        IN_ITS_PLACE(test_folder__gives_up_what_was_not_committed),
        IN_ITS_PLACE(test_folder__does_not_replace_a_root_that_appears),
        IN_ITS_PLACE(test_folder__does_not_follow_links_that_appear),
        IN_ITS_PLACE(test_keeper__in_memory_keeps_its_promises),
        IN_ITS_PLACE(test_keeper__in_a_directory_keeps_its_promises),
        IN_ITS_PLACE(test_compare__tells_changes_in_memory),
        cmocka_unit_test(test_problem__says_what_the_table_of_codes_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
