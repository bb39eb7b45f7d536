import type { GPU, Input } from 'gpu.js';
import type { Network } from '../../../model/network.ts';
import type { Executor, InputKind, ResidentBytes } from '../backend.ts';
import { checkInput, type InputWidths, inputWidths } from '../check-input.ts';
import { residentOf } from '../resident.ts';
import { Turns } from '../turns.ts';
import type { GpuJsBackendName } from './names.ts';
import { type BuiltPipeline, buildPipeline } from './pipeline.ts';
import { type GpuJsMode, gpuJsMode, loadGpuJs } from './platform.ts';
import { splitRows } from './split-rows.ts';
import { type StageKernels, stageKernels, stageSteps } from './stage-kernels.ts';

/** Maximum images per pipeline; larger batches are split. */
const MOST_IMAGES = 256;
/** Every pipeline has a copy of the weights on the device, so there is one for single images and one for batches. */
const MOST_PIPELINES = 2;

/**
 * Runs a network as one gpu.js pipeline: weights are kernel constants, so they stay on the device, and a call uploads
 * its inputs once and reads its logits once. A pipeline is built for one batch size at its first use.
 */
export class GpuJsExecutor implements Executor {
  readonly backend: GpuJsBackendName;
  readonly #gpu: GPU;
  readonly #mode: GpuJsMode;
  readonly #Input: typeof Input;
  readonly #stages: readonly StageKernels[];
  readonly #widths: InputWidths;
  readonly #outFeatures: number;
  #peakBytes = 0;
  /** Most recently used last. */
  #pipelines: BuiltPipeline[] = [];
  /** Serialises calls. */
  readonly #turns = new Turns();

  private constructor(
    backend: GpuJsBackendName,
    gpuJs: Awaited<ReturnType<typeof loadGpuJs>>,
    network: Network,
  ) {
    this.backend = backend;
    this.#mode = gpuJsMode(backend, gpuJs.GPU);
    this.#gpu = new gpuJs.GPU({ mode: this.#mode });
    this.#Input = gpuJs.Input;
    const bits = backend === 'cpu' || backend === 'webasm' ? 16 : 24;
    this.#stages = network.stages.map((stage) => stageKernels(stage, bits));
    const first = network.stages[0];
    this.#widths = inputWidths(first);
    this.#outFeatures = network.stages[network.stages.length - 1].outFeatures;
  }

  static async create(backend: GpuJsBackendName, network: Network): Promise<GpuJsExecutor> {
    const gpuJs = await loadGpuJs();
    return new GpuJsExecutor(backend, gpuJs, network);
  }

  /**
   * Host: the constants that gpu.js keeps. Device: 4 bytes per element of them for every
   * pipeline; `cpu` has no device and uses the constants in place.
   */
  get residentBytes(): ResidentBytes {
    const pipelines = this.#pipelines.map((pipeline) => pipeline.stages);
    const stages = this.#stages.map((stage, index) => {
      const built = pipelines.map((forms) => forms[index]);
      const host = constantSizes([stage, ...built]).bytes;
      const elements = built.reduce((sum, form) => sum + constantSizes([form]).elements, 0);
      return { name: stage.name, host, device: this.backend === 'cpu' ? 0 : elements * 4 };
    });
    return residentOf(stages);
  }

  get peakBytes(): number {
    const { host, device } = this.residentBytes;
    this.#peakBytes = Math.max(this.#peakBytes, host + device);
    return this.#peakBytes;
  }

  async run(input: Float32Array, batch: number, kind: InputKind): Promise<Float32Array> {
    checkInput(input, batch, kind, this.#widths);
    // The caller may change its array while an earlier call is still running.
    const values = input.slice();
    return this.#turns.take(() => this.#runInParts(values, batch, kind));
  }

  dispose(): void {
    void this.#turns.take(async () => {
      for (const pipeline of this.#pipelines) await pipeline.destroy();
      this.#pipelines = [];
      await this.#gpu.destroy();
    });
  }

  async #runInParts(values: Float32Array, batch: number, kind: InputKind): Promise<Float32Array> {
    const width = this.#widths[kind];
    const logits = new Float32Array(batch * this.#outFeatures);
    const pipeline = await this.#pipelineFor(pipelineSize(batch), kind);
    const { host, device } = this.residentBytes;
    // The activations that gpu.js keeps between kernels are internal and not counted.
    this.#peakBytes = Math.max(this.#peakBytes, host + device + values.byteLength + logits.byteLength);
    for (let first = 0; first < batch; first += pipeline.batch) {
      const count = Math.min(pipeline.batch, batch - first);
      let part = values.subarray(first * width, (first + count) * width);
      if (count < pipeline.batch) {
        // A pipeline has one size: a shorter batch is padded with zeros, whose outputs are dropped.
        const padded = new Float32Array(pipeline.batch * width);
        padded.set(part);
        part = padded;
      }
      const rows = await pipeline.run(part);
      for (let i = 0; i < count; i++) logits.set(rows[i], (first + i) * this.#outFeatures);
    }
    return logits;
  }

  async #pipelineFor(size: number, kind: InputKind): Promise<BuiltPipeline> {
    const [built] = this.#pipelines
      .filter(({ kind: other, batch }) => other === kind && batch >= size && batch <= size * MOST_TOO_LARGE)
      .sort((a, b) => a.batch - b.batch);
    if (built) {
      this.#pipelines = [...this.#pipelines.filter((other) => other !== built), built];
      return built;
    }
    while (this.#pipelines.length >= MOST_PIPELINES) await this.#pipelines.shift()?.destroy();
    const width = this.#widths[kind];
    // On a CPU there is a single thread.
    const onGpu = this.backend === 'webgpu' || this.backend === 'webgl';
    const stages = onGpu ? this.#stages.map((stage) => splitRows(stage, size)) : this.#stages;
    const pipeline = buildPipeline(this.#gpu, this.#Input, this.#mode, stages, { size, width, kind });
    this.#pipelines.push(pipeline);
    return pipeline;
  }
}

/**
 * A pipeline up to this factor too large is reused instead of building another, for example at the end of a data set.
 */
const MOST_TOO_LARGE = 16;

/** The next power of two, so that few sizes serve all batches. */
function pipelineSize(batch: number): number {
  return Math.min(MOST_IMAGES, 2 ** Math.ceil(Math.log2(batch)));
}

/** Bytes of all constants of a stage's kernels: shared arrays count once; one number is 4 bytes. */
function constantSizes(forms: readonly StageKernels[]): { bytes: number; elements: number } {
  const constants = new Set(forms.flatMap((form) => stageSteps(form).map((step) => step.constants)));
  const values = [...constants].flatMap((entries) => Object.values(entries));
  const arrays = new Set(values.filter((value) => typeof value !== 'number'));
  const numbers = values.filter((value) => typeof value === 'number').length;
  let bytes = numbers * 4;
  let elements = numbers;
  for (const array of arrays) {
    bytes += array.byteLength;
    elements += array.length;
  }
  return { bytes, elements };
}
