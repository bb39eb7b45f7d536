import { formatShape } from '../../graph/shape.ts';
import { array, integer, oneOf } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import { float32 } from '../numbers.ts';
import type { Operator } from '../operator.ts';
import { shapeError } from '../shape-error.ts';

export interface PadAttributes {
  /** Elements before each axis, then after each. */
  readonly pads: readonly number[];
  readonly mode: 'constant' | 'reflect' | 'edge';
  /** What `constant` adds. */
  readonly value: number;
}

/** More elements around a value: `constant` adds a value, `edge` repeats the outermost, `reflect` mirrors without repeating it. */
export const pad: Operator<PadAttributes> = {
  type: 'pad',
  inputs: [1, 1],
  rounding: 'none',
  attributes: attributes({
    pads: [array(integer(0, 2 ** 16))],
    mode: [oneOf('constant', 'reflect', 'edge'), 'constant'],
    value: [float32, 0],
  }),
  infer({ inputs: [shape], attributes: { pads, mode } }) {
    const rank = shape.length;
    if (pads.length !== 2 * rank) {
      throw shapeError(
        `pads [${pads.join(', ')}] are not two numbers for each axis of ${formatShape(shape)}`,
      );
    }
    const beyond = shape.findIndex((extent, axis) => Math.max(pads[axis], pads[axis + rank]) >= extent);
    if (mode === 'reflect' && beyond >= 0) {
      throw shapeError(
        `reflects ${Math.max(pads[beyond], pads[beyond + rank])} elements of an axis of ${shape[beyond]}`,
      );
    }
    return [shape.map((extent, axis) => pads[axis] + extent + pads[axis + rank])];
  },
};
