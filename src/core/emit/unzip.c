/* Reading a zip (PKWARE's APPNOTE) that may be hostile.
 *
 * The central directory alone says what there is; of a local header only the length counts, and the name, which must
 * be the same. Nothing is allocated for what an entry claims before its claim has passed the limits; entries that
 * share bytes are refused, so that what comes out is in proportion to what went in. */
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include "base/buf.h"
#include "base/diags.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/sv.h"
#include "base/utf8.h"
#include "emit/zip_format.h"
#include "kratree.h"

#define LOCAL_SIZE 30u
#define CENTRAL_SIZE 46u
#define END64_SIZE 56u
#define LOCATOR64_SIZE 20u
#define END_SIZE 22u
#define LONGEST_COMMENT 0xffffu

#define FLAG_ENCRYPTED (1u | 1u << 6 | 1u << 13)
#define UNIX_TYPE 0170000u
#define UNIX_LINK 0120000u

/* Up to here a file may be as repetitive as it likes. */
#define SMALL ((uint64_t)1 << 20)

typedef struct entry {
    kt_sv name;
    unsigned flags;
    unsigned method;
    bool is_link;
    uint32_t crc;
    uint64_t packed_size;
    uint64_t size;
    uint64_t header; /* where its local header is */
    uint64_t start;  /* where its content is */
} entry;

/* What is handed out, with the memory behind it. */
typedef struct handle {
    kt_archive archive; /* comes first */
    kt_arena arena;
    kt_diags diags;
} handle;

typedef struct reader {
    handle *h;
    kt_sv zip;
    kt_pos pos;
    kt_zip_limits limits;
    kt_status status;
    uint64_t directory; /* where it begins */
    uint64_t directory_end;
    uint64_t count;
    entry *entries;
    z_stream stream;
    bool open; /* the stream is */
} reader;

/* ---- Numbers and problems ---- */

static uint64_t number_at(const reader *r, uint64_t at, unsigned bytes)
{
    uint64_t number = 0;

    for (unsigned i = bytes; i > 0; i--)
        number = number << 8 | (unsigned char)r->zip.ptr[at + i - 1];
    return number;
}

static bool has(const reader *r, uint64_t at, uint64_t size)
{
    return at <= r->zip.len && size <= r->zip.len - at;
}

static bool refuse(reader *r, kt_code code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    kt_diags_vadd(&r->h->diags, code, r->pos, format, args);
    va_end(args);
    r->status = code == KT_ZIP_DAMAGED || code == KT_ZIP_REFUSED ? KT_ERR_INPUT : KT_ERR_LIMIT;
    return false;
}

static bool no_memory(reader *r)
{
    r->status = KT_ERR_NOMEM;
    return false;
}

static bool damaged(reader *r, const char *what)
{
    return refuse(r, KT_ZIP_DAMAGED, "not a whole zip: %s", what);
}

/* ---- The end ---- */

/* From the back: the record whose comment reaches the end of the file. */
static bool find_end(reader *r, uint64_t *at)
{
    uint64_t least = r->zip.len > END_SIZE + LONGEST_COMMENT ? r->zip.len - END_SIZE - LONGEST_COMMENT : 0;

    if (r->zip.len < END_SIZE)
        return damaged(r, "it has no end record");
    for (*at = r->zip.len - END_SIZE;; --*at) {
        if (number_at(r, *at, 4) == KT_ZIP_END_SIGNATURE && *at + END_SIZE + number_at(r, *at + 20, 2) == r->zip.len)
            return true;
        if (*at == least)
            return damaged(r, "it has no end record");
    }
}

/* The zip64 record, where the end record has no room for a number. */
static bool read_end64(reader *r, uint64_t end, uint64_t *size)
{
    uint64_t locator = end - LOCATOR64_SIZE, at;

    if (end < LOCATOR64_SIZE || number_at(r, locator, 4) != KT_ZIP_LOCATOR64_SIGNATURE)
        return damaged(r, "its zip64 locator is missing");
    at = number_at(r, locator + 8, 8);
    if (!has(r, at, END64_SIZE) || at > locator || number_at(r, at, 4) != KT_ZIP_END64_SIGNATURE)
        return damaged(r, "its zip64 end record is missing");
    r->count = number_at(r, at + 32, 8);
    *size = number_at(r, at + 40, 8);
    r->directory = number_at(r, at + 48, 8);
    r->directory_end = at;
    return true;
}

static bool read_end(reader *r)
{
    uint64_t end = 0, size;

    if (!find_end(r, &end))
        return false;
    r->count = number_at(r, end + 10, 2);
    size = number_at(r, end + 12, 4);
    r->directory = number_at(r, end + 16, 4);
    r->directory_end = end;
    if (number_at(r, end + 4, 2) != number_at(r, end + 6, 2))
        return damaged(r, "it is one of several volumes");
    if ((r->count == KT_ZIP_MAX16 || size == KT_ZIP_MAX32 || r->directory == KT_ZIP_MAX32) &&
        !read_end64(r, end, &size))
        return false;
    if (r->directory > r->directory_end || size != r->directory_end - r->directory)
        return damaged(r, "its directory is not where the end record says");
    if (r->count > r->limits.entries)
        return refuse(r, KT_ZIP_ENTRIES, "more than %u entries", r->limits.entries);
    if (r->count > size / CENTRAL_SIZE)
        return damaged(r, "its directory is too short");
    return true;
}

/* ---- Entries ---- */

/* Numbers that do not fit into the header stand here, in this order. */
static bool read_zip64(reader *r, entry *e, uint64_t at, uint64_t size)
{
    uint64_t *const numbers[] = {&e->size, &e->packed_size, &e->header};
    uint64_t end = at + size;

    while (end - at >= 4) {
        uint64_t id = number_at(r, at, 2), length = number_at(r, at + 2, 2);
        at += 4;
        if (length > end - at)
            return damaged(r, "an extra field is too long");
        if (id == KT_ZIP_ZIP64_EXTRA) {
            uint64_t from = at;
            for (size_t i = 0; i < 3; i++) {
                if (*numbers[i] != KT_ZIP_MAX32)
                    continue;
                if (at + length - from < 8)
                    return damaged(r, "a zip64 field is too short");
                *numbers[i] = number_at(r, from, 8);
                from += 8;
            }
            return true;
        }
        at += length;
    }
    return true;
}

static bool read_entry(reader *r, entry *e, uint64_t *at)
{
    uint64_t name, extra, comment;

    if (r->directory_end - *at < CENTRAL_SIZE || number_at(r, *at, 4) != KT_ZIP_CENTRAL_SIGNATURE)
        return damaged(r, "its directory is too short");
    name = number_at(r, *at + 28, 2);
    extra = number_at(r, *at + 30, 2);
    comment = number_at(r, *at + 32, 2);
    if (r->directory_end - *at - CENTRAL_SIZE < name + extra + comment)
        return damaged(r, "its directory is too short");
    e->flags = (unsigned)number_at(r, *at + 8, 2);
    e->method = (unsigned)number_at(r, *at + 10, 2);
    e->crc = (uint32_t)number_at(r, *at + 16, 4);
    e->packed_size = number_at(r, *at + 20, 4);
    e->size = number_at(r, *at + 24, 4);
    e->header = number_at(r, *at + 42, 4);
    e->is_link =
        number_at(r, *at + 5, 1) == KT_ZIP_MADE_ON_UNIX && (number_at(r, *at + 40, 2) & UNIX_TYPE) == UNIX_LINK;
    e->name = kt_sv_slice(r->zip, (size_t)*at + CENTRAL_SIZE, (size_t)(*at + CENTRAL_SIZE + name));
    if (!read_zip64(r, e, *at + CENTRAL_SIZE + name, extra))
        return false;
    *at += CENTRAL_SIZE + name + extra + comment;
    return true;
}

/* Relative, of whole elements, without what other systems take for a separator. */
static bool is_safe(kt_sv name)
{
    kt_sv rest = kt_sv_ends(name, KT_SV("/")) ? kt_sv_slice(name, 0, name.len - 1) : name;

    if (rest.len == 0 || !kt_utf8_valid(name) || kt_sv_find(name, '\\') < name.len || kt_sv_find(name, '\0') < name.len)
        return false;
    while (rest.len > 0) {
        size_t slash = kt_sv_find(rest, '/');
        kt_sv element = kt_sv_slice(rest, 0, slash);
        if (element.len == 0 || kt_sv_is(element, ".") || kt_sv_is(element, "..") || slash + 1 == rest.len)
            return false;
        rest = kt_sv_slice(rest, slash + 1, rest.len);
    }
    return true;
}

static bool check_entry(reader *r, const entry *e, uint64_t *total)
{
    if (!is_safe(e->name))
        return refuse(r, KT_ZIP_REFUSED, "%q is no path below a folder", e->name);
    if (e->flags & FLAG_ENCRYPTED)
        return refuse(r, KT_ZIP_REFUSED, "%q is encrypted", e->name);
    if (e->method != KT_ZIP_METHOD_STORED && e->method != KT_ZIP_METHOD_DEFLATED)
        return refuse(r, KT_ZIP_REFUSED, "%q is packed by method %u, not stored or deflated", e->name,
                      (uint64_t)e->method);
    if (e->size > r->limits.bytes || *total > r->limits.bytes - e->size)
        return refuse(r, KT_ZIP_BYTES, "more than %u bytes", r->limits.bytes);
    *total += e->size;
    if (e->size > SMALL && e->size / r->limits.ratio > e->packed_size)
        return refuse(r, KT_ZIP_RATIO, "%q holds more than %u bytes for each in the zip", e->name, r->limits.ratio);
    if (e->method == KT_ZIP_METHOD_STORED && e->size != e->packed_size)
        return damaged(r, "a stored file has two sizes");
    return true;
}

/* Where its content is: behind the local header, whose own numbers do not count. */
static bool read_local(reader *r, entry *e)
{
    uint64_t name, extra;

    if (!has(r, e->header, LOCAL_SIZE) || number_at(r, e->header, 4) != KT_ZIP_LOCAL_SIGNATURE)
        return damaged(r, "a local header is missing");
    name = number_at(r, e->header + 26, 2);
    extra = number_at(r, e->header + 28, 2);
    e->start = e->header + LOCAL_SIZE + name + extra;
    if (e->start > r->directory || e->packed_size > r->directory - e->start)
        return damaged(r, "a file reaches into the directory");
    if (!kt_sv_equal(e->name, kt_sv_slice(r->zip, (size_t)e->header + LOCAL_SIZE,
                                          (size_t)(e->header + LOCAL_SIZE + name))))
        return refuse(r, KT_ZIP_REFUSED, "%q has another name in its local header", e->name);
    return true;
}

static bool read_entries(reader *r)
{
    uint64_t at = r->directory, total = 0;

    r->entries = kt_arena_array(&r->h->arena, (size_t)r->count, sizeof *r->entries);
    if (!r->entries)
        return no_memory(r);
    for (uint64_t i = 0; i < r->count; i++)
        if (!read_entry(r, &r->entries[i], &at) || !check_entry(r, &r->entries[i], &total)
            || !read_local(r, &r->entries[i]))
            return false;
    return at == r->directory_end || damaged(r, "its directory is longer than its entries");
}

static int compare_places(const void *left, const void *right)
{
    const entry *a = left, *b = right;

    return (a->header > b->header) - (a->header < b->header);
}

static int compare_names(const void *left, const void *right)
{
    return kt_sv_compare(((const entry *)left)->name, ((const entry *)right)->name);
}

/* No two entries share bytes or names. Leaves them sorted by name. */
static bool check_entries(reader *r)
{
    size_t count = (size_t)r->count;

    if (!kt_sort(r->entries, count, sizeof *r->entries, compare_places, &r->h->arena))
        return no_memory(r);
    for (size_t i = 1; i < count; i++)
        if (r->entries[i - 1].start + r->entries[i - 1].packed_size > r->entries[i].header)
            return refuse(r, KT_ZIP_REFUSED, "%q and %q overlap", r->entries[i - 1].name, r->entries[i].name);
    if (!kt_sort(r->entries, count, sizeof *r->entries, compare_names, &r->h->arena))
        return no_memory(r);
    for (size_t i = 1; i < count; i++)
        if (kt_sv_equal(r->entries[i - 1].name, r->entries[i].name))
            return refuse(r, KT_ZIP_REFUSED, "%q is there twice", r->entries[i].name);
    return true;
}

/* ---- Contents ---- */

static void *zlib_alloc(void *ctx, unsigned items, unsigned size)
{
    return kt_arena_array(ctx, items, size);
}

/* The arena gives everything back at the end. */
static void zlib_free(void *ctx, void *ptr)
{
    (void)ctx;
    (void)ptr;
}

static bool open_stream(reader *r)
{
    r->stream.zalloc = zlib_alloc;
    r->stream.zfree = zlib_free;
    r->stream.opaque = &r->h->arena;
    r->open = inflateInit2(&r->stream, -MAX_WBITS) == Z_OK;
    return r->open || no_memory(r);
}

/* zlib counts in unsigned. */
static unsigned some(uint64_t size)
{
    return size < ((uint64_t)1 << 30) ? (unsigned)size : 1u << 30;
}

static bool inflate_entry(reader *r, const entry *e, char *out)
{
    uint64_t in = 0, made = 0;
    int state = Z_OK;

    if (r->open ? inflateReset(&r->stream) != Z_OK : !open_stream(r))
        return no_memory(r);
    while (state == Z_OK) {
        uint64_t before = in + made;
        r->stream.next_in = (const unsigned char *)r->zip.ptr + e->start + in;
        r->stream.avail_in = some(e->packed_size - in);
        r->stream.next_out = (unsigned char *)out + made;
        r->stream.avail_out = some(e->size - made);
        in += r->stream.avail_in;
        made += r->stream.avail_out;
        state = inflate(&r->stream, Z_NO_FLUSH);
        in -= r->stream.avail_in;
        made -= r->stream.avail_out;
        if (state == Z_OK && in + made == before)
            break;
    }
    if (state == Z_MEM_ERROR)
        return no_memory(r);
    return (state == Z_STREAM_END && made == e->size && in == e->packed_size)
           || damaged(r, "a file cannot be unpacked");
}

static bool read_content(reader *r, const entry *e, kt_archive_file *out)
{
    /* One byte more: zlib wants to be shown some room also for nothing. */
    char *bytes = e->method == KT_ZIP_METHOD_STORED ? NULL : kt_arena_alloc(&r->h->arena, (size_t)e->size + 1);

    out->path = kt_arena_copy(&r->h->arena, e->name);
    out->bytes = kt_sv_slice(r->zip, (size_t)e->start, (size_t)(e->start + e->packed_size));
    if (e->method == KT_ZIP_METHOD_DEFLATED) {
        if (!bytes)
            return no_memory(r);
        if (!inflate_entry(r, e, bytes))
            return false;
        out->bytes = (kt_sv){bytes, (size_t)e->size};
    }
    if (out->bytes.len > 0
        && crc32_z(crc32_z(0, NULL, 0), (const unsigned char *)out->bytes.ptr, out->bytes.len) != e->crc)
        return damaged(r, "the checksum of a file is wrong");
    return !r->h->arena.failed || no_memory(r);
}

static bool read_contents(reader *r)
{
    kt_archive *archive = &r->h->archive;
    kt_archive_file *files = kt_arena_array(&r->h->arena, (size_t)r->count, sizeof *files);
    size_t count = 0;

    if (!files)
        return no_memory(r);
    for (size_t i = 0; i < r->count; i++) {
        const entry *e = &r->entries[i];
        if (kt_sv_ends(e->name, KT_SV("/")) || e->is_link)
            continue;
        if (!read_content(r, e, &files[count]))
            return false;
        archive->size += files[count++].bytes.len;
    }
    archive->files = files;
    archive->count = count;
    return true;
}

/* ---- Public functions ---- */

static uint64_t or_default(uint64_t limit, uint64_t value)
{
    return limit > 0 ? limit : value;
}

static kt_zip_limits complete(const kt_zip_limits *limits)
{
    kt_zip_limits out = {KT_ZIP_MAX_ENTRIES, KT_ZIP_MAX_BYTES, KT_ZIP_MAX_RATIO};

    if (limits) {
        out.entries = or_default(limits->entries, out.entries);
        out.bytes = or_default(limits->bytes, out.bytes);
        out.ratio = or_default(limits->ratio, out.ratio);
    }
    if (out.bytes > SIZE_MAX / 2)
        out.bytes = SIZE_MAX / 2;
    return out;
}

kt_status kt_unzip(kt_archive **out, kt_sv name, kt_sv zip, const kt_zip_limits *limits,
                   const kt_allocator *allocator)
{
    kt_allocator a = allocator && allocator->resize ? *allocator : kt_allocator_default();
    reader r;

    if (!out)
        return KT_ERR_ARGUMENT;
    *out = NULL;
    if (!zip.ptr && zip.len > 0)
        return KT_ERR_ARGUMENT;
    memset(&r, 0, sizeof r);
    r.h = a.resize(a.ctx, NULL, 0, sizeof *r.h);
    if (!r.h)
        return KT_ERR_NOMEM;
    memset(r.h, 0, sizeof *r.h);
    kt_arena_init(&r.h->arena, a);
    kt_diags_init(&r.h->diags, &r.h->arena);
    r.zip = zip;
    r.pos.file = name;
    r.limits = complete(limits);
    if (!(read_end(&r) && read_entries(&r) && check_entries(&r) && read_contents(&r)))
        memset(&r.h->archive, 0, sizeof r.h->archive);
    if (r.h->arena.failed)
        r.status = KT_ERR_NOMEM;
    if (r.status == KT_ERR_NOMEM) {
        kt_archive_free(&r.h->archive);
        return KT_ERR_NOMEM;
    }
    r.h->archive.problem = r.h->diags.count > 0 ? r.h->diags.items : NULL;
    *out = &r.h->archive;
    return r.status;
}

/* ---- As a place ---- */

static bool list_files(void *ctx, kt_sv folder, bool (*each)(void *each_ctx, kt_sv path, bool is_file), void *each_ctx)
{
    const kt_archive *archive = ctx;

    for (size_t i = 0; i < archive->count; i++) {
        kt_sv path = archive->files[i].path;
        if ((kt_path_is_below(path, folder) || kt_sv_equal(path, folder)) && !each(each_ctx, path, true))
            return false;
    }
    return true;
}

static bool read_archived(void *ctx, kt_sv path, kt_write_fn write, void *write_ctx)
{
    const kt_archive *archive = ctx;
    size_t low = 0, high = archive->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = kt_sv_compare(archive->files[middle].path, path);
        if (order == 0) {
            write(write_ctx, archive->files[middle].bytes.ptr, archive->files[middle].bytes.len);
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

void kt_archive_have(kt_have *out, kt_archive *archive)
{
    *out = (kt_have){list_files, read_archived, archive, NULL};
}

void kt_archive_free(kt_archive *archive)
{
    handle *h = (handle *)archive;
    kt_allocator a;

    if (!h)
        return;
    a = h->arena.allocator;
    kt_arena_dispose(&h->arena);
    a.resize(a.ctx, h, sizeof *h, 0);
}
