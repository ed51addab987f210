// What the page is about: the files, the options, the file in the editor. Whoever changes it tells through events;
// whoever shows it listens.
//
//   files     files came, went, or have another name
//   content   the content of a file is another
//   options   an option is another
//   active    another file is in the editor

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The options of a render by the names of the command line's flags; what is not here has its default. */
export const OPTIONS = ["kratixVersion", "keepGoing", "strict", "store", "destination"];

/** A file is a value: it is replaced, never changed. `bytes` is text where it can be edited, else a Uint8Array. */
export function file(path, bytes) {
  return { path, bytes: typeof bytes === "string" ? bytes : textOf(bytes) };
}

function textOf(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return bytes;
  }
}

export class Project extends EventTarget {
  files = new Map(); // path → file, by path
  options = {};
  active = null; // a path

  #tell(...events) {
    for (const event of events) this.dispatchEvent(new Event(event));
  }

  on(events, listener) {
    for (const event of events.split(" ")) this.addEventListener(event, listener);
  }

  get text() {
    return this.files.get(this.active)?.bytes;
  }

  /** Another project altogether. */
  open(files, { active, options = {} } = {}) {
    this.files = sorted(files.map(({ path, bytes }) => file(path, bytes)));
    this.options = { ...options };
    this.active = this.files.has(active) ? active : this.#first();
    this.generation = (this.generation ?? 0) + 1;
    this.tell();
  }

  /** Everything, for those that have begun to listen. */
  tell() {
    this.#tell("files", "options", "active");
  }

  /** Add files; those of the same path are replaced. */
  add(files) {
    this.files = sorted([...this.files.values(), ...files.map(({ path, bytes }) => file(path, bytes))]);
    this.#tell("files");
    this.show(files[0].path);
  }

  write(path, text) {
    this.files.set(path, file(path, text));
    this.#tell("content");
  }

  remove(path) {
    this.files.delete(path);
    if (this.active === path) this.active = this.#first();
    this.#tell("files", "active");
  }

  rename(from, to) {
    const { bytes } = this.files.get(from);
    this.files.delete(from);
    this.files = sorted([...this.files.values(), file(to, bytes)]);
    if (this.active === from) this.active = to;
    this.#tell("files", "active");
  }

  show(path) {
    if (!this.files.has(path) || this.active === path) return;
    this.active = path;
    this.#tell("active");
  }

  set(name, value) {
    if (value === undefined || value === false || value === "") delete this.options[name];
    else this.options[name] = value;
    this.#tell("options");
  }

  #first() {
    return (
      [...this.files.keys()].find((path) => !path.startsWith("outputs/")) ?? this.files.keys().next().value ?? null
    );
  }
}

function sorted(files) {
  const byPath = new Map(files.map((one) => [one.path, one]));
  return new Map([...byPath].sort(([a], [b]) => (a < b ? -1 : 1)));
}
