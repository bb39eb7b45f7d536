import type { Network } from '../../../weights/network.ts';
import type { Executor, ExecutorOptions } from '../backend.ts';
import { WasmExecutor } from './executor.ts';
import type { KernelBuild } from './module.ts';

/** A chain for options that few sessions have: pages load the code with the first that has them. */
export async function createOnDemand(
  network: Network,
  options: ExecutorOptions,
  build: KernelBuild,
): Promise<Executor> {
  const { memory, precision, threads } = options;
  if (precision === 'int8' && build === 'simd') {
    const { isForInt8 } = await import('./int8-rule.ts');
    if (isForInt8(network, memory)) {
      if (threads === 1) return (await import('./int8-executor.ts')).Int8Executor.create(network);
      const { createInt8Threads } = await import('./int8-threads.ts');
      return createInt8Threads(network, options, (chain, own) => createOnDemand(chain, own, build));
    }
  }
  const inInt16: ExecutorOptions = precision === 'int8' ? { ...options, precision: 'int16' } : options;
  if (threads > 1) {
    (await import('./threads.ts')).prepareThreads(build, memory);
    const { hasLargeLayer, SplitExecutor } = await import('./split-executor.ts');
    if (hasLargeLayer(network)) return SplitExecutor.create(network, inInt16);
  }
  if (memory === 'stream')
    return new (await import('./stream-executor.ts')).StreamExecutor(network, inInt16, build);
  return WasmExecutor.create(network, inInt16, build);
}
