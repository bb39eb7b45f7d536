import { execFileSync } from 'node:child_process';

/** What `npm pack` says of the tarball that it wrote. */
export interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** Packs the package of the working directory into a folder, built anew only if something has changed. */
export function packInto(folder: string): Packed {
  const run = (command: string, words: readonly string[]): string =>
    execFileSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  // As its script `prepare` does, which needs not compile twice what has not changed.
  run(process.execPath, ['tools/build.mjs', '--if-changed']);
  const packed = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]);
  return JSON.parse(packed.slice(packed.indexOf('[')))[0];
}
