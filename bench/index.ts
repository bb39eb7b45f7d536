/**
 * npm run bench: the three paths on each backend, batch 1, 16 and 256.
 * Logits are compared with the exact answer before anything is timed; a path that disagrees is not timed.
 * Prints a table; writes results.json, report.md and plot.svg to bench/results/.
 */
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { BENCH_MODEL } from '../src/node/embedded.ts';
import { readModel } from '../src/node/model-file.ts';
import { BACKEND_NAMES } from '../src/runtime/backends/names.ts';
import { runProgram } from '../src/terminal/program.ts';
import '../src/gpu.ts';
import { readFileBytes, writeFileAtomic } from '../src/node/files.ts';
import { loadIdxPair } from '../src/node/mnist.ts';
import { runCases } from './cases.ts';
import { describeMachine } from './machine.ts';
import { makeOutputFolder } from './output-folder.ts';
import { plotTimes } from './plot.ts';
import { markdownReport, resultsTable } from './report.ts';

await runProgram('bench', async () => {
  const options = await yargs(hideBin(process.argv))
    .scriptName('npm run bench --')
    .options({
      model: { type: 'string', default: BENCH_MODEL, describe: 'The .wjz to time' },
      dense: {
        type: 'string',
        default: process.env.WJPEG_REFERENCE_MODEL,
        describe: 'Original weights (safetensors) for the dense path; WJPEG_REFERENCE_MODEL names them too',
      },
      data: {
        type: 'string',
        default: process.env.WJPEG_MNIST_DIR,
        describe:
          'Folder of IDX files to take inputs from, else seeded strokes, shapes and noise; WJPEG_MNIST_DIR names it too',
      },
      backends: {
        type: 'string',
        array: true,
        choices: BACKEND_NAMES,
        default: BACKEND_NAMES,
        describe: 'Which ones',
      },
      batches: { type: 'number', array: true, default: [1, 16, 256], describe: 'Images a call' },
      quick: { type: 'boolean', default: false, describe: 'Few samples: shows that it works, not how fast' },
      out: { type: 'string', default: join('bench', 'results'), describe: 'Folder for the reports' },
    })
    .strict()
    .parseAsync();
  await makeOutputFolder(options.out);
  const file = await readModel(options.model);
  const { results, absent, inputs } = await runCases({
    file,
    dense: options.dense ? await readFileBytes(options.dense, 2 ** 30) : undefined,
    data: options.data ? await loadIdxPair(options.data, 't10k') : undefined,
    backends: options.backends,
    batches: options.batches,
    quick: options.quick,
  });
  const run = {
    machine: describeMachine(),
    command: commandLine(),
    quick: options.quick,
    inputs,
    results,
    absent,
  };
  process.stdout.write(`\n${resultsTable(run)}\n`);
  const encoder = new TextEncoder();
  const write = (name: string, text: string): Promise<void> =>
    writeFileAtomic(join(options.out, name), encoder.encode(text));
  await write('results.json', `${JSON.stringify(run, null, 2)}\n`);
  await write('plot.svg', plotTimes(results));
  await write('report.md', markdownReport(run));
  process.stdout.write(
    `\nWritten: ${['results.json', 'report.md', 'plot.svg'].map((n) => join(options.out, n)).join(', ')}\n`,
  );
});

function commandLine(): string {
  return ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' ');
}
