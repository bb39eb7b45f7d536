import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';

/** Nothing listens there: the page's requests are answered from its folder, all others are refused. */
export const ORIGIN = 'http://localhost';

/** Answers the requests of a page from a folder; what that lacks is a complaint. */
export async function serveFolder(page: Page, folder: string, complaints: string[]): Promise<void> {
  await page.route('**/*', async (route) => {
    const address = new URL(route.request().url());
    const path = join(folder, normalize(decodeURIComponent(address.pathname)));
    if (address.origin === ORIGIN && existsSync(path)) return route.fulfill({ path });
    complaints.push(`${address.href} is missing`);
    return route.abort();
  });
}

/**
 * Opens a page of a folder in Chromium and returns what its `<output>` shows once it shows something. A page that complains
 * (an exception, an error on the console, a request to somewhere else) is an error.
 */
export async function openPage(folder: string, file: string): Promise<string> {
  const browser = await launchChromium();
  const complaints: string[] = [];
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await serveFolder(page, folder, complaints);
    await page.goto(`${ORIGIN}/${file}`);
    const output = page.locator('output');
    await page
      .waitForFunction(() => document.querySelector('output')?.textContent?.trim(), undefined, {
        timeout: 30_000,
      })
      .catch((error: unknown) => {
        throw complaints.length > 0 ? new Error(`${file}: ${complaints.join('; ')}`) : error;
      });
    const text = (await output.textContent()) ?? '';
    if (complaints.length > 0) throw new Error(`${file}: ${complaints.join('; ')}`);
    return text.trimEnd();
  } finally {
    await browser.close();
  }
}
