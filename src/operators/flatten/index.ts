import { elementCount } from '../../graph/shape.ts';
import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';

/** All elements of an image as one vector, in row-major order. */
export const flatten: Operator = {
  type: 'flatten',
  inputs: [1, 1],
  attributes: attributes({}),
  infer: ({ inputs: [shape] }) => [[elementCount(shape)]],
  isView: true,
};
