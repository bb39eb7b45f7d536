// Compiles what a user imports to dist/, and bundles the two programs into dist/src/cli/: a program that answers once would
// otherwise spend most of its time loading some 300 small modules (docs/lab/program-start.md). The paths of the programs do not
// change: npx links to them once and keeps the links. Packages are bundled as they are, nothing is replaced in them.
// With --if-changed nothing is done where dist/ was made of the same files.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { bundleCore } from './bundle/core.mjs';
import { fingerprint } from './bundle/fingerprint.mjs';
import { bundleGpuJs, GPU_JS_PACKAGES, loadBundledGpuJs } from './bundle/gpu-js.mjs';
import { loadKernelTexts, writeKernelTexts } from './bundle/kernel-texts.mjs';
import { latePackages } from './bundle/late-packages.mjs';
import { nodeLibrary } from './bundle/node-library.mjs';
import { notices } from './bundle/notices.mjs';
import { plainImports } from './bundle/plain-imports.mjs';
import { pruneTypes } from './bundle/prune-types.mjs';
import { bundleGraphWorker, threadWorkerEntries } from './bundle/thread-worker.mjs';

const PROGRAMS = 'dist/src/cli';
const NOTICES = 'dist/THIRD-PARTY.txt';

const sources = fingerprint([
  'src',
  'kernels',
  'tools/build.mjs',
  'tools/bundle',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
]);
/** Says of which files dist/ was made, once it is whole; it is no part of the package. */
const stamp = 'node_modules/.cache/wjpeg/build';
const isCurrent = existsSync(NOTICES) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources;
if (process.argv.includes('--if-changed') && isCurrent) process.exit();

rmSync(stamp, { force: true });
rmSync('dist', { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
await bundleGpuJs('dist');
await writeKernelTexts('dist');
pruneTypes('dist');
plainImports('dist/src');
await bundleCore('dist');
await bundleGraphWorker('dist');
await nodeLibrary('dist');

// For pages without a bundler, from a server or a CDN: one address to import, the rest comes when it is needed.
await build({
  entryPoints: [
    { in: 'dist/src/index.js', out: 'wjpeg' },
    { in: 'dist/src/gpu.js', out: 'gpu' },
    { in: 'dist/src/train.js', out: 'train' },
    ...threadWorkerEntries('dist'),
  ],
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  outdir: 'dist/browser',
  chunkNames: 'parts/[name]-[hash]',
  logLevel: 'warning',
});

const bin = JSON.parse(readFileSync('package.json', 'utf8')).bin;
const bundleOf = (name) => `${name}-bundle`;

const { metafile } = await build({
  entryPoints: {
    ...Object.fromEntries(Object.keys(bin).map((name) => [bundleOf(name), `src/cli/${name}.ts`])),
    'thread-worker': 'src/runtime/backends/wasm/thread-worker.ts',
    'graph-worker': 'dist/src/runtime/backends/wasm/graph-worker.js',
    worker: 'src/cli/worker.ts',
  },
  bundle: true,
  // CommonJS: Node.js takes longer to load the same as an ES module.
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  minify: true,
  plugins: [loadBundledGpuJs('src/cli'), loadKernelTexts('dist'), latePackages],
  define: { 'import.meta.url': 'wjpegUrl' },
  banner: { js: "const wjpegUrl=require('node:url').pathToFileURL(__filename).href;" },
  outdir: PROGRAMS,
  metafile: true,
  logLevel: 'warning',
});
writeFileSync(NOTICES, notices(Object.keys(metafile.inputs), GPU_JS_PACKAGES));
writeFileSync(join(PROGRAMS, 'package.json'), '{ "type": "commonjs" }\n');
for (const [name, file] of Object.entries(bin)) {
  // Node.js 22.1 and later keep compiled code between runs if they are asked before the bundle is loaded.
  const cache = "require('node:module').enableCompileCache?.();";
  writeFileSync(file, `#!/usr/bin/env node\n${cache}\nrequire('./${bundleOf(name)}.js');\n`);
  chmodSync(file, 0o755);
}
mkdirSync(dirname(stamp), { recursive: true });
writeFileSync(stamp, sources);
