import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { decodeCoefficients, encodeCoefficients } from '../../src/jpeg/index.ts';
import { ALL_CODINGS } from '../../src/jpeg/scans/all-codings.ts';
import { visitBlockRows } from '../../src/jpeg/scans/decode/block-rows.ts';
import { anyImage } from '../jpeg/any-image.ts';
import { FIXTURES, fixture } from '../jpeg/fixtures.ts';
import { DQT, EOI, frame, GREY_HEADERS, SOI, scan, segment, stream } from '../jpeg/stream-builder.ts';
import { mutateBytes } from './mutate-bytes.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';

export const LIMITS = { maxSamples: 2 ** 18, maxPixels: 2 ** 17 };

/** Images of fast-check in every coding that we write, besides those of libjpeg. */
function drawnStreams(): Uint8Array[] {
  const codings = [
    {},
    { restartInterval: 1 },
    { progressive: true },
    { entropy: 'arithmetic', conditioning: 'default' },
    { entropy: 'arithmetic', restartInterval: 2 },
  ] as const;
  return fc
    .sample(anyImage, { numRuns: 30, seed: 6 })
    .map((image, index) => encodeCoefficients(image, codings[index % codings.length]))
    .filter(({ length }) => length < 1500);
}

const seeds = [
  ...FIXTURES.map(({ name }) => fixture(name)),
  new Uint8Array(readFileSync(new URL('../../data/pictures/digit-3-grey.jpg', import.meta.url))),
  ...drawnStreams(),
];

/** JPEGs as models hold them. */
export const jpeg: Target = {
  seeds,
  generate: (random) => mutateStream(random.pick(seeds), random),
  read(bytes, variant) {
    const limits = variant % 1001 === 0 ? {} : LIMITS;
    const image = decodeCoefficients(bytes, { limits });
    if (variant % 2 === 0 && image.components.length === 1)
      visitBlockRows(bytes, ALL_CODINGS, () => undefined, { limits });
    // What was read can be written, unless a difference is too large for Huffman codes: a WjpegError as well.
    if (variant % 8 === 0) encodeCoefficients(image);
  },
  // Two bytes a sample; tables and statistics of scans, which are dropped one after another, 200 bytes a byte of file; and
  // what is written again.
  memoryCap: (bytes) => 2 ** 18 + 300 * bytes.length + 8 * declaredSamples(bytes),
};

/** The samples that the first frame header declares, in whole blocks; the largest that fits any sampling. */
export function declaredSamples(bytes: Uint8Array): number {
  for (let at = 0; at + 10 < bytes.length; at++) {
    const isFrame = bytes[at] === 0xff && [0xc0, 0xc1, 0xc2, 0xc9, 0xca].includes(bytes[at + 1]);
    if (!isFrame) continue;
    const height = bytes[at + 5] * 256 + bytes[at + 6];
    const width = bytes[at + 7] * 256 + bytes[at + 8];
    return Math.ceil(width / 8) * Math.ceil(height / 8) * 64 * bytes[at + 9];
  }
  return 0;
}

interface Part {
  readonly marker: number;
  /** Without the length; undefined for markers that stand alone. */
  content: Uint8Array | undefined;
  /** Entropy-coded data after it. */
  data: Uint8Array;
}

function split(bytes: Uint8Array): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at + 1 < bytes.length; ) {
    const marker = bytes[at + 1];
    const alone = marker === 0xd8 || marker === 0xd9 || (marker >= 0xd0 && marker <= 0xd7);
    const length = alone ? 0 : bytes[at + 2] * 256 + bytes[at + 3];
    const content = alone ? undefined : bytes.slice(at + 4, at + 2 + length);
    let end = at + 2 + length;
    const start = end;
    while (end < bytes.length && !(bytes[end] === 0xff && bytes[end + 1] !== 0)) end++;
    parts.push({ marker, content, data: bytes.slice(start, end) });
    at = end;
  }
  return parts;
}

function join(parts: readonly Part[]): Uint8Array {
  return stream(
    ...parts.map(({ marker, content, data }) =>
      content === undefined ? [0xff, marker, ...data] : [...segment(marker, ...content), ...data],
    ),
  );
}

/** Changes that know of segments and scans. */
export function mutateStream(bytes: Uint8Array, random: Random): Uint8Array {
  if (random.chance(0.1)) return tinyStream(random);
  let parts = split(bytes);
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const index = random.below(parts.length);
    const part = parts[index];
    switch (random.below(9)) {
      case 0:
        parts = parts.toSpliced(index, 1);
        break;
      case 1:
        parts = parts.toSpliced(random.below(parts.length), 0, structuredClone(part));
        break;
      case 2:
        parts = parts.toSpliced(index, 1, random.pick(split(random.pick(seeds))));
        break;
      case 3:
        part.data = mutateBytes(part.data, random);
        break;
      case 4:
        part.data = part.data.map((byte) => (random.chance(0.2) ? random.below(255) : byte));
        break;
      case 5:
        parts.splice(index, 0, {
          marker: 0xdd,
          content: Uint8Array.of(0, random.below(9)),
          data: Uint8Array.of(),
        });
        break;
      default:
        changeContent(part, random);
    }
    if (parts.length === 0) break;
  }
  return join(parts);
}

/** Fields where they are, of values that they may have, and bytes of tables. */
function changeContent(part: Part, random: Random): void {
  const { content, marker } = part;
  if (content === undefined || content.length === 0) return;
  const isFrame =
    marker >= 0xc0 && marker <= 0xcf && content.length >= 9 && marker !== 0xc4 && marker !== 0xcc;
  if (isFrame && random.chance(0.7)) {
    const field = random.below(4);
    if (field < 2) {
      const value = random.size(65535);
      content.set([value >> 8, value & 255], 1 + 2 * field);
    } else {
      content[6 + random.below(content.length - 6)] = random.pick([
        0x11, 0x21, 0x12, 0x22, 0x41, 0x44, 0, 1, 2, 3,
      ]);
    }
  } else if (marker === 0xda && random.chance(0.7)) {
    const place = content.length - 3 + random.below(3);
    content[place] = random.pick([0, 1, 2, 5, 6, 63, 64, 0x01, 0x10, 0x21, 0x32, 0xd0]);
  } else part.content = mutateBytes(content, random);
}

/** A few bytes of data behind headers that are right: most of the picture has to be made up, or refused. */
function tinyStream(random: Random): Uint8Array {
  const width = 1 + random.below(300);
  const height = 1 + random.below(300);
  const data = [...random.bytes(random.below(30))].flatMap((byte) => (byte === 255 ? [255, 0] : [byte]));
  if (random.chance(0.3)) return stream(GREY_HEADERS, scan(), data, EOI);
  if (random.chance(0.4)) return stream(SOI, DQT, frame({ marker: 0xc9, width, height }), scan(), data, EOI);
  const scans = Array.from({ length: 1 + random.below(6) }, () => [
    ...scan({
      parameters: random.pick([
        [0, 0, 0],
        [0, 0, 1],
        [0, 0, 0x10],
        [1, 63, 1],
        [1, 63, 0x10],
        [1, 63, 0],
      ] as const),
    }),
    ...data,
  ]);
  return stream(SOI, DQT, frame({ marker: 0xca, width, height }), ...scans, EOI);
}
