// kratree.wasm as an object of JavaScript, for pages, workers and Node; kratree.d.ts is the manual. No file or network
// is touched here.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** kt_status, by number. */
const STATUS = ["ok", "input", "limit", "memory", "argument", "memory"];

/** Flags of a source: KT_SOURCE_… of kratree.h, and what the shim adds. */
export const NAMED = 1;
export const FOLDER = 2;
export const UNREADABLE = 4;
const LOCK = 1 << 16;
const HAVE = 1 << 17;

/** An instance that nothing uses and that has grown beyond this many bytes is not used again: memory never shrinks. */
const KEPT = 64 << 20;

const PAGE_OF_TEXT = 1 << 16;

export class KratreeError extends Error {
  constructor(kind, message, { diagnostics = "", cause } = {}) {
    super(`kratree: ${message}`, { cause });
    this.name = "KratreeError";
    this.kind = kind;
    this.diagnostics = diagnostics;
  }
}

const WORDS = {
  input: "the input is wrong",
  limit: "a limit was exceeded",
  memory: "there is no memory left",
  argument: "the call is wrong",
};

/** keepGoing → keep-going */
const flagOf = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** RenderOptions as pairs of the command line's words. */
function* flags({ limits = {}, lock, have, ...options }) {
  for (const [name, value] of Object.entries(options)) if (value !== undefined) yield [flagOf(name), String(value)];
  yield* limitFlags(limits);
}

function* limitFlags(limits) {
  for (const [name, value] of Object.entries(limits)) if (value !== undefined) yield [`max-${flagOf(name)}`, String(value)];
}

/** One instance. Memory may grow during any call: views are made anew each time. */
class Instance {
  dead = false;
  sessions = 0;

  constructor(module) {
    this.exports = new WebAssembly.Instance(module, {}).exports;
    this.call("_initialize");
  }

  /** Call an export. A trap, or JavaScript's own end of its stack, leaves the instance unusable. */
  call(name, ...values) {
    if (this.dead) throw new KratreeError("closed", "the instance has trapped");
    try {
      return this.exports[name](...values);
    } catch (error) {
      this.dead = true;
      throw new KratreeError("trap", `${name} trapped: ${error.message}`, { cause: error });
    }
  }

  check(status) {
    if (status === 0) return;
    const kind = STATUS[status] ?? "argument";
    throw new KratreeError(kind, WORDS[kind]);
  }

  view(at, size) {
    return new Uint8Array(this.exports.memory.buffer, at >>> 0, size >>> 0);
  }

  /** Address and size of a block that holds text or bytes. */
  put(content) {
    return typeof content === "string" ? this.#putText(content) : this.#putBytes(content);
  }

  #putBytes(bytes) {
    const at = this.#block(bytes.length);
    this.view(at, bytes.length).set(bytes);
    return [at, bytes.length];
  }

  /** Encoded in place: a character takes three bytes at most. */
  #putText(text) {
    const at = this.#block(text.length * 3);
    const { written } = encoder.encodeInto(text, this.view(at, text.length * 3));
    return [text.length < PAGE_OF_TEXT ? at : this.call("kratree_resize", at, written), written];
  }

  #block(size) {
    const at = size < 2 ** 32 ? this.call("kratree_alloc", size) : 0;
    if (at === 0) throw new KratreeError("memory", WORDS.memory);
    return at;
  }

  get isSpent() {
    return this.dead || (this.sessions === 0 && this.exports.memory.buffer.byteLength > KEPT);
  }
}

export class Kratree {
  #module;
  #instance = null;

  constructor(module) {
    this.#module = module;
  }

  static async load(bytes) {
    return new Kratree(await WebAssembly.compile(bytes));
  }

  /** The instance that new sessions go to. */
  get #live() {
    if (!this.#instance || this.#instance.isSpent) this.#instance = new Instance(this.#module);
    return this.#instance;
  }

  get version() {
    const instance = this.#live;
    const at = instance.call("kratree_version") >>> 0;
    const bytes = new Uint8Array(instance.exports.memory.buffer, at);
    return decoder.decode(bytes.subarray(0, bytes.indexOf(0)));
  }

  render(sources, options = {}) {
    return Session.make(this.#live, Rendering, (rendering) => rendering.run(sources, options));
  }

  readZip(file, limits = {}) {
    return Session.make(this.#live, Archive, (archive) => archive.read(file, limits));
  }
}

/** Sources and options in, what a call made out. */
class Session {
  /** A session on which `begin` has been called; closed again if that fails. */
  static make(instance, kind, begin) {
    const session = new kind(instance);
    try {
      begin(session);
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  #at;

  constructor(instance) {
    this.instance = instance;
    this.#at = instance.call("kratree_new");
    if (this.#at === 0) throw new KratreeError("memory", WORDS.memory);
    instance.sessions++;
  }

  /** Its address in the instance. */
  get handle() {
    if (this.#at === 0) throw new KratreeError("closed", "it is closed");
    return this.#at;
  }

  call(name, ...values) {
    return this.instance.call(name, this.handle, ...values);
  }

  add({ path, bytes, capture = "" }, flags) {
    const blocks = [path, capture, bytes].flatMap((content) => this.instance.put(content));
    this.instance.check(this.call("kratree_add", ...blocks, flags));
  }

  set(name, value) {
    const status = this.call("kratree_option", ...this.instance.put(name), ...this.instance.put(value));
    if (status !== 0) throw new KratreeError("argument", `no such option or value: ${name}=${value}`);
  }

  /** Make an output; a view of it that lasts until the next call. */
  output(name, ...values) {
    this.instance.check(this.call(name, ...values));
    return this.instance.view(this.call("kratree_output"), this.call("kratree_output_size"));
  }

  text(name, ...values) {
    return decoder.decode(this.output(name, ...values));
  }

  bytes(name, ...values) {
    return this.output(name, ...values).slice();
  }

  close() {
    if (this.#at === 0) return;
    if (!this.instance.dead) this.call("kratree_free");
    this.#at = 0;
    this.instance.sessions--;
  }
}

class Rendering extends Session {
  #report = null;

  run(sources, options) {
    for (const [name, value] of flags(options)) this.set(name, value);
    if (options.lock) this.add(options.lock, LOCK);
    for (const file of options.have ?? []) this.add(file, HAVE);
    for (const source of sources) this.add(source, source.flags ?? 0);
    const status = this.call("kratree_render");
    this.status = STATUS[status];
    if (!["ok", "input", "limit"].includes(this.status)) this.instance.check(status);
    this.leftOut = this.call("kratree_left_out");
  }

  get reportText() {
    return this.text("kratree_report");
  }

  get report() {
    this.#report ??= JSON.parse(this.reportText);
    return this.#report;
  }

  get outlineText() {
    return this.text("kratree_outline");
  }

  get diagnostics() {
    return this.report.diagnostics;
  }

  diagnosticsText(index) {
    return index === undefined
      ? this.text("kratree_diagnostics", 0, -1)
      : this.text("kratree_diagnostics", index, 1);
  }

  zip(level = 6) {
    return this.bytes("kratree_zip", level);
  }

  file(tree, file) {
    return this.bytes("kratree_file", tree, file);
  }

  files() {
    return this.report.trees.flatMap(({ folder, files }, tree) =>
      files.map(({ path }, file) => ({ path: folder ? `${folder}/${path}` : path, bytes: this.file(tree, file) })),
    );
  }

  lock() {
    return this.text("kratree_lock");
  }

  compare(base, { ours = true, limits = {} } = {}) {
    return Session.make(this.instance, Comparison, (comparison) => comparison.run(this, base, ours, limits));
  }
}

/** From `base` to `now`, which both live on. */
class Comparison extends Session {
  #own = null; // a session with the files of a base that is none of this instance
  #list = null;

  run(now, base, ours, limits) {
    for (const [name, value] of limitFlags(limits)) this.set(name, value);
    if (!(base instanceof Session && base.instance === this.instance)) {
      const files = base instanceof Session ? base.files() : base;
      this.#own = Session.make(this.instance, Session, (held) => files.forEach((file) => held.add(file, HAVE)));
    }
    this.instance.check(this.call("kratree_compare", now.handle, (this.#own ?? base).handle, ours ? 1 : 0));
    this.#list = JSON.parse(this.text("kratree_differences"));
  }

  get counts() {
    return this.#list.counts;
  }

  get differences() {
    return this.#list.differences;
  }

  lines(index, context = 3) {
    return JSON.parse(this.text("kratree_difference_lines", index, context));
  }

  unified(index = -1, context = 3) {
    return this.text("kratree_unified", index, context);
  }

  close() {
    super.close();
    this.#own?.close();
  }
}

/** The files of a zip. */
class Archive extends Session {
  read(file, limits) {
    for (const [name, value] of limitFlags(limits)) this.set(name, value);
    this.add(file, 0);
    const status = this.call("kratree_unzip");
    if (status !== 0) {
      const kind = STATUS[status];
      const problem = this.instance.view(this.call("kratree_output"), this.call("kratree_output_size"));
      throw new KratreeError(kind, WORDS[kind], { diagnostics: decoder.decode(problem) });
    }
    this.list = this.text("kratree_archive_paths").split("\0").slice(0, -1).map((line) => {
      const space = line.indexOf(" ");
      return { path: line.slice(space + 1), size: Number(line.slice(0, space)) };
    });
  }

  file(index) {
    return this.bytes("kratree_archive_file", index);
  }

  files() {
    return this.list.map(({ path }, index) => ({ path, bytes: this.file(index) }));
  }
}
