/**
 * `npm run data:folders -- DIR FOLDER`: the colour pictures of a data set (IDX files, as CIFAR-10 can be had) as PNG files, one folder
 * per class: FOLDER/train/3/00012.png and FOLDER/test/3/00007.png. With `--quality 90` JPEG files of 4:2:0 instead, for networks that take
 * the coefficients of JPEGs. `--names airplane,automobile,…` names the folders.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
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

const NAME = 'npm run data:folders --';

await runProgram('data:folders', async () => {
  const {
    _: words,
    quality,
    names,
  } = await yargs(hideBin(process.argv))
    .scriptName(NAME)
    .usage(`${NAME} DIR FOLDER`)
    .options({
      quality: { type: 'number', describe: 'JPEGs of this quality, 1 to 100, instead of PNGs' },
      names: { type: 'string', describe: 'Names of the classes: airplane,automobile,…' },
    })
    .strictOptions()
    .version(false)
    .fail((message, error) => {
      if (error) throw error;
      failUsage(NAME, message);
    })
    .parseAsync();
  const [source, folder, ...more] = words.map(String);
  if (!folder || more.length > 0)
    failUsage(NAME, 'expected a folder of IDX files and the folder to write to');
  const tables =
    quality === undefined
      ? undefined
      : [LUMINANCE_QUANTIZATION, CHROMINANCE_QUANTIZATION].map((table) => scaledQuantization(table, quality));
  const classes = names?.split(',');
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
    const folderOf = (label: number): string => join(folder, name, classes?.[label] ?? String(label));
    for (const label of new Set(data.labels)) await mkdir(folderOf(label), { recursive: true });
    for (let index = 0; index < data.count; index++) {
      const path = join(folderOf(data.labels[index]), String(index).padStart(5, '0'));
      if (tables) await writeFile(`${path}.jpg`, jpegOf(data, index, tables));
      else await writeFile(`${path}.png`, pngOf(data, index));
    }
    const format = tables ? `JPEGs of 4:2:0, quality ${quality}` : 'PNGs';
    console.log(`${join(folder, name)}: ${data.count} ${format}`);
  }
});

function pngOf({ width, height, pictures }: LabelledPictures, index: number): Uint8Array {
  const area = width * height;
  const planes = pictures.subarray(index * 3 * area, (index + 1) * 3 * area);
  const data = Uint8Array.from({ length: 3 * area }, (_, at) => planes[(at % 3) * area + Math.floor(at / 3)]);
  return encode({ width, height, channels: 3, depth: 8, data });
}

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
