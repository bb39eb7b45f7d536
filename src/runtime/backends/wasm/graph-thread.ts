import { WjpegError } from '../../../errors.ts';
import { isNode } from '../../../platform.ts';
import type { ResidentBytes } from '../backend.ts';
import type { FromGraphThread, GraphJob, ToGraphThread } from './graph-job.ts';
import { lostThread } from './lost-thread.ts';

/** The common subset of both kinds of worker. */
interface Port {
  postMessage(message: ToGraphThread, transfer: ArrayBuffer[]): void;
  onMessage(hear: (message: FromGraphThread) => void): void;
  onLost(lost: (reason: string) => void): void;
  /** Whether a program may end meanwhile. */
  setIdle(isIdle: boolean): void;
  terminate(): void;
}

interface Waiting {
  resolve(outputs: Float32Array[]): void;
  reject(error: WjpegError): void;
}

/** A worker that runs shares of batches (graph-worker.ts). */
export class GraphThread {
  /** Resolves when it takes jobs. */
  readonly ready: Promise<void>;
  resident: ResidentBytes = { host: 0, device: 0, nodes: [] };
  peakBytes = 0;
  readonly #port: Port;
  readonly #waiting = new Map<number, Waiting>();
  #started: (lost?: WjpegError) => void = () => {};
  #lost: WjpegError | undefined;
  #number = 0;

  /** @throws THREAD_LOST where no worker can be made */
  constructor(start: ToGraphThread) {
    this.#port = openPort();
    this.ready = new Promise((resolve, reject) => {
      this.#started = (lost) => (lost ? reject(lost) : resolve());
    });
    // Who starts several hears of the first that fails.
    this.ready.catch(() => {});
    this.#port.onMessage((message) => this.#hear(message));
    this.#port.onLost((reason) => this.#lose(reason));
    this.#port.setIdle(false);
    this.#port.postMessage(start, []);
  }

  /** @throws THREAD_LOST */
  assertAlive(): void {
    if (this.#lost) throw this.#lost;
  }

  /** Outputs of a share, whose inputs move there. Rejects with what the thread threw, or THREAD_LOST. */
  run(share: Omit<GraphJob, 'id'>): Promise<Float32Array[]> {
    const id = this.#number++;
    const transfer = share.inputs.map(({ buffer }) => buffer as ArrayBuffer);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#port.setIdle(false);
      this.#port.postMessage({ job: { id, ...share } }, transfer);
    });
  }

  end(): void {
    this.#port.terminate();
    this.#lose('the session has been disposed');
  }

  #hear(message: FromGraphThread): void {
    if ('lost' in message) {
      this.#port.terminate();
      this.#lose(message.lost);
      return;
    }
    if ('peakBytes' in message) this.peakBytes = message.peakBytes;
    if ('resident' in message) {
      this.resident = message.resident;
      this.#started();
    } else {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if ('outputs' in message) waiting?.resolve([...message.outputs]);
      else {
        const { kind, code, message: text } = message.error;
        waiting?.reject(new WjpegError(kind, code, text));
      }
    }
    if (this.#waiting.size === 0) this.#port.setIdle(true);
  }

  #lose(reason: string): void {
    this.#lost ??= lostThread(reason);
    this.#started(this.#lost);
    for (const { reject } of this.#waiting.values()) reject(this.#lost);
    this.#waiting.clear();
  }
}

function openPort(): Port {
  try {
    return isNode() ? nodePort() : pagePort();
  } catch (error) {
    // The system has no thread to give, or the script comes from another origin.
    throw lostThread(`none can be started (${(error as Error).message})`);
  }
}

function nodePort(): Port {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  // Without the program's own flags: some are invalid for workers (`--input-type`), others load unneeded code.
  const worker = new Worker(new URL('./graph-worker.js', import.meta.url), { execArgv: [] });
  return {
    postMessage: (message, transfer) => worker.postMessage(message, transfer),
    onMessage: (hear) => worker.on('message', hear),
    onLost: (lost) => {
      worker.once('error', (error) => lost(error.message));
      worker.once('exit', () => lost('it has ended'));
    },
    setIdle: (isIdle) => (isIdle ? worker.unref() : worker.ref()),
    terminate: () => void worker.terminate(),
  };
}

function pagePort(): Port {
  const worker = new Worker(new URL('./graph-worker.js', import.meta.url), { type: 'module' });
  return {
    postMessage: (message, transfer) => worker.postMessage(message, transfer),
    onMessage: (hear) => worker.addEventListener('message', ({ data }) => hear(data)),
    onLost: (lost) =>
      worker.addEventListener('error', (event) => lost(event.message || 'its script failed to load')),
    setIdle: () => {},
    terminate: () => worker.terminate(),
  };
}
