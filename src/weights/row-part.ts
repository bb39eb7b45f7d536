import type { LinearNode } from './network.ts';

/**
 * The layer of some of a node's rows: outputs `first` … `first + count - 1`. `first` is a multiple of 8: rows of blocks stay whole. Arrays
 * are shared; a JPEG is not kept.
 */
export function rowPart<N extends LinearNode>(node: N, first: number, count: number): N {
  const { inFeatures, bias } = node;
  const own = <T extends Float32Array | null>(values: T): T =>
    (values && values.length > 1 ? values.subarray(first, first + count) : values) as T;
  const common = { ...node, outFeatures: count, bias: own(bias) };
  if (node.kind === 'dense')
    return { ...common, weights: node.weights.subarray(first * inFeatures, (first + count) * inFeatures) };
  const { scale, offset } = node;
  const { columns, rowStart, column, value } = node.coefficients;
  const rows = node.kind === 'matrix' ? 8 * Math.ceil(count / 8) : count;
  const [start, end] = [rowStart[first], rowStart[first + rows]];
  return {
    ...common,
    encoded: undefined,
    coefficients: {
      ...{ rows, columns },
      rowStart: rowStart.subarray(first, first + rows + 1).map((at) => at - start),
      ...{ column: column.subarray(start, end), value: value.subarray(start, end) },
    },
    scale: own(scale),
    offset: own(offset),
  };
}
