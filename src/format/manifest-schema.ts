import {
  array,
  integer,
  jsonObject,
  matching,
  number,
  object,
  oneOf,
  optional,
  type Reader,
  record,
  satisfying,
  text,
  variant,
} from '../options/structure.ts';
import { FITS } from './manifest.ts';
import { MAX_SIZE, type ManifestFile } from './manifest-file.ts';

/**
 * The structure of a manifest, docs/wjz-format.md, "Manifest"; docs/wjz-manifest.schema.json is the equivalent JSON
 * Schema. Unknown fields are dropped. Consistency between fields is checked in check-manifest.ts.
 */

const size = integer(1, MAX_SIZE);
/** Maximum float32, and below it the minimum positive: numbers beyond them would become 0 or infinity when used. */
const MAX_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;
const finite = number(-MAX_FLOAT32, MAX_FLOAT32);
const positive = number(2 ** -149, MAX_FLOAT32);
const note = optional(text(0, 10_000));

/** A tensor of `dense.safetensors`. */
export const tensorReference: Reader<{ readonly tensor: string }> = object({ tensor: text(1, 1000) });

/** A number for the layer, or a tensor with one value per row. */
const rowValues =
  (one: Reader<number>): Reader<number | { readonly tensor: string }> =>
  (value, field) =>
    (typeof value === 'object' ? tensorReference : one)(value, field);

const affineMap = object({ scale: rowValues(positive), offset: optional(rowValues(finite)) });

const jpeg = optional(
  matching(/^(?=.{1,255}$)[\w-][\w.-]*\.jpg$/, 'a name of letters, digits, ., _ and - that ends in .jpg'),
);
const tileSize = optional(size);
const tileOffset = optional(integer(0, 7));

const jpegTensor = variant('layout', {
  rows: object({
    jpeg,
    layout: oneOf('rows'),
    tile: optional(object({ width: tileSize, height: tileSize, x: tileOffset, y: tileOffset })),
    tilesPerRow: size,
    affineMap,
  }),
  matrix: object({ jpeg, layout: oneOf('matrix'), affineMap }),
});

const weight: Reader<ReturnType<typeof tensorReference> | ReturnType<typeof jpegTensor>> = (value, field) =>
  'tensor' in jsonObject(value, field) ? tensorReference(value, field) : jpegTensor(value, field);

const linear = object({
  type: oneOf('linear'),
  name: text(1, 200),
  inFeatures: optional(size),
  outFeatures: size,
  weight,
  bias: optional(tensorReference),
});

const activation = object({ type: oneOf('relu', 'softmax') });

const input = variant('kind', {
  image: object({
    kind: oneOf('image'),
    width: size,
    height: size,
    channels: optional(oneOf(1)),
    mean: optional(finite),
    std: optional(positive),
    preprocessing: optional(
      object({ background: optional(oneOf('dark', 'light')), fit: optional(oneOf(...FITS)) }),
    ),
  }),
  vector: object({ kind: oneOf('vector'), length: size }),
});

const setting = satisfying<string | number | boolean>(
  'a string, a number or a boolean',
  (value) => typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value),
);

/** A layer of a chain. */
export const layerStructure: Reader<ManifestFile['layers'][number]> = variant('type', {
  linear,
  relu: activation,
  softmax: activation,
});

/** A manifest with layers of that structure, and with further fields. */
export const manifestStructure = <F extends Readonly<Record<string, Reader<unknown>>>>(
  layer: Reader<unknown>,
  more: F,
): Reader<object> =>
  object({
    format: oneOf('wjz'),
    version: matching(/^2\.(0|[1-9]\d{0,5})$/, '"2.x"'),
    ...more,
    name: note,
    description: note,
    license: note,
    input,
    labels: optional(array(text(0, 10_000))),
    layers: array(layer, 1),
    origin: optional(
      object({
        tool: note,
        denseBytes: optional(integer(0, Number.MAX_VALUE)),
        denseAccuracy: optional(number(0, 1)),
        settings: optional(record(setting)),
      }),
    ),
  });

const manifest = manifestStructure(layerStructure, {}) as Reader<ManifestFile>;

/** Checks the structure of a manifest; throws `MANIFEST_FIELD` naming the first invalid field. */
export function checkStructure(value: unknown): ManifestFile {
  return manifest(value, '');
}
