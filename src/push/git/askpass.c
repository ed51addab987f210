/* Answers: origin, user and password, each ended by a NUL. */
#define _POSIX_C_SOURCE 200809L
#include "push/git/askpass.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "push/problem.h"

#define ANSWERS_MAX 65536

bool kt_askpass_is_asked(void)
{
    return getenv(KT_ASKPASS_VARIABLE) != NULL;
}

/* "Password for 'https://user@host:port': " names the origin behind the quote, with or without a user. */
static bool asks_for(const char *question, const char *origin)
{
    const char *quote = strchr(question, '\''), *host = strstr(origin, "://");
    const char *end = quote ? strrchr(quote + 1, '\'') : NULL, *at, *asked;

    if (!quote || !host || !end || strncmp(quote + 1, origin, (size_t)(host - origin) + 3) != 0)
        return false;
    host += 3;
    asked = quote + 1 + (host - origin);
    for (at = end; at > asked && at[-1] != '@'; at--)
        ;
    asked = at > asked ? at : asked;
    return (size_t)(end - asked) == strlen(host) && memcmp(asked, host, strlen(host)) == 0;
}

int kt_askpass_answer(int argc, char **argv)
{
    static char answers[ANSWERS_MAX];
    FILE *file = fopen(getenv(KT_ASKPASS_VARIABLE), "rbe");
    const char *user, *password, *question = argc > 1 ? argv[1] : "";
    size_t length = file ? fread(answers, 1, sizeof answers - 3, file) : 0;

    if (file)
        fclose(file);
    memset(answers + length, 0, 3);
    user = answers + strlen(answers) + 1;
    password = user + strlen(user) + 1;
    if (length == 0 || !asks_for(question, answers))
        return 1;
    if (strncmp(question, "Username", 8) == 0)
        puts(user);
    else if (strncmp(question, "Password", 8) == 0)
        puts(password);
    else
        return 1;
    fflush(stdout);
    kt_clear(answers, sizeof answers);
    return 0;
}

/* ---- Preparing ---- */

/* The path of this program. */
static bool find_self(char out[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", out, PATH_MAX - 1);

    if (length > 0)
        out[length] = '\0';
    return length > 0;
}

bool kt_askpass_prepare(const char *out[2], kt_push *push, kt_sv origin, kt_sv user, kt_sv password)
{
    char self[PATH_MAX], *answers;
    size_t size = origin.len + user.len + password.len + 3;
    const char *file = NULL;
    kt_sv texts[2];

    if (size > ANSWERS_MAX - 3 || memchr(password.ptr, '\n', password.len) || !find_self(self)) {
        kt_push_say(push, KT_TROUBLE_SECRET, "write it without line breaks", "git cannot be told the password");
        return false;
    }
    answers = calloc(size, 1);
    if (answers) {
        memcpy(answers, origin.ptr, origin.len);
        if (user.len > 0)
            memcpy(answers + origin.len + 1, user.ptr, user.len);
        memcpy(answers + origin.len + user.len + 2, password.ptr, password.len);
        file = kt_vault_file(push->vault, (kt_sv){answers, size});
        kt_clear(answers, size);
    }
    free(answers);
    if (!file) {
        kt_push_say(push, KT_TROUBLE_LOCAL, NULL, "cannot keep the credentials: %s", strerror(errno));
        return false;
    }
    texts[0] = kt_str("GIT_ASKPASS=");
    texts[1] = kt_str(self);
    out[0] = kt_pool_join(push->pool, texts, 2).ptr;
    texts[0] = kt_str(KT_ASKPASS_VARIABLE "=");
    texts[1] = kt_str(file);
    out[1] = kt_pool_join(push->pool, texts, 2).ptr;
    return (out[0] && out[1]) || kt_push_no_memory(push) == KT_OUTCOME_DONE;
}
