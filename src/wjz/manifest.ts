/**
 * The manifest of a `.wjz` with every default filled in, as all code sees it. How it stands in `model.json`, where
 * fields that equal their defaults are left out, is in manifest-file.ts.
 */

/** What `model.json` says. */
export interface Manifest {
  readonly format: 'wjz';
  /** `major.minor`; a reader refuses an unknown major version. */
  readonly version: string;
  readonly name?: string;
  readonly description?: string;
  readonly license?: string;
  readonly input: InputSpec;
  /** One label an output, in order. */
  readonly labels?: readonly string[];
  readonly layers: readonly LayerSpec[];
  readonly origin?: Origin;
}

/** What the network takes. */
export type InputSpec = ImageInputSpec | VectorInputSpec;

/** A picture: samples 0…255 become (sample ÷ 255 − mean) ÷ std. */
export interface ImageInputSpec {
  readonly kind: 'image';
  readonly width: number;
  readonly height: number;
  readonly channels: 1;
  readonly mean: number;
  readonly std: number;
  /** Whether the network learnt light strokes on a dark ground or the other way round. */
  readonly ground: 'dark' | 'light';
}

/** A plain vector of numbers. */
export interface VectorInputSpec {
  readonly kind: 'vector';
  readonly length: number;
}

/** A step of the network; they run in order. */
export type LayerSpec = LinearSpec | ActivationSpec;

/** y = W·x + b with W of shape outFeatures × inFeatures. */
export interface LinearSpec {
  readonly type: 'linear';
  /** Unique among the layers. */
  readonly name: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly weight: TensorReference | JpegTensor;
  readonly bias?: TensorReference;
}

/** max(0, ·) of every value, or softmax over the outputs, which only the last layer may be. */
export interface ActivationSpec {
  readonly type: 'relu' | 'softmax';
}

/** A tensor of `dense.safetensors`, by its name there. */
export interface TensorReference {
  readonly tensor: string;
}

/** A weight matrix kept as a JPEG. */
export type JpegTensor = RowsTensor | MatrixTensor;

/** Each row of the matrix, the weights of one neuron, is a picture: the tiles of a contact sheet. */
export interface RowsTensor {
  /** Name of the ZIP entry. */
  readonly jpeg: string;
  readonly arrangement: 'rows';
  /** The picture of one neuron; width × height = inFeatures. */
  readonly tile: TileSpec;
  readonly tilesPerRow: number;
  readonly sampleMap: SampleMap;
}

/** The picture of one neuron, in samples. */
export interface TileSpec {
  readonly width: number;
  readonly height: number;
  /** Where the picture sits in its whole blocks, 0…7. */
  readonly x: number;
  readonly y: number;
}

/** The matrix itself is the picture, outFeatures high and inFeatures wide. */
export interface MatrixTensor {
  readonly jpeg: string;
  readonly arrangement: 'matrix';
  readonly sampleMap: SampleMap;
}

/**
 * weight = scale·(sample − 128) + offset. A number serves the whole layer, a tensor has one value a row; both fields
 * are of the same kind. Without an offset the map is symmetric: sample 128 is a weight of 0.
 */
export interface SampleMap {
  readonly scale: number | TensorReference;
  readonly offset?: number | TensorReference;
}

/** What the file was made from; information only, a reader needs none of it. */
export interface Origin {
  readonly tool?: string;
  /** Bytes of the same network as float32. */
  readonly denseBytes?: number;
  /** Test accuracy of the dense network, 0…1, if known. */
  readonly denseAccuracy?: number;
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}
