import type { GPU, Input } from 'gpu.js';
import type { InputKind } from '../backend.ts';
import { Mutex } from '../mutex.ts';
import { type BuiltPipeline, buildPipeline, type PipelineBody } from './pipeline.ts';
import type { GpuJsMode } from './platform.ts';

/** Images that one pipeline takes at most; larger batches go through it in parts. */
const MAX_IMAGES = 256;
/** Every pipeline has a copy of the weights on the device: one for single images and one for batches are enough. */
const MAX_PIPELINES = 2;
/** A pipeline that is up to so many times too large is used rather than built anew: the end of a data set, say. */
const MAX_TOO_LARGE = 16;

/** How a network becomes pipelines. */
export interface PipelineSource {
  /** Numbers per image, of each input and of each output. */
  inputWidths(kind: InputKind): readonly number[];
  readonly outputWidths: readonly number[];
  body(gpu: GPU, size: number, kind: InputKind): PipelineBody;
}

/** The pipelines of a network, each built for one batch size when that is first asked for. */
export class Pipelines {
  readonly #gpu: GPU;
  readonly #mode: GpuJsMode;
  readonly #Input: typeof Input;
  readonly #source: PipelineSource;
  /** The one used last at the end. */
  #pipelines: BuiltPipeline[] = [];
  /** Calls run one after another. */
  readonly #mutex = new Mutex();
  /** Bytes of inputs and outputs of the largest call so far. */
  peakCallBytes = 0;

  constructor(gpuJs: typeof import('./gpu-js.ts'), mode: GpuJsMode, source: PipelineSource) {
    this.#mode = mode;
    this.#gpu = new gpuJs.GPU({ mode });
    this.#Input = gpuJs.Input;
    this.#source = source;
  }

  get built(): readonly BuiltPipeline[] {
    return this.#pipelines;
  }

  /** Runs `batch` images; returns B × width numbers for each output. */
  run(inputs: readonly Float32Array[], batch: number, kind: InputKind): Promise<Float32Array[]> {
    // The caller may change its arrays while an earlier call still runs.
    const copies = inputs.map((input) => input.slice());
    return this.#mutex.run(() => this.#runInParts(copies, batch, kind));
  }

  dispose(): void {
    void this.#mutex.run(async () => {
      for (const pipeline of this.#pipelines) await pipeline.destroy();
      this.#pipelines = [];
      await this.#gpu.destroy();
    });
  }

  async #runInParts(
    inputs: readonly Float32Array[],
    batch: number,
    kind: InputKind,
  ): Promise<Float32Array[]> {
    const widths = this.#source.inputWidths(kind);
    const { outputWidths } = this.#source;
    const outputs = outputWidths.map((width) => new Float32Array(batch * width));
    const pipeline = await this.#pipelineFor(pipelineSize(batch), kind);
    // The activations that gpu.js keeps between kernels are its own and not counted.
    const bytes = [...inputs, ...outputs].reduce((sum, array) => sum + array.byteLength, 0);
    this.peakCallBytes = Math.max(this.peakCallBytes, bytes);
    for (let first = 0; first < batch; first += pipeline.batch) {
      const count = Math.min(pipeline.batch, batch - first);
      const parts = inputs.map((input, index) => {
        const part = input.subarray(first * widths[index], (first + count) * widths[index]);
        if (count === pipeline.batch) return part;
        // A pipeline has one size: a shorter batch is filled up with zeros, whose answers are dropped.
        const padded = new Float32Array(pipeline.batch * widths[index]);
        padded.set(part);
        return padded;
      });
      const given = await pipeline.run(parts);
      for (const [index, rows] of given.entries()) {
        for (let i = 0; i < count; i++) outputs[index].set(rows[i], (first + i) * outputWidths[index]);
      }
    }
    return outputs;
  }

  async #pipelineFor(size: number, kind: InputKind): Promise<BuiltPipeline> {
    const [built] = this.#pipelines
      .filter(({ kind: other, batch }) => other === kind && batch >= size && batch <= size * MAX_TOO_LARGE)
      .sort((a, b) => a.batch - b.batch);
    if (built) {
      this.#pipelines = [...this.#pipelines.filter((other) => other !== built), built];
      return built;
    }
    while (this.#pipelines.length >= MAX_PIPELINES) await this.#pipelines.shift()?.destroy();
    const shape = { size, widths: this.#source.inputWidths(kind), kind };
    const body = this.#source.body(this.#gpu, size, kind);
    const pipeline = buildPipeline(this.#gpu, this.#Input, this.#mode, body, shape);
    this.#pipelines.push(pipeline);
    return pipeline;
  }
}

/** The next power of two, so that few sizes serve all batches. */
function pipelineSize(batch: number): number {
  return Math.min(MAX_IMAGES, 2 ** Math.ceil(Math.log2(batch)));
}
