// `import(name)` of a package whose name is no literal, so that bundlers do not follow it: tsc wraps the name in a helper that rewrites
// relative paths, and terser, which webpack minifies with, inlines that helper as `import(n = 'webgpu', …)`, which is an import with
// a second argument. The names are of packages, so the helper has nothing to rewrite and is taken out.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HELPER = /^var __rewriteRelativeImportExtension = .*?\n};\n/s;
const CALL = /import\(__rewriteRelativeImportExtension\(([^()]*)\)\)/g;

/** Undoes that in the files that tsc wrote; fails if it would leave something of it. */
export function plainImports(library) {
  for (const name of readdirSync(library, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue;
    const file = join(library, name);
    const text = readFileSync(file, 'utf8');
    if (!text.includes('__rewriteRelativeImportExtension')) continue;
    const plain = text.replace(HELPER, '').replace(CALL, 'import($1)');
    if (plain.includes('__rewriteRelativeImportExtension'))
      throw new Error(`${file}: tsc writes import() another way than expected`);
    writeFileSync(file, plain);
  }
}
