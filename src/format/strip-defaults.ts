import type { ActivationSpec, LinearSpec, Manifest } from './manifest.ts';
import {
  defaultJpeg,
  defaultTile,
  inputLength,
  type LinearFile,
  type ManifestFile,
  PICTURE_DEFAULTS,
  type WithDefaults,
} from './manifest-file.ts';

/** Omits every field that equals its default: the inverse of `fillDefaults`, and the shortest equivalent manifest. */
export function stripDefaults(manifest: Manifest): ManifestFile {
  const { input, layers } = manifest;
  let features = inputLength(input);
  return {
    ...manifest,
    input: shortInput(input),
    layers: layers.map((layer) => {
      if (layer.type !== 'linear') return layer as ActivationSpec;
      const short = { ...without(layer, { inFeatures: features }), weight: shortWeight(layer, input) };
      features = layer.outFeatures;
      return short;
    }),
  };
}

export function shortInput(input: Manifest['input']): ManifestFile['input'] {
  if (input.kind !== 'image') return input;
  const { preprocessing, ...others } = without(input, PICTURE_DEFAULTS);
  const hints = without(preprocessing ?? {}, PICTURE_DEFAULTS.preprocessing);
  return Object.keys(hints).length > 0 ? { ...others, preprocessing: hints } : others;
}

export function shortWeight({ name, weight }: LinearSpec, input: Manifest['input']): LinearFile['weight'] {
  if ('tensor' in weight) return weight;
  const jpeg = { jpeg: defaultJpeg(name) };
  if (weight.layout === 'matrix') return without(weight, jpeg);
  const { tile, ...others } = without(weight, jpeg);
  const shortTile = without(tile, defaultTile(input));
  return Object.keys(shortTile).length > 0 ? { ...others, tile: shortTile } : others;
}

/** The fields of `value` that differ from the defaults. */
export function without<T extends object, K extends keyof T>(
  value: T,
  defaults: { readonly [Key in K]?: T[Key] | undefined },
): WithDefaults<T, K> {
  const given = Object.entries(value).filter(([key, field]) => field !== defaults[key as K]);
  return Object.fromEntries(given) as WithDefaults<T, K>;
}
