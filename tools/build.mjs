// Compiles src/ and kernels/ to dist/ and makes the two programs executable.
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';

rmSync('dist', { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
for (const file of Object.values(JSON.parse(readFileSync('package.json', 'utf8')).bin))
  chmodSync(file, 0o755);
