/** Files that are being read while one is worked on. */
const AHEAD = 8;

/** The entries of a list in order, read ahead. `content` gives the bytes, or throws what reading them threw. */
export async function* readAhead<T extends object>(
  list: readonly T[],
  read: (entry: T) => Promise<Uint8Array>,
): AsyncGenerator<T & { readonly content: () => Uint8Array }> {
  const begin = (entry: T): Promise<() => Uint8Array> =>
    read(entry).then(
      (bytes) => () => bytes,
      (error: unknown) => () => {
        throw error;
      },
    );
  const pending = list.slice(0, AHEAD).map(begin);
  for (const [at, entry] of list.entries()) {
    const content = await pending[at % AHEAD];
    if (at + AHEAD < list.length) pending[at % AHEAD] = begin(list[at + AHEAD]);
    yield { ...entry, content };
  }
}
