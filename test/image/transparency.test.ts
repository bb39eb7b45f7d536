import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InferenceSession } from '../../src/runtime/session.ts';
import { decodePicture } from './decode-picture.ts';
import { chunk } from './png-builder.ts';
import { encodePng } from './png-encoder.ts';

const file = (name: string) => readFileSync(new URL(`../../data/${name}`, import.meta.url));
const { luma: ink } = decodePicture(file('pictures/digit-7.png'));
const SIZE = { width: 28, height: 28 };

/** A 7 in strokes of one tone on nothing; `hidden`: the tone of what is transparent, which must not matter. */
type Writer = (stroke: number, hidden: number) => Uint8Array;

const grey =
  (bitDepth: number): Writer =>
  (stroke, hidden) => {
    const max = 2 ** bitDepth - 1;
    const samples = [...ink].flatMap((opacity) => [
      ((opacity > 0 ? stroke : hidden) / 255) * max,
      Math.round((opacity / 255) * max),
    ]);
    return encodePng({ ...SIZE, bitDepth, colourType: 4 }, samples);
  };

const rgba: Writer = (stroke, hidden) => {
  const samples = [...ink].flatMap((opacity) => {
    const tone = opacity > 0 ? stroke : hidden;
    return [tone, tone, tone, opacity];
  });
  return encodePng({ ...SIZE, bitDepth: 8, colourType: 6, interlaced: true }, samples);
};

/** Palette entry i has the opacity 17 · i. */
const palette: Writer = (stroke, hidden) => {
  const tones = Array.from({ length: 16 }, (_, i) => (i > 0 ? stroke : hidden));
  return encodePng(
    { ...SIZE, bitDepth: 4, colourType: 3, interlaced: true },
    [...ink].map((opacity) => Math.round(opacity / 17)),
    chunk(
      'PLTE',
      tones.flatMap((tone) => [tone, tone, tone]),
    ),
    chunk(
      'tRNS',
      tones.map((_, i) => 17 * i),
    ),
  );
};

/** One tone is transparent, given with all bits of its two bytes set or not. */
const keyed: Writer = (stroke) => {
  const transparent = stroke === 255 ? 0 : 1;
  return encodePng(
    { ...SIZE, bitDepth: 1, colourType: 0 },
    [...ink].map((opacity) => (opacity > 127 ? 1 - transparent : transparent)),
    chunk('tRNS', [0xff, 0xfe | transparent]),
  );
};

const WRITERS: readonly (readonly [string, Writer])[] = [
  ['grey and alpha, 8 bits', grey(8)],
  ['grey and alpha, 16 bits', grey(16)],
  ['RGB and alpha, interlaced', rgba],
  ['palette with opacities, 4 bits, interlaced', palette],
  ['a transparent grey, 1 bit', keyed],
];

describe('strokes on a transparent background', () => {
  let session: InferenceSession;
  beforeAll(async () => {
    session = await InferenceSession.create(file('mnist-mlp-512-trained.wjz'));
  });
  afterAll(() => session.dispose());

  describe.each(WRITERS)('%s', (_, write) => {
    test.each([
      ['black', 0, 'light'],
      ['white', 255, 'dark'],
    ])('%s: read whatever lies hidden behind', async (_tone, stroke, background) => {
      for (const hidden of [0, 255]) {
        const { label, picture } = await session.infer(write(stroke, hidden));
        expect({ label, background: picture?.background, blank: picture?.blank }).toEqual({
          label: '7',
          background,
          blank: false,
        });
      }
    });
  });
});
