import { formatShape } from '../../graph/shape.ts';
import { array, flag, number, oneOf } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import { float32 } from '../numbers.ts';
import type { Operator } from '../operator.ts';
import { shapeError } from '../shape-error.ts';
import { requireFeatureMap, wholeNumbers } from '../window.ts';

/** Names and meanings are those of ONNX's Resize. */
export interface ResizeAttributes {
  /** Height and width of the result. */
  readonly size: readonly number[];
  /** What coordinates are divided by, vertically and horizontally; about size ÷ extent. */
  readonly scales: readonly number[];
  readonly mode: 'nearest' | 'linear' | 'cubic';
  /** Where an element of the result lies on the map. */
  readonly coordinates:
    | 'half_pixel'
    | 'half_pixel_symmetric'
    | 'pytorch_half_pixel'
    | 'align_corners'
    | 'asymmetric'
    | 'tf_half_pixel_for_nn';
  /** Which element `nearest` takes. */
  readonly rounding: 'round_prefer_floor' | 'round_prefer_ceil' | 'floor' | 'ceil';
  /** The coefficient of `cubic`. */
  readonly cubicA: number;
  /** Whether elements beyond the map are left out, rather than the outermost repeated. */
  readonly excludeOutside: boolean;
  /** Whether `linear` and `cubic` make a smaller map of as many more elements as it is smaller. */
  readonly antialias: boolean;
}

/** Elements that a table of places may have. */
const MAX_TABLE = 2 ** 24;

/** Another height and width of a feature map; elements beyond the map are its outermost ones. */
export const resize: Operator<ResizeAttributes> = {
  type: 'resize',
  inputs: [1, 1],
  attributes: attributes({
    size: [wholeNumbers(2, 1)],
    scales: [array(number(2 ** -16, 2 ** 16))],
    mode: [oneOf('nearest', 'linear', 'cubic'), 'nearest'],
    coordinates: [
      oneOf(
        'half_pixel',
        'half_pixel_symmetric',
        'pytorch_half_pixel',
        'align_corners',
        'asymmetric',
        'tf_half_pixel_for_nn',
      ),
      'half_pixel',
    ],
    rounding: [oneOf('round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'), 'round_prefer_floor'],
    cubicA: [float32, -0.75],
    excludeOutside: [flag, false],
    antialias: [flag, false],
  }),
  infer({ inputs: [shape], attributes: { size, scales, antialias } }) {
    requireFeatureMap(shape);
    if (scales.length !== 2)
      throw shapeError(`scales [${scales.join(', ')}] are not those of height and width`);
    // A table holds the elements of each place, and sizes need not be those that the scales give.
    if (antialias && size.some((places, axis) => (4 * places) / Math.min(1, scales[axis]) > MAX_TABLE)) {
      throw shapeError(
        `smooths ${formatShape(shape)} to ${size.join('×')} over more than ${MAX_TABLE} elements`,
      );
    }
    return [[shape[0], ...size]];
  },
};
