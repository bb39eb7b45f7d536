import type { WjzFile } from '../format/reading.ts';
import type { Network } from '../weights/network.ts';
import type { LoadNetworkOptions } from './load-network.ts';
import type { Path } from './path.ts';
import { coefficientNetwork } from './stored-network.ts';

/** The network of a chain on a path. The other paths are for comparison: what decodes pictures and reads state dicts comes on demand. */
export async function chainNetwork(file: WjzFile, path: Path, options: LoadNetworkOptions): Promise<Network> {
  if (path === 'coefficient') return coefficientNetwork(file, options.jpegLimits);
  return (await import('./load-network.ts')).loadNetwork(file, path, options);
}
