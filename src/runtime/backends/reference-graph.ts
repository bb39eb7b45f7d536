import { sparseBytes } from '../../../kernels/coefficient-multiply/sparse.ts';
import type { ReferenceKernel } from '../../../kernels/node.ts';
import { KERNELS } from '../../../kernels/tables/reference.ts';
import type { GraphNode, PlannedGraph } from '../../graph/graph.ts';
import { type GraphStep, linearChains } from '../../graph/passes/linear-chains.ts';
import { transformConvolutions } from '../../graph/passes/transform-convolutions.ts';
import { planGraph } from '../../graph/plan.ts';
import { elementCount, type Shape } from '../../graph/shape.ts';
import { checkInputs } from '../graph/check-inputs.ts';
import { givesEntry, isView, kernelNode, requireKernels } from '../graph/kernels.ts';
import type { ExecutorOptions, GraphExecutor } from './backend.ts';
import { requireDefaults } from './options.ts';
import { nodeBytes, runChain } from './reference-chain.ts';
import { residentOf } from './resident.ts';

/** Runs a graph in float64, a node after another, the plain way: every value is kept until the call ends. */
export function createReferenceGraph(given: PlannedGraph, options: ExecutorOptions): GraphExecutor {
  const graph = planGraph(transformConvolutions(given));
  requireDefaults('reference', options);
  const steps = linearChains(graph);
  requireKernels('reference', KERNELS, steps);
  const residentBytes = residentOf(steps.flatMap(stepBytes));
  const elements = [...graph.shapes.values()].reduce((sum, shape) => sum + elementCount(shape), 0);
  let peakBytes = residentBytes.host;
  return {
    takesEntry: true,
    residentBytes,
    get peakBytes() {
      return peakBytes;
    },
    run: async (inputs, batch, kind) => {
      checkInputs(graph, inputs, batch, kind);
      peakBytes = Math.max(peakBytes, residentBytes.host + batch * elements * 8);
      const entry = kind === 'coefficients' ? graph.entry : undefined;
      const values = new Map<string, Float64Array>(
        graph.inputs.map(({ name }, index) => [entry ?? name, Float64Array.from(inputs[index])]),
      );
      for (const step of steps) {
        if (givesEntry(step, entry)) continue;
        if (step.kind === 'chain') {
          const input = values.get(step.input) as Float64Array;
          values.set(step.output, runChain(step.network, input, batch, step.takesInput ? kind : 'values'));
        } else {
          const outputs = runNode(step.node, graph.shapes, values, batch);
          for (const [index, name] of step.node.outputs.entries()) values.set(name, outputs[index]);
        }
      }
      return graph.outputs.map((name) => Float32Array.from(values.get(name) as Float64Array));
    },
    dispose: () => {},
  };
}

function runNode(
  node: GraphNode,
  shapes: ReadonlyMap<string, Shape>,
  values: ReadonlyMap<string, Float64Array>,
  batch: number,
): Float64Array[] {
  const inputs = node.inputs.map((name) => values.get(name) as Float64Array);
  if (isView(node)) return inputs;
  const kernel = KERNELS[node.operator] as ReferenceKernel<object>;
  return kernel(kernelNode(node, shapes), inputs, batch);
}

function stepBytes(step: GraphStep): { name: string; host: number; device: number }[] {
  if (step.kind === 'chain') {
    return step.network.nodes.map((node) => ({ name: node.name, host: nodeBytes(node), device: 0 }));
  }
  const constants = Object.values(step.node.constants);
  const { coefficients } = step.node;
  const own = coefficients ? sparseBytes(coefficients.sparse) + coefficients.quantization.byteLength : 0;
  const host = constants.reduce((sum, { values }) => sum + values.byteLength, own);
  return host === 0 ? [] : [{ name: step.node.name, host, device: 0 }];
}
