// What the threads of `wjpeg score` and `wjpeg serve` run.
import { workerData } from 'node:worker_threads';
import { doJobs } from '../node/workers/do-jobs.ts';
import { beginScoring, type ScoreSettings } from './score/worker.ts';

void doJobs(() => beginScoring(workerData as ScoreSettings));
