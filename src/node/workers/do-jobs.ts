import { parentPort } from 'node:worker_threads';
import { errorText, type FromWorker, type ToWorker } from './messages.ts';

/** What a job gives, and buffers of it that move to the other thread instead of being copied. */
export interface Done<Result> {
  readonly result: Result;
  readonly transfer?: readonly ArrayBuffer[];
}

/** Runs in a thread of a `WorkerPool`: `begin` makes it ready and gives the function that does its jobs. */
export async function doJobs<Job, Result>(
  begin: () => Promise<(job: Job) => Promise<Done<Result>>>,
): Promise<void> {
  if (!parentPort) throw new Error('this runs in a worker thread only');
  const port = parentPort;
  const answer = (message: Partial<FromWorker<Result>>, transfer: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer);
  let work: (job: Job) => Promise<Done<Result>>;
  try {
    work = await begin();
  } catch (error) {
    answer({ error: errorText(error) });
    return;
  }
  port.on('message', ({ id, job }: ToWorker<Job>) => {
    work(job).then(
      ({ result, transfer }) => answer({ id, result }, transfer),
      // What is no WjpegError ends the thread.
      (error: unknown) => answer({ id, error: errorText(error) }),
    );
  });
  answer({});
}
