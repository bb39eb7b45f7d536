import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WjpegError } from '../../src/errors.ts';
import { fuzzInput, type Outcome, tryInput } from './fuzz.ts';
import type { Target } from './target.ts';

/**
 * The shortest input that was found for each outcome of each reader: a file is named after the code that its reader gives,
 * or `read`. Later versions must give the same; `npm run fuzz -- --corpus` adds what is new.
 */
export interface CorpusFile {
  readonly code: string;
  readonly bytes: Uint8Array;
}

const folderOf = (reader: string): string => join(import.meta.dirname, 'corpus', reader);

/** Inputs of the corpus are read with it: pictures are prepared, models are written again. */
export const CORPUS_VARIANT = 9;

export function readCorpus(reader: string): CorpusFile[] {
  const folder = folderOf(reader);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((code) => ({ code, bytes: new Uint8Array(readFileSync(join(folder, code))) }));
}

export function codeOf({ error }: Outcome): string {
  if (error === undefined) return 'read';
  return error instanceof WjpegError ? error.code : 'no WjpegError';
}

/** Adds the shortest input for each outcome that the corpus lacks, of those read until it is told to stop. Returns what it added. */
export async function extendCorpus(
  reader: string,
  target: Target,
  executions: number,
  seed: number,
  isStopped: () => boolean,
): Promise<string[]> {
  const known = new Set(readCorpus(reader).map(({ code }) => code));
  const found = new Map<string, Uint8Array>();
  for (let execution = 0; execution < executions && !isStopped(); execution++) {
    const bytes = fuzzInput(target, seed, execution);
    const code = codeOf(await tryInput(target, bytes, CORPUS_VARIANT));
    if (!known.has(code) && bytes.length < (found.get(code)?.length ?? Infinity)) found.set(code, bytes);
  }
  mkdirSync(folderOf(reader), { recursive: true });
  for (const [code, bytes] of found) writeFileSync(join(folderOf(reader), code), bytes);
  return [...found.keys()];
}
