import { describe, expect, test } from 'vitest';
import { WjpegError } from '../../src/errors.ts';
import { decodeCoefficients, encodeCoefficients } from '../../src/jpeg/index.ts';
import { FIXTURES, fixture } from './fixtures.ts';
import { seededRandom } from './pictures.ts';
import { DQT, EOI, frame, SOI, scan, stream } from './stream-builder.ts';

/** Decodes; any error but a WjpegError fails the test. */
function errorOf(jpeg: Uint8Array, maxSamples = 2 ** 20): WjpegError | undefined {
  try {
    decodeCoefficients(jpeg, { limits: { maxSamples } });
    return undefined;
  } catch (error) {
    if (error instanceof WjpegError) return error;
    throw error;
  }
}

const readable = FIXTURES.map(({ name }) => name);

describe.each(readable)('%s', (name) => {
  const jpeg = fixture(name);

  test('cut off after any byte it is refused as corrupt', () => {
    for (let length = 0; length < jpeg.length; length++) {
      expect(errorOf(jpeg.subarray(0, length)), `${length} bytes`).toMatchObject({ kind: 'corrupt' });
    }
    expect(errorOf(jpeg)).toBeUndefined();
  });

  test('with any one byte missing it is decoded or refused, and never fails otherwise', () => {
    for (let at = 0; at < jpeg.length; at++) {
      const shorter = new Uint8Array(jpeg.length - 1);
      shorter.set(jpeg.subarray(0, at));
      shorter.set(jpeg.subarray(at + 1), at);
      errorOf(shorter);
    }
  });

  test('with bytes changed at random it is decoded or refused, and never fails otherwise', () => {
    const random = seededRandom(jpeg.length);
    let refused = 0;
    for (let round = 0; round < 1500; round++) {
      const altered = jpeg.slice();
      const changes = 1 + Math.floor(random() * 3);
      for (let i = 0; i < changes; i++) {
        altered[Math.floor(random() * altered.length)] = Math.floor(random() * 256);
      }
      if (errorOf(altered) !== undefined) refused++;
    }
    expect(refused).toBeGreaterThan(300);
  });
});

test('a picture of the largest size in a few arithmetic-coded bytes takes seconds of the processor, not minutes', () => {
  // A million blocks. What the data of none of these say is made up of zeros (T.81 D.2.6) for nearly all of them.
  const size = { width: 8192, height: 8192 };
  const component = {
    id: 1,
    horizontalSampling: 1,
    verticalSampling: 1,
    quantization: new Uint16Array(64).fill(1),
    coefficients: new Int16Array(2 ** 26),
  };
  const empty = encodeCoefficients(
    { ...size, components: [component] },
    { entropy: 'arithmetic', conditioning: 'default' },
  );
  expect(empty.length).toBeLessThan(120);
  const frameAndScan = [frame({ marker: 0xc9, ...size }), scan()];
  const started = process.cpuUsage();
  expect(errorOf(empty, 2 ** 26)).toBeUndefined();
  for (const data of [[], [0x12], [0xfe, 0xfe], [0x55, 0xaa, 0x55]]) {
    errorOf(stream(SOI, DQT, ...frameAndScan, data, EOI), 2 ** 26);
  }
  expect(process.cpuUsage(started).user).toBeLessThan(60e6);
});

test('noise behind correct headers is refused or decoded', () => {
  const random = seededRandom(9);
  for (const name of readable) {
    const jpeg = fixture(name);
    const start = jpeg.findIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xda);
    for (let round = 0; round < 200; round++) {
      errorOf(jpeg.map((byte, at) => (at < start + 14 ? byte : Math.floor(random() * 256))));
    }
  }
});
