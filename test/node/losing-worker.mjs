// A thread that reads pictures and ends at one of them, as one does that has no memory left.
import { parentPort, workerData } from 'node:worker_threads';

const { width, height, channels } = workerData.spec;
parentPort.postMessage({});
parentPort.on('message', ({ id, job }) => {
  if (job.some((path) => /disc.3\.png$/.test(path))) process.exit(1);
  const result = job.map((path) => ({ samples: new Uint8Array(width * height * channels), key: path }));
  parentPort.postMessage({ id, result });
});
