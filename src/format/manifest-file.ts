import type {
  ActivationSpec,
  ImageInputSpec,
  LinearSpec,
  Manifest,
  MatrixTensor,
  PreprocessingSpec,
  RowsTensor,
  TensorReference,
  TileSpec,
  VectorInputSpec,
} from './manifest.ts';

/**
 * The manifest as stored in `model.json`: fields that have a default (docs/wjz-format.md, "Manifest") may be absent.
 * A `Manifest` is also one of these, with every field present.
 */
export interface ManifestFile extends Omit<Manifest, 'input' | 'layers'> {
  readonly input: ImageInputFile | VectorInputSpec;
  readonly layers: readonly (LinearFile | ActivationSpec)[];
}

export interface ImageInputFile
  extends Omit<WithDefaults<ImageInputSpec, keyof PictureDefaults>, 'preprocessing'> {
  readonly preprocessing?: Partial<PreprocessingSpec>;
}
type PictureDefaults = Pick<ImageInputSpec, 'channels' | 'mean' | 'std'> & {
  readonly preprocessing: Required<PreprocessingSpec>;
};

export interface LinearFile extends Omit<WithDefaults<LinearSpec, 'inFeatures'>, 'weight'> {
  readonly weight: TensorReference | JpegTensorFile;
}

export type JpegTensorFile = RowsTensorFile | MatrixTensorFile;
export type MatrixTensorFile = WithDefaults<MatrixTensor, 'jpeg'>;

export interface RowsTensorFile extends Omit<WithDefaults<RowsTensor, 'jpeg'>, 'tile'> {
  readonly tile?: Partial<TileSpec>;
}

/** `T`, with the fields `K` optional. */
export type WithDefaults<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

/** Maximum width, height or number of values. */
export const MAX_SIZE: number = 2 ** 24;

/** Defaults of a picture input. */
export const PICTURE_DEFAULTS: PictureDefaults = {
  channels: 1,
  mean: 0,
  std: 1,
  preprocessing: { background: 'dark', fit: 'contain' },
};

/** Defaults of a tile: the whole input picture, if any. */
export function defaultTile(input: ImageInputFile | VectorInputSpec): Partial<TileSpec> {
  const place = { x: 0, y: 0 };
  return input.kind === 'image' ? { width: input.width, height: input.height, ...place } : place;
}

/** Default JPEG entry of a layer; undefined if the layer's name is not a valid entry name. */
export function defaultJpeg(layer: string): string | undefined {
  return /^[\w-][\w.-]*$/.test(layer) ? `${layer}.jpg` : undefined;
}

/** Inputs of the first linear layer. */
export function inputLength(input: ImageInputFile | VectorInputSpec): number {
  return input.kind === 'image' ? input.width * input.height : input.length;
}
