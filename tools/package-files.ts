import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';

/** What must be in the tarball whatever else is. */
const REQUIRED = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'docs/wjz-format.md',
  'docs/model-jpeg.md',
  'docs/wjz-manifest.schema.json',
  'dist/THIRD-PARTY.txt',
  'dist/src/index.js',
  'dist/src/index.d.ts',
  'dist/src/compress.js',
  'dist/src/train.js',
  'dist/src/jpeg.js',
  'dist/src/format.js',
  'dist/node/index.js',
  'dist/browser/wjpeg.js',
  'dist/src/cli/wjpeg.js',
  'dist/src/cli/wjpeg-infer.js',
  'data/mnist-mlp-512-trained.wjz',
  'data/pictures/digit-7.png',
];

/** What may be in it besides. */
const ALLOWED = [
  /^data\/((pictures|scenes)\/)?[\w-]+\.(wjz|png|jpg)$/,
  /^data\/((pictures|scenes)\/)?README\.md$/,
  // Written by tools/build.mjs and tools/bundle/node-library.mjs.
  /^dist\/(browser|node)\/([\w-]+|parts\/[\w-]+)\.js$/,
  // Written by tools/bundle/core.mjs.
  /^dist\/src\/core\.js$/,
  /^dist\/src\/cli\/([\w-]+\.js|package\.json)$/,
];

/** What is compiled, and from what: no file of an earlier build, no test, no source map. */
const COMPILED = /^dist\/((?:src|kernels)\/.+?)(?:\.d\.ts|\.js)$/;

/** What is wrong with the list of a tarball's files; `exists` says whether a source is there. */
export function packageProblems(
  files: readonly string[],
  exists: (path: string) => boolean = existsSync,
): string[] {
  const isExpected = (path: string): boolean => {
    if (REQUIRED.includes(path) || ALLOWED.some((pattern) => pattern.test(path))) return true;
    const [, source] = COMPILED.exec(path) ?? [];
    return source !== undefined && exists(`${source}.ts`);
  };
  return [
    ...files.filter((path) => !isExpected(path)).map((path) => `${path} does not belong into it`),
    ...REQUIRED.filter((path) => !files.includes(path)).map((path) => `${path} is missing`),
  ];
}

/** gpu.js's `toString` of a kernel writes `require('gl')` into the text that it returns; it loads nothing itself. */
const ONLY_TEXT = {
  path: /^dist\/(src\/runtime\/backends\/gpujs\/gpu-js|browser\/parts\/gpu-js-\w+)\.js$/,
  name: 'gl',
};

/** The parts of a package.json that name packages. */
interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The packages that a module, or a declaration file, imports by name. */
function importedPackages(text: string): string[] {
  const names = text.matchAll(/\b(?:from|import|import\(|require\()\s*(["'])([@\w][\w./-]*)\1/g);
  return [...names].map(([, , path]) => path.split('/', path.startsWith('@') ? 2 : 1).join('/'));
}

/** Imports of packages that are installed for developers only; `textOf` reads a file. */
export function undeclaredImports(
  files: readonly string[],
  manifest: Manifest,
  textOf: (path: string) => string,
): string[] {
  const installed = [manifest.name, ...Object.keys(manifest.dependencies ?? {})];
  const allowed = new Set([...installed, ...Object.keys(manifest.peerDependencies ?? {})]);
  return files
    .filter((path) => /\.(js|d\.ts)$/.test(path))
    .flatMap((path) => importedPackages(textOf(path)).map((name) => ({ path, name })))
    .filter(({ name }) => !allowed.has(name) && !isBuiltin(name))
    .filter(({ path, name }) => !ONLY_TEXT.path.test(path) || name !== ONLY_TEXT.name)
    .map(({ path, name }) => `${path} imports '${name}', which is not among the dependencies`);
}
