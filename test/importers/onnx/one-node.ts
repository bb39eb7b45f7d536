import { create, toBinary } from '@bufbuild/protobuf';
import { planGraph } from '../../../src/graph/plan.ts';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { MODEL_SCHEMA } from '../../../src/importers/onnx/schema.ts';
import { openGraphOn } from '../../graph/backends.ts';

type Attribute = number | string | readonly number[];

/** One ONNX node. `x` (and `z`) are the model's inputs with the batch in front; constants follow them in `takes`. */
export interface Case {
  readonly type: string;
  readonly opset?: number;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly values: readonly (readonly number[])[];
  /** Floats, or with a type of ONNX's `int32_data`. */
  readonly constants?: Readonly<
    Record<string, readonly [shape: readonly number[], values: readonly number[], type?: number]>
  >;
  readonly takes: readonly string[];
  readonly outputs?: readonly string[];
}

/** A model of that node alone. */
export function model({
  type,
  opset = 18,
  attributes = {},
  inputs,
  constants = {},
  takes,
  outputs = ['y'],
}: Case): Uint8Array {
  const attribute = Object.entries(attributes).map(([name, value]) => {
    if (typeof value === 'string') return { name, s: new TextEncoder().encode(value) };
    if (typeof value !== 'number') return { name, ints: value.map(BigInt) };
    return Number.isInteger(value) ? { name, i: BigInt(value), f: value } : { name, f: value };
  });
  const graph = {
    node: [{ opType: type, name: 'node', input: takes, output: outputs, attribute }],
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

/** What the imported network gives on the backend `reference`. */
export async function answers(
  each: Case,
  hasBatch = true,
): Promise<{ shapes: unknown[]; values: number[][] }> {
  const { graph } = importOnnx(model(each), { hasBatch });
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
