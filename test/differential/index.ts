/**
 * npm run differential -- [--runs N] [--seed N] [--backend NAME …]
 *
 * Runs drawn convolutions (1000) on each backend and compares them with a plain float64 loop; prints the largest part of a
 * tolerance that an error had. An error beyond its tolerance is printed with what was drawn; then the exit code is 1.
 */
import fc from 'fast-check';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { backendRows } from '../graph/backends.ts';
import { anyConvolution, compareConvolution } from './convolutions.ts';

const { runs, seed, backend } = yargs(hideBin(process.argv))
  .option('runs', { number: true, default: 1000 })
  .option('seed', { number: true, default: 1 })
  .option('backend', {
    array: true,
    string: true,
    default: backendRows.map(({ backend }) => backend as string),
  })
  .strict()
  .parseSync();

for (const { backend: name, title, skipped } of backendRows) {
  if (!backend.includes(name)) continue;
  if (skipped) {
    console.log(title);
    continue;
  }
  let worst = 0;
  let failures = 0;
  const started = performance.now();
  for (const drawn of fc.sample(anyConvolution, { numRuns: runs, seed })) {
    const ratio = await compareConvolution(name, drawn);
    worst = Math.max(worst, ratio);
    if (ratio <= 1) continue;
    failures++;
    process.exitCode = 1;
    console.error(`  ${ratio.toFixed(2)} of the tolerance: ${JSON.stringify(drawn)}`);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${name}: ${runs} convolutions in ${seconds} s (seed ${seed}), worst ${(100 * worst).toFixed(0)}% of its tolerance, ${failures} failures`,
  );
}
