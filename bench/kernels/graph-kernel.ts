import { instantiate } from '../../kernels/embedded.ts';
import type { GraphKernels, WasmBinding } from '../../kernels/graph-wasm/binding.ts';
import { KERNELS_GRAPH } from '../../kernels/graph-wasm/kernels-graph.ts';
import { elementCount, type Precision } from '../../kernels/node.ts';
import { KERNELS } from '../../kernels/tables/wasm.ts';
import type { Constant, Graph, GraphNode } from '../../src/graph/graph.ts';
import { joinTransforms } from '../../src/graph/passes/transform-convolutions.ts';
import { planGraph } from '../../src/graph/plan.ts';
import type { Shape } from '../../src/graph/shape.ts';
import { findOperator } from '../../src/operators/index.ts';
import { mulberry32 } from '../../src/random.ts';
import { EXECUTOR_DEFAULTS } from '../../src/runtime/backends/backend.ts';
import { findBackend } from '../../src/runtime/backends/registry.ts';
import { KernelMemory } from '../../src/runtime/backends/wasm/memory.ts';
import { kernelModule, loadModule } from '../../src/runtime/backends/wasm/module.ts';
import { loadRelaxed } from '../../src/runtime/backends/wasm/relaxed.ts';
import { createGraphExecutor } from '../../src/runtime/graph/create.ts';
import { kernelNode } from '../../src/runtime/graph/kernels.ts';
import type { PictureKernels } from '../../src/weights/kernel-picture.ts';
import type { ReadyKernel } from './kernel-case.ts';

/** A node of a graph, as it is to be timed. */
export interface TimedNode {
  readonly operator: string;
  readonly inputs: readonly Shape[];
  readonly attributes?: object;
  readonly constants?: Readonly<Record<string, Constant>>;
  /** Of a convolution on its coefficients. */
  readonly kernels?: PictureKernels;
  readonly precision?: Precision;
  /** Values of the inputs lie between them. */
  readonly range?: readonly [min: number, max: number];
}

/** Least errors of sums that are rounded otherwise, and of weights and inputs of 16 and 8 bits. */
const TOLERANCES = { float32: 1e-4, int16: 0.01, int8: 0.05 };

/** A node alone on the kernels of backend `wasm`, one image, without what a session does around it. */
export async function readyNode(timed: TimedNode): Promise<ReadyKernel> {
  const { precision = 'float32', range = [-1, 1] } = timed;
  const graph = graphOf(timed);
  const given = planGraph(graph);
  // int8 is for inputs that are known not to be negative.
  const marked = given.nodes.map((node) => ({
    ...node,
    attributes: { ...node.attributes, ...(precision === 'int8' && { isNonNegative: true }) },
  }));
  const planned = planGraph(joinTransforms({ ...given, nodes: marked }, { precision, isCompact: false }));
  const [node, ...others] = planned.nodes;
  if (others.length > 0) throw new Error(`${timed.operator} became ${planned.nodes.length} nodes`);

  await loadModule('graph', KERNELS_GRAPH);
  const modules = precision === 'int8' && (await loadRelaxed()) ? ['graph', 'relaxed'] : ['graph'];
  const memory = new KernelMemory(false);
  const kernels = Object.assign(
    {},
    ...modules.map((name) =>
      instantiate<GraphKernels>(kernelModule(name as 'graph' | 'relaxed'), memory.memory),
    ),
  ) as GraphKernels;
  let workBytes = 0;
  let workAddress = 0;
  const kernel = KERNELS[node.operator] as WasmBinding<object>;
  const step = kernel(kernelNode(node, planned.shapes), {
    kernels,
    precision,
    isCompact: false,
    write: (values) => memory.write(values),
    work: (bytes) => {
      workBytes = Math.max(workBytes, bytes);
      return () => workAddress;
    },
    say: () => {},
  });
  workAddress = memory.allocate(workBytes);
  const random = mulberry32(1);
  const values = timed.inputs.map((shape) =>
    Float32Array.from({ length: elementCount(shape) }, () => range[0] + (range[1] - range[0]) * random()),
  );
  const inputs = values.map((input) => memory.write(input));
  const size = elementCount(planned.shapes.get('y') as Shape);
  const outputs = [memory.allocate(4 * size)];
  return {
    run: () => step(inputs, outputs, 1),
    tolerance: TOLERANCES[precision],
    results: async () => {
      const reference = await findBackend('reference');
      const executor = await createGraphExecutor('reference', reference, given, EXECUTOR_DEFAULTS);
      const [expected] = await executor.run(values, 1, 'values');
      return { given: memory.floats(outputs[0], size), expected };
    },
  };
}

function graphOf({ operator, inputs, attributes = {}, constants = {}, kernels }: TimedNode): Graph {
  const names = inputs.map((_, index) => `x${index}`);
  const node: GraphNode = {
    name: operator,
    operator,
    inputs: names,
    outputs: ['y'],
    attributes: findOperator(operator)?.attributes(attributes, '') as object,
    constants,
    ...(kernels && { kernels }),
  };
  return {
    inputs: inputs.map((shape, index) => ({ name: names[index], shape })),
    outputs: ['y'],
    nodes: [node],
  };
}
