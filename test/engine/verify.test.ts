import { describe, expect, it } from 'vitest';
import { compress } from '../../src/compress/compress.ts';
import type { CompressOptions } from '../../src/compress/options.ts';
import { availability } from '../../src/engine/backends/availability.ts';
import { BACKEND_NAMES, type BackendName, EXECUTOR_DEFAULTS } from '../../src/engine/backends/backend.ts';
import { createPreferredExecutor } from '../../src/engine/backends/choose.ts';
import { loadNetwork } from '../../src/engine/load-network.ts';
import { Oracle } from '../../src/engine/oracle.ts';
import { evaluationInputs } from '../../src/engine/sample-inputs.ts';
import { type Verification, verifyAgainstOracle } from '../../src/engine/verify.ts';
import '../../src/gpu.ts';
import type { DenseNetwork } from '../../src/model/dense-network.ts';
import type { DenseStage, Network, Stage } from '../../src/model/network.ts';
import { reconstructWeights } from '../../src/model/reconstruct.ts';
import { readWjz } from '../../src/wjz/read.ts';
import { writeWjz } from '../../src/wjz/write.ts';
import { randomValues } from '../kernels/random.ts';

const SIDE = 20;
const SAMPLES = 24;
const INPUT = {
  kind: 'image',
  width: SIDE,
  height: SIDE,
  channels: 1,
  mean: 0,
  std: 1,
  ground: 'dark',
} as const;

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
  ['shallow, matrix arrangement', MLP, { arrangement: 'matrix' }],
  ['LeNet-300-100', perceptron([SIDE * SIDE, 300, 100, 10], { seed: 3 }), {}],
  ['cancelling', cancelling(), {}],
  ['cancelling, all layers as JPEGs', cancelling(), { layers: ['fc0', 'fc1'], arrangement: 'matrix' }],
  ['deep', perceptron([SIDE * SIDE, ...new Array<number>(12).fill(64), 10], { seed: 5 }), { quality: 60 }],
  [
    'deep, shifted',
    perceptron([SIDE * SIDE, ...new Array<number>(8).fill(64), 10], { shift: -0.02, seed: 9 }),
    {},
  ],
  ['wide', perceptron([SIDE * SIDE, 2048, 10], { seed: 11 }), {}],
];

function stored(network: DenseNetwork, options: Partial<CompressOptions> = {}): Network {
  const { content } = compress(network, {
    input: INPUT,
    quality: 20,
    scope: 'row',
    arrangement: 'auto',
    map: 'min-max',
    layers: 'auto',
    rest: 'F16',
    ...options,
  });
  return loadNetwork(readWjz(writeWjz(content)), 'coefficient');
}

const inputs = evaluationInputs(INPUT, SAMPLES);

/** Verdict on `network` by the exact answers of `healthy`. */
async function verify(
  backend: BackendName,
  network: Network,
  healthy = network,
  tolerance?: number,
): Promise<Verification> {
  const oracle = new Oracle(healthy);
  const answers = inputs.map((input) => oracle.runBounded(input));
  const executor = await createPreferredExecutor([backend], network, EXECUTOR_DEFAULTS);
  const session = {
    inFeatures: network.stages[0].inFeatures,
    outFeatures: network.stages[network.stages.length - 1].outFeatures,
    runBatch: (values: Float32Array, batch: number) => executor.run(values, batch, 'values'),
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

/** A copy of the network in which `change` returns another stage at `index`. */
function altered(network: Network, index: number, change: (stage: Stage) => Stage): Network {
  return { stages: network.stages.map((stage, at) => (at === index ? change(stage) : stage)) };
}

const here: BackendName[] = [];
for (const name of BACKEND_NAMES) if ((await availability(name)).available) here.push(name);

describe('a healthy network', () => {
  it.each(NETWORKS)('passes on every backend: %s', async (_, dense, options) => {
    const network = stored(dense, options);
    for (const backend of here) {
      const result = await verify(backend, network);
      expect({ backend, passed: result.passed, worst: result.worst }).toMatchObject({
        backend,
        passed: true,
      });
    }
  });

  it('may exceed the relative error of 1e-5 where sums cancel', async () => {
    const { greatest, passed } = await verify('wasm', stored(cancelling()));
    expect(greatest).toBeGreaterThan(1e-5);
    expect(passed).toBe(true);
  });
});

describe('a fault', () => {
  const healthy = stored(MLP);

  const dense: Network = { stages: [healthy.stages[0], denseOf(healthy.stages[1])] };

  it('an error of 1e-3 in one weight fails', async () => {
    const faulty = altered(dense, 1, (stage) => {
      const { weights } = stage as DenseStage;
      const changed = weights.slice();
      changed[5 * 96 + 7] += 1e-3;
      return { ...stage, weights: changed } as DenseStage;
    });
    expect(await verify('wasm', faulty, dense)).toMatchObject({ passed: false, worst: { output: 5 } });
  });

  it('an error of 1e-3 in one weight of the first layer fails', async () => {
    const plain: Network = {
      stages: MLP.layers.flatMap((layer, index) =>
        layer.type === 'linear'
          ? [{ ...layer, kind: 'dense', relu: index === 0, bias: layer.bias ?? null } as DenseStage]
          : [],
      ),
    };
    const faulty = altered(plain, 0, (stage) => {
      const weights = (stage as DenseStage).weights.slice();
      weights[3 * SIDE * SIDE + 11] += 1e-3;
      return { ...stage, weights } as DenseStage;
    });
    expect(await verify('wasm', plain)).toMatchObject({ passed: true });
    expect(await verify('wasm', faulty, plain)).toMatchObject({ passed: false });
  });

  it('two swapped rows fail', async () => {
    const faulty = altered(dense, 1, (stage) => {
      const weights = (stage as DenseStage).weights.slice();
      weights.copyWithin(0, 96, 192);
      weights.set((stage as DenseStage).weights.subarray(0, 96), 96);
      return { ...stage, weights } as DenseStage;
    });
    expect(await verify('wasm', faulty, dense)).toMatchObject({ passed: false });
  });

  it('NaN fails, whatever the tolerance', async () => {
    const runner = {
      inFeatures: 1,
      outFeatures: 2,
      runBatch: async (_: Float32Array, batch: number) => new Float32Array(batch * 2).fill(NaN),
    };
    for (const tolerances of [Infinity, [Float64Array.of(1, 1)]]) {
      const result = await verifyAgainstOracle(
        runner,
        [Float32Array.of(1)],
        [Float64Array.of(1, 2)],
        tolerances,
      );
      expect(result.passed).toBe(false);
    }
  });

  it('an explicit tolerance replaces the computed one', async () => {
    expect(await verify('wasm', healthy, healthy, 1e-12)).toMatchObject({ passed: false });
    expect(await verify('wasm', healthy, healthy, 1)).toMatchObject({ passed: true });
  });
});

/** A stage with its weights as a matrix. */
function denseOf(stage: Stage): DenseStage {
  if (stage.kind === 'dense') return stage;
  const { name, inFeatures, outFeatures, bias, relu } = stage;
  return {
    kind: 'dense',
    name,
    inFeatures,
    outFeatures,
    bias,
    relu,
    weights: Float32Array.from(reconstructWeights(stage)),
  };
}
