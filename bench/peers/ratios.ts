import type { MemoryMode, Precision } from '../../src/runtime/backends/backend.ts';
import type { Timing } from '../../src/timing.ts';
import type { MemoryAnswer } from '../subjects/subject.ts';
import {
  COMPETITORS,
  type Competitor,
  MODEL_NAMES,
  type ModelName,
  PRECISIONS_OF,
  TARGETS,
} from './targets.ts';

/** Which subject: ours in coefficients, or one that ours are compared with. */
export type Role =
  | {
      readonly side: 'ours';
      readonly model: ModelName;
      readonly precision: Precision;
      readonly memory: MemoryMode;
    }
  | {
      readonly side: 'theirs';
      readonly competitor: Competitor;
      /** The models of ours whose dense weights it runs. */
      readonly models: readonly ModelName[];
    };

/** The pictures that subjects are shown. */
export type InputsName = 'digits' | 'noise';

/** One subject at one batch size. */
export interface Measurement {
  readonly name: string;
  readonly role: Role;
  readonly inputs: InputsName;
  readonly threads: number;
  readonly batch: number;
  /** Of one call, in microseconds. */
  readonly call: Timing;
  /** Median time of one image in microseconds. */
  readonly image: number;
  /** Greatest relative error of the logits against the exact answer of the weights that it runs. */
  readonly error: number;
  readonly memory: MemoryAnswer;
}

/** How many times faster ours is than a competitor. */
export interface Ratio {
  readonly model: ModelName;
  readonly precision: Precision;
  readonly memory: MemoryMode;
  readonly against: Competitor;
  readonly inputs: InputsName;
  readonly threads: number;
  readonly batch: number;
  readonly ratio: number;
  /** What the project has set itself there, if anything. */
  readonly asked?: number;
}

/**
 * Every ratio that the measurements of one run give. Where a competitor ran in several ways (int8, quantised dynamically
 * and statically), the fastest of them counts.
 */
export function ratios(measurements: readonly Measurement[]): Ratio[] {
  const found: Ratio[] = [];
  for (const ours of measurements) {
    if (ours.role.side !== 'ours') continue;
    const { model, precision, memory } = ours.role;
    const { inputs, threads, batch } = ours;
    for (const against of COMPETITORS) {
      const times = measurements.flatMap((other) =>
        other.role.side === 'theirs' &&
        other.role.competitor === against &&
        other.role.models.includes(model) &&
        other.inputs === inputs &&
        other.threads === threads &&
        other.batch === batch
          ? [other.image]
          : [],
      );
      if (times.length === 0) continue;
      const ratio = Math.min(...times) / ours.image;
      const asked =
        inputs === 'digits' && threads === 1 && memory === 'speed'
          ? askedRatio(model, precision, against, batch)
          : undefined;
      found.push({
        ...{ model, precision, memory, against, inputs, threads, batch, ratio },
        ...(asked !== undefined && { asked }),
      });
    }
  }
  return found;
}

function askedRatio(
  model: ModelName,
  precision: Precision,
  against: Competitor,
  batch: number,
): number | undefined {
  return TARGETS.find(
    (target) =>
      target.model === model &&
      target.precision === precision &&
      target.against === against &&
      target.batch === batch,
  )?.ratio;
}

/** One line of the table of targets: cells are undefined where nothing was measured. */
export interface TargetRow {
  readonly model: ModelName;
  readonly precision: Precision;
  readonly against: Competitor;
  readonly cells: readonly { readonly reached: number | undefined; readonly asked: number | undefined }[];
}

/** The batch sizes of the table of targets. */
export const TARGET_BATCHES: readonly number[] = [1, 256];

/** Every comparison that has a target, in all precisions of the model, digits on one thread. */
export function targetRows(all: readonly Ratio[]): TargetRow[] {
  const rows: TargetRow[] = [];
  for (const against of COMPETITORS) {
    for (const model of MODEL_NAMES) {
      if (!TARGETS.some((target) => target.model === model && target.against === against)) continue;
      for (const precision of PRECISIONS_OF[model]) {
        const cells = TARGET_BATCHES.map((batch) => ({
          reached: all.find(
            (ratio) =>
              ratio.model === model &&
              ratio.precision === precision &&
              ratio.against === against &&
              ratio.batch === batch &&
              ratio.inputs === 'digits' &&
              ratio.threads === 1 &&
              ratio.memory === 'speed',
          )?.ratio,
          asked: askedRatio(model, precision, against, batch),
        }));
        rows.push({ model, precision, against, cells });
      }
    }
  }
  return rows;
}
