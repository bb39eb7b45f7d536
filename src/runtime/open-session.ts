import type { WjzFile } from '../format/reading.ts';
import type { SessionOptions } from './options.ts';
import type { PartLoading } from './parts/loading.ts';
import type { InferenceSession } from './session.ts';
import { checkSessionOptions } from './session-options.ts';
import { describeSource, type ModelSource } from './source-kinds.ts';
import { untilAborted } from './watch.ts';

export { checkSessionOptions };

/** What a session lets only this module do. */
export interface SessionHooks {
  open(source: ModelSource, options: SessionOptions): Promise<InferenceSession>;
  make(file: WjzFile, options: SessionOptions): Promise<InferenceSession>;
  /** Lets a session answer from a better file. */
  improve(session: InferenceSession, file: WjzFile): Promise<void>;
  attach(session: InferenceSession, loading: PartLoading): void;
}

/** `InferenceSession.create` with options. What comes after the caller's signal is disposed of. */
export function openSession(
  source: ModelSource,
  options: SessionOptions,
  hooks: SessionHooks,
): Promise<InferenceSession> {
  checkSessionOptions('InferenceSession.create', options);
  const { signal, progressive } = options;
  const open = (): Promise<InferenceSession> =>
    progressive ? openByParts(source, options, hooks) : hooks.open(source, options);
  return signal
    ? untilAborted(signal, describeSource(source, 'model'), open, (session) => session.dispose())
    : open();
}

async function openByParts(
  source: ModelSource,
  options: SessionOptions,
  { make, improve, attach }: SessionHooks,
): Promise<InferenceSession> {
  const { PartLoading } = await import('./parts/loading.ts');
  let session: InferenceSession | undefined;
  let failed = false;
  const loading = new PartLoading(source, options, async (file) => {
    if (session) return improve(session, file);
    session = await make(file, options);
    attach(session, loading);
    if (failed) session.dispose();
  });
  try {
    await loading.usable;
  } catch (error) {
    failed = true;
    loading.stop();
    session?.dispose();
    throw error;
  }
  return session as unknown as InferenceSession;
}
