import type { BlockRun } from './blocks.ts';
import type { Place } from './step.ts';
import type { Words } from './words.ts';

/** The kernel `conv2d` for a run of blocks; `unit`: what a unit of words stands for. Arguments one by one: many calls are short. */
export function multiplication(
  { conv2d, conv2dInt16, conv2dInt8 }: Place['kernels'],
  least: number,
  words?: Words,
): (
  run: BlockRun,
  planes: number,
  to: number,
  rows: number,
  columns: number,
  pitch: number,
  stride: number,
  ahead: number,
  unit: number,
) => void {
  if (!words)
    return ({ offsets, taps, weights, bias, outputs }, planes, to, rows, columns, pitch, stride, ahead) =>
      conv2d(planes, offsets, taps, weights, bias, to, outputs, rows, columns, pitch, stride, least, ahead);
  const multiply = words.perWord === 4 ? conv2dInt8 : conv2dInt16;
  return (run, planes, to, rows, columns, pitch, stride, ahead, unit) =>
    multiply(
      planes,
      run.offsets,
      run.taps,
      run.weights,
      run.bias,
      to,
      run.outputs,
      rows,
      columns,
      pitch,
      stride,
      least,
      ahead,
      run.scale,
      unit,
    );
}
