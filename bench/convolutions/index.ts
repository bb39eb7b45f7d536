import type { Graph } from '../../src/graph/graph.ts';
import { planGraph } from '../../src/graph/plan.ts';
import { findOperator } from '../../src/operators/index.ts';
import { EXECUTOR_DEFAULTS } from '../../src/runtime/backends/backend.ts';
import { findBackend } from '../../src/runtime/backends/registry.ts';
import { createGraphExecutor } from '../../src/runtime/graph/create.ts';
import { formatTable } from '../../src/text/table.ts';
import { ExpandedKernels } from '../../src/weights/kernel-picture.ts';
import { sparseKernels } from '../kernels/sparse-kernels.ts';
import { describeMachine } from '../machine.ts';

/**
 * Convolutions of 3×3 on their coefficients, by the share of nonzeros, beside the same kernels expanded: backend wasm, one
 * image, medians. What the costs in src/graph/passes/transform-convolutions.ts rest on.
 */

const CHANNELS = [16, 32, 64, 128];
const DENSITIES = [0.05, 0.1, 0.15, 0.2, 0.3];
const SIDE = 16;
const RUNS = 200;
/** Until the engine has compiled the kernels for good. */
const WARM_UP = 300;

interface Timed {
  readonly microseconds: number;
  readonly bytes: number;
}

const rows = [['channels', 'nonzeros', 'dense', 'coefficients', 'speed', 'resident']];
for (const channels of CHANNELS) {
  for (const density of DENSITIES) {
    const graph = convolution(channels, density);
    const expanded = { ...graph, nodes: graph.nodes.map(({ kernels: _, ...node }) => node) };
    const dense = await time(expanded);
    const sparse = await time(graph);
    rows.push([
      `${channels} → ${channels}`,
      `${(100 * density).toFixed(0)}%`,
      `${dense.microseconds.toFixed(0)} µs`,
      `${sparse.microseconds.toFixed(0)} µs`,
      `${(dense.microseconds / sparse.microseconds).toFixed(2)}×`,
      `${(dense.bytes / sparse.bytes).toFixed(2)}×`,
    ]);
  }
}
process.stdout.write(
  `${describeMachine()}; maps of ${SIDE}×${SIDE}, medians of ${RUNS} runs\n\n${formatTable(rows)}\n`,
);

function convolution(channels: number, density: number): Graph {
  const kernels = sparseKernels(channels, density);
  const attributes = findOperator('conv2d')?.attributes({ pads: [1, 1, 1, 1] }, '') as object;
  return {
    inputs: [{ name: 'x', shape: [channels, SIDE, SIDE] }],
    outputs: ['conv'],
    nodes: [
      {
        name: 'conv',
        operator: 'conv2d',
        inputs: ['x'],
        outputs: ['conv'],
        attributes,
        constants: { weight: new ExpandedKernels(kernels) },
        kernels,
      },
    ],
  };
}

async function time(graph: Graph): Promise<Timed> {
  const planned = planGraph(graph);
  const executor = await createGraphExecutor('wasm', await findBackend('wasm'), planned, EXECUTOR_DEFAULTS);
  const [channels, height, width] = planned.inputs[0].shape;
  const input = new Float32Array(channels * height * width).fill(0.5);
  const times: number[] = [];
  for (let run = 0; run < WARM_UP; run++) await executor.run([input], 1, 'values');
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    await executor.run([input], 1, 'values');
    times.push(1000 * (performance.now() - start));
  }
  const { host, device } = executor.residentBytes;
  executor.dispose();
  times.sort((a, b) => a - b);
  return { microseconds: times[RUNS / 2], bytes: host + device };
}
