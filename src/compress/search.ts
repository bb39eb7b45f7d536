import { WjpegError } from '../errors.ts';

/** What a compression at one quality comes to. */
export interface Attempt {
  /** Bytes of the whole file. */
  readonly bytes: number;
  /** Points of accuracy (percent) lost against the original network on held-out pictures; NaN if not measured. */
  readonly drop: number;
}

/** One of the two: at most so many bytes, or at most so many points of accuracy lost. */
export type Target = { readonly bytes: number } | { readonly drop: number };

const MIN = 1;
const MAX = 100;

/** Maximum attempts of a search, for a progress bar: one end, then bisecting 100 qualities. */
export const MAX_ATTEMPTS = 8;

/**
 * Finds the best quality for a target by halving: the greatest that keeps the bytes, or the least that keeps the
 * accuracy. `attempt` compresses at one quality. Throws `TARGET_UNREACHABLE`, saying what was reached.
 */
export async function searchQuality<T extends Attempt>(
  target: Target,
  attempt: (quality: number) => Promise<T>,
): Promise<T> {
  return 'bytes' in target ? maxWithin(target.bytes, attempt) : minKeeping(target.drop, attempt);
}

async function maxWithin<T extends Attempt>(
  bytes: number,
  attempt: (quality: number) => Promise<T>,
): Promise<T> {
  let best = await attempt(MIN);
  if (best.bytes > bytes) {
    throw unreachable(`${bytes} bytes cannot be reached: quality ${MIN} takes ${best.bytes}`);
  }
  let [low, high] = [MIN, MAX];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const tried = await attempt(middle);
    if (tried.bytes <= bytes) {
      best = tried;
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return best;
}

async function minKeeping<T extends Attempt>(
  drop: number,
  attempt: (quality: number) => Promise<T>,
): Promise<T> {
  let best = await attempt(MAX);
  if (!(best.drop <= drop)) {
    throw unreachable(
      `a loss of ${drop} points cannot be reached: quality ${MAX} loses ${best.drop.toFixed(2)}`,
    );
  }
  let [low, high] = [MIN, MAX];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const tried = await attempt(middle);
    if (tried.drop <= drop) {
      best = tried;
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return best;
}

function unreachable(message: string): WjpegError {
  return new WjpegError('misuse', 'TARGET_UNREACHABLE', message);
}
