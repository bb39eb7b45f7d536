import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import webpack from 'webpack';

/**
 * What a page loads before its first answer, gzipped, every file by itself: the file that it names and all that this one
 * imports statically. What comes with a dynamic import (other codings of JPEGs, pictures, batches, loading by parts, comparison paths, gpu.js) is
 * not in it.
 * The kernels for single inputs are; so is sequential Huffman decoding.
 */
const MAX_CORE_BYTES = 30_000;

const ENTRY = `import { InferenceSession } from 'wjpeg';
globalThis.answer = async (model, input) => (await InferenceSession.create(model)).infer(input);
`;
const GPU_ENTRY = `import { InferenceSession } from 'wjpeg';
import 'wjpeg/gpu';
globalThis.answerOn = async (model, picture, backend) =>
  (await (await InferenceSession.create(model, { backends: [backend] })).infer(picture)).label;
`;

let folder: string;

beforeAll(async () => {
  // A page's own folder, with the package as npm installs it.
  folder = mkdtempSync(join(tmpdir(), 'wjpeg-bundle-'));
  await mkdir(join(folder, 'node_modules'));
  const root = join(import.meta.dirname, '..', '..');
  symlinkSync(root, join(folder, 'node_modules', 'wjpeg'));
  // The optional peer.
  symlinkSync(join(root, 'node_modules', 'webgpu'), join(folder, 'node_modules', 'webgpu'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'page.js'), ENTRY);
  writeFileSync(join(folder, 'gpu-page.js'), GPU_ENTRY);
  for (const [name, script] of [
    ['vite', ENTRY],
    ['vite-alone', "globalThis.answer = () => import('./empty.js');"],
  ]) {
    await mkdir(join(folder, name));
    writeFileSync(join(folder, name, 'page.js'), script);
    writeFileSync(join(folder, name, 'empty.js'), 'export const nothing = undefined;');
    writeFileSync(
      join(folder, name, 'index.html'),
      '<!doctype html><script type="module" src="/page.js"></script>',
    );
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Name and text of each file that a bundler wrote. */
type Files = ReadonlyMap<string, string>;

function filesOf(out: string): Files {
  const names = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  );
  return new Map(names.map((name) => [name, readFileSync(join(out, name), 'utf8')]));
}

function gzipped(files: Files, names: Iterable<string>): number {
  return [...names].reduce((sum, name) => sum + gzipSync(files.get(name) as string, { level: 9 }).length, 0);
}

/** The files that `entry` needs before it runs: static imports, theirs, and so on. */
function staticClosure(files: Files, entry: string): Set<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    const text = files.get(name) as string;
    for (const [, path] of text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+\.js)"/g)) {
      visit(join(name, '..', path));
    }
  };
  visit(entry);
  return found;
}

function report(bundler: string, core: number, files: Files): void {
  const all = gzipped(files, files.keys());
  console.log(`${bundler}: core ${core} bytes gzipped, of ${all} in ${files.size} files`);
}

/** What only some sessions need, each by a text that only its file holds. */
const ON_DEMAND = { threads: 'THREAD_LOST', stream: 'STREAM_NO_JPEG', 'loading by parts': 'DOWNLOAD_BROKEN' };

/** Texts that only gpu.js holds. */
const isGpuJs = (text: string): boolean => text.includes('createKernelMap');

describe('a page that imports InferenceSession', () => {
  it('is bundled by esbuild', async () => {
    const out = join(folder, 'esbuild');
    const options = { bundle: true, minify: true, format: 'esm' as const, logLevel: 'silent' as const };
    const { warnings } = await esbuild({
      ...options,
      splitting: true,
      entryPoints: [join(folder, 'page.js')],
      outdir: out,
    });
    const files = filesOf(out);
    const first = staticClosure(files, 'page.js');
    const core = gzipped(files, first);
    report('esbuild', core, files);
    for (const name of ['arithmetic-coding', 'progressive-coding', 'batches']) {
      const entry = [...files.keys()].find((file) => file.startsWith(`${name}-`)) as string;
      const more = [...staticClosure(files, entry)].filter((file) => !first.has(file));
      console.log(`esbuild: ${name}, on demand, ${gzipped(files, more)} bytes more`);
      expect(more, name).toContain(entry);
    }
    const whole = await esbuild({ ...options, entryPoints: [join(folder, 'page.js')], write: false });
    console.log(
      `esbuild, all in one file: ${gzipSync(whole.outputFiles[0].contents, { level: 9 }).length} bytes gzipped`,
    );
    expect([...warnings, ...whole.warnings]).toEqual([]);
    for (const [what, text] of Object.entries(ON_DEMAND)) {
      const holders = [...files.keys()].filter((name) => files.get(name)?.includes(text));
      expect(holders, what).toHaveLength(1);
      expect(first.has(holders[0]), `${what} is loaded before the first answer`).toBe(false);
    }
    expect(core).toBeLessThanOrEqual(MAX_CORE_BYTES);
    expect([...files.values()].some(isGpuJs)).toBe(false);
  });

  it('is bundled by Vite', async () => {
    const bundle = async (name: string): Promise<{ files: Files; bytes: number }> => {
      const root = join(folder, name);
      await vite({ root, logLevel: 'error', configFile: false, build: { outDir: 'out' } });
      const files = filesOf(join(root, 'out'));
      const html = readFileSync(join(root, 'out', 'index.html'), 'utf8');
      const entry = /src="\/([^"]+)"/.exec(html)?.[1] as string;
      return { files, bytes: gzipped(files, staticClosure(files, entry)) };
    };
    const { files, bytes } = await bundle('vite');
    // What Vite puts into any page that loads something on demand.
    const own = (await bundle('vite-alone')).bytes;
    report('Vite', bytes - own, files);
    console.log(`Vite: ${own} bytes gzipped of its own besides`);
    expect(bytes - own).toBeLessThanOrEqual(MAX_CORE_BYTES);
    expect([...files.values()].some(isGpuJs)).toBe(false);
  });

  it('is bundled by webpack', async () => {
    const out = join(folder, 'webpack');
    const stats = await new Promise<webpack.Stats>((resolve, reject) =>
      webpack(
        { mode: 'production', context: folder, entry: './page.js', output: { path: out } },
        (error, result) => (result ? resolve(result) : reject(error)),
      ),
    );
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    expect(errors).toEqual([]);
    // webpack warns of files above its own taste in sizes; of nothing else.
    expect(warnings?.filter(({ message }) => !/size limit|performance/.test(message))).toEqual([]);
    const files = filesOf(out);
    // webpack's entry holds all that it imports statically.
    const core = gzipped(files, ['main.js']);
    report('webpack', core, files);
    expect(core).toBeLessThanOrEqual(MAX_CORE_BYTES);
    expect([...files.values()].some(isGpuJs)).toBe(false);
  });
});

/**
 * gpu.js compiles kernels from the source text of functions, its own and ours, so what a bundler made of them is run: by
 * Node, which takes the same modules as a page does.
 */
describe('a page that imports wjpeg/gpu', () => {
  const bundlers: [string, (out: string) => Promise<void>][] = [
    [
      'esbuild',
      async (out) => {
        const { warnings } = await esbuild({
          bundle: true,
          minify: true,
          format: 'esm',
          logLevel: 'silent',
          splitting: true,
          entryPoints: [join(folder, 'gpu-page.js')],
          outdir: out,
        });
        expect(warnings).toEqual([]);
      },
    ],
    [
      'Vite',
      async (out) => {
        const warnings: string[] = [];
        await vite({
          root: folder,
          logLevel: 'error',
          configFile: false,
          build: {
            outDir: out,
            // gpu.js is one large chunk.
            chunkSizeWarningLimit: 2000,
            // Without a page there is no document to preload into.
            modulePreload: false,
            // What is exported stays, as in a page's entry.
            rolldownOptions: {
              input: join(folder, 'gpu-page.js'),
              output: { entryFileNames: '[name].js' },
              onwarn: ({ message }) => warnings.push(message),
            },
          },
        });
        expect(warnings).toEqual([]);
      },
    ],
    [
      'webpack',
      async (out) => {
        const stats = await new Promise<webpack.Stats>((resolve, reject) =>
          webpack(
            {
              mode: 'production',
              target: ['web', 'es2022'],
              context: folder,
              entry: './gpu-page.js',
              experiments: { outputModule: true },
              output: {
                path: out,
                filename: 'gpu-page.js',
                module: true,
                chunkFormat: 'module',
                publicPath: '',
              },
            },
            (error, result) => (result ? resolve(result) : reject(error)),
          ),
        );
        const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
        expect(errors).toEqual([]);
        expect(warnings?.filter(({ message }) => !/size limit|performance/.test(message))).toEqual([]);
      },
    ],
  ];

  // WebGPU needs a driver; .ci/run names SwiftShader's.
  const backends = [
    'gpujs:cpu',
    'gpujs:wasm',
    ...(process.env.VK_DRIVER_FILES ? ['gpujs:webgpu', 'webgpu'] : []),
  ];

  it.each(bundlers)('gets gpu.js from %s on demand, minified, and it answers', async (name, bundle) => {
    const out = join(folder, `gpu-${name}`);
    await bundle(out);
    const files = filesOf(out);
    const first = staticClosure(files, 'gpu-page.js');
    const holders = [...files].filter(([, text]) => isGpuJs(text)).map(([file]) => file);
    expect(holders.length).toBeGreaterThan(0);
    expect(holders.filter((file) => first.has(file))).toEqual([]);
    const data = join(import.meta.dirname, '..', '..', 'data');
    const script = `import { readFile } from 'node:fs/promises';
import ${JSON.stringify(pathToFileURL(join(out, 'gpu-page.js')))};
const [model, picture] = await Promise.all(process.argv.slice(1).map((path) => readFile(path)));
for (const backend of ${JSON.stringify(backends)}) console.log(backend, await answerOn(model, picture, backend));`;
    const words = ['--input-type=module', '-e', script];
    const paths = [join(data, 'mnist-mlp-512-trained.wjz'), join(data, 'pictures', 'digit-7.png')];
    const output = execFileSync(process.execPath, [...words, ...paths], { encoding: 'utf8' });
    expect(output).toBe(backends.map((backend) => `${backend} 7\n`).join(''));
  });
});
