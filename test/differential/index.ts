/**
 * npm run differential -- [--of convolutions|networks|c …] [--runs N] [--seed N] [--backend NAME …]
 *
 * Runs what is drawn of random numbers and compares it; prints the largest part of a tolerance that an error had. An error
 * beyond its tolerance is printed with what was drawn; then the exit code is 1. Needs `npm run build`.
 *
 * - `convolutions` (1000 of them): on each backend, with a plain float64 loop;
 * - `networks` (200): graphs and chains over the format's operators, stored in every way, in all ways to run them on the CPU
 *   and on onnxruntime, with their exact answers;
 * - `c` (50): networks exported as C and compiled with gcc, with the backend `reference`.
 */
import fc from 'fast-check';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { hasOnnxRuntime, WHERE } from '../exporters/onnx/onnxruntime.ts';
import { backendRows } from '../graph/backends.ts';
import { compareC, compareNetwork } from './compare.ts';
import { anyConvolution, compareConvolution } from './convolutions.ts';
import { Draw } from './draw.ts';
import { drawForC, drawNetwork, drawSeeds } from './networks.ts';

const KINDS = ['convolutions', 'networks', 'c'] as const;

const { of, runs, seed, backend } = yargs(hideBin(process.argv))
  .option('of', { array: true, choices: KINDS, default: [...KINDS] })
  .option('runs', { number: true })
  .option('seed', { number: true, default: 1 })
  .option('backend', {
    array: true,
    string: true,
    default: backendRows.map(({ backend }) => backend as string),
  })
  .strict()
  .parseSync();

/** Compares each of what was drawn, and prints the worst of each way to run it. */
async function report<T>(
  title: string,
  drawn: readonly T[],
  compare: (one: T) => Promise<readonly { readonly way: string; readonly share: number }[]>,
): Promise<void> {
  const worst = new Map<string, number>();
  const started = performance.now();
  let failures = 0;
  for (const one of drawn) {
    const shares = await compare(one).catch((cause) => {
      throw new Error(`cannot be run: ${JSON.stringify(one)}`, { cause });
    });
    const wrong = shares.filter(({ share }) => !(share <= 1));
    for (const { way, share } of shares) worst.set(way, Math.max(worst.get(way) ?? 0, share));
    for (const { way, share } of wrong)
      console.error(`  ${way}: ${share.toFixed(2)} of the tolerance: ${JSON.stringify(one)}`);
    if (wrong.length > 0) failures++;
  }
  if (failures > 0) process.exitCode = 1;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${title}: ${drawn.length} in ${seconds} s (seed ${seed}), ${failures} failures; worst part of a tolerance:`,
  );
  for (const [way, share] of worst) console.log(`  ${(100 * share).toFixed(0).padStart(3)}% ${way}`);
}

const seeds = (count: number, maxSteps: number) => {
  const draw = new Draw(seed);
  return Array.from({ length: count }, () => drawSeeds(draw, maxSteps));
};

if (of.includes('convolutions')) {
  for (const { backend: name, title, skipped } of backendRows) {
    if (!backend.includes(name)) continue;
    if (skipped) console.log(title);
    else
      await report(
        `convolutions on ${name}`,
        fc.sample(anyConvolution, { numRuns: runs ?? 1000, seed }),
        async (drawn) => {
          const ways = [{ way: 'against a plain loop', share: await compareConvolution(name, drawn) }];
          if (name !== 'wasm') return ways;
          return [...ways, { way: 'in int16', share: await compareConvolution(name, drawn, 'int16') }];
        },
      );
  }
}
if (of.includes('networks')) {
  if (!hasOnnxRuntime) console.log(WHERE);
  await report('networks', seeds(runs ?? 200, 14), async (one) => compareNetwork(await drawNetwork(one)));
}
if (of.includes('c'))
  await report('networks as C', seeds(runs ?? 50, 7), async (one) => [await compareC(await drawForC(one))]);
