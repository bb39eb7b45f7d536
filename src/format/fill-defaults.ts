import { inconsistent } from './check-manifest.ts';
import type { LinearSpec, Manifest, RowsTensor } from './manifest.ts';
import {
  defaultJpeg,
  defaultTile,
  inputLength,
  type LinearFile,
  type ManifestFile,
  PICTURE_DEFAULTS,
  type RowsTensorFile,
} from './manifest-file.ts';

/**
 * Fills absent fields with their defaults. Present fields are unchanged, right or wrong: `checkManifest` compares
 * them with the rest. Throws `MANIFEST_INCONSISTENT` if an absent field has no default in this manifest.
 */
export function fillDefaults(file: ManifestFile): Manifest {
  const { input, layers } = file;
  let features = inputLength(input);
  return {
    ...file,
    input: fillInput(input),
    layers: layers.map((layer) => {
      if (layer.type !== 'linear') return layer;
      const filled = { ...layer, inFeatures: layer.inFeatures ?? features, weight: fillWeight(layer, input) };
      features = layer.outFeatures;
      return filled;
    }),
  };
}

export function fillInput(input: ManifestFile['input']): Manifest['input'] {
  if (input.kind !== 'image') return input;
  const preprocessing = { ...PICTURE_DEFAULTS.preprocessing, ...input.preprocessing };
  return { ...PICTURE_DEFAULTS, ...input, preprocessing };
}

export function fillWeight({ name, weight }: LinearFile, input: ManifestFile['input']): LinearSpec['weight'] {
  if ('tensor' in weight) return weight;
  const jpeg = weight.jpeg ?? defaultJpeg(name);
  if (!jpeg) {
    throw inconsistent(
      `layer '${name}' lacks field jpeg, and its name cannot be used as the name of an entry`,
    );
  }
  return weight.layout === 'matrix'
    ? { ...weight, jpeg }
    : { ...weight, jpeg, tile: fillTile(name, weight, input) };
}

function fillTile(name: string, weight: RowsTensorFile, input: ManifestFile['input']): RowsTensor['tile'] {
  const { width, height, x = 0, y = 0 } = { ...defaultTile(input), ...weight.tile };
  if (!width || !height) {
    throw inconsistent(`layer '${name}' lacks the tile size, and the input is not a picture`);
  }
  return { width, height, x, y };
}
