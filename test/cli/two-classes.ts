import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mulberry32 } from '../../src/random.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import type { Tensor } from '../../src/safetensors/tensor.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { writeIdx } from '../bench/synthetic-mnist.ts';

/** Side of the pictures. */
const SIDE = 8;

/** Writes 8×8 pictures of two classes, bright above or bright below, as IDX files of one subset. */
export function writeTwoClasses(folder: string, subset: 'train' | 't10k', count: number): void {
  const random = mulberry32(count);
  mkdirSync(folder, { recursive: true });
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
  const pictures = Uint8Array.from({ length: count * SIDE * SIDE }, (_, i) => {
    const k = i % (SIDE * SIDE);
    const isBright = k < 32 === (Math.floor(i / (SIDE * SIDE)) % 2 === 0);
    return Math.floor(random() * 100) + (isBright ? 100 : 0);
  });
  writeIdx(folder, subset, { count, width: SIDE, height: SIDE, pictures, labels });
}

/**
 * Writes a network 64-16-2 that tells the classes apart. `outlier`: a weight far from the others of its layer, into a
 * neuron that counts for nothing. `metadata`: what the file says of itself.
 */
export function writeTwoClassNetwork(
  path: string,
  { outlier, metadata }: { outlier?: number; metadata?: Readonly<Record<string, string>> } = {},
): void {
  const random = mulberry32(2);
  const first = Float32Array.from({ length: 16 * 64 }, (_, i) => {
    const row = Math.floor(i / 64);
    const isAbove = i % 64 < 32;
    return (isAbove === (row % 2 === 0) ? 0.1 : -0.1) + (random() - 0.5) / 10;
  });
  const second = Float32Array.from({ length: 2 * 16 }, (_, i) => (i % 2 === Math.floor(i / 16) ? 0.5 : -0.5));
  if (outlier !== undefined) {
    first[0] = outlier;
    second[0] = 0;
    second[16] = 0;
  }
  const tensor = (values: Float32Array, ...shape: number[]): Tensor => fromFloat32(values, shape, 'F32');
  const bytes = writeSafetensors(
    new Map([
      ['fc1.weight', tensor(first, 16, 64)],
      ['fc1.bias', tensor(new Float32Array(16), 16)],
      ['fc2.weight', tensor(second, 2, 16)],
      ['fc2.bias', tensor(new Float32Array(2), 2)],
    ]),
  );
  writeFileSync(path, metadata ? withMetadata(bytes, metadata) : bytes);
}

function withMetadata(bytes: Uint8Array, metadata: Readonly<Record<string, string>>): Uint8Array {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const text = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...header }));
  const file = new Uint8Array(8 + text.length + bytes.length - 8 - length);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(bytes.subarray(8 + length), 8 + text.length);
  return file;
}

/** A network of zeros for so many inputs. */
export function writeZeros(path: string, inputs: number): void {
  const weights = fromFloat32(new Float32Array(2 * inputs), [2, inputs], 'F32');
  writeFileSync(path, writeSafetensors(new Map([['fc.weight', weights]])));
}

/** A path in a folder, for tests that make many. */
export function inside(folder: string): (name: string) => string {
  return (name) => join(folder, name);
}
