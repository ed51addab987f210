// Running kratree.wasm in workers: one at a time, stoppable, with the last good result kept alive.
//
// A host is a worker and what it has been sent. The one that made the last good result keeps it, so that files can
// be asked for while the other runs; when that run is good, the two change places. Stop ends the runner only.

class Host {
  constructor(spawn) {
    this.worker = spawn();
    this.sent = new Map(); // path → the file as it was sent; files are values, so identity tells
    this.waiting = new Map();
    this.next = 0;
    this.worker.onmessage = ({ data: { id, value, error } }) => {
      const { resolve, reject } = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) resolve(value);
      else reject(new Error(error));
    };
    this.worker.onerror = (event) => this.end(new Error(event.message || "the worker could not start"));
  }

  call(name, args, transfer = []) {
    return new Promise((resolve, reject) => {
      this.waiting.set(this.next, { resolve, reject });
      this.worker.postMessage({ id: this.next++, call: name, args }, transfer);
    });
  }

  /** Render `files`, a Map of path → {path, bytes}; only what is new to this worker is sent. */
  render(files, options) {
    const changed = [...files.values()].filter((file) => this.sent.get(file.path) !== file);
    const removed = [...this.sent.keys()].filter((path) => !files.has(path));
    this.sent = new Map(files);
    return this.call("render", { changed, removed, options });
  }

  end(reason) {
    this.worker.terminate();
    for (const { reject } of this.waiting.values()) reject(reason);
    this.waiting.clear();
  }
}

export class Stopped extends Error {}

export class Engine {
  /** @param {() => Worker} spawn */
  constructor(spawn) {
    this.spawn = spawn;
    this.runner = new Host(spawn);
    this.keeper = null;
    this.running = false;
  }

  /**
   * Render. Rejects with Stopped after stop(), with an Error when the run failed for another reason; afterwards
   * there is a fresh worker. Not to be called while `running`.
   */
  async render(files, options) {
    const host = (this.runner ??= new Host(this.spawn));
    this.running = true;
    try {
      const answer = await host.render(files, options);
      if (answer.status === "ok") [this.keeper, this.runner] = [host, this.keeper];
      return answer;
    } catch (error) {
      if (this.runner === host) this.#renew(error);
      throw error;
    } finally {
      this.running = false;
    }
  }

  /** End a run, and whatever it was doing. */
  stop() {
    if (this.running) this.#renew(new Stopped("stopped"));
  }

  /** Ask about the last good result: "file", "zip", "compare", "lines" of worker.js. */
  ask(call, args) {
    return this.keeper ? this.keeper.call(call, args) : Promise.reject(new Error("there is no result"));
  }

  /** The files of a zip: [{path, bytes}]; after the run that goes on, if there is one. */
  async unzip(name, bytes, limits) {
    return (this.runner ??= new Host(this.spawn)).call("unzip", { name, bytes, limits });
  }

  /** Have the second worker ready, once the first result is shown. */
  warm() {
    this.runner ??= new Host(this.spawn);
  }

  #renew(reason) {
    this.runner.end(reason);
    this.runner = new Host(this.spawn);
  }
}
