/* Tables of a Pipeline and of the Kubernetes types in it, in the order of their Go structs.
 *
 * Fields that came after 2025-03 are of 2026-08 alone. */
#include "model/pipeline_schema.h"

#define PART(name, schema) {(name), &(schema), "", KT_IN_ALL, 0}
#define TEXT(name) PART(name, kt_schema_string)
#define TEXTS(name) PART(name, kt_schema_strings)
#define TEXT_MAP(name) PART(name, kt_schema_string_map)
#define FLAG(name) PART(name, kt_schema_bool)
#define NUMBER(name) PART(name, kt_schema_integer)
#define ANY(name) PART(name, kt_schema_any)
#define STRUCT(name) static const kt_schema name = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(name##_fields)}
#define LIST(name, of) static const kt_schema name = {.type = KT_SCHEMA_LIST, .item = &(of)}

static const kt_field reference_fields[] = {
    TEXT("name"),
};
STRUCT(reference);

/* ---- Environment ----------------------------------------------------------------------------------- */

static const kt_field field_ref_fields[] = {
    TEXT("apiVersion"),
    TEXT("fieldPath"),
};
STRUCT(field_ref);

static const kt_field resource_field_ref_fields[] = {
    TEXT("containerName"),
    TEXT("resource"),
    ANY("divisor"),
};
STRUCT(resource_field_ref);

static const kt_field key_ref_fields[] = {
    TEXT("name"),
    TEXT("key"),
    FLAG("optional"),
};
STRUCT(key_ref);

static const kt_field file_key_ref_fields[] = {
    TEXT("volumeName"),
    TEXT("path"),
    TEXT("key"),
    FLAG("optional"),
};
STRUCT(file_key_ref);

static const kt_field value_from_fields[] = {
    PART("fieldRef", field_ref),
    PART("resourceFieldRef", resource_field_ref),
    PART("configMapKeyRef", key_ref),
    PART("secretKeyRef", key_ref),
    {"fileKeyRef", &file_key_ref, "", KT_IN_2026_08, 0},
};
STRUCT(value_from);

static const kt_field env_var_fields[] = {
    TEXT("name"),
    TEXT("value"),
    PART("valueFrom", value_from),
};
STRUCT(env_var);

static const kt_field env_ref_fields[] = {
    TEXT("name"),
    FLAG("optional"),
};
STRUCT(env_ref);

static const kt_field env_from_item_fields[] = {
    TEXT("prefix"),
    PART("configMapRef", env_ref),
    PART("secretRef", env_ref),
};
STRUCT(env_from_item);

LIST(env, env_var);

LIST(env_from, env_from_item);

/* ---- Security and resources ------------------------------------------------------------------------ */

static const kt_field capabilities_fields[] = {
    TEXTS("add"),
    TEXTS("drop"),
};
STRUCT(capabilities);

static const kt_field se_linux_fields[] = {
    TEXT("user"),
    TEXT("role"),
    TEXT("type"),
    TEXT("level"),
};
STRUCT(se_linux);

static const kt_field windows_fields[] = {
    TEXT("gmsaCredentialSpecName"),
    TEXT("gmsaCredentialSpec"),
    TEXT("runAsUserName"),
    FLAG("hostProcess"),
};
STRUCT(windows);

static const kt_field profile_fields[] = {
    TEXT("type"),
    TEXT("localhostProfile"),
};
STRUCT(profile);

static const kt_field security_context_fields[] = {
    PART("capabilities", capabilities),
    FLAG("privileged"),
    PART("seLinuxOptions", se_linux),
    PART("windowsOptions", windows),
    NUMBER("runAsUser"),
    NUMBER("runAsGroup"),
    FLAG("runAsNonRoot"),
    FLAG("readOnlyRootFilesystem"),
    FLAG("allowPrivilegeEscalation"),
    TEXT("procMount"),
    PART("seccompProfile", profile),
    PART("appArmorProfile", profile),
};
STRUCT(security_context);

static const kt_field claim_fields[] = {
    TEXT("name"),
    TEXT("request"),
};
STRUCT(claim);

LIST(claims, claim);

static const kt_schema quantities = {.type = KT_SCHEMA_OBJECT, .item = &kt_schema_any};

static const kt_field resources_fields[] = {
    PART("limits", quantities),
    PART("requests", quantities),
    PART("claims", claims),
};
STRUCT(resources);

/* ---- Volumes --------------------------------------------------------------------------------------- */

static const kt_field mount_fields[] = {
    TEXT("name"),
    FLAG("readOnly"),
    TEXT("recursiveReadOnly"),
    TEXT("mountPath"),
    TEXT("subPath"),
    TEXT("mountPropagation"),
    TEXT("subPathExpr"),
};
STRUCT(mount);

LIST(mounts, mount);

static const kt_field key_path_fields[] = {
    TEXT("key"),
    TEXT("path"),
    NUMBER("mode"),
};
STRUCT(key_path);

LIST(key_paths, key_path);

static const kt_field downward_item_fields[] = {
    TEXT("path"),
    PART("fieldRef", field_ref),
    PART("resourceFieldRef", resource_field_ref),
    NUMBER("mode"),
};
STRUCT(downward_item);

LIST(downward_items, downward_item);

static const kt_field host_path_fields[] = {
    TEXT("path"),
    TEXT("type"),
};
STRUCT(host_path);

static const kt_field empty_dir_fields[] = {
    TEXT("medium"),
    ANY("sizeLimit"),
};
STRUCT(empty_dir);

static const kt_field secret_volume_fields[] = {
    TEXT("secretName"),
    PART("items", key_paths),
    NUMBER("defaultMode"),
    FLAG("optional"),
};
STRUCT(secret_volume);

static const kt_field config_map_volume_fields[] = {
    TEXT("name"),
    PART("items", key_paths),
    NUMBER("defaultMode"),
    FLAG("optional"),
};
STRUCT(config_map_volume);

static const kt_field downward_api_fields[] = {
    PART("items", downward_items),
    NUMBER("defaultMode"),
};
STRUCT(downward_api);

static const kt_field volume_claim_fields[] = {
    TEXT("claimName"),
    FLAG("readOnly"),
};
STRUCT(volume_claim);

static const kt_field nfs_fields[] = {
    TEXT("server"),
    TEXT("path"),
    FLAG("readOnly"),
};
STRUCT(nfs);

static const kt_field csi_fields[] = {
    TEXT("driver"),
    FLAG("readOnly"),
    TEXT("fsType"),
    TEXT_MAP("volumeAttributes"),
    PART("nodePublishSecretRef", reference),
};
STRUCT(csi);

static const kt_field claim_template_fields[] = {
    ANY("metadata"),
    ANY("spec"),
};
STRUCT(claim_template);

static const kt_field ephemeral_fields[] = {
    PART("volumeClaimTemplate", claim_template),
};
STRUCT(ephemeral);

static const kt_field image_fields[] = {
    TEXT("reference"),
    TEXT("pullPolicy"),
};
STRUCT(image);

static const kt_field token_fields[] = {
    TEXT("audience"),
    NUMBER("expirationSeconds"),
    TEXT("path"),
};
STRUCT(token);

static const kt_field trust_bundle_fields[] = {
    TEXT("name"),
    TEXT("signerName"),
    ANY("labelSelector"),
    FLAG("optional"),
    TEXT("path"),
};
STRUCT(trust_bundle);

static const kt_field projected_keys_fields[] = {
    TEXT("name"),
    PART("items", key_paths),
    FLAG("optional"),
};
STRUCT(projected_keys);

static const kt_field projected_downward_fields[] = {
    PART("items", downward_items),
};
STRUCT(projected_downward);

static const kt_field projection_fields[] = {
    PART("secret", projected_keys),
    PART("downwardAPI", projected_downward),
    PART("configMap", projected_keys),
    PART("serviceAccountToken", token),
    PART("clusterTrustBundle", trust_bundle),
    {"podCertificate", &kt_schema_any, "", KT_IN_2026_08, 0},
};
STRUCT(projection);

LIST(projections, projection);

static const kt_field projected_fields[] = {
    PART("sources", projections),
    NUMBER("defaultMode"),
};
STRUCT(projected);

/* Volumes of vendors: the names of their fields are checked, not the types. */
static const kt_field gce_disk_fields[] = {
    ANY("pdName"),
    ANY("fsType"),
    ANY("partition"),
    ANY("readOnly"),
};
STRUCT(gce_disk);

static const kt_field aws_disk_fields[] = {
    ANY("volumeID"),
    ANY("fsType"),
    ANY("partition"),
    ANY("readOnly"),
};
STRUCT(aws_disk);

static const kt_field git_repo_fields[] = {
    ANY("repository"),
    ANY("revision"),
    ANY("directory"),
};
STRUCT(git_repo);

static const kt_field iscsi_fields[] = {
    ANY("targetPortal"),
    ANY("iqn"),
    ANY("lun"),
    ANY("iscsiInterface"),
    ANY("fsType"),
    ANY("readOnly"),
    ANY("portals"),
    ANY("chapAuthDiscovery"),
    ANY("chapAuthSession"),
    ANY("secretRef"),
    ANY("initiatorName"),
};
STRUCT(iscsi);

static const kt_field glusterfs_fields[] = {
    ANY("endpoints"),
    ANY("path"),
    ANY("readOnly"),
};
STRUCT(glusterfs);

static const kt_field rbd_fields[] = {
    ANY("monitors"),
    ANY("image"),
    ANY("fsType"),
    ANY("pool"),
    ANY("user"),
    ANY("keyring"),
    ANY("secretRef"),
    ANY("readOnly"),
};
STRUCT(rbd);

static const kt_field flex_fields[] = {
    ANY("driver"),
    ANY("fsType"),
    ANY("secretRef"),
    ANY("readOnly"),
    ANY("options"),
};
STRUCT(flex);

static const kt_field cinder_fields[] = {
    ANY("volumeID"),
    ANY("fsType"),
    ANY("readOnly"),
    ANY("secretRef"),
};
STRUCT(cinder);

static const kt_field ceph_fields[] = {
    ANY("monitors"),
    ANY("path"),
    ANY("user"),
    ANY("secretFile"),
    ANY("secretRef"),
    ANY("readOnly"),
};
STRUCT(ceph);

static const kt_field flocker_fields[] = {
    ANY("datasetName"),
    ANY("datasetUUID"),
};
STRUCT(flocker);

static const kt_field fc_fields[] = {
    ANY("targetWWNs"),
    ANY("lun"),
    ANY("fsType"),
    ANY("readOnly"),
    ANY("wwids"),
};
STRUCT(fc);

static const kt_field azure_file_fields[] = {
    ANY("secretName"),
    ANY("shareName"),
    ANY("readOnly"),
};
STRUCT(azure_file);

static const kt_field vsphere_fields[] = {
    ANY("volumePath"),
    ANY("fsType"),
    ANY("storagePolicyName"),
    ANY("storagePolicyID"),
};
STRUCT(vsphere);

static const kt_field quobyte_fields[] = {
    ANY("registry"),
    ANY("volume"),
    ANY("readOnly"),
    ANY("user"),
    ANY("group"),
    ANY("tenant"),
};
STRUCT(quobyte);

static const kt_field azure_disk_fields[] = {
    ANY("diskName"),
    ANY("diskURI"),
    ANY("cachingMode"),
    ANY("fsType"),
    ANY("readOnly"),
    ANY("kind"),
};
STRUCT(azure_disk);

static const kt_field photon_fields[] = {
    ANY("pdID"),
    ANY("fsType"),
};
STRUCT(photon);

static const kt_field portworx_fields[] = {
    ANY("volumeID"),
    ANY("fsType"),
    ANY("readOnly"),
};
STRUCT(portworx);

static const kt_field scale_io_fields[] = {
    ANY("gateway"),
    ANY("system"),
    ANY("secretRef"),
    ANY("sslEnabled"),
    ANY("protectionDomain"),
    ANY("storagePool"),
    ANY("storageMode"),
    ANY("volumeName"),
    ANY("fsType"),
    ANY("readOnly"),
};
STRUCT(scale_io);

static const kt_field storage_os_fields[] = {
    ANY("volumeName"),
    ANY("volumeNamespace"),
    ANY("fsType"),
    ANY("readOnly"),
    ANY("secretRef"),
};
STRUCT(storage_os);

static const kt_field volume_fields[] = {
    TEXT("name"),
    PART("hostPath", host_path),
    PART("emptyDir", empty_dir),
    PART("gcePersistentDisk", gce_disk),
    PART("awsElasticBlockStore", aws_disk),
    PART("gitRepo", git_repo),
    PART("secret", secret_volume),
    PART("nfs", nfs),
    PART("iscsi", iscsi),
    PART("glusterfs", glusterfs),
    PART("persistentVolumeClaim", volume_claim),
    PART("rbd", rbd),
    PART("flexVolume", flex),
    PART("cinder", cinder),
    PART("cephfs", ceph),
    PART("flocker", flocker),
    PART("downwardAPI", downward_api),
    PART("fc", fc),
    PART("azureFile", azure_file),
    PART("configMap", config_map_volume),
    PART("vsphereVolume", vsphere),
    PART("quobyte", quobyte),
    PART("azureDisk", azure_disk),
    PART("photonPersistentDisk", photon),
    PART("projected", projected),
    PART("portworxVolume", portworx),
    PART("scaleIO", scale_io),
    PART("storageos", storage_os),
    PART("csi", csi),
    PART("ephemeral", ephemeral),
    PART("image", image),
};
STRUCT(volume);

LIST(volumes, volume);

/* ---- The Pipeline ---------------------------------------------------------------------------------- */

static const kt_field container_fields[] = {
    TEXT("name"),
    TEXT("image"),
    TEXTS("args"),
    TEXTS("command"),
    PART("env", env),
    PART("envFrom", env_from),
    PART("volumeMounts", mounts),
    TEXT("imagePullPolicy"),
    PART("securityContext", security_context),
    {"resources", &resources, "", KT_IN_2026_08, 0},
};
STRUCT(container);

LIST(containers, container);

LIST(references, reference);

static const kt_field permission_fields[] = {
    TEXT("resourceNamespace"),
    TEXTS("verbs"),
    TEXTS("apiGroups"),
    TEXTS("resources"),
    TEXTS("resourceNames"),
    TEXTS("nonResourceURLs"),
};
STRUCT(permission);

LIST(permissions, permission);

static const kt_field rbac_fields[] = {
    TEXT("serviceAccount"),
    PART("permissions", permissions),
};
STRUCT(rbac);

static const kt_field toleration_fields[] = {
    TEXT("key"),
    TEXT("operator"),
    TEXT("value"),
    TEXT("effect"),
    NUMBER("tolerationSeconds"),
};
STRUCT(toleration);

LIST(tolerations, toleration);

static const kt_field job_options_fields[] = {
    NUMBER("backoffLimit"),
};
STRUCT(job_options);

static const kt_field spec_fields[] = {
    PART("containers", containers),
    PART("imagePullSecrets", references),
    PART("rbac", rbac),
    PART("volumes", volumes),
    {"jobOptions", &job_options, "", KT_IN_2026_08, 0},
    {"nodeSelector", &kt_schema_string_map, "", KT_IN_2026_08, 0},
    {"restartPolicy", &kt_schema_string, "", KT_IN_2026_08, 0},
    {"tolerations", &tolerations, "", KT_IN_2026_08, 0},
};
STRUCT(spec);

static const kt_field pipeline_fields[] = {
    TEXT("kind"),
    TEXT("apiVersion"),
    PART("metadata", kt_schema_metadata),
    PART("spec", spec),
};
const kt_schema kt_schema_pipeline = {.type = KT_SCHEMA_OBJECT, KT_FIELDS(pipeline_fields)};
