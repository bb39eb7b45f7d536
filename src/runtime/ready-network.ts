import type { WjzFile } from '../format/reading.ts';
import type { PatchSize, Sampling } from '../image/patch-coefficients.ts';
import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';
import type { LinearNode, Network } from '../weights/network.ts';
import { type Backend, EXECUTOR_DEFAULTS, type Executor, type InputKind } from './backends/backend.ts';
import { preferredBackend } from './backends/choose.ts';
import type { LoadNetworkOptions } from './load-network.ts';
import type { TensorMetadata } from './metadata.ts';
import type { SessionOptions } from './options.ts';
import type { Path } from './path.ts';
import { coefficientNetwork } from './stored-network.ts';

/** A network made ready to answer. */
export interface ReadyNetwork {
  readonly executor: SessionExecutor;
  readonly backend: Backend;
  /** Where the first layer takes the blocks of pictures: how they lie on its grid, or the patches that it takes. */
  readonly blocks: TileGeometry | PatchSize | undefined;
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** Of a graph: what it gives; a chain gives its logits only. */
  readonly outputs?: readonly TensorMetadata[];
}

/** An executor, and of a graph all its outputs. */
export interface SessionExecutor extends Executor {
  /** `sampling`: of pictures that come as coefficients of patches. */
  run(input: Float32Array, batch: number, kind: InputKind, sampling?: Sampling): Promise<Float32Array>;
  runOutputs?(input: Float32Array, batch: number): Promise<Float32Array[]>;
}

/** The network of a chain on a path. The other paths are for comparison: what decodes pictures and reads state dicts comes on demand. */
export async function chainNetwork(file: WjzFile, path: Path, options: LoadNetworkOptions): Promise<Network> {
  if (path === 'coefficient') return coefficientNetwork(file, options.jpegLimits);
  return (await import('./load-network.ts')).networkOnPath(file, path, options);
}

/** Makes the network of a file ready on a path and backend. */
export async function makeReady(file: WjzFile, path: Path, options: SessionOptions): Promise<ReadyNetwork> {
  const { precision, memory, threads, backend, backends = 'auto' } = options;
  const chosen = await preferredBackend(backend ?? backends);
  const settings = {
    precision: precision ?? EXECUTOR_DEFAULTS.precision,
    memory: memory ?? EXECUTOR_DEFAULTS.memory,
    threads: threads ?? EXECUTOR_DEFAULTS.threads,
  };
  if (file.manifest.outputs) {
    const { openGraph } = await import('./graph/open.ts');
    return openGraph(file, path, chosen, { ...options, ...settings });
  }
  const network = await chainNetwork(file, path, options);
  const executor = await chosen.backend.create(network, settings);
  const [first] = network.nodes;
  const { outFeatures } = network.nodes.at(-1) as LinearNode;
  const blocks = first.kind === 'rows' ? first.tile : undefined;
  return { executor, backend: chosen.backend, blocks, inFeatures: first.inFeatures, outFeatures };
}
