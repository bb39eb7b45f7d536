import type { GraphNode } from '../../src/graph/graph.ts';
import { elementCount, type Shape } from '../../src/graph/shape.ts';
import { type WindowAttributes, windowOutput } from '../../src/operators/window.ts';
import { node } from '../graph/graphs.ts';
import type { Draw } from './draw.ts';

/** A value of a graph that is being drawn. */
export interface DrawnValue {
  readonly name: string;
  readonly shape: Shape;
}

/** Where a node is put behind a value. */
export interface Place {
  readonly draw: Draw;
  readonly from: DrawnValue;
  /** All values that there are. */
  readonly values: readonly DrawnValue[];
  /** Name of the value that the last node gives; nodes before it are named after it. */
  readonly name: string;
}

/** Draws nodes, the last of which gives the place's name; undefined where they do not fit behind its value. */
export type Move = (place: Place) => readonly GraphNode[] | undefined;

/** Values are at most so large, so that a graph is tried in milliseconds. */
const MAX_ELEMENTS = 4096;

const unary =
  (operator: string, attributes: (draw: Draw) => object = () => ({})): Move =>
  ({ draw, from, name }) => [node(operator, name, [from.name], attributes(draw))];

const alpha = (min: number, max: number) => (draw: Draw) => ({ alpha: draw.number(min, max) });
const axis = (draw: Draw) => ({ axis: draw.pick([-1, 0]) });

/** A node whose values stay where the operator is defined and smooth: |x| + 1/2. */
function positive({ from, name }: Place): GraphNode[] {
  const half = { operand: { shape: [], values: Float32Array.of(0.5) } };
  return [node('abs', `${name}a`, [from.name]), node('add', `${name}p`, [`${name}a`], {}, half)];
}

const ofPositive =
  (operator: string): Move =>
  (place) => [...positive(place), node(operator, place.name, [`${place.name}p`])];

/**
 * Of values of any shape. Left out are the functions with steps (round, floor, ceil, sign, thresholded-relu): beside a step a
 * rounding error may be as large as the step.
 */
const ELEMENTWISE: readonly Move[] = [
  ...['relu', 'relu', 'relu', 'sigmoid', 'tanh', 'silu', 'hard-swish', 'identity', 'abs', 'erf'].map((type) =>
    unary(type),
  ),
  ...['mish', 'negate', 'selu', 'softplus', 'softsign'].map((type) => unary(type)),
  unary('clip', (draw) => ({ min: draw.number(-2, 0), max: draw.number(0, 6) })),
  unary('leaky-relu', alpha(0, 0.5)),
  unary('celu', alpha(0.5, 2)),
  unary('elu', alpha(0.5, 2)),
  unary('hard-sigmoid', (draw) => ({ alpha: draw.number(0.1, 0.5), beta: draw.number(0.2, 0.7) })),
  unary('gelu', (draw) => ({ approximate: draw.pick(['none', 'tanh']) })),
  unary('softmax', axis),
  unary('log-softmax', axis),
  ...['log', 'reciprocal', 'sqrt'].map(ofPositive),
  ({ from, name }) => [node('tanh', `${name}t`, [from.name]), node('exp', name, [`${name}t`])],
  (place) => [
    ...positive(place),
    node('power', place.name, [`${place.name}p`], {}, { operand: place.draw.constant([], 0.5, 1) }),
  ],
  ({ draw, from, name }) => [
    node(
      'prelu',
      name,
      [from.name],
      {},
      { slope: draw.constant([draw.chance(0.5) ? 1 : from.shape[0]], 0.5) },
    ),
  ],
  ({ draw, from, name }) => [
    node(
      draw.pick(['add', 'subtract', 'multiply', 'maximum', 'minimum']),
      name,
      [from.name],
      { constantFirst: draw.chance(0.5) },
      { operand: draw.constant(broadcastable(draw, from.shape)) },
    ),
  ],
];

/** The same extents, some of them 1, some of the first left out. */
function broadcastable(draw: Draw, shape: Shape): number[] {
  return shape.slice(draw.int(0, shape.length)).map((extent) => (draw.chance(0.3) ? 1 : extent));
}

/** Of two values. */
const PAIRS: readonly Move[] = [
  ...['add', 'add', 'subtract', 'maximum', 'minimum'].map(
    (type): Move =>
      (place) => {
        const other = partner(place);
        return other && [node(type, place.name, [place.from.name, other.name])];
      },
  ),
  // One of the factors within −1…1: products of products would grow beyond float32.
  (place) => {
    const other = partner(place);
    const gate = `${place.name}g`;
    return (
      other && [
        node(place.draw.pick(['sigmoid', 'tanh']), gate, [other.name]),
        node(
          'multiply',
          place.name,
          place.draw.chance(0.5) ? [gate, place.from.name] : [place.from.name, gate],
        ),
      ]
    );
  },
  (place) => {
    const other = partner(place);
    return other && [...positive(place), node('divide', place.name, [other.name, `${place.name}p`])];
  },
  (place) => {
    const { draw, from, values, name } = place;
    const along = draw.int(0, from.shape.length - 1);
    const fits = values.filter(
      ({ shape }) =>
        shape.length === from.shape.length &&
        shape.every((extent, at) => at === along || extent === from.shape[at]),
    );
    const others = Array.from({ length: draw.int(1, 3) }, () => draw.pick(fits));
    const elements = [from, ...others].reduce((sum, { shape }) => sum + elementCount(shape), 0);
    if (elements > MAX_ELEMENTS) return undefined;
    const inputs = [from, ...others].map(({ name: value }) => value);
    return [
      node('concatenate', name, inputs, { axis: draw.chance(0.5) ? along : along - from.shape.length }),
    ];
  },
];

/** Another value, or the same, that broadcasts to `from` without growing it. */
function partner({ draw, from, values }: Place): DrawnValue | undefined {
  const fits = values.filter(
    ({ shape }) =>
      shape.length === from.shape.length &&
      shape.every((extent, at) => extent === 1 || extent === from.shape[at]),
  );
  return fits.length > 0 ? draw.pick(fits) : undefined;
}

/** Of values with at least one axis. */
const LAYOUTS: readonly Move[] = [
  ({ from, name }) => [node('flatten', name, [from.name])],
  ({ draw, from, name }) => [
    node('transpose', name, [from.name], { permutation: draw.order(from.shape.length) }),
  ],
  ({ draw, from, name }) => {
    const along = draw.int(0, from.shape.length - 1);
    const indices = draw.ints(draw.int(1, 12), 0, from.shape[along] - 1);
    return [node('gather', name, [from.name], { axis: along, indices })];
  },
  ({ draw, from, name }) => {
    const repeats = draw.ints(from.shape.length, 1, 2);
    if (elementCount(repeats) * elementCount(from.shape) > MAX_ELEMENTS) return undefined;
    return [node('tile', name, [from.name], { repeats })];
  },
  ({ draw, from, name }) => {
    const { shape } = from;
    const steps = shape.map(() => draw.pick([1, 1, 2, -1, -2, 0]));
    const starts = shape.map((extent) => draw.int(0, extent - 1));
    const lengths = shape.map((extent, at) => {
      const room =
        steps[at] > 0 ? (extent - 1 - starts[at]) / steps[at] : steps[at] < 0 ? starts[at] / -steps[at] : 3;
      return draw.int(1, Math.floor(room) + 1);
    });
    return [node('slice', name, [from.name], { starts, lengths, steps })];
  },
  ({ draw, from, name }) => {
    const mode = draw.pick(['constant', 'edge', 'reflect']);
    const most = mode === 'reflect' ? Math.min(2, ...from.shape.map((extent) => extent - 1)) : 2;
    const pads = draw.ints(2 * from.shape.length, 0, most);
    const shape = from.shape.map((extent, at) => extent + pads[at] + pads[at + from.shape.length]);
    if (elementCount(shape) > MAX_ELEMENTS) return undefined;
    return [node('pad', name, [from.name], { pads, mode, value: draw.pick([0, draw.number(-1, 1)]) })];
  },
  ({ draw, from, name }) => {
    const first = draw.int(0, from.shape.length - 1);
    const last = draw.int(first, from.shape.length - 1);
    const keepDims = last - first + 1 === from.shape.length || draw.chance(0.5);
    const axes = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    const type = draw.pick(['reduce-max', 'reduce-mean', 'reduce-min', 'reduce-sum']);
    return [node(type, name, [from.name], { axes, keepDims })];
  },
  ({ draw, from, name }) => {
    const { shape } = from;
    const weight = draw.weights([draw.int(1, 24), shape[shape.length - 1]], shape[shape.length - 1]);
    return [node('matmul', name, [from.name], {}, { weight })];
  },
];

export const linear: Move = ({ draw, from, name }) => {
  const inFeatures = elementCount(from.shape);
  const outFeatures = draw.pick([draw.int(1, 12), draw.int(13, 40)]);
  const { values: weights } = draw.weights([outFeatures, inFeatures], inFeatures);
  const bias = draw.chance(0.7) ? draw.constant([outFeatures]).values : null;
  const layer = { kind: 'dense', name, inFeatures, outFeatures, relu: false, bias, weights } as const;
  return [{ ...node('linear', name, [from.name], { inFeatures, outFeatures }), linear: layer }];
};

/** Of vectors: the shapes that more can be done with. */
const VECTORS: readonly Move[] = [
  ({ draw, from, name }) => {
    const [length] = from.shape;
    const divisors = Array.from({ length }, (_, at) => at + 1).filter((divisor) => length % divisor === 0);
    const first = draw.pick(divisors);
    const second = draw.pick(divisors.filter((divisor) => (length / first) % divisor === 0));
    const shape = draw.chance(0.5) ? [first, length / first] : [first, second, length / first / second];
    return [node('reshape', name, [from.name], { shape: draw.chance(0.3) ? shape.with(0, -1) : shape })];
  },
  linear,
  linear,
];

/** Of matrices: one multiplied by itself, as attention does. */
const MATRICES: readonly Move[] = [
  ({ from, name }) => [
    node('transpose', `${name}t`, [from.name], { permutation: [1, 0] }),
    node('matmul', `${name}m`, [from.name, `${name}t`]),
    node('softmax', `${name}s`, [`${name}m`]),
    node('matmul', name, [`${name}s`, from.name]),
  ],
];

const window = (draw: Draw, kernel: readonly number[]): WindowAttributes => ({
  strides: draw.chance(0.5) ? [1, 1] : draw.ints(2, 1, 3),
  pads: draw.chance(0.3)
    ? [0, 0, 0, 0]
    : [kernel[0], kernel[1], kernel[0], kernel[1]].map((k) => draw.int(0, Math.min(3, k - 1))),
  dilations: draw.chance(0.7) ? [1, 1] : draw.ints(2, 1, 2),
});

const pool =
  (type: string): Move =>
  ({ draw, from, name }) => {
    const kernel = draw.ints(2, 1, 3);
    const attributes = {
      kernel,
      ...window(draw, kernel),
      ceilMode: draw.chance(0.3),
      ...(type === 'average-pool' && { countIncludePad: draw.chance(0.5) }),
    };
    return fits(from.shape, kernel, attributes) ? [node(type, name, [from.name], attributes)] : undefined;
  };

function fits(shape: Shape, kernel: readonly number[], attributes: WindowAttributes): boolean {
  return kernel.every(
    (extent, at) =>
      shape[at + 1] + attributes.pads[at] + attributes.pads[at + 2] >=
      attributes.dilations[at] * (extent - 1) + 1,
  );
}

/** A convolution of `outputs` channels in `groups`. */
function convolution(
  place: Place,
  outputs: number,
  groups: number,
  kernel: readonly number[],
  attributes: WindowAttributes,
): readonly GraphNode[] | undefined {
  const { draw, from, name } = place;
  if (!fits(from.shape, kernel, attributes)) return undefined;
  const shape = [outputs, from.shape[0] / groups, ...kernel];
  const [height, width] = windowOutput(from.shape, kernel, attributes);
  if (outputs * height * width > MAX_ELEMENTS) return undefined;
  const constants = {
    weight: draw.weights(shape, elementCount(shape.slice(1))),
    ...(draw.chance(0.7) && { bias: draw.constant([outputs]) }),
  };
  return [node('conv2d', name, [from.name], { ...attributes, groups }, constants)];
}

const same = (kernel: readonly number[], strides: readonly number[]): WindowAttributes => ({
  strides,
  pads: [0, 1, 0, 1].map((at) => Math.floor(kernel[at] / 2)),
  dilations: [1, 1],
});

/** Of feature maps. Convolutions are what most networks are made of. */
const MAPS: readonly Move[] = [
  ...Array.from(
    { length: 4 },
    (): Move => (place) => {
      const { draw } = place;
      const kernel = draw.pick([
        [3, 3],
        [3, 3],
        [1, 1],
        [5, 5],
        [1, 3],
        [2, 2],
      ]);
      return convolution(
        place,
        draw.pick([8, 16, 24, draw.int(1, 24)]),
        1,
        kernel,
        same(
          kernel,
          draw.pick([
            [1, 1],
            [1, 1],
            [2, 2],
          ]),
        ),
      );
    },
  ),
  (place) => {
    const { draw, from } = place;
    const divisors = Array.from({ length: from.shape[0] }, (_, at) => at + 1).filter(
      (d) => from.shape[0] % d === 0,
    );
    const groups = draw.pick(divisors);
    const kernel = draw.ints(2, 1, 4);
    return convolution(place, groups * draw.int(1, 3), groups, kernel, window(draw, kernel));
  },
  // Depthwise, and patches of whole blocks.
  (place) => {
    const [channels] = place.from.shape;
    return convolution(
      place,
      channels,
      channels,
      [3, 3],
      same(
        [3, 3],
        place.draw.pick([
          [1, 1],
          [2, 2],
        ]),
      ),
    );
  },
  (place) =>
    convolution(place, place.draw.int(4, 24), 1, [8, 8], {
      strides: [8, 8],
      pads: [0, 0, 0, 0],
      dilations: [1, 1],
    }),
  pool('max-pool'),
  pool('average-pool'),
  unary('global-max-pool'),
  unary('global-average-pool'),
  ({ draw, from: { name: input, shape }, name }) => [
    node(
      'batch-norm',
      name,
      [input],
      {},
      { scale: draw.constant([shape[0]], 0.5, 1), offset: draw.constant([shape[0]], 0.5) },
    ),
  ],
  // By powers of 2: engines round the coordinates of other scales, some of them to float32.
  ({ draw, from, name }) => {
    const scales = [0, 1].map(() => draw.pick([0.5, 1, 2, 4]));
    const size = scales.map((scale, at) => Math.max(1, Math.floor(scale * from.shape[at + 1])));
    if (from.shape[0] * elementCount(size) > MAX_ELEMENTS) return undefined;
    const mode = draw.pick(['linear', 'cubic']);
    const coordinates = draw.pick(['half_pixel', 'pytorch_half_pixel', 'asymmetric']);
    return [node('resize', name, [from.name], { size, scales, mode, coordinates })];
  },
  ({ draw, from, name }) => {
    const [channels, height, width] = from.shape;
    const scale = draw.int(1, 2);
    if (channels * height * width * scale ** 2 > MAX_ELEMENTS) return undefined;
    return [
      node('resize', name, [from.name], {
        size: [height * scale, width * scale],
        scales: [scale, scale],
        coordinates: 'asymmetric',
        rounding: 'floor',
      }),
    ];
  },
  ({ draw, from, name }) =>
    from.shape[0] % 4 === 0
      ? [node('depth-to-space', name, [from.name], { blockSize: 2, mode: draw.pick(['DCR', 'CRD']) })]
      : undefined,
  ({ from, name }) =>
    from.shape.slice(1).every((extent) => extent % 2 === 0)
      ? [node('space-to-depth', name, [from.name], { blockSize: 2 })]
      : undefined,
];

/** What may stand behind a value of that shape, a list of families that are as likely as one another. */
export function movesFor({ length }: Shape): readonly (readonly Move[])[] {
  if (length === 3) return [MAPS, MAPS, MAPS, MAPS, ELEMENTWISE, ELEMENTWISE, PAIRS, LAYOUTS, [linear]];
  if (length === 2) return [MATRICES, ELEMENTWISE, PAIRS, LAYOUTS, [linear]];
  return [VECTORS, ELEMENTWISE, PAIRS, LAYOUTS];
}

const withRelu =
  (move: Move): Move =>
  (place) => {
    const before = `${place.name}w`;
    const drawn = move({ ...place, name: before });
    return drawn && [...drawn, node('relu', place.name, [before])];
  };

/** Of chains of linear layers, the only operators of which are those. */
export const vectorMoves: typeof movesFor = () => [[linear, withRelu(linear)]];

/** Without dilations and groups. */
const plainConvolution: Move = (place) => {
  const { draw } = place;
  const kernel = draw.ints(2, 1, 5);
  return convolution(place, draw.int(1, 16), 1, kernel, { ...window(draw, kernel), dilations: [1, 1] });
};

/** Windows that do not overlap. */
const plainPool: Move = ({ draw, from, name }) => {
  const kernel = draw.ints(2, 1, 3);
  const attributes = { kernel, strides: kernel, pads: [0, 0, 0, 0], dilations: [1, 1] };
  return fits(from.shape, kernel, attributes) ? [node('max-pool', name, [from.name], attributes)] : undefined;
};

/** What the C export knows. */
export const movesForC: typeof movesFor = ({ length }) =>
  length === 3
    ? [
        [plainConvolution, withRelu(plainConvolution), plainPool],
        [withRelu(plainConvolution)],
        [withRelu(linear)],
      ]
    : [[linear, withRelu(linear)]];
