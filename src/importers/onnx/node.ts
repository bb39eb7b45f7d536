import { naming, WjpegError } from '../../errors.ts';
import type { Constant, GraphNode } from '../../graph/graph.ts';
import type { Shape } from '../../graph/shape.ts';
import { findOperator } from '../../operators/index.ts';
import type { Operator } from '../../operators/operator.ts';
import type { NodeProto } from './schema.ts';
import { type KnownTensor, readTensor, type TensorSource } from './tensors.ts';

/** A value that depends on the network's input. */
export interface ComputedValue {
  readonly name: string;
  /** Free of the batch, which is outermost in memory. */
  readonly shape: Shape;
  /** Axis of the batch in the ONNX tensor; null where that has none. */
  readonly batchAxis: number | null;
  /** Set where the ONNX tensor holds integers that stand for this value. */
  readonly quantization?: Quantization;
}

/** What integers stand for: value = scale·(integer − zeroPoint). */
export interface Quantization {
  readonly scale: number;
  readonly zeroPoint: number;
  /** Whether the model computes the scale, for which 1 stands here. */
  readonly isDynamic?: boolean;
}

/** Integers that stand for themselves, such as pixels or indices. */
export const INTEGERS: Quantization = { scale: 1, zeroPoint: 0 };

/** What a node gives that cannot be imported; what depends on it is not looked at. */
export const UNKNOWN = 'unknown';

/** What a name of an ONNX graph stands for. */
export type Value = KnownTensor | ComputedValue | typeof UNKNOWN;

/** Whether the value is known at import. */
export function isKnown(value: Value | undefined): value is KnownTensor {
  return value !== undefined && value !== UNKNOWN && 'values' in value;
}

/** The form of a known operator that is not supported, as a verb phrase: "moves the batch". Collected over all nodes. */
export class UnsupportedForm extends Error {}

/** What all nodes of an import share. */
export interface ImportContext extends TensorSource {
  readonly opset: number;
  /** What Shape says of the batch. */
  readonly batch: number;
  /** Whether activations of quantised networks are rounded to their integers. */
  readonly roundsActivations: boolean;
  /** Adds a line for the user, once. */
  note(text: string): void;
  /** The name, or where it is taken one like it. */
  uniqueName(base: string): string;
}

/** An ONNX node while it is imported: its attributes and inputs, and the nodes that it becomes. */
export class ImportedNode {
  readonly name: string;
  readonly type: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly context: ImportContext;
  readonly nodes: GraphNode[] = [];
  readonly #proto: NodeProto;

  constructor(
    proto: NodeProto,
    name: string,
    inputs: readonly (Value | undefined)[],
    context: ImportContext,
  ) {
    this.#proto = proto;
    this.name = name;
    this.type = proto.opType;
    this.inputs = inputs;
    this.context = context;
  }

  get opset(): number {
    return this.context.opset;
  }

  /** Names of the values that the node gives; empty for those that nothing takes. */
  get outputNames(): readonly string[] {
    return this.#proto.output;
  }

  get outputCount(): number {
    return this.#proto.output.length;
  }

  #attribute(name: string): NodeProto['attribute'][number] | undefined {
    return this.#proto.attribute.find((attribute) => attribute.name === name);
  }

  has(name: string): boolean {
    return this.#attribute(name) !== undefined;
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

  floats(name: string): readonly number[] | undefined {
    return this.#attribute(name)?.floats;
  }

  tensor(name: string): KnownTensor | undefined {
    const proto = this.#attribute(name)?.t;
    return proto && readTensor(proto, this.context);
  }

  /** Whole numbers of an attribute, or of a constant input where newer opsets have them. */
  intsOrInput(name: string, index: number): readonly number[] | undefined {
    const attribute = this.ints(name);
    if (attribute !== undefined || this.inputs[index] === undefined) return attribute;
    return [...this.constant(index).values];
  }

  constant(index: number): KnownTensor {
    const value = this.inputs[index];
    if (value === undefined) throw new UnsupportedForm(`has no input ${index}`);
    if (!isKnown(value)) throw new UnsupportedForm(`computes its input ${index}, which must be a constant`);
    return value;
  }

  /** All inputs, one at least. */
  constants(): [KnownTensor, ...KnownTensor[]] {
    return [this.constant(0), ...this.inputs.slice(1).map((_, index) => this.constant(index + 1))];
  }

  value(index = 0): ComputedValue {
    const value = this.inputs[index];
    if (value === undefined) throw new UnsupportedForm(`has no input ${index}`);
    if (value === UNKNOWN || isKnown(value)) throw new UnsupportedForm(`takes a constant as input ${index}`);
    return value;
  }

  /** The same for operators that work on feature maps or vectors: the batch must be the first axis. */
  batchFirst(index = 0): ComputedValue {
    const value = this.value(index);
    if (value.batchAxis !== 0) throw new UnsupportedForm('takes a value whose first axis is not the batch');
    return value;
  }

  /** Shape of the ONNX tensor, the batch in it. */
  fullShape({ shape, batchAxis }: ComputedValue): Shape {
    return batchAxis === null ? shape : shape.toSpliced(batchAxis, 0, this.context.batch);
  }

  note(text: string): void {
    this.context.note(text);
  }

  /** Call before numbers are made that a few bytes of the file ask for. Throws `GRAPH_LIMIT`. */
  reserve(numbers: number): void {
    this.context.budget.take(numbers, `node '${this.name}' (${this.type})`);
  }

  /** Adds a node of ours and infers the shape of its value, whose batch is where that of the first input is. */
  emit(
    type: string,
    inputs: readonly ComputedValue[],
    given: object = {},
    constants: Readonly<Record<string, Constant>> = {},
    more: Pick<GraphNode, 'linear' | 'trained'> = {},
  ): ComputedValue {
    return this.emitAll(type, inputs, given, constants, more)[0];
  }

  /** The same for an operator that gives several values. */
  emitAll(
    type: string,
    inputs: readonly ComputedValue[],
    given: object = {},
    constants: Readonly<Record<string, Constant>> = {},
    more: Pick<GraphNode, 'linear' | 'trained'> = {},
  ): ComputedValue[] {
    const operator = findOperator(type) as Operator;
    const name =
      this.nodes.length === 0 ? this.name : this.context.uniqueName(`${this.name}/${this.nodes.length}`);
    for (const { values } of Object.values(constants)) this.reserve(values.length);
    return naming(`node '${name}' (${type})`, () => {
      const attributes = readAttributes(operator, given);
      const shapes = operator.infer({ inputs: inputs.map((value) => value.shape), attributes, constants });
      const outputs = shapes.map((_, index) =>
        index === 0 ? name : this.context.uniqueName(`${name}:${index}`),
      );
      this.nodes.push({
        name,
        operator: type,
        inputs: inputs.map((value) => value.name),
        outputs,
        attributes,
        constants,
        ...more,
      });
      const { batchAxis } = inputs[0];
      return outputs.map((output, index) => ({ name: output, shape: shapes[index], batchAxis }));
    });
  }
}

/** Attributes out of the range of an operator of ours are an unsupported form, not a wrong manifest. */
function readAttributes(operator: Operator, given: object): object {
  try {
    return operator.attributes(given, '');
  } catch (error) {
    if (error instanceof WjpegError && error.code === 'MANIFEST_FIELD') {
      throw new UnsupportedForm(`has attributes out of range: ${error.message}`);
    }
    throw error;
  }
}

/** The tensor as float32. */
export function constantOf({ shape, values }: KnownTensor, as: Shape = shape): Constant {
  return { shape: as, values: values instanceof Float32Array ? values : Float32Array.from(values) };
}
