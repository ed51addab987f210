// Help while writing Kratix's own kinds: which keys there are, and what they mean. A small table, not a schema: what
// is right or wrong is said by the core.

const REFERENCE = { kind: "GitStateStore or BucketStateStore", name: "name of the State Store" };
const SECRET = { name: "name of the Secret", namespace: "namespace of the Secret" };
const METADATA = {
  name: "name of the object",
  namespace: "namespace; Kratix's own kinds have none but for requests",
  labels: "labels, which selectors look at",
};
const SELECTORS = { matchLabels: "labels that a Destination must have, all of them" };

/** Kind → path of keys → what it is. A path ends where Kratix's own fields end. */
const TABLE = {
  Promise: {
    spec: {
      "": "what is offered, what it needs, and where it goes",
      api: "a CustomResourceDefinition: what can be requested",
      dependencies: "objects that the Promise needs wherever it is offered",
      destinationSelectors: {
        "": "where dependencies and requests go; all items must match; none: everywhere",
        ...SELECTORS,
      },
      requiredPromises: {
        "": "Promises that must be there first",
        name: "name of the Promise",
        version: "its version",
      },
      workflows: {
        "": "pipelines that run; their output is captured below outputs/",
        promise: {
          "": "when the Promise changes",
          configure: "pipelines, in order",
          delete: "one pipeline, when it goes",
        },
        resource: {
          "": "when a request changes",
          configure: "pipelines, in order",
          delete: "one pipeline, when it goes",
        },
      },
    },
  },
  Destination: {
    spec: {
      "": "where files go",
      path: "folder below the State Store's path; / is its root",
      strictMatchLabels: "true: only what selects this Destination by its labels goes here",
      stateStoreRef: { "": "the State Store that holds it", ...REFERENCE },
      filepath: {
        "": "how the files are laid out; cannot change later",
        mode: "nestedByMetadata: a folder for each Work · none: one flat folder · aggregatedYAML: one file",
        filename: "name of the file in mode aggregatedYAML; aggregated.yaml if absent",
      },
      cleanup: "all: files go when the Destination goes · none: they stay",
      initWorkloads: { "": "the two canary files", enabled: "false: none are written" },
    },
  },
  GitStateStore: {
    spec: {
      "": "a Git repository",
      url: "URL of the repository",
      branch: "branch that is written",
      path: "folder in the repository",
      authMethod: "basicAuth, ssh or githubApp",
      secretRef: { "": "credentials; never read here", ...SECRET },
      gitAuthor: { "": "who the commits are by", name: "name", email: "address" },
    },
  },
  BucketStateStore: {
    spec: {
      "": "a bucket",
      endpoint: "host of the S3 service",
      bucketName: "name of the bucket",
      path: "prefix in the bucket",
      insecure: "true: plain http",
      authMethod: "accessKey or IAM",
      secretRef: { "": "credentials; never read here", ...SECRET },
    },
  },
};

const TOP = { apiVersion: "platform.kratix.io/v1alpha1", kind: Object.keys(TABLE).join(", "), metadata: METADATA };

/** Values where there are few. */
const VALUES = {
  "": { kind: Object.keys(TABLE), apiVersion: ["platform.kratix.io/v1alpha1"] },
  "spec.filepath": { mode: ["nestedByMetadata", "none", "aggregatedYAML"] },
  "spec.stateStoreRef": { kind: ["GitStateStore", "BucketStateStore"] },
  "spec.initWorkloads": { enabled: ["true", "false"] },
  spec: {
    strictMatchLabels: ["true", "false"],
    cleanup: ["all", "none"],
    authMethod: ["basicAuth", "ssh", "githubApp", "accessKey", "IAM"],
  },
};

const FAR = 400; // lines looked at for the kind and the keys above

const indentOf = (text) => text.search(/[^\s-]/);
const keyOf = (text) => /^[\s-]*([\w.-]+):/.exec(text)?.[1];
const isSeparator = (text) => /^---(\s|$)/.test(text);

/** The keys above a line of this indentation, from the top: ["spec", "filepath"]. */
function keysAbove(doc, number, indent) {
  const keys = [];
  for (let n = number - 1, at = indent; n >= Math.max(1, number - FAR) && at > 0; n--) {
    const { text } = doc.line(n);
    if (isSeparator(text)) break;
    const found = indentOf(text);
    if (found < 0 || found >= at || text[found] === "#" || !keyOf(text)) continue;
    keys.unshift(keyOf(text));
    at = found;
  }
  return keys;
}

function kindAround(doc, number) {
  const kindIn = (text) => /^kind:\s*["']?(\w+)/.exec(text)?.[1];
  for (const step of [-1, 1])
    for (let n = number + (step < 0 ? 0 : 1); n >= 1 && n <= doc.lines && Math.abs(n - number) < FAR; n += step) {
      const { text } = doc.line(n);
      if (isSeparator(text)) break;
      if (kindIn(text)) return kindIn(text);
    }
  return "";
}

/** The part of the table for these keys; null outside of Kratix's own fields. */
function tableAt(kind, keys) {
  let at = { ...TOP, ...(TABLE[kind] ?? {}) };
  for (const key of keys) at = typeof at === "object" ? at[key] : undefined;
  return at && typeof at === "object" ? at : null;
}

const textAt = (entry) => (typeof entry === "string" ? entry : (entry?.[""] ?? ""));

/** A CompletionSource of CodeMirror. */
export function complete(context) {
  const { doc } = context.state;
  const line = doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const value = /^([\s-]*)([\w.-]+):\s+([\w./-]*)$/.exec(before);
  if (value) return valuesFor(doc, line, value, context.pos);
  const key = /^([\s-]*)([\w.-]*)$/.exec(before);
  if (!key || (!context.explicit && key[2] === "")) return null;
  const table = tableAt(kindAround(doc, line.number), keysAbove(doc, line.number, key[1].length));
  if (!table) return null;
  const options = Object.entries(table).filter(([name]) => name !== "");
  return {
    from: context.pos - key[2].length,
    options: options.map(([label, entry]) => ({
      label,
      info: textAt(entry),
      apply: typeof entry === "string" ? `${label}: ` : `${label}:\n${" ".repeat(key[1].length + 2)}`,
    })),
    validFor: /^[\w.-]*$/,
  };
}

function valuesFor(doc, line, [, indent, key, typed], position) {
  const found = VALUES[keysAbove(doc, line.number, indent.length).join(".")]?.[key];
  const isOurs = key === "kind" || key === "apiVersion" || TABLE[kindAround(doc, line.number)];
  return found && isOurs
    ? { from: position - typed.length, options: found.map((label) => ({ label })), validFor: /^[\w./-]*$/ }
    : null;
}

/** What the key at a position means: {title, text, from, to}, or null. */
export function explain(state, position) {
  const line = state.doc.lineAt(position);
  const found = /^([\s-]*)([\w.-]+):/.exec(line.text);
  if (!found) return null;
  const [from, to] = [line.from + found[1].length, line.from + found[0].length - 1];
  const kind = kindAround(state.doc, line.number);
  if (position < from || position > to || !TABLE[kind]) return null;
  const keys = keysAbove(state.doc, line.number, found[1].length);
  const text = textAt(tableAt(kind, keys)?.[found[2]]);
  return text ? { title: `${kind} ${[...keys, found[2]].join(".")}`, text, from, to } : null;
}
