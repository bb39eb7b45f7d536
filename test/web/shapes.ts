import { Random } from '../../src/random.ts';

/** A point as parts of a pad's side. */
export type Point = readonly [x: number, y: number];

export const SHAPES = ['circle', 'square', 'cross'] as const;
export type Shape = (typeof SHAPES)[number];

/** Draws shapes as a hand does: nowhere quite the same place, size, slant or line. */
export class ShapeHand {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
    for (let i = 0; i < 16; i++) this.#random.next();
  }

  /** The strokes of a shape. */
  draw(shape: Shape): Point[][] {
    const vary = (by: number): number => this.#random.symmetric() * by;
    const [centreX, centreY] = [0.5 + vary(0.1), 0.5 + vary(0.1)];
    const size = 0.27 + vary(0.08);
    const [wide, angle, start] = [1 + vary(0.15), vary(0.25), vary(Math.PI)];
    const at = ([x, y]: Point): Point => {
      const [right, down] = [x * size * wide, (y * size) / wide];
      return [
        centreX + right * Math.cos(angle) - down * Math.sin(angle) + vary(0.012),
        centreY + right * Math.sin(angle) + down * Math.cos(angle) + vary(0.012),
      ];
    };
    const line = (from: Point, to: Point): Point[] =>
      Array.from({ length: 6 }, (_, i) =>
        at([from[0] + ((to[0] - from[0]) * i) / 5, from[1] + ((to[1] - from[1]) * i) / 5]),
      );
    if (shape === 'circle') {
      const round = (i: number): Point =>
        at([Math.cos(start + (i * Math.PI) / 10), Math.sin(start + (i * Math.PI) / 10)]);
      return [Array.from({ length: 21 }, (_, i) => round(i))];
    }
    const [a, b, c, d]: Point[] = [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ];
    if (shape === 'square') return [[...line(a, b), ...line(b, c), ...line(c, d), ...line(d, a)]];
    return [line(a, c), line(b, d)];
  }
}
