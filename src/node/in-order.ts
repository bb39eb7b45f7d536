/** Does jobs side by side, `most` at a time; gives their results in order. */
export async function* inOrder<Job, Result>(
  jobs: AsyncIterable<Job> | Iterable<Job>,
  most: number,
  work: (job: Job) => Promise<Result>,
): AsyncGenerator<Result> {
  const pending: Promise<Result>[] = [];
  for await (const job of jobs) {
    const result = work(job);
    // It is waited for in its turn.
    result.catch(() => {});
    pending.push(result);
    if (pending.length >= most) yield await (pending.shift() as Promise<Result>);
  }
  for (const result of pending) yield await result;
}

/** Entries in groups of `max` at most, of `maxSize` at most all together unless one alone is larger. */
export async function* inGroups<T>(
  entries: AsyncIterable<T> | Iterable<T>,
  max: number,
  maxSize = Infinity,
  sizeOf: (entry: T) => number = () => 0,
): AsyncGenerator<T[]> {
  let group: T[] = [];
  let size = 0;
  for await (const entry of entries) {
    const own = sizeOf(entry);
    if (group.length === max || (group.length > 0 && size + own > maxSize)) {
      yield group;
      [group, size] = [[], 0];
    }
    group.push(entry);
    size += own;
  }
  if (group.length > 0) yield group;
}
