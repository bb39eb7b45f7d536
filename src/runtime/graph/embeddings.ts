import type { PlannedGraph } from '../../graph/graph.ts';
import type { Sampling } from '../../image/patch-coefficients.ts';
import type { GraphExecutor, ResidentBytes } from '../backends/backend.ts';
import { residentTogether } from '../backends/resident-together.ts';
import type { PatchEmbedding } from './patch-embedding.ts';

/** Makes a graph ready on the backend of the network. */
type CreateExecutor = (graph: PlannedGraph) => Promise<GraphExecutor>;

/**
 * The patch embedding of a network for coefficients, made ready for each way in which chroma is sampled when the first such
 * picture comes, and kept. There are seven.
 */
export class Embeddings {
  readonly patch: PatchEmbedding;
  readonly #create: CreateExecutor;
  readonly #pending = new Map<Sampling, Promise<GraphExecutor>>();
  readonly #ready: GraphExecutor[] = [];
  #disposed = false;

  constructor(patch: PatchEmbedding, create: CreateExecutor) {
    this.patch = patch;
    this.#create = create;
  }

  /** What the embedding gives for coefficients of so many pictures. */
  async run(coefficients: Float32Array, batch: number, sampling: Sampling): Promise<Float32Array> {
    let pending = this.#pending.get(sampling);
    if (pending === undefined) {
      pending = this.#prepare(sampling);
      this.#pending.set(sampling, pending);
      pending.catch(() => this.#pending.delete(sampling));
    }
    const [values] = await (await pending).run([coefficients], batch, 'values');
    return values;
  }

  residentBytes(own: ResidentBytes): ResidentBytes {
    return residentTogether([own, ...this.#ready.map(({ residentBytes }) => residentBytes)]);
  }

  get peakBytes(): number {
    return this.#ready.reduce((sum, { peakBytes }) => sum + peakBytes, 0);
  }

  dispose(): void {
    this.#disposed = true;
    for (const executor of this.#ready.splice(0)) executor.dispose();
  }

  async #prepare(sampling: Sampling): Promise<GraphExecutor> {
    // Few pages have pictures for it.
    const { embeddingGraph } = await import('./embedding-graph.ts');
    const executor = await this.#create(embeddingGraph(this.patch, sampling));
    this.#ready.push(executor);
    if (this.#disposed) this.dispose();
    return executor;
  }
}
