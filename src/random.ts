/** Tommy Ettinger's Mulberry32, with accessible state, so that a checkpoint can store it. */
export class Random {
  state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** A number in 0…1, 1 excluded. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A number in −1…1. */
  symmetric(): number {
    return this.next() * 2 - 1;
  }

  /** 0 … count − 1 in random order (Fisher and Yates). */
  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, index) => index);
    for (let i = count - 1; i > 0; i--) {
      const j = Math.floor(this.next() * (i + 1));
      const other = order[j];
      order[j] = order[i];
      order[i] = other;
    }
    return order;
  }
}

/** The numbers of {@link Random} alone. */
export function mulberry32(seed: number): () => number {
  const random = new Random(seed);
  return () => random.next();
}

/** A normal number of two uniform ones (Box and Muller). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
