import { nameOf } from '../../format/graph-manifest.ts';
import type { Manifest } from '../../format/manifest.ts';

/** What a classifier that was trained here answers with, unless it is asked for layers. */
export const LOGITS = 'logits';

/**
 * The outputs of a graph as programs call them. Networks keep the names that they came with; one that was trained here numbers
 * its layers, and the number of the last one tells users nothing: its output is called `logits`, as that of a chain is. The
 * name in the file is understood still (`valueNames`).
 */
export function outputNames({ layers, outputs = [], origin }: Manifest): readonly string[] {
  const isNumbered = outputs.length === 1 && /^\d+$/.test(outputs[0]) && origin === undefined;
  const isTaken = layers.some((layer, index) => nameOf(layer, index) === LOGITS);
  return isNumbered && !isTaken ? [LOGITS] : outputs;
}
