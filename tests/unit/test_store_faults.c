/* store: a directory is the old tree, the new one, or has a journal that the next run completes, wherever a
 * system call fails and wherever the process is killed. Everything happens in a directory below TMPDIR. */
#define _XOPEN_SOURCE 700
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/directory.h"
#include "store/folder.h"
#include "store/journal.h"
#include "store/system.h"

/* ---- A place to work in ---- */

static char home[PATH_MAX];

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void remove_all(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int set_up(void **state)
{
    const char *above = getenv("TMPDIR");

    (void)state;
    snprintf(home, sizeof home, "%s/kratree-test-XXXXXX", above && *above ? above : "/tmp");
    umask(022);
    return mkdtemp(home) && chdir(home) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    kt_system_fault = NULL;
    remove_all(home);
    return chdir("/");
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static bool is_there(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

/* ---- Two trees ---- */

typedef struct row {
    const char *path;
    const char *text;
} row;

/* From one to the other: created, changed, kept, deleted, a file that becomes a folder and a folder that becomes a
 * file, a folder that goes. The state file claims what is ours in flat mode. */
static const row old_rows[] = {{"dev/.kratix/w.yaml", "files:\n- keep\n- change\n- gone/deep/file\n- turn\n- back/x\n"},
                               {"dev/keep", "keep\n"},
                               {"dev/change", "1\n"},
                               {"dev/gone/deep/file", "gone\n"},
                               {"dev/turn", "a file\n"},
                               {"dev/back/x", "in a folder\n"}};
static const row new_rows[] = {{"dev/.kratix/w.yaml", "files:\n- keep\n- change\n- fresh/a/b\n- turn/x\n- back\n"},
                               {"dev/keep", "keep\n"},
                               {"dev/change", "2\n"},
                               {"dev/fresh/a/b", "fresh\n"},
                               {"dev/turn/x", "in a folder\n"},
                               {"dev/back", "a file\n"}};

#define ROWS 6

/* ---- Steps of a keeper: the writer without the planning ---- */

static bool is_in(const row *rows, const char *path, const char *text)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].path, path) == 0)
            return !text || strcmp(rows[i].text, text) == 0;
    return false;
}

static bool write_rows(const kt_keeper *k, const row *to, const row *from, kt_keeper_error *error)
{
    for (size_t i = 0; from && i < ROWS; i++)
        if (!is_in(to, from[i].path, NULL) && !k->remove(k->ctx, kt_str(from[i].path), error))
            return false;
    for (size_t i = 0; i < ROWS; i++) {
        kt_sv text = kt_str(to[i].text);
        if ((!from || !is_in(from, to[i].path, to[i].text))
            && !k->write(k->ctx, kt_str(to[i].path), &text, 1, error))
            return false;
    }
    return k->commit(k->ctx, error);
}

/* Bring "out" from one tree to the other; `from` NULL: it is absent. */
static bool bring(const row *to, const row *from, kt_keeper_error *error)
{
    kt_keeper keeper;
    bool done;

    if (!kt_folder_open(&keeper, "out", error))
        return false;
    done = kt_folder_begin(keeper.ctx, error) >= KT_FOLDER_CLEAN && write_rows(&keeper, to, from, error);
    keeper.close(keeper.ctx);
    return done;
}

static size_t files_seen;

static int count_file(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)path;
    (void)status;
    (void)ftw;
    files_seen += type != FTW_D;
    return 0;
}

/* Exactly these files, and nothing of ours beside them. */
static bool holds(const row *rows)
{
    char have[256], path[256];

    files_seen = 0;
    nftw("out", count_file, 16, FTW_PHYS);
    for (size_t i = 0; i < ROWS; i++) {
        FILE *file;
        snprintf(path, sizeof path, "out/%s", rows[i].path);
        file = fopen(path, "r");
        if (!file)
            return false;
        have[fread(have, 1, sizeof have - 1, file)] = '\0';
        fclose(file);
        if (strcmp(have, rows[i].text) != 0)
            return false;
    }
    return files_seen == ROWS;
}

static bool is_clean(void)
{
    return !is_there("out/" KT_JOURNAL_NAME) && !is_there("out/" KT_STAGE_NAME) && !is_there(".kratree-out");
}

/* ---- Faults ---- */

static struct {
    int calls;
    int at;
    int number; /* errno, or 0: the process is killed */
    bool stays; /* it goes on failing for what takes room */
    char call[16];
} fault;

static int fail_at(const char *call)
{
    bool takes_room = strcmp(call, "create") == 0 || strcmp(call, "mkdirat") == 0 || strcmp(call, "writev") == 0
                      || strcmp(call, "fsync") == 0;

    if (++fault.calls < fault.at || (fault.stays && !takes_room) || (!fault.stays && fault.calls > fault.at))
        return 0;
    if (fault.number == 0)
        raise(SIGKILL);
    snprintf(fault.call, sizeof fault.call, "%s", call);
    return fault.number;
}

static void arm(int at, int number, bool stays)
{
    memset(&fault, 0, sizeof fault);
    fault.at = at;
    fault.number = number;
    fault.stays = stays;
    kt_system_fault = fail_at;
}

static void start_with(const row *rows)
{
    kt_keeper_error error;

    kt_system_fault = NULL;
    remove_all("out");
    remove_all(".kratree-out");
    if (rows)
        assert_true(bring(rows, NULL, &error));
}

/* What a run without faults makes of it. */
static void settle(const char *what, const row *from)
{
    bool journal = is_there("out/" KT_JOURNAL_NAME);
    kt_keeper_error error;
    kt_keeper keeper;

    kt_system_fault = NULL;
    if (!journal && !(from ? holds(from) : !is_there("out")) && !holds(new_rows) && !is_there("out/" KT_STAGE_NAME))
        fail_msg("%s: neither the old tree nor the new one, and no journal", what);
    assert_true(kt_folder_open(&keeper, "out", &error));
    assert_int_equal(kt_folder_begin(keeper.ctx, &error), journal ? KT_FOLDER_COMPLETED : KT_FOLDER_CLEAN);
    keeper.close(keeper.ctx);
    if (journal && !holds(new_rows))
        fail_msg("%s: the journal was not completed", what);
    if (!(from ? holds(from) : !is_there("out")) && !holds(new_rows))
        fail_msg("%s: neither the old tree nor the new one", what);
    if (!is_clean())
        fail_msg("%s: something temporary is left", what);
}

/* A call that removes can leave what it was to remove; else nothing is left without a journal. */
static void check_left_over(const char *what, bool failed)
{
    bool may_leave = strcmp(fault.call, "unlinkat") == 0 || strcmp(fault.call, "openat") == 0
                     || strcmp(fault.call, "readdir") == 0 || strcmp(fault.call, "fdopendir") == 0;

    if (failed && !may_leave && !is_there("out/" KT_JOURNAL_NAME) && !is_clean())
        fail_msg("%s: something temporary is left without a journal", what);
}

static void sweep(const row *from, int number, bool stays)
{
    char what[80];
    int n = 1;

    for (;; n++) {
        kt_keeper_error error = {NULL, {NULL, 0}, {NULL, 0}, false};
        bool done;
        start_with(from);
        arm(n, number, stays);
        done = bring(new_rows, from, &error);
        kt_system_fault = NULL;
        snprintf(what, sizeof what, "%s call %d, %s", from ? "existing" : "absent", n, fault.call);
        if (done && !is_there("out/" KT_STAGE_NAME) && !holds(new_rows))
            fail_msg("%s: done, but not the new tree", what);
        check_left_over(what, !done);
        settle(what, from);
        if (fault.calls < n)
            break;
        assert_in_range(n, 1, 2000);
    }
    assert_true(n > 20);
}

static void test_faults__leave_the_old_tree_the_new_one_or_a_journal(void **state)
{
    static const int numbers[] = {ENOSPC, EIO, EACCES};

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        sweep(old_rows, numbers[i], false);
        sweep(NULL, numbers[i], false);
        sweep(old_rows, numbers[i], true);
        sweep(NULL, numbers[i], true);
    }
}

/* The run that completes may fail as well. */
static void test_faults__while_completing_are_completed_by_the_next(void **state)
{
    (void)state;
    for (int n = 1;; n++) {
        kt_keeper_error error;
        kt_keeper keeper;
        start_with(old_rows);
        assert_true(kt_folder_open(&keeper, "out", &error));
        assert_int_equal(kt_folder_begin(keeper.ctx, &error), KT_FOLDER_CLEAN);
        assert_int_equal(mkdir("out/dev/fresh", 0755), 0);
        put("out/dev/fresh/a", "in the way\n");
        (void)write_rows(&keeper, new_rows, old_rows, &error);
        keeper.close(keeper.ctx);
        assert_int_equal(unlink("out/dev/fresh/a"), 0);
        if (!is_there("out/" KT_JOURNAL_NAME))
            break;
        arm(n, EIO, false);
        if (kt_folder_open(&keeper, "out", &error)) {
            kt_folder_begin(keeper.ctx, &error);
            keeper.close(keeper.ctx);
        }
        settle(fault.call, old_rows);
        if (fault.calls < n)
            break;
    }
}

/* ---- Kills ---- */

/* Killed before its n-th call, in a process of its own; false when it ended before. */
static bool kill_at(int n, const row *from)
{
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        kt_keeper_error error;
        arm(n, 0, false);
        bring(new_rows, from, &error);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status);
}

static void test_kills__leave_the_old_tree_the_new_one_or_a_journal(void **state)
{
    const row *const from[] = {old_rows, NULL};
    char what[80];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        bool killed = true;
        for (int n = 1; killed; n++) {
            kt_keeper_error error;
            start_with(from[i]);
            killed = kill_at(n, from[i]);
            snprintf(what, sizeof what, "killed before call %d", n);
            if (from[i])
                settle(what, from[i]);
            else if (!is_there("out"))
                assert_true(bring(new_rows, NULL, &error));
            assert_true(is_clean());
            assert_true(holds(new_rows) || holds(old_rows));
        }
    }
}

/* ---- Journals ---- */

static void test_journal__is_read_as_it_was_written(void **state)
{
    const kt_step steps[] = {{KT_SV("a\nb/end 1"), 7, false}, {KT_SV("x"), 0, true}};
    kt_pool *pool = kt_pool_new();
    kt_steps in = {NULL, 0, 0}, out = {NULL, 0, 0};
    kt_sv text;

    (void)state;
    for (size_t i = 0; i < 2; i++)
        assert_true(kt_steps_add(&in, pool, steps[i]));
    text = kt_journal_text(&in, pool);
    assert_true(kt_journal_parse(&out, pool, text));
    assert_int_equal(out.count, 2);
    check_text(out.items[0].path, "a\nb/end 1");
    assert_int_equal(out.items[0].number, 7);
    assert_true(out.items[1].removal);
    for (size_t len = 0; len < text.len; len++) { /* cut anywhere */
        out.count = 0;
        assert_false(kt_journal_parse(&out, pool, (kt_sv){text.ptr, len}));
    }
    free(in.items);
    free(out.items);
    kt_pool_free(pool);
}

static void plant_journal(const char *path)
{
    const kt_step step = {kt_str(path), 0, false};
    kt_pool *pool = kt_pool_new();
    kt_steps steps = {NULL, 0, 0};

    remove_all("out");
    assert_int_equal(mkdir("out", 0755), 0);
    assert_int_equal(mkdir("out/.git", 0755), 0);
    assert_int_equal(mkdir("out/" KT_STAGE_NAME, 0755), 0);
    put("out/" KT_STAGE_NAME "/0", "planted\n");
    assert_true(kt_steps_add(&steps, pool, step));
    {
        kt_sv text = kt_journal_text(&steps, pool);
        FILE *file = fopen("out/" KT_JOURNAL_NAME, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(text.ptr, 1, text.len, file), text.len);
        assert_int_equal(fclose(file), 0);
    }
    free(steps.items);
    kt_pool_free(pool);
}

/* A journal that somebody planted leads neither out of the directory nor into a repository's own folder. */
static void test_journal__leads_nowhere_else(void **state)
{
    const char *const paths[] = {"../escaped", "way/escaped", ".git/escaped", "/escaped"};
    kt_keeper_error error;
    kt_keeper keeper;

    (void)state;
    assert_int_equal(mkdir("other", 0755), 0);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        plant_journal(paths[i]);
        assert_int_equal(symlink("../other", "out/way"), 0);
        assert_true(kt_folder_open(&keeper, "out", &error));
        assert_int_not_equal(kt_folder_begin(keeper.ctx, &error), KT_FOLDER_COMPLETED);
        keeper.close(keeper.ctx);
        assert_false(is_there("escaped") || is_there("other/escaped") || is_there("out/.git/escaped"));
    }
}

/* ---- As a host sees it ---- */

static kt_status run(bool write, char code[8], bool *interrupted)
{
    kt_sv text = KT_SV("1\n");
    kt_file file;
    kt_store_tree store;
    kt_tree tree = {&store, 1, 1, 2};
    kt_directory_report report;
    kt_status status;

    memset(&file, 0, sizeof file);
    memset(&store, 0, sizeof store);
    file.path = KT_SV("a");
    file.parts = &text;
    file.part_count = 1;
    file.size = 2;
    store.files = &file;
    store.file_count = 1;
    status = (write ? kt_directory_write : kt_directory_compare)(&report, &tree, "out", NULL);
    snprintf(code, 8, "%s", report.problem_count > 0 ? report.problems[0].code : "");
    *interrupted = report.interrupted;
    kt_directory_report_dispose(&report);
    return status;
}

static void test_directory__tells_of_a_journal(void **state)
{
    bool interrupted;
    char code[8];

    (void)state;
    plant_journal("a");
    assert_int_equal(run(false, code, &interrupted), KT_OK);
    assert_string_equal(code, "KT-608");
    assert_true(interrupted && is_there("out/" KT_JOURNAL_NAME) && !is_there("out/a"));
    assert_int_equal(run(true, code, &interrupted), KT_OK);
    assert_string_equal(code, "KT-608");
    assert_true(interrupted && is_there("out/a"));
    assert_false(is_there("out/" KT_JOURNAL_NAME) || is_there("out/" KT_STAGE_NAME));
    assert_int_equal(run(true, code, &interrupted), KT_OK);
    assert_string_equal(code, "");
    assert_false(interrupted);
    put("out/" KT_JOURNAL_NAME, "damaged\n");
    assert_int_equal(run(true, code, &interrupted), KT_OK);
    assert_string_equal(code, "KT-608");
    assert_false(is_there("out/" KT_JOURNAL_NAME));
}

static void test_directory__waits_for_another_run_and_gives_up(void **state)
{
    bool interrupted;
    char code[8];
    int fd;

    (void)state;
    assert_int_equal(mkdir("out", 0755), 0);
    fd = open("out", O_RDONLY | O_DIRECTORY);
    assert_true(fd >= 0 && flock(fd, LOCK_EX) == 0);
    assert_int_equal(run(true, code, &interrupted), KT_ERR_INPUT);
    assert_string_equal(code, "KT-607");
    assert_false(is_there("out/a"));
    assert_int_equal(run(false, code, &interrupted), KT_OK); /* a comparison does not wait */
    close(fd);
    assert_int_equal(run(true, code, &interrupted), KT_OK);
    assert_true(is_there("out/a"));
}

#define IN_ITS_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ITS_PLACE(test_faults__leave_the_old_tree_the_new_one_or_a_journal),
        IN_ITS_PLACE(test_faults__while_completing_are_completed_by_the_next),
        IN_ITS_PLACE(test_kills__leave_the_old_tree_the_new_one_or_a_journal),
        cmocka_unit_test(test_journal__is_read_as_it_was_written),
        IN_ITS_PLACE(test_journal__leads_nowhere_else),
        IN_ITS_PLACE(test_directory__tells_of_a_journal),
        IN_ITS_PLACE(test_directory__waits_for_another_run_and_gives_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
