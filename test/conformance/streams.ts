import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { netpbm, picture, seededRandom } from '../jpeg/pictures.ts';
import { ALTERATIONS, type Alteration, alter } from './alterations.ts';
import { progressiveScript, sequentialScript } from './scan-scripts.ts';

/** One stream made by cjpeg, maybe passed through jpegtran, maybe altered. */
export interface ConformanceStream {
  /** How it was made, for messages. */
  readonly command: string;
  readonly width: number;
  readonly height: number;
  readonly quality: number;
  /** Luma sampling given to cjpeg, like `2x1`. */
  readonly sampling: string;
  readonly alteration: Alteration;
  /** As the programs wrote it, and altered. */
  readonly plain: Uint8Array;
  readonly bytes: Uint8Array;
}

type Recipe = Omit<ConformanceStream, 'plain' | 'bytes'> & {
  readonly files: ReadonlyMap<string, string | Uint8Array>;
};

/** Both sides of the pictures take each of 1…70. */
export const MAX_SIDE = 70;

/** Makes `count` streams, the same ones for the same seed and the same libjpeg. All go through the real programs. */
export function makeStreams(count: number, seed: number): ConformanceStream[] {
  const folder = mkdtempSync(join(tmpdir(), 'wjpeg-conformance-'));
  try {
    const recipes = Array.from({ length: count }, (_, index) =>
      recipe(index, seededRandom(seed * 1_000_003 + index)),
    );
    mkdirSync(join(folder, 'in'));
    for (const { files } of recipes) {
      for (const [name, content] of files) writeFileSync(join(folder, 'in', name), content);
    }
    // One shell for all of them: thousands of processes started from Node would take a minute.
    const script = join(folder, 'commands.sh');
    writeFileSync(script, `set -e -o pipefail\n${recipes.map(({ command }) => command).join('\n')}\n`);
    execFileSync('bash', [script], { cwd: join(folder, 'in'), stdio: 'pipe' });
    return recipes.map(({ files: _, ...made }, index) => {
      const plain = new Uint8Array(readFileSync(join(folder, 'in', `${index}.jpg`)));
      return { ...made, plain, bytes: alter(plain, made.alteration, seededRandom(seed + index * 7919)) };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function recipe(index: number, random: () => number): Recipe {
  const below = (limit: number): number => Math.floor(random() * limit);
  const width = 1 + (index % MAX_SIDE);
  // Another height each time that the widths start again, so that the pairs do not repeat.
  const height = 1 + ((index * 29 + Math.floor(index / MAX_SIDE)) % MAX_SIDE);
  const quality = 1 + ((index * 37) % 100);
  const files = new Map<string, string | Uint8Array>();
  const file = (suffix: string, content: string | Uint8Array): string => {
    files.set(`${index}.${suffix}`, content);
    return `${index}.${suffix}`;
  };
  const colour = random() < 0.6;
  const sampling = colour ? sampleFactors(below) : [[1 + below(4), 1 + below(4)]];
  const blocks = colour ? sampling.map(([horizontal, vertical]) => horizontal * vertical) : [1];
  const interleavable = blocks.reduce((a, b) => a + b, 0) <= 10;
  const options = [`-quality ${quality}`, `-sample ${sampling.map((factors) => factors.join('x')).join()}`];
  const rgb = colour && random() < 0.1;
  if (!colour) options.push('-grayscale');
  if (rgb) options.push('-rgb');
  if (random() < 0.2) options.push('-baseline');
  if (random() < 0.25) options.push(...quantizationTables(quality, below, (text) => file('tables', text)));
  options.push(...coding(blocks, random, (text) => file('scans', text)));
  const source = file('ppm', netpbm(width, height, 3, testPicture(width, height, below(5), random)));
  let command = `cjpeg ${options.join(' ')}`;
  if (random() < 0.35) {
    // jpegtran makes grey only of YCbCr whose Y is in full resolution.
    const hasLuma =
      colour &&
      !rgb &&
      [0, 1].every((axis) => sampling.every((factors) => factors[axis] <= sampling[0][axis]));
    const transform = interleavable ? transformation(hasLuma, width, height, below) : [];
    const grey = transform.includes('-grayscale');
    const again = coding(grey ? [1] : blocks, random, (text) => file('transform.scans', text));
    // A transform may exchange width and height of the sampling factors; the blocks of an MCU stay as many.
    const copy = ['none', 'comments', 'all'][below(3)];
    command += ` ${source} | jpegtran -copy ${copy} ${[...transform, ...again].join(' ')} -outfile ${index}.jpg`;
  } else command += ` -outfile ${index}.jpg ${source}`;
  const alteration = random() < 0.5 ? 'none' : ALTERATIONS[1 + below(ALTERATIONS.length - 1)];
  return { command, width, height, quality, sampling: sampling[0].join('x'), alteration, files };
}

/** Sampling factors that cjpeg can make: it averages whole samples, so each factor divides the largest. */
function sampleFactors(below: (limit: number) => number): number[][] {
  const max = [1 + below(4), 1 + below(4)];
  const divisor = (value: number): number => {
    const divisors = [1, 2, 3, 4].filter((each) => value % each === 0);
    return divisors[below(divisors.length)];
  };
  if (below(3) > 0) return [max, [1, 1], [1, 1]];
  const factors = Array.from({ length: 3 }, () => max.map(divisor));
  factors[below(3)] = max;
  return factors;
}

/**
 * Tables of any entries up to 8191 once scaled by the quality: cjpeg 2.1.5 divides by zero for 8192 and its multiples
 * (8·entry in 16 bits).
 */
function quantizationTables(
  quality: number,
  below: (limit: number) => number,
  file: (text: string) => string,
): string[] {
  const largest = [3, 99, 255, Math.floor(8191 * Math.min(1, quality / 50))][below(4)];
  const tables = Array.from({ length: 3 }, () =>
    Array.from({ length: 64 }, () => 1 + below(below(3) > 0 ? Math.min(largest, 60) : largest)).join(' '),
  );
  return [`-qtables ${file(tables.join('\n'))}`, `-qslots ${below(3)},${below(3)},${below(3)}`];
}

/** How the entropy-coded data are written: process, scans, tables, restart intervals. */
function coding(blocks: readonly number[], random: () => number, file: (script: string) => string): string[] {
  const options: string[] = [];
  const interleavable = blocks.reduce((a, b) => a + b, 0) <= 10;
  const progressive = random() < 0.45;
  if (random() < 0.4) options.push('-arithmetic');
  else if (random() < 0.5) options.push('-optimize');
  if (progressive && interleavable && random() < 0.3) options.push('-progressive');
  else if (progressive) options.push(`-scans ${file(progressiveScript(blocks, random))}`);
  // One component alone is coded in its own block order, several scans need a script.
  else if (!interleavable || (blocks.length > 1 && random() < 0.3)) {
    options.push(`-scans ${file(sequentialScript(blocks, random))}`);
  }
  if (random() < 0.3) options.push(`-restart ${1 + Math.floor(random() * 9)}${random() < 0.7 ? 'B' : ''}`);
  return options;
}

/** A lossless transform of jpegtran. */
function transformation(
  hasLuma: boolean,
  width: number,
  height: number,
  below: (limit: number) => number,
): string[] {
  switch (below(8)) {
    case 0:
      return [`-rotate ${[90, 180, 270][below(3)]}`];
    case 1:
      return [`-flip ${['horizontal', 'vertical'][below(2)]}`];
    case 2:
      return [['-transpose', '-transverse'][below(2)]];
    case 3:
      return [`-crop ${1 + below(width)}x${1 + below(height)}+0+0`];
    case 4:
      return hasLuma ? ['-grayscale'] : [];
    default:
      return [];
  }
}

/** RGB samples: what pictures have, and what they have not (noise, single dots, black and white). */
function testPicture(width: number, height: number, kind: number, random: () => number): Uint8Array {
  const length = width * height * 3;
  switch (kind) {
    case 0:
      return Uint8Array.from({ length }, () => Math.floor(random() * 256));
    case 1:
      return Uint8Array.from({ length }, () => (random() < 0.5 ? 0 : 255));
    case 2:
      return new Uint8Array(length).fill(Math.floor(random() * 256));
    case 3:
      return Uint8Array.from({ length }, () => (random() < 0.02 ? 255 : 20));
    default:
      return picture(width, height, 3, Math.floor(random() * 2 ** 31));
  }
}
