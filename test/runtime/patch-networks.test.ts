import { describe, expect, test } from 'vitest';
import type { ImageInputOptions, ImageInputSpec } from '../../src/format/manifest.ts';
import { readWjz } from '../../src/format/read.ts';
import { ofChannel } from '../../src/image/normalization.ts';
import { decodeCoefficients, encodeCoefficients } from '../../src/jpeg/index.ts';
import { decodeLeniently } from '../../src/jpeg/lenient/lenient-decoder.ts';
import { GraphOracle } from '../../src/runtime/graph/graph-oracle.ts';
import { storedGraph } from '../../src/runtime/graph/stored-graph.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { backendRows } from '../graph/backends.ts';
import { patchModel } from '../graph/patch-network.ts';
import { exifSegment, withSegment } from '../image/exif-builder.ts';
import { colourJpeg, greyJpeg } from '../image/jpeg-builder.ts';
import {
  type UnroundedPixels,
  unroundedLuma,
  unroundedRgb,
  uprightPixels,
} from '../image/unrounded-pixels.ts';
import { hasLibjpeg, libjpeg, NEEDS_LIBJPEG } from '../jpeg/libjpeg-tools.ts';
import { netpbm, picture } from '../jpeg/pictures.ts';

const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];

/** Logits of a model for unrounded pixels, all in float64. */
async function oracle(
  model: Uint8Array,
  { planes }: UnroundedPixels,
  inverted = false,
): Promise<Float64Array> {
  const file = readWjz(model);
  const { mean, std, channels } = file.manifest.input as ImageInputSpec;
  const { graph } = await storedGraph(file, 'coefficient', {});
  const values = planes
    .slice(0, channels)
    .flatMap((plane, channel) =>
      Array.from(
        plane,
        (sample) =>
          ((inverted ? 255 - sample : sample) / 255 - ofChannel(mean, channel)) / ofChannel(std, channel),
      ),
    );
  return new GraphOracle(graph).runBounded(values).logits;
}

function relativeError(logits: ArrayLike<number>, exact: Float64Array): number {
  const largest = exact.reduce((max, logit) => Math.max(max, Math.abs(logit)), 0);
  return exact.reduce((max, logit, at) => Math.max(max, Math.abs(logits[at] - logit)), 0) / largest;
}

const CHROMA = {
  '4:4:4': [1, 1],
  '4:2:2': [2, 1],
  '4:4:0': [1, 2],
  '4:2:0': [2, 2],
  '4:1:1': [4, 1],
  '4:1:0': [4, 2],
} as const;

describe.each([
  [[16, 16], 64, 48],
  [[8, 8], 40, 24],
  [[32, 32], 64, 32],
  [[8, 24], 48, 16],
  [[24, 16], 64, 48],
] as const)('patches of %o, pictures of %d×%d', (patch, width, height) => {
  const input = { kind: 'image', width, height, channels: 3, mean: MEAN, std: STD } as const;
  const model = patchModel(input, patch);

  test.each(Object.entries(CHROMA))('%s: no pixels, and the logits of unrounded ones', async (_, chroma) => {
    const session = await InferenceSession.create(await model, { backend: 'wasm' });
    const jpeg = colourJpeg(width, height, 80, 3, chroma);
    const { logits, picture } = await session.infer(jpeg);
    expect(picture).toMatchObject({ via: 'coefficients', warnings: [] });
    expect(
      relativeError(logits, await oracle(await model, unroundedRgb(decodeCoefficients(jpeg)))),
    ).toBeLessThan(1e-5);
    session.dispose();
  });
});

const INPUT = { kind: 'image', width: 64, height: 48, channels: 3, mean: MEAN, std: STD } as const;
const PATCH = [16, 16] as const;

describe('a network of 16×16 patches, red, green and blue', () => {
  const model = patchModel(INPUT, PATCH);
  const open = async (options: object = {}): Promise<InferenceSession> =>
    InferenceSession.create(await model, { backend: 'wasm', ...options });

  test.each([2, 3, 4, 5, 6, 7, 8])('turned by Exif orientation %d', async (orientation) => {
    const session = await open();
    for (const chroma of Object.values(CHROMA).slice(0, 4)) {
      const [width, height] = orientation > 4 ? [48, 64] : [64, 48];
      const stored = colourJpeg(width, height, 80, 5, chroma);
      const { logits, picture } = await session.infer(withSegment(stored, exifSegment(orientation)));
      expect(picture).toMatchObject({ via: 'coefficients', orientation, sourceWidth: 64, sourceHeight: 48 });
      const exact = await oracle(
        await model,
        uprightPixels(unroundedRgb(decodeCoefficients(stored)), orientation),
      );
      expect(relativeError(logits, exact)).toBeLessThan(1e-5);
    }
    session.dispose();
  });

  test('grey JPEGs are in every channel; progressive ones are no other', async () => {
    const session = await open();
    const grey = greyJpeg(64, 48, 80, 7);
    const { logits, picture } = await session.infer(grey);
    expect(picture?.via).toBe('coefficients');
    expect(
      relativeError(logits, await oracle(await model, unroundedRgb(decodeCoefficients(grey)))),
    ).toBeLessThan(1e-5);
    const colour = colourJpeg(64, 48, 80, 7);
    const progressive = encodeCoefficients(decodeCoefficients(colour), { progressive: true });
    expect((await session.infer(progressive)).logits).toEqual((await session.infer(colour)).logits);
    session.dispose();
  });

  test('of a JPEG that is cut off it takes what there is, and says so', async () => {
    const session = await open();
    const whole = colourJpeg(64, 48, 80, 3);
    const cut = whole.subarray(0, Math.floor(0.7 * whole.length));
    const { logits, picture } = await session.infer(cut);
    expect(picture).toMatchObject({
      via: 'coefficients',
      warnings: expect.arrayContaining([expect.stringMatching(/JPEG/)]),
    });
    const exact = await oracle(await model, unroundedRgb(decodeLeniently(cut)));
    expect(relativeError(logits, exact)).toBeLessThan(1e-5);
    session.dispose();
  });

  test('inverts colours where the caller names another background', async () => {
    const session = await open();
    const jpeg = colourJpeg(64, 48, 80, 9);
    const { logits, picture } = await session.infer(jpeg, { background: 'light' });
    expect(picture).toMatchObject({ via: 'coefficients', inverted: true });
    const exact = await oracle(await model, unroundedRgb(decodeCoefficients(jpeg)), true);
    expect(relativeError(logits, exact)).toBeLessThan(1e-5);
    session.dispose();
  });

  test.skipIf(!hasLibjpeg).each([
    ['4:4:4', '1x1'],
    ['4:2:2', '2x1'],
    ['4:4:0', '1x2'],
    ['4:2:0', '2x2'],
    ['4:2:0, progressive', '2x2 -progressive'],
    ['4:1:1', '4x1'],
  ])(`a JPEG of cjpeg (%s) has nearly the answer of its pixels${NEEDS_LIBJPEG}`, async (_, sampling) => {
    const [session, expanded] = [await open(), await open({ path: 'expanded' })];
    const options = ['-quality', '95', '-sample', ...sampling.split(' ')];
    const jpeg = libjpeg('cjpeg', options, netpbm(64, 48, 3, picture(64, 48, 3, 5)));
    const [coefficients, pixels] = [await session.infer(jpeg), await expanded.infer(jpeg)];
    expect([coefficients.picture?.via, pixels.picture?.via]).toEqual(['coefficients', 'pixels']);
    // Pixels are rounded and clamped.
    expect(relativeError(pixels.logits, Float64Array.from(coefficients.logits))).toBeLessThan(0.01);
    session.dispose();
    expanded.dispose();
  });

  test.each([['of another size', colourJpeg(48, 64, 80, 3), /the JPEG is 48×64, the model takes 64×48/]])(
    'takes pictures %s as pixels',
    async (_, jpeg) => {
      const session = await open();
      expect((await session.infer(jpeg)).picture?.via).toBe('pixels');
      session.dispose();
    },
  );

  test('a batch of pictures of any sampling has the answers of each alone', async () => {
    const session = await open();
    const pictures = [
      ...Object.values(CHROMA).map((chroma) => colourJpeg(64, 48, 80, 3, chroma)),
      greyJpeg(64, 48, 80, 7),
      colourJpeg(32, 48, 80, 3),
      colourJpeg(64, 48, 80, 4),
    ];
    const together = await session.inferBatch(pictures);
    for (const [index, { logits, picture }] of together.entries()) {
      const alone = await session.infer(pictures[index]);
      expect(picture).toEqual(alone.picture);
      expect(relativeError(logits, Float64Array.from(alone.logits))).toBeLessThan(1e-6);
    }
    session.dispose();
  });

  test('counts the memory of each sampling that came', async () => {
    const session = await open();
    const before = session.residentBytes;
    await session.infer(colourJpeg(64, 48, 80, 3, [2, 2]));
    const once = session.residentBytes;
    // 24 outputs: 4 blocks of luma, and of each chroma component a block and a line of samples around it.
    expect(once - before).toBeGreaterThanOrEqual(4 * 24 * (4 * 64 + 2 * 10 * 10));
    await session.infer(colourJpeg(64, 48, 80, 4, [2, 2]));
    expect(session.residentBytes).toBe(once);
    await session.infer(colourJpeg(64, 48, 80, 3, [1, 1]));
    expect(session.residentBytes).toBeGreaterThan(once);
    expect(session.peakBytes).toBeGreaterThanOrEqual(session.residentBytes);
    session.dispose();
  });
});

const compressed = patchModel(INPUT, PATCH, 'JPEG');

describe.each(backendRows)('patches on $title', ({ backend, skipped }) => {
  test.skipIf(skipped)('enter as coefficients, stored as JPEGs and in a batch too', async () => {
    const model = await compressed;
    const session = await InferenceSession.create(model, { backend });
    const jpegs = [colourJpeg(64, 48, 80, 3), colourJpeg(64, 48, 80, 4), colourJpeg(64, 48, 80, 5, [1, 1])];
    for (const [index, { logits, picture }] of (await session.inferBatch(jpegs)).entries()) {
      expect(picture?.via).toBe('coefficients');
      expect(
        relativeError(logits, await oracle(model, unroundedRgb(decodeCoefficients(jpegs[index])))),
      ).toBeLessThan(1e-5);
    }
    const { logits } = await session.infer(jpegs[0]);
    expect(
      relativeError(logits, await oracle(model, unroundedRgb(decodeCoefficients(jpegs[0])))),
    ).toBeLessThan(1e-5);
    const values = Float32Array.from({ length: 2 * session.inFeatures }, (_, at) => Math.sin(at));
    const reference = await InferenceSession.create(model, { backend: 'reference' });
    const exact = Float64Array.from(await reference.runBatch(values, 2));
    expect(relativeError(await session.runBatch(values, 2), exact)).toBeLessThan(1e-5);
    session.dispose();
    reference.dispose();
  });
});

describe('a grey network of patches', () => {
  const input: ImageInputOptions = { kind: 'image', width: 32, height: 32, mean: 0.13, std: 0.31 };

  test.each([
    ['grey', greyJpeg(32, 32, 80, 3)],
    ['colour', colourJpeg(32, 32, 80, 3)],
  ])('takes the luma of %s JPEGs', async (_, jpeg) => {
    const model = await patchModel(input, [8, 8]);
    const session = await InferenceSession.create(model, { backend: 'wasm' });
    const { logits, picture } = await session.infer(jpeg, { background: 'light' });
    expect(picture).toMatchObject({ via: 'coefficients', inverted: true });
    expect(
      relativeError(logits, await oracle(model, unroundedLuma(decodeCoefficients(jpeg)), true)),
    ).toBeLessThan(1e-5);
    session.dispose();
  });
});
