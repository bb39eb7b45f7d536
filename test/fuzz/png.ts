import { readFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { preparePicture } from '../../src/image/prepare-picture.ts';
import { chunk, PNG_SIGNATURE } from '../image/png-builder.ts';
import { CHANNELS, encodePng } from '../image/png-encoder.ts';
import { mutateBytes } from './mutate-bytes.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';

const LIMITS = { maxPixels: 2 ** 16 };
const SPEC: ImageInputSpec = {
  kind: 'image',
  width: 28,
  height: 28,
  channels: 1,
  mean: 0.1,
  std: 0.3,
  preprocessing: { background: 'dark', fit: 'contain' },
};

/** A picture of every colour type, bit depth and interlacing. */
function everyKind(): Uint8Array[] {
  const kinds = [
    [0, 1],
    [0, 2],
    [0, 4],
    [0, 8],
    [0, 16],
    [2, 8],
    [2, 16],
    [3, 1],
    [3, 2],
    [3, 4],
    [3, 8],
    [4, 8],
    [4, 16],
    [6, 8],
    [6, 16],
  ];
  return kinds.flatMap(([colourType, bitDepth]) => {
    const max = colourType === 3 ? 2 : 2 ** bitDepth;
    const channels = CHANNELS[colourType];
    const samples = Array.from({ length: 7 * 5 * channels }, (_, at) => (at * 5) % max);
    const palette = colourType === 3 ? [chunk('PLTE', [0, 0, 0, 255, 255, 255])] : [];
    const transparency = [0, 2, 3].includes(colourType)
      ? [chunk('tRNS', new Array(colourType === 3 ? 1 : 2 * channels).fill(0))]
      : [];
    return [false, true].map((interlaced) =>
      encodePng(
        { width: 7, height: 5, bitDepth, colourType, interlaced, filter: (row) => (row + bitDepth) % 5 },
        samples,
        ...palette,
        ...transparency,
      ),
    );
  });
}

const seeds = [
  ...['digit-4.png', 'digit-7-dark-on-light.png'].map(
    (name) => new Uint8Array(readFileSync(new URL(`../../data/pictures/${name}`, import.meta.url))),
  ),
  ...everyKind(),
];

interface Chunk {
  readonly type: string;
  data: Uint8Array;
}

function split(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = 8; at < bytes.length; at += 12 + view.getUint32(at)) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    chunks.push({ type, data: bytes.slice(at + 8, at + 8 + view.getUint32(at)) });
  }
  return chunks;
}

/** Chunks with right CRCs, their order and content changed; image data changed under the compression. */
function generate(random: Random): Uint8Array {
  let chunks = split(random.pick(seeds));
  for (let changes = 1 + random.below(3); changes > 0 && chunks.length > 0; changes--) {
    const index = random.below(chunks.length);
    switch (random.below(7)) {
      case 0:
        chunks = chunks.toSpliced(index, 1);
        break;
      case 1:
        chunks.splice(
          random.below(chunks.length),
          0,
          structuredClone(random.pick(split(random.pick(seeds)))),
        );
        break;
      case 2:
        chunks[index].data = mutateBytes(chunks[index].data, random);
        break;
      case 3:
        changeHeader(chunks, random);
        break;
      case 4:
        chunks.splice(index, 0, {
          type: random.pick([
            'tEXt',
            'gAMA',
            'acTL',
            'fcTL',
            'fdAT',
            'iCCP',
            'eXIf',
            'ABCD',
            'abcd',
            'PLTE',
            'tRNS',
          ]),
          data: random.bytes(random.below(30)),
        });
        break;
      default:
        changeImageData(chunks, random);
    }
  }
  const parts = chunks.flatMap(({ type, data }) => [...chunk(type, data)]);
  return Uint8Array.from([...PNG_SIGNATURE, ...parts]);
}

function changeHeader(chunks: readonly Chunk[], random: Random): void {
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  if (header?.length !== 13) return;
  const field = random.below(5);
  if (field < 2) new DataView(header.buffer).setUint32(4 * field, random.size(2 ** 32 - 1));
  else if (field === 2) header[8] = random.pick([0, 1, 2, 4, 8, 16, 32]);
  else if (field === 3) header[9] = random.pick([0, 2, 3, 4, 6, 1, 7]);
  else header[12] = random.below(3);
}

function changeImageData(chunks: Chunk[], random: Random): void {
  const index = chunks.findIndex(({ type }) => type === 'IDAT');
  if (index < 0) return;
  let packed = chunks[index].data;
  try {
    let rows = new Uint8Array(inflateSync(packed));
    // Filters 0…4 and beyond, rows too few or too many, a bomb.
    rows = random.chance(0.01) ? new Uint8Array(2 ** 20) : new Uint8Array(mutateBytes(rows, random));
    packed = new Uint8Array(deflateSync(rows, { level: random.pick([0, 1, 9]) }));
  } catch {
    packed = mutateBytes(packed, random);
  }
  if (random.chance(0.1)) packed = packed.subarray(0, -4);
  const step = random.chance(0.2) ? 1 + random.below(3) : packed.length + 1;
  const pieces: Chunk[] = [];
  for (let at = 0; at < packed.length && pieces.length < 300; at += step) {
    pieces.push({ type: 'IDAT', data: packed.subarray(at, at + step) });
  }
  chunks.splice(index, 1, ...pieces);
}

export const png: Target = {
  seeds,
  generate,
  read(bytes, variant) {
    preparePicture(bytes, SPEC, { limits: variant % 1001 === 0 ? {} : LIMITS });
  },
  // Inflated in steps whose buffers (200 bytes for each of the file's) are dropped one after another. Then up to 64 bytes a
  // pixel: luma, alpha and what is composited of them.
  memoryCap: (bytes) => 2 ** 25 + 200 * bytes.length + 64 * pixels(bytes),
};

function pixels(bytes: Uint8Array): number {
  if (bytes.length < 24) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(16) * view.getUint32(20);
  return count > 2 ** 25 ? 0 : count;
}
