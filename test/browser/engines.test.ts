import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { isolatedScripts, PAGE } from './isolated-page.ts';
import { MODELS, PICTURES, sameAnswers } from './same-answers.ts';
import { ISOLATION, type Served, serve } from './serve.ts';

/**
 * V8 runs the other tests, in Node and in Chromium. Here the other two engines answer, in Firefox and in WebKitGTK's
 * browser (what Safari is made of), and are compared with it to the bit; and Chromium's V8, which is newer than that of
 * Node.js 20 and multiplies bytes with relaxed SIMD.
 */
const ROOT = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'wjpeg-engines-'));

/** Debian's packages firefox-esr, libwebkit2gtk-4.1-0 and xvfb; WJPEG_FIREFOX and WJPEG_WEBKIT name others. */
const FIREFOX = process.env.WJPEG_FIREFOX ?? '/usr/bin/firefox-esr';
const LIBRARIES = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
const WEBKIT = process.env.WJPEG_WEBKIT ?? `${LIBRARIES}/webkit2gtk-4.1/MiniBrowser`;
const XVFB_RUN = '/usr/bin/xvfb-run';

const CHROMIUM = process.env.WJPEG_CHROMIUM ?? '/usr/bin/chromium';

const BROWSERS = [
  {
    name: 'Chromium',
    agent: /Chrome/,
    needs: [CHROMIUM],
    command: (address: string) => [
      CHROMIUM,
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${folder}`],
      address,
    ],
  },
  {
    name: 'Firefox',
    agent: /Firefox/,
    needs: [FIREFOX],
    command: (address: string) => [FIREFOX, '--headless', '--no-remote', '--profile', folder, address],
  },
  {
    name: 'WebKit',
    agent: /AppleWebKit.*Safari/,
    needs: [WEBKIT, XVFB_RUN],
    // It has no mode without a display.
    command: (address: string) => [XVFB_RUN, '-a', WEBKIT, address],
  },
];

/** Firefox begins with the page, and asks nobody for anything. */
const PREFERENCES = `
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
`;

interface Report {
  readonly userAgent: string;
  readonly isolated?: boolean;
  readonly error?: string;
  readonly answers?: Record<string, number[]>;
}

describe('engines answer to the bit as that of Node.js does', () => {
  let expected: Record<string, number[]>;
  let server: Awaited<ReturnType<typeof serve>>;
  let posted: (report: Report) => void = () => {};

  beforeAll(async () => {
    writeFileSync(join(folder, 'user.js'), PREFERENCES);
    const data = (name: string): Uint8Array => readFileSync(join(ROOT, 'data', name));
    expected = await sameAnswers(async (name) => new Uint8Array(data(name)), 1);
    const files: Record<string, Served> = {
      '/': { ...PAGE, headers: ISOLATION },
      ...(await isolatedScripts('same-answers-page.ts')),
    };
    for (const name of [...MODELS, ...PICTURES])
      files[`/${name}`] = { type: 'application/octet-stream', body: data(name) };
    server = await serve(files, (body) => posted(JSON.parse(body)));
  });

  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the page finds in a browser, which is ended with the test. */
  async function reportOf([program, ...words]: string[]): Promise<Report> {
    const env = {
      ...process.env,
      // Safari shares memory with workers in isolated pages; WebKitGTK has to be told.
      JSC_useSharedArrayBuffer: '1',
      // Whatever they keep goes where it is removed.
      HOME: folder,
      XDG_CACHE_HOME: folder,
      XDG_DATA_HOME: folder,
      TMPDIR: folder,
    };
    const browser = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env });
    let complaints = '';
    browser.stderr.on('data', (text) => {
      complaints += text;
    });
    const ended = new Promise<void>((resolve) => browser.on('close', resolve));
    onTestFinished(async () => {
      // The group: with the display and the processes of pages.
      if (browser.exitCode === null && browser.signalCode === null)
        process.kill(-(browser.pid as number), 'SIGTERM');
      await ended;
    });
    return Promise.race([
      new Promise<Report>((resolve) => {
        posted = resolve;
      }),
      ended.then(() => Promise.reject(new Error(`${program} ended: ${complaints.slice(-2000)}`))),
    ]);
  }

  for (const { name, agent, needs, command } of BROWSERS) {
    const missing = needs.filter((path) => !existsSync(path));
    test.skipIf(missing.length > 0)(
      missing.length > 0 ? `${name}: skipped, not there: ${missing.join(', ')}` : name,
      async () => {
        const report = await reportOf(command(`${server.address}/`));
        expect(report.error).toBeUndefined();
        expect(report.userAgent).toMatch(agent);
        expect(report.isolated).toBe(true);
        expect(Object.keys(report.answers ?? {}).length).toBe(MODELS.length * 7 * 4 + 6);
        expect(report.answers).toEqual(expected);
      },
    );
  }
});
