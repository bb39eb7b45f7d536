import type { ArrayConstant, GpuJsKernel, GpuJsNodeStep, KernelThis } from '../gpujs.ts';
import { elementCount, type KernelConstant } from '../node.ts';
import { broadcastRows } from './rows.ts';

/** A kernel that computes each element from the same element of its input. `constants`: numbers that `kernel` reads. */
export function unaryGpuJs<A>(
  kernel: GpuJsNodeStep['kernel'],
  constants: (attributes: A) => Readonly<Record<string, number>> = () => ({}),
): GpuJsKernel<A> {
  return ({ inputs: [shape], attributes }) => [
    { kernel, width: elementCount(shape), constants: constants(attributes), reads: [0] },
  ];
}

/** What kernels of two operands read: see `broadcastRows`; offsets are in elements here. */
export interface BinaryConstants {
  readonly aOffsets: Float32Array;
  readonly bOffsets: Float32Array;
  readonly aStep: number;
  readonly bStep: number;
  /** Elements of a row. */
  readonly span: number;
  readonly operand: ArrayConstant;
  /** Number of the operation. */
  readonly operation: number;
}

/** The three forms of an operator of two operands: two values, a value and a constant, a constant and a value. */
export interface BinaryKernels {
  readonly values: (this: KernelThis<BinaryConstants>, a: number[][], b: number[][]) => number;
  readonly constantSecond: (this: KernelThis<BinaryConstants>, a: number[][]) => number;
  readonly constantFirst: (this: KernelThis<BinaryConstants>, b: number[][]) => number;
}

/** A kernel that combines two operands, of which one may be the constant `operand`, by the operation of that number. */
export function binaryGpuJs<A extends { readonly constantFirst: boolean }>(
  kernels: BinaryKernels,
  operation: number,
): GpuJsKernel<A> {
  return ({ inputs, outputs: [shape], attributes: { constantFirst }, constants }) => {
    const { operand } = constants as { operand?: KernelConstant };
    const own = operand ? [operand.shape] : [];
    const { length, offsets, steps } = broadcastRows(
      shape,
      constantFirst ? [...own, ...inputs] : [...inputs, ...own],
    );
    const [aOffsets, bOffsets] = offsets.map((table) => Float32Array.from(table, (offset) => offset / 4));
    const kernel =
      operand === undefined ? kernels.values : constantFirst ? kernels.constantFirst : kernels.constantSecond;
    return [
      {
        kernel,
        width: elementCount(shape),
        constants: {
          ...{ aOffsets, bOffsets, aStep: steps[0], bStep: steps[1], span: length, operation },
          ...(operand && { operand: operand.values }),
        },
        reads: inputs.map((_, index) => index),
      },
    ];
  };
}
