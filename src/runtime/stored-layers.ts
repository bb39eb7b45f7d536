import { weightLayers } from '../format/graph-manifest.ts';
import type { WjzFile } from '../format/reading.ts';
import { ALL_CODINGS } from '../jpeg/scans/all-codings.ts';
import type { JpegLimits } from '../jpeg/types.ts';
import type { LinearNode } from '../weights/network.ts';
import { loadNetwork } from './load-network.ts';
import { sparseNode, storedNode } from './stored-network.ts';

/**
 * The linear layers of a file in the manifest's order, of chains and of graphs, on the `coefficient` path; of graphs also the
 * kernels that are stored as pictures, as the matrices that those are. Whether a ReLU follows
 * is known for chains only.
 */
export function storedLayers(file: WjzFile, limits?: Partial<JpegLimits>): readonly LinearNode[] {
  if (file.manifest.outputs === undefined)
    return loadNetwork(file, 'coefficient', { ...(limits && { jpegLimits: limits }) }).nodes;
  const make = sparseNode(ALL_CODINGS, limits);
  return weightLayers(file.manifest).map((layer) => storedNode(file, layer, false, make));
}
