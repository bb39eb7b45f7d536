import type { WjzContent } from '../../src/format/write.ts';
import { encodeCoefficients, type JpegEncodeOptions } from '../../src/jpeg/index.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import type { Tensor } from '../../src/safetensors/tensor.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { FULL } from './manifests.ts';
import type { RawEntry } from './zip-builder.ts';

/** A grey JPEG of a few coefficients. */
export function greyJpeg(
  width: number,
  height: number,
  components = 1,
  options: JpegEncodeOptions = {},
): Uint8Array {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const image = {
    width,
    height,
    components: Array.from({ length: components }, (_, index) => ({
      id: index + 1,
      horizontalSampling: 1,
      verticalSampling: 1,
      quantization: new Uint16Array(64).fill(3),
      coefficients: Int16Array.from({ length: blocks * 64 }, (_, k) => (k % 5 === 0 ? (k % 13) - 6 : 0)),
    })),
  };
  return encodeCoefficients(image, options);
}

/** `fullContent` with its larger JPEG in several scans. */
export function progressiveContent(): WjzContent {
  const content = fullContent();
  const jpegs = new Map([...content.jpegs, ['a.jpg', greyJpeg(32, 16, 1, { progressive: true })]]);
  return { ...content, jpegs };
}

const floats = (shape: number[], value = (k: number): number => (k % 7) / 8 + 0.25): Tensor =>
  fromFloat32(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, k) => value(k)),
    shape,
    'F32',
  );

/** Everything that `FULL` names. Tiles of a: 6×4 at (3, 1) take 16×8 samples, 2 a row, 3 in all. */
export function fullContent(): WjzContent {
  return {
    manifest: FULL,
    jpegs: new Map([
      ['a.jpg', greyJpeg(32, 16)],
      ['b.jpg', greyJpeg(3, 10)],
    ]),
    tensors: new Map([
      ['a.scale', floats([3])],
      ['a.offset', floats([3], (k) => k - 1)],
      ['a.bias', floats([3], (k) => -k)],
      ['c.weight', floats([2, 10])],
      ['c.bias', { dtype: 'I8', shape: [2], data: Uint8Array.of(255, 1) }],
    ]),
  };
}

/** What a `.wjz` of that content is zipped from, with entries replaced, added (`undefined` takes one away). */
export function fullEntries(
  changes: Readonly<Record<string, Partial<RawEntry> | undefined>> = {},
  content: WjzContent = fullContent(),
): RawEntry[] {
  const entries = new Map<string, RawEntry>();
  const add = (name: string, bytes: Uint8Array, method: number): void => {
    entries.set(name, { name, content: bytes, method });
  };
  add('model.json', new TextEncoder().encode(JSON.stringify(content.manifest)), 8);
  for (const [name, jpeg] of content.jpegs) add(name, jpeg, 0);
  add('dense.safetensors', writeSafetensors(content.tensors), 8);
  for (const [name, change] of Object.entries(changes)) {
    if (change) entries.set(name, { name, content: new Uint8Array(), ...entries.get(name), ...change });
    else entries.delete(name);
  }
  return [...entries.values()];
}
