// Loaded before the server: the first thread is lost when it has been given its third job.
const threads = require('node:worker_threads');
let jobs = 0;
threads.Worker = class extends threads.Worker {
  postMessage(...words) {
    super.postMessage(...words);
    if (++jobs === 3) void this.terminate();
  }
};
require('node:module').syncBuiltinESMExports();
