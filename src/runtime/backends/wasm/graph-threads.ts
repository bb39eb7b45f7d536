import { WjpegError } from '../../../errors.ts';
import type { PlannedGraph } from '../../../graph/graph.ts';
import { nodeWork } from '../../../graph/multiplications.ts';
import { elementCount, type Shape } from '../../../graph/shape.ts';
import type { LinearNode, RowsNode } from '../../../weights/network.ts';
import { checkLengths } from '../../graph/check-inputs.ts';
import type { ExecutorOptions, GraphExecutor, InputKind, ResidentBytes } from '../backend.ts';
import { sumOfResident } from '../resident-together.ts';
import type { WasmGraphExecutor } from './graph.ts';
import { GraphThread } from './graph-thread.ts';

/**
 * Steps of the plainest loop (`nodeWork`) from which a share of a batch is worth a thread: 0.1 to 0.25 ms, where a message there
 * and back takes 0.02, and a thread has to wake up (docs/lab/convolutions.md).
 */
const MIN_SHARE = 4_000_000;

/** @throws NO_THREADS where layers are decoded while multiplying: copies of all else would take more than that saves */
export function checkMemory({ memory }: ExecutorOptions): void {
  if (memory !== 'stream') return;
  throw new WjpegError(
    'unavailable',
    'NO_THREADS',
    "no threads: they work with memory 'speed' and 'compact' only, not 'stream': choose one of these, or one thread",
  );
}

/** Starts threads beside the executor of this one. Disposes of it if they cannot start. */
export async function startThreads(
  own: WasmGraphExecutor,
  graph: PlannedGraph,
  options: ExecutorOptions,
): Promise<ThreadedGraph> {
  const message = { graph: portable(graph), options: { ...options, threads: 1 } };
  const threads: GraphThread[] = [];
  try {
    while (threads.length < options.threads - 1) threads.push(new GraphThread(message));
    await Promise.all(threads.map(({ ready }) => ready));
    return new ThreadedGraph(own, graph, threads);
  } catch (error) {
    for (const thread of threads) thread.end();
    own.dispose();
    throw error;
  }
}

/**
 * Runs batches of a graph on several threads. Each has the whole graph in a memory of its own and takes a share of the images, so
 * that nothing is shared: pages need no isolation. Images are independent of where a batch is cut (graph-parts.ts), and small
 * batches stay on the calling thread.
 */
export class ThreadedGraph implements GraphExecutor {
  readonly takesEntry = true;
  readonly residentBytes: ResidentBytes;
  readonly #own: WasmGraphExecutor;
  readonly #graph: PlannedGraph;
  readonly #threads: readonly GraphThread[];
  /** From how many images on a share pays. */
  readonly #minOfShare: number;
  #calls = 0;
  #isDisposed = false;

  constructor(own: WasmGraphExecutor, graph: PlannedGraph, threads: readonly GraphThread[]) {
    this.#own = own;
    this.#graph = graph;
    this.#threads = threads;
    this.#minOfShare = Math.ceil(MIN_SHARE / stepsOf(graph));
    this.residentBytes = sumOfResident([own.residentBytes, ...threads.map(({ resident }) => resident)]);
  }

  get peakBytes(): number {
    return this.#threads.reduce((sum, { peakBytes }) => sum + peakBytes, this.#own.peakBytes);
  }

  async run(inputs: readonly Float32Array[], batch: number, kind: InputKind): Promise<Float32Array[]> {
    checkLengths(this.#graph, inputs, batch, kind);
    for (const thread of this.#threads) thread.assertAlive();
    const together = this.#own.imagesTogether(batch);
    const count = Math.min(
      this.#threads.length + 1,
      Math.floor(batch / this.#minOfShare),
      Math.ceil(batch / together),
    );
    if (count < 2) return this.#own.run(inputs, batch, kind);
    this.#calls++;
    try {
      return await this.#runShares(inputs, kind, sharesOf(batch, count, together));
    } finally {
      this.#calls--;
      this.#endIfIdle();
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#own.dispose();
    this.#endIfIdle();
  }

  async #runShares(
    inputs: readonly Float32Array[],
    kind: InputKind,
    starts: readonly number[],
  ): Promise<Float32Array[]> {
    const batch = starts[starts.length - 1];
    const shareOf = (first: number, end: number): Float32Array[] =>
      inputs.map((input) => {
        const width = input.length / batch;
        return input.subarray(first * width, end * width);
      });
    const others = this.#threads.slice(0, starts.length - 2).map((thread, index) => {
      const [first, end] = [starts[index + 1], starts[index + 2]];
      const copies = shareOf(first, end).map((input) => input.slice());
      return thread.run({ inputs: copies, images: end - first, kind, first, whole: batch });
    });
    const own = this.#own.run(shareOf(0, starts[1]), starts[1], kind, batch);
    const shares = await Promise.allSettled([own, ...others]);
    for (const share of shares) if (share.status === 'rejected') throw share.reason;
    return joined(shares.map((share) => (share as PromiseFulfilledResult<Float32Array[]>).value));
  }

  #endIfIdle(): void {
    if (this.#isDisposed && this.#calls === 0) for (const thread of this.#threads) thread.end();
  }
}

/** Image with which each of `count` shares begins, and the end; `together`: images that no cut may part, from the first on. */
function sharesOf(batch: number, count: number, together: number): number[] {
  const groups = Math.ceil(batch / together);
  const starts = Array.from({ length: count }, (_, share) => together * Math.ceil((share * groups) / count));
  return [...starts, batch];
}

/** Outputs of a batch from those of its shares. */
function joined(shares: readonly (readonly Float32Array[])[]): Float32Array[] {
  return shares[0].map((_, output) => {
    const values = new Float32Array(shares.reduce((sum, share) => sum + share[output].length, 0));
    let at = 0;
    for (const share of shares) {
      values.set(share[output], at);
      at += share[output].length;
    }
    return values;
  });
}

/** The graph without functions, which messages cannot hold: layers keep their coefficients instead of the JPEG. */
function portable(graph: PlannedGraph): PlannedGraph {
  const nodes = graph.nodes.map(({ linear, trained: _, ...node }) => ({
    ...node,
    ...(linear && { linear: withoutJpeg(linear) }),
  }));
  return { ...graph, nodes };
}

function withoutJpeg(linear: LinearNode): LinearNode {
  if (linear.kind === 'dense') return linear;
  const { encoded: _, ...node } = linear;
  return node;
}

/** What a graph takes for one image, about: nonzeros where weights are coefficients, and at least a step per element. */
function stepsOf({ nodes, shapes }: PlannedGraph): number {
  return nodes.reduce((sum, node) => {
    const [channels, ...map] = shapes.get(node.outputs[0]) as Shape;
    const elements = channels * elementCount(map);
    const nonzeros =
      node.coefficients?.sparse ?? (node.linear as Partial<RowsNode> | undefined)?.coefficients;
    const steps = nonzeros ? nonzeros.value.length * elementCount(map) : nodeWork(node, shapes);
    return sum + Math.max(elements, steps);
  }, 1);
}
