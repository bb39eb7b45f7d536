/** A layer as far as its place in a chain goes. */
export interface Link {
  readonly name: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
}

/** Steps of a search after which more than one order is assumed. */
const MAX_STEPS = 100_000;

/**
 * Orders of all the layers in which each takes what the one before gives, at most `limit` of them. `before(a, b)`: whether
 * a must come before b.
 */
export function ordersThatFit(
  layers: readonly Link[],
  limit: number,
  before: (a: string, b: string) => boolean = () => false,
): string[][] {
  const earlier = layers.map((layer) =>
    layers.flatMap((other, i) => (before(other.name, layer.name) ? [i] : [])),
  );
  const used = layers.map(() => false);
  const chain: number[] = [];
  const found: string[][] = [];
  let steps = 0;
  const extend = (): void => {
    if (chain.length === layers.length) {
      found.push(chain.map((index) => layers[index].name));
      return;
    }
    const last = layers[chain[chain.length - 1]];
    for (let i = 0; i < layers.length && found.length < limit && steps < MAX_STEPS; i++) {
      steps++;
      if (used[i] || (last && last.outFeatures !== layers[i].inFeatures)) continue;
      if (earlier[i].some((index) => !used[index])) continue;
      used[i] = true;
      chain.push(i);
      extend();
      chain.pop();
      used[i] = false;
    }
  };
  extend();
  return found;
}

/** Whether layers in this order fit one to the next; else the first two that do not. */
export function misfit(order: readonly Link[]): readonly [Link, Link] | undefined {
  for (let i = 1; i < order.length; i++) {
    if (order[i - 1].outFeatures !== order[i].inFeatures) return [order[i - 1], order[i]];
  }
  return undefined;
}

/**
 * Whether numbers in two names say that `a` comes before `b`: the names are alike up to a number (`fc2`, `fc10`;
 * `layers.0.proj`, `layers.1.out`), or `b` is `a` with a number behind it, as Keras counts (`dense`, `dense_1`).
 */
export function numberedBefore(a: string, b: string): boolean {
  if (b.startsWith(a) && /^_\d+$/.test(b.slice(a.length))) return true;
  const left = tokens(a);
  const right = tokens(b);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] === right[i]) continue;
    const numbers = [Number(left[i]), Number(right[i])];
    return numbers[0] < numbers[1];
  }
  return false;
}

/** Digits and what is between them: `fc10.a` → `fc`, `10`, `.a`. Texts compare as NaN, so that only numbers have an order. */
function tokens(name: string): string[] {
  return name.match(/\d+|\D+/g) ?? [];
}

/** The numbers in a name: what `fc1` and `bn1` have in common. */
export function numbersOf(name: string): string {
  return (name.match(/\d+/g) ?? []).join('.');
}

/** Orders names by their text, with runs of digits by their number. */
export function naturalOrder(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
