import { InferenceSession } from '../../src/index.ts';
import type { InferenceSession as Session } from '../../src/runtime/session.ts';
import type { ModelSource } from '../../src/runtime/source-kinds.ts';

export interface Answer {
  readonly logits: readonly number[];
  readonly backend: string;
}

async function answerOf(session: Session, input: readonly number[]): Promise<Answer> {
  const { logits } = await session.infer(Float32Array.from(input));
  return { logits: [...logits], backend: session.backend };
}

const SOURCES: Readonly<Record<string, (address: string) => Promise<ModelSource>>> = {
  URL: async (address) => new URL(address, location.href),
  Response: (address) => fetch(address),
  File: async (address) => new File([await (await fetch(address)).arrayBuffer()], 'model.wjz'),
  bytes: async (address) => new Uint8Array(await (await fetch(address)).arrayBuffer()),
};

/** The session of `byParts`, until `rest` disposes of it. */
let session: Session;

/** What the page offers to the test that drives it. Bundled by esbuild, in parts. */
const page = {
  /** Answers from a model that comes in one of several ways, at once or by parts. */
  async answer(
    source: string,
    address: string,
    input: readonly number[],
    progressive: boolean,
  ): Promise<Answer> {
    const session = await InferenceSession.create(await SOURCES[source](address), {
      progressive,
      retryDelay: 1,
    });
    await session.complete;
    try {
      return await answerOf(session, input);
    } finally {
      session.dispose();
    }
  },

  /** Milliseconds up to the first answer, and what had been received by then. `rest` gives the last answer. */
  async byParts(address: string, input: readonly number[]) {
    const start = performance.now();
    session = await InferenceSession.create(address, { progressive: true, retryDelay: 1 });
    const first = await answerOf(session, input);
    const milliseconds = performance.now() - start;
    const { received = 0, complete = true } = session.progress ?? {};
    return { milliseconds, received, complete, first };
  },

  /** The answer of the complete model that `byParts` began to load. */
  async rest(input: readonly number[]): Promise<Answer> {
    await session.complete;
    const last = await answerOf(session, input);
    session.dispose();
    return last;
  },

  inWorker(address: string, input: readonly number[]): Promise<Answer> {
    const worker = new Worker('/parts-worker.js', { type: 'module' });
    return new Promise<Answer>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message || 'the worker does not load'));
      worker.postMessage({ address: new URL(address, location.href).href, input });
    }).finally(() => worker.terminate());
  },

  /** Whether this page may make code from text. Asked here: what the test has the page do right away, it may always. */
  mayEvaluate: mayEvaluate(),
};

function mayEvaluate(): boolean {
  try {
    return new Function('return true')();
  } catch {
    return false;
  }
}

export type PartsPage = typeof page;

Object.assign(globalThis, { partsTest: page });
