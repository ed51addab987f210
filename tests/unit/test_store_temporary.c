/* What a run makes for itself in the temporary folder, and paths as text. */
#define _POSIX_C_SOURCE 200809L
#include "store/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/pool.h"
#include "test.h"

static void touch(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_true(kt_write_all(fd, kt_str("content")));
    close(fd);
}

static void test_temporary__is_ours_alone_and_goes_with_all_below(void **state)
{
    char folder[256], path[300], other[256];
    struct stat there;

    (void)state;
    assert_true(kt_temporary_make(folder, sizeof folder, "kratree-test-"));
    assert_true(kt_temporary_make(other, sizeof other, "kratree-test-"));
    assert_int_equal(stat(folder, &there), 0);
    assert_int_equal(there.st_mode & 0777, 0700);
    snprintf(path, sizeof path, "%s/stays", other);
    touch(path);
    snprintf(path, sizeof path, "%s/link", folder);
    assert_int_equal(symlink(other, path), 0);
    snprintf(path, sizeof path, "%s/deep", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/deep/file", folder);
    touch(path);
    kt_temporary_remove(folder);
    assert_int_equal(stat(folder, &there), -1);
    snprintf(path, sizeof path, "%s/stays", other);
    assert_int_equal(stat(path, &there), 0);
    kt_temporary_remove(other);
    assert_int_equal(stat(other, &there), -1);
}

static void test_temporary__says_why_there_is_none(void **state)
{
    char folder[8] = "before";

    (void)state;
    assert_false(kt_temporary_make(folder, sizeof folder, "kratree-test-"));
    assert_int_equal(errno, ENAMETOOLONG);
    assert_string_equal(folder, "");
    assert_false(kt_write_all(-1, kt_str("content")));
    assert_int_equal(errno, EBADF);
}

static void test_path__lies_inside_folders(void **state)
{
    (void)state;
    assert_true(kt_path_inside(kt_str("a/b"), kt_str("a")));
    assert_true(kt_path_inside(kt_str("a"), kt_str("")));
    assert_false(kt_path_inside(kt_str("a"), kt_str("a")));
    assert_false(kt_path_inside(kt_str("ab/c"), kt_str("a")));
    assert_true(kt_path_passes(kt_str(".kratix/a"), ".kratix"));
    assert_true(kt_path_passes(kt_str("a/.kratix/b/c"), ".kratix"));
    assert_false(kt_path_passes(kt_str("a/.kratix"), ".kratix"));
    assert_false(kt_path_passes(kt_str("a.kratix/b"), ".kratix"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_temporary__is_ours_alone_and_goes_with_all_below),
        cmocka_unit_test(test_temporary__says_why_there_is_none),
        cmocka_unit_test(test_path__lies_inside_folders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
