/* URLs as Kratix takes them, and what may stand in a branch's name. */
#define _POSIX_C_SOURCE 200809L
#include "push/git/address.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool starts(kt_sv text, const char *prefix)
{
    size_t length = strlen(prefix);

    return text.len >= length && memcmp(text.ptr, prefix, length) == 0;
}

static kt_sv slice(kt_sv text, size_t from, size_t to)
{
    kt_sv out = {text.ptr + from, to - from};

    return out;
}

static size_t find(kt_sv text, size_t from, const char *any)
{
    while (from < text.len && !strchr(any, text.ptr[from]))
        from++;
    return from;
}

static bool has_control(kt_sv text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
            return true;
    return false;
}

static bool refuse(kt_push *push, const char *format, kt_sv url)
{
    kt_push_say(push, KT_TROUBLE_ADDRESS, NULL, format, (int)url.len, url.ptr ? url.ptr : "");
    return false;
}

/* ---- Local ---- */

static bool is_local(kt_sv url)
{
    return starts(url, "file://") || starts(url, "/") || starts(url, "./") || starts(url, "../");
}

/* git wants file:// with an absolute path to fetch as it does from elsewhere. */
static bool read_local(kt_address *out, kt_push *push, kt_sv url, const char *refusal)
{
    char here[PATH_MAX];
    kt_sv texts[4] = {kt_str("file://"), kt_str(""), kt_str(""), url};

    out->kind = KT_ADDRESS_LOCAL;
    if (starts(url, "file://"))
        texts[0] = kt_str("");
    else if (url.ptr[0] != '/' && getcwd(here, sizeof here)) {
        texts[1] = kt_str(here);
        texts[2] = kt_str("/");
    }
    out->url = kt_pool_join(push->pool, texts, 4);
    if (!out->url.ptr)
        return kt_push_no_memory(push) == KT_OUTCOME_DONE;
    kt_push_say(push, KT_TROUBLE_ADDRESS_KIND, NULL, "Kratix refuses it: %s: %.*s", refusal, (int)url.len, url.ptr);
    return true;
}

/* ---- ssh ---- */

/* ^(ssh://)?([^/:]*?)@[^@]+$ */
static bool is_ssh(kt_sv url)
{
    kt_sv rest = starts(url, "ssh://") ? slice(url, 6, url.len) : url;
    size_t at = find(rest, 0, "@/:");

    return at < rest.len && rest.ptr[at] == '@' && at + 1 < rest.len && find(rest, at + 1, "@") == rest.len;
}

/* ---- https ---- */

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* %41 → A, in the vault. */
static kt_sv decode(kt_push *push, kt_sv text)
{
    kt_sv kept = kt_vault_keep(push->vault, text);
    char *bytes = (char *)(uintptr_t)kept.ptr;
    size_t out = 0;

    for (size_t i = 0; bytes && i < kept.len; i++, out++) {
        bool escaped = bytes[i] == '%' && i + 2 < kept.len && hex(bytes[i + 1]) >= 0 && hex(bytes[i + 2]) >= 0;
        bytes[out] = escaped ? (char)(hex(bytes[i + 1]) * 16 + hex(bytes[i + 2])) : bytes[i];
        i += escaped ? 2 : 0;
    }
    if (bytes)
        bytes[out] = '\0';
    return kt_vault_keep(push->vault, (kt_sv){bytes, out});
}

/* Take user and password out: whoever lists processes or reads messages is not to see them. */
static bool read_https(kt_address *out, kt_push *push, kt_sv url)
{
    size_t host = strlen("https://"), end = find(url, host, "/?#"), at = end;
    kt_sv texts[2] = {slice(url, 0, host), {NULL, 0}};
    size_t colon;

    while (at > host && url.ptr[at - 1] != '@')
        at--;
    out->kind = KT_ADDRESS_HTTPS;
    if (at > host) {
        kt_sv info = slice(url, host, at - 1);
        colon = find(info, 0, ":");
        kt_vault_keep(push->vault, colon < info.len ? slice(info, colon + 1, info.len) : info);
        out->user = decode(push, slice(info, 0, colon));
        if (colon < info.len)
            out->password = decode(push, slice(info, colon + 1, info.len));
    }
    texts[1] = slice(url, at, url.len);
    out->url = kt_pool_join(push->pool, texts, 2);
    texts[1] = slice(url, at, end);
    out->origin = kt_pool_join(push->pool, texts, 2);
    if (!out->url.ptr || !out->origin.ptr)
        return kt_push_no_memory(push) == KT_OUTCOME_DONE;
    return at < end || refuse(push, "invalid URL for HTTPS auth method: %.*s", out->url);
}

/* ---- Public functions ---- */

bool kt_address_read(kt_address *out, kt_push *push)
{
    const kt_connection *connection = push->store->connection;
    bool ssh = connection->auth_method.len == 3 && memcmp(connection->auth_method.ptr, "ssh", 3) == 0;
    const char *refusal = ssh ? "invalid URL for SSH auth method" : "invalid URL for HTTPS auth method";
    kt_sv url = connection->url;

    memset(out, 0, sizeof *out);
    if (url.len == 0 || has_control(url))
        return refuse(push, url.len == 0 ? "spec.url is missing%.*s" : "spec.url has a control character: %.*s", url);
    if (is_local(url))
        return read_local(out, push, url, refusal);
    if (!ssh && starts(url, "https://"))
        return read_https(out, push, url);
    if (!ssh || !is_ssh(url))
        return refuse(push, ssh ? "invalid URL for SSH auth method: %.*s" : "invalid URL for HTTPS auth method: %.*s",
                      url);
    out->kind = KT_ADDRESS_SSH;
    out->url = kt_pool_copy(push->pool, url);
    return out->url.ptr || kt_push_no_memory(push) == KT_OUTCOME_DONE;
}

kt_sv kt_address_github_api(const kt_address *address, kt_pool *pool, bool *ours)
{
    kt_sv texts[2] = {address->origin, kt_str("/api/v3")};

    *ours = address->origin.len == 18 && memcmp(address->origin.ptr, "https://github.com", 18) == 0;
    return *ours ? kt_str("https://api.github.com") : kt_pool_join(pool, texts, 2);
}

/* A part between slashes, as git-check-ref-format(1) has it. */
static bool is_valid_part(kt_sv part)
{
    return part.len > 0 && part.ptr[0] != '.'
           && !(part.len >= 5 && memcmp(part.ptr + part.len - 5, ".lock", 5) == 0);
}

bool kt_branch_is_valid(kt_sv name)
{
    size_t from = 0;

    if (name.len == 0 || name.ptr[0] == '-' || name.ptr[name.len - 1] == '.' || has_control(name)
        || (name.len == 1 && name.ptr[0] == '@'))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (strchr(" ~^:?*[\\", name.ptr[i])
            || (i + 1 < name.len && (memcmp(name.ptr + i, "..", 2) == 0 || memcmp(name.ptr + i, "@{", 2) == 0)))
            return false;
    for (size_t i = 0; i <= name.len; i++) {
        if (i < name.len && name.ptr[i] != '/')
            continue;
        if (!is_valid_part(slice(name, from, i)))
            return false;
        from = i + 1;
    }
    return true;
}
