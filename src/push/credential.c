/* Finding credentials. */
#define _POSIX_C_SOURCE 200809L
#include "push/credential.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LONGEST 65536 /* bytes of a credential in a file */

kt_sv kt_credential_secret_title(kt_push *push)
{
    const kt_connection *connection = push->store->connection;
    kt_sv texts[] = {connection->secret_namespace, kt_str("/"), connection->secret_name};

    return kt_pool_join(push->pool, texts, 3);
}

/* What is found is kept, or when it is no secret only copied. */
static bool take(kt_sv *out, kt_push *push, const kt_credential *c, kt_sv value)
{
    *out = c->secret ? kt_vault_keep(push->vault, value) : kt_pool_copy(push->pool, value);
    return out->ptr || kt_push_no_memory(push) == KT_OUTCOME_DONE;
}

/* ---- Files ---- */

static bool unreadable(kt_push *push, const char *path, const char *why)
{
    kt_push_say(push, KT_TROUBLE_SECRET, "check that the file is there and that you may read it",
                "cannot read the credential in '%s': %s", path, why);
    return false;
}

/* A file's content without the line break at its end, which editors put there. */
static bool take_file(kt_sv *out, kt_push *push, const kt_credential *c, const char *path, bool needed)
{
    static char bytes[LONGEST];
    FILE *file = fopen(path, "rbe");
    size_t length;
    bool fine;

    if (!file)
        return (errno == ENOENT && !needed) || unreadable(push, path, strerror(errno));
    length = fread(bytes, 1, sizeof bytes, file);
    if (ferror(file) || length == sizeof bytes) {
        fine = unreadable(push, path, ferror(file) ? strerror(errno) : "it is too long");
    } else {
        if (length > 0 && bytes[length - 1] == '\n')
            length--;
        if (length > 0 && bytes[length - 1] == '\r')
            length--;
        fine = take(out, push, c, (kt_sv){bytes, length});
    }
    fclose(file);
    kt_clear(bytes, sizeof bytes);
    return fine;
}

static bool take_from_folder(kt_sv *out, kt_push *push, const kt_credential *c)
{
    kt_sv path = kt_pool_path(push->pool, kt_str(push->settings->credentials), kt_str(c->key));

    if (!path.ptr)
        return kt_push_no_memory(push) == KT_OUTCOME_DONE;
    return take_file(out, push, c, path.ptr, false);
}

/* ---- Proxies ---- */

void kt_credential_hide_proxies(kt_vault *vault)
{
    static const char *const names[] = {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *url = getenv(names[i]), *scheme = url ? strstr(url, "://") : NULL;
        const char *from = scheme ? scheme + 3 : url, *at = url ? strrchr(from, '@') : NULL;
        const char *colon = at ? memchr(from, ':', (size_t)(at - from)) : NULL;
        if (colon)
            kt_vault_keep(vault, (kt_sv){colon + 1, (size_t)(at - colon) - 1});
    }
}

/* ---- In order ---- */

static kt_sv find_in_secret(const kt_secret *secret, const char *key)
{
    for (size_t i = 0; secret && i < secret->item_count; i++)
        if (secret->items[i].key.len == strlen(key) && memcmp(secret->items[i].key.ptr, key, strlen(key)) == 0)
            return secret->items[i].value;
    return (kt_sv){NULL, 0};
}

bool kt_credential_find(kt_sv *out, kt_push *push, const kt_credential *c)
{
    const char *value = getenv(c->variable), *path;
    char name[128];
    kt_sv item;

    *out = (kt_sv){NULL, 0};
    snprintf(name, sizeof name, "%s_FILE", c->variable);
    path = getenv(name);
    if (value && *value)
        return take(out, push, c, kt_str(value));
    if (path && *path)
        return take_file(out, push, c, path, true);
    if (push->settings->credentials && (!take_from_folder(out, push, c) || out->len > 0))
        return out->len > 0;
    item = find_in_secret(push->store->connection->secret, c->key);
    return item.len == 0 || take(out, push, c, item);
}

bool kt_credential_need(kt_sv *out, kt_push *push, const kt_credential *c)
{
    const kt_connection *connection = push->store->connection;

    if (!kt_credential_find(out, push, c))
        return false;
    if (out->len > 0)
        return true;
    if (connection->secret)
        kt_push_say(push, KT_TROUBLE_SECRET, NULL, "%s not found in secret %s", c->key,
                    kt_credential_secret_title(push).ptr);
    else if (connection->has_secret_ref)
        kt_push_say(push, KT_TROUBLE_SECRET, NULL, "Secret %.*s not found in namespace %s",
                    (int)connection->secret_name.len, connection->secret_name.ptr,
                    connection->secret_namespace.len > 0
                        ? kt_pool_copy(push->pool, connection->secret_namespace).ptr : "default");
    else
        kt_push_say(push, KT_TROUBLE_SECRET, NULL, "no %s: there is no spec.secretRef, and %s is not set", c->key,
                    c->variable);
    return false;
}
