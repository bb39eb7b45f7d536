import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join('bench', 'peers');

/** Installs the peers as their lockfile says, where that has not been done since it last changed. */
export function installPeers(): void {
  const lockfile = join(FOLDER, 'package-lock.json');
  const installed = join(FOLDER, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs) return;
  // bench/peers/.npmrc forbids install scripts: nothing is fetched beside the packages.
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: FOLDER,
    stdio: 'inherit',
  });
}

/** Builds dist/, which is what is timed. */
export function buildPackage(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
