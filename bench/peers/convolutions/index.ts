/**
 * npm run bench:peers:convolutions: convolutional networks beside onnxruntime-node and onnxruntime-web, float32 and int8,
 * TensorFlow.js wasm, and our own in int16, in int8 and on the dense path. Answers are compared with the reference backend first; one that
 * disagrees is not timed. Each subject has a process of its own, and they take turns.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { InferenceSession } from '../../../src/index.ts';
import { readFileBytes, writeFileAtomic } from '../../../src/node/files.ts';
import { argmax, softmax } from '../../../src/runtime/answer.ts';
import { relativeError } from '../../../src/runtime/oracle.ts';
import { evaluationInputs } from '../../../src/runtime/sample-inputs.ts';
import { runProgram } from '../../../src/terminal/program.ts';
import { formatRatio } from '../../../src/text/numbers.ts';
import { formatTable } from '../../../src/text/table.ts';
import { type TimingPlan, timeInTurn } from '../../../src/timing.ts';
import { describeMachine } from '../../machine.ts';
import { FULL_PLAN, QUICK_PLAN } from '../../plans.ts';
import { SubjectProcess } from '../../subjects/process.ts';
import { settle } from '../../subjects/section.ts';
import type { PeerName, SubjectSpec } from '../../subjects/subject.ts';
import { buildPackage, installPeers } from '../install.ts';
import { threadsOf } from '../report.ts';
import { type ConvolutionalNetwork, convolutionalNetworks } from './networks.ts';

/** Different pictures that subjects go through, and how many of them are checked. */
const PICTURES = 64;
const CHECKED = 8;
/** Most that the outputs of a subject may be off, as a share of the largest. */
const TOLERANCE = { float32: 1e-4, int16: 1e-2 } as const;
/** Least share of checked pictures at which an int8 subject gives the same label; the weights of peers are others. */
const SAME_LABELS = 0.7;

interface Entrant {
  readonly name: string;
  readonly spec: SubjectSpec;
  readonly kind: keyof typeof TOLERANCE | 'int8';
}

await runProgram('bench:peers:convolutions', async () => {
  const { batches, threads, processor, quick, build, nets } = await yargs(hideBin(process.argv))
    .scriptName('npm run bench:peers:convolutions --')
    .options({
      nets: {
        type: 'string',
        default: process.env.WJPEG_NETS_DIR,
        describe: 'Folder of networks by other people; WJPEG_NETS_DIR names it too',
      },
      batches: { type: 'number', array: true, default: [1, 64], describe: 'Pictures a call' },
      threads: { type: 'number', array: true, default: [1, 2], describe: 'A table for each' },
      processor: {
        type: 'boolean',
        default: false,
        describe: 'Processor time instead of time: on a machine that does other work besides',
      },
      build: { type: 'boolean', default: true, describe: 'Build dist/ first' },
      quick: { type: 'boolean', default: false, describe: 'Few samples: shows that it works, not how fast' },
    })
    .strict()
    .parseAsync();
  installPeers();
  if (build) buildPackage();
  const folder = await mkdtemp(join(tmpdir(), 'wjpeg-convolutions-'));
  try {
    process.stdout.write(
      `${describeMachine()}; ${processor ? 'processor time' : 'time'} per picture, medians\n`,
    );
    if (nets === undefined)
      process.stdout.write('ResNet-8, ResNet-20 and MobileNet left out: WJPEG_NETS_DIR is not set\n');
    for (const network of convolutionalNetworks(folder, nets)) {
      const plan = quick ? QUICK_PLAN : FULL_PLAN;
      for (const count of threads)
        process.stdout.write(
          `\n${await section(network, { folder, batches, threads: count, processor, plan })}`,
        );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

interface SectionOptions {
  readonly folder: string;
  readonly batches: readonly number[];
  readonly threads: number;
  readonly processor: boolean;
  readonly plan: TimingPlan;
}

/** The table of a network; sets the exit code where somebody answers wrongly. */
async function section(
  network: ConvolutionalNetwork,
  { folder, batches, threads, processor, plan }: SectionOptions,
): Promise<string> {
  const reference = await InferenceSession.create(await readFileBytes(network.model, 2 ** 30), {
    backend: 'reference',
  });
  const [{ shape: dims }] = reference.inputMetadata;
  const shape = dims.slice(1) as number[];
  const inputs = evaluationInputs(reference.file.manifest.input, PICTURES);
  const logits = await Promise.all(inputs.slice(0, CHECKED).map((input) => reference.runBatch(input, 1)));
  // Sessions of ours give what goes into a softmax at the end, those of peers what comes out.
  const last = reference.file.manifest.layers.at(-1);
  const isSoftmax = last?.type === 'node' && last.operator === 'softmax';
  const shares = isSoftmax ? logits.map((values) => Float32Array.from(softmax(values))) : logits;
  reference.dispose();
  const file = join(folder, 'inputs.f32');
  await writeFileAtomic(file, new Uint8Array(await new Blob(inputs as BlobPart[]).arrayBuffer()));

  const running: { entrant: Entrant; subject: SubjectProcess; error: string }[] = [];
  const remarks: string[] = [];
  try {
    for (const entrant of entrants(network, shape, threads)) {
      try {
        const subject = await SubjectProcess.open(entrant.spec);
        running.push({ entrant, subject, error: '' });
        await subject.ask({ ask: 'load', file, inFeatures: inputs[0].length });
        const error = await check(subject, entrant, entrant.spec.who === 'wjpeg' ? logits : shares, batches);
        Object.assign(running.at(-1) as object, { error });
      } catch (error) {
        if (running.at(-1)?.entrant === entrant) running.pop()?.subject.close();
        remarks.push(`Not timed: ${entrant.name}: ${(error as Error).message}`);
      }
    }
    const columns: { batch: number; times: number[] }[] = [];
    for (const batch of batches) {
      const count = Math.max(1, Math.floor(PICTURES / batch));
      const samplers = running.map(
        ({ subject }) =>
          async (calls: number) =>
            (await subject.ask({ ask: 'time', batch, batches: count, calls, processor })).microseconds,
      );
      const timings = await timeInTurn(samplers, { ...plan, cycle: count, pause: settle });
      columns.push({ batch, times: timings.map(({ median }) => median / batch) });
    }
    // Without ours, which was not timed then, there is nothing to compare with.
    const isCompared = running[0]?.entrant.name === 'wjpeg';
    const rows = running.map(({ entrant, error }, index) => [
      entrant.name,
      ...columns.flatMap(({ times }) => [
        `${times[index].toFixed(times[index] < 100 ? 1 : 0)} µs`,
        index === 0 || !isCompared ? '' : formatRatio(times[index] / times[0]),
      ]),
      error,
    ]);
    const heads = [
      'subject',
      ...batches.flatMap((batch) => [`batch ${batch}`, 'ours ×']),
      'against reference',
    ];
    return [`${network.name}, ${threadsOf(threads)}\n`, formatTable([heads, ...rows]), ...remarks, ''].join(
      '\n',
    );
  } finally {
    for (const { subject } of running) subject.close();
  }
}

function entrants(
  { model, onnx, int8 }: ConvolutionalNetwork,
  shape: readonly number[],
  threads: number,
): Entrant[] {
  const wjpeg = {
    who: 'wjpeg',
    model,
    backend: 'wasm',
    precision: 'float32',
    memory: 'speed',
    threads,
  } as const;
  const peer = (name: string, who: PeerName, path: string, kind: Entrant['kind']) => ({
    name,
    spec: { who, model: path, threads, shape },
    kind,
  });
  return [
    { name: 'wjpeg', spec: { ...wjpeg, path: 'coefficient' }, kind: 'float32' },
    ...(['int16', 'int8'] as const).map((precision) => ({
      name: `wjpeg, ${precision}`,
      spec: { ...wjpeg, path: 'coefficient', precision } as const,
      kind: precision,
    })),
    { name: 'wjpeg, dense path', spec: { ...wjpeg, path: 'dense', dense: onnx }, kind: 'float32' },
    peer('onnxruntime-node float32', 'onnxruntime-node', onnx, 'float32'),
    ...(int8 ? [peer('onnxruntime-node int8 (QDQ)', 'onnxruntime-node', int8, 'int8')] : []),
    peer('onnxruntime-web float32', 'onnxruntime-web', onnx, 'float32'),
    ...(int8 ? [peer('onnxruntime-web int8 (QDQ)', 'onnxruntime-web', int8, 'int8')] : []),
    peer('TensorFlow.js wasm float32', 'tfjs-wasm', onnx, 'float32'),
  ];
}

/** Compares the first pictures at every batch size; returns what was found, throws for wrong answers. */
async function check(
  subject: SubjectProcess,
  { kind }: Entrant,
  exact: readonly Float32Array[],
  batches: readonly number[],
): Promise<string> {
  let worst = 0;
  let same = 0;
  let compared = 0;
  for (const batch of batches) {
    for (let index = 0; index * batch < exact.length; index++) {
      const { logits } = await subject.ask({ ask: 'answer', batch, index });
      for (let row = 0; row < batch && index * batch + row < exact.length; row++) {
        const expected = exact[index * batch + row];
        const got = logits.subarray(row * expected.length, (row + 1) * expected.length);
        if (got.length !== expected.length)
          throw new Error(`${logits.length} outputs for a batch of ${batch}`);
        worst = Math.max(worst, relativeError(got, Float64Array.from(expected)));
        same += argmax(got) === argmax(expected) ? 1 : 0;
        compared++;
      }
    }
  }
  const found = kind === 'int8' ? `${same} of ${compared} labels` : worst.toExponential(1);
  if (kind === 'int8' ? same >= SAME_LABELS * compared : worst <= TOLERANCE[kind]) return found;
  process.exitCode = 1;
  throw new Error(`answers disagree: ${found}`);
}
