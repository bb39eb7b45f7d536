import { GPU, Input } from 'gpu.js';
import type { KernelStep } from '../../src/runtime/backends/gpujs/kernel-step.ts';
import { createKernel } from '../../src/runtime/backends/gpujs/node-kernels.ts';
import { reportedMode } from '../../src/runtime/backends/gpujs/pipeline.ts';
import type { GpuJsMode } from '../../src/runtime/backends/gpujs/platform.ts';
import { WgslChain } from '../../src/runtime/backends/wgsl/chain.ts';
import { sharedDevice } from '../../src/runtime/backends/wgsl/device.ts';
import { relativeError } from '../../src/runtime/oracle.ts';
import type { OperationCase } from './operation-cases.ts';

/** Runs a case with gpu.js, in a pipeline as the engine does, and returns the greatest error of its forms. */
export async function operationError(operation: OperationCase, mode: GpuJsMode): Promise<number> {
  const { steps, splitSteps } = operation;
  const error = await stepsError(operation, steps, mode);
  return splitSteps ? Math.max(error, await stepsError(operation, splitSteps, mode)) : error;
}

/** Which backend ran is checked. */
async function stepsError(
  operation: OperationCase,
  steps: readonly KernelStep[],
  mode: GpuJsMode,
): Promise<number> {
  const { batch, input, sums } = operation;
  const gpu = new GPU({ mode });
  const kernels = steps.map((step) => createKernel(gpu, step, batch));
  const pipeline = gpu.createPipeline(
    (first) =>
      kernels.reduce((values, kernel) => (takesSums(kernel) ? kernel(values, sums) : kernel(values)), first),
    { threads: false },
  );
  try {
    const argument = new Input(input as unknown as number[], [input.length / batch, batch]);
    const result = (await pipeline(argument as never)) as Float32Array | Float32Array[];
    if (pipeline.backend !== reportedMode(mode))
      throw new Error(`ran on ${pipeline.backend}, expected ${mode}`);
    const actual = result instanceof Float32Array ? [...result] : result.flatMap((row) => [...row]);
    return relativeError(actual, operation.expected());
  } finally {
    await pipeline.destroy();
    await gpu.destroy();
  }
}

/**
 * Runs a case with our WGSL kernels, in a chain as the engine does, and returns the greatest error of its forms.
 * `mostWorkgroups`: how many the device is said to take in one dimension, if not as many as it does.
 */
export async function wgslError(operation: OperationCase, maxWorkgroups?: number): Promise<number> {
  const { batch, input, sums, wgsl } = operation;
  const gpu = await sharedDevice();
  const errors: number[] = [];
  for (const step of wgsl) {
    const chain = await WgslChain.create(gpu, [step], input.length / batch, [0], maxWorkgroups);
    try {
      const actual = await chain.run({ values: input, images: batch, from: 0, sums });
      errors.push(relativeError(actual, operation.expected()));
    } finally {
      chain.destroy();
    }
  }
  return Math.max(...errors);
}

/** Kernels that add offset·Σx have the sums as their second argument. */
function takesSums({ kernel }: { kernel: unknown }): boolean {
  return (kernel as { argumentNames: string[] }).argumentNames.includes('sums');
}
