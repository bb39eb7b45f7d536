import { Calibration } from '../../src/compress/calibration.ts';
import { compress } from '../../src/compress/compress.ts';
import { compressGraph, weightNames } from '../../src/compress/graph/compress-graph.ts';
import type { CompressOptions } from '../../src/compress/options.ts';
import { onnxOfGraph } from '../../src/exporters/onnx/graph.ts';
import type { InputOptions } from '../../src/format/manifest.ts';
import { readWjz, type WjzFile } from '../../src/format/read.ts';
import { writeModel } from '../../src/format/write-model.ts';
import type { Graph, GraphNode } from '../../src/graph/graph.ts';
import { chainOf } from '../../src/graph/passes/chain-of.ts';
import { dropUnused } from '../../src/graph/passes/drop-unused.ts';
import { planGraph } from '../../src/graph/plan.ts';
import { elementCount, type Shape } from '../../src/graph/shape.ts';
import { linearLayers } from '../../src/weights/dense-network.ts';
import { Draw } from './draw.ts';
import { type DrawnValue, linear, type Move, movesFor, movesForC, vectorMoves } from './moves.ts';

/** What a network is drawn from. The same numbers give the same network; fewer steps give the beginning of its graph. */
export interface Seeds {
  readonly seed: number;
  readonly steps: number;
}

/** A drawn network as a file holds it, and as it was before. */
export interface DrawnNetwork {
  readonly bytes: Uint8Array;
  readonly file: WjzFile;
  /** The original as an ONNX model. */
  readonly dense: Uint8Array;
  /** Inputs to try, each of as many values as the network takes. */
  readonly inputs: readonly Float32Array[];
}

const INPUTS = 3;
/** Inputs to calibrate with. */
const CALIBRATED = 24;

export function drawSeeds(draw: Draw, maxSteps = 14): Seeds {
  return { seed: draw.int(1, 2 ** 30), steps: draw.int(1, maxSteps) };
}

/** A network over the operators of the format, one in five a chain of linear layers, stored in any of the ways that there are. */
export async function drawNetwork(seeds: Seeds): Promise<DrawnNetwork> {
  const draw = new Draw(seeds.seed);
  const isChain = draw.chance(0.2);
  const input = drawInput(draw);
  const size = elementCount(shapeOf(input));
  const inputs = Array.from({ length: INPUTS }, () => draw.constant([size]).values);
  const graph = isChain
    ? drawChain(seeds, shapeOf(input), vectorMoves)
    : drawGraph(seeds, shapeOf(input), movesFor);
  const { bytes: dense } = onnxOfGraph(
    planGraph(graph),
    { name: 'drawn', text: '', metadata: {} },
    { type: 'float32', coefficients: false },
  );
  const bytes = await store(draw, graph, input);
  return { bytes, file: readWjz(bytes), dense, inputs };
}

/** A network that can be exported as C: convolutions, ReLU, max-pools and linear layers one after another, weights without offsets. */
export async function drawForC(seeds: Seeds): Promise<WjzFile> {
  const draw = new Draw(seeds.seed);
  const input = drawPicture(draw);
  return readWjz(await store(draw, drawChain(seeds, shapeOf(input), movesForC), input, { map: 'symmetric' }));
}

function drawInput(draw: Draw): InputOptions {
  if (draw.chance(0.2)) return { kind: 'vector', length: draw.pick([draw.int(1, 64), draw.int(65, 200)]) };
  return drawPicture(draw);
}

function drawPicture(draw: Draw): InputOptions {
  return {
    kind: 'image',
    width: draw.pick([8, 16, draw.int(3, 20)]),
    height: draw.pick([8, 16, draw.int(3, 20)]),
    channels: draw.pick([1, 3]),
    mean: draw.number(0, 1),
    std: draw.number(0.2, 1),
  };
}

function shapeOf(input: InputOptions): Shape {
  return input.kind === 'image' ? [input.channels ?? 1, input.height, input.width] : [input.length];
}

/** Nodes over the values of those before them; the last value is an output, in one graph of three another one is too. */
export function drawGraph({ seed, steps }: Seeds, shape: Shape, moves: typeof movesFor): Graph {
  const growing = new GrowingGraph(shape);
  const { values, nodes } = growing;
  for (let step = 0; step < steps; step++) {
    const draw = new Draw(seed + 1000 * (step + 1));
    // Most go on from the last value, so that graphs are deep.
    const from = draw.chance(0.7) ? (values.at(-1) as DrawnValue) : draw.pick(values);
    growing.add(draw, from, draw.pick(draw.pick(moves(from.shape))));
  }
  const draw = new Draw(seed);
  if (nodes.length === 0) growing.add(draw, values[0], linear);
  const [last] = nodes[nodes.length - 1].outputs;
  const second = draw.pick(nodes).outputs[0];
  return growing.finish(draw.chance(1 / 3) && second !== last ? [last, second] : [last]);
}

/** Each node takes what the one before it gives; the last is a linear layer. */
function drawChain({ seed, steps }: Seeds, shape: Shape, moves: typeof movesFor): Graph {
  const growing = new GrowingGraph(shape);
  for (let step = 0; step <= steps; step++) {
    const draw = new Draw(seed + 1000 * (step + 1));
    const from = growing.values.at(-1) as DrawnValue;
    growing.add(draw, from, step === steps ? linear : draw.pick(draw.pick(moves(from.shape))));
  }
  return growing.finish([(growing.values.at(-1) as DrawnValue).name]);
}

class GrowingGraph {
  readonly values: DrawnValue[];
  readonly nodes: GraphNode[] = [];
  readonly #inputs: Graph['inputs'];

  constructor(shape: Shape) {
    this.#inputs = [{ name: 'x', shape }];
    this.values = [{ name: 'x', shape }];
  }

  /** Puts the nodes of a move behind a value, if they fit there. */
  add(draw: Draw, from: DrawnValue, move: Move): void {
    const drawn = move({ draw, from, values: this.values, name: `v${this.values.length}` });
    if (drawn === undefined) return;
    this.nodes.push(...drawn);
    const [name] = drawn[drawn.length - 1].outputs;
    const { shapes } = planGraph({ inputs: this.#inputs, outputs: [name], nodes: this.nodes });
    this.values.push({ name, shape: shapes.get(name) as Shape });
  }

  finish(outputs: readonly string[]): Graph {
    return dropUnused({ inputs: this.#inputs, outputs, nodes: this.nodes });
  }
}

/** The bytes of a file: weights as JPEGs of drawn quality, or as tensors, in either container. */
async function store(
  draw: Draw,
  graph: Graph,
  input: InputOptions,
  fixed: Partial<CompressOptions> = {},
): Promise<Uint8Array> {
  const chain = chainOf(graph);
  const names = chain ? linearLayers(chain).map(({ name }) => name) : weightNames(graph);
  const isPicture = draw.chance(0.3);
  const coding = draw.pick<Partial<CompressOptions>>([
    {},
    {},
    { entropy: 'arithmetic' },
    { progressive: true },
  ]);
  const options: CompressOptions = {
    input,
    ...coding,
    layers: draw.pick(['auto', names, names, names.filter(() => draw.chance(0.5))] as const),
    rest: draw.pick(['F16', 'F32']),
    ...(isPicture && { sharedTable: true }),
    ...(draw.chance(0.5) ? { quality: draw.int(5, 95) } : { maxError: draw.number(0.02, 0.5) }),
  };
  const ofChain: Partial<CompressOptions> = {
    map: draw.pick(['min-max', 'symmetric']),
    scope: draw.pick(['row', 'layer']),
    layout: draw.pick(['auto', 'auto', 'matrix']),
    offset: draw.int(0, 7),
  };
  const { content } = chain
    ? compress(chain, { ...options, ...ofChain, ...fixed })
    : await compressGraph(graph, { ...options, ...calibrated(draw, shapeOf(input)) });
  return writeModel(content, { file: isPicture ? 'model.jpg' : 'model.wjz' });
}

function calibrated(draw: Draw, shape: Shape): Partial<CompressOptions> {
  const size = elementCount(shape);
  const { values } = draw.constant([CALIBRATED * size]);
  return { calibration: new Calibration({ count: CALIBRATED, size, values }) };
}
