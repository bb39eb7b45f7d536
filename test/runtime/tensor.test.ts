import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { InferenceSession, Tensor } from '../../src/index.ts';

const model = readFileSync(new URL('../../data/mnist-mlp-512-trained.wjz', import.meta.url));
const png = readFileSync(new URL('../../data/pictures/digit-7.png', import.meta.url));
const jpeg = readFileSync(new URL('../../data/pictures/digit-3-grey.jpg', import.meta.url));
const ink = readFileSync(new URL('../../data/pictures/digit-2-ink-97x131.png', import.meta.url));

describe('Tensor', () => {
  test('holds data of a shape, with or without its type', () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    const tensor = new Tensor(data, [2, 3]);
    expect(tensor).toMatchObject({ type: 'float32', dims: [2, 3], size: 6 });
    expect(tensor.data).toBe(data);
    expect(new Tensor('float32', data, [2, 3])).toEqual(tensor);
    expect(new Tensor([1, 2, 3, 4, 5, 6], [2, 3])).toEqual(tensor);
    expect(new Tensor(data).dims).toEqual([6]);
    expect(tensor.reshape([3, 2])).toEqual(new Tensor(data, [3, 2]));
  });

  test.each([
    [() => new Tensor([1, 2, 3], [2, 2]), /dims \[2,2\] for 3 values/],
    [() => new Tensor([1, 2], [1, 2.5]), /dims \[1,2.5\].*whole numbers/],
    [() => new Tensor([1, '2'] as never), /expected 'float32' and a Float32Array or an array of numbers/],
    [() => new Tensor(Uint8Array.of(1) as never), /expected 'float32' and a Float32Array/],
    [() => new Tensor('int8' as never, [1]), /int8 data, expected 'float32'/],
    [() => new Tensor([1, 2]).reshape([3]), /dims \[3\] for 2 values/],
  ])('refuses what does not fit (%#)', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('Tensor.fromImage', () => {
  test.each([
    ['a PNG', png],
    ['ink on paper, of another size', ink],
  ])('%s: the values that the session takes', async (_, bytes) => {
    const session = await InferenceSession.create(model);
    const tensor = await Tensor.fromImage(bytes, session.input as never);
    const prepared = await session.prepare(bytes);
    expect(tensor.dims).toEqual([1, 1, 28, 28]);
    expect(prepared.kind === 'values' && prepared.values).toEqual(tensor.data);
  });

  test('from bytes, a Blob, a stream, pixels: the same', async () => {
    const spec = { width: 14, height: 7, mean: 0.5, std: 0.25 };
    const expected = await Tensor.fromImage(ink, spec);
    expect(expected.dims).toEqual([1, 1, 7, 14]);
    const body = () => new Response(ink).body as ReadableStream<Uint8Array>;
    for (const image of [
      new Blob([ink]),
      ink.buffer.slice(ink.byteOffset, ink.byteOffset + ink.length),
      body(),
    ]) {
      expect(await Tensor.fromImage(image as Blob, spec)).toEqual(expected);
    }
  });

  test('normalises samples, and exchanges light and dark only for a network that says its background', async () => {
    const white = { width: 2, height: 1, data: [255, 0, 255, 255].slice(0, 2) };
    const light = {
      width: 8,
      height: 8,
      data: Array.from({ length: 64 }, (_, at) => (at === 27 ? 51 : 255)),
    };
    const plain = await Tensor.fromImage(light, { width: 8, height: 8, mean: 0.5, std: 0.5 });
    expect(plain.data[0]).toBeCloseTo(1, 6);
    expect(plain.data[27]).toBeCloseTo(-0.6, 6);
    const dark = { width: 8, height: 8, preprocessing: { background: 'dark' } } as const;
    const turned = await Tensor.fromImage(light, dark);
    expect([turned.data[0], turned.data[27]]).toEqual([0, expect.closeTo(0.8, 6)]);
    expect((await Tensor.fromImage(white, { width: 2, height: 1 })).size).toBe(2);
  });

  test('an encoded JPEG is decoded: no coefficients', async () => {
    const { dims, data } = await Tensor.fromImage(jpeg, { width: 28, height: 28 });
    expect([dims, data.every((value) => value >= 0 && value <= 1)]).toEqual([[1, 1, 28, 28], true]);
  });

  test.each([
    [png, { width: 28 }, {}, /option 'height' is missing/],
    [png, { width: 28, height: 28, channel: 1 }, {}, /unknown option 'channel'.*did you mean 'channels'/],
    [png, { width: 28, height: 28, channels: 4 }, {}, /'channels' is 4, expected 1 or 3/],
    [png, { kind: 'vector', length: 3 }, {}, /takes vectors, not pictures/],
    [png, { width: 28, height: 28 }, { pictureLimits: { maxPixels: 5 } }, /at most 5|5 pixels|maxPixels/],
    [png, { width: 28, height: 28 }, { fit: 'cover' }, /'fit' is 'cover'/],
    [Uint8Array.of(1, 2, 3), { width: 28, height: 28 }, {}, /./],
  ])('refuses what it cannot take (%#)', async (image, spec, options, message) => {
    await expect(Tensor.fromImage(image, spec as never, options as never)).rejects.toThrow(message);
  });
});
