/**
 * npm run bench:large: what layers of thousands of in-features cost in coefficients, beside the same as dense matrices on
 * the same backend: how time and memory grow with size and density, and whether sessions tell the truth about memory.
 * Answers are compared with the exact ones first. Writes large.json, large.md and two plots to bench/results/.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { writeFileAtomic } from '../../src/node/files.ts';
import type { BackendName } from '../../src/runtime/backends/backend.ts';
import { BACKEND_NAMES, MEMORY_MODES } from '../../src/runtime/backends/names.ts';
import { evaluationInputs } from '../../src/runtime/sample-inputs.ts';
import { runProgram } from '../../src/terminal/program.ts';
import type { TimingPlan } from '../../src/timing.ts';
import { describeMachine } from '../machine.ts';
import { makeOutputFolder } from '../output-folder.ts';
import { buildPackage } from '../peers/install.ts';
import { FULL_PLAN, QUICK_PLAN } from '../plans.ts';
import { type Absence, timeSection } from '../subjects/section.ts';
import { type LargeEntrant, largeField } from './field.ts';
import { checkMemory } from './memory.ts';
import { lowPassNetwork, QUALITIES, storeNetwork } from './networks.ts';
import { plotGrowth, plotMemory } from './plot.ts';
import { type LargeRun, type LargeTiming, largeMarkdown, largeText, largeTiming } from './report.ts';

/** Different inputs; noise, so that none can be skipped and few are enough. */
const IMAGES = 4;

/** One call may take a second here. */
const PLAN: TimingPlan = { ...FULL_PLAN, rounds: 5 };

await runProgram('bench:large', async () => {
  const options = await yargs(hideBin(process.argv))
    .scriptName('npm run bench:large --')
    .options({
      network: {
        type: 'number',
        array: true,
        default: [1024, 4096, 4096, 1000],
        describe: 'Sizes of its layers',
      },
      sizes: {
        type: 'number',
        array: true,
        default: [256, 512, 1024, 2048, 4096],
        describe: 'Of square layers',
      },
      backend: { choices: BACKEND_NAMES, default: 'wasm' as BackendName, describe: 'Which backend' },
      memory: { choices: MEMORY_MODES, array: true, default: MEMORY_MODES, describe: 'What stays in memory' },
      batches: { type: 'number', array: true, default: [1, 64], describe: 'Images a call' },
      threads: { type: 'number', default: 1, describe: 'Threads a session' },
      build: { type: 'boolean', default: true, describe: 'Build dist/ first' },
      quick: { type: 'boolean', default: false, describe: 'Few samples: shows that it works, not how fast' },
      out: { type: 'string', default: join('bench', 'results'), describe: 'Folder for the reports' },
    })
    .strict()
    .parseAsync();
  await makeOutputFolder(options.out);
  if (options.build) buildPackage();
  const { batches, quick, backend, memory, threads } = options;
  process.stderr.write(
    `For figures, leave the machine alone meanwhile. Load now: ${loadavg()[0].toFixed(2)} on ${describeMachine()}\n`,
  );
  const onProgress = (what: string): void => void process.stderr.write(`${what}\n`);
  const folder = await mkdtemp(join(tmpdir(), 'wjpeg-large-'));
  const timings: LargeTiming[] = [];
  const absent: Absence[] = [];
  const wrong: string[] = [];

  /** Makes a network, times all paths on it; returns who ran. Its files stay until the next one. */
  const measure = async (size: number, sizes: readonly number[]): Promise<LargeEntrant[]> => {
    const title = sizes.join('→');
    onProgress(`${title}: compressing`);
    const network = lowPassNetwork(sizes);
    const stored = QUALITIES.map((quality) => storeNetwork(network, quality));
    const entrants = await largeField(network, stored, { folder, backend, memory, threads });
    const count = Math.max(IMAGES, ...batches);
    const section = await timeSection(entrants, {
      title,
      inputs: [{ name: 'noise', values: evaluationInputs({ kind: 'vector', length: sizes[0] }, count) }],
      batches,
      images: IMAGES,
      plan: quick ? QUICK_PLAN : PLAN,
      folder,
      onProgress,
    });
    timings.push(...section.timed.map((timed) => largeTiming(size, timed)));
    absent.push(...section.absent);
    wrong.push(...section.wrong);
    const ran = new Set(section.timed.map(({ entrant }) => entrant));
    return entrants.filter((entrant) => ran.has(entrant));
  };

  try {
    for (const size of options.sizes) await measure(size, [size, size]);
    const ran = await measure(0, options.network);
    onProgress('memory of processes');
    const { checks, absent: unchecked } = await checkMemory(ran, batches);
    const run: LargeRun = {
      machine: describeMachine(),
      command: [
        'npm run bench:large',
        ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : []),
      ].join(' '),
      quick,
      backend,
      network: options.network.join('→'),
      timings,
      memory: checks,
      absent: [...absent, ...unchecked],
      wrong,
    };
    process.stdout.write(`\n${largeText(run)}`);
    const write = (name: string, text: string): Promise<void> =>
      writeFileAtomic(join(options.out, name), new TextEncoder().encode(text));
    await write('large.json', `${JSON.stringify(run, null, 2)}\n`);
    await write('large.md', largeMarkdown(run));
    const squares = timings.filter(({ size }) => size > 0);
    if (squares.length > 0) {
      await write('large-time.svg', plotGrowth(squares));
      await write('large-memory.svg', plotMemory(squares));
    }
    process.stdout.write(`\nWritten: large.json, large.md and two plots to ${options.out}\n`);
    if (wrong.length > 0) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
