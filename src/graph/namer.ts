/** Gives names that are not taken yet: the one that is wanted, or that with a number behind it. */
export function namer(taken: Iterable<string>): (base: string) => string {
  const used = new Set(taken);
  const counts = new Map<string, number>();
  return (base) => {
    let unique = base;
    while (used.has(unique)) {
      const count = (counts.get(base) ?? 1) + 1;
      counts.set(base, count);
      unique = `${base}_${count}`;
    }
    used.add(unique);
    return unique;
  };
}
