import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  decodeCoefficients,
  type EncoderImage,
  encodeCoefficients,
  type JpegEncodeOptions,
} from '../../src/jpeg/index.ts';
import { checkImage } from '../../src/jpeg/scans/encode/encoder-input.ts';
import { libjpegScript } from '../../src/jpeg/scans/encode/scan-script.ts';
import { anyImage } from '../jpeg/any-image.ts';
import { hasLibjpeg } from '../jpeg/libjpeg-tools.ts';
import { markersOf } from './alterations.ts';
import { CoefficientOracle, ORACLE_LACKS, type OracleAnswer } from './oracle.ts';
import { type ConformanceStream, MAX_SIDE, makeStreams } from './streams.ts';

const STREAMS = 2000;
/** Images of drawn coefficients, for the encoder alone. */
const IMAGES = 300;
const SEED = 6;

/** Every way that the encoder has; `image` has its own scan script. */
const CODINGS: readonly ((image: EncoderImage) => JpegEncodeOptions)[] = [
  () => ({}),
  () => ({ restartInterval: 1 }),
  () => ({ progressive: true }),
  () => ({ progressive: true, restartInterval: 5 }),
  (image) => ({ scans: libjpegScript(checkImage(image)), restartInterval: 2 }),
  () => ({ entropy: 'arithmetic', conditioning: 'default' }),
  () => ({ entropy: 'arithmetic', restartInterval: 3 }),
  () => ({ entropy: 'arithmetic', conditioning: { dcLower: 2, dcUpper: 6, acThreshold: 17 } }),
  () => ({ entropy: 'auto' }),
];

const lacks = [hasLibjpeg ? '' : 'libjpeg-turbo-progs', ORACLE_LACKS]
  .filter((each) => each !== '')
  .join(', ');
const title = lacks === '' ? 'against libjpeg-turbo' : `against libjpeg-turbo (skipped: no ${lacks})`;

describe.skipIf(lacks !== '')(title, () => {
  let oracle: CoefficientOracle;
  let streams: ConformanceStream[];
  let theirs: OracleAnswer[];

  beforeAll(() => {
    oracle = new CoefficientOracle();
    streams = makeStreams(STREAMS, SEED);
    theirs = oracle.readStreams(streams.map(({ bytes }) => bytes));
  });

  afterAll(() => oracle.dispose());

  test(`${STREAMS} streams of cjpeg and jpegtran: our coefficients, tables and sizes are libjpeg's`, () => {
    streams.forEach((stream, index) => {
      const { width, height, components } = decodeCoefficients(stream.bytes);
      // What alterations leave out of order libjpeg skips with a warning; all else must be faultless to it.
      const warnings = stream.alteration === 'padding of one-bits' ? expect.any(Number) : 0;
      const ours = { warnings, width, height, components: components.map(answerOf) };
      expectSame(theirs[index], ours, stream.command);
    });
  });

  test(`what we write of each of them, one coding after another, libjpeg reads as the same coefficients`, () => {
    const images = streams.map(({ bytes }) => decodeCoefficients(bytes));
    const written = images.map((image, index) =>
      encodeCoefficients(image, CODINGS[index % CODINGS.length](image)),
    );
    oracle.readStreams(written).forEach((answer, index) => {
      const { width, height, components } = images[index];
      const expected = { warnings: 0, width, height, components: components.map(answerOf) };
      expectSame(answer, expected, `${streams[index].command}, coding ${index % CODINGS.length}`);
    });
  });

  test(`${IMAGES} images of drawn coefficients, 1 to 4 components, any sampling: the same`, () => {
    const images = fc.sample(anyImage, { numRuns: IMAGES, seed: SEED }).map((image) => ({
      ...image,
      // libjpeg warns of a transform that does not go with the number of components.
      adobeTransform: undefined,
    }));
    const written = images.map((image, index) =>
      encodeCoefficients(image, CODINGS[index % CODINGS.length](image)),
    );
    oracle.readStreams(written).forEach((answer, index) => {
      const { width, height, components } = images[index];
      if ('error' in answer) throw new Error(`image ${index}: libjpeg says ${answer.error}`);
      expect(answer).toMatchObject({ warnings: 0, width, height });
      expect(answer.components.length).toBe(components.length);
      answer.components.forEach(({ coefficients, quantization }, component) => {
        expectEqual(coefficients, components[component].coefficients, `image ${index}`);
        expectEqual(quantization, components[component].quantization, `image ${index}`);
      });
    });
  });

  test('they cover what they are meant to', () => {
    const different = (property: (stream: ConformanceStream) => unknown): number =>
      new Set(streams.map(property)).size;
    expect(different(({ width }) => width)).toBe(MAX_SIDE);
    expect(different(({ height }) => height)).toBe(MAX_SIDE);
    expect(different(({ quality }) => quality)).toBe(100);
    expect(different(({ sampling }) => sampling)).toBe(16);
    const counts = new Map<string, number>();
    const count = (what: string, occurs = true): void => {
      if (occurs) counts.set(what, (counts.get(what) ?? 0) + 1);
    };
    for (const { plain, bytes, command, alteration } of streams) {
      const codes = markersOf(plain).map(({ code }) => code);
      const { components, process } = decodeCoefficients(bytes);
      const scans = codes.filter((code) => code === 0xda).length;
      count(process);
      count(components.length === 1 ? 'grey' : 'colour');
      count(
        '16-bit tables',
        components.some(({ quantization }) => quantization.some((entry) => entry > 255)),
      );
      count('restart intervals', codes.includes(0xdd));
      count('restart markers', codes.includes(0xd0));
      count('several scans', scans > 1);
      count('more than 20 scans', scans > 20);
      count('several sequential scans', scans > 1 && !process.startsWith('progressive'));
      count('own scan script', command.includes('-scans'));
      count('optimised tables', command.includes('-optimize'));
      count('through jpegtran', command.includes('jpegtran'));
      count('RGB', command.includes('-rgb'));
      count(bytes === plain ? 'unaltered' : alteration);
    }
    console.log(`${STREAMS} streams: ${[...counts].map(([what, n]) => `${what} ${n}`).join(', ')}`);
    expect(counts.size).toBe(22);
    expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(40);
  });
});

type Found = Exclude<OracleAnswer, { error: string }>;

function answerOf({
  id,
  horizontalSampling,
  verticalSampling,
  blocksPerRow,
  blocksPerColumn,
  quantization,
  coefficients,
}: Found['components'][number]): Found['components'][number] {
  return {
    id,
    horizontalSampling,
    verticalSampling,
    blocksPerRow,
    blocksPerColumn,
    quantization,
    coefficients,
  };
}

/** Compares without walking megabytes one `expect` at a time. */
function expectSame(theirs: OracleAnswer, ours: Found, what: string): void {
  if ('error' in theirs) throw new Error(`${what}: libjpeg says ${theirs.error}`);
  const bare = ({ components, ...frame }: Found) => ({
    ...frame,
    components: components.map(({ coefficients: _, quantization: __, ...rest }) => rest),
  });
  expect(bare(theirs), what).toEqual(bare(ours));
  theirs.components.forEach(({ coefficients, quantization }, index) => {
    expectEqual(coefficients, ours.components[index].coefficients, what);
    expectEqual(quantization, ours.components[index].quantization, what);
  });
}

function expectEqual(theirs: ArrayLike<number>, ours: ArrayLike<number>, what: string): void {
  expect(ours.length, what).toBe(theirs.length);
  for (let k = 0; k < theirs.length; k++) {
    if (theirs[k] !== ours[k]) throw new Error(`${what}: ${ours[k]} at ${k}, libjpeg has ${theirs[k]}`);
  }
}
