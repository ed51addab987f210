/* What the API server asks of the API of a Promise beyond what Kratix asks before (api.c): for validate. */
#ifndef KT_MODEL_API_CHECK_H
#define KT_MODEL_API_CHECK_H

#include "model/cluster.h"

/* Check the definition and compile the schemas of its versions into api->schemas, for the requests. Each finding is a
 * diagnostic on `object`, which is not refused by it. False: no memory. */
bool kt_api_check(kt_cluster *cluster, kt_object *object, kt_api *api);

/* ---- Its parts -------------------------------------------------------------------------------- */

typedef struct kt_api_checking {
    kt_cluster *cluster;
    kt_object *object;
    const kt_api *api;
    const kt_value *spec;   /* of the CRD; may be NULL */
    kt_sv path;             /* of the schema: "spec.versions[0].schema.openAPIV3Schema" */
    size_t errors;
} kt_api_checking;

/* "invalid CRD: <path>: <problem>" at a place of the Promise; `path` begins behind spec.api. */
void kt_api_invalid(kt_api_checking *c, kt_code code, const kt_value *at, kt_sv path, const char *format, ...);
/* The same for a keyword of a schema, or for the schema itself (KT_KW_COUNT). */
void kt_api_invalid_schema(kt_api_checking *c, kt_code code, const kt_api_schema *schema, kt_keyword keyword,
                           const char *format, ...);
/* The way to a schema from spec.api, "spec.versions[0].schema.openAPIV3Schema.properties[spec]". */
kt_sv kt_api_schema_path(const kt_api_checking *c, const kt_api_schema *schema, const char *keyword);
/* Where a schema is said to be wrong as a whole: at its name. */
const kt_value *kt_api_schema_at(const kt_api_schema *schema);

/* Names, versions, subresources, columns, conversion (api_definition.c). */
void kt_api_check_definition(kt_api_checking *c);
/* A structural schema (api_structure.c). False: no memory. */
bool kt_api_check_structure(kt_api_checking *c, const kt_api_schema *root, bool status);
/* Defaults against their schemas (api_defaults.c). False: no memory. */
bool kt_api_check_defaults(kt_api_checking *c, const kt_api_schema *root);

/* The checker of a run for values of `object`; give its `left` back to the cluster. */
kt_checker kt_api_checker(kt_cluster *cluster, void (*found)(void *ctx, const kt_finding *finding), void *ctx);
/* Say once that the checks are used up. */
void kt_api_checks_used(kt_cluster *cluster, kt_object *object);

#endif
