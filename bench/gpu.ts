/**
 * npm run bench:gpu: the GPU backends in Node (package `webgpu`), batch 1 to 4096, on the models of data/ and on random
 * layers that are large enough for a GPU. Every network is compared with the exact answer at every batch size before it
 * is timed. Where the adapter is software, answers are checked and nothing is timed, unless --software asks for it.
 * Prints a table; writes gpu.json and gpu.md to bench/results/.
 */
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { WjpegError } from '../src/errors.ts';
import { mulberry32 } from '../src/random.ts';
import { availability } from '../src/runtime/backends/availability.ts';
import { type BackendName, EXECUTOR_DEFAULTS, type Executor } from '../src/runtime/backends/backend.ts';
import { findBackend } from '../src/runtime/backends/registry.ts';
import { describeAdapter, provideWebGpu } from '../src/runtime/backends/webgpu-platform.ts';
import { Oracle, relativeError } from '../src/runtime/oracle.ts';
import { runProgram } from '../src/terminal/program.ts';
import '../src/gpu.ts';
import { readFileBytes, writeFileAtomic } from '../src/node/files.ts';
import { type GpuCase, modelCases, randomCases } from './gpu-cases.ts';
import { type GpuResult, gpuMarkdown, gpuTable, SOFTWARE_NOTE } from './gpu-report.ts';
import { describeMachine } from './machine.ts';
import { makeOutputFolder } from './output-folder.ts';
import { timeCall } from './time-call.ts';

const BACKENDS: readonly BackendName[] = ['webgpu', 'gpujs:webgpu'];
const TOLERANCE = 1e-5;
/** Images that software gets through in reasonable time on layers made for a GPU. */
const MAX_SOFTWARE_IMAGES = 16;

await runProgram('bench:gpu', async () => {
  const options = await yargs(hideBin(process.argv))
    .scriptName('npm run bench:gpu --')
    .options({
      dense: {
        type: 'string',
        default: process.env.WJPEG_REFERENCE_MODEL,
        describe: 'Original weights of 784-512-10 (safetensors); WJPEG_REFERENCE_MODEL names them too',
      },
      backends: { type: 'string', array: true, choices: BACKENDS, default: BACKENDS, describe: 'Which ones' },
      batches: { type: 'number', array: true, default: [1, 16, 256, 4096], describe: 'Images a call' },
      models: { type: 'boolean', default: true, describe: 'The models of data/' },
      random: { type: 'boolean', default: true, describe: 'Random layers, 4096 → 4096' },
      software: { type: 'boolean', default: false, describe: 'Time software adapters too, marked as such' },
      quick: { type: 'boolean', default: false, describe: 'Few samples: shows that it works, not how fast' },
      out: { type: 'string', default: join('bench', 'results'), describe: 'Folder for the reports' },
    })
    .strict()
    .parseAsync();
  await makeOutputFolder(options.out);
  const state = await availability('webgpu');
  if (!state.available) throw new WjpegError('unavailable', 'BACKEND_UNAVAILABLE', `no GPU: ${state.reason}`);
  const adapters = await listAdapters();
  process.stderr.write(`${[...adapters, `running on: ${state.detail}`].join('\n')}\n`);
  const { hardware } = state;
  if (!hardware) process.stderr.write(`${SOFTWARE_NOTE}\n`);
  const timed = hardware || options.software;
  const batches = options.batches.filter((batch) => timed || batch <= MAX_SOFTWARE_IMAGES);
  const notes = [
    ...(timed ? [] : ['not timed: --software would, marked as software']),
    ...(batches.length < options.batches.length
      ? [`batches above ${MAX_SOFTWARE_IMAGES} left out: the adapter is software (--software takes them)`]
      : []),
    ...(options.dense ? [] : ['path dense left out: no original weights given']),
  ];
  const dense = options.dense ? await readFileBytes(options.dense, 2 ** 30) : undefined;
  const cases = [
    ...(options.models ? await modelCases('data', dense) : []),
    ...(options.random ? randomCases() : []),
  ];
  const results: GpuResult[] = [];
  for (const item of cases) {
    results.push(...(await runCase(item, options.backends, batches, timed, options.quick)));
  }
  const run = {
    machine: describeMachine(),
    command: ['npm run bench:gpu', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(
      ' ',
    ),
    adapters,
    adapter: state.detail,
    hardware,
    quick: options.quick,
    results,
    notes,
  };
  process.stdout.write(`\n${gpuTable(run)}\n`);
  const encoder = new TextEncoder();
  await writeFileAtomic(join(options.out, 'gpu.json'), encoder.encode(`${JSON.stringify(run, null, 2)}\n`));
  await writeFileAtomic(join(options.out, 'gpu.md'), encoder.encode(gpuMarkdown(run)));
});

/** What WebGPU offers for each wish that it can be given, each adapter once. */
async function listAdapters(): Promise<string[]> {
  await provideWebGpu();
  const wishes: GPURequestAdapterOptions[] = [
    {},
    { powerPreference: 'high-performance' },
    { powerPreference: 'low-power' },
    { forceFallbackAdapter: true },
  ];
  const adapters = await Promise.all(
    wishes.map((wish) => navigator.gpu.requestAdapter(wish).catch(() => null)),
  );
  const found = adapters.filter((adapter) => adapter !== null).map(describeAdapter);
  return [
    ...new Set(found.map(({ detail, hardware }) => `${detail} (${hardware ? 'hardware' : 'software'})`)),
  ];
}

/** Checks a network on every backend at every batch size, then times it. */
async function runCase(
  { model, path, network: load }: GpuCase,
  backends: readonly BackendName[],
  batches: readonly number[],
  timed: boolean,
  quick: boolean,
): Promise<GpuResult[]> {
  const network = await load();
  const oracle = new Oracle(network);
  const { inFeatures } = network.nodes[0];
  const random = mulberry32(7);
  const max = Math.max(...batches);
  const inputs = Float32Array.from({ length: max * inFeatures }, () => random() * 2 - 1);
  const results: GpuResult[] = [];
  for (const backend of backends) {
    for (const batch of batches) {
      // One executor a batch size, so that its memory is that batch size's.
      const executor = await (await findBackend(backend)).create(network, EXECUTOR_DEFAULTS);
      const values = inputs.subarray(0, batch * inFeatures);
      const error = await maxError(executor, oracle, values, batch);
      if (!(error <= TOLERANCE)) {
        throw new WjpegError(
          'corrupt',
          'BENCH_DISAGREES',
          `${model}, ${path} on ${backend}, batch ${batch}: relative error ${error} before timing, expected at most ${TOLERANCE}: not timed`,
        );
      }
      const name = `${model} ${path} ${backend} ${batch}`;
      const call = timed
        ? await timeCall(name, () => executor.run(values, batch, 'values'), quick)
        : undefined;
      const deviceBytes = executor.residentBytes.device;
      results.push({ model, path, backend, batch, error, deviceBytes, ...(call && { call }) });
      executor.dispose();
      process.stderr.write('.');
    }
  }
  return results;
}

/** Of the first, the last and some images between, against the exact answer. */
async function maxError(
  executor: Executor,
  oracle: Oracle,
  values: Float32Array,
  batch: number,
): Promise<number> {
  const logits = await executor.run(values, batch, 'values');
  const [inFeatures, outFeatures] = [values.length / batch, logits.length / batch];
  const images = new Set([0, 0.25, 0.5, 0.75, 1].map((part) => Math.floor(part * (batch - 1))));
  const errors = [...images].map((image) =>
    relativeError(
      logits.subarray(image * outFeatures, (image + 1) * outFeatures),
      oracle.run(values.subarray(image * inFeatures, (image + 1) * inFeatures)),
    ),
  );
  return Math.max(...errors);
}
