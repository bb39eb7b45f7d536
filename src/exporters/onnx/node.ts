import type { GraphNode, PlannedGraph } from '../../graph/graph.ts';
import type { Shape } from '../../graph/shape.ts';
import type { NodeMessage } from './schema.ts';
import { type Attributes, attribute, type GraphWriter, int64 } from './writer.ts';

/** A node of ours while it is exported: what it takes and gives, and the ONNX nodes that it becomes. */
export class ExportedNode<A = object> {
  readonly node: GraphNode;
  readonly writer: GraphWriter;
  /** Shapes of the values that it takes, and of the one that it gives, free of the batch. */
  readonly inputShapes: readonly Shape[];
  readonly shape: Shape;
  readonly #messages: NodeMessage[] = [];

  constructor(node: GraphNode, { shapes }: PlannedGraph, writer: GraphWriter) {
    this.node = node;
    this.writer = writer;
    this.inputShapes = node.inputs.map((name) => shapes.get(name) as Shape);
    this.shape = shapes.get(this.output) as Shape;
  }

  get attributes(): A {
    return this.node.attributes as A;
  }

  /** Name of the value that it gives. */
  get output(): string {
    return this.node.outputs[0];
  }

  /** Adds an ONNX node; returns the name of its value. An input that is left out is `''`. */
  emit(opType: string, input: readonly string[], attributes: Attributes = {}): string {
    const value = this.writer.uniqueName(`${this.output}/${this.#messages.length + 1}`);
    this.#messages.push({
      opType,
      name: '',
      input,
      output: [value],
      attribute: Object.entries(attributes).map(attribute),
    });
    return value;
  }

  /** A tensor of float32 that belongs to the node; its name is that of the node's value with `key` behind it. */
  constant(key: string, shape: Shape, values: Float32Array): string {
    return this.writer.tensor(`${this.output}.${key}`, shape, values);
  }

  /** A list of whole numbers. */
  integers(key: string, values: readonly number[]): string {
    return this.writer.tensor(`${this.output}.${key}`, [values.length], int64(values));
  }

  /** Hands the nodes to the writer; `value`, the last that was emitted, becomes the node's own. */
  finish(value: string): void {
    const last = this.#messages.at(-1);
    if (last?.output[0] !== value)
      throw new Error(`'${this.node.name}': the last node does not give its value`);
    this.writer.nodes.push(...this.#messages.slice(0, -1), {
      ...last,
      name: this.node.name,
      output: [this.output],
    });
  }
}

/** What becomes of a node of ours: it adds ONNX nodes and returns the value of the last. */
export type Export<A = object> = (node: ExportedNode<A>) => string;

/** An ONNX operator that does the same, with the attributes that it has for those of ours. */
export function direct<A>(opType: string, attributes: (given: A) => Attributes = () => ({})): Export<A> {
  return (node) => node.emit(opType, node.node.inputs, attributes(node.attributes));
}
