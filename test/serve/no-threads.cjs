// Loaded before the server: no more threads can be started than NO_THREADS_AFTER says, as where the system has none to give.
const threads = require('node:worker_threads');
let left = Number(process.env.NO_THREADS_AFTER);
let jobs = 0;
threads.Worker = class extends threads.Worker {
  constructor(...words) {
    if (left-- <= 0) {
      const error = new Error('Worker initialization failure: EAGAIN');
      error.code = 'ERR_WORKER_INIT_FAILED';
      throw error;
    }
    super(...words);
  }
  // The thread that gets the third job is lost before it can do it.
  postMessage(...words) {
    if (++jobs === 3) void this.terminate();
    else super.postMessage(...words);
  }
};
require('node:module').syncBuiltinESMExports();
