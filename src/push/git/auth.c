/* basicAuth, ssh and githubApp. */
#define _POSIX_C_SOURCE 200809L
#include "push/git/auth.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "push/credential.h"
#include "push/git/askpass.h"
#include "push/git/github_app.h"
#include "push/patience.h"

#define TOKEN_USER "x-access-token"
#define CONNECT_SECONDS 30 /* that ssh waits for a connection, if --timeout is no shorter */

static bool is_method(const kt_push *push, const char *name)
{
    kt_sv method = push->store->connection->auth_method;

    return method.len == strlen(name) && memcmp(method.ptr, name, method.len) == 0;
}

static bool add_variable(kt_auth *auth, const char *variable)
{
    size_t at = 0;

    while (auth->variables[at])
        at++;
    auth->variables[at] = variable;
    return variable && at + 1 < KT_AUTH_VARIABLES;
}

static bool add_answers(kt_auth *auth, kt_push *push, const kt_address *address, kt_sv user, kt_sv password)
{
    const char *variables[2];

    return kt_askpass_prepare(variables, push, address->origin, user, password) && add_variable(auth, variables[0])
           && add_variable(auth, variables[1]);
}

/* ---- basicAuth ---- */

static bool mentions_github(kt_sv url)
{
    for (size_t i = 0; i + 6 <= url.len; i++)
        if (strncasecmp(url.ptr + i, "github", 6) == 0)
            return true;
    return false;
}

static bool read_basic(kt_auth *out, kt_push *push, const kt_address *address)
{
    static const kt_credential name = {"username", "KRATREE_GIT_USERNAME", false};
    static const kt_credential word = {"password", "KRATREE_GIT_PASSWORD", true};
    kt_sv user, password;

    if (!kt_credential_find(&user, push, &name) || !kt_credential_find(&password, push, &word))
        return false;
    if (password.len == 0)
        password = address->password;
    if (password.len == 0 && !kt_credential_need(&password, push, &word))
        return false;
    if (user.len == 0)
        user = address->user;
    if (user.len == 0 && mentions_github(push->store->connection->url))
        user = kt_str(TOKEN_USER);
    return add_answers(out, push, address, user, password);
}

/* ---- ssh ---- */

/* OpenSSH wants a line break at the end of a key. */
static const char *file_with_end(kt_push *push, kt_sv text)
{
    kt_sv texts[2] = {text, kt_str(text.ptr[text.len - 1] == '\n' ? "" : "\n")}, whole;
    char *bytes = malloc(text.len + 1);
    const char *path;

    if (!bytes)
        return NULL;
    memcpy(bytes, text.ptr, text.len);
    memcpy(bytes + text.len, texts[1].ptr, texts[1].len);
    whole.ptr = bytes;
    whole.len = text.len + texts[1].len;
    path = kt_vault_file(push->vault, whole);
    kt_clear(bytes, whole.len);
    free(bytes);
    return path;
}

/* The user's configuration stays out: it may name other keys, and other hosts to trust. */
static bool add_ssh(kt_auth *out, kt_push *push, const char *key, const char *hosts)
{
    char command[2048];
    uint64_t seconds = push->settings->timeout > 0 && push->settings->timeout < CONNECT_SECONDS ? push->settings->timeout
                                                                                                  : CONNECT_SECONDS;

    snprintf(command, sizeof command,
             "GIT_SSH_COMMAND=ssh -F /dev/null -i '%s' -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes"
             " -o UserKnownHostsFile='%s' -o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes"
             " -o UpdateHostKeys=no -o PreferredAuthentications=publickey -o ConnectTimeout=%llu",
             key, hosts, (unsigned long long)seconds);
    return add_variable(out, kt_pool_copy(push->pool, kt_str(command)).ptr) && add_variable(out, "GIT_SSH_VARIANT=ssh");
}

static bool read_ssh(kt_auth *out, kt_push *push)
{
    static const kt_credential private_key = {"sshPrivateKey", "KRATREE_GIT_SSH_PRIVATE_KEY", true};
    static const kt_credential known_hosts = {"knownHosts", "KRATREE_GIT_KNOWN_HOSTS", false};
    const char *key_file, *hosts_file;
    kt_sv key, hosts;

    if (!kt_credential_need(&key, push, &private_key) || !kt_credential_need(&hosts, push, &known_hosts))
        return false;
    key_file = file_with_end(push, key);
    hosts_file = file_with_end(push, hosts);
    if (!key_file || !hosts_file) {
        kt_push_say(push, KT_TROUBLE_LOCAL, NULL, "cannot keep the credentials: %s", strerror(errno));
        return false;
    }
    return add_ssh(out, push, key_file, hosts_file);
}

/* ---- githubApp ---- */

static bool is_number(kt_sv text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len > 0 && text.len < 20;
}

/* "4711", or "Iv23liABC": nothing that would have to be escaped in the claims. */
static bool is_identifier(kt_sv text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!((text.ptr[i] >= '0' && text.ptr[i] <= '9') || (text.ptr[i] >= 'a' && text.ptr[i] <= 'z')
              || (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z') || memchr("._-", text.ptr[i], 3)))
            return false;
    return text.len > 0 && text.len < 200;
}

static bool read_app(kt_auth *out, kt_push *push)
{
    static const kt_credential app = {"appID", "KRATREE_GIT_APP_ID", false};
    static const kt_credential installation = {"installationID", "KRATREE_GIT_INSTALLATION_ID", false};
    static const kt_credential key = {"privateKey", "KRATREE_GIT_APP_PRIVATE_KEY", true};

    if (!kt_credential_need(&out->app_id, push, &app) || !kt_credential_need(&out->installation_id, push, &installation)
        || !kt_credential_need(&out->app_key, push, &key))
        return false;
    if (!is_identifier(out->app_id)) {
        kt_push_say(push, KT_TROUBLE_SECRET, "write the App's ID, or its client ID", "appID is neither: '%.*s'",
                    (int)out->app_id.len, out->app_id.ptr);
        return false;
    }
    if (!is_number(out->installation_id)) {
        kt_push_say(push, KT_TROUBLE_SECRET, "write the number that GitHub shows in the address of the installation",
                    "could not convert installation ID to int: '%.*s'", (int)out->installation_id.len,
                    out->installation_id.ptr);
        return false;
    }
    out->is_app = true;
    return true;
}

/* ---- Public functions ---- */

bool kt_auth_read(kt_auth *out, kt_push *push, const kt_address *address)
{
    memset(out, 0, sizeof *out);
    if (address->kind == KT_ADDRESS_LOCAL || push->settings->git_credentials)
        return true;
    if (is_method(push, "ssh"))
        return read_ssh(out, push);
    return is_method(push, "githubApp") ? read_app(out, push) : read_basic(out, push, address);
}

kt_outcome kt_auth_ready(kt_auth *auth, kt_push *push, const kt_address *address)
{
    kt_outcome outcome;
    kt_sv token;

    if (!auth->is_app || (auth->token_until > 0 && kt_now_ms() < auth->token_until))
        return KT_OUTCOME_DONE;
    outcome = kt_github_token(&token, push, address, auth->app_id, auth->installation_id, auth->app_key);
    if (outcome != KT_OUTCOME_DONE)
        return outcome;
    memset(auth->variables, 0, sizeof auth->variables);
    if (!add_answers(auth, push, address, kt_str(TOKEN_USER), token))
        return KT_OUTCOME_FAILED;
    auth->token_until = kt_now_ms() + KT_TOKEN_MS;
    return KT_OUTCOME_DONE;
}
