#!/usr/bin/env python3
"""Write a platform of a given size, the same bytes every time.

    platform.py DIR PROMISES REQUESTS    writes DIR/in and, for requests, DIR/outputs

20 Promises and 0 requests are 5.5 MB of manifests: eight CRDs with 120 described properties in each Promise,
12 Destinations in three modes, one git State Store. A request adds three captured files.
"""
import pathlib
import sys

ENVIRONMENTS = "dev", "test", "prod"
MODES = "nestedByMetadata", "nestedByMetadata", "nestedByMetadata", "none", "nestedByMetadata", "aggregatedYAML"
DESCRIPTION = ('"The {j}th knob of thing {i}; a sentence long enough to be folded by the writer when it is '
               'printed: yes, really, it is."')


def indented(depth, *lines):
    return "".join(" " * depth + line + "\n" for line in lines)


def crd(i):
    names = f"{{kind: Thing{i}, plural: things{i}}}"
    text = indented(2, "- apiVersion: apiextensions.k8s.io/v1")
    text += indented(4, "kind: CustomResourceDefinition", "metadata:", f"  name: things{i}.example.org", "  annotations:",
                     "    controller-gen.kubebuilder.io/version: v0.14.0", "spec:", "  group: example.org",
                     f"  names: {names}", "  scope: Namespaced", "  versions:", "  - name: v1", "    served: true",
                     "    storage: true", "    schema:", "      openAPIV3Schema:", "        type: object",
                     "        properties:", "          spec:", "            type: object", "            properties:")
    for j in range(120):
        text += indented(20, f"field{j}:", "  type: string", "  description: " + DESCRIPTION.format(i=i, j=j),
                         "  pattern: ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
    return text


def api(p):
    return indented(2, "api:", "  apiVersion: apiextensions.k8s.io/v1", "  kind: CustomResourceDefinition", "  metadata:",
                    f"    name: kind{p}s.example.com", "  spec:", "    group: example.com", "    scope: Namespaced",
                    "    names:", f"      kind: Kind{p}", f"      plural: kind{p}s", f"      singular: kind{p}",
                    "    versions:", "    - name: v1", "      served: true", "      storage: true", "      schema:",
                    "        openAPIV3Schema:", "          type: object", "          properties:", "            spec:",
                    "              type: object", "              properties:", "                size:",
                    "                  type: string")


def workflows():
    return indented(2, "workflows:", "  resource:", "    configure:", "    - apiVersion: platform.kratix.io/v1alpha1",
                    "      kind: Pipeline", "      metadata:", "        name: configure", "      spec:",
                    "        containers:", "        - name: run", "          image: registry.example.com/configure:v1")


def kratix(kind, name, *rest):
    return indented(0, "apiVersion: platform.kratix.io/v1alpha1", f"kind: {kind}", "metadata:", f"  name: {name}", *rest)


def promise(p):
    head = kratix("Promise", f"promise-{p}", "spec:", "  destinationSelectors:", "  - matchLabels:",
                  f"      env: {ENVIRONMENTS[p % 3]}", "  dependencies:")
    tail = indented(2, "- apiVersion: v1", "  kind: Namespace", f"  metadata: {{name: ns-{p}}}")
    return head + "".join(crd(p * 100 + k) for k in range(8)) + tail + api(p) + workflows()


def destination(n):
    return kratix("Destination", f"worker-{n:02d}", "  labels:", f"    env: {ENVIRONMENTS[n % 3]}",
                  f"    zone: {('eu', 'us')[n % 2]}", "spec:", f"  path: worker-{n:02d}", "  filepath:",
                  f"    mode: {MODES[n % 6]}", "  stateStoreRef:", "    name: default", "    kind: GitStateStore")


def store():
    return kratix("GitStateStore", "default", "spec:", "  url: https://git.example.com/org/state.git", "  path: clusters",
                  "  secretRef:", "    name: git-credentials", "    namespace: default")


def request(p, q, namespace):
    return indented(0, "apiVersion: example.com/v1", f"kind: Kind{p}", "metadata:", f"  name: req-{q}",
                    f"  namespace: {namespace}", "spec:", "  size: small")


def captured(kind, version, q, count):
    return indented(0, f"apiVersion: {version}", f"kind: {kind}", *(f"key{j}: value-{q}-{j}" for j in range(count)))


def main(root, promises, requests):
    def put(path, text):
        file = pathlib.Path(root, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    put("in/store.yaml", store())
    for n in range(12):
        put(f"in/destination-{n:02d}.yaml", destination(n))
    for p in range(promises):
        put(f"in/promise-{p:03d}.yaml", promise(p))
    for q in range(requests):
        p, namespace = q % promises, f"team-{q % 17}"
        put(f"in/request-{q:06d}.yaml", request(p, q, namespace))
        output = f"outputs/resource/{namespace}/promise-{p}/req-{q}/configure/output"
        put(f"{output}/{q}-deployment.yaml", captured("Deployment", "apps/v1", q, 60))
        put(f"{output}/{q}-service.yaml", captured("Service", "v1", q, 20))
        put(f"{output}/sub/{q}.json", f'{{"a": {q}}}\n')


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
