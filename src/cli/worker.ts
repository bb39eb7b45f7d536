// What the threads of `wjpeg score` and `wjpeg serve` run.
import { workerData } from 'node:worker_threads';
import { doJobs } from '../node/workers/do-jobs.ts';
import { beginServing, type ServeSettings } from '../serve/worker.ts';
import { beginScoring, type ScoreSettings } from './score/worker.ts';

const settings = workerData as ScoreSettings | ServeSettings;
if (settings.role === 'serve') void doJobs(() => beginServing(settings));
else void doJobs(() => beginScoring(settings));
