// What a page loads before its first answer comes as one module, dist/src/core.js. The bundlers of pages split shared code by the set
// of files that need it, and wrap every module that a file loaded on demand shares: left alone, the core falls into as many pieces
// as there are combinations of such files. That is a matter of bundlers and stands here, not in the sources.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';
import { THREAD_WORKER } from './thread-worker.mjs';

const SESSION = 'runtime/session';

/** What the package exports beside the session and files loaded on demand need too: esbuild loads it with every page. */
const BESIDE = ['runtime/tensor', 'runtime/backends/names'];

/** Constants of which files loaded on demand need others than the core: beside the core, which has its own inlined. */
const CONSTANTS = ['runtime/backends/wasm/tuning'];

/** Loaded on demand for most models, of a dozen modules that hardly anything else imports: one file, too. */
const WHOLE = ['jpeg/scans/decode/arithmetic-coding'];

/**
 * Puts the modules that `InferenceSession` imports statically into one file, and lets all other files of `dist` import from that
 * one. Modules that a worker needs stay beside it.
 */
export async function bundleCore(dist) {
  const library = resolve(dist, 'src');
  const target = join(library, 'core.js');
  const core = staticClosure(...[SESSION, ...BESIDE].map((name) => join(library, `${name}.js`)));
  const constants = CONSTANTS.map((name) => join(library, `${name}.js`));
  const kept = staticClosure(join(library, THREAD_WORKER), ...constants);
  const names = new ExportNames();
  const session = names.of(join(library, `${SESSION}.js`), 'InferenceSession');
  if (session !== 'InferenceSession') throw new Error(`the core would export ${session}`);
  for (const file of scripts(dist)) {
    if (core.has(file) || kept.has(file)) continue;
    const text = readFileSync(file, 'utf8');
    const redirected = redirect(file, text, { core, kept, constants, names, target });
    if (redirected !== text) writeFileSync(file, redirected);
  }
  const { outputFiles } = await build({
    stdin: { contents: names.declarations(), resolveDir: library },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    write: false,
    logLevel: 'warning',
    plugins: [dynamicImportsFrom(library)],
  });
  for (const file of core) if (!kept.has(file)) rmSync(file);
  writeFileSync(target, outputFiles[0].contents);
  for (const name of WHOLE) await bundleWhole(join(library, `${name}.js`), target);
}

/** Puts what a file imports into it, but for the core. */
async function bundleWhole(file, core) {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    write: false,
    logLevel: 'warning',
    plugins: [
      {
        name: 'core-stays-outside',
        setup({ onResolve }) {
          onResolve({ filter: /[\\/]core\.js$/ }, ({ path, resolveDir }) =>
            resolve(resolveDir, path) === core
              ? { path: relative(dirname(file), core).replaceAll(sep, '/'), external: true }
              : undefined,
          );
        },
      },
    ],
  });
  writeFileSync(file, outputFiles[0].contents);
}

/** The files of `dist` that a user may load: not the bundled programs. */
function scripts(dist) {
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js') && !name.startsWith(join('src', 'cli')))
    .map((name) => resolve(dist, name));
}

/** The static imports and re-exports of a file that name other files. */
function staticImports(file, text = readFileSync(file, 'utf8')) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  return source.statements.filter(
    (node) =>
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier?.text.startsWith('.'),
  );
}

function staticClosure(...entries) {
  const found = new Set();
  const visit = (file) => {
    if (found.has(file)) return;
    found.add(file);
    for (const { moduleSpecifier } of staticImports(file))
      visit(resolve(dirname(file), moduleSpecifier.text));
  };
  for (const entry of entries) visit(entry);
  return found;
}

/** What the core exports, each under a name of its own. */
class ExportNames {
  #names = new Map();
  #taken = new Set();

  of(file, name) {
    const key = `${file}\0${name}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    let free = name;
    for (let count = 2; this.#taken.has(free); count++) free = `${name}${count}`;
    this.#taken.add(free);
    this.#names.set(key, free);
    return free;
  }

  declarations() {
    return [...this.#names]
      .map(([key, exported]) => {
        const [file, name] = key.split('\0');
        return `export { ${name} as ${exported} } from ${JSON.stringify(file)};\n`;
      })
      .join('');
  }
}

/**
 * The text of a file with its imports of core modules, and its re-exports from them, naming the core instead. A module of constants
 * that is imported whole (`import * as`) is kept beside the core, which has them inlined.
 */
function redirect(file, text, { core, kept, constants, names, target }) {
  const specifier = `./${relative(dirname(file), target).replaceAll(sep, '/')}`.replace(/^\.\/\.\./, '..');
  let result = text;
  for (const node of staticImports(file, text).toReversed()) {
    const from = resolve(dirname(file), node.moduleSpecifier.text);
    if (!core.has(from) || constants.includes(from)) continue;
    const isImport = ts.isImportDeclaration(node);
    const elements = isImport ? node.importClause?.namedBindings?.elements : node.exportClause?.elements;
    if (elements === undefined) {
      if (staticImports(from).length > 0) throw new Error(`${file}: imports all of ${from}, expected names`);
      kept.add(from);
      continue;
    }
    const list = elements.map((element) => {
      const exported = names.of(from, (element.propertyName ?? element.name).text);
      return exported === element.name.text ? exported : `${exported} as ${element.name.text}`;
    });
    const statement = `${isImport ? 'import' : 'export'} { ${list.join(', ')} } from "${specifier}";`;
    result = result.slice(0, node.pos + leading(result, node)) + statement + result.slice(node.end);
  }
  return result;
}

/** Characters of comments and blanks before a statement. */
function leading(text, node) {
  const source = text.slice(node.pos, node.end);
  return source.search(/^(import|export)\b/m);
}

/** What the core loads on demand stays where it is. */
function dynamicImportsFrom(library) {
  return {
    name: 'on-demand',
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const file = relative(library, resolve(resolveDir, path)).replaceAll(sep, '/');
        return { path: file.startsWith('.') ? file : `./${file}`, external: true };
      });
    },
  };
}

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

/** Code that the core never loads: packages in one file, and data. */
const LEAF = /gpu-js\.[jt]s$|kernels-scalar\.[jt]s$/;

/** For a bundle that esbuild makes of the sources: every file loaded on demand imports the core, so that it stays in one piece. */
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
