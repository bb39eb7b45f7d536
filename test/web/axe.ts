import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe says of a page as it stands. */
export async function runAxe(page: Page): Promise<AxeResults> {
  // The page's own policy lets no script in; the protocol may evaluate one all the same.
  await page.evaluate(AXE);
  return page.evaluate(() =>
    (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run({
      // Costs as much as all rules together, and nothing here reads it.
      selectors: false,
    }),
  );
}

/** The serious faults that axe finds on a page, each with the elements that have it. */
export async function seriousFaults(page: Page): Promise<[rule: string, elements: string[]][]> {
  const { violations } = await runAxe(page);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}
