import { create, toBinary } from '@bufbuild/protobuf';
import { planGraph } from '../../../src/graph/plan.ts';
import { type ImportOnnxOptions, importOnnx } from '../../../src/importers/onnx/index.ts';
import { MODEL_SCHEMA } from '../../../src/importers/onnx/schema.ts';
import { openGraphOn } from '../../graph/backends.ts';

type Attribute = number | string | readonly number[];

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
  /** Floats, or with a type of ONNX's `int32_data`. */
  readonly constants?: Readonly<
    Record<string, readonly [shape: readonly number[], values: readonly number[], type?: number]>
  >;
  readonly outputs?: readonly string[];
  /** Nodes before it, by the names of what they give. */
  readonly before?: Readonly<Record<string, Operation>>;
}

/** A model of that node alone, but for those before it. */
export function model({
  opset = 18,
  inputs,
  constants = {},
  outputs = ['y'],
  before = {},
  ...operation
}: Case): Uint8Array {
  const graph = {
    node: [
      ...Object.entries(before).map(([output, each]) => nodeOf(each, output, [output])),
      nodeOf(operation, 'node', outputs),
    ],
    initializer: Object.entries(constants).map(([name, [shape, values, dataType = 1]]) => ({
      name,
      dims: shape.map(BigInt),
      dataType,
      ...(dataType === 1 ? { floatData: values } : { int32Data: values }),
    })),
    input: Object.entries(inputs).map(([name, shape]) => ({
      name,
      type: {
        tensorType: { elemType: 1, shape: { dim: shape.map((extent) => ({ dimValue: BigInt(extent) })) } },
      },
    })),
    output: outputs.filter((name) => name !== '').map((name) => ({ name })),
  };
  return toBinary(
    MODEL_SCHEMA,
    create(MODEL_SCHEMA, { opsetImport: [{ version: BigInt(opset) }], graph } as Record<string, unknown>),
  );
}

function nodeOf(
  { type, attributes = {}, takes }: Operation,
  name: string,
  outputs: readonly string[],
): Record<string, unknown> {
  const attribute = Object.entries(attributes).map(([name, value]) => {
    if (typeof value === 'string') return { name, s: new TextEncoder().encode(value) };
    if (typeof value !== 'number') return { name, ints: value.map(BigInt) };
    return Number.isInteger(value) ? { name, i: BigInt(value), f: value } : { name, f: value };
  });
  return { opType: type, name, input: takes, output: outputs, attribute };
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

/** 1, 2, 3, … */
export const count = (length: number): number[] => Array.from({ length }, (_, at) => at + 1);
