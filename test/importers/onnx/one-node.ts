import { create, toBinary } from '@bufbuild/protobuf';
import { planGraph } from '../../../src/graph/plan.ts';
import { type ImportOnnxOptions, importOnnx } from '../../../src/importers/onnx/index.ts';
import { MODEL_SCHEMA } from '../../../src/importers/onnx/schema.ts';
import { openGraphOn } from '../../graph/backends.ts';

/** Floats, or with a type of ONNX's its integers in the list that they belong in. */
export type Constant = readonly [shape: readonly number[], values: readonly number[], type?: number];
type Attribute = number | string | readonly number[] | { tensor: Constant } | { floats: readonly number[] };

/** A node of ONNX, without what it takes and gives. */
interface Operation {
  readonly type: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly takes: readonly string[];
}

/** One ONNX node. `x` (and `z`) are the model's inputs with the batch in front; constants follow them in `takes`. */
export interface Case extends Operation {
  readonly opset?: number;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly values: readonly (readonly number[])[];
  readonly constants?: Readonly<Record<string, Constant>>;
  readonly outputs?: readonly string[];
  /** Type of ONNX's of all inputs; floats where it is not named. */
  readonly inputType?: number;
  /** Nodes before it, by the names of what they give, separated by spaces. */
  readonly before?: Readonly<Record<string, Operation>>;
}

/** A model of that node alone, but for those before it. */
export function model({
  opset = 18,
  inputType = 1,
  inputs,
  constants = {},
  outputs = ['y'],
  before = {},
  ...operation
}: Case): Uint8Array {
  const graph = {
    node: [
      ...Object.entries(before).map(([gives, each]) => nodeOf(each, gives, gives.split(' '))),
      nodeOf(operation, 'node', outputs),
    ],
    initializer: Object.entries(constants).map(([name, constant]) => ({ name, ...tensorOf(constant) })),
    input: Object.entries(inputs).map(([name, shape]) => ({
      name,
      type: {
        tensorType: {
          elemType: inputType,
          shape: { dim: shape.map((extent) => ({ dimValue: BigInt(extent) })) },
        },
      },
    })),
    output: outputs.filter((name) => name !== '').map((name) => ({ name })),
  };
  return toBinary(
    MODEL_SCHEMA,
    create(MODEL_SCHEMA, { opsetImport: [{ version: BigInt(opset) }], graph } as Record<string, unknown>),
  );
}

function tensorOf([shape, values, dataType = 1]: Constant): Record<string, unknown> {
  const tensor = { dims: shape.map(BigInt), dataType };
  if (dataType === 1) return { ...tensor, floatData: values };
  if (dataType === 7) return { ...tensor, int64Data: values.map(BigInt) };
  return dataType === 11 ? { ...tensor, doubleData: values } : { ...tensor, int32Data: values };
}

function nodeOf(
  { type, attributes = {}, takes }: Operation,
  name: string,
  outputs: readonly string[],
): Record<string, unknown> {
  const attribute = Object.entries(attributes).map(([name, value]) => {
    if (typeof value === 'string') return { name, s: new TextEncoder().encode(value) };
    if (typeof value === 'number') return numberOf(name, value);
    if ('tensor' in value) return { name, t: tensorOf(value.tensor) };
    return 'floats' in value ? { name, floats: value.floats } : { name, ints: value.map(BigInt) };
  });
  return { opType: type, name, input: takes, output: outputs, attribute };
}

function numberOf(name: string, value: number): Record<string, unknown> {
  return Number.isInteger(value) ? { name, i: BigInt(value), f: value } : { name, f: value };
}

/** What the imported network gives on the backend `reference`. */
export async function answers(
  each: Case,
  hasBatch = true,
  options: ImportOnnxOptions = {},
): Promise<{ shapes: unknown[]; values: number[][] }> {
  const { graph } = importOnnx(model(each), { ...options, hasBatch });
  const planned = planGraph(graph);
  const executor = await openGraphOn('reference', planned);
  const results = await executor.run(
    each.values.map((values) => Float32Array.from(values)),
    1,
    'values',
  );
  executor.dispose();
  return {
    shapes: graph.outputs.map((name) => planned.shapes.get(name)),
    values: results.map((result) => [...result]),
  };
}

/** Which operators of ours the imported network has, in their order. */
export function operators(each: Case, hasBatch = true, options: ImportOnnxOptions = {}): string[] {
  return importOnnx(model(each), { ...options, hasBatch }).graph.nodes.map(({ operator }) => operator);
}

/** 1, 2, 3, … */
export const count = (length: number): number[] => Array.from({ length }, (_, at) => at + 1);
