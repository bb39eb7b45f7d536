/**
 * Takes the binary decisions of an arithmetic-coded scan in order: `ArithmeticWriter` writes them, `DecisionCost` adds
 * up their cost. Both update the bins, as coding does.
 */
export interface DecisionSink {
  /** Codes `decision`, 0 or 1, with the statistics of `bins[bin]`. */
  decide(bins: Uint8Array, bin: number, decision: number): void;
}
