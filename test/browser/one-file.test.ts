import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, missingChromium } from '../../tools/docs/chromium.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const title = missingChromium
  ? `a page without a bundler: skipped, ${missingChromium}`
  : 'a page without a bundler';

/** As the README has it: one address, nothing built. */
const page = (script: string): string =>
  `<!doctype html><link rel="icon" href="data:,"><script type="module">
import { InferenceSession } from '/dist/browser/wjpeg.js';
${script}
document.title = answers.join(' ');
</script>`;

describe.skipIf(missingChromium !== undefined)(title, () => {
  let server: Server;
  let browser: Browser;
  let html = '';
  let bytes = 0;
  const missing: string[] = [];

  beforeAll(async () => {
    // What a CDN does: files as they are.
    server = createServer(async ({ url = '/' }, response) => {
      try {
        if (url === '/') {
          response.setHeader('content-type', 'text/html').end(html);
          return;
        }
        const content = await readFile(join(ROOT, url));
        const isScript = url.endsWith('.js');
        response.setHeader('content-type', isScript ? 'text/javascript' : 'application/octet-stream');
        if (isScript) bytes += gzipSync(content).length;
        response.end(content);
      } catch {
        missing.push(url);
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const answer = async (script: string): Promise<string> => {
    html = page(script);
    bytes = 0;
    const tab = await browser.newPage();
    const complaints: string[] = [];
    tab.on('pageerror', ({ message }) => complaints.push(message));
    await tab.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    await Promise.race([
      tab.waitForFunction(() => document.title !== '', undefined, { timeout: 0 }),
      tab.waitForEvent('pageerror', { timeout: 0 }),
    ]);
    const shown = await tab.title();
    await tab.close();
    expect(complaints).toEqual([]);
    expect(missing).toEqual([]);
    return shown;
  };

  it('answers for digits with what a bundler would have it load, and little more', async () => {
    const script = `const session = await InferenceSession.create('/data/mnist-lenet-8-16-huffman.jpg');
const answers = [(await session.infer('/data/pictures/digit-7.png')).label, session.backend];`;
    expect(await answer(script)).toBe('7 wasm');
    expect(bytes).toBeLessThan(130_000);
  });

  it('answers for photographs, as pixels of expanded weights too', async () => {
    const script = `const answers = [];
for (const path of ['coefficient', 'expanded']) {
  const session = await InferenceSession.create('/data/cifar10-resnet8-trained.jpg', { path });
  answers.push((await session.infer('/data/scenes/ship.jpg')).label);
}`;
    expect(await answer(script)).toBe('ship ship');
  });

  it('has the GPU backends beside it', async () => {
    const script = `await import('/dist/browser/gpu.js');
const session = await InferenceSession.create('/data/mnist-mlp-512-trained.wjz', { backends: ['gpujs:cpu'] });
const answers = [(await session.infer('/data/pictures/digit-3.png')).label, session.backend];`;
    expect(await answer(script)).toBe('3 gpujs:cpu');
  });
});
