/* Every diagnostic code, once: identifier, id, severity, title, what to do.
 *
 *   KT-1xx  reading YAML and JSON        KT-5xx  layout and paths
 *   KT-2xx  structure of an object       KT-6xx  files, directories, the command line
 *   KT-3xx  admission                    KT-7xx  limits
 *   KT-4xx  Works and scheduling         KT-8xx  validation of what Kratix accepts
 *                                        KT-9xx  pushing to State Stores (KT-93x: buckets)
 *
 * Ids are stable: never reuse one. To add one: a line here, a fixture under fixtures/diag/, a page in
 * docs/diagnostics.md. */
#ifndef KT_BASE_CODES_H
#define KT_BASE_CODES_H

/* Reading YAML and JSON. */
#define KT_CODES_READING(X)                                                                           \
    X(KT_YAML_SYNTAX, "KT-101", KT_ERROR, "the file is not valid YAML",                               \
      "correct the YAML at this place")                                                               \
    X(KT_YAML_ENCODING, "KT-102", KT_WARNING, "the file is not valid UTF-8",                          \
      "save the file as UTF-8")                                                                       \
    X(KT_YAML_DUPLICATE_KEY, "KT-103", KT_WARNING, "a key is given twice",                            \
      "remove one of the two")                                                                        \
    X(KT_YAML_KEY_CLASH, "KT-104", KT_ERROR, "two keys become the same string",                       \
      "rename or quote one of the keys; which of them would win is random in Kratix (N-5)")           \
    X(KT_YAML_KEY, "KT-105", KT_ERROR, "a key that JSON cannot hold",                                 \
      "put the key in quotes")                                                                        \
    X(KT_YAML_ANCHOR, "KT-106", KT_ERROR, "an alias without meaning",                                 \
      "define the anchor before its use, or put the value in quotes")                                 \
    X(KT_YAML_MERGE, "KT-107", KT_ERROR, "a merge key whose value is no map",                         \
      "give << a map, an alias of a map, or a list of these written in place (K-6)")                  \
    X(KT_YAML_TAG, "KT-108", KT_ERROR, "a value that does not fit its tag",                           \
      "remove the tag, or write a value of its type (K-3)")                                           \
    X(KT_YAML_NUMBER, "KT-109", KT_ERROR, "a number that JSON cannot hold",                           \
      "put the value in quotes if it is text, or use a smaller number")                               \
    X(KT_YAML_SEPARATOR, "KT-110", KT_ERROR, "text behind a document separator",                      \
      "begin the document on the line after ---; indent a line of text that begins with --- (K-1)")   \
    X(KT_YAML_CONTROL, "KT-111", KT_ERROR, "a control character",                                     \
      "remove the character, or write it as an escape in double quotes")                              \
    X(KT_YAML_PORT, "KT-112", KT_ERROR, "text that YAML parsers read differently",                    \
      "put the value in quotes; the parser inside Kratix is older and reads this another way (K-11)") \
    X(KT_JSON_SYNTAX, "KT-113", KT_ERROR, "the file is not valid JSON",                               \
      "correct the JSON at this place")

/* Structure of an object. */
#define KT_CODES_STRUCTURE(X)                                                                         \
    X(KT_OBJECT_INVALID, "KT-201", KT_ERROR, "the object is not a Kubernetes object",                 \
      "give it apiVersion, kind and metadata.name")                                                   \
    X(KT_API_VERSION_UNKNOWN, "KT-202", KT_ERROR, "the version of Kratix's API is unknown",           \
      "write platform.kratix.io/v1alpha1")                                                            \
    X(KT_KIND_UNKNOWN, "KT-203", KT_ERROR, "Kratix has no such kind",                                 \
      "write one of the kinds of platform.kratix.io/v1alpha1")                                        \
    X(KT_FIELD_UNKNOWN, "KT-204", KT_ERROR, "a field is unknown",                                     \
      "correct its name or remove it; kubectl refuses the object, --keep-going drops the field (I-13)") \
    X(KT_FIELD_TYPE, "KT-205", KT_ERROR, "a value has the wrong type",                                \
      "write a value of that type; quote text that YAML reads as something else")                     \
    X(KT_FIELD_REQUIRED, "KT-206", KT_ERROR, "a field is missing",                                    \
      "add it")                                                                                       \
    X(KT_FIELD_VALUE, "KT-207", KT_ERROR, "a value is not among those allowed",                       \
      "write one of the supported values")                                                            \
    X(KT_NAME_INVALID, "KT-208", KT_ERROR, "a name is not allowed",                                   \
      "rename the object")                                                                            \
    X(KT_LABEL_INVALID, "KT-209", KT_ERROR, "a label or an annotation is not allowed",                \
      "correct its key or value (I-4)")                                                               \
    X(KT_OBJECT_TWICE, "KT-210", KT_ERROR, "an object is defined twice",                              \
      "remove one of the two; --keep-going applies the later one as an update (I-22a)")               \
    X(KT_API_VERSION_MISSING, "KT-211", KT_WARNING, "a Kratix kind without apiVersion",               \
      "add apiVersion: platform.kratix.io/v1alpha1 if it is meant for Kratix")                        \
    X(KT_KIND_PASSED_OVER, "KT-212", KT_NOTE, "a kind that is not looked at",                         \
      "nothing is written because of such objects")                                                   \
    X(KT_NOTHING_OF_KRATIX, "KT-213", KT_WARNING, "nothing here is of Kratix",                        \
      "name the folder that holds Promises, Destinations and State Stores of platform.kratix.io")     \
    X(KT_GROUP_NEAR, "KT-214", KT_WARNING, "a kind of Kratix in a group that is not Kratix'",         \
      "correct apiVersion if it is meant for Kratix; the API server knows no such kind")

/* Admission. */
#define KT_CODES_ADMISSION(X)                                                                         \
    X(KT_PATH_REQUIRED, "KT-301", KT_ERROR, "a Destination without path",                             \
      "add spec.path; / is the root of the State Store (I-20, V-1)")                                  \
    X(KT_STORE_REF_REQUIRED, "KT-302", KT_ERROR, "a Destination without State Store",                 \
      "add spec.stateStoreRef with kind and name (I-20)")                                             \
    X(KT_STORE_MISSING, "KT-303", KT_WARNING, "a State Store does not exist",                         \
      "add its manifest to the inputs; nothing is written for the Destination (I-20, V-2)")           \
    X(KT_PATH_TAKEN, "KT-304", KT_ERROR, "two Destinations have one path",                            \
      "give them different paths in this State Store (I-20)")                                         \
    X(KT_MODE_IMMUTABLE, "KT-305", KT_ERROR, "a filepath mode cannot change",                         \
      "delete the Destination and create it anew (I-3)")                                              \
    X(KT_BUCKET_SECRET, "KT-306", KT_ERROR, "a bucket without credentials",                           \
      "give secretRef a name and a namespace, or use authMethod IAM (I-23)")                          \
    X(KT_EMBEDDED_KIND, "KT-311", KT_ERROR, "an embedded object has no kind",                         \
      "give it kind, and an apiVersion with one / at most (I-24)")                                    \
    X(KT_INTERVAL_INVALID, "KT-312", KT_ERROR, "a reconciliation interval is not allowed",            \
      "write a duration of at least one minute, such as 10h or 90m (I-25)")                           \
    X(KT_API_INVALID, "KT-313", KT_ERROR, "the API of a Promise is no valid definition",              \
      "correct the CustomResourceDefinition in spec.api (I-26)")                                      \
    X(KT_API_SCOPE, "KT-314", KT_ERROR, "the API of a Promise is not namespaced",                     \
      "write scope: Namespaced (I-26)")                                                               \
    X(KT_API_TAKEN, "KT-315", KT_WARNING, "two Promises have one API",                                \
      "give one of them another kind or group; the first one answers the requests (I-26)")            \
    X(KT_API_IMMUTABLE, "KT-316", KT_ERROR, "the API of a Promise cannot change like this",           \
      "keep name, kind, apiVersion and names, or delete the Promise first (I-29)")                    \
    X(KT_API_TYPE, "KT-317", KT_WARNING, "the API of a Promise has another type",                     \
      "write apiVersion: apiextensions.k8s.io/v1 and kind: CustomResourceDefinition")                 \
    X(KT_PIPELINE_INVALID, "KT-321", KT_ERROR, "a pipeline cannot be read",                           \
      "correct it; pipelines are read strictly (I-9)")                                                \
    X(KT_PIPELINE_LABEL, "KT-322", KT_ERROR, "a label of a pipeline is not allowed",                  \
      "correct its key or value (I-27)")                                                              \
    X(KT_PIPELINE_TWICE, "KT-323", KT_ERROR, "two pipelines have one name",                           \
      "rename one of them (I-27)")                                                                    \
    X(KT_PIPELINE_NAME, "KT-324", KT_ERROR, "the name of a pipeline is not allowed",                  \
      "give it a short name of lower case letters, digits and - (I-27)")                              \
    X(KT_REQUIRED_MISSING, "KT-331", KT_WARNING, "a required Promise is missing",                     \
      "add it to the inputs in that version; requests are not answered without it (I-28, W-15)")      \
    X(KT_RELEASE_URL, "KT-341", KT_ERROR, "a PromiseRelease without url",                             \
      "add spec.sourceRef.url (I-30)")                                                                \
    X(KT_RELEASE_WITHOUT_PROMISE, "KT-342", KT_WARNING, "a PromiseRelease without its Promise",       \
      "add the Promise it installs, labelled kratix.io/promise-release-name; nothing is fetched (W-40)") \
    X(KT_RELEASE_VERSION, "KT-343", KT_WARNING, "a PromiseRelease of another version",                \
      "make spec.version and the label kratix.io/promise-version agree (I-30)")                       \
    X(KT_REQUEST_DRY_RUN, "KT-351", KT_ERROR, "a request for a dry run",                              \
      "remove the label (W-42)")                                                                      \
    X(KT_REQUEST_VERSION, "KT-352", KT_ERROR, "a request of a version that is not served",            \
      "write a version that the API of the Promise serves (I-10)")                                    \
    X(KT_REQUEST_KIND, "KT-353", KT_WARNING, "no Promise defines this kind",                          \
      "write a kind that a Promise defines; an object of another kind is passed over")                \
    X(KT_REQUEST_UNCHECKED, "KT-354", KT_NOTE, "requests of a refused Promise are not checked",       \
      "correct the Promise first, then validate again")                                               \
    X(KT_API_RULE, "KT-359", KT_NOTE, "a rule in CEL is not checked",                                 \
      "nothing needs to be done; the API server checks requests by it, kratree does not")             \
    X(KT_API_NAME, "KT-360", KT_ERROR, "a name in the API of a Promise is not allowed",               \
      "use a name of lower case letters, digits and - that begins with a letter")                     \
    X(KT_API_PART, "KT-361", KT_ERROR, "a part of the API of a Promise is not allowed",               \
      "correct the CustomResourceDefinition in spec.api; the API server refuses it (I-26)")           \
    X(KT_API_UNSERVED, "KT-362", KT_WARNING, "an API without a served version",                       \
      "write served: true in one of the versions")                                                    \
    X(KT_SCHEMA_TYPE, "KT-363", KT_ERROR, "a keyword of a schema has a value of the wrong type",      \
      "write a value of that type; Kratix cannot read the definition (I-26)")                         \
    X(KT_SCHEMA_KEYWORD, "KT-364", KT_WARNING, "the API of a Promise has an unknown field",           \
      "correct its name or remove it; it is passed over")                                             \
    X(KT_SCHEMA_FORBIDDEN, "KT-365", KT_ERROR, "a keyword is not allowed in a schema",                \
      "remove it, or say it in another way; schemas must be structural (I-26)")                       \
    X(KT_SCHEMA_MISSING, "KT-366", KT_ERROR, "a keyword is missing in a schema",                      \
      "add it; schemas must be structural (I-26)")                                                    \
    X(KT_SCHEMA_VALUE, "KT-367", KT_ERROR, "a keyword of a schema has a value that is not allowed",   \
      "correct the value (I-26)")                                                                     \
    X(KT_SCHEMA_DEFAULT, "KT-368", KT_ERROR, "a default does not fit its schema",                     \
      "correct the default or the schema (I-26)")                                                     \
    X(KT_SCHEMA_PATTERN, "KT-369", KT_ERROR, "a pattern is no regular expression",                    \
      "write it in Go's syntax, RE2: without backreferences, look-around and possessive repetition")  \
    X(KT_REQUEST_FIELD, "KT-370", KT_ERROR, "a request has a field that its API does not know",       \
      "correct its name or remove it; kubectl refuses the request, a cluster drops the field (I-13)") \
    X(KT_REQUEST_TYPE, "KT-371", KT_ERROR, "a value of a request has the wrong type",                 \
      "write a value of that type; quote text that YAML reads as something else")                     \
    X(KT_REQUEST_REQUIRED, "KT-372", KT_ERROR, "a request lacks a field",                             \
      "add it; the API of the Promise requires it")                                                   \
    X(KT_REQUEST_ENUM, "KT-373", KT_ERROR, "a value of a request is not among those allowed",         \
      "write one of the supported values")                                                            \
    X(KT_REQUEST_PATTERN, "KT-374", KT_ERROR, "a value of a request does not match its pattern",      \
      "write a value that matches")                                                                   \
    X(KT_REQUEST_FORMAT, "KT-375", KT_ERROR, "a value of a request has not its format",               \
      "write a value of that format")                                                                 \
    X(KT_REQUEST_BOUND, "KT-376", KT_ERROR, "a value of a request is outside its bounds",             \
      "write a value within them")                                                                    \
    X(KT_REQUEST_BRANCH, "KT-377", KT_ERROR, "a value of a request fits none of its alternatives",    \
      "make it fit what the API of the Promise asks with anyOf, oneOf or not")                        \
    X(KT_REQUEST_DUPLICATE, "KT-378", KT_ERROR, "an item comes twice in a list without repetition",   \
      "remove one of the two")                                                                        \
    X(KT_PATTERN_UNCHECKED, "KT-379", KT_WARNING, "a pattern is not checked",                         \
      "nothing needs to be done; the API server checks requests by it, kratree does not")

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
      "rename a key so that digits do not stand where other keys have letters, or accept changes in the order (N-4)") \
    X(KT_SHORT_ID_CLASH, "KT-407", KT_ERROR, "two groups share their short id", \
      "rename one of the directories (S-25)")                                                         \
    X(KT_CAPTURE_MISSING, "KT-410", KT_WARNING, "a declared pipeline has no captured output", \
      "run the pipeline and keep its output and metadata folders there; until then what it wrote stays as it was (W-9a)") \
    X(KT_CAPTURE_UNUSED, "KT-411", KT_WARNING, "captured output that no pipeline has left", \
      "add the Promise, the request or the pipeline to the manifests, or remove the folder")          \
    X(KT_PIPELINE_FAILED, "KT-412", KT_ERROR, "a pipeline run fails", \
      "correct the captured file; Kratix makes no Work of this run and stops the workflow (G-9)")     \
    X(KT_PIPELINE_SUSPENDED, "KT-413", KT_WARNING, "a pipeline suspends its workflow", \
      "nothing to do if that is meant: what earlier runs wrote stays as it was (W-12)")               \
    X(KT_REQUEST_UNWRITTEN, "KT-414", KT_WARNING, "captured output of a request is not written", \
      "remove the cause, or the captured output (W-13, W-14, W-17)")                                  \
    X(KT_CONTENT_UNREADABLE, "KT-415", KT_ERROR, "content of a printed Work cannot be unpacked",      \
      "print the Work again, whole: kubectl get works,workplacements -A -o yaml")                     \
    X(KT_CONTENT_DIFFERS, "KT-417", KT_WARNING, "a print-out and captured output disagree",          \
      "nothing to do if the capture is newer: it is what is written; else capture the pipeline again") \
    X(KT_WORK_TOO_LARGE, "KT-418", KT_WARNING, "a Work may not fit into the cluster",                 \
      "write less, or in several pipelines: a cluster refuses objects of about 1.5 MiB (G-24)")       \
    X(KT_LOCK_INVALID, "KT-420", KT_ERROR, "the lock is wrong",                                       \
      "take the last good one from version control, or remove it and render into an empty directory") \
    X(KT_LOCK_VERSION, "KT-421", KT_ERROR, "the lock is of another version",                          \
      "use the kratree that wrote it, or a later one")                                                \
    X(KT_LOCK_SHAPE, "KT-422", KT_ERROR, "one State Store is not laid out as several are",            \
      "kratree lock takes it over; move the files: of one store they lie at the top, of several in folders") \
    X(KT_LOCK_PROFILE, "KT-423", KT_WARNING, "the lock was written for another Kratix",               \
      "render with --kratix-version as before, or expect files at new paths beside the old ones")     \
    X(KT_KEPT_UNKNOWN, "KT-424", KT_WARNING, "what an earlier run wrote is not known",                \
      "capture the pipeline again, or render into the directory that holds it; until then it stays as it is (W-12)") \
    X(KT_MISPLACED, "KT-425", KT_WARNING, "a placement stays where it no longer belongs",             \
      "nothing to do if that is meant: Kratix does not take it away, and goes on writing there (S-26)") \
    X(KT_LINGERING, "KT-426", KT_NOTE, "a placement on a Destination that is gone",                   \
      "nothing to do if that is meant: its files stay, and are written again when the Destination returns (S-29)") \
    X(KT_UPDATE_REFUSED, "KT-427", KT_NOTE, "a refused update leaves the object as it was",                \
      "correct the manifest; until then the State Store is written as the lock remembers it (I-22a)") \
    X(KT_AGGREGATE_LEFT, "KT-428", KT_ERROR, "an aggregated file cannot be written anew",             \
      "capture the pipelines of that part again, or restore the file as the last run left it")        \
    X(KT_SEVERAL_MATCH, "KT-429", KT_WARNING, "a request could go to several Destinations",           \
      "let the selectors match one of them, or keep the choice in a kratree.lock; Kratix chooses at random (S-21, N-2)")

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
      "name one of the Destinations of the manifests")                                                \
    X(KT_FOLDER_EMPTIED, "KT-512", KT_ERROR, "two writers of one folder",                             \
      "keep them apart: other names of requests, no pipelineNamespace, no pipeline called 5058f…; the last one wins (L-33, L-34)") \
    X(KT_PATH_TOO_LONG, "KT-513", KT_ERROR, "a path is too long",                                     \
      "shorten spec.path of the State Store or the Destination, or the names in the captured output")

/* Files, directories, the command line. */
#define KT_CODES_FILES(X)                                                                             \
    X(KT_DIR_FOREIGN, "KT-601", KT_ERROR, "the directory holds files of others",                      \
      "choose an empty directory, or remove them; with --force they stay and the tree is written beside them") \
    X(KT_DIR_LINK, "KT-602", KT_ERROR, "a symbolic link is in the way",                               \
      "remove the link; nothing is written through one")                                              \
    X(KT_DIR_IN_THE_WAY, "KT-603", KT_ERROR, "a file or folder is in the way",                        \
      "remove what stands there, or choose another directory")                                        \
    X(KT_DIR_NAME, "KT-604", KT_ERROR, "a name that no file system holds",                            \
      "rename it in the input, or write a zip")                                                       \
    X(KT_DIR_LONG_PATH, "KT-605", KT_ERROR, "a path is too long",                                     \
      "shorten it in the input, choose a directory with a shorter path, or write a zip")              \
    X(KT_DIR_SYSTEM, "KT-606", KT_ERROR, "the system refused",                                        \
      "make the directory readable and writable, with room for the tree, and run again") \
    X(KT_DIR_BUSY, "KT-607", KT_ERROR, "another run is writing the directory",                        \
      "wait until the other run has ended, and run again")                                            \
    X(KT_DIR_JOURNAL, "KT-608", KT_WARNING, "an earlier run was interrupted",                         \
      "nothing is to be done when a run completes it; after --check, render without --check")         \
    X(KT_ZIP_DAMAGED, "KT-610", KT_ERROR, "the zip cannot be read",                                   \
      "make it again, or give the folder that it was made from")                                      \
    X(KT_ZIP_REFUSED, "KT-611", KT_ERROR, "the zip holds what is not safe to read",                   \
      "make it again with plain files whose paths lie below one folder, without a password")          \
    X(KT_ZIP_ENTRIES, "KT-612", KT_ERROR, "the zip has too many entries",                             \
      "raise --max-zip-entries, or give a zip of the part that counts")                               \
    X(KT_ZIP_BYTES, "KT-613", KT_ERROR, "the zip unpacks to too much",                                \
      "raise --max-zip-bytes, or give a zip of the part that counts")                                 \
    X(KT_ZIP_RATIO, "KT-614", KT_ERROR, "the zip unpacks out of proportion",                          \
      "raise --max-zip-ratio if the file is meant to be that repetitive")                             \
    X(KT_DIFF_LINES, "KT-615", KT_WARNING, "a file is too long to be compared by lines",              \
      "raise --max-diff-lines to see which lines differ")                                             \
    X(KT_CLI_USAGE, "KT-640", KT_ERROR, "the command line is wrong",                                  \
      "--help shows what the program understands")                                                    \
    X(KT_CLI_UNREADABLE, "KT-641", KT_ERROR, "a file or folder cannot be read",                       \
      "check that it is there and that you may read it, or leave it out with .kratreeignore")         \
    X(KT_CLI_EMPTY, "KT-642", KT_ERROR, "there is no manifest",                                       \
      "name the folder that holds your Promises and Destinations (*.yaml, *.yml, *.json)")            \
    X(KT_CLI_OUT_ABOVE, "KT-643", KT_ERROR, "the tree would be written over manifests",               \
      "choose a folder beside or inside the manifests")                                               \
    X(KT_CLI_SPECIAL, "KT-644", KT_WARNING, "a manifest is no regular file",                          \
      "name it on the command line to read it, or leave it out with .kratreeignore")                  \
    X(KT_CLI_SKIPPED, "KT-645", KT_NOTE, "a folder is not searched",                                  \
      "")                                                                                             \
    X(KT_CLI_TWICE, "KT-646", KT_NOTE, "one file by two paths",                                       \
      "")                                                                                             \
    X(KT_CLI_OUTPUT, "KT-647", KT_ERROR, "output cannot be written",                                  \
      "make room, or choose another place, and run again")                                            \
    X(KT_CLI_MEMORY, "KT-648", KT_ERROR, "there is no memory left",                                   \
      "give it more memory, or fewer manifests at a time")                                            \
    X(KT_CLI_BROKEN, "KT-649", KT_ERROR, "an error of the program itself",                            \
      "please report this with the manifests that cause it")                                          \
    X(KT_CLI_LOCKED, "KT-650", KT_ERROR, "the lock would change",                                     \
      "render without --locked, look at what changes in the lock, and commit it")                     \
    X(KT_CLI_FORGETS, "KT-651", KT_WARNING, "the lock forgets files that are there",                  \
      "render or push first: it deletes them, and updates the lock")                                  \
    X(KT_CONFIG_INVALID, "KT-660", KT_ERROR, "the configuration is wrong",                            \
      "correct .kratree.yaml; docs/config.md tells what it may hold")                                 \
    X(KT_CODE_UNKNOWN, "KT-661", KT_WARNING, "a code is unknown",                                     \
      "write a code that kratree reports, such as KT-403")                                            \
    X(KT_IGNORE_WITHOUT_REASON, "KT-662", KT_ERROR, "something is ignored without a reason",          \
      "say why, for those who read it later; without a reason nothing is ignored")                    \
    X(KT_IGNORE_UNUSED, "KT-663", KT_WARNING, "nothing is ignored here",                              \
      "remove it: what it ignores is not found any more")                                             \
    X(KT_COMMENT_UNKNOWN, "KT-664", KT_WARNING, "a comment for kratree that says nothing",            \
      "write # kratree: ignore CODE reason")

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
    X(KT_LIMIT_WORK, "KT-707", KT_ERROR, "a text made to keep the reader busy",                       \
      "split the file, or write it in a simpler way")                                                 \
    X(KT_LIMIT_PATTERN, "KT-708", KT_ERROR, "a pattern that goes back without end",                   \
      "write the pattern without repetitions inside each other, or raise --max-pattern-steps and --max-pattern-depth") \
    X(KT_LIMIT_CHECKS, "KT-709", KT_ERROR, "there is too much to check",                              \
      "raise --max-checks, or name fewer paths")                                                      \
    X(KT_LIMIT_OUTPUT, "KT-720", KT_ERROR, "an output file is too long",                              \
      "raise --max-output-bytes")

/* What Kratix accepts and a person would not want, and what the API server refuses later: validate only. */
#define KT_CODES_VALIDATION(X)                                                                        \
    X(KT_SECRET_IN_STORE, "KT-801", KT_WARNING, "a Secret goes into a State Store",                   \
      "keep it out: write a sealed or external secret, or let the cluster make it; what was committed stays in the history") \
    X(KT_NAME_NOT_PORTABLE, "KT-802", KT_WARNING, "a name that Windows cannot hold",                  \
      "rename it, if anyone checks the repository out on Windows")                                    \
    X(KT_NAMES_FOLD, "KT-803", KT_WARNING, "two names differ in case only",                           \
      "rename one of them: Windows and macOS take them for one")                                      \
    X(KT_AGGREGATE_NOT_YAML, "KT-804", KT_WARNING, "an aggregated file holds what is not YAML",       \
      "leave it out of the output, or give the Destination another filepath mode: no agent can read the file (L-15)") \
    X(KT_AGGREGATE_SEPARATOR, "KT-805", KT_WARNING, "a value changes before a separator",             \
      "write the block without +, or put it before another key; files are joined as they are (L-15)")                       \
    X(KT_RECEIVES_NOTHING, "KT-811", KT_WARNING, "a Destination receives nothing",                    \
      "compare its labels with the selectors of the Promises")                                        \
    X(KT_STRICT_LEFT_OUT, "KT-812", KT_NOTE, "a strict Destination is passed over",                   \
      "nothing to do if that is meant; else select one of its labels (S-7)")                          \
    X(KT_STRICT_WITHOUT_LABELS, "KT-813", KT_WARNING, "strictMatchLabels without labels",             \
      "give the Destination a label: without any it receives everything that selects none (S-7)")     \
    X(KT_PATHS_MEET, "KT-814", KT_WARNING, "two Destinations are one place",                          \
      "give them different paths; Kratix compares them as they are spelled (I-20)")                   \
    X(KT_STORES_MEET, "KT-815", KT_WARNING, "two State Stores are one place",                         \
      "give them different paths, or use one State Store; Kratix does not compare them (I-20)")       \
    X(KT_SELECTOR_INJECTS, "KT-816", KT_WARNING, "a label is read as another selector",               \
      "write a plain key and value; Kratix reads them again as the text of a selector (S-5)")         \
    X(KT_CREDENTIALS_MISSING, "KT-817", KT_WARNING, "the Secret of a State Store is missing",         \
      "add it, or correct the name; other Secrets of its namespace are there")                        \
    X(KT_CREDENTIALS_UNNAMED, "KT-818", KT_WARNING, "a GitStateStore without credentials",            \
      "add spec.secretRef: without it the State Store never becomes ready (T-31)")                    \
    X(KT_REQUIREMENT_CYCLE, "KT-819", KT_WARNING, "Promises require each other",                      \
      "remove one of the requirements; none of these Promises ever becomes available (W-16)")         \
    X(KT_PIPELINE_EMPTY, "KT-820", KT_WARNING, "a pipeline without containers",                       \
      "add spec.containers with a name and an image; there is nothing to run (I-27)")                 \
    X(KT_CONTAINER_NAME, "KT-821", KT_ERROR, "the name of a container is not allowed",                \
      "give it a name of its own, of lower case letters, digits and - (I-27)")                        \
    X(KT_CONTAINER_IMAGE, "KT-822", KT_ERROR, "a container without image",                            \
      "add the image that it runs (I-27)")                                                            \
    X(KT_CONTAINER_VALUE, "KT-823", KT_ERROR, "a value that no Job can have",                         \
      "correct it; the API server refuses the Job of this pipeline (I-27)")                           \
    X(KT_CONTAINER_VOLUME, "KT-824", KT_ERROR, "a volume is not as it is mounted",                    \
      "correct spec.volumes or the volumeMounts; the API server refuses the Job of this pipeline (I-27)")

/* Pushing to State Stores. */
#define KT_CODES_PUSH(X)                                                                              \
    X(KT_SECRET_INVALID, "KT-900", KT_ERROR, "a Secret cannot be decoded",                            \
      "write base64 under data, or the text itself under stringData")                                 \
    X(KT_PUSH_SECRET, "KT-901", KT_ERROR, "credentials are missing or cannot be used",                \
      "add the Secret to the input, or give the credentials in the environment (--help shows how)")   \
    X(KT_PUSH_ADDRESS, "KT-902", KT_ERROR, "the address of the State Store cannot be used",           \
      "correct the State Store's manifest")                                                           \
    X(KT_PUSH_ADDRESS_KIND, "KT-903", KT_WARNING, "an address that Kratix refuses",                   \
      "fine for a try; Kratix wants https:// or ssh")                                                 \
    X(KT_PUSH_UNREACHABLE, "KT-904", KT_ERROR, "the State Store cannot be reached",                   \
      "check the address, the network and the proxy, and run again")                                  \
    X(KT_PUSH_DENIED, "KT-905", KT_ERROR, "the State Store refuses the credentials",                  \
      "check that the credentials are right and may write")                                           \
    X(KT_PUSH_REFUSED, "KT-906", KT_ERROR, "the State Store refuses the change",                      \
      "look at what it says; a protected branch wants --branch and a pull request")                   \
    X(KT_PUSH_MOVED, "KT-907", KT_ERROR, "the State Store keeps changing",                            \
      "run again when it is quiet, or raise --retries")                                               \
    X(KT_PUSH_ADOPT, "KT-908", KT_ERROR, "the State Store holds files that are not ours",             \
      "check that it is the right place; with --adopt they stay and the tree is written beside them") \
    X(KT_PUSH_IN_WAY, "KT-909", KT_ERROR, "something stands where the tree wants a file",             \
      "remove what stands there, or choose another path")                                             \
    X(KT_PUSH_TIME, "KT-910", KT_ERROR, "the time limit has passed",                                  \
      "raise --timeout, or run again when the State Store is faster")                                 \
    X(KT_PUSH_PROGRAM, "KT-911", KT_ERROR, "a program that push needs is missing",                    \
      "install it, beside kratree or where PATH leads")                                               \
    X(KT_PUSH_BRANCH, "KT-912", KT_WARNING, "the branch is not there",                                \
      "a push creates it; Kratix itself never does")                                                  \
    X(KT_PUSH_AUTHOR, "KT-913", KT_ERROR, "the author of the commits cannot be used",                 \
      "give gitAuthor a name, or use --author 'NAME <EMAIL>'")                                        \
    X(KT_PUSH_LOCAL, "KT-914", KT_ERROR, "the push cannot be prepared",                               \
      "make room in the folder for temporary files (TMPDIR), and run again")                          \
    X(KT_PUSH_NOWHERE, "KT-915", KT_ERROR, "there is nothing to push to",                             \
      "add a GitStateStore or a BucketStateStore that is accepted")                                   \
    X(KT_PUSH_AGAIN, "KT-916", KT_WARNING, "an attempt failed and is made again",                     \
      "")                                                                                             \
    X(KT_PUSH_STOPPED, "KT-917", KT_ERROR, "the push was stopped",                                    \
      "run it again; it completes what is missing")                                                   \
    X(KT_PUSH_CLOCK, "KT-930", KT_WARNING, "the clock here is not the server's",                      \
      "set the clock of this machine")                                                                \
    X(KT_PUSH_LEASE, "KT-931", KT_ERROR, "another push holds the bucket",                             \
      "run again when the other has ended")                                                           \
    X(KT_PUSH_WAITING, "KT-932", KT_NOTE, "another push is waited for",                               \
      "this one waits, at most as long as --timeout")                                                 \
    X(KT_PUSH_TAKEN, "KT-933", KT_WARNING, "an earlier push was interrupted",                         \
      "")                                                                                             \
    X(KT_PUSH_MIXED, "KT-934", KT_ERROR, "the bucket does not hold what was written",                 \
      "run again when nobody else writes there; that repairs it")

#define KT_CODES(X)                                                                                   \
    KT_CODES_READING(X)                                                                               \
    KT_CODES_STRUCTURE(X)                                                                             \
    KT_CODES_ADMISSION(X)                                                                             \
    KT_CODES_SCHEDULING(X)                                                                            \
    KT_CODES_LAYOUT(X)                                                                                \
    KT_CODES_FILES(X)                                                                                 \
    KT_CODES_LIMITS(X)                                                                                \
    KT_CODES_VALIDATION(X)                                                                            \
    KT_CODES_PUSH(X)

typedef enum kt_code {
#define KT_CODE_NAME(name, id, severity, title, help) name,
    KT_CODES(KT_CODE_NAME)
#undef KT_CODE_NAME
} kt_code;

#endif
