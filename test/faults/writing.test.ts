import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { laterPrograms, startWjpeg, type WritingProgram, writingPrograms } from './programs.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const WJPEG = join(ROOT, 'dist', 'src', 'cli', 'wjpeg.js');
const folder = mkdtempSync(join(tmpdir(), 'wjpeg-writing-'));
const mounted: string[] = [];
afterAll(() => {
  for (const place of mounted) execFileSync('umount', [place]);
  rmSync(folder, { recursive: true });
});

const data = join(folder, 'data');
const programs = [...writingPrograms(data), ...laterPrograms(data)];

/** Mounts a small disk in memory; undefined where that is not allowed. Only while tests run: what is collected may not run at all. */
function mountDisk(name: string, options: string): string | undefined {
  const place = join(folder, name);
  mkdirSync(place);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'wjpeg-test', place], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  mounted.push(place);
  return place;
}

const NO_MOUNT = 'mounting is not allowed here';
const EARLIER = 'an earlier version';

describe('a disk without room', () => {
  let disk: string | undefined;
  beforeAll(() => {
    disk = mountDisk('disk', 'size=2m');
  });

  test('wjpeg score: one clear line; what it has written is kept, and it goes on from there', async ({
    skip,
  }) => {
    if (disk === undefined) return skip(NO_MOUNT);
    const score = programs.find(({ resume }) => resume !== undefined) as WritingProgram;
    const whole = join(folder, 'score-whole');
    mkdirSync(whole);
    expect((await startWjpeg(score.words(whole)).ended).code).toBe(0);
    const lines = readFileSync(join(whole, score.output));
    const place = join(disk, 'lines');
    mkdirSync(place);
    const filler = join(disk, 'filler');
    onTestFinished(() => {
      rmSync(filler, { force: true });
      rmSync(place, { recursive: true });
    });
    // Room for a part of the lines.
    fill(filler);
    truncateSync(filler, statSync(filler).size - 3 * 4096);
    const { code, stderr } = await startWjpeg(score.words(place)).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^wjpeg: cannot write .*out\.ndjson: no space left on the disk\n$/);
    const kept = readFileSync(join(place, score.output));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(lines.length);
    expect(kept).toEqual(lines.subarray(0, kept.length));
    rmSync(filler);
    expect((await startWjpeg(score.resume?.(place) as readonly string[]).ended).code).toBe(0);
    expect(readFileSync(join(place, score.output))).toEqual(lines);
  });

  test.for(programs.filter(({ resume }) => resume === undefined))(
    'wjpeg $name: one clear line, the earlier version stays, nothing else is left',
    async (program, { skip }) => {
      if (disk === undefined) return skip(NO_MOUNT);
      const place = join(disk, program.name);
      mkdirSync(place);
      writeFileSync(join(place, program.output), EARLIER);
      const filler = join(disk, 'filler');
      onTestFinished(() => {
        rmSync(filler, { force: true });
        rmSync(place, { recursive: true });
      });
      fill(filler);
      const { code, stderr } = await startWjpeg(program.words(place)).ended;
      expect(code).toBe(1);
      // train says first what it found, and how its epochs went.
      expect(stderr).toMatch(
        /^(.* pictures of .*\n)?(epoch .*\n)*wjpeg: cannot write .*: no space left on the disk\n$/,
      );
      expect(readdirSync(place)).toEqual([program.output]);
      expect(readFileSync(join(place, program.output), 'utf8')).toBe(EARLIER);
      rmSync(filler);
      expect((await startWjpeg(program.words(place)).ended).code).toBe(0);
      expect(readFileSync(join(place, program.output), 'utf8')).not.toBe(EARLIER);
    },
  );
});

/** Writes until nothing more fits. */
function fill(path: string): void {
  try {
    writeFileSync(path, new Uint8Array(2 ** 22));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

describe('a folder that is read-only', () => {
  test('by its file system: said before any work is done', async ({ skip }) => {
    const place = mountDisk('read-only', 'size=64k');
    if (place === undefined) return skip(NO_MOUNT);
    for (const { output } of programs) writeFileSync(join(place, output), EARLIER);
    execFileSync('mount', ['-o', 'remount,ro', place]);
    for (const program of programs) {
      const { code, stderr } = await startWjpeg(program.words(place)).ended;
      expect(code).toBe(1);
      expect(stderr).toMatch(/^wjpeg: cannot write .*: the file system is read-only\n$/);
      expect(readFileSync(join(place, program.output), 'utf8')).toBe(EARLIER);
    }
  });

  const isRoot = process.getuid?.() === 0;
  test.skipIf(isRoot)(
    `by its permissions${isRoot ? ' (skipped: root may write everywhere)' : ''}`,
    async () => {
      const place = join(folder, 'not-allowed');
      mkdirSync(place);
      for (const { output } of programs) writeFileSync(join(place, output), EARLIER);
      chmodSync(place, 0o555);
      for (const program of programs) {
        const { code, stderr } = await startWjpeg(program.words(place)).ended;
        expect(code).toBe(1);
        expect(stderr).toMatch(/^wjpeg: cannot write .*: permission denied\n$/);
        expect(readFileSync(join(place, program.output), 'utf8')).toBe(EARLIER);
      }
    },
  );
});

/** Runs a line of bash, as it is typed; its own standard output and errors are kept. */
function bash(line: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn('bash', ['-c', line], { stdio: ['ignore', 'pipe', 'pipe'] });
  const collected = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Uint8Array) => {
      collected[name] += chunk.toString();
    });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...collected })));
}

const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ');

describe('a pipe that nobody reads any more', () => {
  const model = join(folder, 'data', 'model.wjz');

  // Far more than a pipe holds, so that there is no end before it is closed.
  test('standard output: the program ends quietly', async () => {
    const words = quoted([process.execPath, WJPEG, 'report', model, '--repeats', '1', '--json']);
    const { stdout, stderr } = await bash(`${words} | head -c 1; echo " \${PIPESTATUS[0]}"`);
    expect(stdout).toBe('{ 0\n');
    expect(stderr).toBe('');
  });

  test.each(programs)('both of wjpeg $name: what it was asked to write is written', async (program) => {
    const place = join(folder, `pipe-${program.name}`);
    mkdirSync(place);
    const words = quoted([process.execPath, WJPEG, ...program.words(place)]);
    const { stdout } = await bash(
      `{ ${words} 2>&1; echo $? > '${place}/code'; } | true; cat '${place}/code'`,
    );
    expect(stdout).toBe('0\n');
    expect(readdirSync(place)).toContain(program.output);
  });
});

describe('Ctrl-C', () => {
  test.each(programs)('wjpeg $name: ends at once, by the signal, and leaves nothing', async (program) => {
    const place = join(folder, `interrupted-${program.name}`);
    mkdirSync(place);
    writeFileSync(join(place, program.output), EARLIER);
    // A tenth of a second after its start. Where this process was held up and it had ended by then: earlier, with a new one.
    for (let milliseconds = 100; ; milliseconds /= 2) {
      const { child, ended } = startWjpeg(program.words(place));
      if (milliseconds < 1) child.kill('SIGINT');
      else setTimeout(() => child.kill('SIGINT'), milliseconds);
      const { signal, code } = await ended;
      if (signal === null && code === 0 && milliseconds >= 1) {
        for (const name of readdirSync(place)) rmSync(join(place, name));
        writeFileSync(join(place, program.output), EARLIER);
        continue;
      }
      // What a shell turns into the exit code 130.
      expect({ signal, code }).toEqual({ signal: 'SIGINT', code: null });
      expect(readdirSync(place)).toEqual([program.output]);
      expect(readFileSync(join(place, program.output), 'utf8')).toBe(EARLIER);
      break;
    }
  });
});
