import { findOperator } from '../operators/index.ts';
import type { Operator } from '../operators/operator.ts';
import { INPUT } from './graph-manifest.ts';
import { isPicture } from './kernel-spec.ts';
import { nameOf } from './layer-name.ts';
import {
  defaultJpeg,
  defaultTile,
  type InputSpec,
  inputLength,
  type LinearSpec,
  type Manifest,
  type NodeSpec,
  STRUCTURE,
} from './manifest.ts';

/** The shortest form of a manifest: only writers need it. */

/** The manifest of a graph without the fields that equal their defaults. */
export function shortGraphManifest(manifest: Manifest): object {
  const { layers, outputs = [], input } = manifest;
  const last = layers[layers.length - 1] as LinearSpec | NodeSpec;
  const isLast = outputs.length === 1 && outputs[0] === last.name;
  return {
    ...manifest,
    outputs: isLast ? undefined : outputs,
    input: shortInput(input),
    layers: layers.map((spec, index) => {
      const before = index === 0 ? INPUT : (layers[index - 1] as LinearSpec | NodeSpec).name;
      const { inputs = [] } = spec as LinearSpec | NodeSpec;
      const wired = inputs.length === 1 && inputs[0] === before ? {} : { inputs };
      if (spec.type === 'linear')
        return { ...spec, weight: shortWeight(spec, input), inputs: undefined, ...wired };
      const { operator, name: own, attributes, constants } = spec as NodeSpec;
      const { defaults } = (findOperator(operator) as Operator).attributes;
      const isNamed = own !== nameOf({ type: operator }, index);
      return {
        type: operator,
        ...(isNamed && { name: own }),
        ...wired,
        ...without(attributes, defaults),
        ...Object.fromEntries(
          Object.entries(constants).map(([key, stored]) => [
            key,
            isPicture(stored) && stored.jpeg === defaultJpeg(own) ? { ...stored, jpeg: undefined } : stored,
          ]),
        ),
      };
    }),
  };
}

/** The manifest of a chain without the fields that equal their defaults: what `parseManifest` reads as the same. */
export function shortManifest(manifest: Manifest): object {
  const { input, layers } = manifest;
  let features = inputLength(input);
  return {
    ...manifest,
    input: shortInput(input),
    layers: layers.map((layer) => {
      if (layer.type !== 'linear') return layer;
      const inFeatures = layer.inFeatures === features ? undefined : layer.inFeatures;
      features = layer.outFeatures;
      return { ...layer, inFeatures, weight: shortWeight(layer, input) };
    }),
  };
}

function shortInput(input: InputSpec): object {
  return input.kind === 'image' ? withoutDefaults(STRUCTURE.image, input) : input;
}

function shortWeight({ name, weight }: LinearSpec, input: InputSpec): object {
  if ('tensor' in weight) return weight;
  const jpeg = weight.jpeg === defaultJpeg(name) ? undefined : weight.jpeg;
  if (weight.layout === 'matrix') return { ...weight, jpeg };
  const tile = without(weight.tile, defaultTile(input));
  return withoutDefaults(STRUCTURE.rows, { ...weight, jpeg, tile });
}

/** The fields of `value` that differ from the defaults. */
export function without(value: object, defaults: object): object {
  const known = new Map<string, unknown>(Object.entries(defaults));
  const differs = ([name, field]: [string, unknown]): boolean =>
    JSON.stringify(field) !== JSON.stringify(known.get(name));
  return Object.fromEntries(Object.entries(value).filter(differs));
}

interface Described {
  readonly fields: Readonly<Record<string, object>>;
}

function withoutDefaults({ fields }: Described, value: object): object {
  const given = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const { fields: inner, byDefault } = field as Partial<Described> & { readonly byDefault?: unknown };
      const whole = given[name];
      const short = inner && whole ? withoutDefaults({ fields: inner }, whole) : whole;
      const isDefault = short === undefined || JSON.stringify(short) === JSON.stringify(byDefault);
      return isDefault ? [] : [[name, short]];
    }),
  );
}
