import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blockDctReference } from '../../kernels/block-dct/reference.ts';
import type { SparseCoefficients } from '../../kernels/coefficient-multiply/sparse.ts';
import { compress } from '../../src/compress/compress.ts';
import type { CompressOptions } from '../../src/compress/options.ts';
import { picturesOrProbes } from '../../src/compress/probes.ts';
import { mulberry32 } from '../../src/random.ts';
import { argmax } from '../../src/runtime/answer.ts';
import { availability } from '../../src/runtime/backends/availability.ts';
import {
  type BackendName,
  EXECUTOR_DEFAULTS,
  type ExecutorOptions,
} from '../../src/runtime/backends/backend.ts';
import { preferredBackend } from '../../src/runtime/backends/choose.ts';
import { BACKEND_NAMES } from '../../src/runtime/backends/names.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { Oracle } from '../../src/runtime/oracle.ts';
import { type ComparedSession, type Verification, verifyAgainstOracle } from '../../src/runtime/verify.ts';
import '../../src/gpu.ts';
import type { InputSpec } from '../../src/format/manifest.ts';
import { PICTURE_DEFAULTS } from '../../src/format/manifest.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { networkFromStateDict } from '../../src/importers/state-dict/network.ts';
import { readSafetensors } from '../../src/safetensors/index.ts';
import type { DenseNetwork } from '../../src/weights/dense-network.ts';
import type { DenseNode, LinearNode, MatrixNode, Network, RowsNode } from '../../src/weights/network.ts';
import { randomValues } from '../kernels/random.ts';

const SIDE = 20;
const SAMPLES = 32;

function pictures(side: number): InputSpec {
  return { kind: 'image', width: side, height: side, ...PICTURE_DEFAULTS };
}

/** A multilayer perceptron with seeded weights of variance 2/I; `shift` is added to all of them. */
function perceptron(widths: readonly number[], { shift = 0, seed = 1 } = {}): DenseNetwork {
  const layers = widths.slice(1).flatMap((outFeatures, index): DenseNetwork['layers'][number][] => {
    const inFeatures = widths[index];
    const gain = Math.sqrt(6 / inFeatures);
    const linear = {
      type: 'linear',
      name: `fc${index}`,
      inFeatures,
      outFeatures,
      weights: randomValues(inFeatures * outFeatures, seed + index).map((value) => value * gain + shift),
      bias: randomValues(outFeatures, seed + 100 + index).map((value) => value * 0.1),
    } as const;
    return index === widths.length - 2 ? [linear] : [linear, { type: 'relu' }];
  });
  return { layers };
}

/** A pair of rows per output that differ little: outputs are small differences of large sums. */
function cancelling(): DenseNetwork {
  const network = perceptron([SIDE * SIDE, 128, 10], { shift: 0.2, seed: 7 });
  const last = network.layers[2] as { weights: Float32Array };
  const rows = last.weights;
  for (let row = 0; row < 10; row++) {
    // Alternate signs: the hidden layer's outputs are all large and nearly equal.
    for (let k = 0; k < 128; k++)
      rows[row * 128 + k] = (k % 2 ? -1 : 1) * (0.1 + 0.0001 * rows[row * 128 + k]);
  }
  return network;
}

const MLP = perceptron([SIDE * SIDE, 96, 10]);
const NETWORKS: readonly (readonly [string, DenseNetwork, Partial<CompressOptions>])[] = [
  ['shallow', MLP, {}],
  ['shallow, one scale per layer', MLP, { scope: 'layer' }],
  ['shallow, symmetric map', MLP, { map: 'symmetric' }],
  ['shallow, matrix layout', MLP, { layout: 'matrix' }],
  ['LeNet-300-100', perceptron([SIDE * SIDE, 300, 100, 10], { seed: 3 }), {}],
  ['cancelling', cancelling(), {}],
  ['cancelling, all layers as JPEGs', cancelling(), { layers: ['fc0', 'fc1'], layout: 'matrix' }],
  ['deep', perceptron([SIDE * SIDE, ...new Array<number>(12).fill(64), 10], { seed: 5 }), { quality: 60 }],
  [
    'deep, shifted',
    perceptron([SIDE * SIDE, ...new Array<number>(8).fill(64), 10], { shift: -0.02, seed: 9 }),
    {},
  ],
  // All weights are nearly the same: outputs share their errors, and the next layer adds them up.
  [
    'weights nearly equal',
    perceptron([SIDE * SIDE, 32, 100, 32, 17, 17, 17, 10], { shift: 30, seed: 17 }),
    { layers: [1, 2, 3, 4, 5, 6].map((k) => `fc${k}`) },
  ],
  ['narrow, 8 layers', perceptron([SIDE * SIDE, ...new Array<number>(7).fill(8), 10], { seed: 13 }), {}],
  [
    'narrow, 8 layers, matrix',
    perceptron([SIDE * SIDE, ...new Array<number>(7).fill(8), 10], { seed: 14 }),
    { layers: [0, 1, 2, 3, 4, 5, 6, 7].map((k) => `fc${k}`) },
  ],
  ['large weights that cancel', perceptron([SIDE * SIDE, 96, 96, 10], { shift: 100, seed: 15 }), {}],
  ['wide', perceptron([SIDE * SIDE, 1024, 10], { seed: 11 }), {}],
];

function stored(
  network: DenseNetwork,
  options: Partial<CompressOptions> = {},
  input: InputSpec = pictures(SIDE),
): Network {
  const { content } = compress(network, {
    input,
    quality: 20,
    scope: 'row',
    layout: 'auto',
    map: 'min-max',
    layers: 'auto',
    rest: 'F16',
    ...options,
  });
  return loadNetwork(readWjz(writeWjz(content)), 'coefficient');
}

function probes(input: InputSpec): Float32Array[] {
  return picturesOrProbes(input, SAMPLES);
}

interface Exact {
  readonly inputs: readonly Float32Array[];
  readonly answers: readonly ReturnType<Oracle['runBounded']>[];
}
const computed = new WeakMap<Network, Exact>();

/** The exact answers of a network to the probes, which all of its faulty copies and all backends are held to. */
function exactAnswers(network: Network, input: InputSpec): Exact {
  let exact = computed.get(network);
  if (!exact) {
    const oracle = new Oracle(network);
    const inputs = probes(input);
    exact = { inputs, answers: inputs.map((values) => oracle.runBounded(values)) };
    computed.set(network, exact);
  }
  return exact;
}

interface Case {
  readonly input?: InputSpec;
  readonly tolerance?: number;
  readonly options?: Partial<ExecutorOptions>;
}

/** Verdict on `network` by the exact answers of `healthy`. */
async function verify(
  backend: BackendName,
  network: Network,
  healthy = network,
  { input = pictures(SIDE), tolerance, options }: Case = {},
): Promise<Verification> {
  const { inputs, answers } = exactAnswers(healthy, input);
  const { backend: implementation } = await preferredBackend([backend]);
  const executor = await implementation.create(network, { ...EXECUTOR_DEFAULTS, ...options });
  const [first] = network.nodes;
  const session: ComparedSession = {
    inFeatures: first.inFeatures,
    outFeatures: network.nodes[network.nodes.length - 1].outFeatures,
    runBatch: async (values, batch) => executor.run(values, batch, 'values'),
    ...(first.kind === 'rows' && {
      runCoefficients: async (values: Float32Array) =>
        executor.run(Float32Array.from(blockDctReference(values, 1, first.tile)), 1, 'coefficients'),
    }),
  };
  try {
    return await verifyAgainstOracle(
      session,
      inputs,
      answers.map(({ logits }) => logits),
      tolerance ?? answers.map(({ tolerances }) => tolerances),
    );
  } finally {
    executor.dispose();
  }
}

/** A copy of the network in which `change` returns another node at `index`. */
function altered(network: Network, index: number, change: (node: LinearNode) => LinearNode): Network {
  return { nodes: network.nodes.map((node, at) => (at === index ? change(node) : node)) };
}

const here: BackendName[] = [];
for (const name of BACKEND_NAMES) if ((await availability(name)).available) here.push(name);

describe('a healthy network', () => {
  it.each(NETWORKS)('passes on our own backends: %s', async (_, dense, options) => {
    const network = stored(dense, options);
    for (const backend of ['wasm', 'reference'] as const) {
      const { passed, worst } = await verify(backend, network);
      expect({ backend, passed, worst }).toMatchObject({ passed: true });
    }
  });

  // The others compile kernels for each network: some of them, one of each kind.
  const others = here.filter((backend) => backend !== 'wasm' && backend !== 'reference');
  it.each(others)('passes on %s', async (backend) => {
    for (const name of ['shallow', 'shallow, matrix layout', 'cancelling', 'narrow, 8 layers']) {
      const [, dense, options] = NETWORKS.find(([other]) => other === name) as (typeof NETWORKS)[number];
      const { passed, worst } = await verify(backend, stored(dense, options));
      expect({ name, passed, worst }).toMatchObject({ passed: true });
    }
  });

  it('may exceed the relative error of 1e-5 where sums cancel', async () => {
    const { max, passed } = await verify('wasm', stored(cancelling()));
    expect(max).toBeGreaterThan(1e-5);
    expect(passed).toBe(true);
  });
});

const NETS = process.env.WJPEG_NETS_DIR;
const MODEL = process.env.WJPEG_REFERENCE_MODEL;
const TRAINED = [...(NETS ? [`${NETS}/mlp_dfdx.safetensors`] : []), ...(MODEL ? [MODEL] : [])];

describe.skipIf(TRAINED.length === 0)('a trained network', () => {
  it.each(
    TRAINED.flatMap((path) =>
      [5, 20, 50, 90].flatMap((quality) => [
        [path, { quality }] as const,
        [path, { quality, layout: 'matrix', scope: 'layer' }] as const,
      ]),
    ),
  )('passes, freshly compressed: %s %j', async (path, options) => {
    const network = stored(
      networkFromStateDict(readSafetensors(new Uint8Array(readFileSync(path)))),
      options,
      pictures(28),
    );
    const { passed, worst } = await verify('wasm', network, network, { input: pictures(28) });
    expect({ passed, worst }).toMatchObject({ passed: true });
  });
});

type CoefficientNode = RowsNode | MatrixNode;

/** Changes one node; `random` chooses where. Each moves the answers by little: one step, one row, one value. */
const FAULTS: readonly (readonly [string, (node: CoefficientNode, random: () => number) => LinearNode])[] = [
  ['a coefficient one step off', (node, random) => withCoefficient(node, random, (value) => value + 1)],
  ['a coefficient missing', (node, random) => withCoefficient(node, random, () => 0)],
  ['a coefficient of the wrong sign', (node, random) => withCoefficient(node, random, (value) => -value)],
  ['a coefficient at another frequency', withMovedCoefficient],
  ['two rows of coefficients exchanged', withExchangedRows],
  [
    'a quantisation step off by one',
    (node) => ({ ...node, quantization: changed(node.quantization, 0, (step) => step + 1) }),
  ],
  [
    'a quantisation table transposed',
    (node) => ({
      ...node,
      quantization: node.quantization.map((_, k) => node.quantization[(k % 8) * 8 + (k >> 3)]),
    }),
  ],
  [
    'a scale off by a thousandth',
    (node, random) => ({
      ...node,
      scale: changed(node.scale, Math.floor(random() * node.scale.length), (scale) => scale * 1.001),
    }),
  ],
  [
    'an offset of the wrong sign',
    (node, random) => ({
      ...node,
      offset:
        node.offset && changed(node.offset, Math.floor(random() * node.offset.length), (offset) => -offset),
    }),
  ],
  ['offsets missing', (node) => ({ ...node, offset: null })],
  [
    'a bias off by a hundredth',
    (node, random) => ({
      ...node,
      bias:
        node.bias &&
        changed(node.bias, Math.floor(random() * node.bias.length), (bias) => bias * 1.01 + 1e-3),
    }),
  ],
  ['biases exchanged', (node) => ({ ...node, bias: node.bias && Float32Array.from(node.bias).reverse() })],
  ['ReLU added or missing', (node) => ({ ...node, relu: !node.relu })],
];

function changed<T extends Float32Array | Uint16Array | Int8Array | Int16Array>(
  values: T,
  index: number,
  change: (value: number) => number,
): T {
  const copy = values.slice() as T;
  copy[index] = change(copy[index]);
  return copy;
}

/** Without the JPEG, from which layouts for batches are made. */
function withCoefficients(
  { encoded, ...node }: CoefficientNode,
  coefficients: SparseCoefficients,
): CoefficientNode {
  return { ...node, coefficients } as CoefficientNode;
}

function withCoefficient(
  node: CoefficientNode,
  random: () => number,
  change: (value: number) => number,
): CoefficientNode {
  const { value } = node.coefficients;
  const copy = changed(Int16Array.from(value), Math.floor(random() * value.length), change);
  return withCoefficients(node, { ...node.coefficients, value: copy });
}

/** The last coefficient of a row, one column further left or right, wherever there is none. */
function withMovedCoefficient(node: CoefficientNode): LinearNode {
  const { rowStart, column } = node.coefficients;
  const copy = column.slice();
  for (let i = 1; i < rowStart[1]; i++) {
    if (column[i] - column[i - 1] < 2) continue;
    copy[i]--;
    return withCoefficients(node, { ...node.coefficients, column: copy });
  }
  throw new Error('the first row is full');
}

function withExchangedRows(node: CoefficientNode): LinearNode {
  const { coefficients } = node;
  const { rows, rowStart } = coefficients;
  const order = Array.from({ length: rows }, (_, row) => (row < 2 ? 1 - row : row));
  const entries = order.flatMap((row) =>
    Array.from({ length: rowStart[row + 1] - rowStart[row] }, (_, i) => rowStart[row] + i),
  );
  const starts = rowStart.slice();
  order.forEach((row, at) => {
    starts[at + 1] = starts[at] + rowStart[row + 1] - rowStart[row];
  });
  const column = coefficients.column.slice();
  const value = coefficients.value.slice();
  entries.forEach((entry, at) => {
    column[at] = coefficients.column[entry];
    value[at] = coefficients.value[entry];
  });
  return withCoefficients(node, { ...coefficients, rowStart: starts, column, value });
}

/** Layer 0 is `rows`, layers 1 and 2 are `matrix`. */
const CODED = stored(perceptron([SIDE * SIDE, 64, 48, 10]), { layers: ['fc0', 'fc1', 'fc2'] });

describe('a fault', () => {
  for (const [index, { kind }] of CODED.nodes.entries()) {
    it.each(FAULTS)(`in layer ${index} (${kind}) fails: %s`, async (_, change) => {
      const random = mulberry32(index + 1);
      for (let trial = 0; trial < 3; trial++) {
        const faulty = altered(CODED, index, (node) => change(node as CoefficientNode, random));
        for (const backend of ['wasm', 'reference'] as const) {
          const { passed, worst } = await verify(backend, faulty, CODED);
          expect({ backend, trial, passed, worst }).toMatchObject({ passed: false });
        }
      }
    });
  }

  it('in the place of the picture on its blocks fails', async () => {
    const faulty = altered(CODED, 0, (node) => {
      const { tile } = node as RowsNode;
      return { ...node, tile: { ...tile, x: tile.x + 1 } } as LinearNode;
    });
    expect(await verify('wasm', faulty, CODED)).toMatchObject({ passed: false });
  });

  // The layout for batches is made from the JPEG, that for single inputs from the decoded coefficients.
  it('in the layout for batches alone fails', async () => {
    const faulty = altered(CODED, 0, (node) => {
      const { coefficients } = withCoefficient(node as RowsNode, mulberry32(2), (value) => value + 1);
      const { encoded } = node as RowsNode;
      return { ...node, encoded: { ...encoded, decode: () => coefficients } } as LinearNode;
    });
    expect(await verify('wasm', faulty, CODED)).toMatchObject({ passed: false, worst: { form: 'batch' } });
  });

  it('in the layout for single inputs alone fails', async () => {
    const faulty = altered(CODED, 0, (node) => {
      const { coefficients } = withCoefficient(node as RowsNode, mulberry32(2), (value) => value + 1);
      return { ...node, coefficients } as LinearNode;
    });
    const { passed, worst } = await verify('wasm', faulty, CODED);
    expect(passed).toBe(false);
    expect(['single', 'coefficients']).toContain(worst.form);
  });

  it('in the coefficients of a picture alone fails', async () => {
    const oracle = new Oracle(CODED);
    const [input] = probes(pictures(SIDE));
    const { logits, tolerances } = oracle.runBounded(input);
    const session: ComparedSession = {
      inFeatures: SIDE * SIDE,
      outFeatures: 10,
      runBatch: async () => Float32Array.from(logits),
      runCoefficients: async () => Float32Array.from(logits, (logit, k) => (k === 3 ? logit * 1.001 : logit)),
    };
    expect(await verifyAgainstOracle(session, [input], [logits], [tolerances])).toMatchObject({
      passed: false,
      worst: { form: 'coefficients', output: 3 },
    });
  });

  /** The last layer as a tensor of float16. */
  const MIXED = stored(MLP);

  it('an error of 1e-3 in one weight of a layer that is a tensor fails', async () => {
    const faulty = altered(MIXED, 1, (node) => ({
      ...(node as DenseNode),
      weights: changed((node as DenseNode).weights, 5 * 96 + 7, (weight) => weight + 1e-3),
    }));
    expect(await verify('wasm', faulty, MIXED)).toMatchObject({ passed: false, worst: { output: 5 } });
  });

  it('two exchanged rows of a layer that is a tensor fail', async () => {
    const faulty = altered(MIXED, 1, (node) => {
      const weights = (node as DenseNode).weights.slice();
      weights.copyWithin(0, 96, 192);
      weights.set((node as DenseNode).weights.subarray(0, 96), 96);
      return { ...node, weights } as DenseNode;
    });
    expect(await verify('wasm', faulty, MIXED)).toMatchObject({ passed: false });
  });

  it('NaN fails, whatever the tolerance', async () => {
    const session: ComparedSession = {
      inFeatures: 1,
      outFeatures: 2,
      runBatch: async (_, batch) => new Float32Array(batch * 2).fill(NaN),
    };
    for (const tolerances of [Infinity, [Float64Array.of(1, 1)]]) {
      const result = await verifyAgainstOracle(
        session,
        [Float32Array.of(1)],
        [Float64Array.of(1, 2)],
        tolerances,
      );
      expect(result.passed).toBe(false);
    }
  });

  it('an explicit tolerance replaces the computed one', async () => {
    const verdict = (tolerance: number) => verify('wasm', MIXED, MIXED, { tolerance });
    expect(await verdict(1e-12)).toMatchObject({ passed: false });
    expect(await verdict(1)).toMatchObject({ passed: true });
  });
});

describe('the tolerance', () => {
  it('is below 3e-5 for an ordinary network', () => {
    const oracle = new Oracle(CODED);
    for (const input of probes(pictures(SIDE))) {
      const { logits, tolerances } = oracle.runBounded(input);
      const magnitude = Math.abs(logits[argmax(logits.map(Math.abs))]);
      for (const tolerance of tolerances) expect(tolerance / magnitude).toBeLessThan(3e-5);
    }
  });
});
