import { networkFromStateDict } from '../../src/importers/state-dict/network.ts';
import { readSafetensors } from '../../src/safetensors/read.ts';
import { toFloat32 } from '../../src/safetensors/tensor.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { fullContent } from '../format/contents.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateJson } from './mutate-json.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';

const zeros = (dtype: 'F64' | 'F32' | 'F16' | 'BF16' | 'U8', shape: number[], bytes: number) =>
  ({ dtype, shape, data: new Uint8Array(bytes) }) as const;

export const SAFETENSORS_SEEDS: readonly Uint8Array[] = [
  writeSafetensors(fullContent().tensors),
  writeSafetensors(
    new Map([
      ['0.weight', zeros('F32', [3, 4], 48)],
      ['0.bias', zeros('F32', [3], 12)],
      ['2.weight', zeros('F16', [2, 3], 12)],
    ]),
  ),
  writeSafetensors(
    new Map([
      ['a', zeros('F64', [1], 8)],
      ['b', zeros('BF16', [], 2)],
      ['c', zeros('U8', [0, 5], 0)],
    ]),
  ),
  file(
    '{"__metadata__":{"format":"pt"},"x":{"dtype":"I8","shape":[2],"data_offsets":[0,2]}}  ',
    Uint8Array.of(1, 2),
  ),
];

function file(header: string, data: Uint8Array): Uint8Array {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return new Uint8Array(Buffer.concat([length, text, data]));
}

/** The header changed as JSON or as text, its length and (most times) the data's length right again. */
export function mutateSafetensors(bytes: Uint8Array, random: Random): Uint8Array {
  const length = Number(Buffer.from(bytes.subarray(0, 8)).readBigUInt64LE());
  const text = Buffer.from(bytes.subarray(8, 8 + length)).toString();
  const header = mutateJson(JSON.parse(text), random);
  const changed = random.chance(0.7)
    ? JSON.stringify(header)
    : Buffer.from(mutateBytes(Buffer.from(text), random)).toString('latin1');
  if (random.chance(0.01)) {
    const depth = random.below(20_000);
    return file(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`, new Uint8Array());
  }
  let data = bytes.subarray(8 + length);
  if (random.chance(0.2)) data = mutateBytes(data, random);
  return file(changed ?? 'null', data);
}

export const safetensors: Target = {
  seeds: SAFETENSORS_SEEDS,
  generate: (random) => mutateSafetensors(random.pick(SAFETENSORS_SEEDS), random),
  read(bytes, variant) {
    const tensors = readSafetensors(bytes);
    for (const tensor of tensors.values()) toFloat32(tensor);
    writeSafetensors(tensors);
    if (variant % 2 === 0) networkFromStateDict(tensors);
  },
  // Tensors are views. As float32 a byte becomes 4 bytes at the most, twice where a network is made of them; one copy
  // is written.
  memoryCap: (bytes) => 2 ** 12 + 10 * bytes.length,
};
