/**
 * npm run bench:size: bytes that a page fetches until its first answer, runtime and model together, in Chromium. Scripts are
 * bundled and minified by esbuild; every file is sent gzipped, but for models that this makes larger. The page itself and the
 * picture are not counted.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { WjpegError } from '../../src/errors.ts';
import { exportOnnx, exportSafetensors } from '../../src/export.ts';
import { readWjz } from '../../src/format/read.ts';
import { readSafetensors } from '../../src/safetensors/read.ts';
import { toFloat32 } from '../../src/safetensors/tensor.ts';
import { runProgram } from '../../src/terminal/program.ts';
import { formatTable } from '../../src/text/table.ts';
import { launchChromium } from '../../tools/docs/chromium.ts';
import { CONTENT_TYPES } from '../../tools/web/serve.ts';
import { describeMachine } from '../machine.ts';
import { buildPackage, installPeers } from '../peers/install.ts';
import { MODELS, PAGES, type SizedPage } from './pages.ts';

/** The digit on the picture. */
const DIGIT = 7;
const PEERS = join('bench', 'peers', 'node_modules');
/** Files that runtimes fetch by themselves, by the first part of their address. */
const FOLDERS: Readonly<Record<string, string>> = {
  'onnxruntime-web': join(PEERS, 'onnxruntime-web', 'dist'),
  'tfjs-backend-wasm': join(PEERS, '@tensorflow', 'tfjs-backend-wasm', 'dist'),
};
const KINDS = ['runtime', 'model'] as const;

await runProgram('bench:size', async () => {
  buildPackage();
  installPeers();
  const browser = await launchChromium();
  try {
    const rows: string[][] = [];
    for (const page of PAGES) {
      const bytes = await fetched(page, browser);
      const total = KINDS.reduce((sum, kind) => sum + bytes[kind], 0);
      rows.push([
        page.runtime,
        page.model,
        ...[bytes.runtime, bytes.model, total].map((n) => n.toLocaleString('en-US')),
      ]);
    }
    const table = formatTable([
      ['runtime', 'network', 'runtime, bytes', 'model, bytes', 'together'],
      ...rows,
    ]);
    process.stdout.write(`${table}\n${describeMachine()}, Chromium ${browser.version()}\n`);
  } finally {
    await browser.close();
  }
});

/** Bytes by what they are for, as the server sent them. */
type Fetched = Record<(typeof KINDS)[number], number>;

/** Opens a page, waits for its answer, and adds up what was sent for it. */
async function fetched(
  page: SizedPage,
  browser: Awaited<ReturnType<typeof launchChromium>>,
): Promise<Fetched> {
  const folder = await mkdtemp(join(tmpdir(), 'wjpeg-size-'));
  const bytes: Fetched = { runtime: 0, model: 0 };
  await bundle(page.script, folder);
  const model = await modelBytes(page.file);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const body = bodyOf(pathname, folder, page.file, model);
    if (body === undefined) {
      response.writeHead(404).end();
      return;
    }
    const packed = gzipSync(body, { level: 9 });
    const isPacked = packed.length < body.length;
    const sent = isPacked ? packed : body;
    if (pathname === `/${page.file}`) bytes.model += sent.length;
    else if (/\.(js|mjs|wasm)$/.test(pathname)) bytes.runtime += sent.length;
    response
      .writeHead(200, {
        'content-type': CONTENT_TYPES[extname(pathname) || '.html'] ?? 'application/octet-stream',
        ...(isPacked && { 'content-encoding': 'gzip' }),
      })
      .end(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const tab = await browser.newPage();
  try {
    const complaints: string[] = [];
    tab.on('pageerror', (error) => complaints.push(error.message));
    await tab.goto(`http://127.0.0.1:${port}/`);
    await tab.waitForFunction('window.answer !== undefined', undefined, { timeout: 120_000 }).catch(() => {});
    const answer = await tab.evaluate('window.answer');
    if (answer === DIGIT) return bytes;
    throw new WjpegError(
      'corrupt',
      'BENCH_DISAGREES',
      `${page.runtime} answers ${String(answer)}, expected ${DIGIT}${complaints.length > 0 ? `: ${complaints[0]}` : ''}`,
    );
  } finally {
    await tab.close();
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  }
}

/** Writes index.html and the bundled script. */
async function bundle(script: string, folder: string): Promise<void> {
  await build({
    stdin: { contents: script, resolveDir: process.cwd(), sourcefile: 'page.js' },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['onnxruntime-web-use-extern-wasm'],
    nodePaths: [PEERS],
    outdir: folder,
    entryNames: 'page',
    logLevel: 'error',
  });
}

function bodyOf(path: string, folder: string, file: string, model: Uint8Array): Uint8Array | undefined {
  if (path === '/')
    return new TextEncoder().encode('<!doctype html><script type="module" src="/page.js"></script>');
  if (path === '/picture.png') return readFileSync(join('data', 'pictures', 'digit-7.png'));
  if (path === `/${file}`) return model;
  const [, first, name] = path.split('/');
  const from = name === undefined ? join(folder, first) : join(FOLDERS[first] ?? folder, name);
  return existsSync(from) ? readFileSync(from) : undefined;
}

/** The trained network as each runtime takes it. */
async function modelBytes(file: string): Promise<Uint8Array> {
  if (file !== MODELS.dense && file !== MODELS.floats) return readFileSync(join('data', file));
  const trained = readWjz(readFileSync(join('data', MODELS.mlp)));
  if (file === MODELS.dense) return (await exportOnnx(trained)).bytes;
  const tensors = readSafetensors(await exportSafetensors(trained));
  const matrices = [...tensors.values()].filter(({ shape }) => shape.length === 2).map(toFloat32);
  return Buffer.concat(
    matrices.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  );
}
