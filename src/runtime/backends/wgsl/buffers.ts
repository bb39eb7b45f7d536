import type { WgslStep } from '../../../../kernels/wgsl.ts';
import { WjpegError } from '../../../errors.ts';

/** WebGPU does not accept an empty binding, and no uniform struct of ours is smaller. */
const MIN_BYTES = 16;

/** A work buffer that is replaced when it is too small. */
export class GrowingBuffer {
  readonly #device: GPUDevice;
  readonly #label: string;
  readonly #usage: GPUBufferUsageFlags;
  #buffer: GPUBuffer | undefined;

  constructor(device: GPUDevice, label: string, usage: GPUBufferUsageFlags) {
    this.#device = device;
    this.#label = label;
    this.#usage = usage;
  }

  /** Returns whether the buffer was replaced. */
  grow(bytes: number): boolean {
    if (this.#buffer && this.#buffer.size >= bytes) return false;
    this.#buffer?.destroy();
    this.#buffer = this.#device.createBuffer({
      label: this.#label,
      size: Math.max(MIN_BYTES, bytes),
      usage: this.#usage,
    });
    return true;
  }

  get buffer(): GPUBuffer {
    if (!this.#buffer) throw new Error(`buffer '${this.#label}' is used before it is created`);
    return this.#buffer;
  }

  get bytes(): number {
    return this.#buffer?.size ?? 0;
  }

  destroy(): void {
    this.#buffer?.destroy();
    this.#buffer = undefined;
  }
}

/** A step with its constants on the device; the host arrays are released. */
export interface LoadedStep extends Omit<WgslStep, 'parameters' | 'weights' | 'partSum'> {
  /** Parameters, then weights: bindings 1 and following. */
  readonly constants: readonly GPUBuffer[];
  readonly partSum?: LoadedStep;
}

/** Uploads everything constant: weights, tables, parameters; arrays shared by several steps once. */
export function loadSteps(device: GPUDevice, steps: readonly WgslStep[]): LoadedStep[] {
  const buffers = new Map<ArrayBufferView | ArrayBuffer, GPUBuffer>();
  const upload = (label: string, array: ArrayBufferView | ArrayBuffer, usage: number): GPUBuffer => {
    const known = buffers.get(array);
    if (known) return known;
    const buffer = uploadOne(device, label, array, usage);
    buffers.set(array, buffer);
    return buffer;
  };
  const load = ({ parameters, weights, partSum, ...step }: WgslStep): LoadedStep => ({
    ...step,
    constants: [
      upload(step.name, parameters, GPUBufferUsage.UNIFORM),
      ...weights.map((array) => upload(step.name, array, GPUBufferUsage.STORAGE)),
    ],
    ...(partSum && { partSum: load(partSum) }),
  });
  return steps.map(load);
}

/** The buffers of each step and of its sum of parts, without those of earlier steps. */
export function ownBuffers(steps: readonly LoadedStep[]): GPUBuffer[][] {
  const seen = new Set<GPUBuffer>();
  return steps.map(({ constants, partSum }) => {
    const own = [...constants, ...(partSum?.constants ?? [])].filter((buffer) => !seen.has(buffer));
    const distinct = [...new Set(own)];
    for (const buffer of distinct) seen.add(buffer);
    return distinct;
  });
}

function uploadOne(
  device: GPUDevice,
  label: string,
  array: ArrayBufferView | ArrayBuffer,
  usage: number,
): GPUBuffer {
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  const max = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  if (array.byteLength > max) {
    throw new WjpegError(
      'unsupported',
      'KERNEL_TOO_LARGE',
      `${label}: ${array.byteLength} bytes of weights, this GPU supports at most ${max}`,
    );
  }
  const buffer = device.createBuffer({
    label,
    size: Math.max(MIN_BYTES, array.byteLength),
    usage: usage | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(buffer, 0, array as BufferSource);
  return buffer;
}
