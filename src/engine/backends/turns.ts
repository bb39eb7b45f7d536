/** Asynchronous tasks that run one after another, in the order in which they were given. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs a task when those before it have ended, well or not; gives what it gives. */
  take<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => {});
    return result;
  }
}
