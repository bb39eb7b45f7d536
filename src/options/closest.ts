/** The closest name to a misspelt one; undefined if none is close. Case is ignored. */
export function closest(name: string, names: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const known = names.map((candidate) => candidate.toLowerCase());
  const beginning = known.filter((candidate) => wanted.length >= 3 && candidate.startsWith(wanted));
  if (beginning.length === 1) return names[known.indexOf(beginning[0])];
  let best: string | undefined;
  // A third of the letters may be wrong.
  let bestDistance = Math.floor(Math.max(3, wanted.length) / 3) + 1;
  for (const [index, candidate] of known.entries()) {
    const distance = editDistance(wanted, candidate);
    if (distance >= bestDistance) continue;
    bestDistance = distance;
    best = names[index];
  }
  return best;
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const substitution = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, substitution);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.length][b.length];
}
