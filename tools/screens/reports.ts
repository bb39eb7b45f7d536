import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportSafetensors } from '../../src/export.ts';
import { readWjz } from '../../src/format/read.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Reports of data/ on drawn digits; finer quantised weights stand for the original, which is not part of the repository. */
export async function writeReports(folder: string): Promise<[name: string, file: string][]> {
  const digits = join(folder, 'digits');
  run(['--import', 'tsx', 'tools/draw-folders.ts', digits]);
  const original = join(folder, 'original.safetensors');
  const finer = await readFile(join(ROOT, 'data', 'mnist-mlp-512-q20-row.wjz'));
  writeFileSync(original, await exportSafetensors(readWjz(finer)));
  const reports: [string, string, string[]][] = [
    ['compared', 'mnist-mlp-512-q20.wjz', ['--dense', original, '--data', digits]],
    ['convolutions', 'mnist-lenet-8-16-trained.jpg', ['--data', digits]],
    ['plain', 'mnist-lenet-300-100-trained.wjz', []],
  ];
  return reports.map(([name, model, words]) => {
    const file = join(folder, `${name}.html`);
    const program = ['--import', 'tsx', 'src/cli/wjpeg.ts', 'report', join('data', model), '-o', file];
    run([...program, ...words]);
    return [name, file];
  });
}

function run(words: readonly string[]): void {
  execFileSync(process.execPath, words, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
}
