import { create, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { MODEL_SCHEMA } from '../../../src/importers/onnx/schema.ts';
import type { DenseNode } from '../../../src/weights/network.ts';

const [FLOAT, UINT8, INT8, UINT4, INT4] = [1, 2, 3, 21, 22];

type Constant = {
  readonly dims: readonly number[];
  readonly type: number;
  readonly values: readonly number[];
};

/** The numbers that nodes of constants give to a MatMul, row by row of outputs × inputs. */
function weightsOf(
  nodes: readonly (readonly [
    type: string,
    takes: readonly string[],
    gives: string,
    attributes?: Record<string, number>,
  ])[],
  constants: Readonly<Record<string, Constant>>,
  inputs: number,
): number[] {
  const graph = {
    node: [
      ...nodes.map(([opType, input, output, attributes = {}]) => ({
        opType,
        name: output,
        input,
        output: [output],
        attribute: Object.entries(attributes).map(([name, value]) => ({ name, i: BigInt(value) })),
      })),
      { opType: 'MatMul', name: 'product', input: ['x', 'w'], output: ['y'] },
    ],
    initializer: Object.entries(constants).map(([name, { dims, type, values }]) => ({
      name,
      dims: dims.map(BigInt),
      dataType: type,
      ...(type === FLOAT ? { floatData: values } : { int32Data: values }),
    })),
    input: [
      {
        name: 'x',
        type: {
          tensorType: {
            elemType: 1,
            shape: { dim: [1, inputs].map((extent) => ({ dimValue: BigInt(extent) })) },
          },
        },
      },
    ],
    output: [{ name: 'y' }],
  };
  const bytes = toBinary(
    MODEL_SCHEMA,
    create(MODEL_SCHEMA, { opsetImport: [{ version: 21n }], graph } as Record<string, unknown>),
  );
  return [...(importOnnx(bytes).graph.nodes[0].linear as DenseNode).weights];
}

/** The I × O matrix that MatMul takes, as O × I. */
const turned = (rows: readonly (readonly number[])[]): number[] =>
  rows[0].flatMap((_, o) => rows.map((row) => row[o]));

describe('integers of opset 21', () => {
  it('of 8 bits have a scale and zero point per block', () => {
    const constants = {
      q: { dims: [4, 2], type: UINT8, values: [3, 89, 5, 24, 245, 99, 4, 142] },
      s: { dims: [2, 2], type: FLOAT, values: [2, 4, 3, 0.5] },
      z: { dims: [2, 2], type: UINT8, values: [1, 0, 4, 2] },
    };
    const weights = weightsOf(
      [['DequantizeLinear', ['q', 's', 'z'], 'w', { axis: 0, block_size: 2 }]],
      constants,
      4,
    );
    expect(weights).toEqual(
      turned([
        [4, 356],
        [8, 96],
        [723, 48.5],
        [0, 70],
      ]),
    );
  });

  it('of 4 bits are packed two in a byte, the first in the low half', () => {
    // 1, −1, 7, −8; a block of 2 along the second axis.
    const constants = {
      q: { dims: [1, 4], type: INT4, values: [0xf1, 0x87] },
      s: { dims: [1, 2], type: FLOAT, values: [0.5, 2] },
    };
    const nodes = [['DequantizeLinear', ['q', 's'], 'w', { axis: 1, block_size: 2 }]] as const;
    expect(weightsOf(nodes, constants, 1)).toEqual([0.5, -0.5, 14, -16]);
    const unsigned = {
      q: { dims: [1, 3], type: UINT4, values: [0xf1, 0x07] },
      s: { dims: [], type: FLOAT, values: [2] },
    };
    expect(weightsOf([['DequantizeLinear', ['q', 's'], 'w']], unsigned, 1)).toEqual([2, 30, 14]);
    expect(weightsOf([['Cast', ['q'], 'w', { to: FLOAT }]], unsigned, 1)).toEqual([1, 15, 7]);
  });

  it('are made of constants in blocks too', () => {
    const constants = {
      f: { dims: [2, 2], type: FLOAT, values: [1, 20, -3, 2.6] },
      s: { dims: [2, 1], type: FLOAT, values: [0.5, 1] },
      z: { dims: [2, 1], type: INT4, values: [0x01] },
    };
    const blocks = { axis: 1, block_size: 2 };
    const nodes = [
      ['QuantizeLinear', ['f', 's', 'z'], 'q', blocks],
      ['DequantizeLinear', ['q', 's', 'z'], 'w', blocks],
    ] as const;
    // 20 ÷ 0.5 + 1 is beyond 7, which stands for (7 − 1)·0.5.
    expect(weightsOf(nodes, constants, 2)).toEqual(
      turned([
        [1, 3],
        [-3, 3],
      ]),
    );
  });

  it.each([
    [{ dims: [4, 2], values: count(8) }, 'has scales of 4×2 for blocks of 2'],
    [{ dims: [2, 4], values: count(8) }, 'has scales of 2×4 for blocks of 2'],
  ])('with scales of other shapes are refused: %j', (scale, message) => {
    const constants = {
      q: { dims: [4, 2], type: INT8, values: count(8) },
      s: { ...scale, type: FLOAT },
    };
    const nodes = [['DequantizeLinear', ['q', 's'], 'w', { axis: 0, block_size: 2 }]] as const;
    expect(() => weightsOf(nodes, constants, 4)).toThrow(message);
  });

  it('that are too few are refused', () => {
    const constants = { w: { dims: [1, 5], type: INT4, values: [0xf1, 0x87] } };
    expect(() => weightsOf([], constants, 1)).toThrow(/'w' declares 1×5 elements, 4 are in the file/);
  });
});

function count(length: number): number[] {
  return Array.from({ length }, (_, at) => at + 1);
}
