import { naming } from '../../errors.ts';
import type { Constant, GraphNode } from '../../graph/graph.ts';
import type { Shape } from '../../graph/shape.ts';
import { findOperator } from '../../operators/index.ts';
import type { Operator } from '../../operators/operator.ts';
import type { NodeProto } from './schema.ts';
import { type KnownTensor, readTensor } from './tensors.ts';

/** A value that depends on the network's input; `shape` is free of the batch. */
export interface ComputedValue {
  readonly name: string;
  readonly shape: Shape;
}

/** What a name of an ONNX graph stands for. */
export type Value = KnownTensor | ComputedValue;

/** Whether the value is known at import. */
export function isKnown(value: Value): value is KnownTensor {
  return 'values' in value;
}

/** The form of a known operator that is not supported; collected over all nodes. */
export class UnsupportedForm extends Error {}

/** An ONNX node while it is imported: its attributes and inputs, and the nodes that it becomes. */
export class ImportedNode {
  readonly name: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly opset: number;
  /** What Shape says of the batch. */
  readonly batch: number;
  readonly nodes: GraphNode[] = [];
  readonly #proto: NodeProto;

  constructor(
    proto: NodeProto,
    name: string,
    inputs: readonly (Value | undefined)[],
    opset: number,
    batch: number,
  ) {
    this.#proto = proto;
    this.name = name;
    this.inputs = inputs;
    this.opset = opset;
    this.batch = batch;
  }

  get outputCount(): number {
    return this.#proto.output.length;
  }

  #attribute(name: string): NodeProto['attribute'][number] | undefined {
    return this.#proto.attribute.find((attribute) => attribute.name === name);
  }

  int(name: string, fallback: number): number {
    return Number(this.#attribute(name)?.i ?? fallback);
  }

  float(name: string, fallback: number): number {
    return this.#attribute(name)?.f ?? fallback;
  }

  text(name: string, fallback: string): string {
    const bytes = this.#attribute(name)?.s;
    return bytes === undefined ? fallback : new TextDecoder().decode(bytes);
  }

  ints(name: string): readonly number[] | undefined {
    return this.#attribute(name)?.ints.map(Number);
  }

  tensor(name: string): KnownTensor | undefined {
    const proto = this.#attribute(name)?.t;
    return proto && readTensor(proto);
  }

  /** Whole numbers of an attribute, or of a constant input where newer opsets have them. */
  intsOrInput(name: string, index: number): readonly number[] | undefined {
    const attribute = this.ints(name);
    if (attribute !== undefined || this.inputs[index] === undefined) return attribute;
    return [...this.constant(index).values];
  }

  constant(index: number): KnownTensor {
    const value = this.inputs[index];
    if (value === undefined || !isKnown(value)) throw new UnsupportedForm(`input ${index} is no constant`);
    return value;
  }

  value(index = 0): ComputedValue {
    const value = this.inputs[index];
    if (value === undefined || isKnown(value))
      throw new UnsupportedForm(`input ${index} does not depend on the network's input`);
    return value;
  }

  /** Adds a node of ours and infers the shape of its value. */
  emit(
    type: string,
    inputs: readonly ComputedValue[],
    given: object = {},
    constants: Readonly<Record<string, Constant>> = {},
    linear?: GraphNode['linear'],
  ): ComputedValue {
    const operator = findOperator(type) as Operator;
    const name = this.nodes.length === 0 ? this.name : `${this.name}/${this.nodes.length}`;
    return naming(`node '${name}' (${type})`, () => {
      const attributes = operator.attributes(given, '');
      const [shape] = operator.infer({ inputs: inputs.map((value) => value.shape), attributes, constants });
      this.nodes.push({
        name,
        operator: type,
        inputs: inputs.map((value) => value.name),
        outputs: [name],
        attributes,
        constants,
        ...(linear && { linear }),
      });
      return { name, shape };
    });
  }
}

/** The tensor as float32. */
export function constantOf({ shape, values }: KnownTensor, as: Shape = shape): Constant {
  return { shape: as, values: values instanceof Float32Array ? values : Float32Array.from(values) };
}
