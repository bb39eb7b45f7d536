import { GrowingBuffer, type LoadedStep } from './buffers.ts';
import { checked, gpuError, type SharedDevice } from './device.ts';
import { fold, laneCounts } from './lanes.ts';

/** Batch sizes whose commands are kept ready. */
const MAX_PREPARED = 8;

/** A step with the buffers that it reads and the one that it writes. */
export interface PlacedStep {
  readonly step: LoadedStep;
  readonly reads: readonly GrowingBuffer[];
  /** Σx of the inputs, for steps that read it. */
  readonly sums: GrowingBuffer;
  readonly writes: GrowingBuffer;
}

/** Commands for one number of images. */
export interface Commands {
  /** The steps that run, in order. */
  readonly place: () => readonly PlacedStep[];
  /** Makes the work buffers large enough; returns whether one is new. */
  readonly grow: () => boolean;
  readonly outputBytes: number;
}

export interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

/** Bytes to read back from the start of a buffer. */
export interface Output {
  readonly buffer: GPUBuffer;
  readonly bytes: number;
}

/** A step that splits its rows leaves the sums of parts in `partials`, and is followed by one that adds them up. */
export function withPartSum(placed: PlacedStep, lanes: number, partials: GrowingBuffer): PlacedStep[] {
  const { step } = placed;
  if (step.partSum === undefined || step.plan(lanes).splits === 1) return [placed];
  return [
    { ...placed, writes: partials },
    { ...placed, step: step.partSum, reads: [partials] },
  ];
}

/** Numbers per image that the sums of parts of one of the steps take at most. */
export function partialsWidth(steps: readonly LoadedStep[], lanes: number): number {
  return Math.max(
    ...steps.map((step) => {
      const { splits } = step.plan(lanes);
      return splits > 1 ? splits * step.width : 0;
    }),
  );
}

/** Buffers that kernels and callers write and read. */
export function workBuffer(device: GPUDevice, label: string): GrowingBuffer {
  return new GrowingBuffer(
    device,
    label,
    GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
  );
}

/** Steps as commands of the GPU: made once per number of images, kept until a buffer grows, run in one command buffer. */
export class Dispatches {
  readonly #gpu: SharedDevice;
  readonly #work: readonly GrowingBuffer[];
  readonly #call: GrowingBuffer;
  readonly #readback: GrowingBuffer;
  readonly #maxWorkgroups: number;
  readonly #prepared = new Map<string, readonly Dispatch[]>();

  /** `work`: every buffer that the steps read or write; they are destroyed with the commands. */
  constructor(
    gpu: SharedDevice,
    work: readonly GrowingBuffer[],
    maxWorkgroups: number = gpu.device.limits.maxComputeWorkgroupsPerDimension,
  ) {
    const { device } = gpu;
    this.#gpu = gpu;
    this.#maxWorkgroups = maxWorkgroups;
    this.#call = new GrowingBuffer(device, 'call', GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.#readback = new GrowingBuffer(device, 'readback', GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    this.#work = [...work, this.#call, this.#readback];
  }

  /** Bytes of the work buffers so far. */
  get workBytes(): number {
    return this.#work.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The commands named `key`, which stands for all that they depend on besides the number of images. */
  async prepare(key: string, images: number, commands: Commands): Promise<readonly Dispatch[]> {
    const name = `${images} ${key}`;
    const known = this.#prepared.get(name);
    if (known) return known;
    const { lanes, vector } = laneCounts(images);
    const placed = commands.place();
    const plans = placed.map(({ step }) => step.plan(lanes));
    const compiled = placed.map(({ step }, index) =>
      this.#gpu.pipeline(step.source(vector, lanes), plans[index].constants),
    );
    const pipelines = await Promise.all(compiled).catch(async (error) => {
      throw await gpuError(this.#gpu, 'compilation of a kernel', error);
    });
    return checked(this.#gpu, 'commands and work memory', () => {
      const grown = [commands.grow(), this.#call.grow(16)];
      if (grown.includes(true)) this.#prepared.clear();
      // No bind group holds this one.
      this.#readback.grow(commands.outputBytes);
      const dispatches = placed.map((each, index): Dispatch => {
        const { laneGroups, itemGroups } = plans[index];
        return {
          pipeline: pipelines[index],
          bindings: this.#bind(each, pipelines[index]),
          workgroups: [laneGroups, ...fold(itemGroups, this.#maxWorkgroups)],
        };
      });
      while (this.#prepared.size >= MAX_PREPARED) {
        this.#prepared.delete(this.#prepared.keys().next().value as string);
      }
      this.#prepared.set(name, dispatches);
      return dispatches;
    }).catch((error) => {
      // A buffer whose allocation failed still exists, and would fail every later call.
      this.destroy();
      throw error;
    });
  }

  /** Runs prepared commands after `write`, which gives the inputs to the queue; returns the outputs. */
  async run(
    dispatches: readonly Dispatch[],
    images: number,
    write: (queue: GPUQueue) => void,
    outputs: readonly Output[],
  ): Promise<Float32Array[]> {
    const { device } = this.#gpu;
    const readback = this.#readback.buffer;
    const { lanes, padded } = laneCounts(images);
    const total = outputs.reduce((sum, { bytes }) => sum + bytes, 0);
    try {
      await checked(this.#gpu, 'run', () => {
        device.queue.writeBuffer(this.#call.buffer, 0, Uint32Array.of(lanes, images, padded));
        write(device.queue);
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        for (const { pipeline, bindings, workgroups } of dispatches) {
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, bindings);
          pass.dispatchWorkgroups(...workgroups);
        }
        pass.end();
        let at = 0;
        for (const { buffer, bytes } of outputs) {
          encoder.copyBufferToBuffer(buffer, 0, readback, at, bytes);
          at += bytes;
        }
        device.queue.submit([encoder.finish()]);
        return readback.mapAsync(GPUMapMode.READ, 0, total);
      });
      const all = readback.getMappedRange(0, total).slice(0);
      let at = 0;
      return outputs.map(({ bytes }) => {
        const output = new Float32Array(all, at, bytes / 4);
        at += bytes;
        return output;
      });
    } finally {
      readback.unmap();
    }
  }

  /** Frees the work buffers; the next `prepare` creates them again. */
  destroy(): void {
    for (const buffer of this.#work) buffer.destroy();
    this.#prepared.clear();
  }

  #bind({ step, reads, sums, writes }: PlacedStep, pipeline: GPUComputePipeline): GPUBindGroup {
    const values = [...reads, ...(step.readsSums ? [sums] : []), writes].map(({ buffer }) => buffer);
    return this.#gpu.device.createBindGroup({
      label: step.name,
      layout: pipeline.getBindGroupLayout(0),
      entries: [this.#call.buffer, ...step.constants, ...values].map((buffer, binding) => ({
        binding,
        resource: { buffer },
      })),
    });
  }
}
