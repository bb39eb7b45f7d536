import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What libpng reads of a PNG, or why it gave up. */
export type PngAnswer = PngPixels | { readonly error: string };

export interface PngPixels {
  readonly warnings: number;
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and opacity of each pixel, 0…65535. */
  readonly samples: Uint16Array;
}

/** Grey by BT.601, and opacity, of libpng's pixels. */
export function greyAndAlpha({ samples }: PngPixels): { luma: Float32Array; alpha: Float32Array } {
  const luma = new Float32Array(samples.length / 4);
  const alpha = new Float32Array(samples.length / 4);
  for (let pixel = 0, at = 0; at < samples.length; pixel++, at += 4) {
    luma[pixel] = (299 * samples[at] + 587 * samples[at + 1] + 114 * samples[at + 2]) / 257_000;
    alpha[pixel] = samples[at + 3] / 65535;
  }
  return { luma, alpha };
}

/** png-pixels.c, compiled: libpng for many files at once. */
export class PngOracle {
  private readonly folder = mkdtempSync(join(tmpdir(), 'wjpeg-libpng-'));
  private readonly program = join(this.folder, 'pixels');

  /** Throws what the compiler says if it cannot be built. */
  constructor() {
    const source = join(import.meta.dirname, 'png-pixels.c');
    execFileSync('gcc', ['-O2', '-Wall', '-Werror', '-o', this.program, source, '-lpng'], { stdio: 'pipe' });
  }

  /** The pixels of each file, in order. */
  read(files: readonly Uint8Array[]): PngAnswer[] {
    const paths = files.map((_, index) => join(this.folder, `${index}.png`));
    files.forEach((bytes, index) => {
      writeFileSync(paths[index], bytes);
    });
    const list = join(this.folder, 'list');
    const output = join(this.folder, 'output');
    writeFileSync(list, paths.map((path) => `${path}\n`).join(''));
    execFileSync(this.program, [list, output], { stdio: 'pipe' });
    return parse(readFileSync(output), files.length);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}

function parse(bytes: Buffer, count: number): PngAnswer[] {
  let at = 0;
  const next = (): number => {
    at += 4;
    return bytes.readUInt32LE(at - 4);
  };
  return Array.from({ length: count }, () => {
    if (next() !== 0) {
      const length = next();
      at += length;
      return { error: bytes.toString('latin1', at - length, at) };
    }
    const [warnings, width, height] = [next(), next(), next()];
    const samples = Uint16Array.from({ length: 4 * width * height }, (_, i) =>
      bytes.readUInt16BE(at + 2 * i),
    );
    at += 2 * samples.length;
    return { warnings, width, height, samples };
  });
}
