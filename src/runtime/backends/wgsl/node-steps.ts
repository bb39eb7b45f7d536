import { blockDctStep } from '../../../../kernels/block-dct/block-dct.wgsl.ts';
import { inputSumStep } from '../../../../kernels/coefficient-multiply/input-sum.wgsl.ts';
import { coefficientMultiplyStep } from '../../../../kernels/coefficient-multiply/multiply.wgsl.ts';
import { partsBytes, splitIntoParts } from '../../../../kernels/coefficient-multiply/parts.ts';
import { float32Weights, int8Bytes, int8Weights } from '../../../../kernels/dense-multiply/weights.ts';
import { denseMultiplyStep } from '../../../../kernels/dense-multiply/wgsl-step.ts';
import { inverseRunDctStep } from '../../../../kernels/run-dct/inverse-run-dct.wgsl.ts';
import { runDctStep } from '../../../../kernels/run-dct/run-dct.wgsl.ts';
import { PLAIN_EPILOGUE, type WgslStep } from '../../../../kernels/wgsl.ts';
import type { LinearNode, MatrixNode, RowsNode } from '../../../weights/network.ts';

/** A node of the network as WGSL steps, ready for any batch size. */
export interface NodeSteps {
  readonly name: string;
  readonly transform: WgslStep | undefined;
  /** Σx of each input; undefined if no offset needs it. */
  readonly sum: WgslStep | undefined;
  readonly multiply: WgslStep;
  /** Only in the `matrix` layout. */
  readonly inverse: WgslStep | undefined;
}

export function nodeSteps(node: LinearNode): NodeSteps {
  const { name } = node;
  if (node.kind === 'dense') {
    const { weights, outFeatures, inFeatures, bias, relu } = node;
    const multiply = denseMultiplyStep(float32Weights(weights, outFeatures, inFeatures), {
      ...PLAIN_EPILOGUE,
      bias,
      relu,
    });
    return { name, transform: undefined, sum: undefined, multiply, inverse: undefined };
  }
  return {
    name,
    transform: node.kind === 'rows' ? blockDctStep(node.tile) : runDctStep(node.inFeatures),
    sum: node.offset ? inputSumStep(node.coefficients.columns, node.kind) : undefined,
    multiply: multiplyStep(node, coefficientForm(node)),
    inverse: node.kind === 'matrix' ? inverseRunDctStep(node.outFeatures, node) : undefined,
  };
}

/** The steps in order of use. */
export function stepsInOrder({ transform, sum, multiply, inverse }: NodeSteps): WgslStep[] {
  return [transform, sum, multiply, inverse].filter((step) => step !== undefined);
}

/** Coefficients on the device: nonzeros with gaps, or all of them as int8. */
export type CoefficientForm = 'parts' | 'int8';

/** The form with fewer bytes, which determine the time of a single image; int8 from about half nonzero on. */
export function coefficientForm({ coefficients }: RowsNode | MatrixNode): CoefficientForm {
  const int8 = int8Bytes(coefficients);
  // At min two bytes per nonzero are needed: skip the attempt if even that is too much.
  if (int8 <= coefficients.value.length * 2) return 'int8';
  return int8 <= partsBytes(splitIntoParts(coefficients)) ? 'int8' : 'parts';
}

/** Scale, offset, bias and ReLU are applied after the inverse transform, if any. */
export function multiplyStep(node: RowsNode | MatrixNode, form: CoefficientForm): WgslStep {
  const { kind, coefficients, quantization } = node;
  const epilogue = kind === 'rows' ? node : PLAIN_EPILOGUE;
  return form === 'int8'
    ? denseMultiplyStep(int8Weights(coefficients, quantization, kind), epilogue)
    : coefficientMultiplyStep(splitIntoParts(coefficients), quantization, kind, epilogue);
}
