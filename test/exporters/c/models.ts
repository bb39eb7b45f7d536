import { CProgram, hostLogits, logitUnit } from '../../../bench/microcontrollers/programs.ts';
import { COLOUR_DEFAULTS } from '../../../src/cli/train/options.ts';
import { type ExportCOptions, type ExportedC, exportC } from '../../../src/exporters/c/index.ts';
import { networkGraph } from '../../../src/exporters/network.ts';
import type { ImageInputSpec } from '../../../src/format/manifest.ts';
import { readWjz, type WjzFile } from '../../../src/format/read.ts';
import { writeWjz } from '../../../src/format/write.ts';
import { normalizeSamples } from '../../../src/image/normalization.ts';
import { mulberry32, Random } from '../../../src/random.ts';
import { exportNetwork } from '../../../src/train/export.ts';
import { TRAIN_DEFAULTS } from '../../../src/train/options.ts';
import { Trainer } from '../../../src/train/trainer.ts';
import { openGraphOn } from '../../graph/backends.ts';
import { drawShape, SHAPES } from '../../node/photo-folder.ts';

/** A model's C, its program, and pictures to try it on. */
export interface Tried {
  readonly file: WjzFile;
  readonly exported: ExportedC;
  readonly program: CProgram;
  readonly input: ImageInputSpec;
  readonly outputs: number;
}

export async function tried(file: WjzFile, options: ExportCOptions = {}): Promise<Tried> {
  const exported = await exportC(file, options);
  const graph = await networkGraph(file);
  const [outputs] = graph.shapes.get(graph.outputs[0]) as number[];
  return {
    file,
    exported,
    program: new CProgram(exported),
    input: file.manifest.input as ImageInputSpec,
    outputs,
  };
}

/** What `wjpeg train` makes of photographs in colour, but for its number of channels and of pictures. */
export function trainedInColour(): WjzFile {
  const [size, count, outputs] = [20, 30, SHAPES.length];
  const random = new Random(3);
  const pictures = new Uint8Array(count * 3 * size ** 2);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % outputs);
  for (let i = 0; i < count; i++) {
    const samples = drawShape(SHAPES[labels[i]], size, size, random);
    for (const [at, sample] of samples.entries())
      pictures[(i * 3 + (at % 3)) * size ** 2 + Math.floor(at / 3)] = sample;
  }
  const trainer = new Trainer(
    { count, width: size, height: size, channels: 3, pictures, labels },
    {
      ...TRAIN_DEFAULTS,
      ...COLOUR_DEFAULTS,
      net: 'cnn:8,12,16',
      outputs,
      validation: 3,
      epochs: 8,
      batch: 9,
    },
  );
  while (!trainer.done) trainer.runEpoch();
  return readWjz(writeWjz(exportNetwork(trainer)));
}

/** Pictures of soft strokes, as scanners give them: rows of pixels, the channels of each together. */
export function strokes({ width, height, channels }: ImageInputSpec, count: number, seed = 5): Uint8Array {
  const random = mulberry32(seed);
  const pictures = new Uint8Array(count * width * height * channels);
  for (let picture = 0; picture < count; picture++) {
    const points = Array.from({ length: 4 }, () => [random() * width, random() * height, random()]);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++) {
          const near = points.map(
            ([px, py, colour]) => Math.exp(-((x - px) ** 2 + (y - py) ** 2) / 8) * (c === 0 ? 1 : colour),
          );
          pictures[((picture * height + y) * width + x) * channels + c] = Math.round(
            255 * Math.min(1, Math.max(...near)),
          );
        }
  }
  return pictures;
}

/** Pictures of a data set as the programs take them: the channels of a pixel together. */
export function pixelCount({ width, height, channels }: ImageInputSpec): number {
  return width * height * channels;
}

/** Logits of the backend `reference`, one array per picture. */
export async function referenceLogits(
  { file, input, outputs }: Tried,
  pictures: Uint8Array,
): Promise<Float64Array[]> {
  const size = pixelCount(input);
  const count = pictures.length / size;
  const area = input.width * input.height;
  const planes = Uint8Array.from(pictures, (_, i) => {
    const [picture, rest] = [Math.floor(i / size), i % size];
    return pictures[picture * size + (rest % area) * input.channels + Math.floor(rest / area)];
  });
  const executor = await openGraphOn('reference', await networkGraph(file));
  const [values] = await executor.run(
    [normalizeSamples(planes, input, false, input.channels)],
    count,
    'values',
  );
  return Array.from({ length: count }, (_, i) =>
    Float64Array.from(values.slice(i * outputs, (i + 1) * outputs)),
  );
}

/** Logits of the C program on the host, in the network's own units. */
export function programLogits(
  { exported, outputs }: Tried,
  program: string,
  input: Uint8Array,
): Float64Array[] {
  const unit = logitUnit(exported.header);
  return hostLogits(program, input, outputs).map((logits) =>
    Float64Array.from(logits, (logit) => logit * unit),
  );
}

/** Root mean square of the difference of logits, in parts of the reference's. */
export function logitError(given: readonly Float64Array[], expected: readonly Float64Array[]): number {
  let [difference, size] = [0, 0];
  for (const [i, logits] of expected.entries())
    for (const [k, logit] of logits.entries()) {
      difference += (given[i][k] - logit) ** 2;
      size += logit ** 2;
    }
  return Math.sqrt(difference / size);
}

export function argmax(logits: ArrayLike<number>): number {
  const values = Array.from(logits);
  return values.indexOf(Math.max(...values));
}
