import type { LayerSpec, Manifest, Origin } from '../format/manifest.ts';
import type { CompressSettings } from './options.ts';

/** The manifest of a network with those layers, its names and its origin. */
export function manifestOf(
  layers: readonly LayerSpec[],
  options: CompressSettings,
  denseBytes: number,
  settings: NonNullable<Origin['settings']>,
): Manifest {
  const { name, description, license, labels, denseAccuracy } = options;
  return {
    format: 'wjz',
    version: '2.0',
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(license !== undefined && { license }),
    input: options.input,
    ...(labels !== undefined && { labels }),
    layers,
    origin: {
      tool: 'wjpeg',
      denseBytes,
      ...(denseAccuracy !== undefined && { denseAccuracy }),
      settings,
    },
  };
}
