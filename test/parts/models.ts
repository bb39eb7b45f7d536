import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { decodeCoefficients, encodeCoefficients } from '../../src/jpeg/index.ts';

const DATA = join(import.meta.dirname, '..', '..', 'data');

export function embedded(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(DATA, `${name}.wjz`)));
}

/** The same net with progressive JPEGs, in the order of entries for loading by parts. */
export function byParts(archive: Uint8Array): Uint8Array {
  const file = readWjz(archive);
  const jpegs = [...file.jpegs].map(([name, jpeg]): [string, Uint8Array] => [
    name,
    encodeCoefficients(decodeCoefficients(jpeg), { progressive: true }),
  ]);
  return writeWjz({ ...file, jpegs: new Map(jpegs) });
}

/** Inputs of 28 × 28 with a stroke each, deterministic. */
export function strokes(count: number): Float32Array[] {
  return Array.from({ length: count }, (_, n) =>
    Float32Array.from({ length: 784 }, (_unused, i) => {
      const [y, x] = [Math.floor(i / 28) - 14, (i % 28) - 14];
      const along = x * Math.cos(n) + y * Math.sin(n);
      const across = y * Math.cos(n) - x * Math.sin(n);
      return Math.abs(along) < 9 ? Math.exp(-(across * across) / 3) : 0;
    }),
  );
}
