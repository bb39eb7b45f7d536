/**
 * `npm run data:jpegs -- DIR FOLDER [quality]`: the colour pictures of a data set (IDX files, as CIFAR-10 can be had) as JPEG files of
 * 4:2:0, one folder per class: FOLDER/train/3/12.jpg and FOLDER/test/3/7.jpg. For networks that take the coefficients of JPEGs.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WjpegError } from '../src/errors.ts';
import type { LabelledPictures } from '../src/image/labelled-pictures.ts';
import { tileGeometry } from '../src/jpeg/dct/tile-geometry.ts';
import { blockDct } from '../src/jpeg/dct/transforms.ts';
import {
  type EncoderComponent,
  encodeCoefficients,
  LUMINANCE_QUANTIZATION,
  scaledQuantization,
} from '../src/jpeg/index.ts';
import { loadIdxPair } from '../src/node/mnist.ts';
import { failUsage, runProgram } from '../src/terminal/program.ts';

/** T.81, table K.2. */
const CHROMINANCE_QUANTIZATION = [
  ...[17, 18, 24, 47, 99, 99, 99, 99],
  ...[18, 21, 26, 66, 99, 99, 99, 99],
  ...[24, 26, 56, 99, 99, 99, 99, 99],
  ...[47, 66, 99, 99, 99, 99, 99, 99],
  ...new Array(32).fill(99),
];
const DEFAULT_QUALITY = '90';

const NAME = 'npm run data:jpegs --';

await runProgram('data:jpegs', async () => {
  const [source, folder, quality = DEFAULT_QUALITY, ...more] = process.argv.slice(2);
  if (!folder || more.length > 0)
    failUsage(NAME, 'expected a folder of IDX files, the folder to write to, and a quality if not 90');
  const tables = [LUMINANCE_QUANTIZATION, CHROMINANCE_QUANTIZATION].map((table) =>
    scaledQuantization(table, Number(quality)),
  );
  for (const [subset, name] of [
    ['train', 'train'],
    ['t10k', 'test'],
  ] as const) {
    const data = await loadIdxPair(source, subset);
    if (data.channels !== 3 || data.width % 16 !== 0 || data.height % 16 !== 0) {
      throw new WjpegError(
        'misuse',
        'DATA_SIZE',
        `${source} has pictures of ${data.channels ?? 1}×${data.height}×${data.width}, expected colour, sides a multiple of 16`,
      );
    }
    for (const label of new Set(data.labels))
      await mkdir(join(folder, name, String(label)), { recursive: true });
    for (let index = 0; index < data.count; index++) {
      const file = `${String(index).padStart(5, '0')}.jpg`;
      await writeFile(join(folder, name, String(data.labels[index]), file), jpegOf(data, index, tables));
    }
    console.log(`${join(folder, name)}: ${data.count} JPEGs of 4:2:0, quality ${quality}`);
  }
});

/** A picture as libjpeg makes it: YCbCr (JFIF), chroma as means of 2×2 samples, tables of T.81's annex K. */
function jpegOf(
  { width, height, pictures }: LabelledPictures,
  index: number,
  [forLuma, forChroma]: readonly Uint16Array[],
): Uint8Array {
  const area = width * height;
  const rgb = pictures.subarray(index * 3 * area, (index + 1) * 3 * area);
  const plane = (red: number, green: number, blue: number, middle: number): Float64Array =>
    Float64Array.from({ length: area }, (_, at) =>
      Math.round(middle + red * rgb[at] + green * rgb[area + at] + blue * rgb[2 * area + at]),
    );
  const luma = plane(0.299, 0.587, 0.114, 0);
  const blue = halved(plane(-0.168736, -0.331264, 0.5, 128), width, height);
  const red = halved(plane(0.5, -0.418688, -0.081312, 128), width, height);
  const components = [
    component(1, luma, width, height, forLuma),
    component(2, blue, width / 2, height / 2, forChroma),
    component(3, red, width / 2, height / 2, forChroma),
  ];
  return encodeCoefficients({ width, height, components });
}

/** Means of 2×2 samples. */
function halved(samples: Float64Array, width: number, height: number): Float64Array {
  return Float64Array.from({ length: (width * height) / 4 }, (_, at) => {
    const first = 2 * width * Math.floor(at / (width / 2)) + 2 * (at % (width / 2));
    return (samples[first] + samples[first + 1] + samples[first + width] + samples[first + width + 1]) / 4;
  });
}

function component(
  id: number,
  samples: Float64Array,
  width: number,
  height: number,
  quantization: Uint16Array,
): EncoderComponent {
  const sampling = id === 1 ? 2 : 1;
  const frequencies = blockDct(
    samples.map((sample) => sample - 128),
    1,
    tileGeometry(width, height),
  );
  const coefficients = Int16Array.from(frequencies, (value, at) => Math.round(value / quantization[at % 64]));
  return { id, horizontalSampling: sampling, verticalSampling: sampling, quantization, coefficients };
}
