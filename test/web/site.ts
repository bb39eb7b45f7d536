import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from '../../tools/docs/chromium.ts';
import { buildPage } from '../../tools/web/build.ts';
import { servePage } from '../../tools/web/serve.ts';

/** The built page on a server, and a browser: one for all tests of a file. */
export interface Site {
  readonly folder: string;
  readonly address: string;
  readonly browser: Browser;
  /** A fresh visitor; `complaints` gets errors of the page. */
  visit(complaints: string[], options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** `args`: switches of the browser. */
export async function openSite(args: readonly string[] = []): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'wjpeg-site-'));
  await buildPage(folder);
  const server = await servePage(folder, 0);
  const browser = await launchChromium(args);
  return {
    folder,
    address: server.address,
    browser,
    async visit(complaints, options = {}) {
      const page = await browser.newPage({
        viewport: { width: 1440, height: 900 },
        // Requests that it answers are seen by no test.
        serviceWorkers: 'block',
        ...options,
      });
      // Less than a test has: what hangs is named then.
      page.setDefaultTimeout(300_000);
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      return page;
    },
    async close() {
      await browser.close();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}
