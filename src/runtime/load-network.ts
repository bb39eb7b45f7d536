import { WjpegError } from '../errors.ts';
import type { WjzFile } from '../format/reading.ts';
import { readWeights } from '../importers/read-weights.ts';
import { ALL_CODINGS } from '../jpeg/scans/all-codings.ts';
import type { JpegLimits } from '../jpeg/types.ts';
import { denseNodes, linearLayers } from '../weights/dense-network.ts';

import type { Network } from '../weights/network.ts';
import { expandedNode } from './expanded-weights.ts';

import type { Path } from './path.ts';
import { sparseNode, storedNetwork } from './stored-network.ts';

/** The original weights, for the `dense` path. */
export interface DenseSource {
  /** The bytes of a safetensors file. */
  readonly dense?: Uint8Array;
  /** Order of its layers, if the tensors' names do not imply it. */
  readonly denseArchitecture?: readonly string[];
}

export interface LoadNetworkOptions extends DenseSource {
  /** Limits for the JPEGs of layers. */
  readonly jpegLimits?: Partial<JpegLimits>;
}

/**
 * Prepares a network: on the `coefficient` path (JPEGs decoded as far as their quantised coefficients), on
 * the `expanded` path (JPEGs decoded to pixels and rescaled to float32 matrices), or on the `dense` path, whose original
 * weights are not part of a `.wjz` and must be given.
 */
export function loadNetwork(file: WjzFile, path: Path, options: LoadNetworkOptions = {}): Network {
  if (file.manifest.outputs) {
    throw new WjpegError(
      'unsupported',
      'GRAPH_NOT_A_CHAIN',
      'this model is a graph of operators, and this command or function works on chains of linear layers only',
    );
  }
  if (path === 'dense') return denseBeside(file, options);
  const { jpegLimits } = options;
  return storedNetwork(
    file,
    path === 'expanded' ? expandedNode(jpegLimits) : sparseNode(ALL_CODINGS, jpegLimits),
  );
}

function denseBeside(file: WjzFile, { dense, denseArchitecture }: DenseSource): Network {
  if (!dense) {
    throw new WjpegError(
      'misuse',
      'DENSE_MISSING',
      "path 'dense' needs the original weights (option `dense`), which a .wjz does not contain",
    );
  }
  const network = readWeights(dense, { architecture: denseArchitecture, like: file.manifest.layers });
  const shape = (layers: readonly { inFeatures: number; outFeatures: number }[]): string =>
    [layers[0]?.inFeatures, ...layers.map((layer) => layer.outFeatures)].join('-');
  const given = shape(linearLayers(network));
  const expected = shape(file.manifest.layers.filter((layer) => layer.type === 'linear'));
  if (given !== expected) {
    throw new WjpegError(
      'misuse',
      'DENSE_MISMATCH',
      `the dense model is ${given}, expected ${expected} as in the .wjz`,
    );
  }
  return denseNodes(network);
}
