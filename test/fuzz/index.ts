/**
 * npm run fuzz -- [--reader jpeg|lenient|wjz|parts|picture|graph|onnx|exif|folder|resume|http|safetensors|png|idx …] [--executions N] [--seed N] [--corpus] [--large]
 *
 * Reads mutated and generated files, a million a reader unless told otherwise. An input that ends in anything but a value
 * or a WjpegError, takes longer than 2 seconds a megabyte, or more memory than its cap, is printed and kept in
 * test/fuzz/failures; then the exit code is 1. The same seed gives the same inputs. Ctrl-C and SIGTERM end the run with the summary
 * of what has been read until then.
 *
 * --corpus instead adds an input for each outcome that test/fuzz/corpus has none of; --large reads inputs of some
 * megabytes, or of some bytes that say they are, which are made to be slow.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { noteInterruption } from '../../tools/interruption.ts';
import { countAllocations } from './allocations.ts';

const interruption = noteInterruption();
const isStopped = (): boolean => interruption.signal !== undefined;
countAllocations();
// Only now, so that libraries, too, get the counting constructors.
const { READERS } = await import('./readers.ts');
const { DEFAULT_LIMITS_VARIANT, fuzz, problemOf, tryInput } = await import('./fuzz.ts');
const { codeOf, extendCorpus } = await import('./corpus.ts');
const { LARGE_INPUTS } = await import('./large-inputs.ts');

const { reader, executions, seed, corpus, large } = yargs(hideBin(process.argv))
  .option('reader', {
    array: true,
    string: true,
    choices: Object.keys(READERS),
    default: Object.keys(READERS),
  })
  .option('executions', { number: true, default: 1_000_000 })
  .option('seed', { number: true, default: 1 })
  .option('large', { boolean: true, default: false })
  .option('corpus', { boolean: true, default: false })
  .strict()
  .parseSync();

if (large) {
  for (const { reader, what, make, msPerMegabyte } of LARGE_INPUTS) {
    if (isStopped()) break;
    const bytes = make();
    const outcome = await tryInput(READERS[reader], bytes, DEFAULT_LIMITS_VARIANT);
    const problem = problemOf(READERS[reader], bytes, DEFAULT_LIMITS_VARIANT, outcome, msPerMegabyte);
    const cost = `${outcome.ms.toFixed(0)} ms, ${(outcome.allocated / 2 ** 20).toFixed(1)} MiB`;
    console.log(`${reader}: ${what}: ${bytes.length} bytes, ${codeOf(outcome)}, ${cost}`);
    if (problem !== undefined) {
      console.error(`  ${problem}`);
      process.exitCode = 1;
    }
  }
}
for (const name of large ? [] : reader) {
  if (isStopped()) break;
  if (corpus) {
    const added = await extendCorpus(name, READERS[name], executions, seed, isStopped);
    console.log(`${name}: ${added.length} added to the corpus: ${added.join(', ')}`);
    continue;
  }
  process.stderr.write(`${name}: reading ${executions} inputs, seed ${seed}\n`);
  const started = performance.now();
  const report = await fuzz(READERS[name], executions, seed, {
    progress: (done) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${name} ${done}`);
    },
    isStopped,
  });
  const seconds = (performance.now() - started) / 1000;
  const refused = [...report.refused].sort(([, a], [, b]) => b - a);
  console.log(
    `${name}: ${report.executions} inputs in ${seconds.toFixed(0)} s (seed ${seed}), ${report.read} read, ` +
      `${report.executions - report.read} refused with ${refused.length} codes, slowest ${report.slowestMs.toFixed(0)} ms, ` +
      `most memory ${(report.maxBytes / 2 ** 20).toFixed(1)} MiB, ${report.failures.length} failures`,
  );
  if (isStopped())
    console.log(`  interrupted by ${interruption.signal}, ${executions - report.executions} inputs left`);
  console.log(`  ${refused.map(([code, count]) => `${code} ${count}`).join(', ')}`);
  for (const { execution, what, bytes } of report.failures) {
    const folder = join(import.meta.dirname, 'failures');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${name}-${seed}-${execution}`);
    writeFileSync(file, bytes);
    console.error(`  ${file}: ${what}`);
    process.exitCode = 1;
  }
}
if (isStopped()) process.exit(process.exitCode ?? interruption.exitCode);
