/**
 * The manifest of a `.wjz` with every default filled in, as used in memory. Its form in `model.json`, where
 * fields that equal their defaults are omitted, is in manifest-file.ts.
 */

/** The content of `model.json`. */
export interface Manifest {
  readonly format: 'wjz';
  /** `major.minor`; a reader refuses an unknown major version. */
  readonly version: string;
  readonly name?: string;
  readonly description?: string;
  readonly license?: string;
  readonly input: InputSpec;
  /** One label per output, in order. */
  readonly labels?: readonly string[];
  /** In an order in which they can run. */
  readonly layers: readonly LayerSpec[];
  /** What a reader must know beyond linear chains: `graph` for layers that name their inputs, and operators by name. */
  readonly requires?: readonly string[];
  /** Of a graph: the layers whose values the network answers with. Absent for a chain, which answers with its last. */
  readonly outputs?: readonly string[];
  readonly origin?: Origin;
}

/** The input of the network. */
export type InputSpec = ImageInputSpec | VectorInputSpec;

/** A picture: samples 0…255 become (sample ÷ 255 − mean) ÷ std. */
export interface ImageInputSpec {
  readonly kind: 'image';
  readonly width: number;
  readonly height: number;
  readonly channels: 1;
  readonly mean: number;
  readonly std: number;
  readonly preprocessing: PreprocessingSpec;
}

/** How other pictures are made like those that the network was trained on; no part of the network itself. */
export interface PreprocessingSpec {
  /** Background of the training pictures: `dark` for light strokes on a dark background, `light` for the opposite. */
  readonly background: 'dark' | 'light';
  /** How pictures are brought to width × height; absent as `contain`. */
  readonly fit?: Fit;
}

/** The ways of bringing a picture to a size. */
export const FITS = ['stretch', 'contain', 'center-of-mass'] as const;

/**
 * How a picture is brought to the network's size:
 * - `stretch`: each axis scaled on its own;
 * - `contain`: as large as it fits with its aspect ratio kept, centred, padded with the background's level;
 * - `center-of-mass`: as MNIST was made: cropped to the strokes, their longer side scaled to 20/28 of the network's, their
 *   centre of mass in the middle.
 */
export type Fit = (typeof FITS)[number];

/** A plain vector of numbers. */
export interface VectorInputSpec {
  readonly kind: 'vector';
  readonly length: number;
}

/** A layer of the network; layers run in order. */
export type LayerSpec = LinearSpec | ActivationSpec | NodeSpec;

/** y = W·x + b with W of shape outFeatures × inFeatures. */
export interface LinearSpec {
  readonly type: 'linear';
  /** Unique among the layers. */
  readonly name: string;
  /** Of a graph: names of earlier layers, or `input`. Absent in a chain, where each layer takes what the one before gives. */
  readonly inputs?: readonly string[];
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly weight: TensorReference | JpegTensor;
  readonly bias?: TensorReference;
}

/** max(0, ·) of every value, or softmax over the outputs, which is allowed only as the last layer. */
export interface ActivationSpec {
  readonly type: 'relu' | 'softmax';
}

/** The types of a chain's layers. */
export type ChainLayerType = (LinearSpec | ActivationSpec)['type'];

/** A layer of a graph that is not linear: an operator of src/operators, its attributes and the tensors that belong to it. */
export interface NodeSpec {
  readonly type: 'node';
  readonly operator: string;
  readonly name: string;
  readonly inputs: readonly string[];
  /** With defaults filled in. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly constants: Readonly<Record<string, TensorReference>>;
}

/** A tensor of `dense.safetensors`, by its name there. */
export interface TensorReference {
  readonly tensor: string;
}

/** A weight matrix stored as a JPEG. */
export type JpegTensor = RowsTensor | MatrixTensor;

/** Each row of the matrix, the weights of one neuron, is a picture: a tile of a contact sheet. */
export interface RowsTensor {
  /** Name of the ZIP entry. */
  readonly jpeg: string;
  readonly layout: 'rows';
  /** The picture of one neuron; width × height = inFeatures. */
  readonly tile: TileSpec;
  readonly tilesPerRow: number;
  readonly affineMap: AffineMap;
}

/** The picture of one neuron, in samples. */
export interface TileSpec {
  readonly width: number;
  readonly height: number;
  /** Offset of the picture in its grid of blocks, in samples, 0…7. */
  readonly x: number;
  readonly y: number;
}

/** The matrix itself is the picture, outFeatures high and inFeatures wide. */
export interface MatrixTensor {
  readonly jpeg: string;
  readonly layout: 'matrix';
  readonly affineMap: AffineMap;
}

/**
 * weight = scale·(sample − 128) + offset. A number applies to the whole layer, a tensor has one value per row; both
 * fields are of the same kind. Without an offset the map is symmetric: sample 128 is a weight of 0.
 */
export interface AffineMap {
  readonly scale: number | TensorReference;
  readonly offset?: number | TensorReference;
}

/** Origin of the file; informational, not needed by readers. */
export interface Origin {
  readonly tool?: string;
  /** Bytes of the same network as float32. */
  readonly denseBytes?: number;
  /** Test accuracy of the dense network, 0…1, if known. */
  readonly denseAccuracy?: number;
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}
