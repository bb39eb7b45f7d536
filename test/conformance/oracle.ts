import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What libjpeg finds in a stream, or why it gave up. */
export type OracleAnswer = OracleImage | { readonly error: string };

export interface OracleImage {
  /** Warnings: libjpeg goes on where a stream is not as it should be. */
  readonly warnings: number;
  readonly width: number;
  readonly height: number;
  readonly components: readonly {
    readonly id: number;
    readonly horizontalSampling: number;
    readonly verticalSampling: number;
    readonly blocksPerRow: number;
    readonly blocksPerColumn: number;
    readonly quantization: Uint16Array;
    readonly coefficients: Int16Array;
  }[];
}

/** coefficients.c, compiled: libjpeg's coefficient interface for many files at once. */
export class CoefficientOracle {
  private readonly folder = mkdtempSync(join(tmpdir(), 'wjpeg-oracle-'));
  private readonly program = join(this.folder, 'coefficients');

  /** Throws what the compiler says if it can not be built. */
  constructor() {
    const source = join(import.meta.dirname, 'coefficients.c');
    execFileSync('gcc', ['-O2', '-Wall', '-Werror', '-o', this.program, source, '-ljpeg'], { stdio: 'pipe' });
  }

  /** The coefficients of each file, in order. */
  readFiles(paths: readonly string[]): OracleAnswer[] {
    const list = join(this.folder, 'list');
    const output = join(this.folder, 'output');
    writeFileSync(list, paths.map((path) => `${path}\n`).join(''));
    execFileSync(this.program, [list, output], { stdio: 'pipe' });
    return parse(readFileSync(output), paths.length);
  }

  /** The same for streams that are in no file yet. */
  readStreams(streams: readonly Uint8Array[]): OracleAnswer[] {
    const paths = streams.map((_, index) => join(this.folder, `${index}.jpg`));
    streams.forEach((stream, index) => {
      writeFileSync(paths[index], stream);
    });
    return this.readFiles(paths);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}

function parse(bytes: Buffer, count: number): OracleAnswer[] {
  let at = 0;
  const next = (): number => {
    at += 4;
    return bytes.readUInt32LE(at - 4);
  };
  const answers: OracleAnswer[] = [];
  for (let file = 0; file < count; file++) {
    if (next() !== 0) {
      const length = next();
      answers.push({ error: bytes.toString('latin1', at, at + length) });
      at += length;
      continue;
    }
    const [warnings, width, height, components] = [next(), next(), next(), next()];
    answers.push({
      warnings,
      width,
      height,
      components: Array.from({ length: components }, () => {
        const [id, horizontalSampling, verticalSampling, blocksPerRow, blocksPerColumn] = [
          next(),
          next(),
          next(),
          next(),
          next(),
        ];
        const quantization = Uint16Array.from({ length: 64 }, next);
        const coefficients = new Int16Array(blocksPerRow * blocksPerColumn * 64);
        for (let k = 0; k < coefficients.length; k++, at += 2) coefficients[k] = bytes.readInt16LE(at);
        return {
          id,
          horizontalSampling,
          verticalSampling,
          blocksPerRow,
          blocksPerColumn,
          quantization,
          coefficients,
        };
      }),
    });
  }
  if (at !== bytes.length) throw new Error(`the oracle wrote ${bytes.length} bytes, ${at} were expected`);
  return answers;
}

/** What the oracle needs and does not find; empty where it can be built. */
export const ORACLE_LACKS: string = (() => {
  try {
    execFileSync('gcc', ['-fsyntax-only', '-x', 'c', '-'], {
      input: '#include <stdio.h>\n#include <jpeglib.h>\n',
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    return '';
  } catch {
    return 'gcc or libjpeg-dev';
  }
})();
