/* BucketStateStore: I-6, I-23. */
#include "base/sv.h"
#include "model/cluster.h"
#include "model/schema.h"

static const char *const methods[] = {"accessKey", "IAM", NULL};
static const kt_schema method_schema = {.type = KT_SCHEMA_STRING, .values = methods};

static const kt_field spec_fields[] = {
    {"bucketName", &kt_schema_string, "the bucket", KT_IN_ALL, KT_IN_ALL},
    {"endpoint", &kt_schema_string, "address of the S3 server", KT_IN_ALL, KT_IN_ALL},
    {"path", &kt_schema_string, "prefix of every key", KT_IN_ALL, 0},
    {"insecure", &kt_schema_bool, "use HTTP", KT_IN_ALL, 0},
    {"useDualStack", &kt_schema_bool, "use the address that serves IPv4 and IPv6", KT_IN_2026_08, 0},
    {"authMethod", &method_schema, "how to authenticate; accessKey by default", KT_IN_ALL, 0},
    {"secretRef", &kt_schema_secret_ref, "the credentials", KT_IN_ALL, 0},
};
static const kt_schema spec_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(spec_fields)};

static const kt_field fields[] = {
    {"apiVersion", &kt_schema_any, "platform.kratix.io/v1alpha1", KT_IN_ALL, 0},
    {"kind", &kt_schema_any, "BucketStateStore", KT_IN_ALL, 0},
    {"metadata", &kt_schema_any, "name and labels", KT_IN_ALL, 0},
    {"spec", &spec_schema, "the bucket", KT_IN_ALL, 0},
    {"status", &kt_schema_any, "not looked at", KT_IN_ALL, 0},
};
const kt_schema kt_schema_bucket_state_store = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(fields)};

/* I-23; the webhook is not in 2025-03 (V-2). Without a spec authMethod has no default and nothing is checked. */
static void check_secret(kt_run *run, kt_object *object, const kt_value *spec)
{
    const kt_value *ref = kt_schema_get(run->options.profile, &spec_schema, spec, "secretRef");
    const char *message = NULL;

    if (!spec || spec->type != KT_TYPE_MAP || kt_value_is_string(kt_value_get(spec, "authMethod"), "IAM"))
        return;
    if (!ref)
        message = "spec.secretRef must be set when using authentication method accessKey";
    else if (kt_value_text(ref, "name").len == 0)
        message = "spec.secretRef must contain secret name";
    else if (kt_value_text(ref, "namespace").len == 0)
        message = "spec.secretRef must contain secret namespace";
    if (message)
        kt_object_refuse(run, object, KT_IN_2026_08, KT_BUCKET_SECRET, ref ? ref : spec, KT_SV("spec.secretRef"),
                         "%s", message);
}

static bool is_true(const kt_run *run, const kt_value *spec, const char *name)
{
    const kt_value *value = kt_schema_get(run->options.profile, &spec_schema, spec, name);

    return value && value->type == KT_TYPE_BOOL && value->as.boolean;
}

static kt_connection *connection_of(kt_cluster *cluster, const kt_value *spec)
{
    kt_connection *connection = kt_connection_new(cluster, spec, "accessKey");

    if (!connection)
        return NULL;
    connection->endpoint = kt_value_text(spec, "endpoint");
    connection->bucket = kt_value_text(spec, "bucketName");
    connection->insecure = is_true(cluster->run, spec, "insecure");
    connection->dual_stack = is_true(cluster->run, spec, "useDualStack");
    return connection;
}

bool kt_bucket_state_store_apply(kt_cluster *cluster, kt_object *object)
{
    const kt_value *spec = kt_value_get(object->root, "spec");

    kt_schema_check(cluster->run, object, &kt_schema_bucket_state_store, object->root, "");
    if (!object->refused)
        check_secret(cluster->run, object, spec);
    return object->refused || kt_cluster_put_store(cluster, object, KT_STORE_BUCKET, kt_value_text(spec, "path"),
                                                   connection_of(cluster, spec));
}
