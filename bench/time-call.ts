import Benchmark from 'benchmark';
import { summarize, type Timing } from '../src/timing.ts';

/** Keeps the results of timed calls reachable, so that no call can be optimised away. */
let sink: unknown;

/** Times an asynchronous call of this process with benchmark.js, which warms up and repeats by itself. */
export function timeCall(name: string, call: () => Promise<unknown>, quick: boolean): Promise<Timing> {
  return new Promise((resolve, reject) => {
    const benchmark = new Benchmark(
      name,
      (deferred: { resolve(): void }) => {
        call().then((result) => {
          sink = result;
          deferred.resolve();
        }, reject);
      },
      { defer: true, minSamples: quick ? 2 : 20, maxTime: quick ? 0.05 : 1, minTime: quick ? 0.005 : 0.02 },
    );
    benchmark.on('complete', () => {
      if (sink === undefined) reject(new Error(`${name}: the timed call gave nothing`));
      resolve(summarize(benchmark.stats.sample.map((seconds) => seconds * 1e6)));
    });
    benchmark.on('error', () => reject(benchmark.error));
    benchmark.run({ async: true });
  });
}
