import { expect, test } from 'vitest';
import { shardOf } from '../../src/cli/score/shard.ts';

test.each([
  ['nothing', {}, undefined, 0, 1, ''],
  ['Kubernetes', { JOB_COMPLETION_INDEX: '2' }, 5, 2, 5, 'JOB_COMPLETION_INDEX'],
  [
    'AWS Batch',
    { AWS_BATCH_JOB_ARRAY_INDEX: '3', AWS_BATCH_JOB_ARRAY_SIZE: '7' },
    undefined,
    3,
    7,
    'AWS_BATCH_JOB_ARRAY_INDEX, AWS_BATCH_JOB_ARRAY_SIZE',
  ],
  [
    'Slurm, --array=10-18:4',
    {
      SLURM_ARRAY_TASK_ID: '18',
      SLURM_ARRAY_TASK_COUNT: '3',
      SLURM_ARRAY_TASK_MIN: '10',
      SLURM_ARRAY_TASK_STEP: '4',
    },
    undefined,
    2,
    3,
    'SLURM_ARRAY_TASK_ID, SLURM_ARRAY_TASK_COUNT',
  ],
  [
    'Google Batch',
    { BATCH_TASK_INDEX: '0', BATCH_TASK_COUNT: '4' },
    undefined,
    0,
    4,
    'BATCH_TASK_INDEX, BATCH_TASK_COUNT',
  ],
] as const)('%s says the shard', (_name, environment, shards, index, count, from) => {
  expect(shardOf(undefined, shards, environment)).toEqual({ index, count, from });
});

test('--shard goes before what the scheduler says', () => {
  expect(shardOf('1/2', undefined, { JOB_COMPLETION_INDEX: '7' })).toEqual({ index: 1, count: 2, from: '' });
});

test.each([
  [{ JOB_COMPLETION_INDEX: '2' }, undefined, /task 2 of a job, but not of how many: add --shards/],
  [{ JOB_COMPLETION_INDEX: '5' }, 5, /say shard 5 of 5, expected 0 to 4/],
  [{ JOB_COMPLETION_INDEX: 'x' }, 5, /JOB_COMPLETION_INDEX is 'x'/],
  [{ SLURM_ARRAY_TASK_ID: '9', SLURM_ARRAY_TASK_COUNT: '4' }, undefined, /say shard 9 of 4/],
])('%o is refused', (environment, shards, message) => {
  expect(() => shardOf(undefined, shards, environment as Record<string, string>)).toThrow(message);
});
