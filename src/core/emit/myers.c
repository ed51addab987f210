/* Two paths, one from each end, meet in the middle; the halves are compared in turn.
 *
 * A point on diagonal k is known by its x; y is x - k. forward[k] is how far a path from the beginning has come on that
 * diagonal, backward[k] one from the end. Where they have not met after COST edits, the path that has come farthest
 * decides: hostile input costs COST for each element, not as much as there are elements. */
#include "emit/myers.h"

#define COST 512

typedef struct box {
    int32_t left, right; /* of `before` */
    int32_t top, bottom; /* of `after` */
} box;

typedef struct point {
    int32_t x, y;
} point;

/* The diagonals that one direction has reached. */
typedef struct reach {
    int32_t *x; /* by diagonal, which may be negative */
    int32_t least, most;
} reach;

typedef struct search {
    const uint32_t *a, *b;
    bool *a_changed, *b_changed;
    int32_t *forward, *backward;
    box *stack;
    size_t depth;
    size_t room;
    kt_arena *arena;
} search;

/* One more diagonal on each side, within the box; `outside` loses against every real x. */
static void widen(reach *r, const box *b, int32_t outside)
{
    if (r->least > b->left - b->bottom)
        r->x[--r->least - 1] = outside;
    else
        r->least++;
    if (r->most < b->right - b->top)
        r->x[++r->most + 1] = outside;
    else
        r->most--;
}

static bool has(const reach *r, int32_t k)
{
    return r->least <= k && k <= r->most;
}

/* One edit more from the beginning. True: the paths have met, at `out`. */
static bool step_forward(const search *s, const box *b, reach *f, const reach *other, bool odd, point *out)
{
    widen(f, b, -1);
    for (int32_t k = f->most; k >= f->least; k -= 2) {
        int32_t x = f->x[k - 1] >= f->x[k + 1] ? f->x[k - 1] + 1 : f->x[k + 1], y = x - k;
        while (x < b->right && y < b->bottom && s->a[x] == s->b[y]) {
            x++;
            y++;
        }
        f->x[k] = x;
        *out = (point){x, y};
        if (odd && has(other, k) && other->x[k] <= x)
            return true;
    }
    return false;
}

/* The same from the end. */
static bool step_backward(const search *s, const box *b, reach *r, const reach *other, bool odd, point *out)
{
    widen(r, b, INT32_MAX);
    for (int32_t k = r->most; k >= r->least; k -= 2) {
        int32_t x = r->x[k - 1] < r->x[k + 1] ? r->x[k - 1] : r->x[k + 1] - 1, y = x - k;
        while (x > b->left && y > b->top && s->a[x - 1] == s->b[y - 1]) {
            x--;
            y--;
        }
        r->x[k] = x;
        *out = (point){x, y};
        if (!odd && has(other, k) && x <= other->x[k])
            return true;
    }
    return false;
}

static point farthest_forward(const box *b, const reach *f)
{
    point best = {b->left, b->top};

    for (int32_t k = f->most; k >= f->least; k -= 2) {
        int32_t x = f->x[k] < b->right ? f->x[k] : b->right;
        if (x - k > b->bottom)
            x = b->bottom + k;
        if (best.x + best.y < x + x - k)
            best = (point){x, x - k};
    }
    return best;
}

static point farthest_backward(const box *b, const reach *r)
{
    point best = {b->right, b->bottom};

    for (int32_t k = r->most; k >= r->least; k -= 2) {
        int32_t x = r->x[k] > b->left ? r->x[k] : b->left;
        if (x - k < b->top)
            x = b->top + k;
        if (x + x - k < best.x + best.y)
            best = (point){x, x - k};
    }
    return best;
}

/* A point on a good path through the box, which is empty in neither direction. */
static point split(const search *s, const box *b)
{
    reach f = {s->forward, b->left - b->top, b->left - b->top};
    reach r = {s->backward, b->right - b->bottom, b->right - b->bottom};
    bool odd = ((f.least - r.least) & 1) != 0;
    point met, back;

    f.x[f.least] = b->left;
    r.x[r.least] = b->right;
    for (int edits = 0; edits < COST; edits++)
        if (step_forward(s, b, &f, &r, odd, &met) || step_backward(s, b, &r, &f, odd, &met))
            return met;
    met = farthest_forward(b, &f);
    back = farthest_backward(b, &r);
    return met.x + met.y - b->left - b->top > b->right + b->bottom - back.x - back.y ? met : back;
}

static bool push(search *s, box b)
{
    box *stack = kt_arena_reserve(s->arena, s->stack, s->depth, &s->room, sizeof *stack);

    if (!stack)
        return false;
    s->stack = stack;
    stack[s->depth++] = b;
    return true;
}

static void trim(const search *s, box *b)
{
    while (b->left < b->right && b->top < b->bottom && s->a[b->left] == s->b[b->top]) {
        b->left++;
        b->top++;
    }
    while (b->left < b->right && b->top < b->bottom && s->a[b->right - 1] == s->b[b->bottom - 1]) {
        b->right--;
        b->bottom--;
    }
}

static bool compare(search *s)
{
    while (s->depth > 0) {
        box b = s->stack[--s->depth];
        point p;
        trim(s, &b);
        if (b.left == b.right || b.top == b.bottom) {
            for (int32_t x = b.left; x < b.right; x++)
                s->a_changed[x] = true;
            for (int32_t y = b.top; y < b.bottom; y++)
                s->b_changed[y] = true;
            continue;
        }
        p = split(s, &b);
        if (!push(s, (box){p.x, b.right, p.y, b.bottom}) || !push(s, (box){b.left, p.x, b.top, p.y}))
            return false;
    }
    return true;
}

bool kt_myers(const kt_sequence *before, const kt_sequence *after, kt_arena *arena)
{
    size_t diagonals = before->count + after->count + 3;
    int32_t *rows = kt_arena_array(arena, 2 * diagonals, sizeof *rows);
    search s = {before->ids, after->ids, before->changed, after->changed, NULL, NULL, NULL, 0, 0, arena};

    if (!rows)
        return false;
    s.forward = rows + after->count + 1;
    s.backward = s.forward + diagonals;
    return push(&s, (box){0, (int32_t)before->count, 0, (int32_t)after->count}) && compare(&s);
}
