import type { Network } from '../../../weights/network.ts';
import type { Executor, InputKind, ResidentBytes } from '../backend.ts';
import { checkInput, type InputWidths, inputWidths } from '../check-input.ts';
import { residentOf } from '../resident.ts';
import { constantBytes } from './constants.ts';
import type { NodeKernels } from './kernel-step.ts';
import { type GpuJsBackendName, isGpu } from './names.ts';
import { nodeKernels } from './node-kernels.ts';
import { chainBody, chainPart } from './pipeline.ts';
import { Pipelines } from './pipelines.ts';
import { gpuJsMode, loadGpuJs } from './platform.ts';
import { splitRows } from './split-rows.ts';

/**
 * Runs a network as one gpu.js pipeline: weights are kernel constants, so they stay on the device, and a call uploads
 * its inputs once and reads its logits once.
 */
export class GpuJsExecutor implements Executor {
  readonly backend: GpuJsBackendName;
  readonly #nodes: readonly NodeKernels[];
  readonly #widths: InputWidths;
  readonly #pipelines: Pipelines;
  #peakBytes = 0;

  private constructor(backend: GpuJsBackendName, gpuJs: typeof import('./gpu-js.ts'), network: Network) {
    this.backend = backend;
    const nodes = network.nodes.map((node) => nodeKernels(node, isGpu(backend) ? 24 : 16));
    this.#nodes = nodes;
    const widths = inputWidths(network.nodes[0]);
    this.#widths = widths;
    this.#pipelines = new Pipelines(gpuJs, gpuJsMode(backend, gpuJs.GPU), {
      inputWidths: (kind) => [widths[kind]],
      outputWidths: [network.nodes[network.nodes.length - 1].outFeatures],
      body: (gpu, size, kind) => {
        // On a CPU there is one thread, and nothing to fill.
        const split = isGpu(backend) ? nodes.map((node) => splitRows(node, size)) : nodes;
        return chainBody(gpu, split, size, kind === 'coefficients');
      },
    });
  }

  static async create(backend: GpuJsBackendName, network: Network): Promise<GpuJsExecutor> {
    return new GpuJsExecutor(backend, await loadGpuJs(), network);
  }

  /**
   * Host: the constants that gpu.js keeps. Device: 4 bytes per element of them for every
   * pipeline; `cpu` has no device and uses the constants in place.
   */
  get residentBytes(): ResidentBytes {
    return residentOf(constantBytes(this.#nodes.map(chainPart), this.#pipelines.built, this.backend));
  }

  get peakBytes(): number {
    const { host, device } = this.residentBytes;
    this.#peakBytes = Math.max(this.#peakBytes, host + device + this.#pipelines.peakCallBytes);
    return this.#peakBytes;
  }

  async run(input: Float32Array, batch: number, kind: InputKind): Promise<Float32Array> {
    checkInput(input, batch, kind, this.#widths);
    const [logits] = await this.#pipelines.run([input], batch, kind);
    return logits;
  }

  dispose(): void {
    this.#pipelines.dispose();
  }
}
