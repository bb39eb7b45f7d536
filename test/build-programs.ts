import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Compiles the programs once before the tests run them: what is tested is what users run, and it is current. */
export default function buildPrograms(): void {
  execFileSync(process.execPath, ['tools/build.mjs', '--if-changed'], {
    cwd: join(import.meta.dirname, '..'),
    stdio: 'inherit',
  });
}
