/* One commit a push, or one a WorkPlacement (N-6).
 *
 * Only what changes is named: a file that is named and the same would make git fetch its old content. */
#include "push/git/commit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CANARY "kratix-canary"

/* ---- Author ---- */

/* What git takes from the ends of a name. */
static bool is_crud(char c)
{
    return (unsigned char)c <= 32 || strchr(".,:;<>\"\\'", c) != NULL;
}

/* In the pool; ptr NULL: no memory. */
static kt_sv clean(kt_pool *pool, kt_sv text)
{
    kt_sv copy;
    char *bytes;
    size_t out = 0;

    while (text.len > 0 && is_crud(text.ptr[0])) {
        text.ptr++;
        text.len--;
    }
    while (text.len > 0 && is_crud(text.ptr[text.len - 1]))
        text.len--;
    copy = kt_pool_copy(pool, text);
    bytes = (char *)(uintptr_t)copy.ptr;
    for (size_t i = 0; bytes && i < copy.len; i++)
        if (bytes[i] != '<' && bytes[i] != '>' && bytes[i] != '\n' && bytes[i] != '\0')
            bytes[out++] = bytes[i];
    copy.len = out;
    return copy;
}

bool kt_author_read(kt_author *out, kt_push *push)
{
    kt_sv name = push->store->connection->author_name, email = push->store->connection->author_email;
    const char *given = push->settings->author, *open = given ? strchr(given, '<') : NULL;

    if (given) {
        name = (kt_sv){given, open ? (size_t)(open - given) : strlen(given)};
        email = open ? kt_str(open + 1) : kt_str("");
    }
    out->name = clean(push->pool, name);
    out->email = clean(push->pool, email);
    if (!out->name.ptr || !out->email.ptr)
        return kt_push_no_memory(push) == KT_OUTCOME_DONE;
    if (out->name.len > 0)
        return true;
    kt_push_say(push, KT_TROUBLE_AUTHOR, NULL, "empty ident name (for <%.*s>) not allowed", (int)out->email.len,
                out->email.ptr);
    return false;
}

/* ---- Who a change belongs to ---- */

static kt_sv owner_of(const kt_change *change)
{
    const kt_file *file = change->file;

    if (!file)
        return change->owner;
    if (file->rule == KT_RULE_CANARY || file->maker_count == 0 || !file->makers[0].placement)
        return kt_str(CANARY);
    return file->makers[0].placement->name;
}

static bool is_work(const kt_change *change)
{
    return change->kind == KT_CHANGE_CREATE || change->kind == KT_CHANGE_UPDATE || change->kind == KT_CHANGE_DELETE;
}

/* What one commit changes: `items` sorted as the plan has them. */
typedef struct part {
    kt_sv owner;
    const kt_change **items;
    size_t count;
} part;

typedef struct maker {
    kt_repository *repository;
    kt_push *push;
    const kt_author *author;
    const kt_change **work;
    size_t work_count;
    part *parts;
    size_t part_count;
    kt_sv *pieces; /* the stream */
    size_t piece_count;
    size_t piece_capacity;
    bool no_memory;
} maker;

static int compare_owners(const void *a, const void *b)
{
    const kt_change *left = *(const kt_change *const *)a, *right = *(const kt_change *const *)b;
    kt_sv canary = kt_str(CANARY), l = owner_of(left), r = owner_of(right);
    bool left_first = kt_path_order(l, canary) == 0, right_first = kt_path_order(r, canary) == 0;
    int order = left_first != right_first ? (int)right_first - (int)left_first : kt_path_order(l, r);

    return order != 0 ? order : kt_path_order(left->path, right->path);
}

static void add_part(maker *m, const kt_change **items, size_t count, kt_sv owner)
{
    m->parts[m->part_count++] = (part){owner, items, count};
}

/* Everything at once; the owner is that of all changes, if there is one. */
static void make_whole(maker *m)
{
    kt_sv owner = owner_of(m->work[0]);

    for (size_t i = 1; i < m->work_count; i++)
        if (kt_path_order(owner_of(m->work[i]), owner) != 0)
            owner = kt_str("kratree");
    add_part(m, m->work, m->work_count, owner);
}

static void make_parts(maker *m)
{
    size_t from = 0;

    qsort(m->work, m->work_count, sizeof *m->work, compare_owners);
    for (size_t i = 1; i <= m->work_count; i++)
        if (i == m->work_count || kt_path_order(owner_of(m->work[i]), owner_of(m->work[from])) != 0) {
            add_part(m, m->work + from, i - from, owner_of(m->work[from]));
            from = i;
        }
}

static bool collect(maker *m, const kt_changes *changes)
{
    m->work = malloc((changes->count + 1) * sizeof *m->work);
    m->parts = malloc((changes->count + 1) * sizeof *m->parts);
    if (!m->work || !m->parts)
        return false;
    for (size_t i = 0; i < changes->count; i++)
        if (is_work(&changes->items[i]))
            m->work[m->work_count++] = &changes->items[i];
    if (m->push->settings->per_placement)
        make_parts(m);
    else
        make_whole(m);
    return true;
}

/* ---- Messages ---- */

static size_t count_kind(const part *p, kt_change_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < p->count; i++)
        count += p->items[i]->kind == kind;
    return count;
}

/* T-12: "Update" as soon as a file is written. */
static kt_sv subject(maker *m, const part *p)
{
    bool updates = count_kind(p, KT_CHANGE_DELETE) < p->count;
    kt_sv texts[] = {kt_str(updates ? "Update from: " : "Delete from: "), p->owner};

    return kt_pool_join(m->push->pool, texts, 2);
}

static kt_sv body(maker *m, const part *p)
{
    kt_sv revision = m->push->input_revision;
    char counts[256];
    kt_sv texts[5];
    size_t count = 0;

    snprintf(counts, sizeof counts, "%zu created, %zu updated, %zu deleted\n", count_kind(p, KT_CHANGE_CREATE),
             count_kind(p, KT_CHANGE_UPDATE), count_kind(p, KT_CHANGE_DELETE));
    texts[count++] = subject(m, p);
    texts[count++] = kt_str("\n\n");
    texts[count++] = kt_str(counts);
    if (revision.len > 0) {
        texts[count++] = kt_str("input: ");
        texts[count++] = revision;
    }
    return kt_pool_join(m->push->pool, texts, count);
}

/* Kratix's own for --per-placement, which is its habit. */
static kt_sv message_of(maker *m, const part *p)
{
    if (m->push->settings->message)
        return kt_str(m->push->settings->message);
    return m->push->settings->per_placement ? subject(m, p) : body(m, p);
}

/* ---- The stream ---- */

static void put(maker *m, kt_sv text)
{
    kt_sv *pieces = kt_grow(m->pieces, m->piece_count, &m->piece_capacity, sizeof *pieces);

    m->no_memory |= !pieces || (!text.ptr && text.len > 0);
    if (!pieces)
        return;
    m->pieces = pieces;
    if (text.len > 0)
        pieces[m->piece_count++] = text;
}

static void put_str(maker *m, const char *text)
{
    put(m, kt_str(text));
}

static void put_copy(maker *m, const char *text)
{
    kt_sv copy = kt_pool_copy(m->push->pool, kt_str(text));

    m->no_memory |= !copy.ptr;
    put(m, copy);
}

static void put_data(maker *m, uint64_t size)
{
    char text[40];

    snprintf(text, sizeof text, "data %llu\n", (unsigned long long)size);
    put_copy(m, text);
}

/* A path, in quotes where its bytes would end it: git reads C's escapes there. */
static void put_path(maker *m, kt_sv path)
{
    char *quoted;
    size_t at = 0;

    if (path.ptr[0] != '"' && !memchr(path.ptr, '\n', path.len)) {
        put(m, path);
        return;
    }
    quoted = kt_pool_alloc(m->push->pool, path.len * 2 + 2);
    if (!quoted) {
        m->no_memory = true;
        return;
    }
    quoted[at++] = '"';
    for (size_t i = 0; i < path.len; i++) {
        char c = path.ptr[i];
        if (c == '"' || c == '\\' || c == '\n')
            quoted[at++] = '\\';
        quoted[at++] = c == '\n' ? 'n' : c;
    }
    quoted[at++] = '"';
    put(m, (kt_sv){quoted, at});
}

static void put_change(maker *m, const kt_change *change)
{
    put_str(m, change->file ? "M 100644 inline " : "D ");
    put_path(m, change->path);
    put_str(m, "\n");
    if (!change->file)
        return;
    put_data(m, change->file->size);
    for (size_t i = 0; i < change->file->part_count; i++)
        put(m, change->file->parts[i]);
    put_str(m, "\n");
}

static void put_person(maker *m, const char *role)
{
    put_str(m, role);
    put(m, m->author->name);
    put_str(m, m->author->name.len > 0 ? " <" : "<");
    put(m, m->author->email);
    put_str(m, "> now\n");
}

/* What is removed goes first: a folder may stand where a file was. */
static void put_commit(maker *m, const part *p, size_t mark, const char *from)
{
    kt_sv message = message_of(m, p);
    char text[64];

    put_str(m, "commit " KT_NEW_REF "\n");
    snprintf(text, sizeof text, "mark :%zu\n", mark);
    put_copy(m, text);
    put_person(m, "author ");
    put_person(m, "committer ");
    put_data(m, message.len);
    put(m, message);
    put_str(m, "\n");
    put_str(m, from);
    for (size_t i = 0; i < p->count; i++)
        if (!p->items[i]->file)
            put_change(m, p->items[i]);
    for (size_t i = 0; i < p->count; i++)
        if (p->items[i]->file)
            put_change(m, p->items[i]);
    snprintf(text, sizeof text, "\nget-mark :%zu\n", mark);
    put_copy(m, text);
}

static bool make_stream(maker *m, bool there)
{
    put_str(m, "feature done\nreset " KT_NEW_REF "\n\n");
    for (size_t i = 0; i < m->part_count; i++)
        put_commit(m, &m->parts[i], i + 1, i > 0 ? "" : there ? "from " KT_BASE_REF "^0\n" : "");
    put_str(m, "done\n");
    return !m->no_memory;
}

/* The last line that git answers is the name of the last commit. */
static kt_sv last_line(kt_pool *pool, const kt_answer *answer)
{
    size_t end = answer->out_size, from;

    while (end > 0 && answer->out[end - 1] == '\n')
        end--;
    for (from = end; from > 0 && answer->out[from - 1] != '\n'; from--)
        ;
    return kt_pool_copy(pool, (kt_sv){answer->out + from, end - from});
}

static kt_outcome import(kt_sv *revision, maker *m)
{
    static const char *const arguments[] = {"fast-import", "--quiet", "--force", "--date-format=now",
                                            "--depth=0", NULL};
    kt_outcome outcome = KT_OUTCOME_DONE;
    kt_answer answer;

    if (!kt_repository_git(m->repository, &answer, arguments, m->pieces, m->piece_count))
        outcome = kt_repository_failed(m->repository, &answer, "cannot build the commit");
    else if (!(*revision = last_line(m->push->pool, &answer)).ptr)
        outcome = kt_push_no_memory(m->push);
    kt_answer_dispose(&answer);
    return outcome;
}

/* ---- Signing ---- */

/* Whether the user's git signs commits; fast-import never does. */
static bool wants_signature(kt_repository *repository)
{
    static const char *const arguments[] = {"config", "--type=bool", "--get", "commit.gpgsign", NULL};
    kt_answer answer;
    bool wanted = kt_repository_git(repository, &answer, arguments, NULL, 0) && strcmp(answer.out, "true\n") == 0;

    kt_answer_dispose(&answer);
    return wanted;
}

static kt_outcome run_for_line(kt_sv *out, maker *m, const char *const *arguments, kt_sv input, const char *doing)
{
    kt_outcome outcome = KT_OUTCOME_DONE;
    kt_answer answer;

    if (!kt_repository_git(m->repository, &answer, arguments, &input, input.len > 0))
        outcome = kt_repository_failed(m->repository, &answer, doing);
    else
        *out = last_line(m->push->pool, &answer);
    kt_answer_dispose(&answer);
    return outcome;
}

/* The same commits once more, each signed, on top of what is there. */
static kt_outcome sign_part(kt_sv *parent, maker *m, size_t index, kt_sv last)
{
    kt_sv message = message_of(m, &m->parts[index]), tree = {NULL, 0};
    char of[128], parent_name[80], author[2][1024];
    const char *const parse[] = {"rev-parse", "--verify", of, NULL};
    const char *make[] = {"-c", author[0], "-c", author[1], "commit-tree", "-S", tree.ptr, "-F", "-", NULL, NULL, NULL};
    kt_outcome outcome;

    snprintf(of, sizeof of, "%.*s~%zu^{tree}", (int)last.len, last.ptr, m->part_count - 1 - index);
    outcome = run_for_line(&tree, m, parse, (kt_sv){NULL, 0}, "cannot sign the commit");
    if (outcome != KT_OUTCOME_DONE)
        return outcome;
    snprintf(author[0], sizeof author[0], "user.name=%.*s", (int)m->author->name.len, m->author->name.ptr);
    snprintf(author[1], sizeof author[1], "user.email=%.*s", (int)m->author->email.len, m->author->email.ptr);
    make[6] = tree.ptr;
    if (parent->len > 0) {
        snprintf(parent_name, sizeof parent_name, "%.*s", (int)parent->len, parent->ptr);
        make[9] = "-p";
        make[10] = parent_name;
    }
    return run_for_line(parent, m, make, message, "cannot sign the commit");
}

static kt_outcome sign(kt_sv *revision, maker *m, bool there)
{
    static const char *const base[] = {"rev-parse", "--verify", KT_BASE_REF "^0", NULL};
    kt_sv parent = {NULL, 0}, last = *revision;
    kt_outcome outcome = there ? run_for_line(&parent, m, base, parent, "cannot sign the commit") : KT_OUTCOME_DONE;

    for (size_t i = 0; i < m->part_count && outcome == KT_OUTCOME_DONE; i++)
        outcome = sign_part(&parent, m, i, last);
    *revision = parent;
    return outcome;
}

/* ---- Public function ---- */

kt_outcome kt_commit_make(kt_sv *revision, kt_repository *repository, const kt_author *author,
                          const kt_changes *changes, bool there)
{
    maker m = {.repository = repository, .push = repository->push, .author = author};
    kt_outcome outcome;

    if (collect(&m, changes) && make_stream(&m, there))
        outcome = import(revision, &m);
    else
        outcome = kt_push_no_memory(m.push);
    if (outcome == KT_OUTCOME_DONE && wants_signature(repository))
        outcome = sign(revision, &m, there);
    free(m.work);
    free(m.parts);
    free(m.pieces);
    return outcome;
}
