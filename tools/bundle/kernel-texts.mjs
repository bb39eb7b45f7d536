// gpu.js compiles kernels from their source text. As functions they would reach it as a page's bundler left them, and minifiers
// (webpack's and Vite's do) give one name to several variables of nested blocks, which gpu.js takes for one variable. So in dist/
// kernels are the texts of the functions that they are in the sources: no minifier changes a string.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export async function writeKernelTexts(dist) {
  const folder = resolve(dist, 'kernels');
  for (const operation of readdirSync(folder)) {
    const file = join(folder, operation, 'gpu.js');
    if (!existsSync(file)) continue;
    const kernels = Object.entries(await import(pathToFileURL(file)));
    const lines = kernels.map(
      ([name, kernel]) => `export const ${name} = ${JSON.stringify(String(kernel))};\n`,
    );
    writeFileSync(file, lines.join(''));
  }
}

/** For bundles of the build that are minified: they take the texts in `dist` instead of the functions in the sources. */
export function loadKernelTexts(dist) {
  return {
    name: 'kernel-texts',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]kernels[\\/][^\\/]+[\\/]gpu\.ts$/ }, ({ path }) => {
        const operation = basename(dirname(path));
        return { contents: readFileSync(join(dist, 'kernels', operation, 'gpu.js'), 'utf8'), loader: 'js' };
      });
    },
  };
}
