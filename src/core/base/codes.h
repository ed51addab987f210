/* Every diagnostic code, once: identifier, id, severity, title, what to do.
 *
 *   KT-1xx  reading YAML and JSON        KT-5xx  layout and paths
 *   KT-2xx  structure of an object       KT-6xx  files, directories, the command line
 *   KT-3xx  admission                    KT-7xx  limits
 *   KT-4xx  Works and scheduling
 *
 * Ids are stable: never reuse one. To add one: a line here, a fixture under fixtures/diag/. */
#ifndef KT_BASE_CODES_H
#define KT_BASE_CODES_H

#define KT_CODES(X)                                                                                   \
    X(KT_YAML_SYNTAX, "KT-101", KT_ERROR, "the file is not valid YAML",                               \
      "correct the YAML at this place")                                                               \
    X(KT_OBJECT_INVALID, "KT-201", KT_ERROR, "the object is not a Kubernetes object",                 \
      "give it apiVersion, kind and metadata.name")

typedef enum kt_code {
#define KT_CODE_NAME(name, id, severity, title, help) name,
    KT_CODES(KT_CODE_NAME)
#undef KT_CODE_NAME
} kt_code;

#endif
