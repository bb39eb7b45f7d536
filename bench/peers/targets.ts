import type { Precision } from '../../src/runtime/backends/backend.ts';

/** The models of ours that are timed, by how tables name them. */
export const MODELS = {
  q20: { title: 'quality 20, one scale for the layer', file: 'mnist-mlp-512-q20.wjz' },
  'q20-row': { title: 'quality 20, min–max per row', file: 'mnist-mlp-512-q20-row.wjz' },
  trained: { title: 'trained 784-512-10', file: 'mnist-mlp-512-trained.wjz' },
} as const;

export type ModelName = keyof typeof MODELS;

export const MODEL_NAMES = Object.keys(MODELS) as ModelName[];

/** What they are timed in. In int8 the others are multiplied as in int16: few of their coefficients are kept. */
export const PRECISIONS_OF: Readonly<Record<ModelName, readonly Precision[]>> = {
  q20: ['int16', 'float32'],
  'q20-row': ['int8', 'int16', 'float32'],
  trained: ['int16', 'float32'],
};

/** What ours are compared with, by how tables name it. */
export const COMPETITORS = [
  'onnxruntime-node float32',
  'onnxruntime-node int8',
  'onnxruntime-web float32',
  'onnxruntime-web int8',
  'tfjs-wasm float32',
  'our expanded path',
  'our dense path',
  'our dense path, int8',
] as const;

export type Competitor = (typeof COMPETITORS)[number];

/** What the project has set itself: at least `ratio` times faster on digits, on one thread. */
export interface Target {
  readonly model: ModelName;
  readonly against: Competitor;
  readonly precision: Precision;
  readonly batch: number;
  readonly ratio: number;
}

function targets(
  model: ModelName,
  against: Competitor,
  asked: readonly (readonly [precision: Precision, batch: number, ratio: number])[],
): Target[] {
  return asked.map(([precision, batch, ratio]) => ({ model, against, precision, batch, ratio }));
}

/** Never slower than our own dense matrices on the same backend. */
const NEVER_SLOWER: readonly (readonly [Precision, number, number])[] = [
  ['int16', 1, 1],
  ['int16', 256, 1],
  ['float32', 1, 1],
  ['float32', 256, 1],
];

export const TARGETS: readonly Target[] = [
  ...targets('q20', 'onnxruntime-node float32', [
    ['int16', 1, 6],
    ['int16', 256, 2.5],
    ['float32', 1, 3],
    ['float32', 256, 1.6],
  ]),
  ...targets('q20-row', 'onnxruntime-node float32', [
    ['int8', 256, 1.8],
    ['int16', 1, 4],
    ['int16', 256, 1.8],
  ]),
  ...targets('trained', 'onnxruntime-node float32', [
    ['int16', 1, 16],
    ['float32', 256, 10],
  ]),
  ...targets('trained', 'onnxruntime-node int8', [
    ['int16', 1, 8],
    ['float32', 256, 3],
  ]),
  ...targets('q20', 'onnxruntime-web float32', [
    ['int16', 1, 8],
    ['int16', 256, 10],
  ]),
  ...MODEL_NAMES.flatMap((model) => [
    ...targets(model, 'our dense path', NEVER_SLOWER),
    ...targets(model, 'our expanded path', NEVER_SLOWER),
  ]),
];
