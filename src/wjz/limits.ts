/** Caps that are checked before memory is taken. Defaults: docs/wjz-format.md, "Limits". */
export interface WjzLimits {
  /** Entries in the archive. */
  readonly maxEntries: number;
  /** Bytes of one entry, unpacked. */
  readonly maxEntryBytes: number;
  /** Bytes of all entries together, unpacked. */
  readonly maxTotalBytes: number;
  /** Bytes of the manifest. */
  readonly maxManifestBytes: number;
  readonly maxLayers: number;
  /** Weights of one layer, padding of its blocks included: what its dense matrix would hold. */
  readonly maxLayerWeights: number;
}

export const DEFAULT_LIMITS: WjzLimits = {
  maxEntries: 1000,
  maxEntryBytes: 2 ** 28,
  maxTotalBytes: 2 ** 30,
  maxManifestBytes: 2 ** 20,
  maxLayers: 1000,
  maxLayerWeights: 2 ** 27,
};
