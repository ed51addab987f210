/* Resource requests: I-10, W-13, W-14, W-42. Their schema is the Promise's business, not looked at here. */
#include <string.h>

#include "base/sv.h"
#include "model/cluster.h"
#include "model/names.h"
#include "model/request_check.h"

/* Kratix gives metadata.name this limit in every API (I-10). */
#define NAME_MAX ((size_t)63)

static void check_version(kt_run *run, kt_object *object, const kt_promise *promise)
{
    const kt_api *api = &promise->api;
    kt_sv version = kt_object_version(object);
    kt_diag *diag;

    for (size_t i = 0; i < api->version_count; i++)
        if (kt_sv_equal(version, api->versions[i]))
            return;
    object->refused = true;
    diag = kt_object_report(run, object, KT_REQUEST_VERSION, kt_value_get(object->root, "apiVersion"),
                            KT_SV("apiVersion"), "no matches for kind %q in version %q, the Promise serves %q",
                            object->kind, object->api_version, api->storage_version);
    diag->related = kt_value_pos(api->crd, promise->object.file);
    diag->related_text = KT_SV("the API");
}

static void check_names(kt_run *run, kt_object *object, kt_sv namespace_)
{
    const kt_value *metadata = kt_value_get(object->root, "metadata");
    kt_buf why;

    if (object->name.len > NAME_MAX)
        kt_object_refuse(run, object, KT_IN_ALL, KT_NAME_INVALID, kt_value_get(metadata, "name"),
                         KT_SV("metadata.name"),
                         "metadata.name: Too long: may not be more than 63 bytes in a resource request");
    kt_buf_init(&why, run->arena.allocator);
    if (!kt_name_is_dns1123_label(namespace_, &why))
        kt_object_refuse(run, object, KT_IN_ALL, KT_NAME_INVALID, kt_value_get(metadata, "namespace"),
                         KT_SV("metadata.namespace"), "metadata.namespace: Invalid value: %q: %v", namespace_,
                         kt_buf_text(&why, &run->arena));
    kt_buf_dispose(&why);
}

/* W-42: what a dry run writes is not computed. The label means nothing before dry runs existed (V-8). */
static void check_dry_run(kt_cluster *cluster, kt_object *object)
{
    if (!cluster->rules->dry_run || !kt_object_flag(object, "kratix.io/dry-run"))
        return;
    object->refused = true;
    kt_object_report(cluster->run, object, KT_REQUEST_DRY_RUN, NULL, KT_SV("metadata.labels"),
                     "the request is labelled kratix.io/dry-run: dry runs are not computed");
}

/* The same object in every version of its API. */
static kt_sv request_key(kt_cluster *cluster, const kt_object *object, kt_sv namespace_)
{
    return kt_arena_format(&cluster->run->arena, "request/%v/%v/%v/%v", kt_object_group(object), object->kind,
                           namespace_, object->name);
}

static void report_twice(kt_run *run, kt_object *object, const kt_object *first)
{
    kt_diag *diag = kt_object_report(run, object, KT_OBJECT_TWICE, NULL, KT_SV(""),
                                     "%v is defined twice in namespace %q", object->title, first->namespace_);

    diag->related = first->pos;
    diag->related_text = KT_SV("first defined here");
    if (run->options.keep_going && !run->options.validate) /* it is applied as an update, and nothing is left out (I-22a) */
        kt_diags_set_severity(&run->diags, diag, KT_WARNING);
}

static bool put(kt_cluster *cluster, kt_object *object, const kt_promise *promise, kt_sv namespace_)
{
    kt_sv key = request_key(cluster, object, namespace_);
    size_t self = kt_map_get(&cluster->names, key);
    kt_resource_request *request;

    if (self == KT_MAP_NONE) {
        kt_resource_request *grown = kt_arena_reserve(&cluster->run->arena, cluster->requests,
                                                      cluster->request_count, &cluster->request_capacity,
                                                      sizeof *grown);
        if (!grown)
            return false;
        cluster->requests = grown;
        self = cluster->request_count++;
    } else {
        report_twice(cluster->run, object, &cluster->requests[self].object);
    }
    request = &cluster->requests[self];
    memset(request, 0, sizeof *request);
    request->object = *object;
    request->object.namespace_ = namespace_;
    request->promise = promise;
    request->namespace_ = namespace_;
    request->paused = cluster->rules->labels_stop && kt_object_flag(object, "kratix.io/paused");
    request->suspended = cluster->rules->labels_stop && kt_object_flag(object, "kratix.io/workflow-suspended");
    return kt_map_set(&cluster->names, key, self);
}

#define MOST_KINDS 64 /* that are looked at for a suggestion */

void kt_request_report_kind(kt_cluster *cluster, kt_object *object)
{
    kt_run *run = cluster->run;
    char names[MOST_KINDS][64];
    const char *kinds[MOST_KINDS], *near;
    size_t count = 0;

    for (size_t i = 0; i < cluster->promise_count && count < MOST_KINDS; i++) {
        const kt_api *api = &cluster->promises[i].api;
        if (!kt_sv_equal(api->group, kt_object_group(object)) || api->kind.len >= sizeof names[0])
            continue;
        memset(names[count], 0, sizeof names[0]);
        memcpy(names[count], api->kind.ptr, api->kind.len);
        kinds[count] = names[count];
        count++;
    }
    near = kt_name_suggest(object->kind, kinds, count);
    if (!near && cluster->lost_promises) /* one that was refused may define it */
        return;
    kt_object_entitle(run, object);
    kt_object_report(run, object, KT_REQUEST_KIND, kt_value_get(object->root, "kind"), KT_SV("kind"),
                     near ? "no Promise defines the kind %q of group %q, did you mean \"%s\"?"
                          : "no Promise defines the kind %q of group %q",
                     object->kind, kt_object_group(object), near ? near : "");
}

bool kt_request_apply(kt_cluster *cluster, kt_object *object, const kt_promise *promise)
{
    kt_sv namespace_ = object->namespace_.len > 0 ? object->namespace_ : KT_SV("default");

    kt_object_entitle(cluster->run, object);
    kt_object_check(cluster->run, object);
    check_version(cluster->run, object, promise);
    check_names(cluster->run, object, namespace_);
    check_dry_run(cluster, object);
    if (cluster->run->options.validate && !kt_request_check(cluster, object, promise))
        return false;
    return object->refused || put(cluster, object, promise, namespace_);
}
