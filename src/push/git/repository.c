/* The temporary repository. */
#define _GNU_SOURCE /* mkdtemp, flock */
#include "push/git/repository.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "push/patience.h"
#include "store/temporary.h"

#define PREFIX "kratree-push-"
#define CONFIG_MAX 16384
#define ARGUMENTS_MAX 32
#define LEFT_SECONDS 600

/* ---- The folder ---- */

/* The folder's own lock goes with the process that made it, however that ends. */
static int hold(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Ours, and old enough that nobody is about to hold it. */
static bool is_left(int fd)
{
    struct stat status;

    return fstat(fd, &status) == 0 && status.st_uid == geteuid() && time(NULL) - status.st_mtime > LEFT_SECONDS;
}

/* What a killed run has left: a folder of ours that nobody holds. */
static void remove_left(void)
{
    DIR *stream = opendir(kt_temporary_place());
    const struct dirent *item;
    char path[4096];

    while (stream && (item = readdir(stream)) != NULL) {
        int fd = -1;
        if (strncmp(item->d_name, PREFIX, sizeof PREFIX - 1) == 0
            && snprintf(path, sizeof path, "%s/%s", kt_temporary_place(), item->d_name) < (int)sizeof path)
            fd = hold(path);
        if (fd >= 0 && is_left(fd))
            kt_temporary_remove(path);
        if (fd >= 0)
            close(fd);
    }
    if (stream)
        closedir(stream);
}

static bool failed(kt_push *push, const char *doing, int error)
{
    kt_push_say(push, KT_TROUBLE_LOCAL, NULL, "cannot %s in '%s': %s", doing, kt_temporary_place(), strerror(error));
    return false;
}

bool kt_repository_open(kt_repository *out, kt_push *push, const kt_address *address, kt_auth *auth)
{
    kt_sv texts[2] = {kt_str(kt_temporary_place()), kt_str("/" PREFIX "XXXXXX")};

    memset(out, 0, sizeof *out);
    out->push = push;
    out->address = address;
    out->auth = auth;
    out->held = -1;
    remove_left();
    out->folder = kt_pool_join(push->pool, texts, 2);
    if (!out->folder.ptr)
        return kt_push_no_memory(push) == KT_OUTCOME_DONE;
    if (!mkdtemp((char *)(uintptr_t)out->folder.ptr)) {
        out->folder.ptr = NULL;
        return failed(push, "make a folder", errno);
    }
    out->held = hold(out->folder.ptr);
    texts[0] = kt_str("--git-dir=");
    texts[1] = out->folder;
    out->option = kt_pool_join(push->pool, texts, 2).ptr;
    return out->option || kt_push_no_memory(push) == KT_OUTCOME_DONE;
}

void kt_repository_close(kt_repository *repository)
{
    if (repository->folder.ptr)
        kt_temporary_remove(repository->folder.ptr);
    if (repository->held >= 0)
        close(repository->held);
}

/* ---- Its files ---- */

/* A value of git's configuration, in quotes. */
static size_t put_quoted(char *out, size_t at, const char *text)
{
    out[at++] = '"';
    for (; *text && at < CONFIG_MAX - 8; text++) {
        if (*text == '"' || *text == '\\')
            out[at++] = '\\';
        out[at++] = *text;
    }
    out[at++] = '"';
    out[at++] = '\n';
    return at;
}

/* What the user has set up for git counts (proxies, signing), but for what would change the result or ask questions. */
static size_t make_config(char *out, const kt_repository *r)
{
    const kt_settings *settings = r->push->settings;
    size_t at = (size_t)snprintf(
        out, CONFIG_MAX,
        "[core]\n\trepositoryformatversion = 1\n\tbare = true\n\thooksPath = /dev/null\n"
        "\tfsync = none\n"
        "[extensions]\n\tpartialClone = origin\n%s"
        "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[push]\n\tdefault = nothing\n"
        "\tfollowTags = false\n\trecurseSubmodules = no\n[fetch]\n\trecurseSubmodules = false\n"
        "[protocol]\n\tversion = 2\n[pack]\n\twriteBitmaps = false\n[advice]\n\tpushUpdateRejected = false\n"
        "[fastimport]\n\tunpackLimit = 0\n"
        "%s[http]\n\tsslVerify = %s\n",
        r->sha256 ? "\tobjectFormat = sha256\n" : "",
        settings->git_credentials ? "" : "[credential]\n\thelper =\n\tinteractive = never\n",
        settings->skip_tls_verify ? "false" : "true");

    if (settings->ca_file) {
        at += (size_t)snprintf(out + at, CONFIG_MAX - at, "\tsslCAInfo = ");
        at = put_quoted(out, at, settings->ca_file);
    }
    at += (size_t)snprintf(out + at, CONFIG_MAX - at,
                           "[remote \"origin\"]\n\tpromisor = true\n\tpartialclonefilter = blob:none\n"
                           "\ttagOpt = --no-tags\n\turl = ");
    return put_quoted(out, at, r->address->url.ptr);
}

static bool write_file(const kt_repository *r, const char *name, const char *bytes, size_t size)
{
    char path[4096];
    int fd;
    bool fine;

    snprintf(path, sizeof path, "%s/%s", r->folder.ptr, name);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    fine = fd >= 0 && write(fd, bytes, size) == (ssize_t)size;
    return (fd < 0 || close(fd) == 0) && fine;
}

static bool make_folder(const kt_repository *r, const char *name)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", r->folder.ptr, name);
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

static bool prepare(kt_repository *r)
{
    static char config[CONFIG_MAX + 64];
    static const char head[] = "ref: refs/heads/none\n";
    size_t size;

    if (r->address->url.len + (r->push->settings->ca_file ? strlen(r->push->settings->ca_file) : 0) > CONFIG_MAX / 4) {
        kt_push_say(r->push, KT_TROUBLE_ADDRESS, NULL, "the address, or the path of --ca-file, is too long");
        return false;
    }
    size = make_config(config, r);
    r->prepared = make_folder(r, "objects") && make_folder(r, "refs") && write_file(r, "HEAD", head, sizeof head - 1)
                  && write_file(r, "config", config, size);
    return r->prepared || failed(r->push, "write", errno);
}

void kt_repository_use_sha256(kt_repository *r)
{
    char path[4096];

    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", r->folder.ptr, i ? "objects" : "refs");
        kt_temporary_remove(path);
    }
    r->sha256 = true;
    r->prepared = false;
}

/* ---- Running git ---- */

static uint64_t time_limit(const kt_push *push)
{
    return push->settings->timeout > 0 ? push->settings->timeout : KT_USUAL_TIMEOUT;
}

/* The last two make glibc keep memory that git's zlib gives back and wants again for each object: fast-import takes
 * half the time. */
static const char *const common_variables[] = {"GIT_TERMINAL_PROMPT=0", "GIT_ALLOW_PROTOCOL=https:ssh:file",
                                               "GIT_PROTOCOL_FROM_USER=0", "MALLOC_TOP_PAD_=67108864",
                                               "MALLOC_TRIM_THRESHOLD_=1073741824"};

#define COMMON_VARIABLES (sizeof common_variables / sizeof common_variables[0] + 1)

static const char *what_is_done(const char *command)
{
    static const char *const words[][2] = {{"fetch", "fetching"}, {"fast-import", "building the commit"},
                                           {"push", "pushing"}, {"ls-tree", "listing"}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i][0], command) == 0)
            return words[i][1];
    return "waiting for git";
}

bool kt_repository_git(kt_repository *r, kt_answer *out, const char *const *arguments, const kt_sv *input,
                       size_t input_count)
{
    const char *all[ARGUMENTS_MAX] = {"git", r->option};
    const char *variables[KT_AUTH_VARIABLES + COMMON_VARIABLES];
    kt_process process = {all, variables, input, input_count, time_limit(r->push), KT_OUTPUT_MAX,
                          &r->push->progress, NULL};
    size_t count = 2, at = COMMON_VARIABLES - 1;

    memset(variables, 0, sizeof variables);
    memcpy(variables, common_variables, sizeof common_variables);
    process.doing = what_is_done(arguments[0]);
    while (*arguments && count + 1 < ARGUMENTS_MAX)
        all[count++] = *arguments++;
    for (const char *const *v = r->auth->variables; *v; v++)
        variables[at++] = *v;
    return kt_process_run(out, &process);
}

/* ---- What a failure means ---- */

/* What git and its servers say, in the C locale, and what it means. The first that fits counts. */
static const struct meaning {
    const char *text;
    kt_trouble trouble;
    bool passing;
    const char *help;
} meanings[] = {
    {"Host key verification failed", KT_TROUBLE_UNREACHABLE, false, "compare the server's key with knownHosts"},
    {"No ED25519 host key is known", KT_TROUBLE_UNREACHABLE, false, "add the server's key to knownHosts"},
    {"server certificate verification failed", KT_TROUBLE_UNREACHABLE, false, "give the certificate to trust with --ca-file"},
    {"SSL certificate problem", KT_TROUBLE_UNREACHABLE, false, "give the certificate to trust with --ca-file"},
    {"Authentication failed", KT_TROUBLE_DENIED, false, NULL},
    {"could not read Username", KT_TROUBLE_DENIED, false, NULL},
    {"could not read Password", KT_TROUBLE_DENIED, false, NULL},
    {"Permission denied", KT_TROUBLE_DENIED, false, NULL},
    {"error in libcrypto", KT_TROUBLE_SECRET, false, "write the private key as ssh-keygen makes it, without a passphrase"},
    {"invalid format", KT_TROUBLE_SECRET, false, "write the private key as ssh-keygen makes it, without a passphrase"},
    {"returned error: 401", KT_TROUBLE_DENIED, false, NULL},
    {"returned error: 403", KT_TROUBLE_DENIED, false, NULL},
    {"returned error: 407", KT_TROUBLE_DENIED, false, "give the proxy's credentials in its address"},
    {"returned error: 404", KT_TROUBLE_UNREACHABLE, false, NULL},
    {"does not appear to be a git repository", KT_TROUBLE_UNREACHABLE, false, NULL},
    {"ot found", KT_TROUBLE_UNREACHABLE, false, NULL},
    {"Could not resolve", KT_TROUBLE_UNREACHABLE, true, NULL},
    {"Failed to connect", KT_TROUBLE_UNREACHABLE, true, NULL},
    {"onnection", KT_TROUBLE_UNREACHABLE, true, NULL}, /* refused, reset, timed out, closed */
    {"returned error: 429", KT_TROUBLE_UNREACHABLE, true, NULL},
    {"returned error: 5", KT_TROUBLE_UNREACHABLE, true, NULL},
    {"RPC failed", KT_TROUBLE_UNREACHABLE, true, NULL},
    {"early EOF", KT_TROUBLE_UNREACHABLE, true, NULL},
    {"hung up", KT_TROUBLE_UNREACHABLE, true, NULL},
    {"unexpected disconnect", KT_TROUBLE_UNREACHABLE, true, NULL},
    {"Empty reply", KT_TROUBLE_UNREACHABLE, true, NULL},
};

static const struct meaning *find_meaning(const char *text)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (strstr(text, meanings[i].text))
            return &meanings[i];
    return NULL;
}

static kt_outcome no_end(kt_repository *r, const kt_answer *answer, const char *doing)
{
    kt_push *push = r->push;

    if (answer->end == KT_END_STOPPED)
        kt_push_say(push, KT_TROUBLE_STOPPED, NULL, "%s: stopped", doing);
    else if (answer->end == KT_END_MISSING)
        kt_push_say(push, KT_TROUBLE_PROGRAM, "install git 2.30 or later", "there is no git in PATH");
    else if (answer->end == KT_END_LONG)
        kt_push_say(push, KT_TROUBLE_LOCAL, "push to a branch that holds less", "%s: git says more than %zu bytes", doing,
                    KT_OUTPUT_MAX);
    else if (answer->end == KT_END_TIME)
        return kt_push_again(push, KT_TROUBLE_TIME, "%s: git took longer than %llu s", doing,
                             (unsigned long long)time_limit(push));
    else
        kt_push_say(push, KT_TROUBLE_LOCAL, NULL, "%s: git cannot be run: %s", doing, strerror(answer->status));
    return KT_OUTCOME_FAILED;
}

kt_outcome kt_repository_failed(kt_repository *r, const kt_answer *answer, const char *doing)
{
    const struct meaning *meaning;

    if (answer->end != KT_END_EXIT)
        return no_end(r, answer, doing);
    meaning = find_meaning(answer->errors);
    if (meaning && meaning->passing)
        return kt_push_again(r->push, meaning->trouble, "%s: %s", doing, answer->errors);
    kt_push_say(r->push, meaning ? meaning->trouble : KT_TROUBLE_UNREACHABLE, meaning ? meaning->help : NULL, "%s: %s",
                doing, *answer->errors ? answer->errors : "git failed without a word");
    return KT_OUTCOME_FAILED;
}

/* ---- Fetching ---- */

static kt_outcome fetch_once(kt_repository *r, kt_answer *answer, const char *refspec)
{
    const char *const arguments[] = {"fetch",  "--quiet", "--depth=1", "--no-tags", "--filter=blob:none",
                                     "--no-write-fetch-head", "origin", refspec, NULL};

    if (!r->prepared && !prepare(r))
        return KT_OUTCOME_FAILED;
    return kt_repository_git(r, answer, arguments, NULL, 0) ? KT_OUTCOME_DONE : KT_OUTCOME_AGAIN;
}

kt_outcome kt_repository_fetch(kt_repository *r, kt_sv branch, bool *there)
{
    kt_sv texts[] = {kt_str("+refs/heads/"), branch, kt_str(":" KT_BASE_REF)};
    kt_sv refspec = kt_pool_join(r->push->pool, texts, 3);
    kt_outcome outcome = kt_auth_ready(r->auth, r->push, r->address);
    kt_answer answer = {.end = KT_END_FAILED};

    *there = false;
    if (outcome != KT_OUTCOME_DONE || !refspec.ptr)
        return refspec.ptr ? outcome : kt_push_no_memory(r->push);
    outcome = fetch_once(r, &answer, refspec.ptr);
    if (outcome == KT_OUTCOME_AGAIN && !r->sha256 && strstr(answer.errors, "server sha256")) {
        kt_answer_dispose(&answer);
        kt_repository_use_sha256(r);
        outcome = fetch_once(r, &answer, refspec.ptr);
    }
    *there = outcome == KT_OUTCOME_DONE;
    if (outcome == KT_OUTCOME_AGAIN)
        outcome = strstr(answer.errors, "couldn't find remote ref")
                      ? KT_OUTCOME_DONE
                      : kt_repository_failed(r, &answer, "unable to clone repository");
    kt_answer_dispose(&answer);
    return outcome;
}
