/** A thread of the wasm backend: a worker of Node or of a page. It sleeps until there is a job. */
import { isNode } from '../runtime.ts';
import { JOB_DONE, JOB_NUMBER, JOB_WORDS, LAST_JOB, type ThreadStart, takeGroups } from './job.ts';
import { instantiate, type Kernels } from './module.ts';

function run({ module, memory, job: address, work }: ThreadStart): void {
  const kernels = instantiate(module, memory) as Required<Kernels>;
  const job = new Int32Array(memory.buffer, address, JOB_WORDS);
  for (let done = 0; ; ) {
    Atomics.wait(job, JOB_NUMBER, done);
    done = Atomics.load(job, JOB_NUMBER);
    if (done === LAST_JOB) return;
    takeGroups(kernels, job, work);
    Atomics.add(job, JOB_DONE, 1);
  }
}

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
