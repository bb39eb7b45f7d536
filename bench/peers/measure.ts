import { join } from 'node:path';
import { Oracle } from '../../src/engine/oracle.ts';
import { WjpegError } from '../../src/errors.ts';
import type { Network } from '../../src/model/network.ts';
import { writeFileAtomic } from '../../src/node/files.ts';
import { checkAnswers, type ExactAnswer, memoized } from '../contenders/check.ts';
import { type TimingPlan, timeInTurn } from '../contenders/interleave.ts';
import { ContenderProcess } from '../contenders/process.ts';
import type { Entry } from './field.ts';
import type { InputsName, Measurement } from './ratios.ts';

/** Different images that small batches go through, so that what is skipped in one of them is averaged. */
const IMAGES = 64;

export interface Inputs {
  readonly name: InputsName;
  readonly values: readonly Float32Array[];
}

export interface SectionOptions {
  readonly threads: number;
  readonly inputs: readonly Inputs[];
  readonly batches: readonly number[];
  readonly plan: TimingPlan;
  /** Where inputs are put for the children to read. */
  readonly folder: string;
  readonly onProgress: (what: string) => void;
}

export interface Section {
  readonly measurements: readonly Measurement[];
  /** Who could not be timed, and why. */
  readonly absent: readonly string[];
  /** Who answered wrongly, and was not timed there. */
  readonly wrong: readonly string[];
}

/** Times everyone on one number of threads: all at the same inputs and batch size in turn, answers checked first. */
export async function measureSection(entries: readonly Entry[], options: SectionOptions): Promise<Section> {
  const absent: string[] = [];
  const wrong: string[] = [];
  const running: { entry: Entry; contender: ContenderProcess }[] = [];
  try {
    for (const entry of entries) {
      try {
        running.push({ entry, contender: await ContenderProcess.open(entry.spec) });
      } catch (error) {
        absent.push(`${entry.name}, ${threadsOf(options.threads)}: ${(error as Error).message}`);
      }
    }
    const measurements: Measurement[] = [];
    for (const inputs of options.inputs) {
      const file = join(options.folder, `${inputs.name}.f32`);
      await writeFileAtomic(file, joined(inputs.values));
      const inFeatures = inputs.values[0].length;
      for (const { contender } of running) await contender.ask({ ask: 'load', file, inFeatures });
      const exact = exactAnswers(
        running.map(({ entry }) => entry.network),
        inputs.values,
      );
      for (const batch of options.batches) {
        options.onProgress(`${threadsOf(options.threads)}, ${inputs.name}, batch ${batch}`);
        const batches = Math.max(1, Math.floor(IMAGES / batch));
        const agreeing: { entry: Entry; contender: ContenderProcess; error: number }[] = [];
        for (const { entry, contender } of running) {
          const answers = exact.get(entry.network) as ExactAnswer;
          const { name, tolerance } = entry;
          try {
            const error = await checkAnswers(contender, name, { batch, batches, exact: answers, tolerance });
            agreeing.push({ entry, contender, error });
          } catch (error) {
            if (!(error instanceof WjpegError)) throw error;
            wrong.push(`${inputs.name}, ${threadsOf(options.threads)}: ${error.message}`);
          }
        }
        const timed = agreeing.map(({ contender }) => contender);
        const calls = await timeInTurn(timed, batch, batches, options.plan);
        agreeing.forEach(({ entry: { name, role }, error }, index) => {
          const call = calls[index];
          const { threads } = options;
          measurements.push({
            ...{ name, role, inputs: inputs.name, threads, batch, call, error },
            image: call.median / batch,
          });
        });
      }
    }
    return { measurements, absent, wrong };
  } finally {
    for (const { contender } of running) contender.close();
  }
}

export function threadsOf(threads: number): string {
  return threads === 1 ? '1 thread' : `${threads} threads`;
}

function exactAnswers(
  networks: readonly Network[],
  inputs: readonly Float32Array[],
): Map<Network, ExactAnswer> {
  return new Map(
    [...new Set(networks)].map((network) => {
      const oracle = new Oracle(network);
      return [network, memoized((index) => oracle.run(inputs[index]))];
    }),
  );
}

function joined(values: readonly Float32Array[]): Uint8Array {
  const all = new Float32Array(values.length * values[0].length);
  values.forEach((value, index) => {
    all.set(value, index * value.length);
  });
  return new Uint8Array(all.buffer);
}
