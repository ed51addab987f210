/* emit/zip: structure, order, limits of 32 bits, failures. Readers of other people judge the same files:
 * `test_emit_zip write NAME` puts the sample NAME on standard output for tests/zip.py. */
#include "test.h"

#include "base/digest.h"
#include "emit/zip.h"

/* ---- Samples ---- */

typedef struct sample {
    kt_store_tree stores[3];
    kt_tree tree;
    kt_file *files;
    kt_sv *parts;
    char *bytes;
} sample;

static void *allocate(size_t count, size_t size)
{
    void *ptr = calloc(count, size);

    if (!ptr)
        abort();
    return ptr;
}

static void free_sample(sample *s)
{
    free(s->files);
    free(s->parts);
    free(s->bytes);
}

static kt_file make_file(const char *path, const kt_sv *parts, size_t count)
{
    kt_file file;

    memset(&file, 0, sizeof file);
    file.path = file.key = kt_str(path);
    file.parts = parts;
    file.part_count = count;
    for (size_t i = 0; i < count; i++)
        file.size += parts[i].len;
    return file;
}

static void set_store(sample *s, size_t at, const char *folder, kt_file *files, size_t count)
{
    s->stores[at].folder = kt_str(folder);
    s->stores[at].files = files;
    s->stores[at].file_count = count;
    for (size_t i = 0; i < count; i++)
        s->stores[at].size += files[i].size;
    s->tree.stores = s->stores;
    s->tree.store_count = at + 1;
    s->tree.file_count += count;
    s->tree.size += s->stores[at].size;
}

/* Two folders, one a prefix of the other; empty, repetitive, several-part and non-ASCII files. */
static void make_small(sample *s)
{
    static char lines[3000];
    const kt_sv parts[] = {KT_SV("hello "), KT_SV(""), KT_SV("world\n"), {lines, sizeof lines}};

    memset(s, 0, sizeof *s);
    memset(lines, 'y', sizeof lines);
    s->parts = allocate(4, sizeof *s->parts);
    memcpy(s->parts, parts, sizeof parts);
    s->files = allocate(5, sizeof *s->files);
    s->files[0] = make_file("a.yaml", s->parts, 3);
    s->files[1] = make_file("b/\xc3\xa9.yaml", s->parts + 3, 1);
    s->files[2] = make_file("empty", NULL, 0);
    s->files[3] = make_file("x", s->parts, 1);
    set_store(s, 0, "gitstatestore/a", s->files, 3);
    set_store(s, 1, "gitstatestore/a-b", s->files + 3, 1);
    set_store(s, 2, "bucketstatestore/z", s->files + 3, 1);
}

/* More entries than 16 bits count. */
static void make_many(sample *s)
{
    enum { COUNT = 70000 };

    memset(s, 0, sizeof *s);
    s->parts = allocate(1, sizeof *s->parts);
    s->parts[0] = KT_SV("same\n");
    s->files = allocate(COUNT, sizeof *s->files);
    s->bytes = allocate(COUNT, 16);
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(s->bytes + 16 * i, 16, "f%05zu.yaml", i);
        s->files[i] = make_file(s->bytes + 16 * i, s->parts, 1);
    }
    set_store(s, 0, "", s->files, COUNT);
}

/* One file that deflates to more than what is kept in memory, in uneven parts. */
static void make_big(sample *s)
{
    enum { SIZE = 11 << 20 };
    uint32_t random = 1;

    memset(s, 0, sizeof *s);
    s->bytes = allocate(SIZE, 1);
    for (size_t i = 0; i < SIZE; i++) {
        random = random * 1664525u + 1013904223u;
        s->bytes[i] = (char)(random >> 25);
    }
    s->parts = allocate(2, sizeof *s->parts);
    s->parts[0].ptr = s->bytes;
    s->parts[0].len = 1000003;
    s->parts[1].ptr = s->bytes + 1000003;
    s->parts[1].len = SIZE - 1000003;
    s->files = allocate(1, sizeof *s->files);
    s->files[0] = make_file("big", s->parts, 2);
    set_store(s, 0, "", s->files, 1);
}

/* ---- Sinks ---- */

static bool append(void *ctx, const char *bytes, size_t size)
{
    kt_buf_bytes(ctx, bytes, size);
    return true;
}

/* Keeps the last bytes only. */
typedef struct tail {
    uint64_t total;
    char bytes[256];
} tail;

static bool keep_tail(void *ctx, const char *bytes, size_t size)
{
    tail *t = ctx;

    t->total += size;
    if (size >= sizeof t->bytes)
        memcpy(t->bytes, bytes + size - sizeof t->bytes, sizeof t->bytes);
    else {
        memmove(t->bytes, t->bytes + size, sizeof t->bytes - size);
        memcpy(t->bytes + sizeof t->bytes - size, bytes, size);
    }
    return true;
}

static bool to_stdout(void *ctx, const char *bytes, size_t size)
{
    (void)ctx;
    return fwrite(bytes, 1, size, stdout) == size;
}

static bool count_down(void *ctx, const char *bytes, size_t size)
{
    size_t *left = ctx;

    (void)bytes;
    (void)size;
    return (*left)-- > 0;
}

static kt_buf zip_of(const kt_tree *tree, int level)
{
    kt_buf buf;

    kt_buf_init(&buf, kt_allocator_default());
    assert_int_equal(kt_zip__write(tree, kt_allocator_default(), level, append, &buf), KT_OK);
    assert_int_equal(buf.status, KT_OK);
    return buf;
}

static uint64_t number(const char *at, unsigned bytes)
{
    uint64_t value = 0;

    while (bytes-- > 0)
        value = value << 8 | (unsigned char)at[bytes];
    return value;
}

/* ---- Tests ---- */

static void check_entry(const kt_buf *zip, const char *central, const char *name, unsigned method, uint64_t size)
{
    const char *local = zip->ptr + number(central + 42, 4);

    assert_int_equal(number(central, 4), 0x02014b50);
    assert_int_equal(number(central + 4, 2), 3 << 8 | 20);
    assert_int_equal(number(central + 8, 2), 1 << 11);
    assert_int_equal(number(central + 10, 2), method);
    assert_int_equal(number(central + 12, 4), 0x00210000);
    assert_int_equal(number(central + 24, 4), size);
    assert_int_equal(number(central + 38, 4), 0100644u << 16);
    assert_int_equal(number(central + 28, 2), strlen(name));
    assert_memory_equal(central + 46, name, strlen(name));
    assert_int_equal(number(local, 4), 0x04034b50);
    assert_memory_equal(local + 4, central + 6, 26); /* version … extra length are the same */
    assert_memory_equal(local + 30, name, strlen(name));
}

static void test_zip__holds_sorted_entries(void **state)
{
    const struct {
        const char *name;
        unsigned method;
        uint64_t size;
    } want[] = {
        {"bucketstatestore/z/x", 0, 6}, {"gitstatestore/a-b/x", 0, 6},     {"gitstatestore/a/a.yaml", 0, 12},
        {"gitstatestore/a/b/\xc3\xa9.yaml", 8, 3000}, {"gitstatestore/a/empty", 0, 0},
    };
    sample s;
    kt_buf zip;
    const char *end, *at;

    (void)state;
    make_small(&s);
    zip = zip_of(&s.tree, 6);
    end = zip.ptr + zip.len - 22;
    assert_int_equal(number(end, 4), 0x06054b50);
    assert_int_equal(number(end + 10, 2), 5);
    at = zip.ptr + number(end + 16, 4);
    for (size_t i = 0; i < 5; i++) {
        check_entry(&zip, at, want[i].name, want[i].method, want[i].size);
        at += 46 + strlen(want[i].name);
    }
    assert_ptr_equal(at, end);
    kt_buf_dispose(&zip);
    free_sample(&s);
}

static void test_zip__stores_at_level_0(void **state)
{
    sample s;
    kt_buf zip;

    (void)state;
    make_small(&s);
    zip = zip_of(&s.tree, 0);
    assert_true(kt_sv_contains(kt_buf_view(&zip), KT_SV("hello world\n")));
    assert_true(zip.len > 3000);
    kt_buf_dispose(&zip);
    free_sample(&s);
}

static void test_zip__is_the_same_twice(void **state)
{
    sample s;
    kt_buf first, second;

    (void)state;
    make_small(&s);
    first = zip_of(&s.tree, 9);
    second = zip_of(&s.tree, 9);
    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.ptr, second.ptr, first.len);
    kt_buf_dispose(&first);
    kt_buf_dispose(&second);
    free_sample(&s);
}

static void test_zip__of_nothing_is_an_end_record(void **state)
{
    kt_tree tree = {NULL, 0, 0, 0};
    kt_buf zip = zip_of(&tree, 6);

    (void)state;
    assert_int_equal(zip.len, 22);
    assert_int_equal(number(zip.ptr, 4), 0x06054b50);
    kt_buf_dispose(&zip);
}

static void test_zip__counts_more_than_16_bits(void **state)
{
    sample s;
    kt_buf zip;
    const char *end, *end64;

    (void)state;
    make_many(&s);
    zip = zip_of(&s.tree, 0);
    end = zip.ptr + zip.len - 22;
    end64 = end - 20 - 56;
    assert_int_equal(number(end + 10, 2), 0xffff);
    assert_int_equal(number(end - 20, 4), 0x07064b50);
    assert_int_equal(number(end - 20 + 8, 8), end64 - zip.ptr);
    assert_int_equal(number(end64, 4), 0x06064b50);
    assert_int_equal(number(end64 + 4, 8), 44);
    assert_int_equal(number(end64 + 32, 8), 70000);
    kt_buf_dispose(&zip);
    free_sample(&s);
}

/* Sizes and offsets of 4 GiB: the same bytes many times, into a sink that forgets them. */
static void test_zip__counts_more_than_32_bits(void **state)
{
    enum { PARTS = 4100, PART = 1 << 20, NAME = 4 };
    const uint64_t size = (uint64_t)PARTS * PART, offset = 30 + NAME + 20 + size;
    sample s;
    tail t;
    const char *central;

    (void)state;
    memset(&s, 0, sizeof s);
    memset(&t, 0, sizeof t);
    s.bytes = allocate(PART, 1);
    s.parts = allocate(PARTS, sizeof *s.parts);
    for (size_t i = 0; i < PARTS; i++) {
        s.parts[i].ptr = s.bytes;
        s.parts[i].len = PART;
    }
    s.files = allocate(2, sizeof *s.files);
    s.files[0] = make_file("huge", s.parts, PARTS);
    s.files[1] = make_file("last", NULL, 0);
    set_store(&s, 0, "", s.files, 2);
    assert_int_equal(kt_zip__write(&s.tree, kt_allocator_default(), 0, keep_tail, &t), KT_OK);
    central = t.bytes + sizeof t.bytes - 22 - 20 - 56 - (46 + NAME + 12) - (46 + NAME + 20);
    assert_int_equal(number(central, 4), 0x02014b50);
    assert_int_equal(number(central + 6, 2), 45);
    assert_int_equal(number(central + 20, 8), UINT64_MAX); /* both sizes in the extra field */
    assert_int_equal(number(central + 46 + NAME + 4, 8), size);
    assert_int_equal(number(central + 46 + NAME + 12, 8), size);
    central += 46 + NAME + 20;
    assert_int_equal(number(central + 42, 4), 0xffffffff);
    assert_int_equal(number(central + 46 + NAME + 4, 8), offset);
    central += 46 + NAME + 12;
    assert_int_equal(number(central, 4), 0x06064b50);
    assert_int_equal(number(central + 48, 8), offset + 30 + NAME);
    free_sample(&s);
}

static void test_zip__refuses_wrong_arguments(void **state)
{
    sample s;
    char *name = allocate(65537, 1);
    kt_buf buf;

    (void)state;
    make_small(&s);
    kt_buf_init(&buf, kt_allocator_default());
    assert_int_equal(kt_zip__write(&s.tree, kt_allocator_default(), 10, append, &buf), KT_ERR_ARGUMENT);
    assert_int_equal(kt_zip__write(&s.tree, kt_allocator_default(), -1, append, &buf), KT_ERR_ARGUMENT);
    assert_int_equal(kt_zip__write(NULL, kt_allocator_default(), 6, append, &buf), KT_ERR_ARGUMENT);
    memset(name, 'n', 65536);
    s.files[0].path = kt_str(name);
    assert_int_equal(kt_zip__write(&s.tree, kt_allocator_default(), 6, append, &buf), KT_ERR_LIMIT);
    assert_int_equal(buf.len, 0);
    free(name);
    free_sample(&s);
}

static void test_zip__reports_a_failing_sink(void **state)
{
    sample s;
    kt_status status = KT_ERR_WRITE;
    size_t calls = 0;

    (void)state;
    make_small(&s);
    for (; status == KT_ERR_WRITE && calls < 1000; calls++) {
        size_t left = calls;
        status = kt_zip__write(&s.tree, kt_allocator_default(), 6, count_down, &left);
    }
    assert_int_equal(status, KT_OK);
    assert_in_range(calls, 10, 100);
    free_sample(&s);
}

/* An allocator that fails from the n-th call on and counts what is not given back. */
typedef struct scarce {
    size_t left;
    size_t held;
} scarce;

static void *resize_scarce(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    scarce *m = ctx;

    if (new_size > 0 && m->left == 0)
        return NULL;
    m->left -= new_size > 0;
    m->held += new_size - old_size;
    if (new_size > 0)
        return realloc(ptr, new_size);
    free(ptr);
    return NULL;
}

static void test_zip__survives_lack_of_memory(void **state)
{
    sample s;
    kt_status status = KT_ERR_NOMEM;
    size_t n = 0;

    (void)state;
    make_small(&s);
    for (; status == KT_ERR_NOMEM && n < 1000; n++) {
        scarce memory = {n, 0};
        kt_allocator allocator = {resize_scarce, &memory};
        size_t left = SIZE_MAX;
        status = kt_zip__write(&s.tree, allocator, 6, count_down, &left);
        assert_int_equal(memory.held, 0);
    }
    assert_int_equal(status, KT_OK);
    assert_in_range(n, 5, 100);
    free_sample(&s);
}

static void test_digest__agrees_with_the_standards(void **state)
{
    const kt_sv parts[] = {KT_SV("a"), {NULL, 0}, KT_SV("bc")};
    char md5[33], sha256[65];

    (void)state;
    kt_md5_hex(md5, KT_SV("abc")); /* RFC 1321 */
    assert_string_equal(md5, "900150983cd24fb0d6963f7d28e17f72");
    kt_sha256_hex(sha256, parts, 3); /* FIPS 180-2 */
    assert_string_equal(sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    kt_sha256_hex(sha256, NULL, 0);
    assert_string_equal(sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static int write_sample(const char *name, int level)
{
    static const struct {
        const char *name;
        void (*make)(sample *s);
    } samples[] = {{"small", make_small}, {"many", make_many}, {"big", make_big}};
    kt_status status = KT_ERR_ARGUMENT;

    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        if (strcmp(samples[i].name, name) == 0) {
            sample s;
            samples[i].make(&s);
            status = kt_zip__write(&s.tree, kt_allocator_default(), level, to_stdout, NULL);
            free_sample(&s);
        }
    return status == KT_OK && fflush(stdout) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zip__holds_sorted_entries),
        cmocka_unit_test(test_zip__stores_at_level_0),
        cmocka_unit_test(test_zip__is_the_same_twice),
        cmocka_unit_test(test_zip__of_nothing_is_an_end_record),
        cmocka_unit_test(test_zip__counts_more_than_16_bits),
        cmocka_unit_test(test_zip__counts_more_than_32_bits),
        cmocka_unit_test(test_zip__refuses_wrong_arguments),
        cmocka_unit_test(test_zip__reports_a_failing_sink),
        cmocka_unit_test(test_zip__survives_lack_of_memory),
        cmocka_unit_test(test_digest__agrees_with_the_standards),
    };

    if (argc == 4 && strcmp(argv[1], "write") == 0)
        return write_sample(argv[2], atoi(argv[3]));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
