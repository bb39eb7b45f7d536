import { WjpegError } from '../../../errors.ts';
import type { Network } from '../../../weights/network.ts';
import type { Executor, InputKind, ResidentBytes } from '../backend.ts';
import { checkInput, type InputWidths, inputWidths } from '../check-input.ts';
import { Mutex } from '../mutex.ts';
import { residentOf } from '../resident.ts';
import { WgslChain } from './chain.ts';
import { sharedDevice } from './device.ts';
import { nodeSteps, stepsInOrder } from './node-steps.ts';

interface Widths extends InputWidths {
  readonly out: number;
}

/** Runs a network as one chain of our own WGSL kernels. */
export class WgslExecutor implements Executor {
  readonly backend = 'webgpu';
  readonly residentBytes: ResidentBytes;
  readonly #chain: WgslChain;
  readonly #widths: Widths;
  #peakBytes: number;
  #disposed = false;
  /** Serialises calls. */
  readonly #mutex = new Mutex();

  /** `nodes`: bytes on the device; the uploaded arrays are not kept. */
  private constructor(chain: WgslChain, nodes: readonly NodeBytes[], widths: Widths) {
    this.#chain = chain;
    this.#widths = widths;
    this.residentBytes = residentOf(nodes.map(({ name, bytes }) => ({ name, host: 0, device: bytes })));
    this.#peakBytes = this.residentBytes.device;
  }

  static async create(network: Network): Promise<WgslExecutor> {
    const gpu = await sharedDevice();
    const nodes = network.nodes.map(nodeSteps);
    const groups = nodes.map(stepsInOrder);
    const first = network.nodes[0];
    const takesCoefficients = first.kind === 'rows';
    // Step 0 is the transform of the first node, which coefficients skip.
    const starts = takesCoefficients ? [0, 1] : [0];
    const chain = await WgslChain.create(gpu, groups.flat(), first.inFeatures, starts);
    const bytes = chain.residentBytes;
    let at = 0;
    const sizes = groups.map((steps, index) => {
      // Shared data are last, and are counted with the last node.
      const end = index === groups.length - 1 ? bytes.length : at + steps.length;
      const own = bytes.slice(at, end);
      at = end;
      return { name: nodes[index].name, bytes: own.reduce((sum, size) => sum + size, 0) };
    });
    return new WgslExecutor(chain, sizes, {
      ...inputWidths(first),
      out: network.nodes[network.nodes.length - 1].outFeatures,
    });
  }

  get peakBytes(): number {
    return this.#peakBytes;
  }

  async run(input: Float32Array, batch: number, kind: InputKind): Promise<Float32Array> {
    if (this.#disposed)
      throw new WjpegError('misuse', 'SESSION_DISPOSED', 'this session is disposed: create a new one');
    checkInput(input, batch, kind, this.#widths);
    // The caller may change its array while an earlier call is still running.
    const values = input.slice();
    return this.#mutex.run(() => this.#runInParts(values, batch, kind));
  }

  dispose(): void {
    this.#disposed = true;
    void this.#mutex.run(async () => this.#chain.destroy());
  }

  async #runInParts(values: Float32Array, batch: number, kind: InputKind): Promise<Float32Array> {
    const width = this.#widths[kind];
    const { out } = this.#widths;
    const logits = new Float32Array(batch * out);
    const { maxImages } = this.#chain;
    for (let first = 0; first < batch; first += maxImages) {
      const images = Math.min(maxImages, batch - first);
      const part = await this.#chain.run({
        values: values.subarray(first * width, (first + images) * width),
        images,
        from: kind === 'coefficients' ? 1 : 0,
      });
      logits.set(part, first * out);
      const held = values.byteLength + logits.byteLength + part.byteLength;
      this.#peakBytes = Math.max(this.#peakBytes, this.residentBytes.device + this.#chain.workBytes + held);
    }
    return logits;
  }
}

type NodeBytes = ResidentBytes['nodes'][number];
