import { blockDctStep } from '../../../../kernels/block-dct/block-dct.wgsl.ts';
import { inputSumStep } from '../../../../kernels/coefficient-multiply/input-sum.wgsl.ts';
import { coefficientMultiplyStep } from '../../../../kernels/coefficient-multiply/multiply.wgsl.ts';
import { partsBytes, splitIntoParts } from '../../../../kernels/coefficient-multiply/parts.ts';
import { float32Weights, int8Bytes, int8Weights } from '../../../../kernels/dense-multiply/weights.ts';
import { denseMultiplyStep } from '../../../../kernels/dense-multiply/wgsl-step.ts';
import { inverseRunDctStep } from '../../../../kernels/run-dct/inverse-run-dct.wgsl.ts';
import { runDctStep } from '../../../../kernels/run-dct/run-dct.wgsl.ts';
import { PLAIN_FINISH, type WgslStep } from '../../../../kernels/wgsl.ts';
import type { MatrixStage, RowsStage, Stage } from '../../../weights/network.ts';

/** A stage of the network as WGSL steps, ready for any batch size. */
export interface StageSteps {
  readonly name: string;
  readonly transform: WgslStep | undefined;
  /** Σx of each input; undefined if no offset needs it. */
  readonly sum: WgslStep | undefined;
  readonly multiply: WgslStep;
  /** Only in the `matrix` arrangement. */
  readonly inverse: WgslStep | undefined;
}

export function stageSteps(stage: Stage): StageSteps {
  const { name } = stage;
  if (stage.kind === 'dense') {
    const { weights, outFeatures, inFeatures, bias, relu } = stage;
    const multiply = denseMultiplyStep(float32Weights(weights, outFeatures, inFeatures), {
      ...PLAIN_FINISH,
      bias,
      relu,
    });
    return { name, transform: undefined, sum: undefined, multiply, inverse: undefined };
  }
  return {
    name,
    transform: stage.kind === 'rows' ? blockDctStep(stage.tile) : runDctStep(stage.inFeatures),
    sum: stage.offset ? inputSumStep(stage.coefficients.columns, stage.kind) : undefined,
    multiply: multiplyStep(stage, coefficientForm(stage)),
    inverse: stage.kind === 'matrix' ? inverseRunDctStep(stage.outFeatures, stage) : undefined,
  };
}

/** The steps in order of use. */
export function stepsInOrder({ transform, sum, multiply, inverse }: StageSteps): WgslStep[] {
  return [transform, sum, multiply, inverse].filter((step) => step !== undefined);
}

/** Coefficients on the device: nonzeros with gaps, or all of them as int8. */
export type CoefficientForm = 'parts' | 'int8';

/** The form with fewer bytes, which determine the time of a single image; int8 from about half nonzero on. */
export function coefficientForm({ coefficients }: RowsStage | MatrixStage): CoefficientForm {
  const int8 = int8Bytes(coefficients);
  // At least two bytes per nonzero are needed: skip the attempt if even that is too much.
  if (int8 <= coefficients.value.length * 2) return 'int8';
  return int8 <= partsBytes(splitIntoParts(coefficients)) ? 'int8' : 'parts';
}

/** Scale, offset, bias and ReLU are applied after the inverse transform, if any. */
export function multiplyStep(stage: RowsStage | MatrixStage, form: CoefficientForm): WgslStep {
  const { kind, coefficients, quantization } = stage;
  const finish = kind === 'rows' ? stage : PLAIN_FINISH;
  return form === 'int8'
    ? denseMultiplyStep(int8Weights(coefficients, quantization, kind), finish)
    : coefficientMultiplyStep(splitIntoParts(coefficients), quantization, kind, finish);
}
