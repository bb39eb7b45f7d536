import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compress } from '../../src/compress/compress.ts';
import type { CompressOptions } from '../../src/compress/options.ts';
import type { WjpegError } from '../../src/errors.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { networkFromStateDict } from '../../src/importers/state-dict/network.ts';
import { mulberry32 } from '../../src/random.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import type { SessionOptions } from '../../src/runtime/options.ts';
import { Oracle, relativeError } from '../../src/runtime/oracle.ts';
import { PATHS, type Path } from '../../src/runtime/path.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import { readSafetensors } from '../../src/safetensors/read.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { byParts } from '../parts/models.ts';

/** A 12×10 → 24 → 16 → 5 network with smooth first-layer weights, as safetensors. */
function smallModel(): Uint8Array {
  const random = mulberry32(7);
  const dims = [120, 24, 16, 5];
  const tensors = new Map();
  for (let layer = 0; layer < 3; layer++) {
    const [inFeatures, outFeatures] = [dims[layer], dims[layer + 1]];
    const weights = Float32Array.from({ length: inFeatures * outFeatures }, (_, index) => {
      const column = index % inFeatures;
      const wave =
        Math.sin((column % 12) * 0.5 + index / inFeatures) * Math.cos(Math.floor(column / 12) * 0.4);
      return 0.2 * wave + 0.1 * (random() - 0.5);
    });
    tensors.set(`fc${layer + 1}.weight`, fromFloat32(weights, [outFeatures, inFeatures], 'F32'));
    const bias = Float32Array.from({ length: outFeatures }, () => random() - 0.5);
    tensors.set(`fc${layer + 1}.bias`, fromFloat32(bias, [outFeatures], 'F32'));
  }
  return writeSafetensors(tensors);
}

const dense = smallModel();

function compressed(options: Partial<CompressOptions> = {}): Uint8Array {
  const { content } = compress(networkFromStateDict(readSafetensors(dense)), {
    input: {
      kind: 'image',
      width: 12,
      height: 10,
      channels: 1,
      mean: 0.1,
      std: 0.5,
      preprocessing: { background: 'dark', fit: 'contain' },
    },
    quality: 60,
    layout: 'auto',
    map: 'min-max',
    scope: 'row',
    layers: ['fc1', 'fc2', 'fc3'],
    rest: 'F32',
    labels: ['a', 'b', 'c', 'd', 'e'],
    ...options,
  });
  return writeWjz(content);
}

const random = mulberry32(3);
const inputs = Array.from({ length: 20 }, () => Float32Array.from({ length: 120 }, () => random() * 2 - 1));

describe('InferenceSession on the reference backend', () => {
  const variants: [string, Partial<CompressOptions>][] = (['min-max', 'symmetric'] as const).flatMap((map) =>
    (['row', 'layer'] as const).flatMap((scope) =>
      (['auto', 'matrix'] as const).map((layout): [string, Partial<CompressOptions>] => [
        `${map} per ${scope}, ${layout === 'auto' ? 'rows then matrix' : 'matrix everywhere'}`,
        { map, scope, layout },
      ]),
    ),
  );
  it.each(variants)('coefficient agrees with the exact answer: %s', async (_, options) => {
    const file = readWjz(compressed(options));
    const oracle = new Oracle(loadNetwork(file, 'coefficient'));
    const session = await InferenceSession.fromFile(file, { backends: ['reference'] });
    for (const input of inputs) {
      const { logits } = await session.infer(input);
      expect(relativeError(logits, oracle.run(input))).toBeLessThanOrEqual(1e-5);
    }
  });

  it('matrix and dense answer like the coefficients at quality 100, within the rounding of pixels', async () => {
    const bytes = compressed({ quality: 100 });
    const sessions = await Promise.all(
      PATHS.map((path) => InferenceSession.create(bytes, { path, dense, backends: ['reference'] })),
    );
    for (const input of inputs.slice(0, 5)) {
      const [coefficient, matrix, original] = await Promise.all(
        sessions.map((session) => session.infer(input)),
      );
      expect(relativeError(matrix?.logits ?? [], coefficient?.logits ?? [])).toBeLessThanOrEqual(0.05);
      expect(relativeError(original?.logits ?? [], coefficient?.logits ?? [])).toBeLessThanOrEqual(0.05);
    }
  });

  it('answers a batch as it answers one by one', async () => {
    const session = await InferenceSession.create(compressed(), { backends: ['reference'] });
    const values = new Float32Array(inputs.length * 120);
    inputs.forEach((input, index) => {
      values.set(input, index * 120);
    });
    const together = await session.runBatch(values, inputs.length);
    for (const [index, input] of inputs.entries()) {
      expect([...together.subarray(index * 5, index * 5 + 5)]).toEqual([
        ...(await session.infer(input)).logits,
      ]);
    }
  });

  it('says what it is: path, backend, labels, probabilities that sum to 1', async () => {
    const session = await InferenceSession.create(compressed(), { backends: ['reference'] });
    expect(session).toMatchObject({
      path: 'coefficient',
      backend: 'reference',
      inFeatures: 120,
      outFeatures: 5,
    });
    const result = await session.infer(inputs[0]);
    expect(result.label).toBe(['a', 'b', 'c', 'd', 'e'][result.index]);
    expect(result.probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
  });

  it('counts resident bytes from what it holds: the expanded path holds every weight as float32', async () => {
    const bytes = compressed();
    const matrix = await InferenceSession.create(bytes, { path: 'expanded', backends: ['reference'] });
    expect(matrix.residentBytes).toBe((120 * 24 + 24 * 16 + 16 * 5 + 24 + 16 + 5) * 4);
    const coefficient = await InferenceSession.create(bytes, { backends: ['reference'] });
    expect(coefficient.residentBytes).toBeLessThan(matrix.residentBytes);
    expect(coefficient.residentBytes).toBeGreaterThan(0);
  });

  it('refuses to run when disposed, and may be disposed twice', async () => {
    const session = await InferenceSession.create(compressed(), { backends: ['reference'] });
    session.dispose();
    session.dispose();
    await expect(session.infer(inputs[0])).rejects.toMatchObject({ code: 'SESSION_DISPOSED' });
  });

  it('refuses input of another length, input that is not finite, and a dense path without weights', async () => {
    const session = await InferenceSession.create(compressed(), { backends: ['reference'] });
    await expect(session.infer(new Float32Array(119))).rejects.toMatchObject({ code: 'INPUT_LENGTH' });
    await expect(session.runBatch(new Float32Array(120), 2)).rejects.toMatchObject({ code: 'INPUT_LENGTH' });
    await expect(session.infer(new Float32Array(120).fill(NaN))).rejects.toMatchObject({
      code: 'INPUT_NOT_FINITE',
    });
    await expect(InferenceSession.create(compressed(), { path: 'dense' })).rejects.toMatchObject({
      code: 'DENSE_MISSING',
    });
  });

  it('refuses dense weights of another shape', async () => {
    const other = writeSafetensors(
      new Map([['fc.weight', fromFloat32(new Float32Array(120 * 5), [5, 120], 'F32')]]),
    );
    const opening = InferenceSession.create(compressed(), { path: 'dense', dense: other });
    await expect(opening).rejects.toMatchObject({ code: 'DENSE_MISMATCH' });
  });
});

describe('the limits of a session', () => {
  const bytes = byParts(compressed());
  const refusal = (limits: Partial<SessionOptions>, path: Path = 'coefficient'): Promise<unknown> =>
    InferenceSession.create(bytes, { ...limits, path }).then(
      (session) => session.complete,
      ({ code }: WjpegError) => code,
    );

  it('hold for the JPEGs of layers', async () => {
    expect(await refusal({ jpegLimits: { maxSamples: 1000 } })).toBe('JPEG_TOO_LARGE');
    expect(await refusal({ jpegLimits: { maxSamples: 1000 }, progressive: true })).toBe('JPEG_TOO_LARGE');
    expect(await refusal({ jpegLimits: { maxSamples: 1000 } }, 'expanded')).toBe('JPEG_TOO_LARGE');
    expect(await refusal({ jpegLimits: { maxScans: 1 } })).toBe('JPEG_TOO_MANY_SCANS');
    expect(await refusal({ jpegLimits: { maxScans: 1 } }, 'expanded')).toBe('JPEG_TOO_MANY_SCANS');
    expect(await refusal({ jpegLimits: { maxScans: 20 } }, 'expanded')).toBeUndefined();
    expect(await refusal({ jpegLimits: { maxScans: Number.NaN } })).toBe('JPEG_LIMITS');
    expect(await refusal({ jpegLimits: { maxScans: 20 } })).toBeUndefined();
  });

  it('hold for a file that was read before, and for its reading', async () => {
    const jpegLimits = { maxSamples: 1000 };
    expect(() => readWjz(bytes, {}, jpegLimits)).toThrow(expect.objectContaining({ code: 'JPEG_TOO_LARGE' }));
    const opening = InferenceSession.fromFile(readWjz(bytes), { jpegLimits });
    await expect(opening).rejects.toMatchObject({ code: 'JPEG_TOO_LARGE' });
  });

  it('hold for pictures', async () => {
    const picture = readFileSync(new URL('../../data/pictures/digit-3-grey.jpg', import.meta.url));
    const take = async (maxPixels: number): Promise<unknown> => {
      const session = await InferenceSession.create(bytes, { pictureLimits: { maxPixels } });
      return session.infer(picture).then(
        ({ logits }) => logits.length,
        ({ code }: WjpegError) => code,
      );
    };
    expect(await take(28 * 28)).toBe(5);
    expect(await take(28 * 28 - 1)).toBe('PICTURE_TOO_LARGE');
    expect(await take(0)).toBe('PICTURE_LIMITS');
  });
});

describe('relativeError', () => {
  it('fails what it must: NaN, infinity, another length', () => {
    expect(relativeError([1, 2], [1, 2])).toBe(0);
    expect(relativeError([1, 2.02], [1, 2])).toBeCloseTo(0.01, 10);
    for (const bad of [[NaN, 2], [1, Infinity], [1]]) expect(relativeError(bad, [1, 2]) <= 1).toBe(false);
  });
});
