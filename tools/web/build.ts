import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { exportSafetensors } from '../../src/export.ts';
import { openPicture } from '../../src/format/picture/open.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeModel } from '../../src/format/write-model.ts';
import { importCore } from '../bundle/core.mjs';
import { notices } from '../bundle/notices.mjs';
import { writtenByParts } from './by-parts.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What the page may do: nothing from elsewhere, no script but its own. */
export const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:; object-src 'none'; " +
  "base-uri 'none'; form-action 'none'";

/** Model that is served written for loading by parts too. */
const BY_PARTS = 'mnist-mlp-512-q20.wjz';

/** The model for photographs. */
const PHOTOGRAPHS = 'cifar10-resnet8-trained.jpg';

/** The model that answers first, and what comes on demand for it, by entry point: all of it is asked for with the page. */
const FIRST = 'mnist-mlp-512-trained';
const FIRST_MODEL = `models/${FIRST}.jpg`;
const FIRST_NEEDED = ['src/format/picture/open.ts'];

/** Builds the page of web/ into a folder, which is emptied first: bundles, models, pictures. */
export async function buildPage(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  const { metafile } = await build({
    metafile: true,
    absWorkingDir: ROOT,
    entryPoints: ['web/app.ts', 'web/style.css'],
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    outdir: out,
    logLevel: 'warning',
    plugins: [importCore(join(ROOT, 'src'))],
  });
  // By itself, so that the page's own pieces stay as they are.
  const { metafile: workers } = await build({
    metafile: true,
    absWorkingDir: ROOT,
    entryPoints: {
      'train-worker': 'web/train/worker.ts',
      train: 'web/train/style.css',
      'service-worker': 'web/service-worker.ts',
    },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    outdir: out,
    logLevel: 'warning',
  });
  const bundled = [metafile, workers].flatMap(({ inputs }) => Object.keys(inputs));
  writeFileSync(join(out, 'licences.txt'), notices(bundled.map((file) => join(ROOT, file))));
  const page = readFileSync(join(ROOT, 'web', 'index.html'), 'utf8');
  writeFileSync(
    join(out, 'index.html'),
    page.replace('%POLICY%', POLICY).replace('%PRELOADS%', preloads(metafile, out)),
  );

  // The models, smallest first: the slider's stops.
  mkdirSync(join(out, 'models'));
  const listed: { file: string }[] = JSON.parse(
    readFileSync(join(ROOT, 'data', 'frontier', 'models.json'), 'utf8'),
  );
  const models = listed.map((model) => {
    const bytes = readFileSync(join(ROOT, 'data', model.file));
    const file = basename(model.file);
    writeFileSync(join(out, 'models', file), bytes);
    if (file === BY_PARTS)
      writeFileSync(join(out, 'models', file.replace('.wjz', '-by-parts.wjz')), writtenByParts(bytes));
    return { ...model, file, bytes: bytes.length };
  });
  const trained = readWjz(readFileSync(join(ROOT, 'data', `${FIRST}.wjz`)));
  const coding = { entropy: 'huffman', progressive: true } as const;
  writeFileSync(join(out, FIRST_MODEL), writeModel(trained, { file: FIRST_MODEL, coding }));
  const dense = await exportSafetensors(readWjz(readFileSync(join(ROOT, 'data', 'mnist-mlp-512-q20.wjz'))));
  writeFileSync(join(out, 'models', 'mnist-mlp-512-q20-dense.safetensors'), dense);
  models.sort((a, b) => a.bytes - b.bytes);
  writeFileSync(join(out, 'models.json'), JSON.stringify(models));

  // Its coefficients with codes that browsers show.
  const photographs = await openPicture(readFileSync(join(ROOT, 'data', PHOTOGRAPHS)));
  writeFileSync(join(out, 'models', PHOTOGRAPHS), writeModel(photographs, { file: PHOTOGRAPHS, coding }));
  mkdirSync(join(out, 'scenes'));
  for (const name of readdirSync(join(ROOT, 'data', 'scenes')))
    if (name.endsWith('.jpg')) copyFileSync(join(ROOT, 'data', 'scenes', name), join(out, 'scenes', name));

  mkdirSync(join(out, 'pictures'));
  for (let digit = 0; digit < 10; digit++) {
    const name = `digit-${digit}.png`;
    copyFileSync(join(ROOT, 'data', 'pictures', name), join(out, 'pictures', name));
  }

  // What the service worker keeps.
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.[a-z]+$/.test(name) && !/\.safetensors$|^service-worker/.test(name),
  );
  writeFileSync(
    join(out, 'offline.json'),
    JSON.stringify(['./', ...files.map((name) => name.split(sep).join('/'))]),
  );
}

/**
 * Links that ask for all that the first answer needs at once; without them each round trip to the server would find out what
 * the next one is for.
 */
function preloads({ outputs }: Metafile, out: string): string {
  const addresses = new Map<string, string>();
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint) addresses.set(entryPoint, path);
  }
  const scripts = new Set<string>();
  const add = (path: string): void => {
    if (scripts.has(path)) return;
    scripts.add(path);
    for (const { kind, path: imported } of outputs[path].imports)
      if (kind === 'import-statement') add(imported);
  };
  for (const entryPoint of ['web/app.ts', ...FIRST_NEEDED]) {
    const path = addresses.get(entryPoint);
    if (path === undefined) throw new Error(`${entryPoint} is not a file of its own in the bundle`);
    add(path);
  }
  const links = [...scripts].map(
    (path) => `<link rel="modulepreload" href="${relative(out, join(ROOT, path))}">`,
  );
  return [`<link rel="preload" as="fetch" crossorigin href="${FIRST_MODEL}">`, ...links].join('\n');
}
