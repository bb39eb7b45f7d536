/** A mutex for asynchronous tasks: they run one after another, in the order of submission. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;

  /** Whether no task is running or waiting: the next one begins before `run` returns. */
  get isIdle(): boolean {
    return this.#pending === 0;
  }

  /** Runs a task when those before it have settled; returns its result. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.isIdle ? task() : this.#last.then(task);
    this.#pending++;
    const settled = (): void => {
      this.#pending--;
    };
    this.#last = result.then(settled, settled);
    return result;
  }
}
