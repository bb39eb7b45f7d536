import Benchmark from 'benchmark';

/** Time of one call in microseconds. */
export interface Timing {
  readonly median: number;
  /** Least and greatest sample. */
  readonly min: number;
  readonly max: number;
  readonly samples: number;
}

/** Keeps the results of timed calls reachable, so that no call can be optimised away. */
let sink: unknown;

/** Times an asynchronous call with benchmark.js, which warms up and repeats by itself. */
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
      const sample = benchmark.stats.sample.map((seconds) => seconds * 1e6).sort((a, b) => a - b);
      resolve({
        median: sample[sample.length >> 1],
        min: sample[0],
        max: sample.at(-1) as number,
        samples: sample.length,
      });
    });
    benchmark.on('error', () => reject(benchmark.error));
    benchmark.run({ async: true });
  });
}
