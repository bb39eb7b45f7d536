import { describe, expect, test } from 'vitest';
import type { ErrorKind } from '../../src/errors.ts';
import { readSafetensors } from '../../src/safetensors/read.ts';
import type { Tensor } from '../../src/safetensors/tensor.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { expectRefusal } from '../format/refusal.ts';
import { safetensors, safetensorsOf } from './header-builder.ts';

type Fields = Readonly<Record<string, unknown>>;

const F32: Fields = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
/** One tensor of two float32, with fields replaced. */
const one = (changes: Fields, bytes = 8): Uint8Array => safetensors({ a: { ...F32, ...changes } }, bytes);
/** Two tensors of two float32 each, the second with these offsets. */
const two = (offsets: readonly number[], bytes = 16): Uint8Array =>
  safetensors({ a: F32, b: { ...F32, data_offsets: offsets } }, bytes);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

type Rule = readonly [rule: string, code: string, file: Uint8Array];

function refuses(kind: ErrorKind, rules: readonly Rule[]): void {
  test.each(rules.map(([rule, code, file]) => ({ rule, code, file })))('$rule: $code', ({ code, file }) => {
    expectRefusal(() => readSafetensors(file), kind, code);
  });
}

describe('what the rules are broken in is right otherwise', () => {
  test.each([
    ['one tensor', one({}), ['a']],
    ['two tensors', two([8, 16]), ['a', 'b']],
    [
      'tensors in another order than the header',
      safetensors({ b: { ...F32, data_offsets: [8, 16] }, a: F32 }, 16),
      ['a', 'b'],
    ],
    ['no tensors', safetensors({}), []],
    ['metadata', safetensors({ __metadata__: { format: 'pt' }, a: F32 }, 8), ['a']],
    ['a header with blanks after it', safetensors(`${JSON.stringify({ a: F32 })}    `, 8), ['a']],
    ['a rank of 0', one({ shape: [], data_offsets: [0, 4] }, 4), ['a']],
    ['an empty tensor', one({ shape: [3, 0], data_offsets: [0, 0] }, 0), ['a']],
    ['fields that are not known', one({ extra: true }), ['a']],
    [
      'names that mean something to JavaScript',
      safetensors(`{"__proto__":${JSON.stringify(F32)}}`, 8),
      ['__proto__'],
    ],
  ])('%s', (_, file, names) => {
    expect([...readSafetensors(file).keys()]).toEqual(names);
  });

  test('an empty tensor may lie between others', () => {
    const empty = { dtype: 'F32', shape: [0], data_offsets: [8, 8] };
    const file = safetensors({ c: empty, b: { ...F32, data_offsets: [8, 16] }, a: F32 }, 16);
    expect([...readSafetensors(file).keys()]).toEqual(['a', 'c', 'b']);
  });
});

describe('corrupt', () => {
  const invalid = Uint8Array.from([...text('{"'), 0xc3, 0x28, ...text('":1}')]);
  refuses('corrupt', [
    ['an empty file', 'SAFETENSORS_TRUNCATED', new Uint8Array()],
    ['seven bytes', 'SAFETENSORS_TRUNCATED', new Uint8Array(7)],
    ['a header longer than the file', 'SAFETENSORS_HEADER_LENGTH', safetensors({}, 0, 3n)],
    ['a header of 2^64 − 1 bytes', 'SAFETENSORS_HEADER_LENGTH', safetensors({}, 0, 2n ** 64n - 1n)],
    ['a header of 2^53 + 1 bytes', 'SAFETENSORS_HEADER_LENGTH', safetensors({}, 0, 2n ** 53n + 1n)],
    ['a header that is no UTF-8', 'SAFETENSORS_UTF8', safetensorsOf(invalid)],
    ['no header', 'SAFETENSORS_JSON', safetensors('', 4)],
    ['a header that begins with a blank', 'SAFETENSORS_JSON', safetensors(' {}')],
    ['a header that begins with a byte order mark', 'SAFETENSORS_JSON', safetensors('\ufeff{}')],
    ['a header that is an array', 'SAFETENSORS_JSON', safetensors('[]')],
    ['a header that is no JSON', 'SAFETENSORS_JSON', safetensors('{"a":}')],
    ['two JSON texts', 'SAFETENSORS_JSON', safetensors('{}{}')],
    ['metadata that are no object', 'SAFETENSORS_METADATA', safetensors({ __metadata__: 'pt' })],
    ['metadata that are null', 'SAFETENSORS_METADATA', safetensors({ __metadata__: null })],
    ['metadata that are an array', 'SAFETENSORS_METADATA', safetensors({ __metadata__: ['pt'] })],
    ['metadata that are no texts', 'SAFETENSORS_METADATA', safetensors({ __metadata__: { epochs: 3 } })],
    ...[null, 1, 'F32', true, [F32]].map(
      (entry): Rule => [
        `${JSON.stringify(entry)} for a tensor`,
        'SAFETENSORS_ENTRY',
        safetensors({ a: entry }, 8),
      ],
    ),
    ...[undefined, null, 3, ['F32'], {}].map(
      (dtype): Rule => [`a dtype of ${JSON.stringify(dtype)}`, 'SAFETENSORS_ENTRY', one({ dtype })],
    ),
    [
      'a dtype nested 200,000 deep',
      'SAFETENSORS_ENTRY',
      safetensors(`{"a":{"dtype":${'['.repeat(2e5)}${']'.repeat(2e5)}}}`),
    ],
    ...[undefined, null, 2, '2', [-2], [1.5], ['2'], [[2]], [null], { 0: 2, length: 1 }].map(
      (shape): Rule => [`a shape of ${JSON.stringify(shape)}`, 'SAFETENSORS_ENTRY', one({ shape })],
    ),
    [
      'a shape of 1e999',
      'SAFETENSORS_ENTRY',
      safetensors('{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,8]}}', 8),
    ],
    ['a shape whose elements can not be counted', 'SAFETENSORS_ENTRY', one({ shape: [2 ** 40, 2 ** 40] })],
    [
      'a shape whose product is infinite, then 0',
      'SAFETENSORS_ENTRY',
      one({ shape: [...new Array(25).fill(2 ** 50), 0], data_offsets: [0, 0] }, 0),
    ],
    ...[undefined, null, 8, [8], [0, 4, 8], [-8, 0], [0.5, 8.5], ['0', '8']].map(
      (offsets): Rule => [
        `offsets of ${JSON.stringify(offsets)}`,
        'SAFETENSORS_ENTRY',
        one({ data_offsets: offsets }),
      ],
    ),
    ['an end before its start', 'SAFETENSORS_ENTRY', one({ data_offsets: [8, 0] })],
    ['offsets that are too far apart for the shape', 'SAFETENSORS_ENTRY', one({ data_offsets: [0, 12] }, 12)],
    ['offsets that are too near for the shape', 'SAFETENSORS_ENTRY', one({ data_offsets: [0, 4] }, 4)],
    ['offsets of another dtype', 'SAFETENSORS_ENTRY', one({ dtype: 'F16' })],
    ['data before the first tensor', 'SAFETENSORS_OFFSETS', one({ data_offsets: [1, 9] }, 9)],
    ['a gap between tensors', 'SAFETENSORS_OFFSETS', two([9, 17], 17)],
    ['tensors that overlap', 'SAFETENSORS_OFFSETS', two([4, 12], 12)],
    ['two tensors in one place', 'SAFETENSORS_OFFSETS', two([0, 8], 8)],
    ['data that end early', 'SAFETENSORS_TRUNCATED', one({}, 7)],
    ['no data', 'SAFETENSORS_TRUNCATED', one({}, 0)],
    ['a second tensor that is cut off', 'SAFETENSORS_TRUNCATED', two([8, 16], 15)],
    ['bytes after the last tensor', 'SAFETENSORS_TRAILING', one({}, 9)],
    ['bytes without any tensor', 'SAFETENSORS_TRAILING', safetensors({}, 1)],
  ]);

  test('a header above the cap is refused before it is looked at', () => {
    const cap = 100_000_000;
    const file = new Uint8Array(cap + 16);
    const view = new DataView(file.buffer);
    view.setBigUint64(0, BigInt(cap + 1), true);
    expectRefusal(() => readSafetensors(file), 'limit', 'SAFETENSORS_HEADER_LENGTH', /100000000/);
  });

  test('the cap can be set', () => {
    const file = one({});
    const header = new DataView(file.buffer).getUint32(0, true);
    expect(readSafetensors(file, { maxHeaderBytes: header }).size).toBe(1);
    const lower = { maxHeaderBytes: header - 1 };
    expectRefusal(() => readSafetensors(file, lower), 'limit', 'SAFETENSORS_HEADER_LENGTH');
    expectRefusal(
      () => readSafetensors(file, { maxHeaderBytes: Number.NaN }),
      'misuse',
      'SAFETENSORS_LIMITS',
    );
  });
});

describe('unsupported', () => {
  refuses(
    'unsupported',
    ['BOOL', 'I16', 'U16', 'I32', 'U32', 'U64', 'F8_E4M3', 'f32', '', 'toString', '__proto__'].map(
      (dtype): Rule => [`dtype "${dtype}"`, 'SAFETENSORS_DTYPE', one({ dtype })],
    ),
  );
});

describe('the writer refuses what no reader would take', () => {
  const tensor = (changes: Partial<Tensor>): Map<string, Tensor> =>
    new Map([['a', { dtype: 'F32', shape: [2], data: new Uint8Array(8), ...changes }]]);

  test.each([
    ['too few bytes', { data: new Uint8Array(7) }],
    ['too many bytes', { data: new Uint8Array(12) }],
    ['bytes of another type', { dtype: 'F16' as const }],
    ['a shape of NaN', { shape: [NaN] }],
  ])('%s: TENSOR_SIZE', (_, changes) => {
    expectRefusal(() => writeSafetensors(tensor(changes)), 'misuse', 'TENSOR_SIZE', /'a'/);
  });

  test('a tensor named __metadata__: TENSOR_NAME', () => {
    const tensors = new Map([['__metadata__', tensor({}).get('a') as Tensor]]);
    expectRefusal(() => writeSafetensors(tensors), 'misuse', 'TENSOR_NAME');
  });
});
