// Compiles what a user imports to dist/, and bundles the two programs into dist/src/cli/: of a program that answers once,
// most of the time would otherwise go into loading some 300 small modules (docs/performance.md). The programs stay at the
// path they had before they were bundled: npx keeps its links to the programs of a folder for good.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });

const { metafile } = await build({
  entryPoints: {
    wjpeg: 'src/cli/wjpeg.ts',
    'wjpeg-infer': 'src/cli/wjpeg-infer.ts',
    'thread-worker': 'src/engine/backends/wasm/thread-worker.ts',
  },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  // gpu.js compiles kernels from their own source text and is loaded when it is asked for; webgpu is native.
  external: ['gpu.js', 'webgpu'],
  alias: { 'string-width': './tools/bundle/string-width.js' },
  // Packages in CommonJS ask for Node's own modules by `require`, which an ES module lacks.
  banner: {
    js: "import { createRequire as wjpegCreateRequire } from 'node:module';const require = wjpegCreateRequire(import.meta.url);",
  },
  outdir: 'dist/src/cli',
  metafile: true,
  logLevel: 'warning',
});
writeFileSync('dist/src/cli/THIRD-PARTY.txt', notices(Object.keys(metafile.inputs)));
for (const file of Object.values(JSON.parse(readFileSync('package.json', 'utf8')).bin))
  chmodSync(file, 0o755);

/** The licences of the packages that the bundles hold copies of. */
function notices(inputs) {
  const folders = inputs.map((file) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]).filter(Boolean);
  const texts = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : license;
    return `${name} ${version}\n\n${text.trim()}\n`;
  });
  return `The programs in this folder hold code of these packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
