// A thread that reads pictures and ends at one of them, as one does that has no memory left.
import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

// Where that file is, no thread can be started.
if (workerData.refuse && existsSync(workerData.refuse)) throw new Error('no memory left');
const { width, height, channels } = workerData.spec;
parentPort.postMessage({});
parentPort.on('message', ({ id, job }) => {
  if (job.some((path) => /disc.3\.png$/.test(path))) process.exit(1);
  const result = job.map((path) => ({ samples: new Uint8Array(width * height * channels), key: path }));
  parentPort.postMessage({ id, result });
});
