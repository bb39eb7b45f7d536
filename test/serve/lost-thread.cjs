// Loaded before the server: the thread that gets the third job is lost before it can do it.
const threads = require('node:worker_threads');
let jobs = 0;
threads.Worker = class extends threads.Worker {
  postMessage(...words) {
    if (++jobs === 3) void this.terminate();
    else super.postMessage(...words);
  }
};
require('node:module').syncBuiltinESMExports();
