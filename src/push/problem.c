/* The table of troubles, and how they are said. */
#include "push/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const kt_trouble_info infos[KT_TROUBLE_COUNT] = {
    {"KT-901", KT_ERROR, "add the Secret to the input, or give the credentials in the environment (--help shows how)"},
    {"KT-902", KT_ERROR, "correct the State Store's manifest"},
    {"KT-903", KT_WARNING, "fine for a try; Kratix wants https:// or ssh"},
    {"KT-904", KT_ERROR, "check the address, the network and the proxy, and run again"},
    {"KT-905", KT_ERROR, "check that the credentials are right and may write"},
    {"KT-906", KT_ERROR, "look at what it says; a protected branch wants --branch and a pull request"},
    {"KT-907", KT_ERROR, "run again when it is quiet, or raise --retries"},
    {"KT-908", KT_ERROR, "check that it is the right place; with --adopt they stay and the tree is written beside them"},
    {"KT-909", KT_ERROR, "remove what stands there, or choose another path"},
    {"KT-910", KT_ERROR, "raise --timeout, or run again when the State Store is faster"},
    {"KT-911", KT_ERROR, "install it, beside kratree or where PATH leads"},
    {"KT-912", KT_WARNING, "a push creates it; Kratix itself never does"},
    {"KT-913", KT_ERROR, "give gitAuthor a name, or use --author 'NAME <EMAIL>'"},
    {"KT-914", KT_ERROR, "make room in the folder for temporary files (TMPDIR), and run again"},
    {"KT-915", KT_ERROR, "add a GitStateStore or a BucketStateStore that is accepted"},
    {"KT-916", KT_WARNING, ""},
    {"KT-917", KT_ERROR, "run it again; it completes what is missing"},
    {"KT-930", KT_WARNING, "set the clock of this machine"},
    {"KT-931", KT_ERROR, "run again when the other has ended"},
    {"KT-932", KT_NOTE, "this one waits, at most as long as --timeout"},
    {"KT-933", KT_WARNING, ""},
    {"KT-934", KT_ERROR, "run again when nobody else writes there; that repairs it"},
};

const kt_trouble_info *kt_trouble_get(kt_trouble trouble)
{
    return &infos[trouble];
}

/* One line without secrets, to be given to free(); NULL when there is no memory. */
static char *compose(const kt_push *push, const char *format, va_list args)
{
    va_list again;
    int length;
    size_t end;
    char *text;

    va_copy(again, args);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    text = length < 0 ? NULL : malloc((size_t)length + 1);
    if (!text)
        return NULL;
    vsnprintf(text, (size_t)length + 1, format, args);
    end = push->vault ? kt_vault_redact(push->vault, text, (size_t)length) : (size_t)length;
    while (end > 0 && (text[end - 1] == '\n' || text[end - 1] == ' '))
        end--;
    text[end] = '\0';
    for (size_t i = 0; i < end; i++)
        text[i] = text[i] == '\n' ? ' ' : text[i];
    return text;
}

/* For the report. Without memory it is only printed. */
static void keep(kt_push *push, const kt_diag *diag)
{
    kt_diag *said = push->pool ? kt_grow(push->said, push->said_count, &push->said_capacity, sizeof *said) : NULL;

    if (!said)
        return;
    push->said = said;
    said += push->said_count;
    *said = *diag;
    said->message = kt_pool_copy(push->pool, diag->message);
    said->help = kt_pool_copy(push->pool, diag->help);
    said->object = kt_pool_copy(push->pool, diag->object);
    push->said_count += said->message.ptr && said->help.ptr && said->object.ptr;
}

static void say(kt_push *push, kt_trouble trouble, const char *help, const char *message)
{
    const kt_trouble_info *info = &infos[trouble];
    char object[320];
    kt_diag diag;

    memset(&diag, 0, sizeof diag);
    diag.severity = info->severity == KT_WARNING && push->settings->strict && trouble != KT_TROUBLE_AGAIN
                        ? KT_ERROR
                        : info->severity;
    diag.code = info->id;
    diag.message = kt_str(message);
    diag.help = kt_str(help ? help : info->help);
    if (push->store) {
        snprintf(object, sizeof object, "%s/%.*s",
                 push->store->kind == KT_STORE_GIT ? "GitStateStore" : "BucketStateStore", (int)push->store->name.len,
                 push->store->name.ptr);
        diag.object = kt_str(object);
        diag.pos = push->store->pos;
    }
    push->refused |= diag.severity == KT_ERROR;
    kt_progress_end(&push->progress);
    keep(push, &diag);
    kt_console_diag(push->console, &diag);
    kt_output_flush(&push->console->error);
}

void kt_push_say(kt_push *push, kt_trouble trouble, const char *help, const char *format, ...)
{
    va_list args;
    char *message;

    va_start(args, format);
    message = compose(push, format, args);
    va_end(args);
    say(push, trouble, help, message ? message : "out of memory");
    free(message);
}

kt_outcome kt_push_again(kt_push *push, kt_trouble trouble, const char *format, ...)
{
    va_list args;

    free(push->again);
    va_start(args, format);
    push->again = compose(push, format, args);
    va_end(args);
    push->again_trouble = trouble;
    return KT_OUTCOME_AGAIN;
}

void kt_push_say_again(kt_push *push, kt_trouble trouble)
{
    say(push, trouble, NULL, push->again ? push->again : "out of memory");
}

kt_outcome kt_push_no_memory(kt_push *push)
{
    kt_progress_end(&push->progress);
    kt_console_complain(push->console, KT_COMPLAINT_MEMORY, NULL, NULL, "out of memory");
    return KT_OUTCOME_FAILED;
}
