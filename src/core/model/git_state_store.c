/* GitStateStore: I-5. It has no webhook. */
#include "base/sv.h"
#include "model/cluster.h"
#include "model/schema.h"

static const char *const methods[] = {"basicAuth", "ssh", "githubApp", NULL};
static const kt_schema method_schema = {.type = KT_SCHEMA_STRING, .values = methods};

static const kt_field author_fields[] = {
    {"name", &kt_schema_string, "author of the commits", KT_IN_ALL, 0},
    {"email", &kt_schema_string, "e-mail address of the author", KT_IN_ALL, 0},
};
static const kt_schema author_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(author_fields)};

static const kt_field spec_fields[] = {
    {"url", &kt_schema_string, "address of the repository", KT_IN_ALL, 0},
    {"path", &kt_schema_string, "directory in the repository", KT_IN_ALL, 0},
    {"branch", &kt_schema_string, "branch; main by default", KT_IN_ALL, 0},
    {"authMethod", &method_schema, "how to authenticate; basicAuth by default", KT_IN_ALL, 0},
    {"secretRef", &kt_schema_secret_ref, "the credentials", KT_IN_ALL, 0},
    {"gitAuthor", &author_schema, "author of the commits", KT_IN_ALL, 0},
};
static const kt_schema spec_schema = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(spec_fields)};

static const kt_field fields[] = {
    {"apiVersion", &kt_schema_any, "platform.kratix.io/v1alpha1", KT_IN_ALL, 0},
    {"kind", &kt_schema_any, "GitStateStore", KT_IN_ALL, 0},
    {"metadata", &kt_schema_any, "name and labels", KT_IN_ALL, 0},
    {"spec", &spec_schema, "the repository", KT_IN_ALL, 0},
    {"status", &kt_schema_any, "not looked at", KT_IN_ALL, 0},
};
const kt_schema kt_schema_git_state_store = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(fields)};

/* The default is the whole author: one without a name has none (T-12). */
static kt_connection *connection_of(kt_cluster *cluster, const kt_value *spec)
{
    kt_connection *connection = kt_connection_new(cluster, spec, "basicAuth");
    const kt_value *author = kt_value_get(spec, "gitAuthor");

    if (!connection)
        return NULL;
    connection->url = kt_value_text(spec, "url");
    connection->branch = kt_value_text_or(spec, "branch", "main");
    connection->author_name = author && author->type == KT_TYPE_MAP ? kt_value_text(author, "name") : KT_SV("kratix");
    connection->author_email = kt_value_text(author, "email");
    return connection;
}

bool kt_git_state_store_apply(kt_cluster *cluster, kt_object *object)
{
    const kt_value *spec = kt_value_get(object->root, "spec"), *method = kt_value_get(spec, "authMethod");

    kt_schema_check(cluster->run, object, &kt_schema_git_state_store, object->root, "");
    if (method && kt_value_is_string(method, "githubApp"))
        kt_object_refuse(cluster->run, object, KT_IN_2025_03, KT_FIELD_VALUE, method, KT_SV("spec.authMethod"),
                         "spec.authMethod: Unsupported value: \"githubApp\": supported values: \"basicAuth\", "
                         "\"ssh\"");
    return object->refused || kt_cluster_put_store(cluster, object, KT_STORE_GIT, kt_value_text(spec, "path"),
                                                   connection_of(cluster, spec));
}
