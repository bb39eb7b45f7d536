import { ELU_SHAPES } from '../../../kernels/functions/elu.ts';
import type { KernelNode, ReferenceKernel } from '../../../kernels/node.ts';
import { KERNELS } from '../../../kernels/tables/reference.ts';
import type { GraphNode, PlannedGraph } from '../../graph/graph.ts';
import { transformConvolutions } from '../../graph/passes/transform-convolutions.ts';
import { planGraph } from '../../graph/plan.ts';
import { findOperator } from '../../operators/index.ts';
import type { Rounding } from '../../operators/operator.ts';
import { mulberry32 } from '../../random.ts';
import { ExpandedKernels } from '../../weights/kernel-picture.ts';
import type { LinearNode } from '../../weights/network.ts';
import { type BoundedLogits, multiply, TOLERATED_DEVIATIONS, weightsOf } from '../oracle.ts';
import { nodeError, ROUNDING_VARIANCE } from '../rounding-errors.ts';
import { isView, kernelNode } from './kernels.ts';
import { isSum, sumVariance, termsOf } from './sum-errors.ts';

/** Runs with simulated rounding errors. The deviation that so many give is off by 18 % (one standard error). */
const NOISY_RUNS = 16;

/** Roundings of one operation of an operator without sums: an addition after a multiplication, and one to spare. */
const ARITHMETIC_ROUNDINGS = 3;

/** Of exp, tanh and erf: their own in units in the last place, WGSL's being the largest (3 + 2·|x|, WGSL §15.7.4). */
const TRANSCENDENTAL_ROUNDINGS = 12;

/** Float64 values of a graph by name, one image. */
type Values = Map<string, Float64Array>;

/** Standard deviations of the errors of each node's output, by its name. */
type Deviations = ReadonlyMap<string, Float64Array>;

/** What adds the errors of a run: numbers of mean 0 and variance 1, and the deviations of sums. */
interface Noise {
  readonly random: () => number;
  readonly sums: Deviations;
}

/**
 * The exact first output of a graph in float64: linear nodes with weights expanded by the unrounded inverse DCT and multiplied
 * plainly, every other node by its reference kernel.
 */
export class GraphOracle {
  readonly #graph: PlannedGraph;
  /** As backends run it: convolutions on their coefficients or on expanded kernels, their weights rounded to float32. */
  readonly #asRun: PlannedGraph;
  readonly #weights: ReadonlyMap<GraphNode, ArrayLike<number>>;
  readonly #kernels: ReadonlyMap<GraphNode, Float64Array>;

  /** `graph`: on the `coefficient` path, as `storedGraph` gives it. */
  constructor(graph: PlannedGraph) {
    this.#graph = graph;
    this.#asRun = planGraph(transformConvolutions(graph));
    this.#kernels = new Map(
      graph.nodes.flatMap((node) =>
        node.kernels ? [[node, new ExpandedKernels(node.kernels).exact()] as const] : [],
      ),
    );
    this.#weights = new Map(
      graph.nodes.flatMap((node) => (node.linear ? [[node, weightsOf(node.linear)] as const] : [])),
    );
  }

  /**
   * The first output for one input of the graph, and the error tolerated in each of its values: 8 standard deviations of what
   * the rounding errors of all nodes do to it. How errors pass through a graph of any operators is not worked out but tried:
   * the graph runs again with errors of each node's size added (J. Vignes, "A stochastic arithmetic for reliable scientific
   * computation", Mathematics and Computers in Simulation 35, 1993). The errors are seeded: the same input has the same tolerances.
   */
  runBounded(input: ArrayLike<number>): BoundedLogits {
    const exact = this.#run(this.#graph, input);
    const [name] = this.#graph.outputs;
    const logits = exact.get(name) as Float64Array;
    const squares = new Float64Array(logits.length);
    const generate = mulberry32(1);
    const noise = {
      random: () => (2 * generate() - 1) * Math.sqrt(3),
      sums: this.#sumDeviations(this.#run(this.#asRun, input)),
    };
    for (let run = 0; run < NOISY_RUNS; run++) {
      const noisy = this.#run(this.#asRun, input, noise).get(name) as Float64Array;
      for (const [index, logit] of logits.entries()) squares[index] += (noisy[index] - logit) ** 2;
    }
    return {
      logits,
      tolerances: squares.map((sum) => TOLERATED_DEVIATIONS * Math.sqrt(sum / NOISY_RUNS)),
      active: this.#graph.nodes.flatMap(({ operator, outputs }) =>
        operator === 'relu'
          ? [Uint8Array.from(exact.get(outputs[0]) as Float64Array, (value) => Number(value > 0))]
          : [],
      ),
    };
  }

  /** Without `noise` the run is exact. */
  #run({ nodes, inputs, shapes }: PlannedGraph, input: ArrayLike<number>, noise?: Noise): Values {
    const values: Values = new Map([[inputs[0].name, Float64Array.from(input)]]);
    for (const node of nodes) {
      const taken = node.inputs.map((name) => values.get(name) as Float64Array);
      const given = node.linear
        ? [this.#linear(node, node.linear, taken[0], noise?.random)]
        : this.#node(node, shapes, taken, noise);
      for (const [index, name] of node.outputs.entries()) values.set(name, given[index]);
    }
    return values;
  }

  #sumDeviations(values: Values): Deviations {
    const { nodes, shapes } = this.#asRun;
    return new Map(
      nodes.flatMap((node) => {
        const { operator, inputs, outputs } = node;
        if (!isSum(operator)) return [];
        const taken = inputs.map((name) => values.get(name) as Float64Array);
        const sums = values.get(outputs[0]) as Float64Array;
        const kernel = KERNELS[operator] as ReferenceKernel<never>;
        const described = kernelNode(node, shapes) as KernelNode<never>;
        return [[outputs[0], sumVariance(operator, described, kernel, taken, sums).map(Math.sqrt)] as const];
      }),
    );
  }

  #linear(node: GraphNode, linear: LinearNode, input: Float64Array, noise?: () => number): Float64Array {
    const weights = this.#weights.get(node) as ArrayLike<number>;
    const sums = multiply(weights, input, linear.outFeatures, linear.bias);
    if (noise === undefined) return sums;
    const { variance, shared } = nodeError(linear, input, sums);
    const common = noise();
    return sums.map((sum, row) => sum + Math.sqrt(variance[row]) * noise() + (shared?.[row] ?? 0) * common);
  }

  /** Kernels that a picture holds, in float64; reference kernels only read them. */
  #exact(node: GraphNode): GraphNode {
    const values = this.#kernels.get(node) as unknown as Float32Array | undefined;
    if (values === undefined) return node;
    return {
      ...node,
      constants: { ...node.constants, weight: { shape: node.constants.weight.shape, values } },
    };
  }

  #node(
    node: GraphNode,
    shapes: PlannedGraph['shapes'],
    inputs: readonly Float64Array[],
    noise?: Noise,
  ): readonly Float64Array[] {
    if (isView(node)) return inputs;
    const { operator, outputs } = node;
    const kernel = KERNELS[operator] as ReferenceKernel<object>;
    const described = kernelNode(this.#exact(node), shapes);
    const rounding = findOperator(operator)?.rounding ?? 'arithmetic';
    if (noise === undefined || rounding === 'none') return kernel(described, inputs, 1);
    const { random, sums } = noise;
    const deviations = sums.get(outputs[0]);
    if (deviations)
      return kernel(described, inputs, 1).map((values) =>
        values.map((value, index) => value + random() * deviations[index]),
      );
    // Errors in what is taken stand for those of intermediate values, which may be larger than the result.
    const unit = Math.sqrt(ARITHMETIC_ROUNDINGS * ROUNDING_VARIANCE);
    const taken = inputs.map((values) => values.map((value) => value * (1 + unit * random())));
    const terms = termsOf(operator, described as KernelNode<never>);
    const amount = ELU_SHAPES[operator as keyof typeof ELU_SHAPES]?.(node.attributes as never).amount ?? 0;
    return kernel(described, taken, 1).map((values) =>
      values.map(
        (value, index) => value + random() * roundingError(rounding, value, inputs[0][index], terms, amount),
      ),
    );
  }
}

/**
 * Standard deviation of the rounding error of `value`, given for `taken`; `terms` of exp are added up. `amount`: of ELU and its
 * relatives, amount·(exp(x) − 1) below zero.
 */
function roundingError(
  rounding: Rounding,
  value: number,
  taken: number | undefined,
  terms: number,
  amount: number,
): number {
  if (rounding === 'arithmetic') return Math.abs(value) * Math.sqrt(ARITHMETIC_ROUNDINGS * ROUNDING_VARIANCE);
  const size = Math.abs(taken ?? 0);
  // Where the value is small, 1 + erf(x) and 1 − exp(−2x) cancel; exp(x) is rounded before 1 is taken from it.
  const cancelled = value < 0 ? Math.max(size / 2, amount) : size / 2;
  return (
    Math.sqrt((TRANSCENDENTAL_ROUNDINGS + terms) * ROUNDING_VARIANCE) *
    (Math.abs(value) * (1 + size) + cancelled)
  );
}
