import type { WjzFile } from '../format/reading.ts';
import { multiplications } from '../graph/multiplications.ts';
import { patchesOfValues } from '../image/patch-coefficients.ts';
import type { PreparedCoefficients } from '../image/prepared.ts';
import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';
import { blockDct } from '../jpeg/dct/transforms.ts';
import { inputNode } from './graph/check-inputs.ts';
import { GraphOracle } from './graph/graph-oracle.ts';
import { findPatchEmbedding, type PatchEmbedding } from './graph/patch-embedding.ts';
import { storedGraph } from './graph/stored-graph.ts';
import { type DenseSource, networkOnPath } from './load-network.ts';
import { Oracle } from './oracle.ts';
import type { Path } from './path.ts';
import type { InferenceSession } from './session.ts';
import type { ComparedSession } from './verify.ts';

/** Makes coefficients of an input's values. */
export type Transform = (values: Float32Array) => Pick<PreparedCoefficients, 'coefficients' | 'sampling'>;

/** What computes the exact answers of a network, and how many multiplications an input takes. */
export interface ExactNetwork {
  readonly oracle: Oracle | GraphOracle;
  /** If its first layer takes coefficients. */
  readonly transform: Transform | undefined;
  readonly work: number;
}

/**
 * The exact network of a file on a path. On `expanded` its weights are those of the JPEGs' rounded pixels.
 *
 * @throws DENSE_MISSING, DENSE_MISMATCH where the path is `dense` and the original is not given or is another network
 */
export async function exactNetwork(file: WjzFile, path: Path, source: DenseSource): Promise<ExactNetwork> {
  if (file.manifest.outputs !== undefined) {
    const { graph } = await storedGraph(file, path, source);
    const patch = path === 'coefficient' ? findPatchEmbedding(graph, file.manifest.input) : undefined;
    const transform = patch ? byPatches(patch) : onTile(inputNode(graph)?.tile);
    return { oracle: new GraphOracle(graph), transform, work: multiplications(graph) };
  }
  const network = await networkOnPath(file, path, source);
  const [first] = network.nodes;
  const transform = onTile(first.kind === 'rows' ? first.tile : undefined);
  return { oracle: new Oracle(network), transform, work: 1 };
}

function onTile(tile: TileGeometry | undefined): Transform | undefined {
  return tile && ((values) => ({ coefficients: Float32Array.from(blockDct(values, 1, tile)) }));
}

function byPatches(patch: PatchEmbedding): Transform {
  return (values) => {
    const { coefficients, sampling } = patchesOfValues(values, patch.spec, patch);
    return { coefficients: Float32Array.from(coefficients), sampling };
  };
}

/** The session, which takes inputs as coefficients too if `transform` says how. */
export function comparedSession(
  session: InferenceSession,
  transform: Transform | undefined,
): ComparedSession {
  const { inFeatures, outFeatures } = session;
  return {
    inFeatures,
    outFeatures,
    runBatch: (values, batch) => session.runBatch(values, batch),
    ...(transform && {
      runCoefficients: (values: Float32Array) =>
        session.runPrepared({ kind: 'coefficients', ...transform(values) } as PreparedCoefficients),
    }),
  };
}
