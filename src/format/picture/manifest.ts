import { nameOf } from '../layer-name.ts';
import { inconsistent } from '../manifest.ts';

/**
 * The manifest of a picture as JSON: that of a `.wjz` without what the picture implies (docs/model-jpeg.md, 3): names of entries,
 * `tilesPerRow`, names of layers that are their numbers, names of tensors that are their layer's and field's; and with the
 * component that a layer lies in.
 */

type Fields = Readonly<Record<string, unknown>>;
type Named = Parameters<typeof nameOf>[0];

/** `model.json` as a picture has it, in ASCII. `components`: by layer; of those that are not kept as coefficients ignored. */
export function toPictureJson(model: object, components: readonly number[]): string {
  const { layers, ...rest } = JSON.parse(JSON.stringify(model)) as { layers: Fields[] };
  const names = new NumberedNames();
  const short = layers.map((layer, index) => {
    const name = nameOf(layer as Named, index);
    const { name: _, ...unnamed } = layer;
    const isDefault = name === names.next(layer);
    const field = (key: string, value: unknown): unknown => {
      if (!isObject(value)) return value;
      if (typeof value.tensor === 'string') return value.tensor === `${name}.${key}` ? {} : value;
      if (!isPicture(value)) return value;
      const { jpeg: _, tilesPerRow: __, affineMap, ...kept } = value;
      const component = components[index] === 0 ? {} : { component: components[index] };
      return { ...kept, affineMap: mapped(affineMap, field), ...component };
    };
    // A layer without a name would be called by its number.
    return mapped(isDefault ? unnamed : layer.type === 'conv2d' ? { ...layer, name } : layer, field);
  });
  const { origin, ...head } = rest as { origin?: unknown };
  const text = JSON.stringify({ ...head, layers: short, origin });
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same as `model.json` of a `.wjz`, for a sheet of that width in blocks; and the component of each layer. */
export function fromPictureJson(
  value: unknown,
  blocksPerRow: number,
): { readonly value: unknown; readonly components: readonly unknown[] } {
  const { layers, input } = Object(value) as Fields;
  if (!Array.isArray(layers)) return { value, components: [] };
  const names = new NumberedNames();
  const taken = new Set<string>();
  const components: unknown[] = [];
  const complete = layers.map((layer: unknown, index) => {
    if (!isObject(layer)) return layer;
    const number = names.next(layer);
    const own = layer.name ?? number;
    const name = String(own ?? nameOf(layer as Named, index));
    const field = (key: string, weight: unknown): unknown => {
      if (!isObject(weight)) return weight;
      if (Object.keys(weight).length === 0) return { tensor: `${name}.${key}` };
      if (!isPicture(weight)) return weight;
      const { component = 0, jpeg: _, affineMap, ...kept } = weight;
      components[index] = component;
      return {
        ...kept,
        jpeg: entryName(name, taken),
        affineMap: isObject(affineMap) ? mapped(affineMap, field) : affineMap,
        ...(kept.layout === 'rows' && {
          tilesPerRow: tilesThatFit(layer, kept, Object(input), blocksPerRow),
        }),
      };
    };
    return { ...mapped(layer, field), ...(own !== undefined && { name: own }) };
  });
  return { value: { ...(value as Fields), layers: complete }, components };
}

/** The component of a layer, checked against those of the picture. */
export function componentOf(name: string, component: unknown, count: number): number {
  if (Number.isInteger(component) && Number(component) >= 0 && Number(component) < count)
    return Number(component);
  throw inconsistent(
    `layer '${name}' lies in component ${JSON.stringify(component)}, the picture has ${count}`,
  );
}

/** Tiles in a row of a layer; fields that are not what they should be are refused when the manifest is read. */
function tilesThatFit(
  { outFeatures }: Fields,
  { tile }: Fields,
  input: Fields,
  blocksPerRow: number,
): number {
  const { width = input.width, x = 0 } = Object(tile) as Fields;
  const blocks = Math.ceil((Number(x) + Number(width)) / 8);
  return Math.max(1, Math.min(Number(outFeatures), Math.floor(blocksPerRow / blocks))) || 1;
}

/** What layers with weights are called that have no name: by their number among these layers, from 1. */
class NumberedNames {
  #count = 0;

  /** Undefined for a layer of another type. */
  next({ type }: Fields): string | undefined {
    return type === 'linear' || type === 'conv2d' ? String(++this.#count) : undefined;
  }
}

/** The name of an entry for a layer: its own as far as it can be one. */
function entryName(layer: string, taken: Set<string>): string {
  const base = layer.slice(0, 200).replace(/^\.|[^\w.-]/g, '_');
  let name = `${base}.jpg`;
  for (let more = 2; taken.has(name); more++) name = `${base}-${more}.jpg`;
  taken.add(name);
  return name;
}

/** An object with each field changed. */
function mapped(value: unknown, change: (key: string, field: unknown) => unknown): Fields {
  return Object.fromEntries(Object.entries(value as Fields).map(([key, field]) => [key, change(key, field)]));
}

/** A weight that is kept as coefficients. */
function isPicture(value: Fields): boolean {
  return typeof value.layout === 'string';
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
