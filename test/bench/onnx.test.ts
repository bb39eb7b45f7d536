import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { dynamicInt8Model, floatModel, staticInt8Model } from '../../bench/peers/models.ts';
import { writeOnnx } from '../../bench/peers/onnx.ts';
import { bytesField, integerField } from '../../bench/peers/protobuf.ts';
import { maxInputs } from '../../bench/peers/weights.ts';
import { joinBytes } from '../../src/bytes.ts';
import { mulberry32 } from '../../src/random.ts';
import { Oracle, relativeError } from '../../src/runtime/oracle.ts';
import { denseNodes, linearLayers } from '../../src/weights/dense-network.ts';
import { randomNetwork } from '../compress/networks.ts';
import { hasOnnxRuntime, runOnnx, WHERE } from '../exporters/onnx/onnxruntime.ts';
import { integers, lengths, readFields, texts } from './wire-format.ts';

const network = randomNetwork([40, 13, 7]);

describe("Protocol Buffers' wire format", () => {
  test('the examples of its documentation', () => {
    expect([...integerField(1, 150)]).toEqual([0x08, 0x96, 0x01]);
    const testing = [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67];
    expect([...bytesField(2, 'testing')]).toEqual(testing);
    expect([...bytesField(3, [integerField(1, 150)])]).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01]);
  });

  it('is read back by an independent reader', () => {
    const field = fc.record({
      number: fc.integer({ min: 1, max: 5000 }),
      value: fc.oneof(fc.maxSafeNat(), fc.uint8Array({ maxLength: 300, size: 'max' })),
    });
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        const bytes = joinBytes(
          fields.map(({ number, value }) =>
            typeof value === 'number' ? integerField(number, value) : bytesField(number, value),
          ),
        );
        const plain = (list: readonly { number: number; value: number | Uint8Array }[]): unknown[] =>
          list.map(({ number, value }) => [number, typeof value === 'number' ? value : [...value]]);
        expect(plain(readFields(bytes))).toEqual(plain(fields));
      }),
    );
  });
});

describe('ONNX models', () => {
  it('name operators, tensors, shapes and types where onnx.proto has them', () => {
    const bytes = writeOnnx({
      nodes: [{ operator: 'Gemm', inputs: ['x', 'W', 'b'], output: 'y', integers: { transB: 1 } }],
      tensors: [{ name: 'W', shape: [2, 3], elements: Float32Array.of(1, 2, 3, 4, 5, 6) }],
      input: { name: 'x', features: 3 },
      output: { name: 'y', features: 2 },
    });
    const model = readFields(bytes);
    expect(integers(model, 1)).toEqual([8]);
    const [operatorSet] = lengths(model, 8).map(readFields);
    expect([texts(operatorSet, 1), integers(operatorSet, 2)]).toEqual([[''], [13]]);
    const [graph] = lengths(model, 7).map(readFields);
    const [node] = lengths(graph, 1).map(readFields);
    expect([texts(node, 1), texts(node, 2), texts(node, 4)]).toEqual([['x', 'W', 'b'], ['y'], ['Gemm']]);
    const [attribute] = lengths(node, 5).map(readFields);
    expect([texts(attribute, 1), integers(attribute, 3), integers(attribute, 20)]).toEqual([
      ['transB'],
      [1],
      [2],
    ]);
    const [tensor] = lengths(graph, 5).map(readFields);
    expect([integers(tensor, 1), integers(tensor, 2), texts(tensor, 8)]).toEqual([[2, 3], [1], ['W']]);
    const raw = Uint8Array.from(lengths(tensor, 9)[0]);
    expect([...new Float32Array(raw.buffer)]).toEqual([1, 2, 3, 4, 5, 6]);
    const features = lengths(graph, 11).map((info) => {
      const [type] = lengths(readFields(info), 2).map(readFields);
      const [tensorType] = lengths(type, 1).map(readFields);
      const [shape] = lengths(tensorType, 2).map(readFields);
      const dimensions = lengths(shape, 1).map(readFields);
      return [
        integers(tensorType, 1),
        dimensions.map((dimension) => [...texts(dimension, 2), ...integers(dimension, 1)]),
      ];
    });
    expect(features).toEqual([[[1], [['N'], [3]]]]);
  });

  it('int8 weights are off by half a step at most', () => {
    const [graph] = lengths(readFields(staticInt8Model(network, [1, 1])), 7).map(readFields);
    const tensors = new Map(
      lengths(graph, 5).map((bytes) => {
        const tensor = readFields(bytes);
        return [texts(tensor, 8)[0], Uint8Array.from(lengths(tensor, 9)[0]).buffer];
      }),
    );
    linearLayers(network).forEach(({ weights, inFeatures }, index) => {
      const levels = new Int8Array(tensors.get(`layer ${index} W int8`) as ArrayBuffer);
      const scales = new Float32Array(tensors.get(`layer ${index} W scale`) as ArrayBuffer);
      weights.forEach((weight, i) => {
        const scale = scales[Math.floor(i / inFeatures)];
        expect(Math.abs(weight - levels[i] * scale)).toBeLessThanOrEqual(scale / 2 + 1e-6);
      });
    });
  });

  const inputs = Float32Array.from({ length: 5 * 40 }, mulberry32(4));
  const rows = Array.from({ length: 5 }, (_, row) => inputs.subarray(row * 40, (row + 1) * 40));

  it.skipIf(!hasOnnxRuntime).each([
    ['float32', () => floatModel(network), 1e-6],
    ['int8, dynamic', () => dynamicInt8Model(network), 5e-2],
    ['int8, static', () => staticInt8Model(network, maxInputs(network, rows)), 5e-2],
  ])(`%s: answers as the oracle does ${WHERE}`, async (_, model, tolerance) => {
    const file = { bytes: model(), inputs: [{ name: 'x', shape: [40] }] };
    const data = (await runOnnx(file, [inputs], 5)).get('y')?.data ?? new Float32Array();
    const oracle = new Oracle(denseNodes(network));
    rows.forEach((row, i) => {
      const exact = oracle.run(row);
      expect(relativeError(data.subarray(i * 7, (i + 1) * 7), exact)).toBeLessThan(tolerance);
    });
  });
});
