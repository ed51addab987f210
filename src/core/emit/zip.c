/* A deterministic zip writer (PKWARE's APPNOTE) on zlib.
 *
 *     entry      local header, name, [zip64 sizes], content      for each file
 *     directory  central header, name, [zip64 sizes, offset]     for each file
 *     end        [zip64 end record, its locator], end record
 *
 * Sizes and CRC stand in the local headers, so that any reader works on a stream. Nothing depends on the
 * clock, the machine or the order in which files were made. */
#include "emit/zip.h"

#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/sort.h"
#include "base/sv.h"
#include "emit/zip_format.h"

#define VERSION_PLAIN 20u
#define VERSION_ZIP64 45u
#define FLAG_UTF8 (1u << 11)
#define DOS_TIME 0u
#define DOS_DATE 0x0021u /* 1980-01-01 */
#define REGULAR_0644 (0100644u << 16)
#define END64_SIZE 44u /* of the zip64 end record, behind its size field */

#define MAX_NAME 0xffffu

/* Deflated content up to this size is kept; of longer one only the length is, and it is made twice. */
#define KEPT ((size_t)8 << 20)
#define CHUNK ((size_t)64 << 10)

typedef struct zip {
    kt_write_fn write;
    void *ctx;
    int level;
    kt_status status;
    uint64_t offset;  /* bytes written */
    uint64_t entries;
    kt_arena arena;   /* zlib's memory */
    z_stream stream;
    kt_buf head;      /* the header under construction */
    kt_buf packed;    /* deflated content of the current file */
    kt_buf directory;
} zip;

typedef struct entry {
    kt_sv folder;
    const kt_file *file;
    uint64_t offset;
    uint64_t packed_size;
    uint32_t crc;
    unsigned method;
} entry;

/* ---- Bytes ---- */

static void put(kt_buf *buf, uint64_t number, unsigned bytes)
{
    for (; bytes > 0; bytes--, number >>= 8)
        kt_buf_byte(buf, (char)(number & 0xff));
}

static uint64_t capped(uint64_t number, uint64_t max)
{
    return number < max ? number : max;
}

static void fail(zip *z, kt_status status)
{
    if (z->status == KT_OK)
        z->status = status;
}

static void emit(zip *z, const char *bytes, size_t size)
{
    if (z->status != KT_OK || size == 0)
        return;
    if (!z->write(z->ctx, bytes, size))
        fail(z, KT_ERR_WRITE);
    z->offset += size;
}

static void emit_buf(zip *z, const kt_buf *buf)
{
    if (buf->status != KT_OK)
        fail(z, buf->status);
    emit(z, buf->ptr, buf->len);
}

/* ---- Deflate ---- */

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

static bool open_stream(zip *z)
{
    z->stream.zalloc = zlib_alloc;
    z->stream.zfree = zlib_free;
    z->stream.opaque = &z->arena;
    return deflateInit2(&z->stream, z->level, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) == Z_OK;
}

/* Takes deflated bytes. */
typedef void (*sink_fn)(zip *z, const char *bytes, size_t size);

/* Keep what fits. */
static void sink_keep(zip *z, const char *bytes, size_t size)
{
    kt_buf_bytes(&z->packed, bytes, size);
    if (z->packed.status == KT_ERR_NOMEM)
        fail(z, KT_ERR_NOMEM);
}

/* Deflate `text` and, with Z_FINISH, what is still inside; returns how many bytes came out. */
static uint64_t deflate_text(zip *z, kt_sv text, int flush, sink_fn sink)
{
    unsigned char out[4096];
    uint64_t total = 0;

    z->stream.next_in = (const unsigned char *)text.ptr;
    z->stream.avail_in = (uInt)text.len;
    do {
        size_t size;
        z->stream.next_out = out;
        z->stream.avail_out = sizeof out;
        deflate(&z->stream, flush);
        size = sizeof out - z->stream.avail_out;
        sink(z, (const char *)out, size);
        total += size;
    } while (z->stream.avail_out == 0 && z->status == KT_OK);
    return total;
}

static uint64_t deflate_file(zip *z, const kt_file *file, sink_fn sink)
{
    kt_sv nothing = {NULL, 0};
    uint64_t total = 0;

    deflateReset(&z->stream);
    for (size_t i = 0; i < file->part_count; i++)
        for (size_t at = 0; at < file->parts[i].len && z->status == KT_OK; at += CHUNK)
            total += deflate_text(z, kt_sv_slice(file->parts[i], at, at + CHUNK), Z_NO_FLUSH, sink);
    return total + deflate_text(z, nothing, Z_FINISH, sink);
}

/* ---- Entries ---- */

static uint32_t crc_of(const kt_file *file)
{
    uLong crc = crc32_z(0, NULL, 0);

    for (size_t i = 0; i < file->part_count; i++) /* crc32_z() begins anew for NULL, which an empty part may be */
        if (file->parts[i].len > 0)
            crc = crc32_z(crc, (const unsigned char *)file->parts[i].ptr, file->parts[i].len);
    return (uint32_t)crc;
}

/* How the content goes into the zip; what is kept of it stands in `packed`. */
static void pack(zip *z, entry *e)
{
    e->crc = crc_of(e->file);
    e->method = KT_ZIP_METHOD_STORED;
    e->packed_size = e->file->size;
    if (z->level == 0 || e->file->size == 0)
        return;
    kt_buf_reset(&z->packed);
    e->packed_size = deflate_file(z, e->file, sink_keep);
    e->method = KT_ZIP_METHOD_DEFLATED;
    if (e->packed_size >= e->file->size) {
        e->method = KT_ZIP_METHOD_STORED;
        e->packed_size = e->file->size;
    }
}

static size_t name_size(const entry *e)
{
    return e->folder.len > 0 ? e->folder.len + 1 + e->file->path.len : e->file->path.len;
}

static void put_name(kt_buf *buf, const entry *e)
{
    kt_buf_sv(buf, e->folder);
    if (e->folder.len > 0)
        kt_buf_byte(buf, '/');
    kt_buf_sv(buf, e->file->path);
}

/* The fields that local and central header share, from "version needed" to "extra length". */
static void put_common(kt_buf *buf, const entry *e, unsigned version, uint32_t packed, uint32_t size, unsigned extra)
{
    put(buf, version, 2);
    put(buf, FLAG_UTF8, 2);
    put(buf, e->method, 2);
    put(buf, DOS_TIME, 2);
    put(buf, DOS_DATE, 2);
    put(buf, e->crc, 4);
    put(buf, packed, 4);
    put(buf, size, 4);
    put(buf, name_size(e), 2);
    put(buf, extra, 2);
}

/* In a local header both sizes go to the zip64 field if one must. */
static void put_local(kt_buf *buf, const entry *e)
{
    bool large = e->file->size >= KT_ZIP_MAX32 || e->packed_size >= KT_ZIP_MAX32;

    put(buf, KT_ZIP_LOCAL_SIGNATURE, 4);
    put_common(buf, e, large ? VERSION_ZIP64 : VERSION_PLAIN, large ? KT_ZIP_MAX32 : (uint32_t)e->packed_size,
               large ? KT_ZIP_MAX32 : (uint32_t)e->file->size, large ? 20 : 0);
    put_name(buf, e);
    if (large) {
        put(buf, KT_ZIP_ZIP64_EXTRA, 2);
        put(buf, 16, 2);
        put(buf, e->file->size, 8);
        put(buf, e->packed_size, 8);
    }
}

/* In a central header each number goes there by itself. */
static void put_central(kt_buf *buf, const entry *e)
{
    const uint64_t numbers[] = {e->file->size, e->packed_size, e->offset};
    unsigned large = 0;

    for (size_t i = 0; i < 3; i++)
        large += numbers[i] >= KT_ZIP_MAX32;
    put(buf, KT_ZIP_CENTRAL_SIGNATURE, 4);
    put(buf, KT_ZIP_MADE_ON_UNIX << 8 | (large ? VERSION_ZIP64 : VERSION_PLAIN), 2);
    put_common(buf, e, large ? VERSION_ZIP64 : VERSION_PLAIN, (uint32_t)capped(e->packed_size, KT_ZIP_MAX32),
               (uint32_t)capped(e->file->size, KT_ZIP_MAX32), large ? 4 + 8 * large : 0);
    put(buf, 0, 2); /* comment */
    put(buf, 0, 2); /* disk */
    put(buf, 0, 2); /* internal attributes */
    put(buf, REGULAR_0644, 4);
    put(buf, capped(e->offset, KT_ZIP_MAX32), 4);
    put_name(buf, e);
    if (!large)
        return;
    put(buf, KT_ZIP_ZIP64_EXTRA, 2);
    put(buf, 8 * large, 2);
    for (size_t i = 0; i < 3; i++)
        if (numbers[i] >= KT_ZIP_MAX32)
            put(buf, numbers[i], 8);
}

static void emit_content(zip *z, const entry *e)
{
    if (e->method == KT_ZIP_METHOD_STORED)
        for (size_t i = 0; i < e->file->part_count; i++)
            emit(z, e->file->parts[i].ptr, e->file->parts[i].len);
    else if (z->packed.status == KT_OK)
        emit_buf(z, &z->packed);
    else
        deflate_file(z, e->file, emit);
}

static void add_file(zip *z, kt_sv folder, const kt_file *file)
{
    entry e = {folder, file, z->offset, 0, 0, 0};

    pack(z, &e);
    kt_buf_reset(&z->head);
    put_local(&z->head, &e);
    emit_buf(z, &z->head);
    emit_content(z, &e);
    put_central(&z->directory, &e);
    z->entries++;
}

/* ---- The end ---- */

static void put_end64(kt_buf *buf, const zip *z, uint64_t start, uint64_t size)
{
    put(buf, KT_ZIP_END64_SIGNATURE, 4);
    put(buf, END64_SIZE, 8);
    put(buf, KT_ZIP_MADE_ON_UNIX << 8 | VERSION_ZIP64, 2);
    put(buf, VERSION_ZIP64, 2);
    put(buf, 0, 4); /* this disk */
    put(buf, 0, 4); /* the directory's disk */
    put(buf, z->entries, 8);
    put(buf, z->entries, 8);
    put(buf, size, 8);
    put(buf, start, 8);
    put(buf, KT_ZIP_LOCATOR64_SIGNATURE, 4);
    put(buf, 0, 4);
    put(buf, start + size, 8);
    put(buf, 1, 4); /* disks */
}

static void add_end(zip *z)
{
    uint64_t start = z->offset, size = z->directory.len;

    emit_buf(z, &z->directory);
    kt_buf_reset(&z->head);
    if (z->entries >= KT_ZIP_MAX16 || start >= KT_ZIP_MAX32 || size >= KT_ZIP_MAX32)
        put_end64(&z->head, z, start, size);
    put(&z->head, KT_ZIP_END_SIGNATURE, 4);
    put(&z->head, 0, 2); /* this disk */
    put(&z->head, 0, 2); /* the directory's disk */
    put(&z->head, capped(z->entries, KT_ZIP_MAX16), 2);
    put(&z->head, capped(z->entries, KT_ZIP_MAX16), 2);
    put(&z->head, capped(size, KT_ZIP_MAX32), 4);
    put(&z->head, capped(start, KT_ZIP_MAX32), 4);
    put(&z->head, 0, 2); /* comment */
    emit_buf(z, &z->head);
}

/* ---- The tree ---- */

/* By folder + "/", so that all paths together are in byte order ("a-b/x" comes before "a/x"). */
static int compare_folders(const void *left, const void *right)
{
    kt_sv a = (*(const kt_store_tree *const *)left)->folder, b = (*(const kt_store_tree *const *)right)->folder;
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared > 0 ? memcmp(a.ptr, b.ptr, shared) : 0;

    if (order != 0 || a.len == b.len)
        return order;
    return a.len < b.len ? '/' - (unsigned char)b.ptr[shared] : (unsigned char)a.ptr[shared] - '/';
}

static const kt_store_tree **sorted_stores(const kt_tree *tree, kt_arena *arena)
{
    const kt_store_tree **stores = kt_arena_array(arena, tree->store_count, sizeof *stores);

    if (!stores)
        return NULL;
    for (size_t i = 0; i < tree->store_count; i++)
        stores[i] = &tree->stores[i];
    return kt_sort(stores, tree->store_count, sizeof *stores, compare_folders, arena) ? stores : NULL;
}

static bool names_fit(const kt_tree *tree)
{
    for (size_t i = 0; i < tree->store_count; i++) {
        const kt_store_tree *store = &tree->stores[i];
        for (size_t k = 0; k < store->file_count; k++)
            if (store->files[k].path.len > MAX_NAME || store->folder.len >= MAX_NAME - store->files[k].path.len)
                return false;
    }
    return true;
}

static kt_status write_tree(zip *z, const kt_tree *tree)
{
    const kt_store_tree **stores = sorted_stores(tree, &z->arena);

    if (!stores || (z->level > 0 && !open_stream(z)))
        return KT_ERR_NOMEM;
    for (size_t i = 0; i < tree->store_count; i++)
        for (size_t k = 0; k < stores[i]->file_count && z->status == KT_OK; k++)
            add_file(z, stores[i]->folder, &stores[i]->files[k]);
    add_end(z);
    return z->status;
}

kt_status kt_zip__write(const kt_tree *tree, kt_allocator allocator, int level, kt_write_fn write, void *ctx)
{
    zip z;

    if (!tree || !write || level < 0 || level > 9)
        return KT_ERR_ARGUMENT;
    if (!names_fit(tree))
        return KT_ERR_LIMIT;
    memset(&z, 0, sizeof z);
    z.write = write;
    z.ctx = ctx;
    z.level = level;
    kt_arena_init(&z.arena, allocator);
    kt_buf_init(&z.head, allocator);
    kt_buf_init(&z.packed, allocator);
    kt_buf_init(&z.directory, allocator);
    z.packed.max = KEPT;
    fail(&z, write_tree(&z, tree));
    kt_buf_dispose(&z.directory);
    kt_buf_dispose(&z.packed);
    kt_buf_dispose(&z.head);
    kt_arena_dispose(&z.arena);
    return z.status;
}
