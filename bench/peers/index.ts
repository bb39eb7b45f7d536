/**
 * npm run bench:peers: this package beside onnxruntime-node, onnxruntime-web and TensorFlow.js, all on the same nets and
 * the same pictures, in one run. Answers are compared with the exact ones before anything is timed; every subject has
 * a process of its own, and they take turns. Prints tables; writes peers.json and peers.md to bench/results/.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { readFileBytes, writeFileAtomic } from '../../src/node/files.ts';
import { loadIdxPair } from '../../src/node/mnist.ts';
import { readModel } from '../../src/node/model-file.ts';
import type { BackendName } from '../../src/runtime/backends/backend.ts';
import { BACKEND_NAMES, MEMORY_MODES } from '../../src/runtime/backends/names.ts';
import { evaluationInputs } from '../../src/runtime/sample-inputs.ts';
import { runProgram } from '../../src/terminal/program.ts';
import { decodeFloats } from '../frontier/float-file.ts';
import { describeMachine } from '../machine.ts';
import { makeOutputFolder } from '../output-folder.ts';
import { FULL_PLAN, QUICK_PLAN } from '../plans.ts';
import { type Absence, type Inputs, timeSection } from '../subjects/section.ts';
import { measureColdStarts } from './cold.ts';
import { DATA, field } from './field.ts';
import { buildPackage, installPeers } from './install.ts';
import { type InputsName, type Measurement, ratios } from './ratios.ts';
import { type PeersRun, peersMarkdown, peersText, threadsOf } from './report.ts';
import { MODEL_NAMES, MODELS } from './targets.ts';
import { calibrationInputs, expandNetwork, writeWeights } from './weights.ts';

/** Different images that small batches go through. */
const IMAGES = 64;

const NOTES = [
  `Times are medians, of an image, through the public asynchronous interfaces, input transform included. At batch 1 the subjects go through ${IMAGES} different images.`,
  'Relative error: greatest over all compared logits, against float64 on the weights that the subject runs.',
  'Peers run dense weights: the original ones beside the models at quality 20, the float32 expansion of the JPEGs beside the trained one. What they multiply costs the same whatever the weights.',
  'int8 of onnxruntime: dynamic is DynamicQuantizeLinear and MatMulInteger, static is QDQ with ranges calibrated on training pictures and noise; the weights have a scale an output. Ratios take the faster of the two.',
  'In whole processes, peers and the wjpeg library read the picture as float32 values, wjpeg-infer reads a PNG.',
];

await runProgram('bench:peers', async () => {
  const options = await yargs(hideBin(process.argv))
    .scriptName('npm run bench:peers --')
    .options({
      data: {
        type: 'string',
        default: process.env.WJPEG_MNIST_DIR,
        demandOption: !process.env.WJPEG_MNIST_DIR,
        describe: "Folder of MNIST's IDX files; WJPEG_MNIST_DIR names it too",
      },
      dense: {
        type: 'string',
        default: process.env.WJPEG_REFERENCE_MODEL,
        demandOption: !process.env.WJPEG_REFERENCE_MODEL,
        describe: 'The original weights (safetensors); WJPEG_REFERENCE_MODEL names them too',
      },
      backend: { choices: BACKEND_NAMES, default: 'wasm' as BackendName, describe: 'Which of ours' },
      memory: {
        choices: MEMORY_MODES,
        array: true,
        default: ['speed' as const],
        describe: 'What ours keep in memory',
      },
      batches: { type: 'number', array: true, default: [1, 16, 256, 4096], describe: 'Images a call' },
      threads: { type: 'number', array: true, default: [1, 2], describe: 'A section for each' },
      cold: { type: 'boolean', default: true, describe: 'Whole processes, too' },
      build: { type: 'boolean', default: true, describe: 'Build dist/ first' },
      quick: { type: 'boolean', default: false, describe: 'Few samples: shows that it works, not how fast' },
      out: { type: 'string', default: join('bench', 'results'), describe: 'Folder for the reports' },
    })
    .strict()
    .parseAsync();
  await makeOutputFolder(options.out);
  const { quick, batches, threads, backend, memory } = options;
  installPeers();
  if (options.build) buildPackage();
  const load = loadavg()[0].toFixed(2);
  process.stderr.write(
    `For figures, leave the machine alone meanwhile. Load now: ${load} on ${describeMachine()}\n`,
  );

  const folder = await mkdtemp(join(tmpdir(), 'wjpeg-peers-'));
  try {
    const files = new Map(
      await Promise.all(
        MODEL_NAMES.map(async (name) => [name, await readModel(join(DATA, MODELS[name].file))] as const),
      ),
    );
    const input = [...files.values()][0].manifest.input as ImageInputSpec;
    const calibration = calibrationInputs(input, await loadIdxPair(options.data as string, 'train'));
    const originalNetwork = decodeFloats(await readFileBytes(options.dense as string, 2 ** 30));
    const trained = files.get('trained');
    if (!trained) throw new Error('no trained model');
    const original = await writeWeights(folder, 'original', originalNetwork, calibration);
    const expanded = await writeWeights(folder, 'expanded', expandNetwork(trained), calibration);

    const count = Math.max(IMAGES, ...batches);
    const digits = evaluationInputs(input, count, await loadIdxPair(options.data as string, 't10k'));
    const inputs: readonly Inputs<InputsName>[] = [
      { name: 'digits', values: digits },
      { name: 'noise', values: evaluationInputs(input, count) },
    ];
    const onProgress = (what: string): void => void process.stderr.write(`${what}\n`);
    const measurements: Measurement[] = [];
    const absent: Absence[] = [];
    const wrong: string[] = [];
    for (const count of threads) {
      const entries = field({ threads: count, backend, memory, files, original, expanded });
      const section = await timeSection(entries, {
        title: threadsOf(count),
        // Noise shows what skipping zeros is worth, which one thread shows as well as two.
        inputs: count === 1 ? inputs : inputs.slice(0, 1),
        batches,
        images: IMAGES,
        plan: quick ? QUICK_PLAN : FULL_PLAN,
        folder,
        onProgress,
      });
      for (const { entrant, ...timed } of section.timed) {
        measurements.push({ name: entrant.name, role: entrant.role, threads: count, ...timed });
      }
      absent.push(...section.absent);
      wrong.push(...section.wrong);
    }
    if (options.cold) onProgress('whole processes');
    const coldStarts = options.cold
      ? await measureColdStarts({ folder, input, original, originalNetwork, runs: quick ? 2 : 15 })
      : [];
    const run: PeersRun = {
      machine: describeMachine(),
      command: commandLine(),
      quick,
      backend,
      measurements,
      ratios: ratios(measurements),
      coldStarts,
      absent,
      wrong,
      notes: [`Load average of the machine when this began: ${load}.`, ...NOTES],
    };
    process.stdout.write(`\n${peersText(run)}`);
    const encoder = new TextEncoder();
    const paths = { json: join(options.out, 'peers.json'), md: join(options.out, 'peers.md') };
    await writeFileAtomic(paths.json, encoder.encode(`${JSON.stringify(run, null, 2)}\n`));
    await writeFileAtomic(paths.md, encoder.encode(peersMarkdown(run)));
    process.stdout.write(`\nWritten: ${paths.json}, ${paths.md}\n`);
    if (run.wrong.length > 0) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

function commandLine(): string {
  return ['npm run bench:peers', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(
    ' ',
  );
}
