import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

test.each([
  // As a terminal sends it to all processes of the line at once.
  { what: 'Ctrl-C', signal: 'SIGINT', ofGroup: true },
  // As `kill` and systemd send it: to npm, whose shell does not pass it on.
  { what: 'kill', signal: 'SIGTERM', ofGroup: false },
] as const)(
  'npm run fuzz ends at $what, with the summary of what it has read',
  async ({ signal, ofGroup }) => {
    // Its inputs are read without a turn of the event loop.
    const words = ['run', '-s', 'fuzz', '--', '--reader', 'idx', '--executions', '100000000', '--seed', '7'];
    const child = spawn('npm', words, { cwd: ROOT, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const group = -(child.pid as number);
    let isOver = false;
    onTestFinished(() => {
      if (!isOver) process.kill(group, 'SIGKILL');
    });
    let stdout = '';
    child.stdout.on('data', (bytes: Uint8Array) => {
      stdout += bytes;
    });
    const closed = new Promise<void>((resolve) => child.on('close', resolve));
    await new Promise<void>((resolve) => child.stderr.once('data', () => resolve()));
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.kill(ofGroup ? group : (child.pid as number), signal);
    await closed;
    isOver = true;
    const [, read, left] =
      /^idx: (\d+) inputs in .* 0 failures\n {2}interrupted by SIG\w+, (\d+) inputs left\n/.exec(stdout) ??
      [];
    expect(stdout).toContain(`interrupted by ${signal}`);
    expect(Number(read)).toBeGreaterThan(0);
    expect(Number(read) + Number(left)).toBe(100_000_000);
  },
);
