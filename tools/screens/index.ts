/**
 * npm run docs:screens: takes pictures of all states of the page of web/, of reports and of the site of docs/ (if npm run docs
 * has built it), at two widths, light and dark, into docs/screens, and lists them. They are looked at, not kept. Needs Chromium.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { failUsage, runProgram } from '../../src/terminal/program.ts';
import { launchChromium } from '../docs/chromium.ts';
import { buildPage } from '../web/build.ts';
import { servePage } from '../web/serve.ts';
import { PAGE_STATES } from './page-states.ts';
import { writeReports } from './reports.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const OUT = join(ROOT, 'docs', 'screens');
const SITE = join(ROOT, 'docs', 'site');
/** Of the site: the first page, pages of text, of code, of tables, of the reference. */
const SITE_PAGES = [
  'index',
  'documents/Begin.From_a_PyTorch_model_to_a_page_that_answers',
  'documents/Begin.How_it_works',
  'documents/Look_up.Error_codes',
  'modules/wjpeg',
];
const WIDTHS = [390, 1440];
const SCHEMES = ['light', 'dark'] as const;
/** A longer page is cut off: nothing new comes after it. */
const MAX_HEIGHT = 8000;
const NAME = 'npm run docs:screens --';

await runProgram('docs:screens', async () => {
  const { only } = await yargs(hideBin(process.argv))
    .scriptName(NAME)
    .options({ only: { type: 'string', default: '', describe: 'Only pictures whose names begin so' } })
    .strict()
    .version(false)
    .fail((message, error) => {
      if (error) throw error;
      failUsage(NAME, message);
    })
    .parseAsync();
  const wanted = (name: string): boolean => name.startsWith(only) || only.startsWith(name);
  const folder = await mkdtemp(join(tmpdir(), 'wjpeg-screens-'));
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  const browser = await launchChromium();
  const closing: (() => unknown)[] = [() => browser.close()];
  try {
    const visits: [name: string, visit: (page: Page, shoot: Shoot) => Promise<void>][] = [];
    if (wanted('page')) {
      await buildPage(join(folder, 'page'));
      const server = await servePage(join(folder, 'page'), 0);
      closing.push(() => server.close());
      visits.push([
        'page',
        async (page, shoot) => {
          await page.goto(server.address);
          for (const [state, enter] of PAGE_STATES) {
            await enter(page);
            await shoot(state);
          }
        },
      ]);
    }
    if (wanted('report')) {
      for (const [name, file] of await writeReports(folder))
        visits.push([`report-${name}`, opened(pathToFileURL(file).href)]);
    }
    if (wanted('site')) {
      if (!existsSync(SITE)) process.stdout.write('docs/site is missing: npm run docs builds it\n');
      for (const path of existsSync(SITE) ? SITE_PAGES : []) {
        const name = `site-${path.replace(/.*\//, '').toLowerCase()}`;
        visits.push([name, opened(pathToFileURL(join(SITE, `${path}.html`)).href)]);
      }
    }
    for (const [name, visit] of visits) {
      for (const width of WIDTHS) {
        for (const colorScheme of SCHEMES) {
          const page = await browser.newPage({
            viewport: { width, height: width < 600 ? 844 : 900 },
            colorScheme,
            serviceWorkers: 'block',
          });
          page.setDefaultTimeout(120_000);
          await visit(page, (state) => shoot(page, [name, state, width, colorScheme]));
          await page.close();
        }
      }
    }
  } finally {
    for (const close of closing.toReversed()) await close();
    await rm(folder, { recursive: true });
  }
});

/** Takes a picture of a state. */
type Shoot = (state?: string) => Promise<void>;

function opened(address: string): (page: Page, shoot: Shoot) => Promise<void> {
  return async (page, shoot) => {
    await page.goto(address);
    await shoot();
  };
}

async function shoot(page: Page, parts: readonly (string | number | undefined)[]): Promise<void> {
  // What sticks to an edge stands in its place.
  await page.evaluate(() => scrollTo(0, 0));
  const path = join(OUT, `${parts.filter((part) => part !== undefined).join('-')}.png`);
  const [width, height, scrolled] = await page.evaluate(() => [
    innerWidth,
    document.documentElement.scrollHeight,
    document.documentElement.scrollWidth,
  ]);
  const clip = { x: 0, y: 0, width, height: Math.min(height, MAX_HEIGHT) };
  await page.screenshot({ path, fullPage: true, clip, animations: 'disabled' });
  const wide = scrolled > width ? `, ${scrolled - width} px too wide` : '';
  process.stdout.write(`${path.slice(ROOT.length + 1)}: ${width}×${height}${wide}\n`);
}
