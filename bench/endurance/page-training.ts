import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { mulberry32 } from '../../src/random.ts';
import { launchChromium } from '../../tools/docs/chromium.ts';
import { buildPage } from '../../tools/web/build.ts';
import { drawStrokes } from '../../tools/web/draw-strokes.ts';
import { servePage } from '../../tools/web/serve.ts';
import { describeMachine } from '../machine.ts';

/** What a page holds after a garbage collection. */
export interface PageMemory {
  readonly trainings: number;
  /** Bytes of objects, and of array buffers beside them. */
  readonly objects: number;
  readonly buffers: number;
  /** Bytes of the page's process, code and pictures included. */
  readonly resident: number;
  readonly elements: number;
  readonly listeners: number;
  readonly workers: number;
}

export interface PageTrainingReport {
  readonly chromium: string;
  readonly seconds: number;
  readonly samples: readonly PageMemory[];
  /** Errors of the page. */
  readonly complaints: readonly string[];
}

const CLASSES = 3;
const PICTURES = 3;

/** Trainings after which memory is looked at, and those after which what it holds more is growth. */
const EVERY = 10;
/** What objects and buffers may grow by meanwhile: a network's file is about a kilobyte. */
const OBJECTS_ALLOWANCE = 2 ** 20;

/** Trains so many times in one page and prints what it holds; false where that grows. `allowance`: bytes of the process. */
export async function endurePageTraining(count: number, allowance: number): Promise<boolean> {
  const { chromium, seconds, samples, complaints } = await trainInPage(count, EVERY);
  const mib = (size: number): string => `${(size / 2 ** 20).toFixed(2)} MiB`;
  console.log(
    `${describeMachine()}; Chromium ${chromium}; ${count} trainings in one page, ${seconds.toFixed(0)} s`,
  );
  for (const { trainings, objects, buffers, resident, elements, listeners, workers } of samples)
    console.log(
      `after ${trainings}: ${mib(objects)} of objects, ${mib(buffers)} of buffers, process ${mib(resident)}, ` +
        `${elements} nodes, ${listeners} listeners, ${workers} workers`,
    );
  for (const complaint of complaints) console.error(`  ${complaint}`);
  const [first, last] = [samples[0], samples[samples.length - 1]];
  const grows =
    last.objects - first.objects > OBJECTS_ALLOWANCE ||
    last.buffers - first.buffers > OBJECTS_ALLOWANCE ||
    last.resident - first.resident > allowance ||
    last.workers > 0;
  if (grows) console.log('IT GROWS');
  return !grows && complaints.length === 0;
}

/**
 * Draws three pictures for each of three classes in the page of web/, and trains a network on them `count` times over, as a
 * user does who presses “Train again”; after each training the network answers. Memory after every `every`-th.
 */
export async function trainInPage(count: number, every: number): Promise<PageTrainingReport> {
  const folder = mkdtempSync(join(tmpdir(), 'wjpeg-endurance-'));
  await buildPage(folder);
  const server = await servePage(folder, 0);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ serviceWorkers: 'block' });
    page.setDefaultTimeout(0);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(server.address);
    await page.click('#train-open');
    await page.waitForSelector('#train-canvas');
    await collect(page);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const samples: PageMemory[] = [];
    const start = performance.now();
    for (let trainings = 1; trainings <= count; trainings++) {
      await page.click('#train-start');
      await page.waitForSelector('.get:not([hidden])');
      await page.waitForSelector('.train-read[aria-busy=false]');
      if (trainings % every === 0 || trainings === count)
        samples.push(await memoryOf(page, session, trainings));
    }
    return {
      chromium: browser.version(),
      seconds: (performance.now() - start) / 1000,
      samples,
      complaints,
    };
  } finally {
    await browser.close();
    server.close();
    rmSync(folder, { recursive: true });
  }
}

/** Pictures of the first class have one stroke, those of the second two, and so on; they are drawn by events in the page. */
async function collect(page: Page): Promise<void> {
  const random = mulberry32(3);
  for (let which = 0; which < CLASSES; which++) {
    const row = page.locator('.classes > li').nth(which);
    for (let picture = 1; picture <= PICTURES; picture++) {
      const strokes = Array.from({ length: which + 1 }, (_, stroke) => {
        const x = 0.25 + 0.2 * stroke + 0.1 * random();
        return [0.2, 0.5, 0.8].map((y) => [x + 0.05 * random(), y] as const);
      });
      await drawStrokes(page, strokes);
      await row.locator('.take').evaluate((button: HTMLButtonElement) => button.click());
      await row.locator(`.taken button:nth-child(${picture})`).waitFor();
    }
  }
}

async function memoryOf(page: Page, session: CDPSession, trainings: number): Promise<PageMemory> {
  // What a first collection frees may hold what a second one frees.
  for (let i = 0; i < 2; i++) await session.send('HeapProfiler.collectGarbage');
  const heap = (await session.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    backingStorageSize: number;
  };
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name: string): number => metrics.find((one) => one.name === name)?.value ?? Number.NaN;
  return {
    trainings,
    objects: heap.usedSize,
    buffers: heap.backingStorageSize,
    resident: await residentOf(page),
    elements: metric('Nodes'),
    listeners: metric('JSEventListeners'),
    workers: page.workers().length,
  };
}

/** Resident set of the process that shows the page: of the browser's renderers the largest, as only one page is open. */
async function residentOf(page: Page): Promise<number> {
  const session = await page.context().browser()?.newBrowserCDPSession();
  const { processInfo } = (await session?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
  await session?.detach();
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]);
  return Math.max(...sizes.map((size) => Number(size) * 1024));
}
