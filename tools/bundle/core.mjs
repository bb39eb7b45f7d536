// What a page loads before its first answer comes as one file. esbuild and Rollup split shared code by the set of files that need
// it: left alone they would cut the core into as many pieces as there are combinations of files loaded on demand (seventeen, 32.7
// KB gzipped instead of 28.7). If every file loaded on demand imports the core, all of it is needed by the same set. That
// is a matter of bundlers and stands here, not in the sources: there it would be circular imports.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, relative, resolve, sep } from 'node:path';

const SESSION = 'runtime/session';

/** Code that the core never loads: packages in one file, and data. */
const LEAF = /gpu-js\.[jt]s$|kernels-scalar\.[jt]s$/;

/** Absolute paths of the files under `folder` that are loaded by `import()`. */
function onDemand(folder, extension) {
  const found = new Set();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (extname(name) !== extension || name.endsWith(`.d${extension}`) || name.split(sep)[0] === 'cli')
      continue;
    const file = resolve(folder, name);
    for (const [, path] of readFileSync(file, 'utf8').matchAll(
      /(?<!typeof )\bimport\(['"](\.[^'"]+)['"]\)/g,
    )) {
      if (!LEAF.test(path)) found.add(resolve(dirname(file), path));
    }
  }
  if (found.size === 0)
    throw new Error(`no file of ${folder} is loaded on demand: has the compiler's output changed?`);
  return found;
}

/** Writes core.js into a compiled library and its import into the files that are loaded on demand. */
export function writeCore(library) {
  const core = resolve(library, 'core.js');
  writeFileSync(core, `export { InferenceSession } from './${SESSION}.js';\n`);
  for (const file of onDemand(library, '.js')) {
    const path = relative(dirname(file), core).replaceAll(sep, '/');
    const specifier = path.startsWith('.') ? path : `./${path}`;
    writeFileSync(file, `import '${specifier}';\n${readFileSync(file, 'utf8')}`);
  }
}

/** The same for a bundle that esbuild makes of the sources. */
export function importCore(sources) {
  const files = onDemand(sources, '.ts');
  const core = 'wjpeg-core';
  return {
    name: core,
    setup(build) {
      build.onResolve({ filter: /^wjpeg-core$/ }, () => ({ path: core, namespace: core, sideEffects: true }));
      build.onLoad({ filter: /.*/, namespace: core }, () => ({
        contents: `export { InferenceSession } from './${SESSION}.ts';`,
        resolveDir: resolve(sources),
      }));
      build.onLoad({ filter: /\.ts$/ }, ({ path }) =>
        files.has(path)
          ? { contents: `import '${core}';\n${readFileSync(path, 'utf8')}`, loader: 'ts' }
          : undefined,
      );
    },
  };
}
