import type { Random } from '../../src/random.ts';
import { DIGIT_STROKES, type Stroke } from './strokes.ts';

/** A digit as another hand would write it: turned, slanted, wider or narrower, and each point a little off. */
export function handwrittenDigit(digit: number, random: Random): Stroke[] {
  const turn = 0.2 * random.symmetric();
  const slant = 0.25 * random.symmetric();
  const [width, height] = [1 + 0.2 * random.symmetric(), 1 + 0.1 * random.symmetric()];
  return DIGIT_STROKES[digit].map((stroke) =>
    stroke.map(([x, y]) => {
      const [u, v] = [(x - 10) * width + random.symmetric(), (y - 10) * height + random.symmetric()];
      const leaning = u - slant * v;
      return [
        10 + leaning * Math.cos(turn) - v * Math.sin(turn),
        10 + leaning * Math.sin(turn) + v * Math.cos(turn),
      ];
    }),
  );
}
