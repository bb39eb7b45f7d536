/**
 * npm run bench:page: how fast the page of web/ is, as Lighthouse measures it, through Chromium's own protocol: a phone (four
 * times slower processor, slow 4G) and a desktop as it is, both without a cache.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, CDPSession } from 'playwright-core';
import { WjpegError } from '../../src/errors.ts';
import { runProgram } from '../../src/terminal/program.ts';
import { formatTable } from '../../src/text/table.ts';
import { launchChromium } from '../../tools/docs/chromium.ts';
import { buildPage } from '../../tools/web/build.ts';
import { servePage } from '../../tools/web/serve.ts';
import { describeMachine } from '../machine.ts';

const VISITS = 5;
/** After the answer, for what the page still does: its cards are measured, the service worker fetches. */
const SETTLE = 5000;
/** The digit that the page begins with. */
const ANSWER = '3';

interface Device {
  readonly name: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly cpu: number;
  /** Round trip in milliseconds, bytes per second. */
  readonly link?: { readonly latency: number; readonly down: number; readonly up: number };
}

/** Slow 4G as Lighthouse applies it: 1.6 Mbit/s and 150 ms, of which requests get 90% and 3.75 round trips. */
const SLOW_4G = { latency: 562.5, down: 1_474_560 / 8, up: 675_000 / 8 };
const DEVICES: readonly Device[] = [
  { name: 'phone, slow 4G, CPU 4× slower', viewport: { width: 390, height: 844 }, cpu: 4, link: SLOW_4G },
  { name: 'desktop, as it is', viewport: { width: 1440, height: 900 }, cpu: 1 },
];

const METRICS = {
  firstPaint: 'first contentful paint, ms',
  largestPaint: 'largest contentful paint, ms',
  answer: 'first answer, ms',
  blocking: 'total blocking time, ms',
  shift: 'layout shift',
  bytesToAnswer: 'transferred until the answer, kB',
  bytes: 'transferred in all, kB',
} as const;
type Figures = Record<keyof typeof METRICS, number>;

/** Filled in by the script that watches a page. */
interface Watched {
  answer?: number;
  largestPaint: number;
  shift: number;
  readonly tasks: { readonly start: number; readonly duration: number }[];
}

await runProgram('bench:page', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wjpeg-bench-page-'));
  await buildPage(folder);
  const server = await servePage(folder, 0);
  const browser = await launchChromium();
  try {
    const columns: Figures[][] = DEVICES.map(() => []);
    for (let visit = 0; visit < VISITS; visit++)
      for (const [index, device] of DEVICES.entries())
        columns[index].push(await measured(browser, server.address, device));
    const rows = Object.entries(METRICS).map(([key, name]) => [
      name,
      ...columns.map((visits) => summary(visits.map((figures) => figures[key as keyof Figures]))),
    ]);
    const table = formatTable([['', ...DEVICES.map(({ name }) => name)], ...rows]);
    process.stdout.write(
      `${table}\nmedian of ${VISITS} visits, range; files gzipped but for models and pictures\n${describeMachine()}, Chromium ${browser.version()}\n`,
    );
  } finally {
    await browser.close();
    server.close();
    await rm(folder, { recursive: true });
  }
});

async function measured(browser: Browser, address: string, device: Device): Promise<Figures> {
  const page = await browser.newPage({ viewport: device.viewport });
  try {
    const devtools = await page.context().newCDPSession(page);
    const transferred = await countBytes(devtools);
    await slowDown(devtools, device);
    await page.addInitScript(watch, ANSWER);
    await page.goto(address);
    await page.waitForFunction(() => (globalThis as unknown as { watched: Watched }).watched.answer);
    const bytesToAnswer = transferred();
    await page.waitForTimeout(SETTLE);
    const [firstPaint, watched] = await page.evaluate(() => [
      performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      (globalThis as unknown as { watched: Watched }).watched,
    ]);
    if (firstPaint === undefined || watched.answer === undefined)
      throw new WjpegError('unavailable', 'PAGE_MEASURE', `${address}: Chromium reports no first paint`);
    return {
      firstPaint,
      largestPaint: watched.largestPaint,
      answer: watched.answer,
      // What a task takes beyond 50 ms, from the first paint on.
      blocking: watched.tasks
        .filter(({ start }) => start >= firstPaint)
        .reduce((sum, { duration }) => sum + duration - 50, 0),
      shift: watched.shift,
      bytesToAnswer: bytesToAnswer / 1000,
      bytes: transferred() / 1000,
    };
  } finally {
    await page.close();
  }
}

/** Runs in the page, before anything of its own: it is sent as text, so it holds no named functions, for which tsx adds a helper. */
function watch(answer: string): void {
  const watched: Watched = { largestPaint: 0, shift: 0, tasks: [] };
  (globalThis as unknown as { watched: Watched }).watched = watched;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { entryType, startTime, duration } = entry;
      if (entryType === 'largest-contentful-paint') watched.largestPaint = startTime;
      else if (entryType === 'longtask') watched.tasks.push({ start: startTime, duration });
      else {
        const shift = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
        if (!shift.hadRecentInput) watched.shift += shift.value;
      }
    }
  });
  for (const type of ['largest-contentful-paint', 'longtask', 'layout-shift'])
    observer.observe({ type, buffered: true });
  const changes = new MutationObserver(() => {
    if (document.getElementById('answer')?.textContent !== answer) return;
    watched.answer = performance.now();
    changes.disconnect();
  });
  changes.observe(document, { childList: true, subtree: true, characterData: true });
}

/** Bytes that have come over the network, headers included. */
async function countBytes(devtools: CDPSession): Promise<() => number> {
  let bytes = 0;
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await devtools.send('Network.enable');
  return () => bytes;
}

async function slowDown(devtools: CDPSession, { cpu, link }: Device): Promise<void> {
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpu });
  if (!link) return;
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: link.latency,
    downloadThroughput: link.down,
    uploadThroughput: link.up,
  });
}

/** `median (lowest to highest)`. */
function summary(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const format = (value: number): string =>
    value >= 10 ? value.toFixed(0) : value.toFixed(value < 1 ? 3 : 1);
  const [median, low, high] = [sorted[sorted.length >> 1], sorted[0], sorted.at(-1) as number];
  return low === high ? format(median) : `${format(median)} (${format(low)} to ${format(high)})`;
}
