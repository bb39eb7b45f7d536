import { describe, expect, it } from 'vitest';
import { requireFewItems } from '../../../src/importers/onnx/count-items.ts';

const MAX = 500_000;
/** `count` times these bytes. */
const times = (count: number, ...bytes: number[]) =>
  Uint8Array.from({ length: count * bytes.length }, (_, at) => bytes[at % bytes.length]);
/** A field of these bytes. */
const field = (number: number, content: Uint8Array) => {
  const varint = (rest: number): number[] =>
    rest < 128 ? [rest] : [(rest & 127) | 128, ...varint(rest >> 7)];
  const head = [...varint(8 * number + 2), ...varint(content.length)];
  const whole = new Uint8Array(head.length + content.length);
  whole.set(head);
  whole.set(content, head.length);
  return whole;
};

describe('a model may have 500,000', () => {
  it.each<[what: string, message: string, bytes: (count: number) => Uint8Array]>([
    ['empty nodes', 'GraphProto', (count) => times(count, 0x0a, 0)],
    ['names of inputs', 'NodeProto', (count) => times(count, 0x0a, 1, 0x61)],
    ['integers, one by one', 'AttributeProto', (count) => times(count, 0x40, 5)],
    ['floats, one by one', 'AttributeProto', (count) => times(count, 0x3d, 0, 0, 0, 0)],
    ['integers in one list', 'AttributeProto', (count) => field(8, times(count, 5))],
    // 127 is the largest number of one byte.
    ['integers of two bytes in one list', 'AttributeProto', (count) => field(8, times(count, 0x80, 0x7f))],
    ['unsigned integers in one list', 'TensorProto', (count) => field(11, times(count, 5))],
    // A graph, a node and its inputs.
    ['messages within messages', 'ModelProto', (count) => field(7, field(1, times(count - 2, 0x0a, 0)))],
  ])('%s, and no more', (_, message, bytes) => {
    requireFewItems(message, bytes(MAX));
    expect(() => requireFewItems(message, bytes(MAX + 1))).toThrow(
      expect.objectContaining({
        code: 'GRAPH_LIMIT',
        kind: 'limit',
        message:
          'the model has more than 500000 nodes, attributes, names and numbers outside of tensors, expected fewer',
      }),
    );
  });

  it.each<[what: string, message: string, bytes: Uint8Array]>([
    ['floats in one list, which are read as one', 'TensorProto', field(4, times(MAX + 1, 0, 0, 0, 0))],
    ['bytes of weights', 'TensorProto', field(9, times(MAX + 1, 5))],
    ['what is not read: texts', 'GraphProto', times(MAX + 1, 0x52, 0)],
    ['what is not read: numbers', 'TensorProto', times(MAX + 1, 0x60, 5)],
  ])('not counting %s', (_, message, bytes) => {
    expect(() => requireFewItems(message, bytes)).not.toThrow();
  });
});
