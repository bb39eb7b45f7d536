import type { WgslStep } from '../../../../kernels/wgsl.ts';
import { WjpegError } from '../../../errors.ts';

/** WebGPU takes no empty binding, and no uniform struct of ours is smaller. */
const LEAST_BYTES = 16;

/** A work buffer that is made anew when more is needed than it has. */
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

  /** Returns whether the buffer is another one now. */
  grow(bytes: number): boolean {
    if (this.#buffer && this.#buffer.size >= bytes) return false;
    this.#buffer?.destroy();
    this.#buffer = this.#device.createBuffer({
      label: this.#label,
      size: Math.max(LEAST_BYTES, bytes),
      usage: this.#usage,
    });
    return true;
  }

  get buffer(): GPUBuffer {
    if (!this.#buffer) throw new Error(`buffer '${this.#label}' is used before it is made`);
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

/** What never changes: weights, tables, parameters; each array once, however many steps share it. */
export class ConstantBuffers {
  readonly #buffers = new Map<ArrayBufferView | ArrayBuffer, GPUBuffer>();

  constructor(device: GPUDevice, steps: readonly WgslStep[]) {
    for (const step of steps) {
      for (const array of step.weights) this.#upload(device, step.name, array, GPUBufferUsage.STORAGE);
      this.#upload(device, step.name, step.parameters, GPUBufferUsage.UNIFORM);
    }
  }

  of(array: ArrayBufferView | ArrayBuffer): GPUBuffer {
    return this.#buffers.get(array) as GPUBuffer;
  }

  /** Bytes on the device by group of steps; what several groups share counts for the first. */
  bytesOf(groups: readonly (readonly WgslStep[])[]): number[] {
    const counted = new Set<GPUBuffer>();
    return groups.map((steps) => {
      let bytes = 0;
      for (const { weights, parameters } of steps) {
        for (const array of [...weights, parameters]) {
          const buffer = this.of(array);
          if (!counted.has(buffer)) bytes += buffer.size;
          counted.add(buffer);
        }
      }
      return bytes;
    });
  }

  destroy(): void {
    for (const buffer of this.#buffers.values()) buffer.destroy();
    this.#buffers.clear();
  }

  #upload(device: GPUDevice, label: string, array: ArrayBufferView | ArrayBuffer, usage: number): void {
    if (this.#buffers.has(array)) return;
    const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
    const most = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    if (array.byteLength > most) {
      throw new WjpegError(
        'unsupported',
        'KERNEL_TOO_LARGE',
        `${label}: ${array.byteLength} bytes of weights, expected at most ${most} on this GPU`,
      );
    }
    const buffer = device.createBuffer({
      label,
      size: Math.max(LEAST_BYTES, array.byteLength),
      usage: usage | GPUBufferUsage.COPY_DST,
    });
    this.#buffers.set(array, buffer);
    device.queue.writeBuffer(buffer, 0, array as BufferSource);
  }
}

/** The steps and what they bring along: sums of parts. */
export function withPartSums(steps: readonly WgslStep[]): WgslStep[] {
  return steps.flatMap((step) => (step.partSum ? [step, step.partSum] : [step]));
}
