/** What was wrong with a stream and was tolerated. Of one kind only the first is kept, with a count of the rest. */
export class Warnings {
  readonly #first = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /**
   * @param kind groups warnings of the same cause; a damaged stream may have thousands
   * @param text one line: what was found, and where
   */
  add(kind: string, text: string): void {
    if (!this.#first.has(kind)) this.#first.set(kind, text);
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  /** One line per kind, in the order in which they were met first. */
  list(): string[] {
    return [...this.#first].map(([kind, text]) => {
      const more = (this.#counts.get(kind) ?? 1) - 1;
      return more === 0 ? text : `${text} (and ${more} more like it)`;
    });
  }
}
