import { namingAsync, WjpegError } from '../errors.ts';
import type { ImageInputSpec, InputSpec } from '../format/manifest.ts';
import type { PictureLimits } from '../image/limits.ts';
import type { PatchSize, Sampling } from '../image/patch-coefficients.ts';
import { type Drawable, isPicture, type PixelSource, pixelsOf } from '../image/pixels.ts';
import type { PictureReport, PreparedInput, PreparePictureOptions } from '../image/prepared.ts';
import { isVector, type VectorInput, vectorOf } from '../image/vectors.ts';
import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';
import { isNode } from '../platform.ts';
import type { InputKind } from './backends/backend.ts';
import type { RunOptions } from './options.ts';
import { checkRunOptions } from './session-options.ts';
import { sourceBytes } from './source.ts';
import { explainContent } from './source-errors.ts';
import { type ByteSource, bytesAtOnce } from './source-kinds.ts';
import type { LoadingOptions } from './watch.ts';

export type { Drawable, PixelSource } from '../image/pixels.ts';
export type { NestedNumbers, TensorInput, VectorInput } from '../image/vectors.ts';

/**
 * A picture: encoded as PNG or JPEG (bytes, or where they come from), decoded (ImageData, or pixels of the same form),
 * or something that a browser draws.
 */
export type PictureInput = ByteSource | PixelSource | Drawable;

/** All that a network can be asked about. */
export type ModelInput = PictureInput | VectorInput;

/** A vector as a network takes it. */
export interface PreparedVector {
  readonly kind: 'values';
  /** inFeatures values. */
  readonly values: Float32Array;
  readonly report?: undefined;
}

/** What a model needs to know to take an input. */
export interface InputForms {
  readonly spec: InputSpec;
  readonly inFeatures: number;
  /** Where the first layer takes the blocks of pictures: how they lie on its grid, or the patches that it takes. */
  readonly blocks: TileGeometry | PatchSize | undefined;
  readonly limits: Partial<PictureLimits> | undefined;
}

/** An encoded picture of so many bytes is refused before it is loaded. */
const MAX_PICTURE_BYTES = 2 ** 28;

/** Inputs that are prepared and run together: enough for the fastest layout, few enough to hold. */
const GROUP = 256;

/** Makes a picture of one form ready. */
type Prepare = (
  bytes: Uint8Array,
  spec: ImageInputSpec,
  options: PreparePictureOptions,
) => PreparedInput | Promise<PreparedInput>;

/** What makes pictures ready, by their form: a page loads what reads the pictures that it has. */
const PREPARATIONS = {
  jpeg: async (): Promise<Prepare> => (await import('../image/prepare-jpeg.ts')).prepare,
  png: async (): Promise<Prepare> => {
    // Pages inflate nothing without it.
    const inflator = isNode() || import('../image/inflate-png.ts');
    const [{ prepareLoading }] = await Promise.all([import('../image/prepare-png.ts'), inflator]);
    return prepareLoading;
  },
};

type Format = keyof typeof PREPARATIONS;

/** Loaded once: engines take microseconds to find what is loaded. */
const loaded: { [format in Format]?: Prepare } = {};

/** What is not JPEG by its first three bytes is PNG, or something that the reader of PNG names. */
function formatOf([first, second, third]: Uint8Array): Format {
  return first === 0xff && second === 0xd8 && third === 0xff ? 'jpeg' : 'png';
}

/** Makes an input of any form ready for a model. */
export async function prepareInput(
  input: ModelInput,
  model: InputForms,
  options?: RunOptions,
): Promise<PreparedInput | PreparedVector> {
  checkRunOptions('infer', options);
  return formed(input, model, options ?? {});
}

async function formed(
  input: ModelInput,
  model: InputForms,
  options: RunOptions,
): Promise<PreparedInput | PreparedVector> {
  if (isVector(input)) return { kind: 'values', values: vectorOf(input, model) };
  const { spec, blocks, limits } = model;
  if (spec.kind !== 'image') throw notForPictures(input, model);
  const { background, fit } = options;
  const taken = blocks && ('patchWidth' in blocks ? { patch: blocks } : { tile: blocks });
  const how = { ...(background && { background }), ...(fit && { fit }), limits, ...taken };
  if (isPicture(input)) {
    const picture = await pixelsOf(input, limits, spec.channels === 3);
    return (await import('../image/prepare-pixels.ts')).preparePixels(picture, spec, how);
  }
  const bytes = bytesAtOnce(input) ?? (await pictureBytes(input, options));
  const format = formatOf(bytes);
  loaded[format] ??= await PREPARATIONS[format]();
  try {
    return await loaded[format](bytes, spec, how);
  } catch (error) {
    throw explainContent(asPixels(error, bytes, spec), input, bytes, 'picture');
  }
}

/** Loads the bytes of an encoded picture. */
export function pictureBytes(source: ByteSource, options: LoadingOptions): Promise<Uint8Array> {
  return sourceBytes(source, { ...options, what: 'picture', maxBytes: MAX_PICTURE_BYTES });
}

/** Raw pixels without a header are a common mistake. */
function asPixels(error: unknown, bytes: Uint8Array, { width, height }: ImageInputSpec): unknown {
  const isSize = bytes.length > 0 && bytes.length % (width * height) === 0;
  if (!(error instanceof WjpegError && error.code === 'PICTURE_FORMAT' && isSize)) return error;
  const hint = `raw pixels of ${width}×${height} are given as { data, width, height }`;
  return new WjpegError(error.kind, error.code, `${error.message}; ${hint}`, { cause: error });
}

function notForPictures(input: unknown, { inFeatures }: InputForms): WjpegError {
  const type = Object.prototype.toString.call(input).slice('[object '.length, -1);
  return new WjpegError(
    'misuse',
    'INPUT_NOT_A_PICTURE',
    `this model takes ${inFeatures} numbers (Float32Array, array or tensor), not a picture (${type})`,
  );
}

/** What an input of a batch answers. */
export interface BatchAnswer {
  readonly logits: Float32Array;
  readonly report: PictureReport | undefined;
}

/** What runs inputs: an executor, or what holds one. */
interface BatchRunner {
  run(input: Float32Array, batch: number, kind: InputKind, sampling?: Sampling): Promise<Float32Array>;
}

/** Runs inputs of any form in groups; results in their order. */
export async function runInputs(
  inputs: readonly ModelInput[],
  model: InputForms,
  options: RunOptions | undefined,
  executor: BatchRunner,
): Promise<BatchAnswer[]> {
  checkRunOptions('inferBatch', options);
  const answers: BatchAnswer[] = [];
  // A copy: the caller may go on filling its array.
  const all = [...inputs];
  for (let first = 0; first < all.length; first += GROUP) {
    const group: (PreparedInput | PreparedVector)[] = [];
    for (const [at, input] of all.slice(first, first + GROUP).entries()) {
      group.push(await namingAsync(`input ${first + at}`, () => formed(input, model, options ?? {})));
    }
    const logits = await runGroup(group, executor);
    group.forEach(({ report }, at) => {
      answers.push({ logits: logits[at], report });
    });
  }
  return answers;
}

/** Those together that are of one form: values, or coefficients of one sampling. */
async function runGroup(
  group: readonly (PreparedInput | PreparedVector)[],
  executor: BatchRunner,
): Promise<Float32Array[]> {
  const logits: Float32Array[] = [];
  const forms = new Map<string, number[]>();
  group.forEach((prepared, at) => {
    const form = `${prepared.kind} ${samplingOf(prepared)}`;
    forms.set(form, [...(forms.get(form) ?? []), at]);
  });
  for (const indices of forms.values()) {
    const first = group[indices[0]];
    const width = numbersOf(first).length;
    const input = new Float32Array(indices.length * width);
    indices.forEach((at, i) => {
      input.set(numbersOf(group[at]), i * width);
    });
    const output = await executor.run(input, indices.length, first.kind, samplingOf(first));
    const outFeatures = output.length / indices.length;
    indices.forEach((at, i) => {
      logits[at] = output.slice(i * outFeatures, (i + 1) * outFeatures);
    });
  }
  return logits;
}

function samplingOf(prepared: PreparedInput | PreparedVector): Sampling | undefined {
  return prepared.kind === 'coefficients' ? prepared.sampling : undefined;
}

function numbersOf(prepared: PreparedInput | PreparedVector): Float32Array {
  return prepared.kind === 'coefficients' ? prepared.coefficients : prepared.values;
}
