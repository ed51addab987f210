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

/* Reading YAML and JSON. */
#define KT_CODES_READING(X)                                                                           \
    X(KT_YAML_SYNTAX, "KT-101", KT_ERROR, "the file is not valid YAML",                               \
      "correct the YAML at this place")

/* Structure of an object. */
#define KT_CODES_STRUCTURE(X)                                                                         \
    X(KT_OBJECT_INVALID, "KT-201", KT_ERROR, "the object is not a Kubernetes object",                 \
      "give it apiVersion, kind and metadata.name")

/* Works and scheduling. */
#define KT_CODES_SCHEDULING(X)                                                                        \
    X(KT_SELECTOR_SYNTAX, "KT-401", KT_ERROR, "a selector cannot be parsed",                          \
      "write plain label keys and values; an earlier group stays placed, this and later ones do not (S-6)") \
    X(KT_SELECTOR_IGNORED, "KT-402", KT_WARNING, "a selector cannot be parsed and is ignored",        \
      "write plain label keys and values; this Kratix places the group on every Destination (V-7)")   \
    X(KT_UNPLACED, "KT-403", KT_WARNING, "no Destination matches",                                    \
      "compare the selectors with the labels of the Destinations; nothing is written for these groups") \
    X(KT_DESTINATION_NAME_TOO_LONG, "KT-404", KT_ERROR, "the name of a Destination is no label value", \
      "give the Destination a name of at most 63 bytes (S-31)")                                       \
    X(KT_PROMISE_NAME_TOO_LONG, "KT-405", KT_ERROR, "the name of a Promise is no label value",        \
      "give the Promise a name of at most 63 bytes (I-32)")                                           \
    X(KT_KEY_CYCLE, "KT-406", KT_WARNING, "keys without a consistent order",                          \
      "rename a key so that digits do not stand where other keys have letters, or accept changes in the order (N-4)")

/* Layout and paths. */
#define KT_CODES_LAYOUT(X)                                                                            \
    X(KT_PATH_ESCAPES_GIT, "KT-501", KT_WARNING, "a path leaves the repository",                      \
      "remove the .. from the path; Kratix writes nothing for this placement and reports success (L-30)") \
    X(KT_PATH_ESCAPES_BUCKET, "KT-502", KT_ERROR, "a key climbs out of the tree",                     \
      "remove the .. from the path; as a directory tree such a key cannot be represented (L-30)")     \
    X(KT_PATH_EMPTY, "KT-503", KT_ERROR, "a file has no name",                                        \
      "give it a name that is not . or / (L-6)")                                                      \
    X(KT_PATH_GIT_ELEMENT, "KT-504", KT_ERROR, "a path element is .git",                              \
      "rename it; git refuses or swallows what lies there (L-35)")                                    \
    X(KT_PATH_GIT_SPECIAL, "KT-505", KT_WARNING, "a file that git acts upon",                         \
      "make sure that its rules are meant for the State Store: they decide what git adds, and how (L-35)") \
    X(KT_KEY_LEADING_SLASH, "KT-506", KT_NOTE, "keys begin with a slash",                             \
      "start the path without a slash if that is not meant; the tree shows such keys without it (L-9)") \
    X(KT_COLLISION, "KT-507", KT_ERROR, "two writers of one path",                                    \
      "give them different paths; Kratix lets the last one win (L-31)")                               \
    X(KT_SAME_FILE, "KT-508", KT_WARNING, "two writers of one path, same content",                    \
      "give them different paths; when one goes, the file of the other goes with it (L-31)")          \
    X(KT_FILE_AND_FOLDER, "KT-509", KT_ERROR, "a path is a file and a folder",                        \
      "rename one of them; a directory tree cannot hold both (L-32)")                                 \
    X(KT_NO_SUCH_STORE, "KT-510", KT_ERROR, "the chosen State Store is not in the input",             \
      "name one of the State Stores of the manifests, as kind/name")                                  \
    X(KT_NO_SUCH_DESTINATION, "KT-511", KT_ERROR, "the chosen Destination is not in the input",       \
      "name one of the Destinations of the manifests")

/* Files, directories, the command line. */
#define KT_CODES_FILES(X)

/* Limits. */
#define KT_CODES_LIMITS(X)                                                                            \
    X(KT_LIMIT_FILE, "KT-701", KT_ERROR, "a manifest is too long",                                    \
      "raise --max-file-bytes, or leave the file out with .kratreeignore")                            \
    X(KT_LIMIT_TOTAL, "KT-702", KT_ERROR, "the manifests are too long",                               \
      "raise --max-total-bytes, or name fewer paths")                                                 \
    X(KT_LIMIT_DEPTH, "KT-703", KT_ERROR, "values are nested too deep",                               \
      "raise --max-depth; Kratix itself ends at 10,000 (K-6)")                                        \
    X(KT_LIMIT_DOCUMENTS, "KT-704", KT_ERROR, "there are too many documents",                         \
      "raise --max-documents, or name fewer paths")                                                   \
    X(KT_LIMIT_VALUES, "KT-705", KT_ERROR, "there are too many values",                               \
      "raise --max-values; aliases count as often as they are used")                                  \
    X(KT_LIMIT_ALIASES, "KT-706", KT_ERROR, "aliases expand out of proportion",                       \
      "write the repeated parts out; Kratix refuses the document too (K-6)")                          \
    X(KT_LIMIT_OUTPUT, "KT-720", KT_ERROR, "an output file is too long",                              \
      "raise --max-output-bytes")

#define KT_CODES(X)                                                                                   \
    KT_CODES_READING(X)                                                                               \
    KT_CODES_STRUCTURE(X)                                                                             \
    KT_CODES_SCHEDULING(X)                                                                            \
    KT_CODES_LAYOUT(X)                                                                                \
    KT_CODES_FILES(X)                                                                                 \
    KT_CODES_LIMITS(X)

typedef enum kt_code {
#define KT_CODE_NAME(name, id, severity, title, help) name,
    KT_CODES(KT_CODE_NAME)
#undef KT_CODE_NAME
} kt_code;

#endif
