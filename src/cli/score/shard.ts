import { WjpegError } from '../../errors.ts';

/** The part of the pictures that a task takes: each `count`-th one, from the `index`-th on. */
export interface Shard {
  /** 0…count − 1. */
  readonly index: number;
  readonly count: number;
  /** Where that was said, for messages; empty if nowhere. */
  readonly from: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What schedulers tell the tasks of an array: variables of a task's place and of the number of tasks. */
const SCHEDULERS: readonly {
  readonly index: string;
  readonly count?: string;
  /** The place of the first task, and the distance between tasks. */
  readonly first?: string;
  readonly step?: string;
}[] = [
  // Kubernetes, indexed jobs: the number is `completions` of the manifest, which no variable has.
  { index: 'JOB_COMPLETION_INDEX' },
  { index: 'AWS_BATCH_JOB_ARRAY_INDEX', count: 'AWS_BATCH_JOB_ARRAY_SIZE' },
  {
    index: 'SLURM_ARRAY_TASK_ID',
    count: 'SLURM_ARRAY_TASK_COUNT',
    first: 'SLURM_ARRAY_TASK_MIN',
    step: 'SLURM_ARRAY_TASK_STEP',
  },
  { index: 'BATCH_TASK_INDEX', count: 'BATCH_TASK_COUNT' },
];

/**
 * The shard of this process: what `--shard i/n` says, or else the first scheduler that has set its variables, or else all.
 *
 * @param shards the number of shards where no variable has it (`--shards`)
 * @throws WjpegError `SCORE_SHARD` for variables that say no shard
 */
export function shardOf(
  written: string | undefined,
  shards: number | undefined,
  environment: Environment,
): Shard {
  if (written !== undefined) return { ...parseShard(written), from: '' };
  const scheduler = SCHEDULERS.find(({ index }) => (environment[index] ?? '') !== '');
  if (!scheduler) {
    if (shards === undefined || shards === 1) return { index: 0, count: 1, from: '' };
    throw refused(
      `--shards ${shards}, but no variable of the environment says which: expected one of ${SCHEDULERS.map(({ index }) => index).join(', ')}, or --shard i/${shards}`,
    );
  }
  const number = (name: string): number => {
    const text = environment[name] ?? '';
    if (!/^\d+$/.test(text)) throw refused(`${name} is '${text}', expected a whole number`);
    return Number(text);
  };
  const first = scheduler.first && environment[scheduler.first] ? number(scheduler.first) : 0;
  const step = scheduler.step && environment[scheduler.step] ? number(scheduler.step) : 1;
  const index = (number(scheduler.index) - first) / step;
  const given = scheduler.count && environment[scheduler.count] ? number(scheduler.count) : undefined;
  const count = shards ?? given;
  if (count === undefined) {
    throw refused(
      `${scheduler.index} says that this is task ${index} of a job, but not of how many: add --shards with their number, or --shard 0/1 to take all pictures`,
    );
  }
  const from = [scheduler.index, ...(shards === undefined && scheduler.count ? [scheduler.count] : [])];
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw refused(`${from.join(' and ')} say shard ${index} of ${count}, expected 0 to ${count - 1}`);
  return { index, count, from: from.join(', ') };
}

function refused(message: string): WjpegError {
  return new WjpegError('misuse', 'SCORE_SHARD', message);
}

/** @throws an error of usage for anything but `i/n` with 0 ≤ i < n */
export function parseShard(written: string): { index: number; count: number } {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(written) ?? [];
  if (index !== undefined && Number(index) < Number(count) && Number(count) <= Number.MAX_SAFE_INTEGER)
    return { index: Number(index), count: Number(count) };
  const range = Number(count) > 0 ? `0/${count} to ${Number(count) - 1}/${count}` : 'i/n, 0/4 for example';
  throw new Error(`--shard is '${written}', expected ${range}`);
}
