import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { planGraph } from '../../src/graph/plan.ts';
import { preparePicture } from '../../src/image/prepare-picture.ts';
import { mulberry32, normal } from '../../src/random.ts';
import { EXECUTOR_DEFAULTS, type GraphExecutor } from '../../src/runtime/backends/backend.ts';
import { findBackend } from '../../src/runtime/backends/registry.ts';
import { createGraphExecutor } from '../../src/runtime/graph/create.ts';
import { embeddingGraph } from '../../src/runtime/graph/embedding-graph.ts';
import { findPatchEmbedding } from '../../src/runtime/graph/patch-embedding.ts';
import { formatTable } from '../../src/text/table.ts';
import { describeMachine } from '../machine.ts';
import { photograph } from './photograph.ts';

/**
 * npm run bench:photographs (after a build). Photographs on their way into networks: a large one decoded at k/8 of its size beside
 * all of its pixels, in processes of their own; one of the network's size as coefficients beside pixels, where the network takes
 * patches.
 */

const LARGE = { width: 4000, height: 3000 };
const SIZES = [32, 96, 224];
const RUNS = 5;

process.stdout.write(`${describeMachine()}; medians of ${RUNS} runs\n\n`);
process.stdout.write(`${formatTable(largePhotographs())}\n\n`);
process.stdout.write(`${formatTable(await patches())}\n`);

/** CPU time from the file's bytes to the network's input, and the peak memory of the process. */
function largePhotographs(): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'wjpeg-photographs-'));
  const rows = [['12 megapixels', 'network', 'decoded at', 'CPU time', 'peak memory', 'difference (RMS)']];
  for (const progressive of [false, true]) {
    const file = join(folder, 'photograph.jpg');
    writeFileSync(file, photograph(LARGE.width, LARGE.height, progressive));
    for (const size of SIZES) {
      const all = measure(file, size, 'all');
      const scaled = measure(file, size, 'scaled');
      const squares = all.values.reduce((sum, value, at) => sum + (value - scaled.values[at]) ** 2, 0);
      const levels = Math.sqrt(squares / all.values.length);
      for (const [one, difference] of [
        [all, ''],
        [scaled, `${levels.toFixed(2)} levels`],
      ] as const) {
        rows.push([
          progressive ? 'progressive' : 'sequential',
          `${size}×${size}`,
          `${8 * one.scale}/8`,
          `${one.milliseconds.toFixed(0)} ms`,
          `${(one.peak / 1e6).toFixed(0)} MB`,
          difference,
        ]);
      }
    }
  }
  rmSync(folder, { recursive: true });
  return rows;
}

interface Prepared {
  readonly values: readonly number[];
  readonly scale: number;
  readonly milliseconds: number;
  readonly peak: number;
}

function measure(file: string, size: number, way: 'all' | 'scaled'): Prepared {
  const runs = Array.from({ length: RUNS }, (): Prepared => {
    const words = [join(import.meta.dirname, 'child.mjs'), file, String(size), way];
    return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8', maxBuffer: 2 ** 26 }));
  });
  const median = (of: (run: Prepared) => number): number => runs.map(of).sort((a, b) => a - b)[RUNS >> 1];
  return { ...runs[0], milliseconds: median((run) => run.milliseconds), peak: median((run) => run.peak) };
}

/** A JPEG of 224×224, 4:2:0, and a first layer that makes 192 values of each 16×16 pixels. */
async function patches(): Promise<string[][]> {
  const [side, patch, outputs] = [224, 16, 192];
  const spec: ImageInputSpec = {
    kind: 'image',
    width: side,
    height: side,
    channels: 3,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    preprocessing: { background: 'dark', fit: 'contain' },
  };
  const random = mulberry32(1);
  const shape = [outputs, 3, patch, patch];
  const weight = {
    shape,
    values: Float32Array.from({ length: outputs * 3 * patch ** 2 }, () => normal(random)),
  };
  const attributes = { strides: [patch, patch], pads: [0, 0, 0, 0], dilations: [1, 1], groups: 1 };
  const node = { operator: 'conv2d', attributes, constants: { weight } };
  const graph: Graph = {
    inputs: [{ name: 'picture', shape: [3, side, side] }],
    outputs: ['after'],
    nodes: [
      { ...node, name: 'embedding', inputs: ['picture'], outputs: ['embedding'] },
      {
        name: 'after',
        operator: 'relu',
        inputs: ['embedding'],
        outputs: ['after'],
        attributes: {},
        constants: {},
      },
    ],
  };
  const embedding = findPatchEmbedding(planGraph(graph), spec);
  if (embedding === undefined) throw new Error('the benchmark’s graph has no patches');
  const backend = await findBackend('wasm');
  const ready = (one: Graph): Promise<GraphExecutor> =>
    createGraphExecutor('wasm', backend, planGraph(one), EXECUTOR_DEFAULTS);
  const pixels = await ready({ ...graph, outputs: ['embedding'], nodes: graph.nodes.slice(0, 1) });
  const coefficients = await ready(embeddingGraph(embedding, '4:2:0'));
  const jpeg = photograph(side, side, false);
  const rows = [['224×224, 16×16 patches', 'file to input', 'first layer', 'values per patch']];
  for (const [way, executor, options] of [
    ['pixels', pixels, {}],
    ['coefficients', coefficients, { patch: embedding }],
  ] as const) {
    const prepare = () => preparePicture(jpeg, spec, options);
    const prepared = prepare();
    const input = prepared.kind === 'values' ? prepared.values : prepared.coefficients;
    rows.push([
      way,
      `${(await median(async () => void prepare())).toFixed(2)} ms`,
      `${(await median(() => executor.run([input], 1, 'values'))).toFixed(2)} ms`,
      String(input.length / (side / patch) ** 2),
    ]);
  }
  return rows;
}

async function median(call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 100; run++) {
    const started = performance.now();
    await call();
    if (run >= 50) times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[25];
}
