import type { ErrorCode } from '../../src/error-codes.ts';
import { WjpegError } from '../../src/errors.ts';
import type { TrainingFailure, TrainingProgress, TrainingTask } from './messages.ts';

/** A run in a worker, which can be stopped at any time. */
export class TrainingRun {
  readonly #worker: Worker;

  /** `onFailure` gets what ended the run; after the last progress there is no more to come. */
  constructor(
    task: TrainingTask,
    onProgress: (progress: TrainingProgress) => void,
    onFailure: (error: unknown) => void,
  ) {
    const worker = new Worker('train-worker.js', { type: 'module' });
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<TrainingProgress | TrainingFailure>) => {
      if (data.type === 'failure') {
        this.stop();
        const { kind, code, message } = data;
        return onFailure(kind ? new WjpegError(kind, code as ErrorCode, message) : new Error(message));
      }
      if (data.epoch === data.epochs) this.stop();
      onProgress(data);
    };
    worker.onerror = (event) => {
      this.stop();
      onFailure(new Error(event.message || 'train-worker.js could not be loaded'));
    };
    worker.postMessage(task);
  }

  stop(): void {
    this.#worker.terminate();
  }
}
