import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answers, Refusal, Request, SubjectSpec } from './subject.ts';

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));

/** A subject in a process of its own, so that none lives with another's heap, threads or compiled code. */
export class SubjectProcess {
  readonly detail: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, detail: string) {
    this.#child = child;
    this.detail = detail;
  }

  /** Throws what the subject refuses with: a package that is missing, a backend that is unavailable. */
  static async open(spec: SubjectSpec): Promise<SubjectProcess> {
    const child = fork(CHILD, { serialization: 'advanced', execArgv: ['--import', 'tsx'] });
    try {
      const { detail } = await ask<'open'>(child, { ask: 'open', spec });
      return new SubjectProcess(child, detail);
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  /** Throws what the subject throws. */
  ask<A extends Request['ask']>(request: Extract<Request, { readonly ask: A }>): Promise<Answers[A]> {
    return ask<A>(this.#child, request);
  }

  close(): void {
    this.#child.kill();
  }
}

/** One request at a time: the child answers in order. */
function ask<A extends Request['ask']>(child: ChildProcess, request: Request): Promise<Answers[A]> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      child.off('message', onMessage);
      child.off('exit', onExit);
      finish();
    };
    const onMessage = (answer: unknown): void =>
      settle(() => {
        const { refused } = answer as Partial<Refusal>;
        if (refused === undefined) resolve(answer as Answers[A]);
        else reject(new Error(refused));
      });
    const onExit = (code: number | null, signal: string | null): void =>
      settle(() => reject(new Error(`its process ended (${signal ?? `exit code ${code}`})`)));
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.send(request);
  });
}
