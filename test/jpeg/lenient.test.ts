import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeCoefficients, encodeCoefficients } from '../../src/jpeg/index.ts';
import { decodeLeniently } from '../../src/jpeg/lenient/lenient-decoder.ts';
import { markersOf } from '../conformance/alterations.ts';
import { CoefficientOracle, ORACLE_LACKS } from '../conformance/oracle.ts';
import { FIXTURES, fixture } from './fixtures.ts';
import { seededRandom } from './pictures.ts';

/** The fixtures of libjpeg, and each again with restart intervals in every coding. */
const STREAMS: Uint8Array[] = FIXTURES.flatMap(({ name }) => {
  const image = decodeCoefficients(fixture(name));
  return [
    fixture(name),
    encodeCoefficients(image, { restartInterval: 2 }),
    encodeCoefficients(image, { restartInterval: 1, progressive: true }),
    encodeCoefficients(image, { restartInterval: 3, entropy: 'arithmetic' }),
  ];
});

type Alteration = (stream: Uint8Array, random: (below: number) => number) => Uint8Array | undefined;

const dataOf = (stream: Uint8Array): number => {
  const { at } = markersOf(stream).find(({ code }) => code === 0xda) as { at: number };
  return at + 2 + stream[at + 2] * 256 + stream[at + 3];
};
const insert = (stream: Uint8Array, at: number, ...bytes: number[]): Uint8Array =>
  Uint8Array.of(...stream.subarray(0, at), ...bytes, ...stream.subarray(at));
const restartsOf = (stream: Uint8Array) =>
  markersOf(stream).filter(({ code }) => code >= 0xd0 && code <= 0xd7);
const noise = (length: number, random: (below: number) => number) =>
  Array.from({ length }, () => random(255));

/** What is done, and whether libjpeg-turbo warns of it; undefined where that depends. */
const ALTERATIONS: Record<string, [alter: Alteration, warns: boolean | undefined]> = {
  nothing: [(stream) => stream, false],
  'no EOI': [(stream) => stream.subarray(0, -2), true],
  'trailing data': [(stream, random) => insert(stream, stream.length, ...noise(20, random)), false],
  'RST before EOI': [(stream, random) => insert(stream, stream.length - 2, 0xff, 0xd0 + random(8)), false],
  'bytes after the last block': [
    (stream, random) => insert(stream, stream.length - 2, ...noise(9 + random(20), random)),
    true,
  ],
  'bytes between segments': [
    (stream, random) => {
      const headers = markersOf(stream).filter(({ at }) => at > 0 && at < dataOf(stream));
      return insert(stream, headers[random(headers.length)].at, ...noise(1 + random(20), random));
    },
    true,
  ],
  'cut off in its data': [
    (stream, random) => stream.subarray(0, dataOf(stream) + random(stream.length - dataOf(stream) - 2)),
    true,
  ],
  'its last bytes missing, EOI there': [
    (stream, random) => Uint8Array.of(...stream.subarray(0, -3 - random(3)), 0xff, 0xd9),
    undefined,
  ],
  'a restart marker lost': [
    (stream, random) => {
      const restarts = restartsOf(stream);
      if (restarts.length === 0) return undefined;
      const { at } = restarts[random(restarts.length)];
      return Uint8Array.of(...stream.subarray(0, at), ...stream.subarray(at + 2));
    },
    undefined,
  ],
  'a restart marker of another number': [
    (stream, random) => {
      const restarts = restartsOf(stream);
      if (restarts.length === 0) return undefined;
      const changed = stream.slice();
      changed[restarts[random(restarts.length)].at + 1] = 0xd0 + random(8);
      return changed;
    },
    undefined,
  ],
  'damaged data': [
    (stream, random) => {
      const changed = stream.slice();
      for (let count = 1 + random(3); count > 0; count--) {
        changed[dataOf(stream) + random(stream.length - 2 - dataOf(stream))] = random(256);
      }
      return changed;
    },
    undefined,
  ],
};

const lacks = ORACLE_LACKS === '' ? '' : ` (skipped: no ${ORACLE_LACKS})`;

describe.skipIf(lacks !== '')(`against libjpeg-turbo${lacks}`, () => {
  let oracle: CoefficientOracle;
  beforeAll(() => {
    oracle = new CoefficientOracle();
  });
  afterAll(() => oracle.dispose());

  test.each(Object.entries(ALTERATIONS))('%s: the same coefficients', (name, [alter, warns]) => {
    const generator = seededRandom(3);
    const random = (below: number): number => Math.floor(generator() * below);
    const altered = STREAMS.flatMap((stream) =>
      Array.from({ length: 6 }, () => alter(stream, random)),
    ).filter((stream) => stream !== undefined);
    let compared = 0;
    oracle.readStreams(altered).forEach((theirs, index) => {
      const what = `${name}, stream ${index}`;
      if ('error' in theirs) {
        // libjpeg gives up on segments that break off or that damage makes of data; we show what came before.
        expect(['cut off in its data', 'damaged data'], `${what}: ${theirs.error}`).toContain(name);
        return;
      }
      const ours = decodeLeniently(altered[index]);
      const endsInHeader = ours.warnings.some((text) => text.includes('are left out'));
      if (endsInHeader && name === 'cut off in its data') return;
      compared++;
      if (warns !== undefined) expect(theirs.warnings > 0, what).toBe(warns);
      if (theirs.warnings > 0 && name !== 'damaged data') expect(ours.warnings, what).not.toEqual([]);
      if (warns === false) expect(ours.warnings, what).toEqual([]);
      theirs.components.forEach(({ coefficients }, component) => {
        expect(
          Buffer.compare(bytesOf(coefficients), bytesOf(ours.components[component].coefficients)),
          what,
        ).toBe(0);
      });
    });
    expect(compared).toBeGreaterThan(altered.length / 3);
  });

  test('no Huffman tables, as in frames of Motion JPEG: those of T.81 Annex K, in silence', () => {
    const stream = fixture('grey.jpg');
    const tables = markersOf(stream).filter(({ code }) => code === 0xc4);
    const image = decodeCoefficients(stream);
    // cjpeg writes the standard tables unless it optimises them.
    let bare = stream;
    for (const { at } of tables.reverse()) {
      const end = at + 2 + stream[at + 2] * 256 + stream[at + 3];
      bare = Uint8Array.of(...bare.subarray(0, at), ...bare.subarray(end));
    }
    expect(markersOf(bare).some(({ code }) => code === 0xc4)).toBe(false);
    const ours = decodeLeniently(bare);
    const [theirs] = oracle.readStreams([bare]);
    expect(theirs).toMatchObject({ warnings: 0 });
    expect(ours.warnings).toEqual([]);
    expect(ours.components).toEqual(image.components);
  });
});

function bytesOf({ buffer, byteOffset, byteLength }: Int16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

test('models stay strict: decodeCoefficients refuses what pictures are forgiven', () => {
  const stream = fixture('grey.jpg');
  expect(() => decodeCoefficients(stream.subarray(0, -2))).toThrow(/JPEG/);
  expect(() => decodeCoefficients(insert(stream, stream.length - 2, 1, 2, 3))).toThrow(/JPEG/);
});

describe('kinds of JPEG that are not read are named, with what to do', () => {
  const withFrame = (marker: number, precision = 8): Uint8Array => {
    const stream = fixture('grey.jpg').slice();
    const frame = markersOf(stream).find(({ code }) => code === 0xc0) as { at: number };
    stream[frame.at + 1] = marker;
    stream[frame.at + 4] = precision;
    return stream;
  };

  test.each([
    ['12-bit', 0xc1, 12, /a 12-bit JPEG \(SOF1 \(FFC1\)\)/],
    ['12-bit progressive', 0xc2, 12, /a 12-bit JPEG/],
    ['lossless', 0xc3, 8, /a lossless JPEG \(SOF3/],
    ['lossless of 16 bits', 0xc3, 16, /a lossless JPEG/],
    ['lossless arithmetic', 0xcb, 8, /a lossless JPEG/],
    ['hierarchical', 0xc5, 8, /a hierarchical JPEG/],
    ['hierarchical, by DHP', 0xde, 8, /a hierarchical JPEG/],
    ['JPEG-LS', 0xf7, 8, /a JPEG-LS picture/],
  ])('%s', (_, marker, precision, message) => {
    const decode = (): unknown => decodeLeniently(withFrame(marker, precision));
    expect(decode).toThrow(expect.objectContaining({ kind: 'unsupported' }));
    expect(decode).toThrow(message);
    expect(decode).toThrow(/convert it to/);
  });
});
