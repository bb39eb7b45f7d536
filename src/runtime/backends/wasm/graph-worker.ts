/** A thread of the wasm backend that runs graphs: a worker of Node.js or of a page, with a memory of its own. */
import { WjpegError } from '../../../errors.ts';
import { isNode } from '../../../platform.ts';
import { requireFinite } from '../check-input.ts';
import { WasmGraphExecutor } from './graph.ts';
import type { FromGraphThread, GraphJob, ToGraphThread } from './graph-job.ts';
import { loadKernels } from './module.ts';
import { createOnDemand } from './on-demand.ts';

type Answer = (message: FromGraphThread, transfer?: ArrayBuffer[]) => void;

let executor: WasmGraphExecutor;

async function hear(message: ToGraphThread, answer: Answer): Promise<void> {
  try {
    if ('job' in message) {
      await run(message.job, answer);
      return;
    }
    await loadKernels('simd');
    executor = await WasmGraphExecutor.create(message.graph, message.options, (network, options) =>
      createOnDemand(network, options, 'simd'),
    );
    answer({ resident: executor.residentBytes, peakBytes: executor.peakBytes });
  } catch (error) {
    // Where it is not heard of, the other thread would wait forever: pages are not told of rejections in a worker.
    answer({ lost: (error as Error).message });
  }
}

async function run({ id, inputs, images, kind, first, whole }: GraphJob, answer: Answer): Promise<void> {
  try {
    const outputs = await executor.run(inputs, images, kind, whole);
    const transfer = outputs.map(({ buffer }) => buffer as ArrayBuffer);
    answer({ id, outputs, peakBytes: executor.peakBytes }, transfer);
  } catch (error) {
    answer({ id, error: errorText(inWholeBatch(error, inputs, first / images)) });
  }
}

/** `first`: with which image of the batch it begins, in sizes of the share. */
function inWholeBatch(error: unknown, inputs: readonly Float32Array[], first: number): unknown {
  if (!(error instanceof WjpegError) || error.code !== 'INPUT_NOT_FINITE') return error;
  try {
    for (const input of inputs) requireFinite(input, input.length * first);
  } catch (located) {
    return located;
  }
  return error;
}

/** @throws what is no `WjpegError` */
function errorText(error: unknown): Pick<WjpegError, 'kind' | 'code' | 'message'> {
  if (!(error instanceof WjpegError)) throw error;
  const { kind, code, message } = error;
  return { kind, code, message };
}

if (isNode()) {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  parentPort?.on('message', (message: ToGraphThread) =>
    hear(message, (...words) => parentPort.postMessage(...words)),
  );
} else {
  addEventListener('message', ({ data }: MessageEvent<ToGraphThread>) =>
    hear(data, (message, transfer = []) => postMessage(message, { transfer })),
  );
}
