import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromPhrases, PHRASES, toPhrases } from '../../../src/format/picture/phrases.ts';
import { readWjz } from '../../../src/format/read.ts';
import { writeModel } from '../../../src/format/write-model.ts';
import { expectFileRefused, expectRefusal } from '../refusal.ts';
import { contentOf, smallPicture, TRAINED, trained, withBody } from './pictures.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test('no phrase stands twice, all are ASCII, and each has a byte', () => {
  expect(new Set(PHRASES).size).toBe(PHRASES.length);
  expect(PHRASES.length).toBeLessThanOrEqual(128);
  for (const phrase of PHRASES) expect(phrase).toMatch(/^[\x20-\x7e]{2,}$/);
});

test('every text of ASCII comes back, in no more bytes', () => {
  const piece = fc.oneof(fc.constantFrom(...PHRASES), fc.string({ unit: 'grapheme-ascii' }));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const whole = pieces.join('');
      const packed = toPhrases(whole);
      expect(packed.length).toBeLessThanOrEqual(whole.length);
      expect(text(fromPhrases(packed, whole.length))).toBe(whole);
    }),
  );
});

test('of phrases that overlap those are taken that leave the fewest bytes', () => {
  // The longest phrase at the start is not always part of the best.
  for (const phrase of PHRASES) expect(toPhrases(phrase)).toHaveLength(1);
  for (const [i, one] of PHRASES.entries()) {
    const other = PHRASES[(i * 7 + 1) % PHRASES.length];
    expect(toPhrases(one + other).length).toBeLessThanOrEqual(2);
  }
});

test('manifests of trained networks take some 20 bytes', () => {
  for (const name of TRAINED.slice(0, 2)) {
    const picture = writeModel(trained(name), { file: 'm.jpg' });
    const { bytes, compressedBytes } = readWjz(picture).entries[0];
    expect(bytes).toBeGreaterThan(300);
    expect(compressedBytes).toBeLessThan(25);
  }
});

test('a phrase of a later version is refused, and a manifest that grows beyond the limit', async () => {
  const known = new TextEncoder().encode(JSON.stringify(contentOf(smallPicture()).manifest));
  const later = withBody(smallPicture(), 1, Uint8Array.of(...known, 0xff));
  await expectFileRefused(later, undefined, 'unsupported', 'MODEL_VERSION');
  const longest = PHRASES.reduce((best, phrase) => (phrase.length > best.length ? phrase : best));
  const bomb = new Uint8Array(2 ** 20).fill(0x80 + PHRASES.indexOf(longest));
  await expectFileRefused(withBody(smallPicture(), 1, bomb), undefined, 'limit', 'MODEL_SIZE');
  expectRefusal(() => fromPhrases(Uint8Array.of(0x80), 3), 'limit', 'MODEL_SIZE');
});
