import {
  FINISH,
  header,
  type PackedEpilogue,
  packParameters,
  perOutput,
  planOutputs,
  type WgslStep,
} from '../wgsl.ts';

/**
 * The second reduction: adds the sums that several workgroups computed for a row, then scale, offset, bias and ReLU.
 * Shapes: partials [splits][rows][lanes], sums [lanes] → [rows][lanes].
 */
const source = (vector: boolean): string => `${header(vector, 'epilogue: Epilogue, rows: u32', {
  rowData: 'array<f32>',
  partials: 'array<V>',
  sums: 'array<V>',
  outputs: 'array<V>',
})}
${FINISH}
override SPLITS: u32 = 1u;
${perOutput(
  'row',
  'parameters.rows',
  `var sum = V(0);
  for (var split = 0u; split < SPLITS; split++) {
    sum += partials[(split * parameters.rows + row) * call.lanes + lane];
  }
  outputs[row * call.lanes + lane] = epilogue(row, sum, lane);`,
)}`;

/**
 * Follows a step that splits rows: `splits` gives the number of parts for a number of lanes; `epilogue` is still to be
 * applied.
 */
export function partSumStep(
  rows: number,
  { words, rowData }: PackedEpilogue,
  splits: (lanes: number) => number,
): WgslStep {
  return {
    name: 'sum of parts',
    source,
    parameters: packParameters([...words, rows]),
    weights: [rowData],
    readsSums: true,
    width: rows,
    plan: (lanes) => {
      const plan = planOutputs(rows, lanes);
      return { ...plan, constants: { ...plan.constants, SPLITS: splits(lanes) } };
    },
  };
}
