import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The model that `wjpeg-infer` runs when it is given none, and the picture that it shows it. */
export const EMBEDDED_MODEL: string = join(packageRoot(), 'data', 'mnist-lenet5-trained.jpg');
export const EMBEDDED_PICTURE: string = join(packageRoot(), 'data', 'pictures', 'digit-7.png');

/** The model that `npm run bench` times: linear layers, which all backends and paths have had from the start. */
export const BENCH_MODEL: string = join(packageRoot(), 'data', 'mnist-mlp-512-trained.wjz');

/** Version of the installed package. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string })
    .version;
}

/** The package's folder, above both src/ and dist/src/: the first that has data/. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'data'))) folder = dirname(folder);
  return folder;
}
