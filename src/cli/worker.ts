// What the threads of `wjpeg score`, of `wjpeg serve` and of commands that read folders of pictures run.
import { workerData } from 'node:worker_threads';
import type { ReadSettings } from '../node/picture-folder/read.ts';
import { beginReading } from '../node/picture-folder/worker.ts';
import { doJobs } from '../node/workers/do-jobs.ts';
import { beginServing, type ServeSettings } from '../serve/worker.ts';
import { beginScoring, type ScoreSettings } from './score/worker.ts';

const settings = workerData as ScoreSettings | ServeSettings | ReadSettings;
switch (settings.role) {
  case 'serve':
    void doJobs(() => beginServing(settings));
    break;
  case 'score':
    void doJobs(() => beginScoring(settings));
    break;
  case 'read':
    void doJobs(() => beginReading(settings));
    break;
}
