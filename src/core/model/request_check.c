/* A resource request against the schema of its version, as the API server checks it on creation. */
#include "model/request_check.h"

#include "base/sv.h"

typedef struct checking {
    kt_cluster *cluster;
    kt_object *object;
    const kt_promise *promise;
} checking;

/* Where the schema asks it, behind what is wrong. */
static void found(void *ctx, const kt_finding *finding)
{
    checking *c = ctx;
    kt_diag *diag = kt_object_report(c->cluster->run, c->object, finding->code, finding->at, finding->field, "%v",
                                     finding->message);

    if (!finding->schema)
        return;
    diag->related = kt_value_pos(kt_api_schema_at(finding->schema), c->promise->object.file);
    diag->related_text = KT_SV("the schema");
}

static const kt_api_schema *find_schema(const kt_api *api, kt_sv version)
{
    for (size_t i = 0; i < api->schema_count; i++)
        if (kt_sv_equal(api->schemas[i].name, version))
            return api->schemas[i].schema;
    return NULL;
}

bool kt_request_check(kt_cluster *cluster, kt_object *object, const kt_promise *promise)
{
    checking c = {cluster, object, promise};
    const kt_api_schema *schema = find_schema(&promise->api, kt_object_version(object));
    kt_checker checker = kt_api_checker(cluster, found, &c);
    const kt_value *value;

    if (!schema)
        return true;
    value = kt_value_fit(&checker, schema, object->root, true);
    if (value)
        kt_value_check(&checker, schema, value);
    cluster->checks_left = checker.left;
    kt_api_checks_used(cluster, object);
    return value && !cluster->run->arena.failed;
}
