import { WjpegError } from '../../../errors.ts';
import { provideWebGpu } from '../webgpu-platform.ts';

/** A GPU device that sessions share, with the pipelines compiled so far. */
export interface SharedDevice {
  readonly device: GPUDevice;
  /** Compiles a kernel, or finds it: one for each source and set of constants. */
  pipeline(source: string, constants: Readonly<Record<string, number>>): Promise<GPUComputePipeline>;
  /** Why the device is gone; undefined while it is there. */
  readonly lost: string | undefined;
  /** Rejects when the device is lost. */
  readonly whenLost: Promise<never>;
}

let shared: Promise<SharedDevice> | undefined;

/** The device of this process or page; a new one where there is none yet, or where the last one was lost. */
export async function sharedDevice(): Promise<SharedDevice> {
  if (shared && (await shared.catch(() => undefined))?.lost === undefined) {
    const device = await shared.catch(() => undefined);
    if (device) return device;
  }
  shared = requestDevice();
  return shared;
}

async function requestDevice(): Promise<SharedDevice> {
  const missing = await provideWebGpu();
  const adapter = missing === undefined ? await navigator.gpu.requestAdapter() : null;
  if (!adapter) {
    throw new WjpegError('unavailable', 'BACKEND_UNAVAILABLE', missing ?? 'WebGPU gives no adapter');
  }
  // Layers may be larger than the 128 MiB that a device grants unless it is asked for more.
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({
    label: 'wjpeg',
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
  });
  const pipelines = new Map<string, Promise<GPUComputePipeline>>();
  let lost: string | undefined;
  const whenLost = device.lost.then(({ reason, message }) => {
    lost = [reason, message].filter(Boolean).join(': ');
    throw lostError(lost);
  });
  // Nobody may be waiting when it happens.
  whenLost.catch(() => {});
  return {
    device,
    get lost() {
      return lost;
    },
    whenLost,
    pipeline(source, constants) {
      const key = JSON.stringify([source, constants]);
      let pipeline = pipelines.get(key);
      if (!pipeline) {
        pipeline = device.createComputePipelineAsync({
          layout: 'auto',
          compute: { module: device.createShaderModule({ code: source }), entryPoint: 'main', constants },
        });
        pipelines.set(key, pipeline);
        pipeline.catch(() => pipelines.delete(key));
      }
      return pipeline;
    },
  };
}

function lostError(reason: string): WjpegError {
  return new WjpegError(
    'unavailable',
    'GPU_LOST',
    `the GPU device was lost (${reason}): its sessions can not answer any more, a new session can be made`,
  );
}

/**
 * Runs something that gives orders to the device, and then waits until the device has found nothing wrong with them:
 * WebGPU reports errors beside the results, never instead of them. `action` gives its orders before it first waits.
 */
export async function checked<T>(gpu: SharedDevice, what: string, action: () => T | Promise<T>): Promise<T> {
  const { device } = gpu;
  if (gpu.lost !== undefined) throw lostError(gpu.lost);
  for (const filter of ['validation', 'out-of-memory', 'internal'] as const) device.pushErrorScope(filter);
  let result: T | Promise<T>;
  let scopes: Promise<(GPUError | null)[]>;
  try {
    result = action();
  } finally {
    scopes = Promise.all([device.popErrorScope(), device.popErrorScope(), device.popErrorScope()]);
    scopes.catch(() => {});
  }
  const settled = Promise.allSettled([result, scopes]);
  const [outcome, errors] = await Promise.race([settled, gpu.whenLost]);
  const error = errors.status === 'fulfilled' ? errors.value.find((found) => found !== null) : errors.reason;
  if (error instanceof GPUOutOfMemoryError) {
    throw new WjpegError('limit', 'GPU_OUT_OF_MEMORY', `${what}: the GPU has too little memory`, {
      cause: error,
    });
  }
  if (error) throw failure(what, error);
  if (outcome.status === 'rejected') throw failure(what, outcome.reason);
  return outcome.value;
}

function failure(what: string, cause: unknown): WjpegError {
  if (cause instanceof WjpegError) return cause;
  const reason = (cause as { message?: string }).message ?? String(cause);
  return new WjpegError('unavailable', 'GPU_FAILED', `${what}: WebGPU reports '${reason}'`, { cause });
}
