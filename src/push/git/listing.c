/* git ls-tree -r -z, which is sorted by bytes: "<mode> blob <id>\t<path>\0". */
#include "push/git/listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#define STATE_FOLDER ".kratix"

/* ---- Reading ---- */

static size_t count_zeros(const kt_answer *text)
{
    size_t count = 0;

    for (const char *at = text->out; at && (at = memchr(at, 0, text->out_size - (size_t)(at - text->out))); at++)
        count++;
    return count;
}

/* One line; false: it is none. */
static bool read_item(kt_item *out, size_t *id_size, const char *line, size_t length)
{
    const char *tab = memchr(line, '\t', length), *id = tab;

    while (id && id > line && id[-1] != ' ')
        id--;
    if (!id || id < line + 8)
        return false;
    *id_size = (size_t)(tab - id);
    out->id = id;
    out->path.ptr = tab + 1;
    out->path.len = length - (size_t)(tab + 1 - line);
    out->is_file = memcmp(line, "100", 3) == 0;
    return true;
}

static kt_outcome index_items(kt_listing *l)
{
    const char *at = l->text.out, *end = l->text.out + l->text.out_size;

    l->items = malloc((count_zeros(&l->text) + 1) * sizeof *l->items);
    if (!l->items)
        return kt_push_no_memory(l->repository->push);
    while (at < end) {
        size_t length = strlen(at);
        l->count += read_item(&l->items[l->count], &l->id_size, at, length);
        at += length + 1;
    }
    return KT_OUTCOME_DONE;
}

kt_outcome kt_listing_read(kt_listing *out, kt_repository *repository, bool there)
{
    static const char *const arguments[] = {"ls-tree", "-r", "-z", "--full-tree", KT_BASE_REF, NULL};
    kt_outcome outcome;

    kt_listing_dispose(out);
    out->repository = repository;
    out->id_size = repository->sha256 ? 64 : 40;
    if (!there)
        return KT_OUTCOME_DONE;
    if (kt_repository_git(repository, &out->text, arguments, NULL, 0))
        return index_items(out);
    outcome = kt_repository_failed(repository, &out->text, "cannot list the branch");
    return outcome;
}

void kt_listing_dispose(kt_listing *listing)
{
    kt_answer_dispose(&listing->text);
    free(listing->items);
    memset(listing, 0, sizeof *listing);
}

/* ---- Finding ---- */

/* The first item that is not before `path`. */
static size_t lower_bound(const kt_listing *l, kt_sv path)
{
    size_t low = 0, high = l->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (kt_path_order(l->items[middle].path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const kt_item *kt_listing_find(const kt_listing *l, kt_sv path)
{
    size_t at = lower_bound(l, path);

    return at < l->count && kt_path_order(l->items[at].path, path) == 0 ? &l->items[at] : NULL;
}

static const kt_item *if_below(const kt_listing *l, size_t at, kt_sv folder)
{
    return at < l->count && kt_path_inside(l->items[at].path, folder) ? &l->items[at] : NULL;
}

/* Whether a path comes before everything below a folder: "a" and "a-b" stand before "a/b". */
static bool is_before(kt_sv path, kt_sv folder)
{
    size_t common = path.len < folder.len ? path.len : folder.len;
    int order = common > 0 ? memcmp(path.ptr, folder.ptr, common) : 0;

    return order < 0 || (order == 0 && (path.len <= folder.len || path.ptr[folder.len] < '/'));
}

const kt_item *kt_listing_below(const kt_listing *l, kt_sv folder)
{
    size_t low = 0, high = l->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (is_before(l->items[middle].path, folder))
            low = middle + 1;
        else
            high = middle;
    }
    return if_below(l, low, folder);
}

const kt_item *kt_listing_next_below(const kt_listing *l, const kt_item *item, kt_sv folder)
{
    return if_below(l, (size_t)(item - l->items) + 1, folder);
}

/* ---- As the core asks ---- */

static bool list(void *ctx, kt_sv folder, bool (*each)(void *each_ctx, kt_sv path, bool is_file), void *each_ctx)
{
    const kt_listing *l = ctx;
    const kt_item *self = folder.len > 0 ? kt_listing_find(l, folder) : NULL;
    const kt_item *item = folder.len > 0 ? kt_listing_below(l, folder) : l->count > 0 ? l->items : NULL;

    if (self && !each(each_ctx, self->path, self->is_file))
        return false;
    for (; item; item = kt_listing_next_below(l, item, folder))
        if (!each(each_ctx, item->path, item->is_file))
            return false;
    return true;
}

/* git's name for a content: the digest of "blob <size>\0" and the content. */
static bool blob_id(char *out, const kt_file *file, bool sha256)
{
    static const char digits[] = "0123456789abcdef";
    static EVP_MD_CTX *context;
    static EVP_MD *algorithms[2];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    char head[32];
    int length = snprintf(head, sizeof head, "blob %llu", (unsigned long long)file->size) + 1;

    if (!context)
        context = EVP_MD_CTX_new();
    if (!algorithms[sha256])
        algorithms[sha256] = EVP_MD_fetch(NULL, sha256 ? "SHA256" : "SHA1", NULL);
    if (!context || !algorithms[sha256] || EVP_DigestInit_ex2(context, algorithms[sha256], NULL) != 1)
        return false;
    EVP_DigestUpdate(context, head, (size_t)length);
    for (size_t i = 0; i < file->part_count; i++)
        EVP_DigestUpdate(context, file->parts[i].ptr, file->parts[i].len);
    if (EVP_DigestFinal_ex(context, digest, &size) != 1)
        return false;
    for (unsigned i = 0; i < size; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    return true;
}

static kt_same same(void *ctx, kt_sv path, const kt_file *file)
{
    const kt_listing *l = ctx;
    const kt_item *item = kt_listing_find(l, path);
    char id[2 * EVP_MAX_MD_SIZE];

    if (!item || !item->is_file || !blob_id(id, file, l->repository->sha256))
        return KT_SAME_UNKNOWN;
    return memcmp(id, item->id, l->id_size) == 0 ? KT_SAME_YES : KT_SAME_NO;
}

/* ---- Contents ---- */

/* All of .kratix at once, instead of a request for each. Failing, they are fetched one by one. */
static void fetch_states(kt_listing *l)
{
    static const char *const arguments[] = {"fetch", "--quiet", "--no-tags", "--no-write-fetch-head",
                                            "--recurse-submodules=no", "--filter=blob:none", "--stdin", "origin", NULL};
    kt_sv *pieces = malloc((l->count * 2 + 1) * sizeof *pieces);
    kt_answer answer;
    size_t count = 0;

    l->states_fetched = true;
    for (size_t i = 0; pieces && i < l->count; i++) {
        if (!l->items[i].is_file || !kt_path_passes(l->items[i].path, STATE_FOLDER))
            continue;
        pieces[count++] = (kt_sv){l->items[i].id, l->id_size};
        pieces[count++] = kt_str("\n");
    }
    if (count > 2) {
        kt_repository_git(l->repository, &answer, arguments, pieces, count);
        kt_answer_dispose(&answer);
    }
    free(pieces);
}

static bool read_content(void *ctx, kt_sv path, kt_write_fn write, void *write_ctx)
{
    kt_listing *l = ctx;
    const kt_item *item = kt_listing_find(l, path);
    char id[2 * EVP_MAX_MD_SIZE + 1];
    const char *const arguments[] = {"cat-file", "blob", id, NULL};
    kt_answer answer;
    bool fine;

    if (!item || !item->is_file)
        return false;
    if (!l->states_fetched && kt_path_passes(path, STATE_FOLDER))
        fetch_states(l);
    memcpy(id, item->id, l->id_size);
    id[l->id_size] = '\0';
    fine = kt_repository_git(l->repository, &answer, arguments, NULL, 0);
    if (fine)
        write(write_ctx, answer.out, answer.out_size);
    kt_answer_dispose(&answer);
    return fine;
}

void kt_listing_have(kt_have *out, kt_listing *listing)
{
    out->list = list;
    out->read = read_content;
    out->ctx = listing;
    out->same = same;
}
