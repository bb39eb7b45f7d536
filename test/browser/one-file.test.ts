import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../../tools/docs/chromium.ts';
import { describeInChromium } from '../in-chromium.ts';
import { ISOLATION, type Served, serve } from './serve.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** As the README has it: one address, nothing built. */
const page = (script: string): string =>
  `<!doctype html><link rel="icon" href="data:,"><script type="module">
import { InferenceSession } from '/dist/browser/wjpeg.js';
${script}
document.title = answers.join(' ');
</script>`;

describeInChromium('a page without a bundler', () => {
  let browser: Browser;
  /** What a CDN does: files as they are. */
  const files: Record<string, Served> = {};

  beforeAll(async () => {
    for (const [folder, type] of [
      ['dist/browser', 'text/javascript'],
      ['data', 'application/octet-stream'],
    ] as const) {
      for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        files[`/${relative(ROOT, path)}`] = { type, body: readFileSync(path), headers: ISOLATION };
      }
    }
    browser = await launchChromium();
  });

  afterAll(() => browser?.close());

  /** What the page answers, the gzipped bytes of script that it has loaded, and their paths. */
  const answer = async (
    script: string,
    headers: Served['headers'] = ISOLATION,
  ): Promise<{ shown: string; bytes: number; loaded: string[] }> => {
    const { address, close } = await serve({
      ...files,
      '/': { type: 'text/html', body: page(script), headers },
    });
    const tab = await browser.newPage();
    const complaints: string[] = [];
    let bytes = 0;
    const loaded: string[] = [];
    tab.on('pageerror', ({ message }) => complaints.push(message));
    tab.on('response', (response) => {
      const path = new URL(response.url()).pathname;
      if (response.status() !== 200) complaints.push(`${path}: ${response.status()}`);
      else if (path.endsWith('.js')) {
        bytes += gzipSync(files[path].body).length;
        loaded.push(path);
      }
    });
    await tab.goto(`${address}/`);
    await Promise.race([
      tab.waitForFunction(() => document.title !== '', undefined, { timeout: 0 }),
      tab.waitForEvent('pageerror', { timeout: 0 }),
    ]);
    const shown = await tab.title();
    await tab.close();
    await close();
    expect(complaints).toEqual([]);
    return { shown, bytes, loaded };
  };

  it('answers for digits with what a bundler would have it load, and little more', async () => {
    const script = `const session = await InferenceSession.create('/data/mnist-lenet-8-16-huffman.jpg');
const answers = [(await session.infer('/data/pictures/digit-7.png')).label, session.backend];`;
    const { shown, bytes } = await answer(script);
    expect(shown).toBe('7 wasm');
    expect(bytes).toBeLessThan(134_000);
  });

  it('answers for photographs, as pixels of expanded weights too', async () => {
    const script = `const answers = [];
for (const path of ['coefficient', 'expanded']) {
  const session = await InferenceSession.create('/data/cifar10-resnet8-trained.jpg', { path });
  answers.push((await session.infer('/data/scenes/ship.jpg')).label);
}`;
    expect((await answer(script)).shown).toBe('ship ship');
  });

  it('has the GPU backends beside it', async () => {
    const script = `await import('/dist/browser/gpu.js');
const session = await InferenceSession.create('/data/mnist-mlp-512-trained.wjz', { backends: ['gpujs:cpu'] });
const answers = [(await session.infer('/data/pictures/digit-3.png')).label, session.backend];`;
    expect((await answer(script)).shown).toBe('3 gpujs:cpu');
  });

  it('has the threads beside it, in an isolated page', async () => {
    const script = `const session = await InferenceSession.create('/data/mnist-mlp-512-trained.wjz', { threads: 2 });
const pictures = Array.from({ length: 100 }, () => '/data/pictures/digit-3.png');
const labels = (await session.inferBatch(pictures)).map(({ label }) => label);
const answers = [...new Set(labels), labels.length, crossOriginIsolated];`;
    const { shown, loaded } = await answer(script);
    expect(shown).toBe('3 100 true');
    expect(loaded).toContain('/dist/browser/parts/thread-worker.js');
  });

  it('has those of convolutional networks, too, which any page may have', async () => {
    const script = `const pictures = Array.from({ length: 24 }, () => '/data/scenes/ship.jpg');
const answers = [crossOriginIsolated];
for (const threads of [1, 2]) {
  const session = await InferenceSession.create('/data/cifar10-resnet8-trained.jpg', { threads });
  answers.push(...new Set((await session.inferBatch(pictures)).map(({ label, score }) => label + score)));
  session.dispose();
}`;
    const { shown, loaded } = await answer(script, {});
    expect(shown).toMatch(/^false (ship\S+) \1$/);
    expect(loaded).toContain('/dist/browser/parts/graph-worker.js');
  });
});
