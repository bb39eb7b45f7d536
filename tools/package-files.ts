import { existsSync } from 'node:fs';

/** What must be in the tarball whatever else is. */
const REQUIRED = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'docs/wjz-format.md',
  'docs/wjz-manifest.schema.json',
  'dist/src/index.js',
  'dist/src/index.d.ts',
  'dist/src/cli/wjpeg.js',
  'dist/src/cli/wjpeg-infer.js',
  'data/mnist-mlp-512-trained.wjz',
  'data/pictures/digit-7.png',
];

/** What may be in it besides. */
const ALLOWED = [
  /^data\/(pictures\/)?[\w-]+\.(wjz|png|jpg)$/,
  /^data\/(pictures\/)?README\.md$/,
  /^dist\/src\/cli\/([\w-]+\.js|package\.json|THIRD-PARTY\.txt)$/,
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
