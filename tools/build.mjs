// Compiles what a user imports to dist/, and bundles the two programs into dist/src/cli/: of a program that answers once,
// most of the time would otherwise go into loading some 300 small modules (docs/performance.md). The programs stay at the
// path they had before they were bundled: npx keeps its links to the programs of a folder for good.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { bundleGpuJs, GPU_JS_PACKAGES, loadBundledGpuJs } from './bundle/gpu-js.mjs';
import { notices } from './bundle/notices.mjs';
import { pruneTypes } from './bundle/prune-types.mjs';

const PROGRAMS = 'dist/src/cli';

rmSync('dist', { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
await bundleGpuJs('dist');
pruneTypes('dist');

const { metafile } = await build({
  entryPoints: {
    programs: 'src/cli/programs.ts',
    'thread-worker': 'src/engine/backends/wasm/thread-worker.ts',
  },
  bundle: true,
  // CommonJS in one file: Node.js takes 18 ms longer for the same in ES modules.
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  minify: true,
  plugins: [loadBundledGpuJs('cli')],
  alias: {
    assert: './tools/bundle/assert.js',
    // Without the threads that its asynchronous functions, which nobody here calls, would need.
    fflate: 'fflate/browser',
    'string-width': './tools/bundle/string-width.js',
  },
  define: { 'import.meta.url': 'wjpegUrl' },
  banner: { js: "const wjpegUrl=require('node:url').pathToFileURL(__filename).href;" },
  outdir: PROGRAMS,
  metafile: true,
  logLevel: 'warning',
});
importElsewhere(join(PROGRAMS, 'programs.js'));
writeFileSync('dist/THIRD-PARTY.txt', notices(Object.keys(metafile.inputs), GPU_JS_PACKAGES));
writeFileSync(join(PROGRAMS, 'package.json'), '{ "type": "commonjs" }\n');
copyFileSync('tools/bundle/programs-from-cache.cjs', join(PROGRAMS, 'programs-from-cache.js'));
for (const [name, file] of Object.entries(JSON.parse(readFileSync('package.json', 'utf8')).bin)) {
  const program = name === 'wjpeg' ? 'wjpeg' : 'wjpegInfer';
  writeFileSync(file, `#!/usr/bin/env node\nrequire('./programs-from-cache.js').programs().${program}();\n`);
  chmodSync(file, 0o755);
}
execFileSync(process.execPath, ['tools/bundle/make-cache.cjs', resolve(PROGRAMS)], {
  stdio: ['ignore', 'ignore', 'inherit'],
});

/** What V8 takes from a cache can not import: a module of its own does that for it. */
function importElsewhere(file) {
  // gpu.js by its file, and webgpu, which is named by a variable, so that no bundler looks for it.
  const imports = /\bimport\((?="[^"]+\/gpu-js\.js"\)|\w+\))/g;
  const text = readFileSync(file, 'utf8');
  if (text.match(imports)?.length !== 2) throw new Error(`${file}: expected imports of gpu.js and of webgpu`);
  writeFileSync(file, text.replace(imports, 'require("./import.js")('));
  writeFileSync(join(PROGRAMS, 'import.js'), 'module.exports = (name) => import(name);\n');
}
