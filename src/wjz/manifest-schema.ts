import * as v from 'valibot';
import { MAX_SIZE, type ManifestFile } from './manifest-file.ts';

/**
 * The structure of a manifest, docs/wjz-format.md, "Manifest"; docs/wjz-manifest.schema.json says the same as a JSON
 * Schema. Unknown fields are dropped. What one field asks of another is in check-manifest.ts.
 */

/** Text of at most so many characters, counted as JSON Schema does: in code points. */
const textOf = (most: number): v.GenericSchema<string> =>
  v.pipe(
    v.string(),
    v.check((value) => codePoints(value) <= most, `expected at most ${most} characters`),
  );

function codePoints(value: string): number {
  let count = 0;
  for (const _ of value) count++;
  return count;
}

/** An array is an object to JavaScript, but not to JSON. */
const jsonObject = v.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected an object',
);

const text = textOf(10_000);
const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_SIZE));
/** Least positive and greatest float32: beyond them a number would turn into 0 or infinity where it is used. */
const FLOAT32 = { least: 2 ** -149, most: (2 - 2 ** -23) * 2 ** 127 };
const finite = v.pipe(v.number(), v.minValue(-FLOAT32.most), v.maxValue(FLOAT32.most));
const positive = v.pipe(v.number(), v.minValue(FLOAT32.least), v.maxValue(FLOAT32.most));
const layerName = v.pipe(textOf(200), v.minLength(1));

const tensorReference = v.object({ tensor: v.pipe(textOf(1000), v.minLength(1)) });

/** A number for the layer, or a tensor with one value a row. */
const rowValues = (number: v.GenericSchema<number>): v.GenericSchema<number | { tensor: string }> =>
  v.lazy((value) => (typeof value === 'object' ? tensorReference : number));

const sampleMap = v.object({
  scale: rowValues(positive),
  offset: v.exactOptional(rowValues(finite)),
});

const jpegEntry = v.exactOptional(
  v.pipe(v.string(), v.maxLength(255), v.regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*\.jpg$/)),
);
const tileOffset = v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(7)));

const tileFields = v.object({
  width: v.exactOptional(size),
  height: v.exactOptional(size),
  x: tileOffset,
  y: tileOffset,
});

const jpegTensor = v.variant('arrangement', [
  v.object({
    jpeg: jpegEntry,
    arrangement: v.literal('rows'),
    tile: v.exactOptional(v.pipe(jsonObject, tileFields)),
    tilesPerRow: size,
    sampleMap,
  }),
  v.object({ jpeg: jpegEntry, arrangement: v.literal('matrix'), sampleMap }),
]);

/** `lazy` looks before it parses, so that an error names the field that is wrong. */
const weight = v.lazy((value) =>
  typeof value === 'object' && value !== null && 'tensor' in value ? tensorReference : jpegTensor,
);

const linear = v.object({
  type: v.literal('linear'),
  name: layerName,
  inFeatures: v.exactOptional(size),
  outFeatures: size,
  weight,
  bias: v.exactOptional(tensorReference),
});

const activation = v.object({ type: v.picklist(['relu', 'softmax']) });

const input = v.variant('kind', [
  v.object({
    kind: v.literal('image'),
    width: size,
    height: size,
    channels: v.exactOptional(v.literal(1)),
    mean: v.exactOptional(finite),
    std: v.exactOptional(positive),
    ground: v.exactOptional(v.picklist(['dark', 'light'])),
  }),
  v.object({ kind: v.literal('vector'), length: size }),
]);

const settings = v.pipe(
  jsonObject,
  v.record(v.string(), v.union([v.string(), v.pipe(v.number(), v.finite()), v.boolean()])),
);

const originFields = v.object({
  tool: v.exactOptional(text),
  denseBytes: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  denseAccuracy: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  settings: v.exactOptional(settings),
});
const origin = v.pipe(jsonObject, originFields);

export const manifestSchema: v.GenericSchema<unknown, ManifestFile> = v.object({
  format: v.literal('wjz'),
  version: v.pipe(v.string(), v.regex(/^1\.(0|[1-9]\d{0,5})$/)),
  name: v.exactOptional(text),
  description: v.exactOptional(text),
  license: v.exactOptional(text),
  input,
  labels: v.exactOptional(v.array(text)),
  layers: v.pipe(v.array(v.variant('type', [linear, activation])), v.minLength(1)),
  origin: v.exactOptional(origin),
});
