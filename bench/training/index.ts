/**
 * npm run bench:training: what a step of training costs, kernel by kernel, and how many pictures go through in a minute, on one
 * thread and on all. Weights and pictures are random; times do not depend on them but for the loss of pools.
 */
import { availableParallelism } from 'node:os';
import { type KernelCall, TrainKernels } from '../../kernels/train/kernels.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { Random } from '../../src/random.ts';
import { runProgram } from '../../src/terminal/program.ts';
import { formatTable } from '../../src/text/table.ts';
import { type LayoutOptions, layOut } from '../../src/train/layout.ts';
import { CountingMemory } from '../../src/train/memory.ts';
import { buildNet } from '../../src/train/nets/index.ts';
import { trainableGraph } from '../../src/train/network.ts';
import { TRAIN_DEFAULTS } from '../../src/train/options.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { describeMachine } from '../machine.ts';
import { multiplications } from './multiplications.ts';

/** Networks, the pictures that they are trained on, and how many of these an epoch has. */
const CASES = [
  { net: 'mlp:300,100', channels: 1, side: 28, epoch: 55_000 },
  { net: 'lenet5-caffe', channels: 1, side: 28, epoch: 55_000 },
  { net: 'resnet8', channels: 3, side: 32, epoch: 45_000 },
] as const;

const RUNS = 10;
/** Images of a shard, as the default batch has. */
const IMAGES = TRAIN_DEFAULTS.batch / 4;

await runProgram('bench:training', async () => {
  process.stdout.write(`${describeMachine()}\n`);
  for (const one of CASES) {
    process.stdout.write(`\n${one.net}, ${one.channels}×${one.side}×${one.side}\n\n${kernelTable(one)}\n\n`);
    process.stdout.write(`${await wholeSteps(one)}\n`);
  }
});

/** A pass over one shard by kernel: least times of several runs. */
function kernelTable({ net, channels, side }: (typeof CASES)[number]): string {
  const graph = trainableGraph(buildNet(net, [channels, side, side], { outputs: 10, bias: 'none' }));
  const options: LayoutOptions = {
    graph,
    shards: 1,
    images: IMAGES,
    offset: TRAIN_DEFAULTS.offset,
    step: TRAIN_DEFAULTS.step,
    isShared: false,
    classWeights: new Array(10).fill(1),
  };
  const counted = new CountingMemory();
  layOut(counted, options);
  const kernels = new TrainKernels(counted.floats);
  const { train } = layOut(kernels, options);
  const least = train[0].map((call) => ({ call, nanoseconds: Infinity }));
  for (let run = 0; run < RUNS; run++) {
    for (const one of least) {
      const start = process.hrtime.bigint();
      kernels.run(one.call);
      one.nanoseconds = Math.min(one.nanoseconds, Number(process.hrtime.bigint() - start));
    }
  }
  const total = least.reduce((sum, { nanoseconds }) => sum + nanoseconds, 0);
  const names = [...new Set(least.map(({ call }) => call[0]))];
  const rows = names.map((name) => {
    const own = least.filter(({ call }) => call[0] === name);
    const time = own.reduce((sum, { nanoseconds }) => sum + nanoseconds, 0);
    const products = own.reduce((sum, { call }: { call: KernelCall }) => sum + multiplications(call), 0);
    return { name, time, speed: products > 0 ? `${((2 * products) / time).toFixed(1)}` : '' };
  });
  rows.sort((a, b) => b.time - a.time);
  return formatTable([
    ['kernel', 'µs a picture', 'share', 'GFLOP/s'],
    ...rows.map(({ name, time, speed }) => [
      name,
      (time / IMAGES / 1000).toFixed(1),
      `${((100 * time) / total).toFixed(0)}%`,
      speed,
    ]),
    ['all', (total / IMAGES / 1000).toFixed(1), '100%', ''],
  ]);
}

/** Whole steps: pictures, passes, updates. */
async function wholeSteps({ net, channels, side, epoch }: (typeof CASES)[number]): Promise<string> {
  const random = new Random(1);
  const count = TRAIN_DEFAULTS.batch * RUNS;
  const data: LabelledPictures = {
    count,
    width: side,
    height: side,
    channels,
    pictures: Uint8Array.from({ length: count * channels * side * side }, () => 256 * random.next()),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  };
  const lines: string[] = [];
  for (const threads of new Set([1, availableParallelism()])) {
    const trainer = new Trainer(data, { net, validation: 0, epochs: 3, outputs: 10 });
    await trainer.useThreads(threads);
    trainer.runEpoch();
    const seconds = Math.min(trainer.runEpoch().seconds, trainer.runEpoch().seconds) / count;
    trainer.close();
    lines.push(
      `${threads} thread${threads > 1 ? 's' : ''}: ${(seconds * 1e6).toFixed(0)} µs a picture, ` +
        `${(60 / (seconds * epoch)).toFixed(2)} epochs of ${epoch} pictures a minute`,
    );
  }
  return lines.join('\n');
}
