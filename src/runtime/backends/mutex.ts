/** A mutex for asynchronous tasks: they run one after another, in the order of submission. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs a task when those before it have settled; returns its result. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => {});
    return result;
  }
}
