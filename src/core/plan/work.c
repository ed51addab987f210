/* Identity of Works and groups (W-1, N-1, S-24). */
#include "plan/work.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/sv.h"
#include "memory/memory.h"

#define LONGEST_IDENTIFIER 57 /* of exactly this many bytes it is not cut … */
#define CUT_IDENTIFIER 56     /* … and of more it is cut to this many */
#define SUFFIX 5
#define SHORT_ID 5

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static kt_sv cut(kt_sv identifier)
{
    if (identifier.len > LONGEST_IDENTIFIER)
        identifier.len = CUT_IDENTIFIER;
    while (identifier.len > 0 && !is_alphanumeric(identifier.ptr[identifier.len - 1]))
        identifier.len--;
    return identifier;
}

kt_sv kt_work_name(kt_run *run, kt_sv identifier, kt_sv identity, kt_sv namespace_)
{
    const kt_work *printed = kt_memory_work(run->printed, identity, namespace_);
    const kt_work *then = kt_memory_work(run->memory, identity, namespace_);
    char digest[33];
    kt_sv suffix = {digest, SUFFIX};

    if (printed)
        return printed->name;
    if (then && *kt_memory_fate(run->memory, then) != KT_FATE_DELETED)
        return then->name;
    kt_md5_hex(digest, identity);
    return kt_arena_format(&run->arena, "%v-%v", cut(identifier), suffix);
}

void kt_group_set_directory(kt_group *group, kt_sv directory)
{
    group->directory = directory;
    kt_md5_hex(group->id, directory);
}

kt_sv kt_group_short_id(const kt_group *group)
{
    kt_sv id = {group->id, SHORT_ID};
    return id;
}

kt_work *kt_works_add(kt_works *works, kt_arena *arena)
{
    kt_work *items = kt_arena_reserve(arena, works->items, works->count, &works->capacity, sizeof *items);

    if (!items)
        return NULL;
    works->items = items;
    items[works->count] = (kt_work){.type = KT_WORK_STATIC};
    return &items[works->count++];
}
