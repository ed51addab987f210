/* base64, gzip and gunzip, by zlib. */
#include "plan/packed.h"

#include <string.h>

#include <zlib.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/sv.h"

#define GZIP_WINDOW (16 + MAX_WBITS)
#define STEP ((size_t)16384)

static bool decode(kt_buf *out, kt_sv text)
{
    char *room = kt_buf_reserve(out, text.len);
    size_t length = room ? kt_base64_decode(room, text) : 0;

    if (length == SIZE_MAX)
        return false;
    out->len += length;
    return true;
}

/* zlib's memory: each block is headed by its size, which our allocator wants to know. */
static void *allocate(void *ctx, unsigned items, unsigned size)
{
    const kt_allocator *allocator = ctx;
    size_t bytes = (size_t)items * size + 2 * sizeof(size_t);
    size_t *block = allocator->resize(allocator->ctx, NULL, 0, bytes);

    if (!block)
        return NULL;
    block[0] = bytes;
    return block + 2;
}

static void release(void *ctx, void *ptr)
{
    const kt_allocator *allocator = ctx;
    size_t *block = (size_t *)ptr - 2;

    allocator->resize(allocator->ctx, block, block[0], 0);
}

static kt_status inflate_all(kt_buf *out, const char **why, z_stream *stream)
{
    int done = Z_OK;

    while (done == Z_OK) {
        char *at = kt_buf_reserve(out, STEP);
        if (!at)
            return out->status;
        stream->next_out = (unsigned char *)at;
        stream->avail_out = (unsigned)STEP;
        done = inflate(stream, Z_NO_FLUSH);
        out->len += STEP - stream->avail_out;
        if (done == Z_BUF_ERROR)
            break;
    }
    if (done == Z_MEM_ERROR)
        return KT_ERR_NOMEM;
    *why = done == Z_STREAM_END ? NULL : "it is not gzip, or cut short";
    return *why ? KT_ERR_INPUT : KT_OK;
}

static kt_status gunzip(kt_buf *out, const char **why, kt_allocator *allocator, kt_sv packed)
{
    z_stream stream;
    kt_status status;

    memset(&stream, 0, sizeof stream);
    stream.zalloc = allocate;
    stream.zfree = release;
    stream.opaque = allocator;
    stream.next_in = (z_const Bytef *)(uintptr_t)packed.ptr;
    stream.avail_in = (unsigned)packed.len;
    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
        return KT_ERR_NOMEM;
    status = inflate_all(out, why, &stream);
    inflateEnd(&stream);
    return status;
}

kt_status kt_unpack(kt_sv *out, const char **why, kt_arena *arena, kt_sv packed, uint64_t max)
{
    kt_allocator allocator = arena->allocator;
    kt_buf gzip, text;
    kt_status status = KT_ERR_INPUT;

    *why = "it is not base64";
    *out = (kt_sv){NULL, 0};
    kt_buf_init(&gzip, allocator);
    kt_buf_init(&text, allocator);
    text.max = max < SIZE_MAX - STEP ? (size_t)max + STEP : SIZE_MAX;
    if (packed.len > UINT32_MAX)
        status = KT_ERR_LIMIT;
    else if (decode(&gzip, packed))
        status = gzip.status == KT_OK ? gunzip(&text, why, &allocator, kt_buf_view(&gzip)) : gzip.status;
    if (status == KT_OK && text.len > max)
        status = KT_ERR_LIMIT;
    if (status == KT_OK)
        *out = kt_buf_copy(&text, arena);
    kt_buf_dispose(&gzip);
    kt_buf_dispose(&text);
    return arena->failed ? KT_ERR_NOMEM : status;
}

/* ---- Packing ---- */

#define GZIP_AROUND 23 /* header and trailer, and an empty last block as Go writes it */
#define LEVEL 6
#define PIECE ((size_t)1 << 20) /* of input at once: zlib counts in unsigned */

static uint64_t in_base64(uint64_t size)
{
    return (size + 2) / 3 * 4;
}

/* Deflate stores what it cannot press, five bytes for each 16 KiB. */
uint64_t kt_packed_bound(uint64_t size)
{
    return in_base64(size + (size / 16384 + 1) * 5 + GZIP_AROUND);
}

/* Feed one piece; the output is counted by zlib and thrown away. */
static void deflate_piece(z_stream *stream, kt_sv text, int flush)
{
    unsigned char thrown_away[4096];

    stream->next_in = (z_const Bytef *)(uintptr_t)text.ptr;
    stream->avail_in = (unsigned)text.len;
    do {
        stream->next_out = thrown_away;
        stream->avail_out = sizeof thrown_away;
        deflate(stream, flush);
    } while (stream->avail_out == 0);
}

kt_status kt_packed_size(uint64_t *out, kt_allocator allocator, const kt_sv *parts, size_t count, uint64_t max)
{
    z_stream stream;
    kt_sv nothing = {NULL, 0};

    memset(&stream, 0, sizeof stream);
    stream.zalloc = allocate;
    stream.zfree = release;
    stream.opaque = &allocator;
    if (deflateInit2(&stream, LEVEL, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        return KT_ERR_NOMEM;
    for (size_t i = 0; i < count; i++)
        for (size_t at = 0; at < parts[i].len && stream.total_out < max; at += PIECE)
            deflate_piece(&stream, kt_sv_slice(parts[i], at, at + PIECE), Z_NO_FLUSH);
    deflate_piece(&stream, nothing, Z_FINISH);
    *out = in_base64((uint64_t)stream.total_out + GZIP_AROUND);
    deflateEnd(&stream);
    return KT_OK;
}
