import { WjpegError } from '../errors.ts';
import {
  array,
  derived,
  eitherBy,
  type Given,
  integer,
  matching,
  number,
  object,
  objectOr,
  oneOf,
  oneOrMore,
  optional,
  type Reader,
  record,
  scalar,
  text,
  type Value,
  variant,
  withDefault,
} from '../options/structure.ts';

/**
 * The manifest of a `.wjz`, `model.json`, described once: types, checks, defaults and docs/wjz-manifest.schema.json
 * (`npm run docs:schema`) follow from it. docs/wjz-format.md, "Manifest", is the specification; what fields ask of each
 * other is in check-manifest.ts. Unknown fields are dropped.
 */

/** Maximum width, height or number of values. */
export const MAX_SIZE: number = 2 ** 24;
/** Maximum float32, and below it the minimum positive: numbers beyond them would become 0 or infinity when used. */
const MAX_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

const size = integer(1, MAX_SIZE);
const finite = number(-MAX_FLOAT32, MAX_FLOAT32);
const positive = number(2 ** -149, MAX_FLOAT32);
const note = optional(text(0, 10_000));

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

const preprocessing = object({
  /** Background of the training pictures: `dark` for light strokes on a dark background, `light` for the opposite. */
  background: withDefault(oneOf('dark', 'light'), 'dark'),
  /** How pictures are brought to width × height. */
  fit: withDefault(oneOf(...FITS), 'contain'),
});

const image = object({
  kind: oneOf('image'),
  width: size,
  height: size,
  /** 1: luma; 3: red, green, blue, one plane after another (C × H × W). */
  channels: withDefault(oneOf(1, 3), 1),
  /** Samples 0…255 become (sample ÷ 255 − mean) ÷ std: one number for all channels, or one per channel. */
  mean: withDefault(oneOrMore(finite), 0),
  std: withDefault(oneOrMore(positive), 1),
  /** Hints for making other pictures like those that the network was trained on; no part of the network itself. */
  preprocessing: withDefault(preprocessing, {}),
});

const vector = object({ kind: oneOf('vector'), length: size });

/** How the network takes its input. */
const input = variant('kind', { image, vector });

const tensorReference = object({ tensor: text(1, 1000) });

/** A number for the layer, or a tensor with one value per row. */
const rowValues = (one: Reader<number>): Reader<number | Value<typeof tensorReference>> =>
  objectOr(tensorReference, one);

const affineMap = object({ scale: rowValues(positive), offset: optional(rowValues(finite)) });

/** Name of the ZIP entry. By default the layer's, if it can be one. */
const jpeg = derived(
  matching(/^(?=.{1,255}$)[\w-][\w.-]*\.jpg$/, 'a name of letters, digits, ., _ and - that ends in .jpg'),
);
const tileOffset = withDefault(integer(0, 7), 0);

const tile = object({
  /** By default the size of the input picture. */
  width: derived(size),
  height: derived(size),
  /** Offset of the picture in its grid of blocks, in samples, 0…7. */
  x: tileOffset,
  y: tileOffset,
});

const rows = object({
  jpeg,
  layout: oneOf('rows'),
  /** The picture of one neuron; width × height = inFeatures. */
  tile: withDefault(tile, {}),
  tilesPerRow: size,
  affineMap,
});

const matrix = object({ jpeg, layout: oneOf('matrix'), affineMap });

const linear = object({
  type: oneOf('linear'),
  /** Unique among the layers. */
  name: text(1, 200),
  /** By default what the layer before gives. */
  inFeatures: derived(size),
  outFeatures: size,
  weight: eitherBy('tensor', tensorReference, variant('layout', { rows, matrix })),
  bias: optional(tensorReference),
});

const activation = object({ type: oneOf('relu', 'softmax') });

const origin = object({
  tool: note,
  /** Bytes of the same network as float32. */
  denseBytes: optional(integer(0, Number.MAX_VALUE)),
  /** Test accuracy of the dense network, 0…1, if known. */
  denseAccuracy: optional(number(0, 1)),
  settings: optional(record(scalar)),
});

/** A manifest with layers of that structure, and with further fields. */
const manifestOf = <L, G>(layer: Reader<L, G>, more: Readonly<Record<string, Reader<unknown>>>) =>
  object({
    format: oneOf('wjz'),
    /** `major.minor`; a reader refuses an unknown major version. */
    version: matching(/^2\.(0|[1-9]\d{0,5})$/, '"2.x"'),
    ...(more as object),
    name: note,
    description: note,
    license: note,
    input,
    /** One label per output, in order. */
    labels: optional(array(text(0, 10_000))),
    /** In an order in which they can run. */
    layers: array(layer, 1),
    origin: optional(origin),
  });

const layer = variant('type', { linear, relu: activation, softmax: activation });
const chain = manifestOf(layer, {});

/** How other pictures are made like those that the network was trained on. */
export interface PreprocessingSpec extends Value<typeof preprocessing> {}

/** A picture: samples 0…255 become (sample ÷ 255 − mean) ÷ std. */
export interface ImageInputSpec extends Value<typeof image> {}

/** A plain vector of numbers. */
export interface VectorInputSpec extends Value<typeof vector> {}

/** The input of the network. */
export type InputSpec = ImageInputSpec | VectorInputSpec;

/** A picture as input; what has a default may be left out. */
export interface ImageInputOptions extends Given<typeof image> {}

/** An input whose fields may be left out where they have a default. */
export type InputOptions = ImageInputOptions | VectorInputSpec;

/** A tensor of `dense.safetensors`, by its name there. */
export interface TensorReference extends Value<typeof tensorReference> {}

/**
 * weight = scale·(sample − 128) + offset. A number applies to the whole layer, a tensor has one value per row; both
 * fields are of the same kind. Without an offset the map is symmetric: sample 128 is a weight of 0.
 */
export interface AffineMap extends Value<typeof affineMap> {}

/** The picture of one neuron, in samples. */
export interface TileSpec extends Value<typeof tile> {}

/** Each row of the matrix, the weights of one neuron, is a picture: a tile of a contact sheet. */
export interface RowsTensor extends Value<typeof rows> {}

/** The matrix itself is the picture, outFeatures high and inFeatures wide. */
export interface MatrixTensor extends Value<typeof matrix> {}

/** A weight matrix stored as a JPEG. */
export type JpegTensor = RowsTensor | MatrixTensor;

/** The kernels of a convolution stored as a JPEG, one row of it per output channel. */
export interface KernelPicture {
  readonly jpeg: string;
  readonly layout: 'taps' | 'matrix';
  /** O×I×KH×KW; I counts the channels of a group. */
  readonly shape: readonly number[];
  readonly affineMap: AffineMap;
}

/** y = W·x + b with W of shape outFeatures × inFeatures. */
export interface LinearSpec extends Value<typeof linear> {
  /** Of a graph: names of earlier layers, or `input`. Absent in a chain, where each layer takes what the one before gives. */
  readonly inputs?: readonly string[];
}

/** max(0, ·) of every value, or softmax over the outputs, which is allowed only as the last layer. */
export interface ActivationSpec extends Value<typeof activation> {}

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
  readonly constants: Readonly<Record<string, TensorReference | KernelPicture>>;
}

/** A layer of the network. */
export type LayerSpec = LinearSpec | ActivationSpec | NodeSpec;

/** Origin of the file; informational, not needed by readers. */
export interface Origin extends Value<typeof origin> {}

/** The content of `model.json`, every default filled in. */
export interface Manifest extends Omit<Value<typeof chain>, 'layers'> {
  readonly layers: readonly LayerSpec[];
  /** What a reader must know beyond linear chains: `graph` for layers that name their inputs, and operators by name. */
  readonly requires?: readonly string[];
  /** Of a graph: the layers whose values the network answers with. Absent for a chain, which answers with its last. */
  readonly outputs?: readonly string[];
}

/** `model.json`: a manifest of a chain in which what has a default may be left out. */
export type ManifestFile = Given<typeof chain>;

/** The description, for those who read graphs, write files or print the JSON Schema. */
export const STRUCTURE: {
  readonly chain: typeof chain;
  readonly image: typeof image;
  readonly linear: typeof linear;
  readonly rows: typeof rows;
  readonly tensorReference: typeof tensorReference;
  readonly manifestOf: typeof manifestOf;
} = { chain, image, linear, rows, tensorReference, manifestOf };

/** Defaults of a picture input. */
export const PICTURE_DEFAULTS: Omit<ImageInputSpec, 'kind' | 'width' | 'height'> = {
  channels: 1,
  mean: 0,
  std: 1,
  preprocessing: { background: 'dark', fit: 'contain' },
};

/** An input with every default filled in. */
export function inputOf(given: InputOptions): InputSpec {
  return completeInput(input(given, 'input'));
}

/**
 * Structure → defaults, of the manifest of a chain.
 *
 * @throws `MANIFEST_FIELD` naming the first invalid field, `MANIFEST_INCONSISTENT` for one without a default
 */
export function parseManifest(value: unknown): Manifest {
  const file = chain(value, '');
  const spec = completeInput(file.input);
  let features = inputLength(spec);
  const layers = file.layers.map((layer) => {
    if (layer.type !== 'linear') return layer;
    const { inFeatures = features } = layer;
    features = layer.outFeatures;
    return { ...layer, inFeatures, weight: completeWeight(layer, spec) };
  });
  return { ...file, input: spec, layers };
}

/** An input with one mean and one standard deviation where those of all channels are equal. */
export function completeInput(spec: InputSpec): InputSpec {
  if (spec.kind !== 'image') return spec;
  const ofChannels = (field: 'mean' | 'std'): number | readonly number[] => {
    const value = spec[field];
    if (typeof value === 'number') return value;
    if (value.length !== spec.channels)
      throw inconsistent(
        `input.${field} has ${value.length} numbers, expected one or ${spec.channels}, one per channel`,
      );
    return value.every((one) => one === value[0]) ? value[0] : value;
  };
  return { ...spec, mean: ofChannels('mean'), std: ofChannels('std') };
}

/** A weight with the defaults that follow from its layer's name and the input. */
export function completeWeight({ name, weight }: LinearSpec, spec: InputSpec): LinearSpec['weight'] {
  if ('tensor' in weight) return weight;
  const { jpeg = defaultJpeg(name) } = weight;
  if (!jpeg) {
    throw inconsistent(
      `layer '${name}' lacks field jpeg, and its name cannot be used as the name of an entry`,
    );
  }
  if (weight.layout === 'matrix') return { ...weight, jpeg };
  const tile = { ...defaultTile(spec), ...weight.tile } as TileSpec;
  if (!tile.width || !tile.height) {
    throw inconsistent(`layer '${name}' lacks the tile size, and the input is not a picture`);
  }
  return { ...weight, jpeg, tile };
}

/** Default JPEG entry of a layer; undefined if the layer's name is not a valid entry name. */
export function defaultJpeg(layer: string): string | undefined {
  return /^[\w-][\w.-]*$/.test(layer) ? `${layer}.jpg` : undefined;
}

/** Default size of a tile: the whole input picture, if any. */
export function defaultTile(spec: InputSpec): Partial<TileSpec> {
  return spec.kind === 'image' ? { width: spec.width, height: spec.height } : {};
}

/** Length of the input vector: channels × height × width of a picture. */
export function inputLength(spec: InputSpec): number {
  return spec.kind === 'image' ? spec.channels * spec.width * spec.height : spec.length;
}

/** Fields contradict each other. */
export function inconsistent(message: string): WjpegError {
  return new WjpegError('corrupt', 'MANIFEST_INCONSISTENT', `model.json: ${message}`);
}
