import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** What lines-reporter.mjs writes while Stryker runs. */
export const PROGRESS_FILE = 'coverage/mutation/tested.ndjson';

/** A change to a file, and what has come of it. */
export interface Change {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly mutator: string;
  readonly replacement: string;
  /** 'Ignored' counts as no change: what runs once, when a module is loaded. */
  readonly status: 'planned' | 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'Ignored' | string;
}

interface ProgressLine extends Pick<Change, 'file' | 'mutator' | 'replacement' | 'status'> {
  readonly id: string;
  /** Lines and columns from 1, of what has been tested. */
  readonly at: { readonly line: number; readonly column: number };
}

/** The changes of the run under way or the last one, tested or not; none before its first. */
export function readProgress(): Change[] {
  if (!existsSync(PROGRESS_FILE)) return [];
  const changes = new Map<string, Change>();
  // The part after the last line end may be a line that is still being written.
  for (const text of readFileSync(PROGRESS_FILE, 'utf8').split('\n').slice(0, -1)) {
    const { id, file, at, ...rest } = JSON.parse(text) as ProgressLine;
    const path = relative('.', file).replaceAll('\\', '/');
    changes.set(id, { ...rest, file: path, line: at.line, column: at.column });
  }
  return [...changes.values()];
}

/** How many changes of a file have which outcome. */
export interface Counts {
  readonly planned: number;
  readonly killed: number;
  readonly timedOut: number;
  readonly unnoticed: number;
}

export function count(changes: readonly Change[]): Counts {
  const among = (...statuses: readonly string[]): number =>
    changes.filter(({ status }) => statuses.includes(status)).length;
  const [killed, timedOut, unnoticed] = [among('Killed'), among('Timeout'), among('Survived', 'NoCoverage')];
  return { planned: killed + timedOut + unnoticed + among('planned'), killed, timedOut, unnoticed };
}
