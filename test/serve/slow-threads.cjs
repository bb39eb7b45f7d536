// Loaded before the server: each job reaches its thread a second late.
const threads = require('node:worker_threads');
threads.Worker = class extends threads.Worker {
  postMessage(...words) {
    setTimeout(() => super.postMessage(...words), 1000);
  }
};
require('node:module').syncBuiltinESMExports();
