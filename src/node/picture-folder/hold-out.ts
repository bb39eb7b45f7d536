import { createHash } from 'node:crypto';
import type { ClassFiles } from './classes.ts';

/** How many pictures are held out: a number of all of them, or a share of each class, 0…1. */
export type HeldOut = { readonly count: number } | { readonly share: number };

/** The classes in two parts. */
export interface HeldOutSplit {
  readonly training: readonly ClassFiles[];
  readonly heldOut: readonly ClassFiles[];
}

/**
 * Holds out the same share of each class, rounded, at least one picture of two or more and never the only one. Which ones follows
 * from their names alone: with more pictures, most of those that were held out before still are.
 */
export function holdOut(classes: readonly ClassFiles[], wanted: HeldOut): HeldOutSplit {
  const all = classes.reduce((sum, { files }) => sum + files.length, 0);
  const share = 'share' in wanted ? wanted.share : wanted.count / all;
  const parts = classes.map(({ name, files }) => {
    const least = share > 0 ? 1 : 0;
    const count = Math.min(Math.max(Math.round(share * files.length), least), files.length - 1);
    const chosen = new Set(byHash(files).slice(0, count));
    return {
      training: { name, files: files.filter((file) => !chosen.has(file)) },
      heldOut: { name, files: files.filter((file) => chosen.has(file)) },
    };
  });
  return {
    training: parts.map(({ training }) => training),
    heldOut: parts.map(({ heldOut }) => heldOut),
  };
}

/** In an order that looks random but depends on nothing else than the names. */
function byHash(files: readonly string[]): string[] {
  const keys = new Map(files.map((file) => [file, hashOf(file.replaceAll('\\', '/'))]));
  return files.toSorted((a, b) => ((keys.get(a) as string) < (keys.get(b) as string) ? -1 : 1));
}

function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}
