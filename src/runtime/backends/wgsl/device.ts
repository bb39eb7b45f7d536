import { WjpegError } from '../../../errors.ts';
import { provideWebGpu } from '../webgpu-platform.ts';

/** A GPU device that sessions share, with the pipelines compiled so far. */
export interface SharedDevice {
  readonly device: GPUDevice;
  /** Compiles a kernel or returns the cached one: one per source and set of constants. */
  pipeline(source: string, constants: Readonly<Record<string, number>>): Promise<GPUComputePipeline>;
  /** Why the device was lost; undefined while it works. */
  readonly lost: string | undefined;
  /** Rejects when the device is lost. */
  readonly whenLost: Promise<never>;
}

let shared: Promise<SharedDevice> | undefined;

/** The device of this process or page; a new one at first use, or after the last one was lost. */
export async function sharedDevice(): Promise<SharedDevice> {
  const known = shared;
  const device = await known?.catch(() => undefined);
  if (device && device.lost === undefined) return device;
  // Another caller may have requested a new one meanwhile.
  if (shared === known) shared = requestDevice();
  return shared as Promise<SharedDevice>;
}

async function requestDevice(): Promise<SharedDevice> {
  const missing = await provideWebGpu();
  const adapter = missing === undefined ? await navigator.gpu.requestAdapter() : null;
  if (!adapter) {
    throw new WjpegError('unavailable', 'BACKEND_UNAVAILABLE', missing ?? 'WebGPU found no adapter');
  }
  // Layers may be larger than the 128 MiB that a device grants by default.
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
  // There may be no awaiting caller when it happens.
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
        // Errors in a source are reported twice; the pipeline's promise is the one that is awaited.
        device.pushErrorScope('validation');
        pipeline = device.createComputePipelineAsync({
          layout: 'auto',
          compute: { module: device.createShaderModule({ code: source }), entryPoint: 'main', constants },
        });
        device.popErrorScope().catch(() => {});
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
    `the GPU device was lost (${reason}): its sessions cannot continue, create a new session`,
  );
}

/**
 * Runs an action that issues commands to the device, then waits until the device has validated them:
 * WebGPU reports errors separately from results. `action` must issue its commands before its first `await`.
 * Throws `WjpegError` with GPU_LOST, GPU_OUT_OF_MEMORY or GPU_FAILED; `what` describes the action.
 */
export async function checked<T>(gpu: SharedDevice, what: string, action: () => T | Promise<T>): Promise<T> {
  const { device } = gpu;
  if (gpu.lost !== undefined) throw lostError(gpu.lost);
  for (const filter of ['validation', 'out-of-memory', 'internal'] as const) device.pushErrorScope(filter);
  // An async function: a synchronous throw of `action` must not prevent popping the scopes.
  const result = (async () => action())();
  const scopes = [device.popErrorScope(), device.popErrorScope(), device.popErrorScope()];
  const settled = Promise.allSettled([result, Promise.all(scopes)]);
  const [outcome, errors] = await Promise.race([settled, gpu.whenLost]);
  if (errors.status === 'rejected') throw await gpuError(gpu, what, errors.reason);
  const reported = errors.value.find((error) => error !== null);
  if (reported) throw await gpuError(gpu, what, reported);
  if (outcome.status === 'rejected') throw await gpuError(gpu, what, outcome.reason);
  return outcome.value;
}

/** A device error as a `WjpegError`. */
export async function gpuError(gpu: SharedDevice, what: string, cause: unknown): Promise<WjpegError> {
  if (cause instanceof WjpegError) return cause;
  // A lost device fails everything pending; its notification may come last.
  await new Promise((resolve) => setTimeout(resolve, 0));
  if (gpu.lost !== undefined) return lostError(gpu.lost);
  if (cause instanceof GPUOutOfMemoryError) {
    return new WjpegError('limit', 'GPU_OUT_OF_MEMORY', `${what}: the GPU is out of memory`, { cause });
  }
  const reason = (cause as { message?: string }).message ?? String(cause);
  return new WjpegError('unavailable', 'GPU_FAILED', `${what}: WebGPU reports '${reason}'`, { cause });
}
