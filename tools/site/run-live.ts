import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium, missingChromium } from '../docs/chromium.ts';
import { ORIGIN, serveFolder } from '../docs/open-page.ts';

/**
 * Runs the live blocks of a built site in Chromium. Returns a line for each that ends in an error or prints nothing; without
 * Chromium none is run, and that is printed.
 */
export async function runLiveBlocks(folder: string): Promise<string[]> {
  if (missingChromium !== undefined) {
    console.log(`docs: live examples are not tried, ${missingChromium}`);
    return [];
  }
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) =>
      name.endsWith('.html') && readFileSync(join(folder, name), 'utf8').includes('<div class="live">'),
  );
  const browser = await launchChromium();
  const problems: string[] = [];
  let count = 0;
  try {
    for (const name of pages) {
      const page = await browser.newPage();
      const complaints: string[] = [];
      await serveFolder(page, folder, complaints);
      await page.goto(`${ORIGIN}/${name}`);
      for (const controls of await page.locator('.live-controls').all()) {
        count++;
        await controls.getByRole('button', { name: 'Run' }).click();
        const output = controls.locator('output');
        await output
          .filter({ hasText: /\S/ })
          .waitFor({ timeout: 30_000 })
          .catch(() => {});
        const text = (await output.textContent())?.trim() ?? '';
        if (text === '' || /^\w*Error: /m.test(text))
          problems.push(`${name}, live block ${count}: ${text || 'prints nothing'}`);
      }
      problems.push(...complaints.map((complaint) => `${name}: ${complaint}`));
      await page.close();
    }
  } finally {
    await browser.close();
  }
  if (count === 0) problems.push('no page has a live block');
  console.log(`docs: ${count} live examples run`);
  return problems;
}
