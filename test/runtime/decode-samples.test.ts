import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeCoefficients, encodeCoefficients, type JpegEncodeOptions } from '../../src/jpeg/index.ts';
import { decodeSamples } from '../../src/runtime/decode-samples.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { greyJpeg } from '../image/jpeg-builder.ts';

/** 5 × 4 blocks. */
const PLAIN = greyJpeg(37, 27, 60, 4);
const IMAGE = decodeCoefficients(PLAIN);

describe('the pixels of the expanded path do not depend on how the coefficients are coded', () => {
  const codings: [string, JpegEncodeOptions][] = [
    ['sequential', {}],
    ['progressive', { progressive: true }],
    ['arithmetic', { entropy: 'arithmetic' }],
  ];

  test.each(codings)('%s, restart intervals of any length', (_, options) => {
    const expected = decodeSamples(PLAIN);
    for (const restartInterval of [0, 1, 2, 3, 5, 7, 19, 20, 21, 1000]) {
      const stream = encodeCoefficients(IMAGE, {
        ...options,
        ...(restartInterval > 0 && { restartInterval }),
      });
      expect(decodeSamples(stream), `interval ${restartInterval}`).toEqual(expected);
    }
  });
});

describe.skipIf(process.env.WJPEG_CASES_DIR === undefined)('a model of shared/cases', () => {
  test('restart intervals of 5 blocks: both paths answer alike', async () => {
    const model = new Uint8Array(readFileSync(`${process.env.WJPEG_CASES_DIR}/q20-restart-5B.wjz`));
    const answers: Float32Array[] = [];
    for (const path of ['coefficient', 'expanded'] as const) {
      const session = await InferenceSession.create(model, { path, backends: ['reference'] });
      const input = Float32Array.from({ length: session.inFeatures }, (_, k) => Math.sin(k));
      answers.push((await session.infer(input)).logits);
      session.dispose();
    }
    const largest = Math.max(...answers[0].map(Math.abs));
    answers[0].forEach((logit, index) => {
      // Samples of the expanded path are rounded and clamped.
      expect(Math.abs(logit - answers[1][index])).toBeLessThan(0.05 * largest);
    });
  });
});
