import { WjpegError } from '../errors.ts';
import type { WjzFile } from '../format/reading.ts';
import type { ArchitectureOption } from '../importers/network-file.ts';
import type { ExternalData } from '../importers/onnx/external-data.ts';
import { ALL_CODINGS } from '../jpeg/scans/all-codings.ts';
import type { JpegLimits } from '../jpeg/types.ts';
import { denseNodes } from '../weights/dense-network.ts';
import type { Network } from '../weights/network.ts';
import { expandedNode } from './expanded-weights.ts';

import type { Path } from './path.ts';
import { sparseNode, storedNetwork } from './stored-network.ts';

/** The original weights, for the `dense` path. */
export interface DenseSource {
  /** The bytes of a safetensors file or an ONNX model. */
  readonly dense?: Uint8Array;
  /** How the tensors of a safetensors file make the network, if their names do not imply it. */
  readonly denseArchitecture?: ArchitectureOption;
  /** Reads the files beside an ONNX model that hold its weights, for models that are saved so. */
  readonly denseExternalData?: ExternalData;
}

export interface LoadNetworkOptions extends DenseSource {
  /** Limits for the JPEGs of layers. */
  readonly jpegLimits?: Partial<JpegLimits>;
}

/** A chain on any path: what `loadNetwork` gives, or on the `dense` path the original weights, which must be given. */
export async function networkOnPath(
  file: WjzFile,
  path: Path,
  options: LoadNetworkOptions = {},
): Promise<Network> {
  if (path !== 'dense') return loadNetwork(file, path, options);
  requireChain(file);
  return denseNodes((await import('./original.ts')).originalChain(file, options));
}

/**
 * Prepares a chain on the `coefficient` path (JPEGs decoded as far as their quantised coefficients) or on the `expanded` path
 * (JPEGs decoded to pixels and rescaled to float32 matrices).
 */
export function loadNetwork(
  file: WjzFile,
  path: Exclude<Path, 'dense'>,
  { jpegLimits }: Pick<LoadNetworkOptions, 'jpegLimits'> = {},
): Network {
  requireChain(file);
  return storedNetwork(
    file,
    path === 'expanded' ? expandedNode(jpegLimits) : sparseNode(ALL_CODINGS, jpegLimits),
  );
}

function requireChain(file: WjzFile): void {
  if (file.manifest.outputs) {
    throw new WjpegError(
      'unsupported',
      'GRAPH_NOT_A_CHAIN',
      'this model is a graph of operators, and this command or function works on chains of linear layers only',
    );
  }
}
