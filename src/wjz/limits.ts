import { WjpegError } from '../errors.ts';

/** Caps that are checked before memory is taken. Defaults: docs/wjz-format.md, "Limits". */
export interface WjzLimits {
  /** Entries in the archive. */
  readonly maxEntries: number;
  /** Bytes of one entry, unpacked. */
  readonly maxEntryBytes: number;
  /** Bytes of all entries together, unpacked. */
  readonly maxTotalBytes: number;
  /** Unpacked bytes of a deflated entry for each packed one; 2^24 (`FREE_BYTES`) are always allowed. */
  readonly maxRatio: number;
  /** Bytes of the manifest. */
  readonly maxManifestBytes: number;
  readonly maxLayers: number;
  /** Weights of one layer, or samples of its JPEG in whole blocks, whichever is more. */
  readonly maxLayerWeights: number;
}

export const DEFAULT_LIMITS: WjzLimits = {
  maxEntries: 1000,
  maxEntryBytes: 2 ** 28,
  maxTotalBytes: 2 ** 30,
  maxRatio: 100,
  maxManifestBytes: 2 ** 20,
  maxLayers: 1000,
  maxLayerWeights: 2 ** 27,
};

/** What an entry may unpack to, however small it is: a small tensor of zeros is no bomb. */
export const FREE_BYTES: number = 2 ** 24;

/** The limits to apply: the caller's where given, the defaults otherwise. */
export function resolveLimits(limits: Partial<WjzLimits>): WjzLimits {
  const resolved = { ...DEFAULT_LIMITS, ...limits };
  for (const [name, value] of Object.entries(resolved)) {
    // Written so that NaN and undefined, beside which every size would pass, are refused, too.
    if (!(value >= 1)) {
      throw new WjpegError('misuse', 'WJZ_LIMITS', `limit ${name} must be a number from 1 up, got ${value}`);
    }
  }
  return resolved;
}
