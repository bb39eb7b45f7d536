/**
 * npm run check:package: packs the package, lints the tarball with publint, installs it into an empty folder as
 * `npm install wjpeg` would, and uses it there as a user would: sizes, imports, types, programs, gpu.js, a bundler.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { installedPackages, installProblems } from './installed-packages.ts';
import { packInto } from './pack.ts';
import { packageProblems } from './package-files.ts';

const MODEL = JSON.stringify(resolve('data/mnist-mlp-512-q20.wjz'));
const PICTURE = JSON.stringify(resolve('data/pictures/digit-7.png'));
const DIGIT = '7';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-package-'));
const run = (command: string, words: readonly string[], cwd: string): string =>
  execFileSync(command, words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

try {
  const tarball = await pack();
  install(tarball);
  checkTypes();
  checkImports();
  checkPrograms();
  checkTerminal();
  checkGpuJs();
  await checkBundle();
  checkWebGpu();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function pack(): Promise<string> {
  const { filename, size, files } = packInto(folder);
  const tarball = join(folder, filename);
  console.log(`${filename}: ${megabytes(size)}, ${files.length} files`);
  const problems = packageProblems(files.map(({ path }) => path));
  if (problems.length > 0) throw new Error(`the tarball: ${problems.join('; ')}`);

  const bytes = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
    strict: true,
  });
  for (const message of messages) console.error(formatMessage(message, pkg));
  if (messages.length > 0) throw new Error(`publint: ${messages.length} messages`);
  console.log('publint: no messages');
  return tarball;
}

/** Into an empty folder: no package.json before, no overrides, scripts allowed as npm's defaults are. */
function install(tarball: string): void {
  const start = performance.now();
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', tarball], folder);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const packages = installedPackages(join(folder, 'node_modules'));
  const bytes = packages.reduce((sum, entry) => sum + entry.bytes, 0);
  console.log(`npm install: ${megabytes(bytes)}, ${packages.length} packages, ${seconds} s`);
  for (const entry of packages) console.log(`  ${entry.name} ${entry.version}: ${megabytes(entry.bytes)}`);
  const problems = installProblems(packages);
  if (problems.length > 0) throw new Error(`the installation: ${problems.join('; ')}`);
}

function checkTypes(): void {
  writeFileSync(
    join(folder, 'consumer.mts'),
    `import { type InferenceResult, InferenceSession } from 'wjpeg';
import 'wjpeg/gpu';
import * as files from 'wjpeg/node';
import { readFile } from 'node:fs/promises';
const session: InferenceSession = await InferenceSession.create(await readFile(${MODEL}), { backends: ['reference'] });
const result: InferenceResult = await session.infer(await readFile(${PICTURE}));
console.log(session.path, session.backend, result.label, result.probabilities.length, typeof files);
`,
  );
  const typescript = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const settings = ['--strict', '--module', 'nodenext', '--target', 'es2022'];
  const types = ['--typeRoots', resolve('node_modules/@types'), '--types', 'node'];
  run(process.execPath, [typescript, ...settings, ...types, 'consumer.mts'], folder);
  console.log(`import and types: ${run(process.execPath, ['consumer.mjs'], folder).trim()}`);
}

/** Every entry of `exports`, as an ES module. */
function checkImports(): void {
  const { exports } = JSON.parse(readFileSync(join(folder, 'node_modules/wjpeg/package.json'), 'utf8'));
  for (const path of Object.keys(exports)) {
    const attribute = path.endsWith('.json') ? ", { with: { type: 'json' } }" : '';
    const script = `await import(${JSON.stringify(`wjpeg${path.slice(1)}`)}${attribute});`;
    run(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], folder);
  }
  console.log(`imported: ${Object.keys(exports).join(', ')}`);
}

function checkPrograms(): void {
  for (const backend of ['auto', 'reference', 'gpujs:wasm', 'gpujs:cpu']) {
    const words = ['wjpeg-infer', '--json', ...(backend === 'auto' ? [] : ['--backend', backend])];
    const answer = JSON.parse(run('npx', words, folder)) as { label: string };
    expectDigit(`wjpeg-infer, backend ${backend}`, answer.label);
  }
  run('npx', ['wjpeg', 'inspect', resolve('data/mnist-mlp-512-q20.wjz')], folder);
  console.log('programs: wjpeg-infer (auto, reference, gpujs:wasm, gpujs:cpu) and wjpeg inspect answer');
}

/** A command that draws a progress bar, on a pseudo-terminal: what is drawn differs there from what goes into a pipe. */
function checkTerminal(): void {
  const words = `npx wjpeg verify ${resolve('data/mnist-mlp-512-q20.wjz')} --backend reference`;
  const { error, status, stdout } = spawnSync('script', ['-qec', words, '/dev/null'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, TERM: 'xterm' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error) {
    console.log('pseudo-terminal: SKIPPED, script (util-linux) is missing');
    return;
  }
  if (status !== 0 || !stdout.includes('exact answers') || stdout.includes('unexpected error'))
    throw new Error(`wjpeg verify on a terminal: exit code ${status}, output: ${stdout}`);
  console.log('pseudo-terminal: wjpeg verify draws its progress bar and ends with 0');
}

/** The library with a backend, in a process of its own. */
function answerOf(backend: string, environment = ''): string {
  const script = `import { InferenceSession } from 'wjpeg';
import 'wjpeg/gpu';
import { readFile } from 'node:fs/promises';
const session = await InferenceSession.create(await readFile(${MODEL}), { backends: [${JSON.stringify(backend)}] });
const { label } = await session.infer(await readFile(${PICTURE}));
console.log(session.backend + ' ' + label);
session.dispose();
`;
  const file = join(folder, `${backend}${environment}.mjs`);
  writeFileSync(file, script);
  return run(process.execPath, [file], folder).trim();
}

function checkGpuJs(): void {
  for (const backend of ['gpujs:cpu', 'gpujs:wasm'])
    expectDigit(`gpu.js, ${backend}`, answerOf(backend), backend);
  console.log('wjpeg/gpu: gpu.js answers on gpujs:cpu and gpujs:wasm');
}

/** From what is installed and nothing else, minified: gpu.js compiles kernels from the text of functions. */
async function checkBundle(): Promise<void> {
  const source = join(folder, 'page.js');
  writeFileSync(
    source,
    `import { InferenceSession } from 'wjpeg';
import 'wjpeg/gpu';
export const answer = async (model, picture, backend) =>
  (await (await InferenceSession.create(model, { backends: [backend] })).infer(picture)).label;
`,
  );
  const outdir = join(folder, 'bundle');
  const options = {
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
  } as const;
  const { warnings } = await build({
    ...options,
    entryPoints: [source],
    outdir,
    outExtension: { '.js': '.mjs' },
  });
  if (warnings.length > 0) throw new Error(`esbuild: ${warnings[0].text}`);
  for (const backend of ['gpujs:cpu', 'gpujs:wasm']) {
    const script = `import { answer } from './bundle/page.mjs';
import { readFile } from 'node:fs/promises';
console.log(await answer(await readFile(${MODEL}), await readFile(${PICTURE}), ${JSON.stringify(backend)}));`;
    const label = run(process.execPath, ['--input-type=module', '-e', script], folder).trim();
    expectDigit(`bundled by esbuild, ${backend}`, label);
  }
  console.log('bundled and minified by esbuild: gpu.js answers on gpujs:cpu and gpujs:wasm');
}

/** With the optional peer `webgpu`, which is taken from this repository; without a driver that is said and nothing run. */
function checkWebGpu(): void {
  const failure = (() => {
    const script = `import { InferenceSession } from 'wjpeg';
import 'wjpeg/gpu';
import { readFile } from 'node:fs/promises';
await InferenceSession.create(await readFile(${MODEL}), { backends: ['webgpu'] }).catch((error) => console.log(error.message));`;
    return run(process.execPath, ['--input-type=module', '-e', script], folder);
  })();
  if (!failure.includes('npm install webgpu'))
    throw new Error(`without webgpu: expected an error that names 'npm install webgpu', not: ${failure}`);
  if (!process.env.VK_DRIVER_FILES) {
    console.log('wjpeg/gpu with webgpu: SKIPPED, VK_DRIVER_FILES names no Vulkan driver');
    return;
  }
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(resolve('node_modules/webgpu'), join(folder, 'node_modules', 'webgpu'));
  for (const backend of ['gpujs:webgpu', 'webgpu'])
    expectDigit(`with webgpu, ${backend}`, answerOf(backend), backend);
  console.log('wjpeg/gpu with the package webgpu: gpujs:webgpu and webgpu answer');
}

function expectDigit(what: string, answer: string, backend?: string): void {
  const expected = backend === undefined ? DIGIT : `${backend} ${DIGIT}`;
  if (answer !== expected) throw new Error(`${what}: the answer is '${answer}', expected '${expected}'`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
