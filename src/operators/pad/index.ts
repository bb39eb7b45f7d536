import { oneOf } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import { float32 } from '../numbers.ts';
import type { Operator } from '../operator.ts';
import { shapeError } from '../shape-error.ts';
import { requireFeatureMap, wholeNumbers } from '../window.ts';

export interface PadAttributes {
  /** Elements before each axis (channels, height, width), then after each. */
  readonly pads: readonly number[];
  readonly mode: 'constant' | 'reflect' | 'edge';
  /** What `constant` adds. */
  readonly value: number;
}

/** A larger feature map: `constant` adds a value, `edge` repeats the outermost, `reflect` mirrors without repeating it. */
export const pad: Operator<PadAttributes> = {
  type: 'pad',
  inputs: [1, 1],
  rounding: 'none',
  attributes: attributes({
    pads: [wholeNumbers(6, 0)],
    mode: [oneOf('constant', 'reflect', 'edge'), 'constant'],
    value: [float32, 0],
  }),
  infer({ inputs: [shape], attributes: { pads, mode } }) {
    requireFeatureMap(shape);
    const beyond = shape.findIndex((extent, axis) => Math.max(pads[axis], pads[axis + 3]) >= extent);
    if (mode === 'reflect' && beyond >= 0) {
      throw shapeError(
        `reflects ${Math.max(pads[beyond], pads[beyond + 3])} elements of an axis of ${shape[beyond]}`,
      );
    }
    return [shape.map((extent, axis) => pads[axis] + extent + pads[axis + 3])];
  },
};
