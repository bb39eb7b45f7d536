import { naming, WjpegError } from '../errors.ts';
import { findOperator } from '../operators/index.ts';
import type { Operator } from '../operators/operator.ts';
import type { Graph, GraphNode, PlannedGraph } from './graph.ts';
import { nodeWork } from './multiplications.ts';
import { elementCount, formatShape, type Shape } from './shape.ts';
import { sortNodes } from './sort.ts';

/** Caps on a graph, checked before anything is run or allocated. */
export interface GraphLimits {
  readonly maxNodes: number;
  /** Elements of one value, per image. */
  readonly maxElements: number;
  /** Elements of all values together, per image. */
  readonly maxTotalElements: number;
  /** Multiplications, and elements of windows, per image (`nodeWork`). */
  readonly maxWork: number;
}

export const GRAPH_LIMITS: GraphLimits = {
  maxNodes: 10_000,
  maxElements: 2 ** 26,
  maxTotalElements: 2 ** 28,
  maxWork: 2 ** 38,
};

/**
 * Orders the nodes of a graph and finds the shape of every value.
 *
 * @throws OPERATOR_UNKNOWN naming every operator that is not in the table, with its nodes
 * @throws GRAPH_SHAPE where shapes do not fit an operator, naming the node
 * @throws GRAPH_LIMIT where the graph is larger than `limits`
 * @throws GRAPH_CYCLE, GRAPH_MISSING_VALUE, GRAPH_DUPLICATE_VALUE as `sortNodes`
 */
export function planGraph(graph: Graph, limits: GraphLimits = GRAPH_LIMITS): PlannedGraph {
  if (graph.nodes.length > limits.maxNodes) {
    throw overLimit(`${graph.nodes.length} nodes, expected at most ${limits.maxNodes}`);
  }
  requireKnownOperators(graph.nodes);
  const nodes = sortNodes(graph);
  const shapes = new Map<string, Shape>();
  let [total, work] = [0, 0];
  const add = (value: string, shape: Shape): void => {
    const elements = elementCount(shape);
    total += elements;
    if (!(elements <= limits.maxElements) || !(total <= limits.maxTotalElements)) {
      throw overLimit(
        `value '${value}' of ${formatShape(shape)} has ${elements} elements, ${total} with those before it; ` +
          `expected at most ${limits.maxElements}, ${limits.maxTotalElements} together`,
      );
    }
    shapes.set(value, shape);
  };
  for (const { name, shape } of graph.inputs) add(name, shape);
  for (const node of nodes) {
    const given = inferNode(node, shapes);
    for (const [index, value] of node.outputs.entries()) add(value, given[index]);
    work += nodeWork(node, shapes);
    if (!(work <= limits.maxWork)) {
      throw overLimit(
        `node '${node.name}' (${node.operator}), with which it takes ${work} multiplications; expected at most ${limits.maxWork}`,
      );
    }
  }
  return { ...graph, nodes, shapes };
}

function inferNode(node: GraphNode, shapes: ReadonlyMap<string, Shape>): readonly Shape[] {
  const operator = findOperator(node.operator) as Operator;
  return naming(`node '${node.name}' (${node.operator})`, () => {
    const [min, max] = operator.inputs;
    if (node.inputs.length < min || node.inputs.length > max) {
      const expected = min === max ? `${min}` : max === Infinity ? `${min} or more` : `${min} to ${max}`;
      throw new WjpegError('corrupt', 'GRAPH_SHAPE', `takes ${expected} inputs, got ${node.inputs.length}`);
    }
    const given = operator.infer({
      inputs: node.inputs.map((value) => shapes.get(value) as Shape),
      attributes: node.attributes,
      constants: node.constants,
    });
    if (given.length !== node.outputs.length) {
      throw new WjpegError(
        'corrupt',
        'GRAPH_SHAPE',
        `gives ${given.length} values, ${node.outputs.length} are named`,
      );
    }
    return given;
  });
}

function requireKnownOperators(nodes: readonly GraphNode[]): void {
  const unknown = new Map<string, string[]>();
  for (const { name, operator } of nodes) {
    if (findOperator(operator) !== undefined) continue;
    unknown.set(operator, [...(unknown.get(operator) ?? []), name]);
  }
  if (unknown.size === 0) return;
  const list = [...unknown].map(
    ([operator, names]) => `${operator} (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''})`,
  );
  throw new WjpegError('unsupported', 'OPERATOR_UNKNOWN', `unsupported operators: ${list.join('; ')}`);
}

function overLimit(message: string): WjpegError {
  return new WjpegError('limit', 'GRAPH_LIMIT', `the graph has ${message}`);
}
