// kratree.wasm as one function of bytes to bytes, for Node and browsers. No file or network is touched here.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** kt_status, by number. */
export const STATUS = ["ok", "input", "limit", "nomem", "argument", "write"];

/** Flags of a source: KT_SOURCE_… of kratree.h. */
export const NAMED = 1;
export const FOLDER = 2;
export const UNREADABLE = 4;

/** Compile once, render often: every render has a fresh instance, since a trap leaves its instance unusable. */
export class Kratree {
  /** @param {WebAssembly.Module} module */
  constructor(module) {
    this.module = module;
  }

  /** @param {BufferSource} bytes kratree.wasm */
  static async load(bytes) {
    return new Kratree(await WebAssembly.compile(bytes));
  }

  /**
   * @param {{path: string, bytes: Uint8Array, capture?: string, flags?: number}[]} sources manifests, and
   *   captured pipeline output, whose `capture` is its path below the outputs folder
   * @param {Record<string, string>} options named as the long flags of the command line: "keep-going": "true"
   * @returns {Rendering} to be closed by the caller
   */
  render(sources, options = {}) {
    const instance = new WebAssembly.Instance(this.module, {});
    instance.exports._initialize();
    return new Rendering(instance.exports, sources, options);
  }
}

class Rendering {
  constructor(exports, sources, options) {
    this.exports = exports;
    this.session = this.#some(exports.kratree_new());
    for (const [name, value] of Object.entries(options)) {
      const blocks = [name, value].flatMap((text) => this.#put(encoder.encode(text)));
      const status = exports.kratree_option(this.session, ...blocks);
      if (status !== 0) throw new RangeError(`kratree: no such option or value: ${name}=${value}`);
    }
    for (const { path, capture = "", bytes, flags = 0 } of sources) {
      const blocks = [encoder.encode(path), encoder.encode(capture), bytes].flatMap((block) => this.#put(block));
      this.#check(exports.kratree_add(this.session, ...blocks, flags));
    }
    /** One of STATUS: "ok", "input" or "limit". */
    this.status = STATUS[exports.kratree_render(this.session)];
    if (!["ok", "input", "limit"].includes(this.status)) throw new Error(`kratree: ${this.status}`);
    /** How many objects or files keep-going left out. */
    this.leftOut = exports.kratree_left_out(this.session);
  }

  /** The diagnostics as the command line prints them. */
  diagnostics() {
    return decoder.decode(this.#output(this.exports.kratree_diagnostics(this.session)));
  }

  /** The JSON report, parsed. */
  report() {
    return JSON.parse(decoder.decode(this.#output(this.exports.kratree_report(this.session))));
  }

  /** The tree as a zip; level 0 (stored) to 9. */
  zip(level = 6) {
    return this.#output(this.exports.kratree_zip(this.session, level));
  }

  /** The content of a file: indices into the report's tree.stores and their files. */
  file(store, file) {
    return this.#output(this.exports.kratree_file(this.session, store, file));
  }

  close() {
    this.exports.kratree_free(this.session);
    this.session = 0;
  }

  // Memory may have grown during any call: views are made anew each time.
  #put(bytes) {
    const at = this.#some(this.exports.kratree_alloc(bytes.length));
    new Uint8Array(this.exports.memory.buffer, at, bytes.length).set(bytes);
    return [at, bytes.length];
  }

  #output(status) {
    this.#check(status);
    const { memory, kratree_output, kratree_output_size } = this.exports;
    const at = kratree_output(this.session) >>> 0;
    return new Uint8Array(memory.buffer, at, kratree_output_size(this.session) >>> 0).slice();
  }

  #some(pointer) {
    if (pointer === 0) throw new Error("kratree: nomem");
    return pointer >>> 0;
  }

  #check(status) {
    if (status !== 0) throw new Error(`kratree: ${STATUS[status] ?? status}`);
  }
}
