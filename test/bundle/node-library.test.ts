import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const DIST = `${pathToFileURL(join(ROOT, 'dist'))}/`;
/** For scripts: the bytes of a file of data/. */
const data = (name: string): string => `readFileSync(${JSON.stringify(join(ROOT, 'data', name))})`;
const LENET = data('mnist-lenet5-trained.jpg');
const DIGITS = data('mnist-mlp-512-trained.wjz');
const PICTURE = data('pictures/digit-7.png');

/** Files that Node.js may load of the package for one answer: as modules they were some 200. */
const MAX_FILES = 70;

/** Writes the address of every file that is loaded to the standard error. */
const HOOKS = `import { writeSync } from 'node:fs';
export async function load(url, context, next) {
  writeSync(2, url + '\\n');
  return next(url, context);
}`;

/** Changes the last byte of a PNG's image data in their check value, and corrects the chunk's own. */
const DAMAGE = `
function damage(png) {
  const bytes = Buffer.from(png);
  const type = bytes.indexOf('IDAT');
  const end = type + 4 + bytes.readUInt32BE(type - 4);
  bytes[end - 1] ^= 1;
  bytes.writeUInt32BE(crc32(bytes.subarray(type, end)), end);
  return new Uint8Array(bytes);
}
function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wjpeg-node-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules', 'wjpeg'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'hooks.js'), HOOKS);
  writeFileSync(
    join(folder, 'tell-files.js'),
    "import { register } from 'node:module';\nregister('./hooks.js', import.meta.url);",
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a user's script prints, the files below dist/ that it loads, and the packages. */
function run(script: string): { printed: string; loaded: string[]; packages: string[] } {
  writeFileSync(join(folder, 'user.js'), `import { readFileSync } from 'node:fs';\n${script}`);
  const words = ['--no-warnings', '--import', './tell-files.js', 'user.js'];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  const files = stderr.split('\n').filter((line) => line.startsWith(DIST));
  const packages = [...stderr.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].map(([, name]) => name);
  return { printed: stdout.trim(), loaded: files.map((line) => line.slice(DIST.length)), packages };
}

describe('the library in Node.js', () => {
  it('is loaded in few files', () => {
    const { printed, loaded } = run(`import { InferenceSession } from 'wjpeg';
const session = await InferenceSession.create(${LENET});
console.log((await session.infer(${PICTURE})).label);`);
    expect(printed).toBe('7');
    console.log(`LeNet-5 and a PNG: ${loaded.length} files`);
    expect(loaded.length).toBeLessThanOrEqual(MAX_FILES);
    expect(loaded.filter((file) => !file.startsWith('node/'))).toEqual([]);
  });

  it('loads fflate for a damaged PNG, not for a sound one', () => {
    const script = (from: string): string => `import { InferenceSession } from 'wjpeg';
const picture = ${PICTURE};
const session = await InferenceSession.create(${DIGITS});
console.log((await session.infer(${from})).label);`;
    const without = run(script('picture'));
    expect(without.printed).toBe('7');
    expect(without.packages).not.toContain('fflate');
    // Adler-32 of the image data, which zlib checks, and with it the CRC of their chunk.
    const damaged = run(script('damage(picture)') + DAMAGE);
    expect(damaged.printed).toBe('7');
    expect(damaged.packages).toContain('fflate');
  });

  it('is loaded once, whatever entries are imported: none has classes or tables of its own', () => {
    const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      exports: Record<string, { node?: string; default: string }>;
    };
    const entries = Object.keys(exports).filter((path) => path !== './package.json');
    for (const path of entries) expect(exports[path].node, path).toMatch(/^\.\/dist\/node\//);
    const names = entries.map((path) => `wjpeg${path.slice(1)}`);
    const { loaded } = run(`${names.map((name) => `import '${name}';`).join('\n')}
const { InferenceSession } = await import('wjpeg');
await (await InferenceSession.create(${LENET})).infer(${PICTURE});`);
    expect(loaded.filter((file) => !file.startsWith('node/'))).toEqual([]);
    // What a source declares is in one file; above it stands its name. Other parts of it may be in another.
    const declared = loaded.flatMap((file) => {
      const text = readFileSync(join(ROOT, 'dist', file), 'utf8');
      return text.split(/^\/\/ (?=dist\/)/m).flatMap((part) => {
        const [source] = part.split('\n', 1);
        const names = part.matchAll(
          /^(?:var|let|const|class|(?:async )?function\*?) (\w+)(?= = |;|\(| \{| extends )/gm,
        );
        return [...names].map(([, name]) => `${source} ${name}`);
      });
    });
    expect(declared).toContain('dist/src/core.js WjpegError');
    expect(declared.filter((name, index) => declared.indexOf(name) !== index)).toEqual([]);
  });

  it('has one class of errors', () => {
    const { printed } = run(`import { InferenceSession, WjpegError } from 'wjpeg';
import { importOnnx } from 'wjpeg/compress';
import { exportSafetensors } from 'wjpeg/export';
import { readWjz } from 'wjpeg/format';
import { decodeCoefficients } from 'wjpeg/jpeg';
import { readFileBytes } from 'wjpeg/node';
import { restoreCheckpoint } from 'wjpeg/train';
const bytes = new Uint8Array(3);
const calls = {
  session: () => InferenceSession.create(bytes),
  compress: () => importOnnx(bytes),
  export: () => exportSafetensors(readWjz(${LENET}), { dtype: 'F1' }),
  format: () => readWjz(bytes),
  jpeg: () => decodeCoefficients(bytes),
  node: () => readFileBytes('missing.wjz', 9),
  train: () => restoreCheckpoint(undefined, bytes),
};
for (const [name, call] of Object.entries(calls)) {
  const thrown = await (async () => call())().catch((error) => error);
  console.log(name, thrown instanceof WjpegError || thrown);
}`);
    const names = ['session', 'compress', 'export', 'format', 'jpeg', 'node', 'train'];
    expect(printed.split('\n')).toEqual(names.map((name) => `${name} true`));
  });

  it('has one registry of backends', () => {
    const { printed } = run(`import 'wjpeg/gpu';
import { InferenceSession } from 'wjpeg';
for (const backend of ['gpujs:cpu', 'gpujs:wasm', 'reference']) {
  const session = await InferenceSession.create(${DIGITS}, { backends: [backend] });
  console.log(session.backend, (await session.infer(${PICTURE})).label);
}`);
    expect(printed.split('\n')).toEqual(['gpujs:cpu 7', 'gpujs:wasm 7', 'reference 7']);
  });

  it('starts its threads', () => {
    const { printed } = run(`import { InferenceSession } from 'wjpeg';
const images = Array.from({ length: 200 }, () => ${PICTURE});
const answers = [];
for (const model of [${DIGITS}, ${LENET}]) {
  for (const threads of [1, 2]) {
    const session = await InferenceSession.create(model, { threads });
    const logits = (await session.inferBatch(images)).map((answer) => [...answer.logits]);
    answers.push(JSON.stringify(logits));
    session.dispose();
  }
}
const [one, two, first, second] = answers;
console.log(one === two, one.length > 1000, first === second, first.length > 1000);`);
    expect(printed).toBe('true true true true');
  });
});

describe('a program of a user that is bundled for Node.js', () => {
  const bundle = (script: string) =>
    build({
      stdin: { contents: script, resolveDir: folder },
      bundle: true,
      format: 'esm',
      platform: 'node',
      metafile: true,
      write: false,
      logLevel: 'silent',
      splitting: true,
      outdir: join(folder, 'out'),
    });

  it('takes the same files, and leaves out what it does not name', async () => {
    const { warnings, metafile } = await bundle(
      "import { InferenceSession } from 'wjpeg'; console.log(InferenceSession);",
    );
    expect(warnings).toEqual([]);
    const inputs = Object.keys(metafile.inputs).filter((file) => file.startsWith('dist/'));
    expect(inputs.filter((file) => !/^dist\/(node|src\/runtime\/backends\/gpujs)\//.test(file))).toEqual([]);
    const left = inputs.filter((file) => /dist\/node\/(train|compress|export|gpu)\.js$/.test(file));
    expect(left).toEqual([]);
  });

  it('keeps what wjpeg/gpu registers', async () => {
    const { outputFiles } = await bundle("import 'wjpeg/gpu';");
    const entry = outputFiles.find(({ path }) => path.endsWith('stdin.js'));
    expect(entry?.text).toContain('addBackend("webgpu"');
  });
});
