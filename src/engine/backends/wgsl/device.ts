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
  const known = shared;
  const device = await known?.catch(() => undefined);
  if (device && device.lost === undefined) return device;
  // Another caller may have asked for a new one meanwhile.
  if (shared === known) shared = requestDevice();
  return shared as Promise<SharedDevice>;
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
        // What is wrong with a source is said twice; the pipeline's answer is the one that is waited for.
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
    `the GPU device was lost (${reason}): its sessions can not answer any more, a new session can be made`,
  );
}

/**
 * Runs something that gives orders to the device, and then waits until the device has found nothing wrong with them:
 * WebGPU reports errors beside the results, never instead of them. `action` gives its orders before it first waits.
 * Throws `WjpegError` with GPU_LOST, GPU_OUT_OF_MEMORY or GPU_FAILED; `what` says what was to be done.
 */
export async function checked<T>(gpu: SharedDevice, what: string, action: () => T | Promise<T>): Promise<T> {
  const { device } = gpu;
  if (gpu.lost !== undefined) throw lostError(gpu.lost);
  for (const filter of ['validation', 'out-of-memory', 'internal'] as const) device.pushErrorScope(filter);
  // An async function: what `action` throws at once must not keep the scopes from being popped.
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

/** What went wrong on the device, as an error of ours. */
export async function gpuError(gpu: SharedDevice, what: string, cause: unknown): Promise<WjpegError> {
  if (cause instanceof WjpegError) return cause;
  // A loss fails everything that waits; the news of it may come last.
  await new Promise((resolve) => setTimeout(resolve, 0));
  if (gpu.lost !== undefined) return lostError(gpu.lost);
  if (cause instanceof GPUOutOfMemoryError) {
    return new WjpegError('limit', 'GPU_OUT_OF_MEMORY', `${what}: the GPU has too little memory`, { cause });
  }
  const reason = (cause as { message?: string }).message ?? String(cause);
  return new WjpegError('unavailable', 'GPU_FAILED', `${what}: WebGPU reports '${reason}'`, { cause });
}
