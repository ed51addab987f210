/* Holding a directory: flock(2) on the directory itself goes with the process, however that ends. */
#define _POSIX_C_SOURCE 200809L
#include "store/place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/list.h"
#include "store/system.h"

#define STAGE_PREFIX ".kratree-"
#define WAIT_STEP 10 /* milliseconds */
#define HOLD_TRIES 50

int kt_place_open(kt_place *place, kt_way *way, kt_sv root)
{
    memset(place, 0, sizeof *place);
    place->way = way;
    while (root.len > 1 && root.ptr[root.len - 1] == '/')
        root.len--;
    place->root = kt_pool_copy(way->pool, root);
    if (!place->root.ptr)
        return ENOMEM;
    way->root_fd = kt_sys_openat(AT_FDCWD, place->root.ptr, KT_OPEN_DIRECTORY, 0);
    place->absent = way->root_fd < 0 && errno == ENOENT;
    return way->root_fd >= 0 || place->absent ? 0 : errno;
}

/* ---- Made beside its place ---- */

static int make_one_above(kt_place *p, kt_sv path)
{
    kt_sv copy = kt_pool_copy(p->way->pool, path);
    struct stat status;
    int number;

    if (!copy.ptr)
        return ENOMEM;
    if (kt_sys_mkdirat(AT_FDCWD, copy.ptr, KT_DIRECTORY_MODE) == 0)
        return kt_paths_add(&p->above, p->way->pool, copy) ? 0 : ENOMEM;
    number = errno; /* a read-only directory above says EROFS or EACCES first */
    return number == EEXIST || number == EISDIR || kt_sys_fstatat(AT_FDCWD, copy.ptr, &status, 0) == 0 ? 0 : number;
}

static int make_above(kt_place *p)
{
    int number = 0;

    for (size_t at = 1; at < p->root.len && number == 0; at++) {
        kt_sv above = {p->root.ptr, at};
        if (p->root.ptr[at] == '/' && p->root.ptr[at - 1] != '/')
            number = make_one_above(p, above);
    }
    return number;
}

/* ".kratree-<name>" beside root, cut to what a file system holds. */
static kt_sv stage_of(const kt_place *p)
{
    size_t slash = p->root.len, room = NAME_MAX - (sizeof STAGE_PREFIX - 1);
    kt_sv texts[3];

    while (slash > 0 && p->root.ptr[slash - 1] != '/')
        slash--;
    texts[0].ptr = p->root.ptr;
    texts[0].len = slash;
    texts[1] = kt_str(STAGE_PREFIX);
    texts[2].ptr = p->root.ptr + slash;
    texts[2].len = p->root.len - slash < room ? p->root.len - slash : room;
    return kt_pool_join(p->way->pool, texts, 3);
}

static bool is_mine(int fd)
{
    struct stat status;

    return kt_sys_fstat(fd, &status) == 0 && status.st_uid == geteuid();
}

static int open_stage(kt_place *p)
{
    int number = make_above(p);
    kt_sv stage = stage_of(p);

    if (number != 0 || !stage.ptr)
        return number != 0 ? number : ENOMEM;
    if (kt_sys_mkdirat(AT_FDCWD, stage.ptr, KT_DIRECTORY_MODE) == 0)
        p->made = true;
    else if (errno != EEXIST)
        return errno;
    p->stage = stage;
    p->way->root_fd = kt_sys_openat(AT_FDCWD, stage.ptr, KT_OPEN_DIRECTORY, 0);
    if (p->way->root_fd < 0)
        return errno == ENOENT ? ESTALE : errno; /* it was moved to its place in between */
    return is_mine(p->way->root_fd) ? 0 : EEXIST;
}

/* ---- Held ---- */

static int wait_for_lock(int fd)
{
    static const struct timespec step = {0, WAIT_STEP * 1000000L};

    for (int waited = 0; kt_sys_lock(fd) != 0; waited += WAIT_STEP) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || waited >= KT_PLACE_WAIT)
            return errno;
        nanosleep(&step, NULL);
    }
    return 0;
}

/* Is what is locked still what has the name? */
static bool is_in_place(const kt_place *p)
{
    struct stat held, named;

    return kt_sys_fstat(p->way->root_fd, &held) == 0
           && kt_sys_fstatat(AT_FDCWD, p->absent ? p->stage.ptr : p->root.ptr, &named, AT_SYMLINK_NOFOLLOW) == 0
           && held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

static void let_go(kt_place *p)
{
    kt_way_leave(p->way);
    if (p->way->root_fd >= 0)
        kt_sys_close(p->way->root_fd);
    p->way->root_fd = -1;
    p->stage = kt_str("");
}

/* A root that came while we waited for the one beside it. */
static int look_again(kt_place *p)
{
    p->way->root_fd = kt_sys_openat(AT_FDCWD, p->root.ptr, KT_OPEN_DIRECTORY, 0);
    p->absent = p->way->root_fd < 0 && errno == ENOENT;
    return p->way->root_fd >= 0 || p->absent ? 0 : errno;
}

static int try_to_hold(kt_place *p)
{
    int number = p->way->root_fd < 0 ? look_again(p) : 0;

    if (number == 0 && p->absent)
        number = open_stage(p);
    if (number == 0)
        number = wait_for_lock(p->way->root_fd);
    if (number == 0 && !is_in_place(p))
        number = ESTALE;
    return number;
}

int kt_place_hold(kt_place *p)
{
    int number = p->held ? 0 : EBUSY;

    for (int i = 0; !p->held && i < HOLD_TRIES; i++) {
        number = try_to_hold(p);
        p->held = number == 0;
        if (p->held && p->absent)
            return kt_list_remove(p->way, kt_str(""), true);
        if (number != ESTALE)
            break;
        let_go(p);
    }
    return number;
}

int kt_place_move(kt_place *p)
{
    if (kt_sys_renameat(AT_FDCWD, p->stage.ptr, AT_FDCWD, p->root.ptr) != 0)
        return errno;
    p->stage = kt_str("");
    p->absent = false;
    p->above.count = 0;
    return 0;
}

void kt_place_close(kt_place *p)
{
    if (p->held && p->stage.len > 0)
        kt_list_remove(p->way, kt_str(""), true);
    if ((p->held || p->made) && p->stage.len > 0)
        kt_sys_unlinkat(AT_FDCWD, p->stage.ptr, AT_REMOVEDIR);
    for (size_t i = p->above.count; i > 0; i--)
        kt_sys_unlinkat(AT_FDCWD, p->above.items[i - 1].ptr, AT_REMOVEDIR);
    let_go(p);
    free(p->above.items);
}
