import { WjpegError } from '../errors.ts';

/** Limits, checked before memory is allocated. Defaults: docs/wjz-format.md, "Limits". */
export interface WjzLimits {
  /** Maximum number of entries. */
  readonly maxEntries: number;
  /** Maximum bytes of one entry, unpacked. */
  readonly maxEntryBytes: number;
  /** Maximum bytes of all entries together, unpacked. */
  readonly maxTotalBytes: number;
  /** Maximum unpacked bytes per packed byte of a deflated entry; 2^24 (`FREE_BYTES`) are always allowed. */
  readonly maxRatio: number;
  /** Maximum bytes of the manifest. */
  readonly maxManifestBytes: number;
  readonly maxLayers: number;
  /** Maximum weights of one layer, and samples of its JPEG in whole blocks. */
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

/** An entry of any size may unpack to this much: a small tensor of zeros is not a bomb. */
export const FREE_BYTES: number = 2 ** 24;

/** The limits to apply: the caller's where given, the defaults otherwise. */
export function resolveLimits(limits: Partial<WjzLimits>): WjzLimits {
  const resolved = { ...DEFAULT_LIMITS, ...limits };
  for (const [name, value] of Object.entries(resolved)) {
    // Also refuses NaN and undefined, with which every size would pass.
    if (!(value >= 1)) {
      throw new WjpegError('misuse', 'WJZ_LIMITS', `limit ${name} must be a number from 1 up, got ${value}`);
    }
  }
  return resolved;
}
