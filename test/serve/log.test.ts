import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const PROGRAM = join(ROOT, 'dist', 'src', 'cli', 'wjpeg.js');
const MLP = join(ROOT, 'data', 'mnist-mlp-512-trained.wjz');
const INPUT = new Float32Array(784).fill(0.5);

/** A server whose standard output is `stdout`, so that what it logs need not arrive. */
async function serve(
  stdout: number | 'pipe',
  cwd = ROOT,
  environment: Readonly<Record<string, string>> = {},
) {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [PROGRAM, 'serve', `m=${MLP}`, '--workers', '1', '--port', `${port}`],
    {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ['ignore', stdout, 'pipe'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let complaints = '';
  child.stderr?.on('data', (bytes: Uint8Array) => {
    complaints += bytes;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const get = (path: string, body?: BodyInit): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      ...(body && { method: 'POST', body, headers: { 'Inference-Header-Content-Length': '0' } }),
    });
  while (!(await get('/v2/health/ready').catch(() => undefined))?.ok) {
    if (over) throw new Error(`wjpeg serve ended: ${complaints}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const infer = async (): Promise<number> => (await get('/v2/models/m/infer', INPUT)).status;
  return { child, infer, ended, complaints: () => complaints };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

describe('a log that cannot be written', () => {
  it('a full disk: the server says so once, answers on, and ends as ever', async () => {
    const full = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(full));
    const { child, infer, ended, complaints } = await serve(full);
    for (let i = 0; i < 5; i++) expect(await infer()).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(complaints()).toBe('wjpeg: cannot write the log to standard output: no space left on the disk\n');
  });

  it('a reader that has gone', async () => {
    const { child, infer, ended, complaints } = await serve('pipe');
    child.stdout?.destroy();
    for (let i = 0; i < 5; i++) expect(await infer()).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(complaints()).toMatch(/^wjpeg: cannot write the log to standard output: .*EPIPE\n$/);
  });
});

describe('disks', () => {
  const NO_MOUNT = 'mounting is not allowed here';
  let [folder, place, isMounted] = ['', '', false];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wjpeg-serve-'));
    place = join(folder, 'disk');
    mkdirSync(place);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'wjpeg-test', place], { stdio: 'ignore' });
      isMounted = true;
    } catch {
      // Its tests are skipped.
    }
  });
  afterAll(() => {
    if (isMounted) execFileSync('umount', [place]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('a disk that is full for a while: the lines after it are written, whole', async ({ skip }) => {
    skip(!isMounted, NO_MOUNT);
    const log = openSync(join(place, 'log'), 'a');
    onTestFinished(() => closeSync(log));
    const { child, infer, ended, complaints } = await serve(log);
    const filler = join(place, 'filler');
    try {
      writeFileSync(filler, new Uint8Array(2 ** 17));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
    // More than what the last page of the log has room for.
    for (let i = 0; i < 40; i++) expect(await infer()).toBe(200);
    rmSync(filler);
    for (let i = 0; i < 5; i++) expect(await infer()).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(complaints()).toBe('wjpeg: cannot write the log to standard output: no space left on the disk\n');
    const lines = readFileSync(join(place, 'log'), 'utf8').trim().split('\n');
    expect(lines.length).toBeLessThan(40);
    for (const line of lines.slice(-7)) expect(JSON.parse(line)).toHaveProperty('message');
    // It has written nothing else.
    expect(readdirSync(place)).toEqual(['log']);
  });
  it('read-only everywhere: it answers as ever, as it writes nothing', async ({ skip }) => {
    skip(!isMounted, NO_MOUNT);
    execFileSync('mount', ['-o', 'remount,ro', place]);
    const { child, infer, ended, complaints } = await serve('pipe', place, { HOME: place, TMPDIR: place });
    for (let i = 0; i < 5; i++) expect(await infer()).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(complaints()).toBe('');
  });
});
