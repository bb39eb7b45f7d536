import { parseIdx } from '../../src/image/idx.ts';
import { mutateBytes } from './mutate-bytes.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';

function idx(type: number, dimensions: readonly number[], data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header.set([0, 0, type, dimensions.length]);
  dimensions.forEach((dimension, index) => {
    header.writeUInt32BE(dimension, 4 + 4 * index);
  });
  return new Uint8Array(Buffer.concat([header, data]));
}

const seeds = [
  idx(8, [3, 4, 5], new Uint8Array(60).fill(7)),
  idx(8, [6], Uint8Array.of(1, 2, 3, 4, 5, 6)),
  idx(8, [0], new Uint8Array()),
];

/** Sizes that may or may not fit the data. */
function generate(random: Random): Uint8Array {
  const dimensions = Array.from({ length: random.below(5) }, () =>
    random.chance(0.7) ? random.below(5) : random.size(2 ** 32 - 1),
  );
  const product = dimensions.reduce((a, b) => a * b, 1);
  const right = random.chance(0.7) && product < 1000;
  const file = idx(
    random.pick([8, 8, 8, 9, 0x0d]),
    dimensions,
    random.bytes(right ? product : random.below(100)),
  );
  return random.chance(0.2) ? mutateBytes(file, random) : file;
}

export const idxTarget: Target = {
  seeds,
  generate,
  read(bytes) {
    parseIdx(bytes);
  },
  memoryCap: () => 2 ** 10,
};
