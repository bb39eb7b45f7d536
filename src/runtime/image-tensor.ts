import { WjpegError } from '../errors.ts';
import { FITS, type ImageInputOptions, type ImageInputSpec, type InputSpec } from '../format/manifest.ts';
import type { PictureLimits } from '../image/limits.ts';
import { isPicture } from '../image/pixels.ts';
import type { PreparedValues } from '../image/prepared.ts';
import {
  checkOptions,
  group,
  type OptionRule,
  type OptionRules,
  oneOf,
  required,
  whole,
} from '../options/rules.ts';
import { type PictureInput, pictureBytes, prepareInput } from './input-forms.ts';
import type { RunOptions } from './options.ts';
import { bytesAtOnce } from './source-kinds.ts';
import type { LoadingOptions } from './watch.ts';

/** What a network expects of a picture: the `input` of a session, or a size and what differs from the defaults. */
export type ImageTensorSpec = InputSpec | Omit<ImageInputOptions, 'kind'>;

/** How `Tensor.fromImage` reads a picture. */
export interface ImageTensorOptions extends Omit<RunOptions, 'minProbability'> {
  /** Limits for the picture. */
  readonly pictureLimits?: Partial<PictureLimits>;
}

/** A number, or one per channel. */
const perChannel: OptionRule = {
  expected: 'a number, or one per channel',
  accepts: (value) => [value].flat().every(Number.isFinite),
};

const SPEC: OptionRules<ImageInputSpec> = {
  kind: oneOf('image'),
  width: required(whole(1)),
  height: required(whole(1)),
  channels: { expected: '1 or 3', accepts: (value) => value === 1 || value === 3 },
  mean: perChannel,
  std: perChannel,
  preprocessing: group<ImageInputSpec['preprocessing']>({
    background: oneOf('dark', 'light'),
    fit: oneOf(...FITS),
  }),
};

/** The values of `Tensor.fromImage`, and their dims. */
export async function imageValues(
  image: PictureInput,
  spec: ImageTensorSpec,
  { pictureLimits: limits, ...options }: ImageTensorOptions = {},
): Promise<{ readonly values: Float32Array; readonly dims: readonly number[] }> {
  if ('kind' in spec && spec.kind === 'vector') {
    throw new WjpegError(
      'misuse',
      'INPUT_NOT_A_PICTURE',
      'Tensor.fromImage: the network takes vectors, not pictures',
    );
  }
  checkOptions('Tensor.fromImage', spec, SPEC);
  const {
    width,
    height,
    channels = 1,
    mean = 0,
    std = 1,
    preprocessing,
  } = spec as Omit<ImageInputOptions, 'kind'>;
  const dims = [1, channels, height, width];
  const inFeatures = channels * height * width;
  const prepare = async (background: 'dark' | 'light'): Promise<PreparedValues> => {
    const complete: ImageInputSpec = {
      kind: 'image',
      width,
      height,
      channels,
      mean,
      std,
      preprocessing: { fit: 'contain', ...preprocessing, background },
    };
    // Without blocks there are no coefficients.
    const model = { spec: complete, inFeatures, blocks: undefined, limits };
    return (await prepareInput(picture, model, options)) as PreparedValues;
  };
  const wanted = preprocessing?.background;
  const picture = wanted ? image : await readable(image, options);
  const prepared = await prepare(wanted ?? 'dark');
  const { values } = wanted || !prepared.report.inverted ? prepared : await prepare('light');
  return { values, dims };
}

/** What can be read twice: bytes instead of what gives them once. */
async function readable(image: PictureInput, options: LoadingOptions): Promise<PictureInput> {
  return isPicture(image) ? image : (bytesAtOnce(image) ?? pictureBytes(image, options));
}
