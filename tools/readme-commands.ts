/**
 * `npm run docs:commands`: runs every command of README.md as printed, in this checkout, in order, and removes what they
 * wrote. Lines that begin with `npm ci` are left to the caller; a server is asked whether it is ready, and stopped.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** The commands of a page: lines of blocks in sh, and what a table's first column has that begins with npx or npm run. */
function commandsOf(page: string): string[] {
  const found = page.matchAll(/^```sh\n([\s\S]*?)\n```$|^\| `((?:npx|npm run) [^`]*)` \|/gm);
  return [...found].flatMap(([, block, cell]) => (cell ?? block).split('\n'));
}

function run(command: string): void {
  execFileSync('bash', ['-euo', 'pipefail', '-c', command], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

async function serve(command: string): Promise<void> {
  const port = 18_080;
  const server = spawn(`exec ${command} --port ${port}`, {
    cwd: ROOT,
    shell: true,
    detached: true,
    stdio: 'ignore',
  });
  const ended = once(server, 'exit');
  const ready = async (): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${port}/v2/health/ready`).catch(() => undefined))?.ok ?? false;
  const deadline = Date.now() + 60_000;
  while (!(await ready())) {
    if (server.exitCode !== null) throw new Error(`'${command}' ended with exit code ${server.exitCode}`);
    if (Date.now() > deadline) throw new Error(`'${command}' was not ready after a minute`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  process.kill(-(server.pid as number), 'SIGINT');
  await ended;
}

/** Files and folders that git neither tracks nor ignores. */
function loose(): Set<string> {
  const output = execFileSync('git', ['ls-files', '--others', '--directory', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return new Set(output.split('\n').filter((name) => name !== ''));
}

const before = loose();
let count = 0;
try {
  for (const command of commandsOf(readFileSync(join(ROOT, 'README.md'), 'utf8'))) {
    if (command.startsWith('npm ci')) continue;
    console.log(`\n$ ${command}`);
    if (/^npx wjpeg serve /.test(command)) await serve(command);
    else run(command);
    count++;
  }
} finally {
  for (const name of loose()) if (!before.has(name)) rmSync(join(ROOT, name), { recursive: true });
}
console.log(`\n${count} commands of README.md run as printed`);
if (count === 0) process.exit(1);
