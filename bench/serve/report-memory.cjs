// Loaded before the server in each of its threads: at SIGUSR2 each thread collects its garbage and writes a line to
// standard error, how many bytes of its heap and outside of it are then in use.
const { writeSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');
const { BroadcastChannel, isMainThread, threadId } = require('node:worker_threads');

// A flag of the command line would not reach the threads.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

// Some garbage is found only after what the first collection has called has run.
const BETWEEN = 200;
function report() {
  collect();
  setTimeout(() => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    writeSync(2, `${JSON.stringify({ thread: threadId, retained: heapUsed + external })}\n`);
  }, BETWEEN);
}

const channel = new BroadcastChannel('report-memory');
channel.unref();
channel.onmessage = report;
if (isMainThread) {
  process.on('SIGUSR2', () => {
    channel.postMessage('report');
    report();
  });
}
