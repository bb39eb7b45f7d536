import { expect, test } from 'vitest';
import { statedAccuracy } from '../../src/cli/stated-accuracy.ts';

function file(metadata: Record<string, string> | undefined): Uint8Array {
  const header = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata }));
  const bytes = new Uint8Array(8 + header.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  return bytes;
}

test.each([
  ['0.98', 0.98],
  ['98.1', 0.981],
  ['98.1%', 0.981],
  ['1', 1],
  ['100', 1],
  ['0.5%', 0.005],
  ['good', undefined],
  ['-3', undefined],
  ['981', undefined],
  ['', undefined],
])("__metadata__.test_accuracy '%s' is %s", (text, accuracy) => {
  const stated = statedAccuracy(file({ test_accuracy: text }));
  if (accuracy === undefined) expect(stated).toBeUndefined();
  else expect(stated).toBeCloseTo(accuracy, 12);
});

test('no metadata, no accuracy', () => {
  expect(statedAccuracy(file(undefined))).toBeUndefined();
  expect(statedAccuracy(file({ author: 'someone' }))).toBeUndefined();
});
