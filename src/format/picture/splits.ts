/** Ways to spread layers over two or three components, each a component per layer; the first layer is always in the first one. */

/** Every way to make two or three sets of so many layers. */
export function partitions(layers: number): readonly (readonly number[])[] {
  let ways: number[][] = [[0]];
  for (let layer = 1; layer < layers; layer++) {
    ways = ways.flatMap((way) => {
      const next = Math.min(2, Math.max(...way) + 1);
      return Array.from({ length: next + 1 }, (_, component) => [...way, component]);
    });
  }
  return ways.filter((way) => Math.max(...way) > 0);
}

/** Every way to cut so many layers, in order, into two or three runs. */
export function cuts(layers: number): readonly (readonly number[])[] {
  const ways: number[][] = [];
  for (let first = 1; first < layers; first++) {
    for (let second = first + 1; second <= layers; second++) {
      ways.push(Array.from({ length: layers }, (_, at) => (at < first ? 0 : at < second ? 1 : 2)));
    }
  }
  return ways;
}
