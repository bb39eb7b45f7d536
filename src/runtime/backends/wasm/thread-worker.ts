/** A thread of the wasm backend: a worker of Node.js or of a page. It sleeps until there is a job. */
import { instantiate } from '../../../../kernels/embedded.ts';
import { isNode } from '../../../platform.ts';
import { claimGroups, claimRows, JOB_BELL, JOB_WORDS, LAST_BELL, type ThreadStart } from './job.ts';
import type { Kernels, LaneKernels } from './module.ts';

function run({ shares, module, memory, job: address, work }: ThreadStart): void {
  const kernels = instantiate<Kernels & LaneKernels>(module, memory);
  const claim = shares === 'images' ? claimGroups : claimRows;
  const job = new Int32Array(memory.buffer, address, JOB_WORDS);
  for (let heard = 0; ; ) {
    // Waking up takes longer than many jobs: after one, the thread polls for the next for a while.
    for (const until = performance.now() + PATIENCE; performance.now() < until; ) {
      if (Atomics.load(job, JOB_BELL) !== heard) break;
    }
    Atomics.wait(job, JOB_BELL, heard);
    heard = Atomics.load(job, JOB_BELL);
    if (heard === LAST_BELL) return;
    claim(kernels, job, work);
  }
}

/** Milliseconds. */
const PATIENCE = 0.2;

if (isNode()) {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  parentPort?.once('message', (start: ThreadStart) => {
    parentPort.postMessage('ready');
    run(start);
  });
} else {
  addEventListener('message', ({ data }: MessageEvent<ThreadStart>) => {
    postMessage('ready');
    run(data);
    close();
  });
}
