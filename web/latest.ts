/** What the visitor asked for last: what was asked for before may come later, and is not shown then. */
class Latest {
  #asked = new AbortController();

  /** Something is asked for. The signal is aborted as soon as something else is. */
  ask(): AbortSignal {
    this.#asked.abort();
    this.#asked = new AbortController();
    return this.#asked.signal;
  }
}

/** The network that is to answer. */
export const networks = new Latest();

/** The picture that is to be read, or the drawing. */
export const pictures = new Latest();
