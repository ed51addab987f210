/* emit/unzip: what others pack is read, what is hostile is refused, what is mutated never harms. `test_emit_unzip read
 * FILE` lists a zip for tests/zip.py: size, SHA-256 and path of each file, or the problem. */
#include "failing.h"

#include "base/digest.h"
#include "emit/zip.h"

static bool append(void *ctx, const char *bytes, size_t size)
{
    kt_buf_bytes(ctx, bytes, size);
    return true;
}

static bool print(void *ctx, const char *bytes, size_t size)
{
    return fwrite(bytes, 1, size, ctx) == size;
}

/* ---- Zips ---- */

#define LOCAL 30
#define CENTRAL 46
#define NAME "a/b.yaml"

/* Two files, of which the second is deflated at level 6. */
static void make_zip(kt_buf *out, int level)
{
    static const char text[] = "name: x\nname: x\nname: x\nname: x\nname: x\nname: x\n";
    kt_sv parts[] = {KT_SV("one\n"), {text, sizeof text - 1}};
    kt_store_tree store;
    kt_file files[2];
    kt_tree tree;

    memset(files, 0, sizeof files);
    memset(&store, 0, sizeof store);
    memset(&tree, 0, sizeof tree);
    files[0].path = KT_SV(NAME);
    files[1].path = KT_SV("c.yaml");
    for (size_t i = 0; i < 2; i++) {
        files[i].parts = &parts[i];
        files[i].part_count = 1;
        files[i].size = parts[i].len;
    }
    store.files = files;
    store.file_count = 2;
    tree.stores = &store;
    tree.store_count = 1;
    tree.file_count = 2;
    kt_buf_init(out, kt_allocator_default());
    assert_int_equal(kt_zip__write(&tree, kt_allocator_default(), level, append, out), KT_OK);
}

static void check_problem(const kt_buf *zip, const kt_zip_limits *limits, kt_status want, const char *code,
                          const char *words)
{
    kt_archive *archive;

    assert_int_equal(kt_unzip(&archive, KT_SV("x.zip"), kt_buf_view(zip), limits, NULL), want);
    assert_non_null(archive->problem);
    assert_int_equal(archive->count, 0);
    assert_string_equal(archive->problem->code, code);
    check_text(archive->problem->pos.file, "x.zip");
    if (!kt_sv_contains(archive->problem->message, kt_str(words)))
        fail_msg("'%.*s' says nothing of '%s'", (int)archive->problem->message.len, archive->problem->message.ptr, words);
    kt_archive_free(archive);
}

/* Where the central header of the first file is. */
static size_t find_central(const kt_buf *zip)
{
    for (size_t i = 0; i + 4 <= zip->len; i++)
        if (memcmp(zip->ptr + i, "PK\1\2", 4) == 0)
            return i;
    fail();
    return 0;
}

static void set_name(kt_buf *zip, const char *name)
{
    memcpy(zip->ptr + LOCAL, name, strlen(NAME));
    memcpy(zip->ptr + find_central(zip) + CENTRAL, name, strlen(NAME));
}

/* ---- Tests ---- */

static void test_unzip__reads_what_we_write(void **state)
{
    (void)state;
    for (int level = 0; level <= 9; level += 3) {
        kt_archive *archive;
        kt_buf zip;
        make_zip(&zip, level);
        assert_int_equal(kt_unzip(&archive, KT_SV("x.zip"), kt_buf_view(&zip), NULL, NULL), KT_OK);
        assert_int_equal(archive->count, 2);
        assert_int_equal(archive->size, 52);
        check_text(archive->files[0].path, NAME);
        check_text(archive->files[0].bytes, "one\n");
        check_text(archive->files[1].path, "c.yaml");
        assert_int_equal(archive->files[1].bytes.len, 48);
        assert_null(archive->problem);
        kt_archive_free(archive);
        kt_buf_dispose(&zip);
    }
}

static void test_unzip__refuses_unsafe_paths(void **state)
{
    static const char *const names[] = {"/a/.yaml", "a/../b.y", "../a.yam", "a//b.yam", "./b.yaml", "a\\b.yaml",
                                        "a/b.\xff\xfezz", "a/b.\0aml", "a/b.ya/."};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        kt_buf zip;
        make_zip(&zip, 0);
        set_name(&zip, names[i]);
        check_problem(&zip, NULL, KT_ERR_INPUT, "KT-611", "is no path below a folder");
        kt_buf_dispose(&zip);
    }
}

static void test_unzip__refuses_what_is_hostile(void **state)
{
    kt_buf zip;
    size_t at;

    (void)state;
    make_zip(&zip, 6);
    at = find_central(&zip);
    zip.ptr[at + 8] |= 1;
    check_problem(&zip, NULL, KT_ERR_INPUT, "KT-611", "is encrypted");
    zip.ptr[at + 8] = (char)(zip.ptr[at + 8] & ~1);
    zip.ptr[at + 10] = 14;
    check_problem(&zip, NULL, KT_ERR_INPUT, "KT-611", "is packed by method 14");
    zip.ptr[at + 10] = 0;
    zip.ptr[LOCAL] = 'A';
    check_problem(&zip, NULL, KT_ERR_INPUT, "KT-611", "has another name in its local header");
    zip.ptr[LOCAL] = 'a';
    zip.ptr[LOCAL + strlen(NAME)] = 'O';
    check_problem(&zip, NULL, KT_ERR_INPUT, "KT-610", "the checksum of a file is wrong");
    kt_buf_dispose(&zip);
}

/* The second entry is the first once more: what zip bombs are made of. */
static void test_unzip__refuses_entries_that_share_bytes(void **state)
{
    kt_buf zip, twice;
    size_t at, end;

    (void)state;
    make_zip(&zip, 0);
    at = find_central(&zip);
    end = zip.len - 22;
    kt_buf_init(&twice, kt_allocator_default());
    kt_buf_bytes(&twice, zip.ptr, at);
    kt_buf_bytes(&twice, zip.ptr + at, CENTRAL + strlen(NAME));
    kt_buf_bytes(&twice, zip.ptr + at, CENTRAL + strlen(NAME));
    kt_buf_bytes(&twice, zip.ptr + end, 22);
    twice.ptr[twice.len - 10] = (char)(2 * (CENTRAL + strlen(NAME)));
    check_problem(&twice, NULL, KT_ERR_INPUT, "KT-611", "overlap");
    kt_buf_dispose(&twice);
    kt_buf_dispose(&zip);
}

static void test_unzip__keeps_its_limits(void **state)
{
    kt_zip_limits entries = {1, 0, 0}, bytes = {0, 51, 0}, ratio = {0, 0, 10}, none = {2, 52, 1};
    char *zeros = calloc(1, 2 << 20);
    kt_sv part = {zeros, 2 << 20};
    kt_file file;
    kt_store_tree store;
    kt_tree tree;
    kt_archive *archive;
    kt_buf zip;

    (void)state;
    make_zip(&zip, 6);
    check_problem(&zip, &entries, KT_ERR_LIMIT, "KT-612", "more than 1 entries");
    check_problem(&zip, &bytes, KT_ERR_LIMIT, "KT-613", "more than 51 bytes");
    assert_int_equal(kt_unzip(&archive, KT_SV("x.zip"), kt_buf_view(&zip), &none, NULL), KT_OK);
    kt_archive_free(archive);
    kt_buf_dispose(&zip);

    memset(&file, 0, sizeof file);
    memset(&store, 0, sizeof store);
    memset(&tree, 0, sizeof tree);
    file.path = KT_SV("zeros");
    file.parts = &part;
    file.part_count = 1;
    file.size = part.len;
    store.files = &file;
    store.file_count = 1;
    tree.stores = &store;
    tree.store_count = 1;
    tree.file_count = 1;
    kt_buf_init(&zip, kt_allocator_default());
    assert_int_equal(kt_zip__write(&tree, kt_allocator_default(), 9, append, &zip), KT_OK);
    check_problem(&zip, NULL, KT_ERR_LIMIT, "KT-614", "more than 500 bytes for each");
    check_problem(&zip, &ratio, KT_ERR_LIMIT, "KT-614", "more than 10 bytes for each");
    ratio.ratio = 2000;
    assert_int_equal(kt_unzip(&archive, KT_SV("x.zip"), kt_buf_view(&zip), &ratio, NULL), KT_OK);
    kt_archive_free(archive);
    kt_buf_dispose(&zip);
    free(zeros);
}

/* Each cut, and bytes changed at random: an answer each time, and all memory given back. */
static void test_unzip__survives_what_is_damaged(void **state)
{
    uint32_t seed = 1;
    kt_archive *archive;
    kt_buf zip;

    (void)state;
    for (int level = 0; level <= 6; level += 6) {
        make_zip(&zip, level);
        for (size_t cut = 0; cut < zip.len; cut++) {
            assert_int_equal(kt_unzip(&archive, KT_SV("x"), (kt_sv){zip.ptr, cut}, NULL, NULL), KT_ERR_INPUT);
            kt_archive_free(archive);
        }
        for (int i = 0; i < 20000; i++) {
            char *copy = malloc(zip.len);
            kt_status status;
            assert_non_null(copy);
            memcpy(copy, zip.ptr, zip.len);
            for (int k = 0; k <= i % 4; k++) {
                seed = seed * 1664525u + 1013904223u;
                copy[(seed >> 8) % zip.len] = (char)((i & 1) ? 0xff : seed >> 3);
            }
            status = kt_unzip(&archive, KT_SV("x"), (kt_sv){copy, zip.len}, NULL, NULL);
            assert_true(status == KT_OK || status == KT_ERR_INPUT || status == KT_ERR_LIMIT);
            assert_true((status == KT_OK) == (archive->problem == NULL));
            for (size_t f = 0; f < archive->count; f++) {
                char digest[65];
                kt_sha256_hex(digest, &archive->files[f].bytes, 1);
            }
            kt_archive_free(archive);
            free(copy);
        }
        kt_buf_dispose(&zip);
    }
}

/* ---- Memory ---- */

static void test_unzip__survives_each_failed_allocation(void **state)
{
    bool done = false;
    kt_buf zip;

    (void)state;
    make_zip(&zip, 6);
    for (size_t n = 1; !done; n++) {
        memory m = {0, n, 0};
        kt_allocator allocator = {resize, &m};
        kt_archive *archive;
        assert_true(n < 1000);
        done = kt_unzip(&archive, KT_SV("x"), kt_buf_view(&zip), NULL, &allocator) == KT_OK;
        assert_true(done ? m.calls < n : !archive);
        kt_archive_free(archive);
        assert_int_equal(m.held, 0);
    }
    kt_buf_dispose(&zip);
}

/* ---- For tests/zip.py ---- */

static int list_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    kt_archive *archive;
    char chunk[4096];
    size_t size;
    kt_buf zip;

    if (!file)
        return 2;
    kt_buf_init(&zip, kt_allocator_default());
    while ((size = fread(chunk, 1, sizeof chunk, file)) > 0)
        kt_buf_bytes(&zip, chunk, size);
    fclose(file);
    if (kt_unzip(&archive, KT_SV("x.zip"), kt_buf_view(&zip), NULL, NULL) != KT_OK && archive)
        kt_diag_print(archive->problem, print, stdout);
    for (size_t i = 0; archive && i < archive->count; i++) {
        char digest[65];
        kt_sha256_hex(digest, &archive->files[i].bytes, 1);
        printf("%zu %s %.*s\n", archive->files[i].bytes.len, digest, (int)archive->files[i].path.len,
               archive->files[i].path.ptr);
    }
    kt_archive_free(archive);
    kt_buf_dispose(&zip);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unzip__reads_what_we_write),
        cmocka_unit_test(test_unzip__refuses_unsafe_paths),
        cmocka_unit_test(test_unzip__refuses_what_is_hostile),
        cmocka_unit_test(test_unzip__refuses_entries_that_share_bytes),
        cmocka_unit_test(test_unzip__keeps_its_limits),
        cmocka_unit_test(test_unzip__survives_what_is_damaged),
        cmocka_unit_test(test_unzip__survives_each_failed_allocation),
    };

    if (argc == 3 && strcmp(argv[1], "read") == 0)
        return list_file(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
