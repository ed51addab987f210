/* Children: vfork, which does not copy what maps a large tree, exec, and one poll loop over three pipes. */
#define _GNU_SOURCE /* vfork, pipe2, execvpe, PR_SET_PDEATHSIG */
#include "push/git/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "push/adapter.h"
#include "push/patience.h"

#define STEP 65536
#define LOOK 100 /* milliseconds between two looks at the clock and at signals */
#define GRACE 2000 /* that a child has to end after SIGTERM */
#define PIECES 256 /* written at once */
#define EXEC_FAILED 127

extern char **environ;

/* ---- Environment ---- */

/* What a child does not get: what leads git elsewhere, what prints more than is wanted, and secrets. */
static const char *const dropped[] = {"GIT_", "SSH_ASKPASS", "KRATREE_", "AWS_", "LC_", "LANG"};
static const char *const kept[] = {"GIT_EXEC_PATH=", "GIT_CONFIG_GLOBAL=", "GIT_CONFIG_NOSYSTEM=", "GIT_CONFIG_SYSTEM=",
                                   "GIT_SSL_CAINFO=", "GIT_SSL_CAPATH=", "GIT_TEST_"};

static bool begins_with_one_of(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(text, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

static bool is_inherited(const char *variable)
{
    return begins_with_one_of(variable, kept, sizeof kept / sizeof kept[0])
           || !begins_with_one_of(variable, dropped, sizeof dropped / sizeof dropped[0]);
}

/* To be given to free(); NULL when there is no memory. */
static const char **make_environment(const char *const *added)
{
    size_t count = 0, at = 0;
    const char **all;

    for (char **e = environ; *e; e++)
        count++;
    for (const char *const *a = added; a && *a; a++)
        count++;
    all = malloc((count + 2) * sizeof *all);
    if (!all)
        return NULL;
    for (char **e = environ; *e; e++)
        if (is_inherited(*e))
            all[at++] = *e;
    for (const char *const *a = added; a && *a; a++)
        all[at++] = *a;
    all[at++] = "LC_ALL=C"; /* what it says is looked at */
    all[at] = NULL;
    return all;
}

/* ---- Starting ---- */

typedef struct child {
    pid_t pid;
    int in;     /* -1: closed */
    int out;
    int errors;
    bool reaped;
    int status;
} child;

static void close_pipe(int fds[2])
{
    for (int i = 0; i < 2; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

/* Between vfork() and exec(): the memory is still that of the parent, so that nothing of it is changed. */
_Noreturn static void become(const kt_process *process, const char **environment, int in, int out, int errors)
{
    struct sigaction usual;
    sigset_t none;

    setpgid(0, 0);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
    memset(&usual, 0, sizeof usual);
    usual.sa_handler = SIG_DFL;
    for (int number = 1; number < 32; number++)
        sigaction(number, &usual, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(errors, 2) < 0)
        _exit(EXEC_FAILED);
    execvpe(process->arguments[0], (char *const *)(uintptr_t)process->arguments,
            (char *const *)(uintptr_t)environment);
    _exit(EXEC_FAILED);
}

static pid_t spawn(const kt_process *process, const char **environment, int in, int out, int errors)
{
    pid_t pid = vfork();

    if (pid == 0)
        become(process, environment, in, out, errors);
    return pid;
}

static int start(child *c, const kt_process *process)
{
    const char **environment = make_environment(process->environment);
    int in[2] = {-1, -1}, out[2] = {-1, -1}, errors[2] = {-1, -1}, number = 0;

    if (!environment)
        return ENOMEM;
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0
        || (c->pid = spawn(process, environment, in[0], out[1], errors[1])) < 0) {
        number = errno;
        close_pipe(in);
        close_pipe(out);
        close_pipe(errors);
    } else {
        setpgid(c->pid, c->pid);
        close(in[0]);
        close(out[1]);
        close(errors[1]);
        c->in = in[1];
        c->out = out[0];
        c->errors = errors[0];
        fcntl(c->in, F_SETFL, O_NONBLOCK);
    }
    free(environment);
    return number;
}

/* ---- Feeding and reading ---- */

typedef struct talk {
    child child;
    const kt_process *process;
    kt_answer *answer;
    size_t out_capacity;
    size_t errors_capacity;
    size_t piece; /* of the input */
    size_t at;    /* within the piece */
    bool no_memory;
} talk;

static void close_in(talk *t)
{
    if (t->child.in >= 0)
        close(t->child.in);
    t->child.in = -1;
}

/* As much as the pipe takes. A child that does not want more of it is no failure: its status tells. */
static void feed(talk *t)
{
    struct iovec vectors[PIECES];
    int count = 0;
    ssize_t written;

    for (size_t i = t->piece; i < t->process->input_count && count < PIECES; i++) {
        size_t skip = i == t->piece ? t->at : 0;
        vectors[count].iov_base = (void *)(uintptr_t)(t->process->input[i].ptr + skip);
        vectors[count++].iov_len = t->process->input[i].len - skip;
    }
    written = count > 0 ? writev(t->child.in, vectors, count) : 0;
    if (count == 0 || (written < 0 && errno != EAGAIN && errno != EINTR)) {
        close_in(t);
        return;
    }
    for (size_t left = written > 0 ? (size_t)written : 0; t->piece < t->process->input_count;) {
        size_t rest = t->process->input[t->piece].len - t->at, some = left < rest ? left : rest;
        t->at += some;
        left -= some;
        if (some < rest)
            break;
        t->piece++;
        t->at = 0;
    }
}

static bool make_room(char **bytes, size_t size, size_t *capacity)
{
    char *grown;

    if (size + STEP + 1 <= *capacity)
        return true;
    grown = realloc(*bytes, (size + STEP + 1) * 2);
    if (!grown)
        return false;
    *bytes = grown;
    *capacity = (size + STEP + 1) * 2;
    return true;
}

/* Append what is there; at its end the descriptor is closed. Beyond `max` it is read and dropped. */
static void take(talk *t, int *fd, char **bytes, size_t *size, size_t *capacity, size_t max)
{
    ssize_t got;

    if (!make_room(bytes, *size, capacity)) {
        t->no_memory = true;
        return;
    }
    got = read(*fd, *bytes + *size, STEP);
    if (got > 0) {
        *size = *size + (size_t)got > max ? max : *size + (size_t)got;
    } else if (got == 0 || errno != EINTR) {
        close(*fd);
        *fd = -1;
    }
    (*bytes)[*size] = '\0';
}

static void talk_once(talk *t)
{
    struct pollfd fds[3] = {{t->child.in, POLLOUT, 0}, {t->child.out, POLLIN, 0}, {t->child.errors, POLLIN, 0}};

    if (poll(fds, 3, LOOK) <= 0)
        return;
    if (fds[0].revents)
        feed(t);
    if (fds[1].revents)
        take(t, &t->child.out, &t->answer->out, &t->answer->out_size, &t->out_capacity,
             t->process->output_max);
    if (fds[2].revents)
        take(t, &t->child.errors, &t->answer->errors, &t->answer->errors_size, &t->errors_capacity, KT_ERRORS_MAX);
}

/* ---- Ending ---- */

static bool reap(child *c, int flags)
{
    pid_t got;

    while (!c->reaped && (got = waitpid(c->pid, &c->status, flags)) != 0)
        c->reaped = got == c->pid || errno != EINTR;
    return c->reaped;
}

/* First asked, then made to end. */
static void end_child(child *c)
{
    static const struct timespec step = {0, 10 * 1000000L};
    int64_t until = kt_now_ms() + GRACE;

    kill(-c->pid, SIGTERM);
    while (!reap(c, WNOHANG) && kt_now_ms() < until)
        nanosleep(&step, NULL);
    kill(-c->pid, SIGKILL);
    reap(c, 0);
}

static kt_end why_to_end(const talk *t, int64_t until)
{
    if (t->no_memory)
        return KT_END_FAILED;
    if (kt_push_stopped())
        return KT_END_STOPPED;
    if (t->answer->out_size >= t->process->output_max)
        return KT_END_LONG;
    return kt_now_ms() > until ? KT_END_TIME : KT_END_EXIT;
}

/* Nothing more is said; a child that goes on all the same has the rest of its time. */
static kt_end wait_for_end(talk *t, int64_t until)
{
    static const struct timespec step = {0, 1000000L};
    kt_end end = KT_END_EXIT;

    close_in(t);
    while (!reap(&t->child, WNOHANG) && (end = why_to_end(t, until)) == KT_END_EXIT)
        nanosleep(&step, NULL);
    if (end != KT_END_EXIT)
        end_child(&t->child);
    return end;
}

static kt_end converse(talk *t)
{
    int64_t until = kt_now_ms() + (int64_t)t->process->seconds * 1000;

    while (t->child.out >= 0 || t->child.errors >= 0) {
        kt_end end = why_to_end(t, until);
        if (end != KT_END_EXIT) {
            end_child(&t->child);
            return end;
        }
        if (t->process->input_count == 0)
            close_in(t);
        if (t->process->progress)
            kt_progress_tick(t->process->progress, t->process->doing, 0, 0);
        talk_once(t);
    }
    return wait_for_end(t, until);
}

bool kt_process_run(kt_answer *out, const kt_process *process)
{
    talk t = {.child = {-1, -1, -1, -1, false, 0}, .process = process, .answer = out};

    memset(out, 0, sizeof *out);
    out->end = KT_END_FAILED;
    if (!make_room(&out->out, 0, &t.out_capacity) || !make_room(&out->errors, 0, &t.errors_capacity)) {
        out->status = ENOMEM;
        return false;
    }
    out->out[0] = out->errors[0] = '\0';
    out->status = start(&t.child, process);
    if (out->status != 0)
        return false;
    out->end = converse(&t);
    close_in(&t);
    if (t.child.out >= 0)
        close(t.child.out);
    if (t.child.errors >= 0)
        close(t.child.errors);
    out->status = WIFEXITED(t.child.status) ? WEXITSTATUS(t.child.status) : 128 + WTERMSIG(t.child.status);
    if (out->end == KT_END_FAILED)
        out->status = ENOMEM;
    if (out->end == KT_END_EXIT && out->status == EXEC_FAILED && out->errors_size == 0)
        out->end = KT_END_MISSING;
    return out->end == KT_END_EXIT && out->status == 0;
}

void kt_answer_dispose(kt_answer *answer)
{
    free(answer->out);
    free(answer->errors);
    memset(answer, 0, sizeof *answer);
}
