import type {
  ActivationSpec,
  ImageInputSpec,
  LinearSpec,
  Manifest,
  MatrixTensor,
  RowsTensor,
  TensorReference,
  TileSpec,
  VectorInputSpec,
} from './manifest.ts';

/**
 * The manifest as it stands in `model.json`: fields that have a default (docs/wjz-format.md, "Manifest") may be absent.
 * A `Manifest` is one of these, too: the one that says everything.
 */
export interface ManifestFile extends Omit<Manifest, 'input' | 'layers'> {
  readonly input: ImageInputFile | VectorInputSpec;
  readonly layers: readonly (LinearFile | ActivationSpec)[];
}

export type ImageInputFile = WithDefaults<ImageInputSpec, keyof PictureDefaults>;
type PictureDefaults = Pick<ImageInputSpec, 'channels' | 'mean' | 'std' | 'ground'>;

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

/** Greatest width, height or number of values. */
export const MAX_SIZE: number = 2 ** 24;

/** What a picture is unless the file says otherwise. */
export const PICTURE_DEFAULTS: PictureDefaults = { channels: 1, mean: 0, std: 1, ground: 'dark' };

/** What a tile is unless the file says otherwise: the whole input picture, if there is one. */
export function defaultTile(input: ImageInputFile | VectorInputSpec): Partial<TileSpec> {
  const place = { x: 0, y: 0 };
  return input.kind === 'image' ? { width: input.width, height: input.height, ...place } : place;
}

/** The JPEG of a layer unless the file says otherwise; none if an entry can not be named after the layer. */
export function defaultJpeg(layer: string): string | undefined {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(layer) ? `${layer}.jpg` : undefined;
}

/** Values that the first linear layer takes. */
export function inputLength(input: ImageInputFile | VectorInputSpec): number {
  return input.kind === 'image' ? input.width * input.height : input.length;
}
