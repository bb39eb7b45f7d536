import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/format/limits.ts';
import type { JpegTensor, LayerSpec } from '../../src/format/manifest.ts';
import { readWjz } from '../../src/format/read.ts';
import { type WjzContent, writeWjz } from '../../src/format/write.ts';
import { readZipDirectory } from '../../src/format/zip.ts';
import { encodeCoefficients, type JpegEncodeOptions } from '../../src/jpeg/index.ts';
import { mulberry32 } from '../../src/random.ts';

type Conditioning = NonNullable<JpegEncodeOptions['conditioning']>;

/**
 * What a small file pays for being one: the archive, the manifest, the markers of the JPEGs. The 64 entries of a
 * quantisation table are learnt parameters, as the coded coefficients are, and are not counted.
 */
test.each<[conditioning: string, Conditioning, max: number]>([
  ['chosen by the encoder', 'best', 700],
  // A DAC segment of two entries, 8 bytes, in each JPEG: written only where it saves more.
  ['all its own', { dcLower: 1, dcUpper: 2, acThreshold: 3 }, 710],
])(
  'LeNet-300-100 in three arithmetic-coded JPEGs, conditioning %s: the container is small',
  (_, conditioning, max) => {
    const content = lenet(conditioning);
    const bytes = writeWjz(content);
    const [manifest, ...jpegs] = readZipDirectory(bytes, DEFAULT_LIMITS);
    const zip = bytes.length - [manifest, ...jpegs].reduce((sum, entry) => sum + entry.compressedBytes, 0);
    const headers = [...readWjz(bytes).jpegs.values()].map(segments);
    const markers = headers.reduce((sum, { markers: own }) => sum + own, 0);
    const parts = { zip, manifest: manifest.compressedBytes, markers };
    const tables = headers.reduce((sum, { table }) => sum + table, 0);
    const coded = headers.reduce((sum, header) => sum + header.coded, 0);

    expect(zip + manifest.compressedBytes + markers + tables + coded).toBe(bytes.length);
    expect(tables).toBe(3 * 64);
    // A header and a directory entry for each of four names, and the end record.
    expect(zip).toBe(4 * (30 + 46) + 2 * ('model.json'.length + 3 * '1.jpg'.length) + 22);
    expect(markers, JSON.stringify(parts)).toBeLessThanOrEqual(3 * 40);
    expect(zip + manifest.compressedBytes + markers, JSON.stringify(parts)).toBeLessThanOrEqual(max);
  },
);

/** 784-300-100-10 with a few small coefficients at low frequencies, as training for small files leaves them. */
function lenet(conditioning: Conditioning): WjzContent {
  const random = mulberry32(5);
  const jpegs = new Map<string, Uint8Array>();
  const layer = (name: string, outFeatures: number, weight: JpegTensor, jpeg: Uint8Array): LayerSpec => {
    jpegs.set(weight.jpeg, jpeg);
    const inFeatures = { 300: 784, 100: 300, 10: 100 }[outFeatures] as number;
    return { type: 'linear', name, inFeatures, outFeatures, weight };
  };
  const scale = (): { scale: number } => ({ scale: Number((0.002 + 0.01 * random()).toPrecision(4)) });
  const picture = { width: 28, height: 28 };
  const layers: LayerSpec[] = [
    layer(
      '1',
      300,
      {
        jpeg: '1.jpg',
        layout: 'rows',
        tile: { ...picture, x: 0, y: 0 },
        tilesPerRow: 18,
        affineMap: scale(),
      },
      sparseJpeg(18 * 32, 17 * 32, 0.005, random, conditioning),
    ),
    { type: 'relu' },
    layer(
      '2',
      100,
      { jpeg: '2.jpg', layout: 'matrix', affineMap: scale() },
      sparseJpeg(300, 100, 0.02, random, conditioning),
    ),
    { type: 'relu' },
    layer(
      '3',
      10,
      { jpeg: '3.jpg', layout: 'matrix', affineMap: scale() },
      sparseJpeg(100, 10, 0.1, random, conditioning),
    ),
  ];
  const input = {
    kind: 'image',
    ...picture,
    channels: 1,
    mean: 0,
    std: 1,
    preprocessing: { background: 'dark', fit: 'contain' },
  } as const;
  return { manifest: { format: 'wjz', version: '2.0', input, layers }, jpegs, tensors: new Map() };
}

function sparseJpeg(
  width: number,
  height: number,
  density: number,
  random: () => number,
  conditioning: Conditioning,
): Uint8Array {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const coefficient = (_: unknown, k: number): number => {
    const frequency = (k & 7) + ((k >> 3) & 7);
    if (random() > density * Math.max(0, 3 - frequency / 2)) return 0;
    return (random() < 0.5 ? -1 : 1) * Math.ceil(-Math.log(random()));
  };
  return encodeCoefficients(
    {
      width,
      height,
      components: [
        {
          id: 1,
          horizontalSampling: 1,
          verticalSampling: 1,
          quantization: Uint16Array.from({ length: 64 }, () => 1 + Math.floor(random() * 255)),
          coefficients: Int16Array.from({ length: blocks * 64 }, coefficient),
        },
      ],
    },
    { entropy: 'arithmetic', conditioning },
  );
}

/** Bytes of a JPEG: of its quantisation table, of its coded coefficients, and of everything else. */
function segments(jpeg: Uint8Array): { table: number; coded: number; markers: number } {
  const word = (at: number): number => (jpeg[at] << 8) | jpeg[at + 1];
  let at = 2;
  let table = 0;
  while (word(at) !== 0xffda) {
    if (word(at) === 0xffdb) table += 64;
    at += 2 + word(at + 2);
  }
  at += 2 + word(at + 2);
  const coded = jpeg.length - 2 - at;
  return { table, coded, markers: jpeg.length - table - coded };
}
